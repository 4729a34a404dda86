//! Cutting a stream of bytes into records.

use std::ops::Range;

/// What is wrong with a record, or with a stretch of the file that holds none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The byte in the record at which it shows.
    pub at: usize,
    /// What is wrong, for a person.
    pub message: String,
}

/// One record, as a stretch of bytes of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The bytes, in the slice that was cut.
    pub range: Range<usize>,
    /// What already the cutting found wrong with it.
    pub fault: Option<Fault>,
}

impl Piece {
    /// More bytes of the broken record before.
    #[must_use]
    pub fn rest(range: Range<usize>) -> Piece {
        Piece { range, fault: Some(Fault { at: 0, message: String::new() }) }
    }

    /// Whether these are more bytes of the broken record before, of which nothing more is to be said.
    #[must_use]
    pub fn is_rest(&self) -> bool {
        self.fault.as_ref().is_some_and(|fault| fault.message.is_empty())
    }
}

/// A format's way to tell where a record ends. It sees the file in slices that grow at the end and lose, at the
/// front, what was cut.
pub trait Cut: Send {
    /// Cuts records off the front of `bytes`, the part of the file that is not cut yet. `is_end`: nothing follows.
    /// Returns how many bytes are done with: records, and what stands between them. Bytes behind that are given
    /// again with more behind them, and are not looked at twice (the cutter remembers its state).
    fn cut(&mut self, bytes: &[u8], is_end: bool, pieces: &mut Vec<Piece>) -> usize;
}

/// Cuts lines: JSON Lines. Blank lines are no records.
#[derive(Debug, Default)]
pub struct LineCut {
    /// Bytes at the front known to hold no line end.
    looked: usize,
}

impl Cut for LineCut {
    fn cut(&mut self, bytes: &[u8], is_end: bool, pieces: &mut Vec<Piece>) -> usize {
        let mut start = 0;
        let mut push = |range: Range<usize>| {
            if !bytes[range.clone()].trim_ascii().is_empty() {
                pieces.push(Piece { range, fault: None });
            }
        };
        for end in memchr::memchr_iter(b'\n', &bytes[self.looked..]).map(|at| self.looked + at + 1) {
            push(start..end);
            start = end;
        }
        if is_end {
            push(start..bytes.len());
            start = bytes.len();
        }
        self.looked = bytes.len() - start;
        start
    }
}
