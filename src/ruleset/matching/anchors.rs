//! Finding rules by the words they need, in one pass whatever their number.
//!
//! Each literal and each alternative of a pattern is represented by one anchor: the least common
//! pair of neighbouring words in it, or its least common word. The text is cut into words once;
//! each word and each pair is looked up in a bit filter that fits the first-level cache, and the
//! few that pass in a hash table. So the price hardly depends on how many rules there are, and
//! nothing has to be built at start-up but the table (an Aho-Corasick automaton over the same
//! phrases takes longer to build than a small run takes; `cargo bench --bench matcher` compares).
//! The keys of built-in literals are worked out by the build script.

use super::rarity::best;
use super::words::{Words, pair};

/// The best anchor of a literal: its key, and how many bytes of the folded literal come before it.
#[must_use]
pub fn of_literal(folded: &str) -> Option<(u64, usize)> {
    let words: Vec<_> = Words::new(folded).collect();
    let texts: Vec<_> = words.iter().map(|word| Some(&folded[word.start..word.end])).collect();
    let chosen = best(&texts)?;
    let before = words[chosen.start].start;
    let hashes: Vec<_> = words[chosen].iter().map(|word| word.hash).collect();
    Some((key_of(&hashes)?, before))
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
        let (key, before) = of_literal("you can sign up for free").unwrap();
        assert_eq!((key, before), (of_words("can sign").unwrap(), "you ".len()));
        assert_eq!(of_words("CAN\u{A0}Sign"), Some(key));
    }
}
