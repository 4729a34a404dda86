//! What stands beside a place in the text.

use std::ops::RangeInclusive;

use crate::swar::{HIGH, eight_at, letters};

/// The character before `at`.
#[must_use]
pub fn char_before(text: &str, at: usize) -> Option<char> {
    text[..at].chars().next_back()
}

/// The character at `at`; none behind the end or inside a character.
#[must_use]
pub fn char_at(text: &str, at: usize) -> Option<char> {
    text.get(at..)?.chars().next()
}

/// The run of letters and digits that ends at `at`; empty when there is none.
#[must_use]
pub fn word_before(text: &str, at: usize) -> &str {
    let head = &text[..at];
    // Most words are ASCII.
    let start = head.bytes().rposition(|byte| !byte.is_ascii_alphanumeric()).map_or(0, |mark| mark + 1);
    if start == 0 || head.as_bytes()[start - 1].is_ascii() {
        return &head[start..];
    }
    let letters = head.chars().rev().take_while(|c| is_letter_or_digit(*c)).map(char::len_utf8).sum::<usize>();
    &text[at - letters..at]
}

/// The run of letters and digits that begins at `at`; empty when there is none, as behind the end or
/// inside a character.
#[must_use]
pub fn word_at(text: &str, at: usize) -> &str {
    let rest = text.get(at..).unwrap_or_default();
    // Most words are short and ASCII.
    let length = (!letters(eight_at(rest.as_bytes(), 0)) & HIGH).trailing_zeros() as usize / 8;
    if length < 8 && rest.as_bytes().get(length).is_none_or(u8::is_ascii) {
        return &rest[..length];
    }
    let letters = rest.chars().take_while(|c| is_letter_or_digit(*c)).map(char::len_utf8).sum::<usize>();
    &rest[..letters]
}

/// Whether a character is a letter or digit. The marks and blanks of typesetting, which are most of what stands
/// behind words besides ASCII, are told without the tables of Unicode.
fn is_letter_or_digit(c: char) -> bool {
    /// General Punctuation, a block without any.
    const TYPOGRAPHIC: RangeInclusive<char> = '\u{2000}'..='\u{206F}';
    !TYPOGRAPHIC.contains(&c) && c.is_alphanumeric()
}

/// The stretch between blanks that holds the byte at `at`, at most `reach` bytes to each side.
#[must_use]
pub fn chunk_around(text: &str, at: usize, reach: usize) -> &str {
    let from = text.ceil_char_boundary(at.saturating_sub(reach));
    let to = text.floor_char_boundary((at + reach).min(text.len()));
    let start = text[from..at].rfind(char::is_whitespace).map_or(from, |blank| from + blank + 1);
    let end = text[at..to].find(char::is_whitespace).map_or(to, |blank| at + blank);
    text[text.ceil_char_boundary(start)..end].trim_start()
}

/// Whether a stretch between blanks is an address, a file name, a handle or code, and no prose.
#[must_use]
pub fn is_address(chunk: &str) -> bool {
    chunk.contains(['@', '/', '\\', '#', '=', '{', '}', '<', '>', '_', '&'])
        || chunk.starts_with("www.")
        || chunk.contains("://")
}

/// Whether a word is written in lower case ASCII letters, at least `shortest` of them.
#[must_use]
pub fn is_lower_word(word: &str, shortest: usize) -> bool {
    word.len() >= shortest && word.bytes().all(|byte| byte.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_chunks_around_a_place() {
        let text = "see now.The end, www.a.com é";
        assert_eq!((word_before(text, 7), word_at(text, 8)), ("now", "The"));
        assert_eq!(chunk_around(text, 7, 40), "now.The");
        assert!(is_address(chunk_around(text, 21, 40)));
        assert_eq!((word_before(text, 0), word_at(text, text.len())), ("", ""));
        assert_eq!((char_before(text, 0), char_at(text, text.len())), (None, None));
        assert_eq!((word_at(text, text.len() + 1), word_at(text, text.len() - 1)), ("", ""));
    }
}
