//! Finding rules by the words they need, in one pass whatever their number.
//!
//! Each literal and each alternative of a pattern is represented by one anchor: the least common
//! pair of neighbouring words in it, or its least common word. The text is cut into words once;
//! each word and each pair is looked up in a bit filter that fits the second-level cache, and the
//! few that pass in a hash table. So the price hardly depends on how many rules there are, and
//! nothing has to be built at start-up but the filter (an Aho-Corasick automaton over the same
//! phrases takes longer to build than a small run takes; `cargo bench --bench matcher` compares).
//! The table of the built-in rules is laid out by the build script (`targets`).

use std::ops::Range;

use super::rarity::best;
use super::words::{Word, Words, pair};

/// A literal's anchor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfLiteral {
    /// The key of its words.
    pub key: u64,
    /// Bytes of the folded literal before it.
    pub before: u16,
    /// What stands beside it.
    pub beside: Beside,
}

/// The letters or digits, ASCII and in lower case, one space before and behind an anchor; 0 where there
/// is anything else. Most of an anchor's places are other phrases with the same words, and differ there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beside([u8; 2]);

impl OfLiteral {
    /// How it is stored.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 12] {
        let mut bytes = [0; 12];
        bytes[..8].copy_from_slice(&self.key.to_le_bytes());
        bytes[8..10].copy_from_slice(&self.before.to_le_bytes());
        bytes[10..].copy_from_slice(&self.beside.0);
        bytes
    }

    /// Reads what [`OfLiteral::to_bytes`] gives.
    #[must_use]
    pub fn from_bytes([key @ .., low, high, before, behind]: [u8; 12]) -> OfLiteral {
        let (key, place) = (u64::from_le_bytes(key), u16::from_le_bytes([low, high]));
        OfLiteral { key, before: place, beside: Beside([before, behind]) }
    }
}

impl Beside {
    /// How it is stored.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 2] {
        self.0
    }

    /// Reads what [`Beside::to_bytes`] gives.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 2]) -> Beside {
        Beside(bytes)
    }

    /// What stands beside a part of a text.
    #[must_use]
    pub fn new(text: &[u8], part: Range<usize>) -> Beside {
        let letter = |byte: u8| if byte.is_ascii_alphanumeric() { byte.to_ascii_lowercase() } else { 0 };
        let before = match text[..part.start] {
            [.., last, b' '] => letter(last),
            _ => 0,
        };
        let behind = match text[part.end..] {
            [b' ', first, ..] => letter(first),
            _ => 0,
        };
        Beside([before, behind])
    }

    /// Whether both can be the same phrase.
    #[must_use]
    pub fn may_be(self, other: Beside) -> bool {
        self.0.iter().zip(other.0).all(|(own, other)| *own == 0 || other == 0 || *own == other)
    }
}

/// The best anchor of a literal.
#[must_use]
pub fn of_literal(folded: &str) -> Option<OfLiteral> {
    let words: Vec<_> = Words::new(folded).collect();
    let texts: Vec<_> = words.iter().map(|word| Some(&folded[word.range()])).collect();
    let chosen = best(&texts)?;
    of_some(folded, &words[chosen])
}

/// The anchor of a literal that a line begins with: its first words.
#[must_use]
pub fn of_start(folded: &str) -> Option<OfLiteral> {
    let words: Vec<_> = Words::new(folded).take(2).collect();
    of_some(folded, &words).map(|anchor| OfLiteral { before: 0, ..anchor })
}

fn of_some(folded: &str, words: &[Word]) -> Option<OfLiteral> {
    let hashes: Vec<_> = words.iter().map(|word| word.hash).collect();
    let (first, last) = (words.first()?, words.last()?);
    let beside = Beside::new(folded.as_bytes(), first.range().start..last.range().end);
    Some(OfLiteral { key: key_of(&hashes)?, before: u16::try_from(first.start).ok()?, beside })
}

/// The key of the first two words, or of the only one.
#[must_use]
pub fn of_words(folded: &str) -> Option<u64> {
    let hashes: Vec<_> = Words::new(folded).take(2).map(|word| word.hash).collect();
    key_of(&hashes)
}

fn key_of(hashes: &[u64]) -> Option<u64> {
    match hashes {
        [] => None,
        [one] => Some(*one),
        [first, second, ..] => Some(pair(*first, *second)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_is_known_by_its_rarest_words() {
        let anchor = of_literal("you can sign up for free").unwrap();
        assert_eq!((anchor.key, anchor.before), (of_words("can sign").unwrap(), "you ".len() as u16));
        assert_eq!(of_words("CAN\u{A0}Sign"), Some(anchor.key));
        assert_eq!(anchor.beside, Beside([b'u', b'u']));
    }

    #[test]
    fn other_phrases_with_the_same_words_are_told_by_what_stands_beside() {
        let beside = of_literal("you can sign up for free").unwrap().beside;
        let may_be = |text: &str| {
            let start = text.to_lowercase().find("can").unwrap();
            let end = text.to_lowercase().find("sign").unwrap() + "sign".len();
            beside.may_be(Beside::new(text.as_bytes(), start..end))
        };
        assert!(may_be("You CAN sign Up for free") && may_be("can sign") && may_be("you\u{A0}can sign  up"));
        assert!(!may_be("I can sign up") && !may_be("you can sign in"));
    }
}
