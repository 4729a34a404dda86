//! Which of many numbers stand among them more than once, for a few instructions each: in most texts hardly any
//! does, and a map that holds all the others costs many times as much.

/// A filter over numbers; errs by saying that one recurs.
#[derive(Debug)]
pub struct Recurring {
    /// Two bits a place, in neighbouring words: whether a number was seen there, and whether another one.
    seen: Vec<u64>,
    shift: u32,
}

impl Recurring {
    /// Bits a number, and words of bits at least and at most: up to 512 KB.
    const SPARSE: usize = 32;
    const FEWEST: usize = 16;
    const MOST: usize = 1 << 15;

    /// A filter for about so many numbers.
    #[must_use]
    pub fn with_room(numbers: usize) -> Recurring {
        let words = (numbers * Self::SPARSE / 64).next_power_of_two().clamp(Self::FEWEST, Self::MOST);
        Recurring { seen: vec![0; 2 * words], shift: 58 - words.trailing_zeros() }
    }

    /// Notes a number, and gives the place that [`Recurring::is_again`] takes.
    #[inline(always)]
    pub fn add(&mut self, number: u64) -> u32 {
        // The highest bits of a product with 2^64 divided by the golden ratio.
        let place = (number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> self.shift) as u32;
        let bit = 1 << (place % 64);
        if let [once, again] = &mut self.seen[place as usize / 64 * 2..][..2] {
            *again |= *once & bit;
            *once |= bit;
        }
        place
    }

    /// Whether several numbers have this place.
    #[inline(always)]
    #[must_use]
    pub fn is_again(&self, place: u32) -> bool {
        self.seen[place as usize / 64 * 2 + 1] >> (place % 64) & 1 != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_recur_are_found() {
        for count in [0, 1, 30, 5_000, 100_000] {
            let mut recurring = Recurring::with_room(count as usize);
            let places: Vec<u32> = (0..count).map(|number| recurring.add(number)).collect();
            let others = places.iter().filter(|place| recurring.is_again(**place)).count();
            assert!(others as u64 <= count / 8, "{others} of {count}");
            for number in (0..count).step_by(3) {
                assert!(
                    recurring.add(number) == places[number as usize] && recurring.is_again(places[number as usize])
                );
            }
        }
    }
}
