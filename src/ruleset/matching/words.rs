//! The words of a text as hashes: the one pass over the text that all declarative rules share.

use std::ops::Range;

use crate::blocks::{BYTES, Block, Blocks, below};
use crate::swar::{LOWER, eight_at};

/// A word or symbol of the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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

/// The hash of a word of ASCII letters and digits.
#[inline(never)]
fn hash_of_letters(bytes: &[u8], start: usize, length: usize) -> u64 {
    let (mut hash, mut at, mut left) = (0, start, length);
    loop {
        let eight = eight_at(bytes, at) | LOWER;
        if left < 8 {
            return mix(hash, eight & ((1 << (8 * left)) - 1));
        }
        hash = mix(hash, eight);
        (at, left) = (at + 8, left - 8);
    }
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
    /// Its letters and symbols.
    letters: u64,
    symbols: u64,
    /// Where words begin in it that did not come up yet.
    begins: u64,
}

impl<'t> Words<'t> {
    /// The words of a text of which nothing is known.
    #[must_use]
    pub fn new(text: &'t str) -> Words<'t> {
        Words::within(text, None, 0..text.len())
    }

    /// The words of a line of a text with these blocks.
    #[must_use]
    pub fn of_line(text: &'t str, blocks: &'t Blocks, line: Range<usize>) -> Words<'t> {
        Words::within(text, Some(blocks), line)
    }

    fn within(text: &'t str, blocks: Option<&'t Blocks>, range: Range<usize>) -> Words<'t> {
        let mut words = Words { text, end: range.end, blocks, index: 0, letters: 0, symbols: 0, begins: 0 };
        words.enter(range.start / BYTES, 0);
        words.leave_out(range.start);
        words
    }

    /// Goes to a block. `goes_on` is 1 where a letter stands right before it, and else 0.
    #[inline(always)]
    fn enter(&mut self, index: usize, goes_on: u64) {
        let block = match self.blocks {
            Some(blocks) => blocks.all().get(index).copied().unwrap_or_default(),
            None => Block::at(self.text.as_bytes(), index * BYTES).0,
        };
        (self.index, self.letters, self.symbols) = (index, block.letters, block.symbols);
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
    fn leave_out(&mut self, at: usize) {
        while at >= (self.index + 1) * BYTES {
            if !self.enter_next() {
                self.begins = 0;
                return;
            }
        }
        self.begins &= !below(at - self.index * BYTES);
    }

    /// Takes the next words, as many as there is room for, and returns their number.
    #[inline(never)]
    pub fn fill(&mut self, words: &mut [Word]) -> usize {
        let bytes = self.text.as_bytes();
        let mut count = 0;
        'blocks: loop {
            let (start_of_block, letters, symbols) = (self.index * BYTES, self.letters, self.symbols);
            // The word that reaches the end of the block goes on behind it, perhaps.
            let last = 1_u64.checked_shl(BYTES as u32 - letters.leading_ones()).unwrap_or(0) & self.begins;
            let mut begins = self.begins ^ last;
            while begins != 0 {
                let place = begins.trailing_zeros();
                let Some(word) = words.get_mut(count) else {
                    self.begins = begins | last;
                    return count;
                };
                begins &= begins - 1;
                let length = (letters >> place).trailing_ones();
                let start = start_of_block + place as usize;
                if symbols >> place >> length & 1 != 0 {
                    // A symbol stands here or right behind the letters.
                    self.begins = begins | last;
                    if let Some(unusual) = self.unusual(start, length as usize) {
                        *word = unusual;
                        count += 1;
                    }
                    continue 'blocks;
                }
                let eight = eight_at(bytes, start) | LOWER;
                let hash = if length < 8 {
                    mix(0, eight & ((1 << (8 * length)) - 1))
                } else {
                    hash_of_letters(bytes, start, length as usize)
                };
                *word = Word { start, end: start + length as usize, hash };
                count += 1;
            }
            if last != 0 {
                let Some(word) = words.get_mut(count) else {
                    self.begins = last;
                    return count;
                };
                self.begins = 0;
                if let Some(unusual) = self.last_of_block(start_of_block + last.trailing_zeros() as usize) {
                    *word = unusual;
                    count += 1;
                }
                // The next block is entered, if the word went on so far.
                continue;
            }
            if !self.enter_next() {
                self.begins = 0;
                return count;
            }
        }
    }

    /// The word that begins at `start` and reaches the end of its block.
    #[inline(never)]
    fn last_of_block(&mut self, start: usize) -> Option<Word> {
        let rest = &self.text.as_bytes()[start..];
        let length = rest.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(rest.len());
        self.unusual(start, length)
    }

    /// What begins at `start` with so many letters, behind which anything may follow.
    #[inline(never)]
    fn unusual(&mut self, start: usize, length: usize) -> Option<Word> {
        if length == 0 {
            return self.symbol(start);
        }
        let end = start + length;
        if self.goes_on(end) {
            return self.wide(start);
        }
        Some(Word { start, end, hash: hash_of_letters(self.text.as_bytes(), start, length) })
    }

    /// Whether the word goes on at `end` with a letter outside ASCII.
    fn goes_on(&self, end: usize) -> bool {
        match self.text.as_bytes()[end..] {
            [] | [..0x80, ..] | [0xE2, 0x80, ..] | [0xC2, 0xA0, ..] => false,
            _ => self.text[end..].chars().next().is_some_and(char::is_alphanumeric),
        }
    }

    /// What begins at `start` with no ASCII letter or digit.
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

    fn next(&mut self) -> Option<Word> {
        let mut one = [Word::default()];
        (self.fill(&mut one) == 1).then_some(one[0])
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
        let text =
            "\u{c9}lan vital \u{a9}2024 caf\u{e9}s \u{201c}Sign up\u{201d} $5 me@x.y \u{41a}\u{438}\u{457}\u{432} "
                .repeat(9)
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
                let mut words = Words::of_line(&text, &blocks, start..end);
                let (mut found, mut piece) = (Vec::new(), [Word::default(); 7]);
                loop {
                    let count = words.fill(&mut piece);
                    found.extend_from_slice(&piece[..count]);
                    if count < piece.len() {
                        break;
                    }
                }
                assert_eq!(found, expected);
            }
        }
    }

    #[test]
    fn symbols_are_words() {
        let starts: Vec<_> = Words::new("© 2024 | $5").map(|word| word.start).collect();
        assert_eq!(starts, [0, 3, 8, 10, 11]);
    }
}
