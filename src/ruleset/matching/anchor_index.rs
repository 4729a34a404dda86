//! The table from anchors to what they stand for.

use crate::hashed_map::HashedMap;

/// From anchors to targets, by their numbers.
#[derive(Debug)]
pub struct AnchorIndex {
    /// For lines of any length, and for long ones, which few targets look at.
    filters: [Filter; 2],
    table: HashedMap<u64, Chain>,
    /// The target that a target of the same key is followed by, or [`NONE`].
    next: Vec<u32>,
}

/// The targets of a key.
#[derive(Clone, Copy, Debug)]
struct Chain {
    /// The highest limit of all; it lies beside the number, so that most long lines are passed over
    /// without reading the targets.
    limit: u32,
    first: u32,
    last: u32,
}

/// No target.
const NONE: u32 = u32::MAX;

/// Bits by the highest bits of a key, which fit a near cache.
#[derive(Debug)]
pub struct Filter {
    bits: Box<[u64]>,
    shift: u32,
}

impl Filter {
    fn for_keys(count: usize) -> Filter {
        // Thirty-two bits a key keep false passes near three in a hundred. From 2^12 bits (512 bytes)
        // to 2^20 (128 KiB, still second-level cache).
        let bits = (count.max(1) * 32).next_power_of_two().clamp(1 << 12, 1 << 20);
        Filter { bits: vec![0_u64; bits / 64].into_boxed_slice(), shift: 64 - bits.trailing_zeros() }
    }

    fn add(&mut self, key: u64) {
        let bit = (key >> self.shift) as usize;
        self.bits[bit / 64] |= 1 << (bit % 64);
    }

    /// Whether anything may be known of the key; a quick look that errs by saying yes.
    #[inline(always)]
    pub fn may_hold(&self, key: u64) -> bool {
        let bit = (key >> self.shift) as usize;
        self.bits[bit / 64] & (1 << (bit % 64)) != 0
    }
}

impl AnchorIndex {
    /// Builds the index. `entries` are key, limit and number of each target, the highest limit first;
    /// a line counts as long when it has more than `long` words.
    #[must_use]
    pub fn new(entries: &[(u64, u32, u32)], long: u32) -> AnchorIndex {
        let for_long = entries.iter().filter(|(_, limit, _)| *limit > long);
        let mut filters = [Filter::for_keys(entries.len()), Filter::for_keys(for_long.clone().count())];
        for (key, _, _) in for_long {
            filters[1].add(*key);
        }
        let most = entries.iter().map(|(_, _, target)| *target as usize + 1).max().unwrap_or(0);
        let mut next = vec![NONE; most];
        let mut table: HashedMap<u64, Chain> = HashedMap::default();
        table.reserve(entries.len());
        for (key, limit, target) in entries {
            filters[0].add(*key);
            let chain = table.entry(*key).or_insert(Chain { limit: *limit, first: *target, last: *target });
            if chain.last != *target {
                next[chain.last as usize] = *target;
                chain.last = *target;
            }
        }
        AnchorIndex { filters, table, next }
    }

    /// The filter of the keys that anything is known of on lines that are long or not.
    #[must_use]
    pub fn filter(&self, is_long: bool) -> &Filter {
        &self.filters[usize::from(is_long)]
    }

    /// The targets of a key, the highest limit first; none when all limits are below `least`.
    pub fn get(&self, key: u64, least: u32) -> impl Iterator<Item = u32> + '_ {
        let found = self.table.get(&key).filter(|chain| chain.limit >= least);
        let follow = |target: u32| (target != NONE).then_some(target);
        std::iter::successors(found.map(|chain| chain.first), move |target| follow(self.next[*target as usize]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_of_a_key_come_in_their_order() {
        let index = AnchorIndex::new(&[(7, 90, 2), (9, 40, 0), (7, 20, 1)], 30);
        assert!(index.filter(false).may_hold(7) && index.filter(true).may_hold(7));
        assert_eq!(index.get(7, 20).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(index.get(7, 91).count(), 0);
        assert_eq!(index.get(8, 1).count(), 0);
    }
}
