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

impl Word {
    /// Whether it can be an article, or an ending behind an apostrophe, as far as its length tells.
    #[inline(always)]
    #[must_use]
    pub fn is_short(&self) -> bool {
        self.end - self.start <= SHORT
    }
}

/// Multiplier of the word hash: 2^64 divided by the golden ratio, made odd (Knuth, The Art of
/// Computer Programming, 6.4).
const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;

fn mix(hash: u64, piece: u64) -> u64 {
    let product = u128::from(hash ^ piece) * u128::from(MULTIPLIER);
    (product as u64) ^ ((product >> 64) as u64)
}

/// The hash of a word of up to eight ASCII letters and digits, which `eight` begins with.
#[inline(always)]
fn hash_of_short(eight: u64, length: usize) -> u64 {
    mix(0, (eight | LOWER) << (8 * (8 - length)))
}

/// The hash of a longer one, from the hash of all but its last eight letters. These may share letters with what
/// was hashed before, which only the length tells.
#[inline(always)]
fn hash_of_end(hash: u64, eight: u64, length: usize) -> u64 {
    mix(hash, (eight | LOWER) + length as u64)
}

/// The hash of a word of ASCII letters and digits.
#[inline(never)]
fn hash_of_letters(bytes: &[u8], start: usize, length: usize) -> u64 {
    let first = eight_at(bytes, start);
    if length <= 8 {
        return hash_of_short(first, length);
    }
    let last = start + length - 8;
    let between = (start + 8..last).step_by(8);
    let hash = between.fold(mix(0, first | LOWER), |hash, at| mix(hash, eight_at(bytes, at) | LOWER));
    hash_of_end(hash, eight_at(bytes, last), length)
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
    /// Where the 64 bytes begin that are looked at. No letter stands right before them.
    at: usize,
    /// Letters and symbols among them that did not come up yet.
    letters: u64,
    symbols: u64,
    /// Where words begin among them that did not come up yet.
    begins: u64,
    /// Which of the words that were taken last are short.
    short: u64,
}

/// Bytes of the longest words that count as short: no article is longer, and no ending behind an apostrophe.
const SHORT: usize = 2;

/// Bytes that words of up to sixteen letters are read from which begin in a window.
const NEAR: usize = BYTES + 8;

/// The bytes from `at` on, which are fewer, with zeros behind the end.
#[inline(never)]
fn last_of(bytes: &[u8], at: usize) -> [u8; NEAR] {
    let mut padded = [0; NEAR];
    padded[..bytes.len() - at].copy_from_slice(&bytes[at..]);
    padded
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
        let mut words = Words { text, end: range.end, blocks, at: 0, letters: 0, symbols: 0, begins: 0, short: 0 };
        words.look_at(range.start);
        words
    }

    /// Looks at the 64 bytes from `at` on, which no letter stands right before.
    #[inline(always)]
    fn look_at(&mut self, at: usize) {
        (self.letters, self.symbols) = match self.blocks {
            Some(blocks) => {
                let around = blocks.around(at);
                (around.bits(|block| block.letters), around.bits(|block| block.symbols))
            }
            None => {
                let block = Block::at(self.text.as_bytes(), at).0;
                (block.letters, block.symbols)
            }
        };
        let begins = self.letters & !(self.letters << 1) | self.symbols;
        (self.at, self.begins) = (at, begins & below(self.end.saturating_sub(at)));
    }

    /// Which of the first 64 words that were taken last are short, the lowest bit for the first.
    #[must_use]
    pub fn short(&self) -> u64 {
        self.short
    }

    /// Takes the next words, as many as there is room for, and returns their number.
    #[inline(never)]
    pub fn fill(&mut self, words: &mut [Word]) -> usize {
        let mut count = 0;
        self.short = 0;
        loop {
            // Up to the first symbol, or to the end of the window, words are plain, but for the one that
            // touches it.
            let stop = self.next_symbol();
            let rest = (BYTES as u32 - (!self.letters & below(stop)).leading_zeros()) as usize;
            count = self.plain(rest, words, count);
            if self.begins == 0 {
                if self.at + BYTES >= self.end {
                    return count;
                }
                self.look_at(self.at + BYTES);
                continue;
            }
            if count == words.len() {
                return count;
            }
            if stop == BYTES && rest > 0 {
                self.look_at(self.at + rest);
            } else if let Some(word) = self.unusual(rest, stop - rest) {
                words[count] = word;
                self.short |= u64::from(word.is_short()) << (count % 64);
                count += 1;
            }
        }
    }

    /// The place of the next symbol that is a word or a part of one; 64 when there is none.
    #[inline(always)]
    fn next_symbol(&mut self) -> usize {
        loop {
            let stop = self.symbols.trailing_zeros() as usize;
            if stop == BYTES || !is_dash_or_quote(&self.text.as_bytes()[self.at + stop..]) {
                return stop;
            }
            self.symbols &= self.symbols - 1;
            self.begins &= !(1 << stop);
        }
    }

    /// Takes the words that begin before `rest`, where the last of them has ended, and has no symbol behind it,
    /// behind so many others. Returns the number of all.
    #[inline(always)]
    fn plain(&mut self, rest: usize, words: &mut [Word], mut count: usize) -> usize {
        let bytes = self.text.as_bytes();
        let padded;
        let near: &[u8; NEAR] = match bytes.get(self.at..).and_then(<[u8]>::first_chunk) {
            Some(near) => near,
            None => {
                padded = last_of(bytes, self.at);
                &padded
            }
        };
        let eight = |place: usize| u64::from_le_bytes(*near[place % BYTES..].first_chunk().unwrap_or(&[0; 8]));
        let mut begins = self.begins & below(rest);
        // Adding the begins carries each through its word to the place behind.
        let mut ends = ((self.letters & below(rest)) + begins) & !self.letters;
        while begins != 0 {
            let place = begins.trailing_zeros() as usize;
            let Some(word) = words.get_mut(count) else {
                self.begins &= !below(place);
                return count;
            };
            let end = ends.trailing_zeros() as usize;
            (begins, ends) = (begins & (begins - 1), ends & (ends - 1));
            let length = end - place;
            if length <= SHORT {
                self.short |= 1 << (count % 64);
            }
            let hash = match length {
                0..=8 => hash_of_short(eight(place), length),
                9..=16 => hash_of_end(mix(0, eight(place) | LOWER), eight(end - 8), length),
                _ => hash_of_letters(bytes, self.at + place, length),
            };
            *word = Word { start: self.at + place, end: self.at + end, hash };
            count += 1;
        }
        self.begins &= !below(rest);
        count
    }

    /// What begins at a place of the window with so many letters, behind which anything may follow.
    #[inline(never)]
    fn unusual(&mut self, place: usize, length: usize) -> Option<Word> {
        let start = self.at + place;
        self.begins &= self.begins - 1;
        if length == 0 {
            self.symbols &= self.symbols - 1;
            return self.symbol(start);
        }
        self.letters &= !below(place + length);
        let length = if length == BYTES { self.long(start) } else { length };
        let end = start + length;
        if self.goes_on(end) {
            return self.wide(start);
        }
        Some(Word { start, end, hash: hash_of_letters(self.text.as_bytes(), start, length) })
    }

    /// The length of a word that fills the window, behind which the next window begins.
    #[cold]
    fn long(&mut self, start: usize) -> usize {
        let rest = &self.text.as_bytes()[start..];
        let length = rest.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(rest.len());
        self.look_at(start + length);
        length
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
        self.look_at(end);
        let eights = lower
            .as_bytes()
            .chunks(8)
            .map(|piece| piece.iter().rev().fold(0, |eight, byte| eight << 8 | u64::from(*byte)));
        Some(Word { start, end, hash: eights.fold(WIDE, mix) })
    }
}

/// Where hashes of words with characters outside ASCII begin, so that they share none with others.
const WIDE: u64 = 1;

/// Whether a text begins with a curly quotation mark, a dash, the ellipsis (U+2010 to U+2027) or the no-break space.
/// These part words as blanks do, and are nearly all there is outside ASCII in English news.
#[inline(always)]
fn is_dash_or_quote(bytes: &[u8]) -> bool {
    matches!(bytes, [0xE2, 0x80, 0x90..=0xA7, ..] | [0xC2, 0xA0, ..])
}

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
                    let short =
                        piece[..count].iter().rev().fold(0, |short, word| short << 1 | u64::from(word.is_short()));
                    assert_eq!(words.short(), short);
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
