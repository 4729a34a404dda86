//! The words of a text as hashes: the one pass over the text that all declarative rules share.

use std::ops::Range;

use crate::blocks::{BYTES, Block, Blocks, below};
use crate::swar::{LOWER, eight_at};

/// A word or symbol of the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Word {
    /// Byte offset of its first byte.
    pub start: u32,
    /// Byte offset behind its last byte.
    pub end: u32,
    /// Hash of the word in lower case.
    pub hash: u64,
}

impl Word {
    /// The bytes of the text that it is.
    #[inline(always)]
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Ends a word of ASCII, of which the start is known.
    #[inline(always)]
    fn end_at(&mut self, end: u32, text: &[u8]) {
        self.end = end;
        self.hash = hash_of(text, self.start, end);
    }
}

/// Multiplier of the word hash: 2^64 divided by the golden ratio, made odd (Knuth, The Art of
/// Computer Programming, 6.4).
const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;

/// The highest bits of a product depend on all of the piece, the lowest on its first letters alone. The filter of the
/// anchors goes by the highest bits of a hash and the eight lowest, so these change places. What was hashed before is
/// spread out by a product of its own: as it is, letters of two pieces could make up for one another.
#[inline(always)]
fn mix(hash: u64, piece: u64) -> u64 {
    (hash.wrapping_mul(MULTIPLIER) ^ piece).wrapping_mul(MULTIPLIER).rotate_left(8)
}

/// The first bytes of eight, by their number.
const FIRST: [u64; 9] = {
    let mut first = [u64::MAX; 9];
    let mut length = 0;
    while length < 8 {
        first[length] = (1 << (8 * length)) - 1;
        length += 1;
    }
    first
};

/// The hash of a word of ASCII letters and digits, or of an ASCII symbol.
#[inline(always)]
fn hash_of(bytes: &[u8], start: u32, end: u32) -> u64 {
    let eight_at = |at: u32| {
        let at = at as usize;
        // As a range of known length, it takes one look whether it is inside.
        let eight = bytes.get(at..at + 8).and_then(<[u8]>::first_chunk);
        eight.map_or_else(|| eight_at(bytes, at), |eight| u64::from_le_bytes(*eight)) | LOWER
    };
    match (end - start) as usize {
        length @ 0..=8 => mix(0, eight_at(start) & FIRST[length]),
        length @ 9..=16 => hash_of_end(mix(0, eight_at(start)), eight_at(end - 8), length),
        _ => hash_of_long(bytes, start as usize, end as usize),
    }
}

/// The hash of a longer word, from the hash of all but its last eight letters. These may share letters with what
/// was hashed before, which only the length tells.
#[inline(always)]
fn hash_of_end(hash: u64, last: u64, length: usize) -> u64 {
    mix(hash, last + length as u64)
}

#[cold]
#[inline(never)]
fn hash_of_long(bytes: &[u8], start: usize, end: usize) -> u64 {
    let eight_at = |at: usize| eight_at(bytes, at) | LOWER;
    let hash = (start..end - 8).step_by(8).fold(0, |hash, at| mix(hash, eight_at(at)));
    hash_of_end(hash, eight_at(end - 8), end - start)
}

/// The hash of a word or symbol that holds characters outside ASCII.
fn hash_of_wide(word: &str) -> u64 {
    let lower: String = word.chars().flat_map(char::to_lowercase).collect();
    let eights =
        lower.as_bytes().chunks(8).map(|piece| piece.iter().rev().fold(0, |eight, byte| eight << 8 | u64::from(*byte)));
    eights.fold(WIDE, mix)
}

/// Where hashes of words with characters outside ASCII begin, so that they share none with others.
const WIDE: u64 = 1;

/// The hash of two words that follow one another.
#[must_use]
pub fn pair(first: u64, second: u64) -> u64 {
    // Turning one keeps `a b` and `b a` apart, and brings its well mixed bits to the low end.
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
    /// Where the block begins that is looked at.
    base: usize,
    /// Where in it words begin and end that did not come up yet.
    begins: u64,
    ends: u64,
    /// Whether a word or symbol outside ASCII is among them.
    has_wide: bool,
    /// What is known of the next block.
    beyond: Beyond,
}

/// What reaches from a block into the next one.
#[derive(Default)]
struct Beyond {
    /// The lowest bit is set when a letter stands right before.
    open: u64,
    /// Bytes of letters that begin before, and where symbols end that do.
    letters: u64,
    ends: u64,
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
        let (base, beyond) = (range.start - range.start % BYTES, Beyond::default());
        let mut words = Words { text, end: range.end, blocks, base, begins: 0, ends: 0, has_wide: false, beyond };
        words.look_at(base, !below(range.start % BYTES));
        words
    }

    /// Looks at some bytes of the block that begins at `base`.
    #[inline(always)]
    fn look_at(&mut self, base: usize, bytes: u64) {
        let block = match self.blocks {
            Some(blocks) => blocks.all().get(base / BYTES).copied().unwrap_or_default(),
            None => Block::at(self.text.as_bytes(), base),
        };
        let bytes = bytes & below(self.end.saturating_sub(base));
        let beyond = std::mem::take(&mut self.beyond);
        self.base = base;
        self.has_wide = beyond.letters | beyond.ends != 0;
        let (mut letters, mut begins, mut ends) = (block.letters & bytes | beyond.letters, 0, beyond.ends);
        if block.symbols & bytes != 0 {
            let symbols = self.symbols(block.symbols & bytes);
            (letters, begins, ends) = (letters | symbols.letters, symbols.begins, ends | symbols.ends);
        }
        let behind = letters << 1 | beyond.open;
        self.beyond.open = letters >> (BYTES - 1);
        (self.begins, self.ends) = (letters & !behind | begins, behind & !letters | ends);
    }

    /// Takes the next words, as many as there is room for, and returns their number.
    #[inline(never)]
    pub fn fill(&mut self, words: &mut [Word]) -> usize {
        let bytes = self.text.as_bytes();
        let (mut count, mut has_wide) = (0, self.has_wide);
        // Whether a word has begun in a block before and not yet ended.
        let mut is_open = false;
        loop {
            let (base, mut begins, mut ends) = (self.base as u32, self.begins, self.ends);
            if is_open && ends != 0 {
                words[count].end_at(base + ends.trailing_zeros(), bytes);
                ends &= ends - 1;
                (count, is_open) = (count + 1, false);
            }
            for word in &mut words[count..] {
                if begins == 0 {
                    break;
                }
                word.start = base + begins.trailing_zeros();
                begins &= begins - 1;
                if ends == 0 {
                    is_open = true;
                    break;
                }
                word.end_at(base + ends.trailing_zeros(), bytes);
                ends &= ends - 1;
                count += 1;
            }
            (self.begins, self.ends) = (begins, ends);
            if !is_open && (count == words.len() || self.base + BYTES >= self.end) {
                break;
            }
            self.look_at(self.base + BYTES, u64::MAX);
            has_wide |= self.has_wide;
        }
        if has_wide {
            self.hash_wide(&mut words[..count]);
        }
        count
    }

    /// Hashes those of the words that are not in ASCII.
    #[cold]
    fn hash_wide(&self, words: &mut [Word]) {
        for word in words {
            let own = word.range();
            if self.text.as_bytes()[own.clone()].iter().any(|byte| *byte >= 0x80) {
                word.hash = hash_of_wide(&self.text[own]);
            }
        }
    }

    /// What the symbols of the block are: words of their own, letters of words, or nothing.
    #[inline(never)]
    fn symbols(&mut self, mut symbols: u64) -> Symbols {
        let (mut letters, mut begins, mut ends) = (0_u128, 0, 0_u128);
        while symbols != 0 {
            let place = symbols.trailing_zeros();
            symbols &= symbols - 1;
            let rest = &self.text[self.base + place as usize..];
            if is_dash_or_quote(rest.as_bytes()) {
                continue;
            }
            let Some(c) = rest.chars().next() else { break };
            let behind = 1 << (place + c.len_utf8() as u32);
            if c.is_alphanumeric() {
                letters |= behind - (1 << place);
            } else if is_symbol(c) {
                begins |= 1 << place;
                ends |= behind;
            } else {
                continue;
            }
            self.has_wide |= !c.is_ascii();
        }
        self.beyond.letters = (letters >> BYTES) as u64;
        self.beyond.ends = (ends >> BYTES) as u64;
        Symbols { letters: letters as u64, begins, ends: ends as u64 }
    }
}

/// What the symbols of a block are.
struct Symbols {
    /// Bytes of letters outside ASCII.
    letters: u64,
    /// Where symbols begin and end that are words.
    begins: u64,
    ends: u64,
}

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
    use std::collections::BTreeSet;

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
    fn letters_of_two_pieces_do_not_make_up_for_one_another() {
        let signs = || ('a'..='z').chain('0'..='9');
        let words = signs().flat_map(|eighth| signs().map(move |ninth| format!("abcdefg{eighth}{ninth}jklmnop")));
        let different: BTreeSet<u64> = words.flat_map(|word| hashes(&word)).collect();
        assert_eq!(different.len(), 36 * 36);
    }

    #[test]
    fn words_of_a_line_are_those_of_its_text() {
        let text =
            "\u{c9}lan vital \u{a9}2024 caf\u{e9}s \u{201c}Sign up\u{201d} $5 me@x.y \u{41a}\u{438}\u{457}\u{432} "
                .repeat(9)
                + &"long".repeat(50);
        let mut blocks = Blocks::default();
        for at in (0..text.len()).step_by(BYTES) {
            blocks.push(Block::at(text.as_bytes(), at));
        }
        let blanks: Vec<usize> = text.match_indices(' ').map(|(at, _)| at).chain([text.len()]).collect();
        for start in blanks.iter().copied() {
            for end in blanks.iter().copied().filter(|end| *end >= start).step_by(5) {
                let moved =
                    |word: Word| Word { start: word.start + start as u32, end: word.end + start as u32, ..word };
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
