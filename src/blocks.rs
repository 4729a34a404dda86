//! What kinds of bytes a text is made of, as bits, 64 bytes at a time: most of a text is nothing that a scan
//! looks for, and a word's begin and end, or the next capital, is a number of zeros in a register.
//!
//! One pass over a text makes them, which finds its marks as well; the passes over lines, words and names
//! read the bits.

use std::ops::Range;

use fearless_simd::prelude::*;
use fearless_simd::{Level, Simd, dispatch, u8x16, u8x64};

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
    /// The kinds of a text's bytes from `at` on.
    #[must_use]
    pub fn at(text: &[u8], at: usize) -> Block {
        dispatch!(Level::new(), simd => kinds_at(simd, text, at)).0
    }
}

/// The kinds of a text's bytes from `at` on, by the widest registers there are, and which of them can be marks or
/// line ends: all control characters, first bytes of characters beyond ASCII, and what [`ROWS`] lists.
#[inline(always)]
pub fn kinds_at<S: Simd>(simd: S, text: &[u8], at: usize) -> (Block, u64) {
    match text.get(at..).and_then(<[u8]>::first_chunk) {
        Some(bytes) => kinds_of(simd, bytes),
        None => kinds_of_last(simd, text, at),
    }
}

#[inline(always)]
fn kinds_of<S: Simd>(simd: S, bytes: &[u8; BYTES]) -> (Block, u64) {
    let bytes = u8x64::simd_from(simd, *bytes);
    let rows = look_up(simd, BY_HIGH, bytes >> 4) & look_up(simd, BY_LOW, bytes & 0x0F);
    let digits = between(bytes, b'0', b'9');
    let block = Block {
        letters: digits | between(bytes | 0x20, b'a', b'z'),
        upper: between(bytes, b'A', b'Z'),
        digits,
        filled: bytes.simd_gt(b' ').to_bitmask(),
        symbols: !(rows & SYMBOLS).simd_eq(0).to_bitmask(),
    };
    (block, !(rows & MARKS).simd_eq(0).to_bitmask())
}

#[inline(always)]
fn between<S: Simd>(bytes: u8x64<S>, low: u8, high: u8) -> u64 {
    (bytes - low).simd_le(high - low).to_bitmask()
}

#[inline(always)]
fn look_up<S: Simd>(simd: S, table: [u8; 16], places: u8x64<S>) -> u8x64<S> {
    u8x64::block_splat(u8x16::simd_from(simd, table)).swizzle_dyn_within_blocks(places)
}

/// The last bytes of a text, fewer than 64.
#[inline(never)]
fn kinds_of_last<S: Simd>(simd: S, text: &[u8], at: usize) -> (Block, u64) {
    let rest = text.get(at..).unwrap_or_default();
    let mut bytes = [b' '; BYTES];
    bytes[..rest.len()].copy_from_slice(rest);
    simd.vectorize(
        #[inline(always)]
        || kinds_of(simd, &bytes),
    )
}

/// Rows of the table of ASCII and of the bytes beyond it, each with the bytes of it that are looked for. A byte
/// is one of them when the entries of its upper and of its lower half share a bit.
const ROWS: [(&[u8], &[u8]); 8] = [
    (&[0x0, 0x1], &ALL),
    (&[0x2], &[0x1, 0x2, 0x7, 0x8, 0x9, 0xC, 0xE]), // ! " ' ( ) , .
    (&[0x3], &[0xA, 0xB, 0xC, 0xD, 0xF]),           // : ; < = ?
    (&[0x5, 0x7], &[0xB, 0xC, 0xD, 0xF]),           // [ \ ] _ { | } and the control character behind ~
    (&[0xC, 0xD, 0xE, 0xF], &ALL),
    (&[0x2], &[0x3, 0x4, 0x5, 0x6]), // # $ % &
    (&[0x4], &[0x0]),                // @
    (&[0x7], &[0xC]),                // |
];
const ALL: [u8; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

/// The rows of [`ROWS`] that hold marks, and those that hold symbols.
const MARKS: u8 = 0b0001_1111;
const SYMBOLS: u8 = 0b1111_0000;

/// The rows of [`ROWS`] by the upper and by the lower half of a byte.
const BY_HIGH: [u8; 16] = rows_by_half(true);
const BY_LOW: [u8; 16] = rows_by_half(false);

const fn rows_by_half(upper: bool) -> [u8; 16] {
    let mut rows = [0; 16];
    let mut row = 0;
    while row < ROWS.len() {
        let halves = if upper { ROWS[row].0 } else { ROWS[row].1 };
        let mut index = 0;
        while index < halves.len() {
            rows[halves[index] as usize] |= 1 << row;
            index += 1;
        }
        row += 1;
    }
    rows
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

    /// The two blocks that 64 bytes from `at` on lie in; both are empty behind the end.
    #[inline(always)]
    #[must_use]
    pub fn around(&self, at: usize) -> Around<'_> {
        static NONE: Block = Block { letters: 0, upper: 0, digits: 0, filled: 0, symbols: 0 };
        let index = at / BYTES;
        let block = |index: usize| self.0.get(index).unwrap_or(&NONE);
        Around { first: block(index), second: block(index + 1), shift: at % BYTES }
    }

    /// The blocks that a stretch lies in: where each begins, and the bits of it that belong to the stretch.
    #[inline(always)]
    pub fn within(&self, stretch: Range<usize>) -> impl Iterator<Item = (usize, &Block, u64)> {
        let first = stretch.start / BYTES;
        let blocks = self.0.get(first..stretch.end.div_ceil(BYTES)).unwrap_or_default();
        let mut from = u64::MAX << (stretch.start % BYTES);
        (first * BYTES..).step_by(BYTES).zip(blocks).map(move |(start, block)| {
            let within = std::mem::replace(&mut from, u64::MAX) & below(stretch.end - start);
            (start, block, within)
        })
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
pub struct Around<'b> {
    first: &'b Block,
    second: &'b Block,
    shift: usize,
}

impl Around<'_> {
    /// The bits of a kind, that of the first byte the lowest.
    #[inline(always)]
    #[must_use]
    pub fn bits(&self, kind: impl Fn(&Block) -> u64) -> u64 {
        // A shift by 64 is none, so it is made in two steps.
        kind(self.first) >> self.shift | kind(self.second) << 1 << (BYTES - 1 - self.shift)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;

    #[test]
    fn each_byte_has_its_kinds() {
        for byte in 0..=u8::MAX {
            let (block, marked) = dispatch!(Level::new(), simd => kinds_of(simd, &[byte; BYTES]));
            let all = |holds: bool| if holds { u64::MAX } else { 0 };
            assert_eq!(block.letters, all(byte.is_ascii_alphanumeric()), "{byte}");
            assert_eq!(block.upper, all(byte.is_ascii_uppercase()), "{byte}");
            assert_eq!(block.digits, all(byte.is_ascii_digit()), "{byte}");
            assert_eq!(block.filled, all(byte > b' '), "{byte}");
            assert_eq!(block.symbols, all(b"#$%&@|".contains(&byte) || byte >= 0xC0), "{byte}");
            let is_mark = byte.is_ascii_control() || byte >= 0xC0 || br#"!"'(),.:;<=?[\]_{|}"#.contains(&byte);
            assert_eq!(marked, all(is_mark), "{byte}");
        }
    }

    #[test]
    fn a_stretch_has_its_own_bits() {
        let document = Document::new("t", "word ".repeat(60));
        let blocks = document.blocks();
        for (start, end) in (0..140).flat_map(|start| (start..300).step_by(7).map(move |end| (start, end))) {
            let mut found = vec![];
            for (first, block, mut within) in blocks.within(start..end) {
                assert_eq!(*block, blocks.all()[first / BYTES]);
                while within != 0 {
                    found.push(first + within.trailing_zeros() as usize);
                    within &= within - 1;
                }
            }
            assert_eq!(found, (start..end).collect::<Vec<_>>());
        }
        assert_eq!(blocks.within(900..1000).count(), 0);
    }

    #[test]
    fn bits_are_found_from_anywhere() {
        let text = "lower Upper, ".repeat(20);
        let document = Document::new("t", text.as_str());
        let blocks = document.blocks();
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
