//! The line index: where each line begins, and line and column of an offset.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use memchr::memchr2_iter;

use super::span::{Position, Span};

/// Where the lines of a text begin.
#[derive(Debug)]
pub struct Lines {
    starts: Vec<u32>,
    /// Whether any line ends with CRLF.
    has_crlf: bool,
    columns: OnceLock<Columns>,
    /// The line that was asked for last. Rules and reports go through a text from its start to its end, so the
    /// next one is near; any value gives the right answer.
    last_asked: AtomicUsize,
}

impl Lines {
    /// Lines that are looked at one by one before the search halves what is left.
    const NEAR: usize = 4;

    /// Bytes that are counted through for a column: a paragraph. Checkpoints are for longer lines, because
    /// making them takes as long as some dozen such counts.
    const COUNTED: usize = 1024;

    /// The index of lines that begin at these places. LF, CRLF and a lone CR end a line.
    #[must_use]
    pub(super) fn new(starts: Vec<u32>, has_crlf: bool) -> Lines {
        Lines { starts, has_crlf, columns: OnceLock::new(), last_asked: AtomicUsize::new(0) }
    }

    /// Indexes a text of which nothing else is asked.
    #[must_use]
    pub fn of(text: &str) -> Lines {
        let bytes = text.as_bytes();
        let (mut starts, mut has_crlf) = (vec![0], false);
        for end in memchr2_iter(b'\n', b'\r', bytes) {
            if bytes[end] == b'\r' && bytes.get(end + 1) == Some(&b'\n') {
                has_crlf = true;
                continue;
            }
            starts.push(end as u32 + 1);
        }
        Lines::new(starts, has_crlf)
    }

    /// Number of lines; a text that ends with a line end has an empty last line.
    #[must_use]
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// The line, counted from 0, that holds the byte at `offset`.
    #[must_use]
    pub fn index_of(&self, offset: u32) -> usize {
        let last = self.last_asked.load(Ordering::Relaxed);
        let from = if self.starts[last] <= offset { last } else { 0 };
        let behind = &self.starts[from + 1..];
        let near = behind.iter().take(Self::NEAR).position(|start| *start > offset);
        let lines = near.unwrap_or_else(|| behind.partition_point(|start| *start <= offset));
        self.last_asked.store(from + lines, Ordering::Relaxed);
        from + lines
    }

    /// The line's span with its line end.
    #[must_use]
    pub fn full_span(&self, text: &str, index: usize) -> Span {
        let end = self.starts.get(index + 1).map_or(text.len(), |start| *start as usize);
        Span::new(self.starts[index] as usize, end)
    }

    /// The line's span without its line end.
    #[inline]
    #[must_use]
    pub fn span(&self, text: &str, index: usize) -> Span {
        let start = self.starts[index];
        // Every line but the last has a line end.
        let Some(next) = self.starts.get(index + 1) else { return Span { start, end: text.len() as u32 } };
        let is_crlf = self.has_crlf && text.as_bytes()[..*next as usize].ends_with(b"\r\n");
        Span { start, end: next - if is_crlf { 2 } else { 1 } }
    }

    /// Line and columns of both ends of a span.
    #[must_use]
    pub fn positions(&self, text: &str, span: Span) -> (Position, Position) {
        let index = self.index_of(span.start);
        let start = self.position_in(text, index, span.start);
        let is_one_line = self.starts.get(index + 1).is_none_or(|next| span.end < *next);
        if !is_one_line || span.len() > Self::COUNTED {
            return (start, self.position(text, span.end));
        }
        let (chars, utf16) = count(&text.as_bytes()[span.range()]);
        let (column, utf16_column) = (start.column + chars, start.utf16_column + utf16);
        (start, Position { line: start.line, column, utf16_column })
    }

    /// Line and columns of the byte at `offset`, which must be a character boundary.
    #[must_use]
    pub fn position(&self, text: &str, offset: u32) -> Position {
        self.position_in(text, self.index_of(offset), offset)
    }

    /// The same for an offset whose line is known.
    #[inline(always)]
    fn position_in(&self, text: &str, index: usize, offset: u32) -> Position {
        let start = self.starts[index] as usize;
        let offset = offset as usize;
        let (chars, utf16) = if offset - start <= Self::COUNTED {
            count(&text.as_bytes()[start..offset])
        } else {
            self.count_far(text, start, offset)
        };
        Position { line: index as u32 + 1, column: chars + 1, utf16_column: utf16 + 1 }
    }

    /// Counts between places that lie far apart. Counting from the line's start is quadratic when a line of
    /// megabytes holds many findings, so long lines go through checkpoints.
    fn count_far(&self, text: &str, start: usize, end: usize) -> (u32, u32) {
        let columns = self.columns.get_or_init(|| Columns::new(text));
        let (from, to) = (columns.before(text, start), columns.before(text, end));
        (to.0 - from.0, to.1 - from.1)
    }
}

/// Scalar values and UTF-16 units of a text, given as its bytes.
#[inline]
fn count(text: &[u8]) -> (u32, u32) {
    if text.is_ascii() { (text.len() as u32, text.len() as u32) } else { count_wide(text) }
}

/// The same of a text that is not ASCII.
fn count_wide(text: &[u8]) -> (u32, u32) {
    let (mut chars, mut pairs) = (0, 0);
    // Sums of at most 64 fit into a byte, and the compiler adds sixteen bytes at a time.
    for chunk in text.chunks(64) {
        chars += u32::from(chunk.iter().fold(0_u8, |sum, byte| sum + u8::from(byte & 0xC0 != 0x80)));
        // A scalar value takes two units exactly when its UTF-8 form has four bytes.
        pairs += u32::from(chunk.iter().fold(0_u8, |sum, byte| sum + u8::from(*byte >= 0xF0)));
    }
    (chars, chars + pairs)
}

/// Running counts at every [`Columns::STEP`] bytes of a text.
#[derive(Clone, Debug)]
struct Columns {
    counts: Vec<(u32, u32)>,
}

impl Columns {
    /// Bytes between checkpoints: short enough to count through for each finding, and long enough that the
    /// checkpoints take little memory beside the text.
    const STEP: usize = 128;

    fn new(text: &str) -> Columns {
        let mut counts = vec![(0, 0)];
        let mut from = 0;
        for step in 1..=text.len() / Self::STEP {
            // Checkpoints stand at the boundary at or before each multiple of STEP.
            let to = text.floor_char_boundary(step * Self::STEP);
            let (chars, utf16) = count(&text.as_bytes()[from..to]);
            let (before, before_utf16) = counts[step - 1];
            counts.push((before + chars, before_utf16 + utf16));
            from = to;
        }
        Columns { counts }
    }

    /// Counts before `offset`.
    fn before(&self, text: &str, offset: usize) -> (u32, u32) {
        let step = offset / Self::STEP;
        let from = text.floor_char_boundary(step * Self::STEP);
        let (chars, utf16) = count(&text.as_bytes()[from..offset]);
        (self.counts[step].0 + chars, self.counts[step].1 + utf16)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_end_counts_once() {
        let text = "a\nb\r\nc\rd\r\r\ne";
        let lines = Lines::of(text);
        let all: Vec<_> = (0..lines.count()).map(|i| &text[lines.span(text, i).range()]).collect();
        assert_eq!(all, ["a", "b", "c", "d", "", "e"]);
    }

    #[test]
    fn columns_in_both_units() {
        let text = "x\n“é😀!";
        let lines = Lines::of(text);
        let at = text.find('!').unwrap() as u32;
        assert_eq!(lines.position(text, at), Position { line: 2, column: 4, utf16_column: 5 });
    }

    #[test]
    fn long_lines_count_the_same_through_checkpoints() {
        let text = "first\n".to_owned() + &"é“x😀".repeat(4000);
        let lines = Lines::of(&text);
        for (offset, _) in text.char_indices().step_by(97) {
            let (line, start) = if offset < 6 { (1, 0) } else { (2, 6) };
            let (chars, utf16) = count(&text.as_bytes()[start..offset]);
            let expected = Position { line, column: chars + 1, utf16_column: utf16 + 1 };
            assert_eq!(lines.position(&text, offset as u32), expected);
            for length in [0, 1, 100, 1000] {
                let end = text.ceil_char_boundary(offset + length);
                let both = (expected, lines.position(&text, end as u32));
                assert_eq!(lines.positions(&text, Span::new(offset, end)), both);
            }
        }
    }
}
