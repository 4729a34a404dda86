//! Rows of keys and numbers, the numbers as their decimal digits.

use crate::swar::ONES;

/// A number and its decimal digits. A finding has ten numbers, mostly short ones, and half of them are the
/// same as others of it.
#[derive(Clone, Copy)]
pub(super) struct Decimal {
    value: u64,
    /// The digits, and something behind them.
    digits: [u8; 8],
    /// How many digits there are, where eight are enough.
    count: u8,
}

impl Decimal {
    /// What has more than eight digits.
    const LONG: u64 = 100_000_000;

    /// The column that most findings begin in.
    pub const ONE: Decimal = Decimal { value: 1, digits: *b"1       ", count: 1 };

    #[inline(always)]
    pub fn new(value: impl Into<u64>) -> Decimal {
        let value = value.into();
        if value >= Self::LONG {
            return Decimal { value, digits: [0; 8], count: 0 };
        }
        // Four digits in each half, then two in each quarter, then one in each byte, the first one lowest.
        let fours = (value / 10_000) | ((value % 10_000) << 32);
        let hundreds = ((fours * 5243) >> 19) & 0x0000_007F_0000_007F;
        let twos = hundreds | ((fours - 100 * hundreds) << 16);
        let tens = ((twos * 103) >> 10) & 0x000F_000F_000F_000F;
        let digits = tens | ((twos - 10 * tens) << 8);
        // Zero has one digit.
        let zeros = (digits.trailing_zeros() / 8).min(7);
        let digits = (digits | (u64::from(b'0') * ONES)) >> (8 * zeros);
        Decimal { value, digits: digits.to_le_bytes(), count: 8 - zeros as u8 }
    }

    /// The digits of another number, which is often the same.
    #[inline(always)]
    pub fn or(self, value: impl Into<u64>) -> Decimal {
        let value = value.into();
        if value == self.value { self } else { Decimal::new(value) }
    }
}

/// Keys, numbers and other short pieces, put together where all that come in a row have room: so nothing has to
/// grow between them. It is written before anything that can be long, and holds [`Row::ROOM`] bytes.
pub(super) struct Row {
    bytes: [u8; Row::ROOM],
    filled: usize,
}

impl Row {
    /// A place takes some 260 bytes at most, eight numbers of up to twenty digits with their keys, and what can
    /// stand around it in a row takes fewer than 80.
    const ROOM: usize = 512;
    const FITS: &str = "a row is written before it is full";

    pub fn new() -> Row {
        Row { bytes: [0; Row::ROOM], filled: 0 }
    }

    #[inline(always)]
    pub fn text<const N: usize>(&mut self, text: &[u8; N]) {
        *self.bytes[self.filled..].first_chunk_mut().expect(Self::FITS) = *text;
        self.filled += N;
    }

    /// A key and its number.
    #[inline(always)]
    pub fn number<const N: usize>(&mut self, key: &[u8; N], number: Decimal) {
        let (room, behind) = self.bytes[self.filled..].split_first_chunk_mut().expect(Self::FITS);
        *room = *key;
        // Copying eight bytes takes less than copying as many as count.
        *behind.first_chunk_mut().expect(Self::FITS) = number.digits;
        self.filled += N + usize::from(number.count);
        if number.value >= Decimal::LONG {
            self.long(number.value);
        }
    }

    #[cold]
    fn long(&mut self, number: u64) {
        let mut digits = itoa::Buffer::new();
        let digits = digits.format(number).as_bytes();
        self.bytes[self.filled..][..digits.len()].copy_from_slice(digits);
        self.filled += digits.len();
    }

    /// Appends the row, which is empty then.
    #[inline(always)]
    pub fn write(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.bytes[..self.filled]);
        self.filled = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_no_leading_zeros() {
        let round = (0..20).map(|digits| 10_u64.pow(digits)).flat_map(|round| [round - 1, round, round + 1]);
        let mut row = Row::new();
        for value in round.chain((0..99_999_999).step_by(9973)).chain([12_345_678, u64::MAX]) {
            let mut out = b"x".to_vec();
            row.number(b"a", Decimal::new(value));
            row.number(b"b", Decimal::ONE.or(value));
            row.text(b"c");
            row.write(&mut out);
            assert_eq!(String::from_utf8(out).unwrap(), format!("xa{value}b{value}c"));
        }
    }

    #[test]
    fn what_comes_in_a_row_has_room() {
        let mut row = Row::new();
        for _ in 0..8 {
            row.number(b"},\"start\":{\"line\":", Decimal::new(u64::MAX));
        }
        row.text(&[b' '; 80]);
        let mut out = Vec::new();
        row.write(&mut out);
        assert_eq!(out.len(), 8 * (18 + 20) + 80);
    }
}
