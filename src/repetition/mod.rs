//! Text that stands in a document twice: what the rules of the family `duplicates` share.

pub mod fold;
mod lines;
mod recurring;
mod sentences;

pub use lines::{FilledLine, FilledLines};
pub use recurring::Recurring;
pub use sentences::{RepeatedSentence, SHORTEST_SENTENCE, repeated_sentences};

/// A number for a few others in their order, spread over all bits; much cheaper than a hash of the text that they
/// are taken from.
fn mix(numbers: impl Iterator<Item = u64>) -> u64 {
    /// Any odd number with many bits, so that all parts reach all bits.
    const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;
    numbers.fold(0, |mixed, number| {
        let mixed = (mixed ^ number).wrapping_mul(SPREAD);
        mixed ^ mixed >> 32
    })
}

/// Whether a line ends like a sentence, closing marks aside: items of lists, rows of tables and
/// entries of menus do not, and repeat rightly.
#[must_use]
pub fn ends_like_sentence(line: &str) -> bool {
    line.trim_end_matches(['”', '"', '’', '\'', ')', ']', '»']).ends_with(['.', '!', '?', '…', ':', ','])
}
