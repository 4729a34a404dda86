//! Deleting a line without leaving a hole.

use super::line_content::is_blank_line;
use crate::document::{Document, Span};
use crate::finding::Edit;

/// The edit that deletes a line, counted from 0, with its line end.
///
/// Where the line stood between blank lines, or at the document's start before one, the blank
/// line behind it goes too, so that one blank line is left where there was one on each side. A
/// last line without a line end takes the one before it along.
#[must_use]
pub fn delete_line(document: &Document, line: usize) -> Edit {
    delete_lines(document, line, line)
}

/// The edit that deletes the lines from `first` to `last`, as [`delete_line`] does one.
#[must_use]
pub fn delete_lines(document: &Document, first: usize, last: usize) -> Edit {
    let (lines, text) = (document.lines(), document.text());
    let is_blank = |index: usize| is_blank_line(document, index);
    let Span { mut start, mut end } = lines.full_span(text, first);
    if last > first {
        end = lines.full_span(text, last).end;
    }
    if last + 1 == lines.count() {
        if first > 0 {
            start = document.line(first - 1).end;
        }
    } else if last + 2 < lines.count() && (first == 0 || is_blank(first - 1)) && is_blank(last + 1) {
        end = lines.full_span(text, last + 1).end;
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
    fn several_lines_go_as_one() {
        let document = Document::new("t", "a\n\nx\n\ny\n\nb\n");
        assert_eq!(delete_lines(&document, 2, 4).span, Span::new(3, 9));
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
