//! Endings that an apostrophe ties to the word before (`s`, `t`, `ll`), with something else in between.

use super::words::Word;

/// The words that [`is_torn_off`] can be said of.
pub const ALL: &str = "s t d m ll re ve";

/// Whether `word` is such an ending, and what parts it from the word before is no apostrophe: a blank,
/// a question mark, a blank and an apostrophe, an accent. Both are words of `text`.
#[must_use]
pub fn is_torn_off(text: &str, before: Word, word: Word) -> bool {
    let (before, word) = (before.range(), word.range());
    let gap = &text.as_bytes()[before.end..word.start];
    if gap == b"'" || gap == "’".as_bytes() || gap.len() > 4 {
        return false;
    }
    let is_ending = matches!(&text.as_bytes()[word.clone()], b"s" | b"t" | b"d" | b"m" | b"ll" | b"re" | b"ve");
    let gap = &text[before.end..word.start];
    is_ending && matches!(gap, " " | "?" | " ’" | " '" | "’ " | "' " | "´" | " ´" | "`" | "′" | "‘" | "“" | "”")
}
