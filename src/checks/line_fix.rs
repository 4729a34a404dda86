//! Deleting a line without leaving a hole.

use crate::document::{Document, Span};
use crate::finding::Edit;

/// The edit that deletes a line, counted from 0, with its line end.
///
/// Where the line stood between blank lines, or at the document's start before one, the blank
/// line behind it goes too, so that one blank line is left where there was one on each side. A
/// last line without a line end takes the one before it along.
#[must_use]
pub fn delete_line(document: &Document, line: usize) -> Edit {
    let lines = document.lines();
    let text = document.text();
    let is_blank = |index: usize| {
        let line = lines.span(text, index);
        // Nearly all are empty or begin with an ASCII character.
        line.is_empty()
            || !text.as_bytes()[line.start as usize].is_ascii_graphic() && document.slice(line).trim_start().is_empty()
    };
    let full = lines.full_span(text, line);
    let (mut start, mut end) = (full.start, full.end);
    let blank_before = line == 0 || is_blank(line - 1);
    if blank_before && line + 2 < lines.count() && is_blank(line + 1) {
        end = lines.full_span(text, line + 1).end;
    }
    if end == full.end && lines.span(text, line).end == full.end && line > 0 {
        start = document.line(line - 1).end;
    }
    Edit { span: Span { start, end }, replacement: String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without(text: &str, line: usize) -> String {
        let document = Document::new("t", text);
        let edit = delete_line(&document, line);
        let mut text = text.to_owned();
        text.replace_range(edit.span.range(), &edit.replacement);
        text
    }

    #[test]
    fn no_hole_is_left() {
        assert_eq!(without("a\n\nx\n\nb\n", 2), "a\n\nb\n");
        assert_eq!(without("a\nx\nb\n", 1), "a\nb\n");
        assert_eq!(without("a\r\nx", 1), "a");
        assert_eq!(without("x\n\na\n", 0), "a\n");
        assert_eq!(without("x", 0), "");
        assert_eq!(without("a\n\nx\n", 2), "a\n\n");
    }
}
