//! Text that stands in a document twice: what the rules of the family `duplicates` share.

pub mod fold;
mod sentences;

pub use sentences::{RepeatedSentence, SHORTEST_SENTENCE, repeated_sentences};

use crate::document::Document;

/// The lines that hold more than blanks: their numbers, counted from 0, and their text without the
/// blanks at both ends.
#[must_use]
pub fn filled_lines(document: &Document) -> Vec<(usize, &str)> {
    let line = |index: usize| (index, document.slice(document.line(index)).trim());
    (0..document.lines().count()).map(line).filter(|(_, text)| !text.is_empty()).collect()
}

/// Whether a line ends like a sentence, closing marks aside: items of lists, rows of tables and
/// entries of menus do not, and repeat rightly.
#[must_use]
pub fn ends_like_sentence(line: &str) -> bool {
    line.trim_end_matches(['”', '"', '’', '\'', ')', ']', '»']).ends_with(['.', '!', '?', '…', ':', ','])
}
