//! Text that stands in a document twice: what the rules of the family `duplicates` share.

pub mod fold;
mod lines;
mod sentences;

pub use lines::{FilledLine, FilledLines};
pub use sentences::{RepeatedSentence, SHORTEST_SENTENCE, repeated_sentences};

/// Whether a line ends like a sentence, closing marks aside: items of lists, rows of tables and
/// entries of menus do not, and repeat rightly.
#[must_use]
pub fn ends_like_sentence(line: &str) -> bool {
    line.trim_end_matches(['”', '"', '’', '\'', ')', ']', '»']).ends_with(['.', '!', '?', '…', ':', ','])
}
