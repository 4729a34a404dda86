//! `concise`: a line a finding, as compilers and `grep -n` print places.

use std::borrow::Cow;
use std::io::Write as _;

use super::escape::visible;
use crate::document::{Document, Origin};
use crate::finding::Finding;

/// Writes `path:line:column: severity[rule] message` for each finding. The place is that in the raw
/// file; where it has none, or is an archive, the record stands behind the path and the place counts
/// in its text: `path{record}:line:column: …`.
pub fn render(document: &Document, findings: &[Finding], out: &mut Vec<u8>) {
    let name = name(document);
    for finding in findings {
        let (line, column) = match document.place(finding.span.start) {
            Some(place) => (place.line, place.column),
            None => {
                let position = document.position(finding.span.start);
                (position.line.into(), position.column.into())
            }
        };
        let _ = writeln!(
            out,
            "{name}:{line}:{column}: {}[{}] {}",
            finding.severity.name(),
            finding.rule,
            visible(&finding.message),
        );
    }
}

/// The document's name in reports for people: with its record, unless the place in the file tells it.
pub fn name(document: &Document) -> Cow<'_, str> {
    match (document.record(), document.origin()) {
        (None, _) | (_, Origin::Record(_)) => visible(document.name()),
        (Some(record), _) => format!("{}{{{}}}", visible(document.name()), visible(&record.label())).into(),
    }
}
