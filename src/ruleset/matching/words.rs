//! The words of a text as hashes: the one pass over the text that all declarative rules share.

use std::ops::Range;

use crate::blocks::{BYTES, Block, Blocks, below};
use crate::swar::{LOWER, eight_at};

/// A word or symbol of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// Byte offset of its first byte.
    pub start: usize,
    /// Byte offset behind its last byte.
    pub end: usize,
    /// Hash of the word in lower case.
    pub hash: u64,
}

/// Multiplier of the word hash: 2^64 divided by the golden ratio, made odd (Knuth, The Art of
/// Computer Programming, 6.4).
const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;

fn mix(hash: u64, piece: u64) -> u64 {
    let product = u128::from(hash ^ piece) * u128::from(MULTIPLIER);
    (product as u64) ^ ((product >> 64) as u64)
}

/// The hash of two words that follow one another.
#[must_use]
pub fn pair(first: u64, second: u64) -> u64 {
    // Both are well mixed; turning one keeps `a b` and `b a` apart.
    first.rotate_left(23) ^ second
}

/// Every word of a text, in order. What is neither an ASCII letter or digit nor a symbol parts words: blanks,
/// line ends, quotation marks, ordinary punctuation.
pub struct Words<'t> {
    text: &'t str,
    /// Where the last word ends at most.
    end: usize,
    /// The blocks of the text, where they are known.
    blocks: Option<&'t Blocks>,
    /// Number of the current block.
    index: usize,
    /// Its letters.
    letters: u64,
    /// Where words begin in it that did not come up yet.
    begins: u64,
}

impl<'t> Words<'t> {
    /// The words of a text of which nothing is known.
    #[must_use]
    pub fn new(text: &'t str) -> Words<'t> {
        let mut words = Words { text, end: text.len(), blocks: None, index: 0, letters: 0, begins: 0 };
        words.enter(0, 0);
        words
    }

    /// The words of a line of a text with these blocks.
    #[must_use]
    pub fn of_line(text: &'t str, blocks: &'t Blocks, line: Range<usize>) -> Words<'t> {
        let mut words = Words { text, end: line.end, blocks: Some(blocks), index: 0, letters: 0, begins: 0 };
        words.enter(line.start / BYTES, 0);
        words.leave_out(line.start);
        words
    }

    /// Goes to a block. `goes_on` is 1 where a letter stands right before it, and else 0.
    #[inline(always)]
    fn enter(&mut self, index: usize, goes_on: u64) {
        let block = match self.blocks {
            Some(blocks) => blocks.all().get(index).copied().unwrap_or_default(),
            None => Block::at(self.text.as_bytes(), index * BYTES).0,
        };
        (self.index, self.letters) = (index, block.letters);
        let begins = block.letters & !(block.letters << 1 | goes_on) | block.symbols;
        self.begins = begins & below(self.end.saturating_sub(index * BYTES));
    }

    /// Goes to the next block, if there is one.
    #[inline(always)]
    fn enter_next(&mut self) -> bool {
        let is_inside = (self.index + 1) * BYTES < self.end;
        if is_inside {
            self.enter(self.index + 1, self.letters >> (BYTES - 1));
        }
        is_inside
    }

    /// Passes over the words that begin before `at`.
    #[inline(always)]
    fn leave_out(&mut self, at: usize) {
        while at >= (self.index + 1) * BYTES {
            if !self.enter_next() {
                self.begins = 0;
                return;
            }
        }
        self.begins &= !below(at - self.index * BYTES);
    }

    /// How many letters stand at the start of the blocks behind the current one.
    #[inline(never)]
    fn letters_behind(&self) -> usize {
        let mut at = (self.index + 1) * BYTES;
        while self.text.as_bytes().get(at).is_some_and(u8::is_ascii_alphanumeric) {
            at += 1;
        }
        at - (self.index + 1) * BYTES
    }

    /// The hash of a word of ASCII letters and digits.
    #[inline(always)]
    fn hash(&self, start: usize, length: usize) -> u64 {
        let (mut hash, mut at, mut left) = (0, start, length);
        loop {
            let eight = eight_at(self.text.as_bytes(), at) | LOWER;
            if left < 8 {
                return mix(hash, eight & ((1 << (8 * left)) - 1));
            }
            hash = mix(hash, eight);
            (at, left) = (at + 8, left - 8);
        }
    }

    /// Whether the word goes on at `end` with a letter outside ASCII; a character outside ASCII stands
    /// there.
    #[inline(always)]
    fn goes_on(&self, end: usize) -> bool {
        match self.text.as_bytes()[end..] {
            [0xE2, 0x80, ..] | [0xC2, 0xA0, ..] => false,
            _ => self.text[end..].chars().next().is_some_and(char::is_alphanumeric),
        }
    }

    /// What begins at `start` with no ASCII letter or digit.
    #[inline(never)]
    fn symbol(&mut self, start: usize) -> Option<Word> {
        match self.text.as_bytes()[start..] {
            // Curly quotation marks, dashes and the ellipsis (U+2010 to U+2027), and the no-break space:
            // nearly all there is outside ASCII in English news.
            [0xE2, 0x80, 0x90..=0xA7, ..] | [0xC2, 0xA0, ..] => None,
            [byte, ..] if byte.is_ascii() => Some(Word { start, end: start + 1, hash: mix(0, u64::from(byte)) }),
            _ => self.wide(start),
        }
    }

    /// A word that holds characters outside ASCII, or a symbol outside ASCII.
    #[cold]
    fn wide(&mut self, start: usize) -> Option<Word> {
        let mut lower = String::new();
        let mut end = start;
        for c in self.text[start..].chars() {
            if !c.is_alphanumeric() {
                if lower.is_empty() && is_symbol(c) {
                    lower.push(c);
                    end += c.len_utf8();
                }
                break;
            }
            lower.extend(c.to_lowercase());
            end += c.len_utf8();
        }
        if lower.is_empty() {
            // Punctuation such as a curly quotation mark.
            return None;
        }
        self.leave_out(end);
        let eights = lower
            .as_bytes()
            .chunks(8)
            .map(|piece| piece.iter().rev().fold(0, |eight, byte| eight << 8 | u64::from(*byte)));
        Some(Word { start, end, hash: eights.fold(WIDE, mix) })
    }
}

/// Where hashes of words with characters outside ASCII begin, so that they share none with others.
const WIDE: u64 = 1;

/// Characters outside ASCII that count as words: all that are not letters, blanks, quotation
/// marks, dashes or ellipses.
fn is_symbol(c: char) -> bool {
    let is_punctuation = matches!(c,
        '\u{2010}'..='\u{2027}' | '\u{200B}'..='\u{200F}' | '«' | '»' | '´' | '·' | '\u{AD}' | '\u{FEFF}');
    !(is_punctuation || c.is_alphanumeric() || c.is_whitespace() || c.is_control())
}

impl Iterator for Words<'_> {
    type Item = Word;

    #[inline(always)]
    fn next(&mut self) -> Option<Word> {
        loop {
            if self.begins == 0 {
                if !self.enter_next() {
                    return None;
                }
                continue;
            }
            let place = self.begins.trailing_zeros() as usize;
            self.begins &= self.begins - 1;
            let start = self.index * BYTES + place;
            let mut length = (self.letters >> place).trailing_ones() as usize;
            if length == 0 {
                match self.symbol(start) {
                    None => continue,
                    word => return word,
                }
            }
            if place + length == BYTES {
                length += self.letters_behind();
            }
            let end = start + length;
            let behind = self.text.as_bytes().get(end).copied().unwrap_or(b' ');
            if behind.is_ascii() || !self.goes_on(end) {
                return Some(Word { start, end, hash: self.hash(start, length) });
            }
            if let Some(word) = self.wide(start) {
                return Some(word);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hashes(text: &str) -> Vec<u64> {
        Words::new(text).map(|word| word.hash).collect()
    }

    #[test]
    fn case_and_separators_do_not_matter() {
        assert_eq!(hashes("Sign up, FREE"), hashes("sign\u{A0}UP “free”"));
        assert_eq!(hashes("Élan vital"), hashes("élan VITAL"));
        assert_eq!(hashes("internationally known"), hashes("INTERNATIONALLY – known"));
        assert_ne!(hashes("sign"), hashes("signs"));
    }

    #[test]
    fn words_of_a_line_are_those_of_its_text() {
        let text = "\u{c9}lan vital \u{a9}2024 caf\u{e9}s \u{201c}Sign up\u{201d} $5 me@x.y \u{41a}\u{438}\u{457}\u{432} ".repeat(9)
            + &"long".repeat(50);
        let mut blocks = Blocks::default();
        for at in (0..text.len()).step_by(BYTES) {
            blocks.push(Block::at(text.as_bytes(), at).0);
        }
        let blanks: Vec<usize> = text.match_indices(' ').map(|(at, _)| at).chain([text.len()]).collect();
        for start in blanks.iter().copied() {
            for end in blanks.iter().copied().filter(|end| *end >= start).step_by(5) {
                let moved = |word: Word| Word { start: word.start + start, end: word.end + start, ..word };
                let expected: Vec<_> = Words::new(&text[start..end]).map(moved).collect();
                assert_eq!(Words::of_line(&text, &blocks, start..end).collect::<Vec<_>>(), expected);
            }
        }
    }

    #[test]
    fn symbols_are_words() {
        let starts: Vec<_> = Words::new("© 2024 | $5").map(|word| word.start).collect();
        assert_eq!(starts, [0, 3, 8, 10, 11]);
    }
}
