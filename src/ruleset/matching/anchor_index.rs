//! Which anchors are worth looking up.

use super::targets::{Found, View};

/// A filter of the keys that lead to some targets of a table. With the keys of all, words of rules that are off
/// would be looked up in vain.
#[derive(Debug)]
pub struct AnchorIndex {
    filter: Filter,
    /// Whether one of the keys that [`AnchorIndex::let_pass`] has let pass leads to a target, too.
    is_passed_known: bool,
}

/// Three bits a key in one of many numbers: 32 KiB, so that little of it has to be read anew for each text, as the other
/// tables of a run take up most of the second-level cache. The built-in keys take a seventh of the bits, so that about
/// one in a hundred other keys passes. What is kept are the bits that no key has: so one look tells that a key of
/// which a bit is among them is none.
#[derive(Debug)]
pub struct Filter(Box<[u64; FILTER_LENGTH]>);

/// A length that is known beforehand spares the look whether a place is inside.
const FILTER_LENGTH: usize = 1 << 12;

/// The bits of a key by its lowest eight bits: a look-up takes fewer steps than shifting each of them to its place.
const BITS: [u64; 256] = {
    let mut bits = [0_u64; 256];
    let (mut number, mut random): (usize, u64) = (0, 1);
    while number < bits.len() {
        while bits[number].count_ones() < 3 {
            // A linear congruential generator with the multiplier of Knuth's MMIX, whose highest bits are good.
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            bits[number] |= 1 << (random >> 58);
        }
        number += 1;
    }
    bits
};

impl Filter {
    fn new() -> Filter {
        let bits = vec![u64::MAX; FILTER_LENGTH].into_boxed_slice();
        Filter(bits.try_into().expect("as many as asked for"))
    }

    fn add(&mut self, key: u64) {
        self.0[Filter::index(key)] &= !Filter::bits(key);
    }

    /// The place of the number that a key's bits are in.
    #[inline(always)]
    fn index(key: u64) -> usize {
        (key >> (u64::BITS - FILTER_LENGTH.trailing_zeros())) as usize
    }

    /// The bits of a key.
    #[inline(always)]
    fn bits(key: u64) -> u64 {
        BITS[usize::from(key as u8)]
    }

    /// Whether anything may be known of the key; a quick look that errs by saying yes.
    #[inline(always)]
    pub fn may_hold(&self, key: u64) -> bool {
        self.0[Filter::index(key)] & Filter::bits(key) == 0
    }
}

impl AnchorIndex {
    /// Builds the index of a table for the targets that are on.
    #[must_use]
    pub fn new(table: View<'_>, is_on: impl Fn(Found<'_>) -> bool) -> AnchorIndex {
        let mut filter = Filter::new();
        for (key, mut targets) in table.iter() {
            if targets.any(&is_on) {
                filter.add(key);
            }
        }
        AnchorIndex { filter, is_passed_known: false }
    }

    /// Lets the filter pass more keys, of which `is_known` tells whether they lead to targets.
    pub fn let_pass(&mut self, keys: impl Iterator<Item = u64>, is_known: impl Fn(u64) -> bool) {
        for key in keys {
            self.filter.add(key);
            self.is_passed_known |= is_known(key);
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
}
