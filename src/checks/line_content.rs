//! What a line holds besides blanks.

use crate::document::{Document, Span};

/// Whether a line, counted from 0, holds nothing but blanks.
#[inline(always)]
#[must_use]
pub fn is_blank_line(document: &Document, line: usize) -> bool {
    let line = document.lines().span(document.text(), line);
    // Nearly all are empty or begin with an ASCII character.
    line.is_empty() || !document.text().as_bytes()[line.start as usize].is_ascii_graphic() && is_blank(document, line)
}

#[cold]
fn is_blank(document: &Document, span: Span) -> bool {
    document.slice(span).trim_start().is_empty()
}

/// Whether a span is all that its line holds, but for `more` bytes and the blanks at the line's ends.
///
/// The line is looked at from the span outwards: so thousands of sentences on one line do not each go through the
/// same blanks.
#[must_use]
pub fn fills_line(document: &Document, span: Span, more: usize) -> bool {
    let line = document.lines().span(document.text(), document.lines().index_of(span.start));
    let (before, behind) = (Span { end: span.start, ..line }, Span { start: span.end.min(line.end), ..line });
    if before.len() + behind.len() <= more {
        return true;
    }
    // Most lines have no blanks at their ends, so that all of it counts.
    let is_filled = |at: u32| document.text().as_bytes()[at as usize].is_ascii_graphic();
    if before.len() > more && is_filled(line.start) || behind.len() > more && is_filled(line.end - 1) {
        return false;
    }
    let rest = |found: usize| more.checked_sub(found);
    let before = filled(document.slice(before).chars().rev(), more).and_then(rest);
    before.is_some_and(|more| filled(document.slice(behind).chars(), more).is_some())
}

/// Bytes up to the last character that is no blank; `None` where they are more than `most`.
fn filled(characters: impl Iterator<Item = char>, most: usize) -> Option<usize> {
    let (mut bytes, mut filled) = (0, 0);
    for c in characters {
        bytes += c.len_utf8();
        if !c.is_whitespace() {
            filled = bytes;
            if filled > most {
                return None;
            }
        }
    }
    Some(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_fills_its_line_whatever_blanks_stand_around_it() {
        let fills = |before: &str, behind: &str, more| {
            let document = Document::new("t", format!("one\n{before}word{behind}\nthree"));
            let start = 4 + before.len();
            fills_line(&document, Span::new(start, start + 4), more)
        };
        let blanks = " \u{A0}\t\u{3000}".repeat(200);
        assert!(fills("", "", 0) && fills(&blanks, &blanks, 0));
        assert!(fills("“", "”", 6) && !fills("“", "”", 5));
        assert!(fills(&format!("{blanks}- "), &blanks, 2) && !fills(&format!("{blanks}- "), &format!("{blanks}."), 2));
    }
}
