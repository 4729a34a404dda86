//! Finding rules by the words they need, in one pass whatever their number.
//!
//! Each literal and each alternative of a pattern is represented by one anchor: the least common
//! pair of neighbouring words in it, or its least common word. The text is cut into words once;
//! each word and each pair is looked up in a bit filter that fits the first-level cache, and the
//! few that pass in a hash table. So the price hardly depends on how many rules there are, and
//! nothing has to be built at start-up but the table (an Aho-Corasick automaton over the same
//! phrases takes longer to build than a small run takes; `cargo bench --bench matcher` compares).

use crate::hashed_map::HashedMap;

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

/// From anchors to what they stand for.
#[derive(Debug)]
pub struct AnchorIndex<T> {
    filter: Box<[u64]>,
    shift: u32,
    table: HashedMap<u64, Entries<T>>,
}

/// What an anchor stands for.
#[derive(Debug)]
struct Entries<T> {
    /// The highest limit of all entries; it lies beside the pointer, so that most long lines are
    /// passed over without reading the entries.
    limit: u32,
    entries: Vec<T>,
}

impl<T> AnchorIndex<T> {
    /// Builds the index from keys, the limits of their entries, and the entries.
    #[must_use]
    pub fn new(entries: Vec<(u64, u32, T)>) -> AnchorIndex<T> {
        // Thirty-two bits an entry keep false passes near three in a hundred. From 2^12 bits
        // (512 bytes) to 2^20 (128 KiB, still second-level cache).
        let bits = (entries.len().max(1) * 32).next_power_of_two().clamp(1 << 12, 1 << 20);
        let shift = 64 - bits.trailing_zeros();
        let mut filter = vec![0_u64; bits / 64].into_boxed_slice();
        let mut table: HashedMap<u64, Entries<T>> = HashedMap::default();
        table.reserve(entries.len());
        for (key, limit, entry) in entries {
            let bit = (key >> shift) as usize;
            filter[bit / 64] |= 1 << (bit % 64);
            let known = table.entry(key).or_insert_with(|| Entries { limit: 0, entries: Vec::new() });
            known.limit = known.limit.max(limit);
            known.entries.push(entry);
        }
        AnchorIndex { filter, shift, table }
    }

    /// Whether anything may be known of the key; a quick look that errs by saying yes.
    #[inline(always)]
    pub fn may_hold(&self, key: u64) -> bool {
        let bit = (key >> self.shift) as usize;
        self.filter[bit / 64] & (1 << (bit % 64)) != 0
    }

    /// What a key stands for, unless all its limits are below `least`.
    #[must_use]
    pub fn get(&self, key: u64, least: u32) -> &[T] {
        self.table.get(&key).filter(|found| found.limit >= least).map_or(&[], |found| &found.entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_is_known_by_its_rarest_words() {
        let (key, before) = of_literal("you can sign up for free").unwrap();
        assert_eq!((key, before), (of_words("can sign").unwrap(), "you ".len()));
        let index = AnchorIndex::new(vec![(key, 20, "signup")]);
        let same = of_words("CAN\u{A0}Sign").unwrap();
        assert!(index.may_hold(same));
        assert_eq!(index.get(same, 20), ["signup"]);
        assert!(index.get(same, 21).is_empty());
        assert!(index.get(of_words("for all").unwrap(), 1).is_empty());
    }
}
