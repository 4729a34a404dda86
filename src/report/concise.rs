//! `concise`: a line a finding, as compilers and `grep -n` print places.

use std::io::Write as _;

use super::escape::visible;
use crate::document::Document;
use crate::finding::Finding;

/// Writes `path:line:column: severity[rule] message` for each finding.
pub fn render(document: &Document, findings: &[Finding], out: &mut Vec<u8>) {
    let name = visible(document.name());
    for finding in findings {
        let place = document.position(finding.span.start);
        let _ = writeln!(
            out,
            "{name}:{}:{}: {}[{}] {}",
            place.line,
            place.column,
            finding.severity.name(),
            finding.rule,
            visible(&finding.message),
        );
    }
}
