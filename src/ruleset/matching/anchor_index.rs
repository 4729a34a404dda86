//! Which anchors are worth looking up.

use super::targets::{Found, View};

/// A table of targets with filters of the keys that lead to some of them. With the keys of all, words of rules that
/// are off would be looked up in vain.
#[derive(Debug)]
pub struct AnchorIndex {
    /// For lines of any length, and for long ones, which few targets look at.
    filters: [Filter; 2],
    /// Whether one of the keys that [`AnchorIndex::let_pass`] has let pass leads to a target, too.
    is_passed_known: bool,
}

/// Bits by the highest bits of a key, which choose one of many numbers, and the lowest, which choose a bit of it:
/// 128 KiB, which the second-level cache holds. The built-in keys set three in a hundred of the bits, so that few
/// other keys pass.
#[derive(Debug)]
pub struct Filter(Box<[u64; FILTER_LENGTH]>);

/// A length that is known beforehand spares the look whether a place is inside.
const FILTER_LENGTH: usize = 1 << 14;

impl Filter {
    fn new() -> Filter {
        let bits = vec![0; FILTER_LENGTH].into_boxed_slice();
        Filter(bits.try_into().expect("as many as asked for"))
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

impl AnchorIndex {
    /// Builds the index of a table for the targets that are on; a line counts as long when it has more than `long`
    /// words.
    #[must_use]
    pub fn new(table: View<'_>, is_on: impl Fn(Found<'_>) -> bool, long: u32) -> AnchorIndex {
        let [mut of_all, mut of_long] = [(); 2].map(|()| Filter::new());
        for (key, mut targets) in table.iter() {
            // The highest limit comes first.
            let Some(first) = targets.find(|target| is_on(*target)) else { continue };
            of_all.add(key);
            if first.max_words() > long {
                of_long.add(key);
            }
        }
        AnchorIndex { filters: [of_all, of_long], is_passed_known: false }
    }

    /// Lets the filters pass more keys, of which `is_known` tells whether they lead to targets.
    pub fn let_pass(&mut self, keys: impl Iterator<Item = u64>, is_known: impl Fn(u64) -> bool) {
        for key in keys {
            self.filters.iter_mut().for_each(|filter| filter.add(key));
            self.is_passed_known |= is_known(key);
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
}
