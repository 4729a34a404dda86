//! The lines of a document that hold more than blanks, and which of them are copies of others.

use xxhash_rust::xxh3::xxh3_64;

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
    /// Finds them. Lines are the same when the hashes of their texts are.
    #[must_use]
    pub fn new(document: &Document) -> FilledLines {
        let (text, lines) = (document.text(), document.lines());
        let room = lines.count().min(MOST_RESERVED);
        let (mut all, mut copies) = (Vec::with_capacity(room), Vec::new());
        let mut seen: HashedMap<u64, u32> = HashedMap::with_capacity_and_hasher(room, Default::default());
        for line in 0..lines.count() {
            let span = trimmed(text, lines.span(text, line));
            if span.is_empty() {
                continue;
            }
            let place = all.len() as u32;
            let first = *seen.entry(xxh3_64(&text.as_bytes()[span.range()])).or_insert(place);
            if first != place {
                copies.push(place);
            }
            all.push(FilledLine { line: line as u32, text: span, first });
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

/// A span without the blanks at both ends.
fn trimmed(text: &str, span: Span) -> Span {
    let line = &text[span.range()];
    let body = line.trim_start();
    let start = span.end - body.len() as u32;
    Span { start, end: start + body.trim_end().len() as u32 }
}
