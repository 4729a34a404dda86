//! What kinds of bytes a text is made of, as bits, 64 bytes at a time: most of a text is nothing that a scan
//! looks for, and a word's begin and end, or the next capital, is a number of zeros in a register.
//!
//! One pass over a text makes them, which finds its marks as well; the passes over lines, words and names
//! read the bits.

use wide::i8x16;

/// Bytes of a block.
pub const BYTES: usize = 64;

/// The kinds of 64 bytes; the lowest bit stands for the first of them. Behind a text's end no bit is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// ASCII letters and digits.
    pub letters: u64,
    /// Upper-case ASCII letters.
    pub upper: u64,
    /// ASCII digits.
    pub digits: u64,
    /// All but the space and the control characters below it.
    pub filled: u64,
    /// First bytes of characters beyond ASCII, and the symbols `#$%&@|`, which rules are found by.
    pub symbols: u64,
}

impl Block {
    /// The kinds of a text's bytes from `at` on, and which of them are neither ASCII letters, digits, spaces
    /// nor inside a character beyond ASCII.
    #[inline(always)]
    #[must_use]
    pub fn at(text: &[u8], at: usize) -> (Block, u64) {
        match text.get(at..).and_then(<[u8]>::first_chunk) {
            Some(bytes) => Block::of(bytes),
            None => Block::of_last(text, at),
        }
    }

    #[inline(always)]
    fn of(bytes: &[u8; BYTES]) -> (Block, u64) {
        let lanes: [i8x16; 4] = wide::bytemuck::cast(*bytes);
        let bits = |kind: fn(i8x16) -> i8x16| {
            lanes.iter().rev().fold(0, |bits, lane| bits << 16 | u64::from(kind(*lane).to_bitmask()))
        };
        let digits = bits(|lane| between(lane, b'0', b'9'));
        let letters = digits | bits(|lane| between(lane | i8x16::splat(0x20), b'a', b'z'));
        // As signed numbers, the bytes beyond ASCII are those below 0, and those inside characters the lowest.
        let wide = bits(|lane| lane);
        let inside = bits(|lane| lane.simd_lt(i8x16::splat(0xC0_u8.cast_signed())));
        let filled = wide | bits(|lane| lane.simd_gt(i8x16::splat(b' '.cast_signed())));
        let signs = bits(|lane| between(lane, b'#', b'&') | same(lane, b'@') | same(lane, b'|'));
        let upper = bits(|lane| between(lane, b'A', b'Z'));
        let spaces = bits(|lane| same(lane, b' '));
        let block = Block { letters, upper, digits, filled, symbols: signs | wide & !inside };
        (block, !(letters | inside | spaces))
    }

    /// The last bytes of a text, fewer than 64.
    #[inline(never)]
    fn of_last(text: &[u8], at: usize) -> (Block, u64) {
        let rest = text.get(at..).unwrap_or_default();
        let mut bytes = [b' '; BYTES];
        bytes[..rest.len()].copy_from_slice(rest);
        Block::of(&bytes)
    }
}

/// The bits below one place; all of them from 64 on.
#[inline(always)]
#[must_use]
pub const fn below(place: usize) -> u64 {
    if place < BYTES { (1 << place) - 1 } else { u64::MAX }
}

/// The blocks of a text.
#[derive(Debug, Default)]
pub struct Blocks(Vec<Block>);

impl Blocks {
    /// No blocks yet, with room for those of a text of so many bytes.
    #[must_use]
    pub fn with_room_for(bytes: usize) -> Blocks {
        Blocks(Vec::with_capacity(bytes / BYTES + 2))
    }

    /// Takes the next 64 bytes.
    pub fn push(&mut self, block: Block) {
        self.0.push(block);
    }

    /// All blocks, in order.
    #[must_use]
    pub fn all(&self) -> &[Block] {
        &self.0
    }

    /// The two blocks that 64 bytes from `at` on lie in; the second is empty behind the end.
    #[inline(always)]
    #[must_use]
    pub fn around(&self, at: usize) -> Around {
        let blocks = self.0.get(at / BYTES..).unwrap_or_default();
        match blocks {
            [first, second, ..] => Around { first: *first, second: *second, shift: at % BYTES },
            [first] => Around { first: *first, second: Block::default(), shift: at % BYTES },
            [] => Around { first: Block::default(), second: Block::default(), shift: 0 },
        }
    }

    /// The next place from `at` on of a kind; `end` when none is before it.
    #[inline(always)]
    #[must_use]
    pub fn next(&self, at: usize, end: usize, kind: impl Fn(&Block) -> u64) -> usize {
        let mut index = at / BYTES;
        let mut mask = u64::MAX << (at % BYTES);
        while index * BYTES < end {
            let Some(block) = self.0.get(index) else { break };
            let found = kind(block) & mask;
            if found != 0 {
                return end.min(index * BYTES + found.trailing_zeros() as usize);
            }
            (index, mask) = (index + 1, u64::MAX);
        }
        end
    }
}

/// 64 bytes that begin anywhere.
#[derive(Clone, Copy, Debug)]
pub struct Around {
    first: Block,
    second: Block,
    shift: usize,
}

impl Around {
    /// The bits of a kind, that of the first byte the lowest.
    #[inline(always)]
    #[must_use]
    pub fn bits(&self, kind: impl Fn(&Block) -> u64) -> u64 {
        // A shift by 64 is none, so it is made in two steps.
        kind(&self.first) >> self.shift | kind(&self.second) << 1 << (BYTES - 1 - self.shift)
    }
}

#[inline(always)]
fn same(bytes: i8x16, byte: u8) -> i8x16 {
    bytes.simd_eq(i8x16::splat(byte.cast_signed()))
}

/// The bytes from `low` to `high`: moved so that `high` is the highest signed number, they are those beyond one
/// number. There is no comparison of numbers without a sign.
#[inline(always)]
fn between(bytes: i8x16, low: u8, high: u8) -> i8x16 {
    let moved = bytes + i8x16::splat(i8::MAX.wrapping_sub_unsigned(high));
    moved.simd_gt(i8x16::splat(i8::MAX - 1 - (high - low).cast_signed()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_byte_has_its_kinds() {
        for byte in 0..=u8::MAX {
            let (block, marked) = Block::of(&[byte; BYTES]);
            let all = |holds: bool| if holds { u64::MAX } else { 0 };
            assert_eq!(block.letters, all(byte.is_ascii_alphanumeric()), "{byte}");
            assert_eq!(block.upper, all(byte.is_ascii_uppercase()), "{byte}");
            assert_eq!(block.digits, all(byte.is_ascii_digit()), "{byte}");
            assert_eq!(block.filled, all(byte > b' '), "{byte}");
            assert_eq!(block.symbols, all(b"#$%&@|".contains(&byte) || byte >= 0xC0), "{byte}");
            let is_inside = matches!(byte, 0x80..=0xBF);
            assert_eq!(marked, all(!(byte.is_ascii_alphanumeric() || byte == b' ' || is_inside)), "{byte}");
        }
    }

    #[test]
    fn bits_are_found_from_anywhere() {
        let text = "lower Upper, ".repeat(20);
        let mut blocks = Blocks::with_room_for(text.len());
        for at in (0..text.len()).step_by(BYTES) {
            blocks.push(Block::at(text.as_bytes(), at).0);
        }
        for at in 0..text.len() {
            let capital = text[at..].find('U').map_or(text.len(), |place| at + place);
            assert_eq!(blocks.next(at, text.len(), |block| block.upper), capital, "{at}");
            assert_eq!(blocks.next(at, at + 1, |block| block.upper), capital.min(at + 1), "{at}");
            let letters = text.as_bytes()[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
            assert_eq!(blocks.around(at).bits(|block| block.letters).trailing_ones() as usize, letters, "{at}");
        }
        assert_eq!((below(0), below(3), below(64), below(99)), (0, 7, u64::MAX, u64::MAX));
    }
}
