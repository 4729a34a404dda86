//! Phrases that come again and again, as broken translation engines print them.

use std::ops::Range;

use super::words::{Word, Words, pair};

/// Words of a phrase at most.
const LONGEST: u32 = 12;

/// Words that are remembered: more than a phrase has; a power of two.
const LAST: usize = 16;

/// A word that came before.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    hash: u64,
    start: u32,
}

/// Pairs of words whose last place [`Hints`] remember; a power of two.
const HINT_SLOTS: usize = 256;

/// Tells lines that may hold a loop, which are few: the others need no [`Loops`].
///
/// It looks at every second pair of neighbouring words alone. A phrase of an even number of words comes again
/// after half as many looks; one of an odd number, three or more, when it stands for the third time. A single
/// word again and again is for who compares neighbours.
#[derive(Debug)]
pub struct Hints {
    /// Hash and number of a pair in one, so that a near number of the same pair is a small difference.
    seen: [u64; HINT_SLOTS],
    /// The number of the next look; it leaps from line to line, so that nothing is cleared between.
    number: u64,
}

impl Default for Hints {
    fn default() -> Hints {
        Hints { seen: [0; HINT_SLOTS], number: 0 }
    }
}

impl Hints {
    /// Forgets the words of the line before.
    pub fn begin_line(&mut self) {
        self.number = self.number.wrapping_add(u64::from(LONGEST) + 1);
    }

    /// Takes the next words, of which the first has an even number in its line; the last one is left for the
    /// next time where it has no other. Returns whether they may be in a loop.
    pub fn add(&mut self, words: &[Word]) -> bool {
        let mut is_near = false;
        for (index, [first, second]) in (0..).step_by(2).zip(words.as_chunks().0) {
            let both = pair(first.hash, second.hash);
            let place = (both << 16).wrapping_add(self.number);
            let last = std::mem::replace(&mut self.seen[both as usize % HINT_SLOTS], place);
            let looks = place.wrapping_sub(last);
            is_near |= looks <= u64::from(LONGEST) && is_third_the_same(words, index, 2 * looks as usize);
            self.number = self.number.wrapping_add(1);
        }
        is_near
    }
}

/// Whether the word before or behind two words that came before at this distance is the same as there, as it is
/// in every loop. Words that are not at hand may be.
#[cold]
fn is_third_the_same(words: &[Word], index: usize, distance: usize) -> bool {
    let may_be_same = |index: usize| match (words.get(index), words.get(index.wrapping_sub(distance))) {
        (Some(word), Some(before)) => word.hash == before.hash,
        _ => true,
    };
    may_be_same(index.wrapping_sub(1)) || may_be_same(index + 2)
}

/// The stretches of a line in which a phrase stands three times in a row, or a word four times.
pub fn find(words: Words<'_>) -> Vec<Range<usize>> {
    let mut loops = Loops::default();
    for word in words {
        loops.add(&word);
    }
    loops.close();
    loops.found
}

/// Watches the words of a line for phrases that come again.
///
/// Each word is compared with its own last place among the [`LONGEST`] words before: as long as all
/// words come at the same distance from it, a phrase of so many words repeats.
#[derive(Debug, Default)]
struct Loops {
    /// The last words, each at its number.
    places: [Place; LAST],
    /// The number of the next word.
    number: u32,
    /// Words from one time to the next; 0 when the last word was not seen before.
    distance: u32,
    /// Words that came at this distance, one after the other.
    run: u32,
    /// Where the run's phrase stands first, and where the last word ends.
    start: u32,
    end: u32,
    /// The loops that have ended.
    found: Vec<Range<usize>>,
}

impl Loops {
    /// Takes the next word.
    fn add(&mut self, word: &Word) {
        let place = |distance: u32| self.places[(self.number - distance) as usize % LAST];
        let distance = (1..=LONGEST.min(self.number)).find(|distance| place(*distance).hash == word.hash).unwrap_or(0);
        let first = place(distance).start;
        self.places[self.number as usize % LAST] = Place { hash: word.hash, start: word.start as u32 };
        self.number += 1;
        if distance == self.distance {
            self.run += u32::from(distance > 0);
            self.end = word.end as u32;
            return;
        }
        self.close();
        (self.distance, self.run, self.start, self.end) = (distance, 1, first, word.end as u32);
    }

    /// Notes the phrase that has come so far, if that was often enough.
    fn close(&mut self) {
        let least = if self.distance == 1 { 3 } else { 2 * self.distance };
        if self.distance > 0 && self.run >= least {
            self.found.push(self.start as usize..self.end as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loops(line: &str) -> Vec<&str> {
        find(Words::new(line)).into_iter().map(|range| &line[range]).collect()
    }

    #[test]
    fn a_phrase_three_times_is_a_loop() {
        assert_eq!(loops("so of the year of the year of the year it was"), ["of the year of the year of the year"]);
        assert_eq!(loops("it was very very very very good"), ["very very very very"]);
        assert_eq!(loops("he said so he said so he said so"), ["he said so he said so he said so"]);
        assert_eq!(loops("again and again and again he ran, over and over"), [] as [&str; 0]);
    }

    #[test]
    fn phrases_of_all_lengths_are_loops() {
        let words: Vec<String> = (0..4_000).map(|number| format!("word{number}")).collect();
        for phrase in (1..=LONGEST as usize).flat_map(|length| words.chunks_exact(length).take(300)) {
            let times = if phrase.len() == 1 { 4 } else { 3 };
            let looped = [phrase.join(" ").as_str()].repeat(times).join(" ");
            assert_eq!(loops(&format!("it was {looped} and so on")), [looped.as_str()]);
        }
    }

    #[test]
    fn no_loop_goes_without_a_hint() {
        let words: Vec<String> = (0..40).map(|number| format!("w{number}")).collect();
        for length in 2..=LONGEST as usize {
            for before in 0..=3 {
                let line = [&words[20..20 + before].join(" "), &[words[..length].join(" ").as_str(); 3].join(" ")]
                    .map(String::as_str)
                    .join(" ");
                let mut hints = Hints::default();
                hints.begin_line();
                assert!(hints.add(&Words::new(&line).collect::<Vec<_>>()), "{line}");
            }
        }
    }
}
