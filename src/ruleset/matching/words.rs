//! The words of a text as hashes: the one pass over the text that all declarative rules share.

use crate::swar::{HIGH, LOWER, eight_at, letters};

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

/// What a byte is to the scan.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Parts words: blanks, line ends, quotation marks, ordinary punctuation.
    Separator,
    /// ASCII letter or digit.
    Letter,
    /// ASCII character that is a word by itself, so that rules can be found by it.
    Symbol,
    /// First byte of a character outside ASCII.
    Lead,
}

const KINDS: [Kind; 256] = {
    let mut kinds = [Kind::Separator; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = match byte as u8 {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => Kind::Letter,
            b'$' | b'%' | b'#' | b'@' | b'|' | b'&' => Kind::Symbol,
            0x80.. => Kind::Lead,
            _ => Kind::Separator,
        };
        byte += 1;
    }
    kinds
};

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

/// Every word of a text, in order.
pub struct Words<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Words<'t> {
    /// Begins at the start of the text.
    #[must_use]
    pub fn new(text: &'t str) -> Words<'t> {
        Words { text, at: 0 }
    }

    /// The word of ASCII letters and digits that begins at `start`: its end and its hash.
    #[inline(always)]
    fn ascii_word(&self, start: usize) -> (usize, u64) {
        let mut hash = 0;
        let mut at = start;
        loop {
            let eight = eight_at(self.text.as_bytes(), at);
            let others = !letters(eight) & HIGH;
            if others != 0 {
                let length = others.trailing_zeros() / 8;
                let kept = (1_u64 << (8 * length)) - 1;
                return (at + length as usize, mix(hash, (eight | LOWER) & kept));
            }
            hash = mix(hash, eight | LOWER);
            at += 8;
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

    /// A symbol that is a word by itself.
    fn symbol(&self, start: usize) -> Word {
        let byte = self.text.as_bytes()[start];
        Word { start, end: start + 1, hash: mix(0, u64::from(byte)) }
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
            self.at = start + self.text[start..].chars().next().map_or(1, char::len_utf8);
            return None;
        }
        self.at = end;
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
        let bytes = self.text.as_bytes();
        loop {
            let start = self.at;
            match KINDS[*bytes.get(start)? as usize] {
                Kind::Separator => self.at += 1,
                Kind::Symbol => {
                    self.at += 1;
                    return Some(self.symbol(start));
                }
                Kind::Letter => {
                    let (end, hash) = self.ascii_word(start);
                    let behind = bytes.get(end).copied().unwrap_or(b' ');
                    if behind.is_ascii() || !self.goes_on(end) {
                        // The usual separator needs no look of its own.
                        self.at = end + usize::from(behind == b' ');
                        return Some(Word { start, end, hash });
                    }
                    if let Some(word) = self.wide(start) {
                        return Some(word);
                    }
                }
                Kind::Lead => match bytes[start..] {
                    // Curly quotation marks, dashes and the ellipsis (U+2010 to U+2027), and the
                    // no-break space: nearly all there is outside ASCII in English news.
                    [0xE2, 0x80, 0x90..=0xA7, ..] => self.at += 3,
                    [0xC2, 0xA0, ..] => self.at += 2,
                    _ => {
                        if let Some(word) = self.wide(start) {
                            return Some(word);
                        }
                    }
                },
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
    fn symbols_are_words() {
        let starts: Vec<_> = Words::new("© 2024 | $5").map(|word| word.start).collect();
        assert_eq!(starts, [0, 3, 8, 10, 11]);
    }
}
