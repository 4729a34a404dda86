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
    /// Whether one of the keys that [`AnchorIndex::let_pass`] has let pass leads to a target, too.
    is_passed_known: bool,
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

/// Bits by the highest bits of a key, which choose one of many numbers, and the lowest, which choose a bit of it:
/// 128 KiB, which the second-level cache holds. The built-in keys set three in a hundred of the bits, so that few
/// other keys pass.
#[derive(Debug)]
pub struct Filter(Box<[u64; FILTER_LENGTH]>);

/// A length that is known beforehand spares the look whether a place is inside.
const FILTER_LENGTH: usize = 1 << 14;

impl Filter {
    fn of(keys: impl Iterator<Item = u64>) -> Filter {
        let bits = vec![0; FILTER_LENGTH].into_boxed_slice();
        let mut filter = Filter(bits.try_into().expect("as many as asked for"));
        keys.for_each(|key| filter.add(key));
        filter
    }

    fn add(&mut self, key: u64) {
        self.0[Filter::index(key)] |= 1 << (key % 64);
    }

    /// The place of the number that a key's bit is in.
    #[inline(always)]
    fn index(key: u64) -> usize {
        (key >> (u64::BITS - FILTER_LENGTH.trailing_zeros())) as usize
    }

    /// Whether anything may be known of the key; a quick look that errs by saying yes.
    #[inline(always)]
    pub fn may_hold(&self, key: u64) -> bool {
        self.0[Filter::index(key)] & 1 << (key % 64) != 0
    }
}

/// The key with its well mixed half, the upper one, where the table looks first.
fn table_key(key: u64) -> u64 {
    key.rotate_left(32)
}

impl AnchorIndex {
    /// Builds the index. `entries` are key, limit and number of each target, the highest limit first;
    /// a line counts as long when it has more than `long` words.
    #[must_use]
    pub fn new(entries: &[(u64, u32, u32)], long: u32) -> AnchorIndex {
        let keys = |least: u32| entries.iter().filter(move |(_, limit, _)| *limit >= least).map(|(key, _, _)| *key);
        let filters = [Filter::of(keys(0)), Filter::of(keys(long + 1))];
        let most = entries.iter().map(|(_, _, target)| *target as usize + 1).max().unwrap_or(0);
        let mut next = vec![NONE; most];
        let mut table: HashedMap<u64, Chain> = HashedMap::default();
        table.reserve(entries.len());
        for (key, limit, target) in entries {
            let chain = table.entry(table_key(*key)).or_insert(Chain { limit: *limit, first: *target, last: *target });
            if chain.last != *target {
                next[chain.last as usize] = *target;
                chain.last = *target;
            }
        }
        AnchorIndex { filters, table, next, is_passed_known: false }
    }

    /// Lets the filters pass more keys, of which nothing else is known.
    pub fn let_pass(&mut self, keys: impl Iterator<Item = u64>) {
        for key in keys {
            self.filters.iter_mut().for_each(|filter| filter.add(key));
            self.is_passed_known |= self.table.contains_key(&table_key(key));
        }
    }

    /// Whether one of the keys that were let pass leads to a target, too.
    #[must_use]
    pub fn is_passed_known(&self) -> bool {
        self.is_passed_known
    }

    /// The filter of the keys that anything is known of on lines that are long or not.
    #[must_use]
    pub fn filter(&self, is_long: bool) -> &Filter {
        &self.filters[usize::from(is_long)]
    }

    /// The targets of a key, the highest limit first; none when all limits are below `least`.
    pub fn get(&self, key: u64, least: u32) -> impl Iterator<Item = u32> + '_ {
        let found = self.table.get(&table_key(key)).filter(|chain| chain.limit >= least);
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

    #[test]
    fn keys_can_pass_that_lead_to_no_target() {
        let mut index = AnchorIndex::new(&[(7, 90, 2)], 30);
        assert!(!index.filter(false).may_hold(8));
        index.let_pass([8].into_iter());
        assert!(index.filter(false).may_hold(8) && index.filter(true).may_hold(8));
        assert_eq!((index.get(8, 1).count(), index.is_passed_known()), (0, false));
        index.let_pass([7].into_iter());
        assert!(index.is_passed_known());
    }
}
