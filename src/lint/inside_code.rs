//! Findings inside leftover code.

use crate::document::Span;
use crate::finding::Finding;

/// The rule whose findings speak for all that stands inside them.
const CODE: &str = "structure/code-leftover";

/// Bytes that an escape stands for at most. What stays of more, as the words of a link, is prose.
const MOST_OF_AN_ESCAPE: usize = 4;

/// Bytes that a finding's fix puts in the place of what it found.
fn most_that_stays(finding: &Finding) -> usize {
    finding.fix.iter().flat_map(|fix| &fix.edits).map(|edit| edit.replacement.len()).sum()
}

/// Drops what other rules make of code: its brackets, quotation marks and tags are no prose. The findings
/// are in the order of the text.
pub fn drop_inside_code(findings: &mut Vec<Finding>) {
    let is_code = |finding: &Finding| finding.rule.as_str() == CODE;
    let goes = |finding: &&Finding| is_code(finding) && most_that_stays(finding) <= MOST_OF_AN_ESCAPE;
    let code: Vec<Span> = findings.iter().filter(goes).map(|finding| finding.span).collect();
    if code.is_empty() {
        return;
    }
    findings.retain(|finding| {
        let at = code.partition_point(|span| span.end <= finding.span.start);
        let inside = code.get(at).is_some_and(|span| span.start <= finding.span.start && finding.span.end <= span.end);
        !inside || is_code(finding)
    });
}
