//! Places in a document: byte offsets while rules work, lines and columns when printing.

use std::ops::Range;

/// A stretch of a document's text: byte offsets, `end` exclusive, both on character boundaries.
///
/// Offsets are 32 bits wide, so a document holds at most 4 GiB; the input stage refuses more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Byte offset of the first byte.
    pub start: u32,
    /// Byte offset behind the last byte.
    pub end: u32,
}

impl Span {
    /// The span from `start` to `end`, in bytes.
    ///
    /// # Panics
    /// When the span is turned around or lies beyond 4 GiB: both are faults of the caller.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Span {
        assert!(start <= end && end <= u32::MAX as usize, "span {start}..{end}");
        Span { start: start as u32, end: end as u32 }
    }

    /// The span as a range for slicing.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether the span covers nothing.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether the two spans share a byte.
    #[must_use]
    pub fn overlaps(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// A place as people and editors count it, everything from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line, counting LF, CRLF and lone CR as one line end each.
    pub line: u32,
    /// Column in Unicode scalar values.
    pub column: u32,
    /// Column in UTF-16 code units, for editors and SARIF.
    pub utf16_column: u32,
}

/// A place in a file as it lies on the disk (decompressed, for a compressed file), lines and columns
/// counted from 1. Wider than [`Position`], because a file of many documents can be of any size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Line, counting LF, CRLF and lone CR as one line end each.
    pub line: u64,
    /// Column in Unicode scalar values.
    pub column: u64,
    /// Column in UTF-16 code units.
    pub utf16_column: u64,
    /// Byte offset, from 0.
    pub byte: u64,
}

impl Place {
    /// Where every file begins.
    pub const START: Place = Place { line: 1, column: 1, utf16_column: 1, byte: 0 };

    /// The place that lies so much behind this one: `position` and `bytes` as counted from here.
    #[must_use]
    pub fn plus(self, position: Position, bytes: u32) -> Place {
        let same_line = position.line == 1;
        let column = |here: u64, more: u32| if same_line { here + u64::from(more) - 1 } else { more.into() };
        Place {
            line: self.line + u64::from(position.line) - 1,
            column: column(self.column, position.column),
            utf16_column: column(self.utf16_column, position.utf16_column),
            byte: self.byte + u64::from(bytes),
        }
    }

    /// The place behind these bytes. Bytes that are not UTF-8 count as one column each sequence.
    /// A CR at the end of `bytes` must not have its LF behind it.
    pub fn advance(&mut self, bytes: &[u8]) {
        self.byte += bytes.len() as u64;
        let mut line_start = None;
        for end in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            if bytes[end] == b'\r' && bytes.get(end + 1) == Some(&b'\n') {
                continue;
            }
            self.line += 1;
            line_start = Some(end + 1);
        }
        if line_start.is_some() {
            (self.column, self.utf16_column) = (1, 1);
        }
        let rest = &bytes[line_start.unwrap_or(0)..];
        // Continuation bytes are no characters; a scalar value of four bytes takes two UTF-16 units.
        let characters = rest.iter().filter(|byte| **byte & 0xC0 != 0x80).count() as u64;
        let pairs = rest.iter().filter(|byte| **byte >= 0xF0).count() as u64;
        self.column += characters;
        self.utf16_column += characters + pairs;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_advance_over_lines_and_characters() {
        let mut place = Place::START;
        place.advance("ab\r\né😀".as_bytes());
        assert_eq!(place, Place { line: 2, column: 3, utf16_column: 4, byte: 10 });
        place.advance(b"x");
        assert_eq!((place.line, place.column, place.utf16_column, place.byte), (2, 4, 5, 11));
        let position = Position { line: 1, column: 3, utf16_column: 3 };
        assert_eq!(place.plus(position, 2), Place { line: 2, column: 6, utf16_column: 7, byte: 13 });
        assert_eq!(place.plus(Position { line: 2, ..position }, 9).column, 3);
    }
}
