//! Endings that an apostrophe ties to the word before (`s`, `t`, `ll`), with something else in between.

use super::words::Word;

/// Whether a short word can be such an ending, as far as its letters tell at a glance.
#[inline(always)]
pub fn may_be(text: &str, word: Word) -> bool {
    matches!(text.as_bytes()[word.start], b's' | b't' | b'd' | b'm' | b'l' | b'r' | b'v')
        && text.as_bytes()[word.end - 1] != b'o'
}

/// Whether `word` is such an ending, and what parts it from the word before is no apostrophe: a blank,
/// a question mark, a blank and an apostrophe, an accent. Both are words of `text`.
#[must_use]
pub fn is_torn_off(text: &str, before: Word, word: Word) -> bool {
    let gap = &text.as_bytes()[before.end..word.start];
    if gap == b"'" || gap == "’".as_bytes() || gap.len() > 4 {
        return false;
    }
    let is_ending = matches!(&text.as_bytes()[word.start..word.end], b"s" | b"t" | b"d" | b"m" | b"ll" | b"re" | b"ve");
    let gap = &text[before.end..word.start];
    is_ending && matches!(gap, " " | "?" | " ’" | " '" | "’ " | "' " | "´" | " ´" | "`" | "′" | "‘" | "“" | "”")
}
