//! Eight bytes of a text in one number: most of a text is nothing that a scan looks for, and a loop over
//! bytes mispredicts its end at nearly every word.
//!
//! All results have the highest bit of a byte set where the byte is of the kind asked for.

/// Every byte with its lowest bit set.
pub const ONES: u64 = 0x0101_0101_0101_0101;
/// The highest bit of every byte.
pub const HIGH: u64 = 0x80 * ONES;
/// The bit that parts upper from lower case, in every byte. Setting it leaves digits as they are.
pub const LOWER: u64 = 0x20 * ONES;

/// The eight bytes from `at` on, with zeros behind the end.
#[inline(always)]
#[must_use]
pub fn eight_at(bytes: &[u8], at: usize) -> u64 {
    // Copies of a fixed length are one load; sharing one with the rest of a text would call `memcpy`.
    match bytes.get(at..).and_then(<[u8]>::first_chunk) {
        Some(eight) => u64::from_le_bytes(*eight),
        None => last_bytes(bytes, at),
    }
}

/// The fewer than eight bytes from `at` on, with zeros behind the end. Two reads that may share bytes cost
/// less than a loop.
#[cold]
#[inline(never)]
fn last_bytes(bytes: &[u8], at: usize) -> u64 {
    let rest = bytes.get(at..).unwrap_or_default();
    if let (Some(first), Some(last)) = (rest.first_chunk(), rest.last_chunk()) {
        let last = u64::from(u32::from_le_bytes(*last));
        return u64::from(u32::from_le_bytes(*first)) | last << (8 * (rest.len() - 4));
    }
    match *rest {
        [] => 0,
        [first] => u64::from(first),
        [first, .., last] => u64::from(first) | u64::from(rest[1]) << 8 | u64::from(last) << (8 * (rest.len() - 1)),
    }
}

/// The bytes from `low` to `high`, both ASCII; bytes from 0x80 on are none.
#[inline(always)]
#[must_use]
pub const fn between(eight: u64, low: u8, high: u8) -> u64 {
    // Below 0x80, adding 0x80 - low sets the highest bit from `low` on, and 0x7F - high beyond `high`.
    let seven = eight & !HIGH;
    (seven + (0x80 - low as u64) * ONES) & !(seven + (0x7F - high as u64) * ONES) & !eight & HIGH
}

/// ASCII letters and digits.
#[inline(always)]
#[must_use]
pub const fn letters(eight: u64) -> u64 {
    between(eight | LOWER, b'a', b'z') | between(eight, b'0', b'9')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_byte_is_told_by_itself() {
        for byte in 0..=255_u8 {
            let eight = u64::from(byte) * ONES;
            let all = |holds: bool| if holds { HIGH } else { 0 };
            assert_eq!(between(eight, b'A', b'Z'), all(byte.is_ascii_uppercase()), "{byte}");
            assert_eq!(letters(eight), all(byte.is_ascii_alphanumeric()), "{byte}");
        }
        assert_eq!(eight_at(b"abc", 1), u64::from(b'b') | u64::from(b'c') << 8);
        assert_eq!(eight_at(b"abc", 9), 0);
        for at in 0..=9 {
            let expected = (at..9).take(8).rev().fold(0, |eight, byte| eight << 8 | byte as u64);
            assert_eq!(eight_at(&[0, 1, 2, 3, 4, 5, 6, 7, 8], at), expected, "{at}");
        }
    }
}
