//! Endings that an apostrophe ties to the word before (`s`, `t`, `ll`), with something else in between.

use super::words::Word;

/// Whether `word` is such an ending, and what parts it from the word before is no apostrophe: a blank,
/// a question mark, a blank and an apostrophe, an accent. Both are words of `line`.
#[inline(always)]
pub fn is_torn_off(line: &str, before: Word, word: Word) -> bool {
    let gap = &line.as_bytes()[before.end..word.start];
    if gap == b"'" || gap == "’".as_bytes() || gap.len() > 4 {
        return false;
    }
    let is_ending = matches!(&line.as_bytes()[word.start..word.end], b"s" | b"t" | b"d" | b"m" | b"ll" | b"re" | b"ve");
    let gap = &line[before.end..word.start];
    is_ending && matches!(gap, " " | "?" | " ’" | " '" | "’ " | "' " | "´" | " ´" | "`" | "′" | "‘" | "“" | "”")
}
