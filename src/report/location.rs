//! Where findings stand, for formats that send people to a line of the raw file.

use std::borrow::Cow;

use super::escape::visible;
use crate::document::{Document, Origin, Place, Span};
use crate::finding::{Finding, Fix};

/// The stretch of the raw file that a span of the text came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// The place of its first character.
    pub start: Place,
    /// The place behind its last character.
    pub end: Place,
}

impl Region {
    /// The region of a span; `None` where the file has no lines that a reader could be sent to: Parquet,
    /// WARC, and archives, whose members have places of their own.
    pub fn of(document: &Document, span: Span) -> Option<Region> {
        if document.record().is_some() && !matches!(document.origin(), Origin::Record(_)) {
            return None;
        }
        Some(Region { start: document.place(span.start)?, end: document.place(span.end)? })
    }

    /// The line of its last character: a region over a whole line with its line end is on one line.
    pub fn last_line(&self) -> u64 {
        let ends_before = self.end.column == 1 && self.end.line > self.start.line;
        self.end.line - u64::from(ends_before)
    }
}

/// The name of a document among all of a run: the file, and its record where it has one.
pub fn qualified_name(document: &Document) -> String {
    let name = visible(document.name());
    match document.record() {
        Some(record) => format!("{name}{{{}}}", visible(&record.label())),
        None => name.into_owned(),
    }
}

/// A finding's message for people. Where the file has no place to point at, the record and the line in
/// its text go before.
pub fn message(document: &Document, finding: &Finding) -> String {
    located(document, finding.span, &finding.message)
}

/// A message about a span, in the same way.
pub fn located(document: &Document, span: Span, message: &str) -> String {
    let message = visible(message);
    if Region::of(document, span).is_some() {
        return message.into_owned();
    }
    let position = document.position(span.start);
    let label = document.record().map_or(Cow::Borrowed(""), |record| record.label());
    // The marks around it must stay the only ones: some readers take the message for Markdown.
    let label = visible(&label).replace('`', "'");
    format!("record `{label}`, {}:{}: {message}", position.line, position.column)
}

/// Whether other programs can write a fix into the raw file as it is given. In a record its text is
/// escaped as JSON or quoted as CSV, so there only replacements will do that stand for themselves in both.
pub fn is_applicable(document: &Document, fix: &Fix) -> bool {
    let stands_for_itself =
        |text: &str| !text.contains(|c: char| c.is_control() || matches!(c, '"' | '\\' | ',' | ';' | '|'));
    let Some(first) = fix.edits.first() else { return false };
    Region::of(document, first.span).is_some()
        && (document.record().is_none() || fix.edits.iter().all(|edit| stands_for_itself(&edit.replacement)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Edit, Safety};
    use crate::report::samples::{in_json, in_parquet, in_zip, plain};

    #[test]
    fn only_raw_text_has_regions() {
        let (document, findings) = plain();
        let region = Region::of(&document, findings[0].span).unwrap();
        assert_eq!((region.start.line, region.start.column, region.end.column), (1, 5, 8));
        let (document, findings) = in_json();
        assert_eq!(Region::of(&document, findings[0].span).unwrap().start.line, 7);
        for (document, findings) in [in_parquet(), in_zip()] {
            assert_eq!(Region::of(&document, findings[0].span), None);
        }
    }

    #[test]
    fn a_line_with_its_end_is_on_one_line() {
        let document = Document::new("a", "one\ntwo\n");
        let last_line = |start, end| Region::of(&document, Span { start, end }).unwrap().last_line();
        assert_eq!((last_line(0, 3), last_line(0, 4), last_line(0, 5), last_line(4, 4)), (1, 1, 2, 2));
    }

    #[test]
    fn records_are_named_where_the_file_has_no_places() {
        let (document, findings) = in_parquet();
        assert_eq!(message(&document, &findings[0]), "record `id'<U+202E>`, 1:5: `the` twice");
        assert_eq!(qualified_name(&document), "news.parquet{id`<U+202E>}");
        let (document, findings) = in_json();
        assert_eq!(message(&document, &findings[0]), "`the` twice");
    }

    #[test]
    fn records_take_only_what_needs_no_escape() {
        let fix = |replacement: &str| Fix {
            safety: Safety::Safe,
            message: "m".into(),
            edits: Edit { span: Span { start: 0, end: 1 }, replacement: replacement.to_owned() }.into(),
        };
        let (record, _) = in_json();
        let (file, _) = plain();
        let applicable = |text: &str| (is_applicable(&file, &fix(text)), is_applicable(&record, &fix(text)));
        assert_eq!(applicable(""), (true, true));
        assert_eq!(applicable("Blinken’s"), (true, true));
        for text in ["\"", "\\", "\n", "a, b"] {
            assert_eq!(applicable(text), (true, false), "{text:?}");
        }
        assert!(!is_applicable(&in_zip().0, &fix("")));
        assert!(!is_applicable(&file, &Fix { edits: Vec::new().into(), ..fix("") }));
    }
}
