//! Phrases that come again and again, as broken translation engines print them.

use std::ops::Range;

use super::words::{Word, Words};

/// Words of a phrase at most.
pub const LONGEST: usize = 12;

/// Words that are remembered: more than a phrase has; a power of two.
const LAST: usize = 16;

/// A word that came before.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    hash: u64,
    start: u32,
}

/// Whether a phrase of several words may stand three times in a row in a line; nearly no line has one.
///
/// The line's words `at_hand` lie somewhere in `piece`, the new ones from [`LONGEST`] on. Before these are those
/// that came last, unless the line begins with the new ones; behind them the line ends, unless `piece` is full.
/// There is room for a multiple of [`LONGEST`].
#[inline(always)]
pub fn may_hold(piece: &[Word], at_hand: Range<usize>) -> bool {
    let (blocks, _) = piece.as_chunks::<LONGEST>();
    let blocks = &blocks[..at_hand.end.div_ceil(LONGEST)];
    (1..).zip(blocks.windows(2)).any(|(block, two)| {
        let around = two.as_flattened().first_chunk();
        around.is_some_and(|around| has_same(around) && has_loop(around, piece, &at_hand, block * LONGEST))
    })
}

/// Where among twelve words which distances are tried. As a phrase comes for the second and the third time, each
/// word is the same as so many before; so places no further apart than twice the distance find it.
const LOOKS: [(usize, usize); 16] = {
    let mut looks = [(0, 0); 16];
    let (mut count, mut distance) = (0, 2);
    while distance <= LONGEST {
        let mut place = 0;
        while place < LONGEST {
            looks[count] = (place, distance);
            count += 1;
            place += match distance {
                2 => 4,
                3..=5 => 6,
                _ => LONGEST,
            };
        }
        distance += 1;
    }
    looks
};

/// Whether one of the last twelve words is the same as another where [`LOOKS`] says.
#[inline(always)]
fn has_same(around: &[Word; 2 * LONGEST]) -> bool {
    LOOKS.iter().any(|(place, distance)| around[LONGEST + place].hash == around[LONGEST + place - distance].hash)
}

/// Whether one of the last twelve words, which lie in the piece from `start` on, is the same as another where
/// [`LOOKS`] says, and enough words around it are.
#[cold]
#[inline(never)]
fn has_loop(around: &[Word; 2 * LONGEST], piece: &[Word], at_hand: &Range<usize>, start: usize) -> bool {
    LOOKS.iter().any(|(place, distance)| {
        around[LONGEST + place].hash == around[LONGEST + place - distance].hash
            && is_repeated(piece, at_hand, start + place, *distance)
    })
}

/// Whether the word at `at` stands where a phrase of so many words may come again the second time.
#[inline(never)]
fn is_repeated(piece: &[Word], at_hand: &Range<usize>, at: usize, distance: usize) -> bool {
    let is_same = |at: usize| piece[at].hash == piece[at - distance].hash;
    let (mut first, mut end) = (at, at);
    while end < at_hand.end && is_same(end) {
        end += 1;
    }
    while first > at_hand.start + distance && is_same(first - 1) {
        first -= 1;
    }
    // What goes on where no words are at hand may be long enough.
    let is_cut = end == piece.len() || first == distance;
    at >= at_hand.start + distance && end > at && (is_cut || end - first >= 2 * distance)
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
        let distance =
            (1..=(LONGEST as u32).min(self.number)).find(|distance| place(*distance).hash == word.hash).unwrap_or(0);
        let first = place(distance).start;
        self.places[self.number as usize % LAST] = Place { hash: word.hash, start: word.start };
        self.number += 1;
        if distance == self.distance {
            self.run += u32::from(distance > 0);
            self.end = word.end;
            return;
        }
        self.close();
        (self.distance, self.run, self.start, self.end) = (distance, 1, first, word.end);
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
        for phrase in (1..=LONGEST).flat_map(|length| words.chunks_exact(length).take(300)) {
            let times = if phrase.len() == 1 { 4 } else { 3 };
            let looped = [phrase.join(" ").as_str()].repeat(times).join(" ");
            assert_eq!(loops(&format!("it was {looped} and so on")), [looped.as_str()]);
        }
    }

    #[test]
    fn no_loop_goes_without_a_hint() {
        let words: Vec<String> = (0..40).map(|number| format!("w{number}")).collect();
        let room = 2 * LONGEST;
        for length in 2..=LONGEST {
            for before in 0..=3 * LONGEST {
                let line = [
                    &[words[20].as_str()].repeat(before).join(" "),
                    &[words[..length].join(" ").as_str(); 3].join(" "),
                ]
                .map(String::as_str)
                .join(" ");
                assert!(may_hold_any(&line, room), "{line}");
            }
        }
        assert!(!may_hold_any(&words.join(" "), room));
        assert!(!may_hold_any("on the one hand and on the other hand and on the whole", room));
    }

    /// What a line's words give, so many new ones at a time.
    fn may_hold_any(line: &str, room: usize) -> bool {
        let all: Vec<Word> = Words::new(line).collect();
        (0..all.len()).step_by(room).any(|next| {
            let mut piece = vec![Word::default(); LONGEST + room];
            let first = if next == 0 { LONGEST } else { 0 };
            let new = &all[next..all.len().min(next + room)];
            piece[LONGEST..LONGEST + new.len()].copy_from_slice(new);
            piece[first..LONGEST].copy_from_slice(&all[next - (LONGEST - first)..next]);
            may_hold(&piece, first..LONGEST + new.len())
        })
    }
}
