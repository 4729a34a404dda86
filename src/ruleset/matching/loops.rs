//! Phrases that come again and again, as broken translation engines print them.

use std::ops::Range;

use super::words::Word;

/// Words whose last place is remembered; a power of two.
const SLOTS: usize = 64;

/// Words of a phrase at most.
const LONGEST: u32 = 12;

/// Where a word stood last.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    hash: u64,
    number: u32,
    start: u32,
}

/// Watches the words of a line for a phrase that stands three times in a row, or a word four times.
///
/// Each word is compared with its own last place alone: as long as all words come at the same
/// distance from it, a phrase of so many words repeats. So the work for a word does not depend on
/// the phrase's length.
#[derive(Debug)]
pub struct Loops {
    places: [Place; SLOTS],
    /// The number of the next word; it goes on from line to line, with a leap, so that nothing is
    /// cleared between and no word of another line is near.
    number: u32,
    /// Words from one time to the next; 0 when the last word was not seen before.
    distance: u32,
    /// Words that came at this distance, one after the other.
    run: u32,
    /// Where the run's phrase stands first, and where the last word ends.
    start: u32,
    end: u32,
    /// The loop that ended last.
    found: Option<Range<usize>>,
}

/// What a word that was added shows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Added {
    /// Whether the word before is the same.
    pub is_repeated: bool,
    /// Whether a loop ended before the word, which [`Loops::take`] gives.
    pub ends_loop: bool,
}

impl Default for Loops {
    fn default() -> Loops {
        Loops { places: [Place::default(); SLOTS], number: 0, distance: 0, run: 0, start: 0, end: 0, found: None }
    }
}

impl Loops {
    /// Forgets the words of the line before.
    pub fn begin_line(&mut self) {
        self.number = self.number.wrapping_add(LONGEST + 1);
        (self.distance, self.run) = (0, 0);
    }

    /// Takes the next word.
    #[inline(always)]
    pub fn add(&mut self, word: &Word) -> Added {
        let number = self.number;
        self.number = self.number.wrapping_add(1);
        let slot = &mut self.places[word.hash as usize % SLOTS];
        let last = std::mem::replace(slot, Place { hash: word.hash, number, start: word.start as u32 });
        // Most words are new, and so was the one before.
        if last.hash != word.hash && self.distance == 0 {
            return Added::default();
        }
        self.add_distance(word, last, number)
    }

    #[inline(never)]
    fn add_distance(&mut self, word: &Word, last: Place, number: u32) -> Added {
        let away = number.wrapping_sub(last.number);
        let distance = if last.hash == word.hash && away <= LONGEST { away } else { 0 };
        let is_repeated = distance == 1;
        if distance == self.distance {
            self.run += u32::from(distance > 0);
            self.end = word.end as u32;
            return Added { is_repeated, ends_loop: false };
        }
        let ends_loop = self.close();
        (self.distance, self.run, self.start, self.end) = (distance, 1, last.start, word.end as u32);
        Added { is_repeated, ends_loop }
    }

    /// Ends the line, and a loop with it.
    pub fn end_line(&mut self) {
        self.close();
        (self.distance, self.run) = (0, 0);
    }

    /// The loop that ended last.
    pub fn take(&mut self) -> Option<Range<usize>> {
        self.found.take()
    }

    fn close(&mut self) -> bool {
        let least = if self.distance == 1 { 3 } else { 2 * self.distance };
        let is_loop = self.distance > 0 && self.run >= least;
        if is_loop {
            self.found = Some(self.start as usize..self.end as usize);
        }
        is_loop
    }
}

#[cfg(test)]
mod tests {
    use super::super::words::Words;
    use super::*;

    fn loops(line: &str) -> Vec<&str> {
        let mut loops = Loops::default();
        loops.begin_line();
        let mut found = Vec::new();
        for word in Words::new(line) {
            if loops.add(&word).ends_loop {
                found.extend(loops.take());
            }
        }
        loops.end_line();
        found.extend(loops.take());
        found.into_iter().map(|range| &line[range]).collect()
    }

    #[test]
    fn a_phrase_three_times_is_a_loop() {
        assert_eq!(loops("so of the year of the year of the year it was"), ["of the year of the year of the year"]);
        assert_eq!(loops("it was very very very very good"), ["very very very very"]);
        assert_eq!(loops("again and again and again he ran, over and over"), [] as [&str; 0]);
    }
}
