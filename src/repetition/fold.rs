//! Comparing lines by their words, whatever their quotation marks, dashes, case and blanks.

use std::iter;

use xxhash_rust::xxh3::xxh3_64;

use crate::swar;

/// Letters and digits that a key is made of.
const KEY_LENGTH: usize = 24;

/// Letters and digits that make a key; with fewer, lines would meet that have nothing in common.
const FEWEST_LETTERS: usize = 12;

/// ASCII letters in lower case and digits; 0 for other bytes.
const FOLDED: [u8; 256] = {
    let mut folded = [0; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        if byte.is_ascii_alphanumeric() {
            folded[byte as usize] = byte.to_ascii_lowercase();
        }
        byte += 1;
    }
    folded
};

/// Letters and digits that a sketch is made of: nearly always as many stand among the eight bytes at a line's end.
const SKETCH_LENGTH: usize = 6;

/// The end of a line by which others are found that are like it.
#[derive(Clone, Copy, Debug)]
pub enum LineEnd {
    /// Where it begins.
    First,
    /// Where it stops.
    Last,
}

/// The key of a line's end: lines that share neither of their two differ near both ends. Only ASCII letters
/// and digits go into a key; a line with few of them is its own key.
#[must_use]
pub fn key(line: &str, end: LineEnd) -> u64 {
    let bytes = line.as_bytes();
    let of = |(folded, length): ([u8; KEY_LENGTH], usize)| {
        if length < FEWEST_LETTERS { xxh3_64(bytes) } else { xxh3_64(&folded[..length]) }
    };
    match end {
        LineEnd::First => of(letters(bytes.iter())),
        LineEnd::Last => of(letters(bytes.iter().rev())).rotate_left(1),
    }
}

/// Some of what the key of a line's end is made of, for a fraction of the work: lines that share a key share the
/// sketch, too.
#[must_use]
pub fn sketch(bytes: &[u8], end: LineEnd) -> u64 {
    match end {
        LineEnd::First => {
            let eight = bytes.first_chunk().map(|eight| u64::from_le_bytes(*eight));
            eight.and_then(folded).unwrap_or_else(|| folded_one_by_one(bytes.iter()))
        }
        LineEnd::Last => {
            let eight = bytes.last_chunk().map(|eight| u64::from_be_bytes(*eight));
            !eight.and_then(folded).unwrap_or_else(|| folded_one_by_one(bytes.iter().rev()))
        }
    }
}

/// The first letters and digits of eight bytes, if there are enough for a sketch.
#[inline(always)]
fn folded(eight: u64) -> Option<u64> {
    let (mut folded, mut others) = (eight | swar::LOWER, !swar::letters(eight) & swar::HIGH);
    for _ in SKETCH_LENGTH..8 {
        if others == 0 {
            break;
        }
        // What stands behind the first other byte moves to its place.
        let before = (1 << (others.trailing_zeros() & !7)) - 1;
        folded = folded & before | folded >> 8 & !before;
        others = (others & (others - 1)) >> 8;
    }
    (others == 0).then_some(folded & ((1 << (8 * SKETCH_LENGTH)) - 1))
}

/// The same of a line; with fewer letters zeros are behind them.
#[cold]
fn folded_one_by_one<'b>(bytes: impl Iterator<Item = &'b u8>) -> u64 {
    let (folded, _): ([u8; SKETCH_LENGTH], usize) = letters(bytes);
    folded.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

/// The first letters and digits among these bytes, zeros behind them, and how many they are.
#[inline(always)]
fn letters<'b, const MOST: usize>(bytes: impl Iterator<Item = &'b u8>) -> ([u8; MOST], usize) {
    let mut folded = [0; MOST];
    let mut length = 0;
    for byte in bytes {
        // Without a branch a byte: the next letter is written over blanks and marks.
        let folded_byte = FOLDED[usize::from(*byte)];
        folded[length] = folded_byte;
        length += usize::from(folded_byte != 0);
        if length == MOST {
            break;
        }
    }
    (folded, length)
}

/// A letter or digit in lower case; nothing for other characters.
fn letter(c: char) -> Option<char> {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric().then(|| c.to_ascii_lowercase());
    }
    c.is_alphanumeric().then(|| c.to_lowercase().next().unwrap_or(c))
}

/// Bytes with which something begins that may part two words.
const MAY_PART: [bool; 256] = {
    let mut may_part = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        may_part[byte] = matches!(byte as u8, b'\t'..=b'\r' | b' ' | b'-' | b'/' | 0x80..);
        byte += 1;
    }
    may_part
};

/// The words of a line as they stand there, marks at their edges aside.
pub fn words(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = line;
    iter::from_fn(move || {
        while !rest.is_empty() {
            let (end, next) = word_end(rest);
            let word = without_marks(&rest[..end]);
            rest = &rest[next..];
            if !word.is_empty() {
                return Some(word);
            }
        }
        None
    })
}

/// Where the first word of a text ends with the marks behind it, and where what parts it from the next does.
fn word_end(text: &str) -> (usize, usize) {
    let mut at = 0;
    while let Some(part) = text.as_bytes()[at..].iter().position(|byte| MAY_PART[usize::from(*byte)]) {
        at += part;
        let Some(c) = text[at..].chars().next() else { break };
        let behind = at + c.len_utf8();
        if c.is_whitespace() || matches!(c, '-' | '–' | '—' | '/') {
            return (at, behind);
        }
        at = behind;
    }
    (text.len(), text.len())
}

/// A word without the marks at both ends; most have none.
fn without_marks(word: &str) -> &str {
    match word.as_bytes() {
        [first, .., last] if first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric() => word,
        _ => word.trim_matches(|c: char| !c.is_alphanumeric()),
    }
}

/// Whether two words are the same but for case and marks inside.
#[must_use]
pub fn same_word(a: &str, b: &str) -> bool {
    a == b || a.chars().filter_map(letter).eq(b.chars().filter_map(letter))
}

/// Where two lines differ, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference<'t> {
    /// Words of the first line that the second has not.
    pub only_first: Vec<&'t str>,
    /// Words of the second line that the first has not.
    pub only_second: Vec<&'t str>,
}

impl Difference<'_> {
    /// Words on the side that has more of them.
    #[must_use]
    pub fn len(&self) -> usize {
        self.only_first.len().max(self.only_second.len())
    }
}

/// The differences between two lines when there are at most `most` words on either side: a
/// sequence of insertions, deletions and replacements found by trying the nearest words that are
/// alike. `None` when there are more.
#[must_use]
pub fn difference<'t>(first: &'t str, second: &'t str, most: usize) -> Option<Difference<'t>> {
    // Most lines that are compared part after a few words, so no more are taken than are looked at.
    let (mut rest_of_a, mut rest_of_b) = (words(first), words(second));
    let (mut a, mut b): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
    let mut found = Difference { only_first: Vec::new(), only_second: Vec::new() };
    let (mut i, mut j) = (0, 0);
    loop {
        let ahead = i.max(j) + most + 2;
        a.extend(rest_of_a.by_ref().take(ahead.saturating_sub(a.len())));
        b.extend(rest_of_b.by_ref().take(ahead.saturating_sub(b.len())));
        if i == a.len() && j == b.len() {
            break;
        }
        if i < a.len() && j < b.len() && same_word(a[i], b[j]) {
            (i, j) = (i + 1, j + 1);
            continue;
        }
        let (skip_a, skip_b) = resume(&a[i..], &b[j..], most)?;
        found.only_first.extend(&a[i..i + skip_a]);
        found.only_second.extend(&b[j..j + skip_b]);
        if found.len() > most {
            return None;
        }
        (i, j) = (i + skip_a, j + skip_b);
    }
    Some(found)
}

/// How many words to leave out on either side so that the next two pairs, or the ends, are alike.
fn resume(a: &[&str], b: &[&str], most: usize) -> Option<(usize, usize)> {
    let alike = |i: usize, j: usize| match (a.get(i), b.get(j)) {
        (None, None) => true,
        (Some(x), Some(y)) => same_word(x, y),
        _ => false,
    };
    (1..=2 * most)
        .flat_map(|sum| (0..=sum).map(move |skip_a| (skip_a, sum - skip_a)))
        .filter(|(i, j)| *i <= most.min(a.len()) && *j <= most.min(b.len()))
        .find(|(i, j)| alike(*i, *j) && iter::once(1).all(|step| *i + step > a.len() || alike(i + step, j + step)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn differing(first: &str, second: &str) -> Option<(Vec<String>, Vec<String>)> {
        let owned = |words: Vec<&str>| words.into_iter().map(str::to_owned).collect();
        difference(first, second, 2).map(|found| (owned(found.only_first), owned(found.only_second)))
    }

    fn strings(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn marks_case_and_blanks_do_not_count() {
        let (a, b) = ("The nation’s  “best” — so far", "the nation's \"best\" - So far.");
        for end in [LineEnd::First, LineEnd::Last] {
            let numbers = |line: &str| (key(line, end), sketch(line.as_bytes(), end));
            assert_eq!(numbers(a), numbers(b));
        }
        assert_eq!(differing(a, b), Some((vec![], vec![])));
    }

    #[test]
    fn sketches_are_of_the_letters_at_the_end() {
        for line in ["Themin", "Themini", "Theministers", "The minister", "A “b” c1d", "-T-h-e-m-i-n-", "Th€", "", "é€"]
        {
            let plain: Vec<u8> = line.bytes().filter(u8::is_ascii_alphanumeric).collect();
            let first = folded_one_by_one(plain.iter());
            let last = folded_one_by_one(plain.iter().rev());
            let sketches = [LineEnd::First, LineEnd::Last].map(|end| sketch(line.as_bytes(), end));
            assert_eq!(sketches, [first, !last], "{line}");
        }
    }

    #[test]
    fn words_are_parted_by_blanks_and_dashes() {
        let found = |line| words(line).collect::<Vec<_>>();
        assert_eq!(
            found("  The “élan” — so-far/on,\u{A0}a\u{2003}é é\t(b) 's… \u{85}x"),
            ["The", "élan", "so", "far", "on", "a", "é", "é", "b", "s", "x"]
        );
        assert_eq!(found("-– … ”"), [""; 0]);
    }

    #[test]
    fn differing_words_are_named() {
        assert_eq!(differing("one two three four", "one two and three four"), Some((vec![], strings(&["and"]))));
        assert_eq!(differing("one two three four", "one 2 three four"), Some((strings(&["two"]), strings(&["2"]))));
        assert_eq!(differing("one two three", "one two three four five"), Some((vec![], strings(&["four", "five"]))));
        assert_eq!(differing("a b c d e f", "u v w x y z"), None);
        assert_eq!(differing("", "one"), Some((vec![], strings(&["one"]))));
    }
}
