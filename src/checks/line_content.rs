//! What a line holds besides blanks.

use crate::document::{Document, Span};

/// Whether a line, counted from 0, holds nothing but blanks.
#[must_use]
pub fn is_blank_line(document: &Document, line: usize) -> bool {
    let (text, line) = (document.text(), document.line(line));
    // Nearly all are empty or begin with an ASCII character.
    line.is_empty()
        || !text.as_bytes()[line.start as usize].is_ascii_graphic() && document.slice(line).trim_start().is_empty()
}

/// Blanks of a line, in bytes, that are gone through to see what it holds; a line with more holds other things,
/// so that thousands of sentences on one line do not each go through the same blanks.
const MOST_BLANKS: usize = 256;

/// Whether a span is all that its line holds, but for `more` bytes and the blanks at the line's ends.
#[must_use]
pub fn fills_line(document: &Document, span: Span, more: usize) -> bool {
    let line = document.line(document.lines().index_of(span.start));
    line.len() <= span.len() + MOST_BLANKS && document.slice(line).trim().len() <= span.len() + more
}
