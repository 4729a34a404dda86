//! Endings that an apostrophe ties to the word before (`s`, `t`, `ll`), with something else in between.

use super::words::Word;

/// Whether a word can be such an ending, as far as its length and first letter tell.
#[inline(always)]
pub fn may_be(line: &str, word: Word) -> bool {
    word.end - word.start <= 2
        && matches!(line.as_bytes()[word.start], b's' | b't' | b'd' | b'm' | b'l' | b'r' | b'v')
        && line.as_bytes()[word.end - 1] != b'o'
}

/// Whether `word` is such an ending, and what parts it from the word before is no apostrophe: a blank,
/// a question mark, a blank and an apostrophe, an accent. Both are words of `line`.
#[must_use]
pub fn is_torn_off(line: &str, before: Word, word: Word) -> bool {
    let gap = &line.as_bytes()[before.end..word.start];
    if gap == b"'" || gap == "’".as_bytes() || gap.len() > 4 {
        return false;
    }
    let is_ending = matches!(&line.as_bytes()[word.start..word.end], b"s" | b"t" | b"d" | b"m" | b"ll" | b"re" | b"ve");
    let gap = &line[before.end..word.start];
    is_ending && matches!(gap, " " | "?" | " ’" | " '" | "’ " | "' " | "´" | " ´" | "`" | "′" | "‘" | "“" | "”")
}
