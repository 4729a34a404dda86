//! The table from anchors to what they stand for.

/// From anchors to targets.
#[derive(Debug)]
pub struct AnchorIndex<T> {
    filter: Filter,
    /// Where in `keys` each bucket begins, and where the last one ends.
    buckets: Box<[u32; BUCKETS + 1]>,
    /// The keys bucket by bucket, and one behind them that only says where the targets end.
    keys: Vec<Key>,
    /// The targets key by key: most keys have several.
    targets: Vec<T>,
    /// Whether one of the keys that [`AnchorIndex::let_pass`] has let pass leads to a target, too.
    is_passed_known: bool,
}

/// A key with the targets from `first` on to those of the next one.
#[derive(Clone, Copy, Debug)]
struct Key {
    key: u64,
    first: u32,
    /// The highest limit of all; it lies beside the key, so that most long lines are passed over
    /// without reading the targets.
    limit: u32,
}

/// Buckets by the highest bits of a key: two built-in keys each, so that few are compared, and what is read of a
/// bucket lies in one cache line.
const BUCKETS: usize = 1 << 13;

fn bucket(key: u64) -> usize {
    (key >> (u64::BITS - BUCKETS.trailing_zeros())) as usize
}

/// Two bits a key in one of many numbers: 32 KiB, so that little of it has to be read anew for each text, as the other
/// tables of a run take up most of the second-level cache. The built-in keys set a tenth of the bits, so that about
/// one in a hundred other keys passes.
#[derive(Debug)]
pub struct Filter(Box<[u64; FILTER_LENGTH]>);

/// A length that is known beforehand spares the look whether a place is inside.
const FILTER_LENGTH: usize = 1 << 12;

impl Filter {
    fn add(&mut self, key: u64) {
        self.0[Filter::index(key)] |= Filter::bits(key);
    }

    /// The place of the number that a key's bits are in: the highest bits are mixed best.
    #[inline(always)]
    fn index(key: u64) -> usize {
        (key >> (u64::BITS - FILTER_LENGTH.trailing_zeros())) as usize
    }

    /// The bits of a key.
    #[inline(always)]
    fn bits(key: u64) -> u64 {
        1 << (key % 64) | 1 << ((key >> 44) % 64)
    }

    /// Whether anything may be known of the key; a quick look that errs by saying yes.
    #[inline(always)]
    pub fn may_hold(&self, key: u64) -> bool {
        self.0[Filter::index(key)] & Filter::bits(key) == Filter::bits(key)
    }
}

/// An array that is too large for the stack.
fn boxed<N: Copy + Default + std::fmt::Debug, const LENGTH: usize>() -> Box<[N; LENGTH]> {
    vec![N::default(); LENGTH].into_boxed_slice().try_into().expect("as many as asked for")
}

impl<T: Copy> AnchorIndex<T> {
    /// Builds the index of some entries, each with its key. `limit` gives that of a target.
    #[must_use]
    pub fn new(entries: &[(u64, T)], limit: impl Fn(&T) -> u32) -> AnchorIndex<T> {
        // By key, then the highest limit first, then as they come; as one number each, which are sorted quickly.
        let place = |(number, (key, target)): (u32, &(u64, T))| {
            u128::from(*key) << 64 | u128::from(!limit(target)) << 32 | u128::from(number)
        };
        let mut places: Vec<u128> = (0..).zip(entries).map(place).collect();
        places.sort_unstable();
        let (mut filter, mut buckets): (_, Box<[u32; BUCKETS + 1]>) = (Filter(boxed()), boxed());
        let (mut keys, mut targets): (Vec<Key>, _) = (Vec::new(), Vec::with_capacity(entries.len()));
        for place in places {
            let (key, target) = entries[place as u32 as usize];
            if keys.last().is_none_or(|last| last.key != key) {
                keys.push(Key { key, first: targets.len() as u32, limit: limit(&target) });
                buckets[bucket(key) + 1] += 1;
                filter.add(key);
            }
            targets.push(target);
        }
        for index in 0..BUCKETS {
            buckets[index + 1] += buckets[index];
        }
        keys.push(Key { key: 0, first: targets.len() as u32, limit: 0 });
        AnchorIndex { filter, buckets, keys, targets, is_passed_known: false }
    }

    /// Lets the filter pass more keys, of which nothing else is known.
    pub fn let_pass(&mut self, keys: impl Iterator<Item = u64>) {
        for key in keys {
            self.filter.add(key);
            self.is_passed_known |= !self.get(key, 0).is_empty();
        }
    }

    /// Whether one of the keys that were let pass leads to a target, too.
    #[must_use]
    pub fn is_passed_known(&self) -> bool {
        self.is_passed_known
    }

    /// The filter of the keys that anything is known of.
    #[must_use]
    pub fn filter(&self) -> &Filter {
        &self.filter
    }

    /// The targets of a key, the highest limit first; none when all limits are below `least`.
    #[inline(always)]
    #[must_use]
    pub fn get(&self, key: u64, least: u32) -> &[T] {
        let bucket = bucket(key);
        let (start, end) = (self.buckets[bucket] as usize, self.buckets[bucket + 1] as usize);
        // With the next one, which says where the targets end.
        let keys = &self.keys[start..=end];
        let found = keys.windows(2).find(|two| two[0].key == key && two[0].limit >= least);
        found.map_or(&[], |two| &self.targets[two[0].first as usize..two[1].first as usize])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_of_a_key_come_in_their_order() {
        let index = AnchorIndex::new(&[(9, (40, 0)), (7, (20, 1)), (7, (90, 2)), (7, (90, 3))], |target| target.0);
        assert!(index.filter().may_hold(7));
        assert_eq!(index.get(7, 20), [(90, 2), (90, 3), (20, 1)]);
        assert_eq!(index.get(9, 40), [(40, 0)]);
        assert!(index.get(7, 91).is_empty() && index.get(8, 1).is_empty() && index.get(u64::MAX, 1).is_empty());
    }

    #[test]
    fn keys_can_pass_that_lead_to_no_target() {
        let mut index = AnchorIndex::new(&[(7, 90)], |limit| *limit);
        assert!(!index.filter().may_hold(8));
        index.let_pass([8].into_iter());
        assert!(index.filter().may_hold(8));
        assert_eq!((index.get(8, 1).len(), index.is_passed_known()), (0, false));
        index.let_pass([7].into_iter());
        assert!(index.is_passed_known());
    }
}
