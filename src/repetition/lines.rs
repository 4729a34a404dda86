//! The lines of a document that hold more than blanks, and which of them are copies of others.

use xxhash_rust::xxh3::xxh3_64;

use super::{Recurring, mix};
use crate::document::{Document, Span};
use crate::hashed_map::HashedMap;

/// A line that holds more than blanks.
#[derive(Clone, Copy, Debug)]
pub struct FilledLine {
    /// The line, counted from 0.
    pub line: u32,
    /// Its text without the blanks at both ends.
    pub text: Span,
    /// The first line with that text, itself or one before: the place among [`FilledLines::all`].
    pub first: u32,
}

/// All of them, in order.
#[derive(Debug)]
pub struct FilledLines {
    all: Vec<FilledLine>,
    copies: Vec<u32>,
}

/// Lines that room is made for before they are known.
const MOST_RESERVED: usize = 1024;

impl FilledLines {
    /// Finds them.
    #[must_use]
    pub fn new(document: &Document) -> FilledLines {
        let (text, lines) = (document.text(), document.lines());
        let bytes_of = |span: Span| &text.as_bytes()[span.range()];
        let mut all: Vec<FilledLine> = Vec::with_capacity(lines.count().min(MOST_RESERVED));
        let mut recurring = Recurring::with_room(lines.count());
        for line in 0..lines.count() {
            let span = lines.span(text, line);
            let bytes = bytes_of(span);
            let (text, bytes) = match bytes {
                [] => continue,
                // Most have no blanks at their ends.
                [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => (span, bytes),
                _ => {
                    let trimmed = trimmed(text, span);
                    (trimmed, bytes_of(trimmed))
                }
            };
            if !bytes.is_empty() {
                all.push(FilledLine { line: line as u32, text, first: recurring.add(sketch(bytes)) });
            }
        }
        let mut copies = Vec::new();
        let mut seen: HashedMap<u64, u32> = HashedMap::default();
        // Lines whose sketch is that of another line, by the hashes of all of them.
        let mut rivals: HashedMap<u64, u32> = HashedMap::default();
        for place in 0..all.len() {
            let noted = std::mem::replace(&mut all[place].first, place as u32);
            if !recurring.is_again(noted) {
                continue;
            }
            let bytes = bytes_of(all[place].text);
            let mut first = *seen.entry(sketch(bytes)).or_insert(place as u32);
            if first != place as u32 && bytes_of(all[first as usize].text) != bytes {
                first = *rivals.entry(xxh3_64(bytes)).or_insert(place as u32);
            }
            if first != place as u32 {
                copies.push(place as u32);
                all[place].first = first;
            }
        }
        FilledLines { all, copies }
    }

    /// The lines.
    #[must_use]
    pub fn all(&self) -> &[FilledLine] {
        &self.all
    }

    /// Those that stand in the document before: places among [`FilledLines::all`], in order.
    #[must_use]
    pub fn copies(&self) -> &[u32] {
        &self.copies
    }
}

/// A number for a line by its length and both its ends, which tell nearly all lines of a document apart; a hash
/// of a whole paragraph costs many times as much.
fn sketch(line: &[u8]) -> u64 {
    let (Some(first), Some(last)) = (line.first_chunk(), line.last_chunk()) else { return xxh3_64(line) };
    mix([u64::from_le_bytes(*first) ^ line.len() as u64, u64::from_le_bytes(*last)].into_iter())
}

/// A span without the blanks at both ends.
#[cold]
fn trimmed(text: &str, span: Span) -> Span {
    let body = text[span.range()].trim_start();
    let start = span.end - body.len() as u32;
    Span { start, end: start + body.trim_end().len() as u32 }
}
