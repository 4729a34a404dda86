//! `rdjson` and `rdjsonl`: the Reviewdog Diagnostic Format, for reviewdog and what reads its format.
//!
//! <https://github.com/reviewdog/reviewdog/tree/master/proto/rdf> (`reviewdog.proto`): an object
//! `DiagnosticResult`, or an object `Diagnostic` on each line. Columns count bytes of UTF-8, numbers have
//! 32 bits. Reviewdog posts messages as Markdown.

use serde_json::{Value, json};

use super::HOME_PAGE;
use super::json::value;
use super::location::{Region, is_applicable, message};
use crate::document::{Document, Origin, Place, Span};
use crate::finding::{Finding, Fix, Severity};

/// What comes before the first document of `rdjson`.
pub fn head() -> String {
    format!("{{\"source\":{},\"diagnostics\":[\n", source())
}

/// What comes behind the last document of `rdjson`.
pub const TAIL: &str = "]}\n";

fn source() -> Value {
    json!({"name": "newslint", "url": HOME_PAGE})
}

/// Writes a diagnostic for each finding, with `separator` between them; with its source where it has to
/// stand alone.
pub fn render(document: &Document, findings: &[Finding], stands_alone: bool, separator: &[u8], out: &mut Vec<u8>) {
    // Rules set words of the article in backticks. A backtick of its own would let it out of them.
    let has_marks = document.text().contains('`');
    for (index, finding) in findings.iter().enumerate() {
        if index > 0 {
            out.extend_from_slice(separator);
        }
        let severity = match finding.severity {
            Severity::Info => "INFO",
            Severity::Warning => "WARNING",
            Severity::Error => "ERROR",
        };
        let mut message = message(document, finding);
        if has_marks {
            message = in_one_pair(&message);
        }
        let mut diagnostic = json!({
            "message": message,
            "location": {"path": document.name()},
            "severity": severity,
            "code": {"value": finding.rule.as_str()},
        });
        if let Some(range) = range(document, finding.span) {
            diagnostic["location"]["range"] = range;
        }
        if let Some(suggestion) = finding.fix.as_ref().and_then(|fix| suggestion(document, fix)) {
            diagnostic["suggestions"] = json!([suggestion]);
        }
        if stands_alone {
            diagnostic["source"] = source();
        }
        value(&diagnostic, out);
    }
}

/// The message with no backticks but the first and the last: what stands between is one code span.
fn in_one_pair(message: &str) -> String {
    match (message.find('`'), message.rfind('`')) {
        (Some(first), Some(last)) if first < last => {
            let inner = message[first + 1..last].replace('`', "'");
            format!("{}`{inner}`{}", &message[..first], &message[last + 1..])
        }
        _ => message.replace('`', "'"),
    }
}

/// A range of the file; without columns, and so of whole lines, where they are not known in bytes.
fn range(document: &Document, span: Span) -> Option<Value> {
    let Region { start, end } = Region::of(document, span)?;
    let columns = columns(document, span);
    let position = |place: Place, column: Option<i32>| {
        let line = i32::try_from(place.line).ok()?;
        Some(column.map_or(json!({"line": line}), |column| json!({"line": line, "column": column})))
    };
    let start = position(start, columns.map(|columns| columns.0))?;
    Some(json!({"start": start, "end": position(end, columns.map(|columns| columns.1))?}))
}

/// The columns of a span's start and end in bytes.
fn columns(document: &Document, span: Span) -> Option<(i32, i32)> {
    let column = |offset| i32::try_from(document.utf8_column(offset)?).ok();
    Some((column(span.start)?, column(span.end)?))
}

/// A fix as one replacement, because each suggestion is offered alone. Files in other encodings get none:
/// reviewdog puts UTF-8 into their bytes.
fn suggestion(document: &Document, fix: &Fix) -> Option<Value> {
    let (first, last) = (fix.edits.first()?, fix.edits.last()?);
    let is_escaped = document.record().is_some() && fix.edits.len() > 1;
    if !is_applicable(document, fix) || is_escaped || matches!(document.origin(), Origin::Decoded(_)) {
        return None;
    }
    let span = Span { start: first.span.start, end: last.span.end };
    columns(document, span)?;
    let mut text = String::new();
    let mut at = span.start;
    for edit in &fix.edits {
        text.push_str(document.slice(Span { start: at, end: edit.span.start }));
        text.push_str(&edit.replacement);
        at = edit.span.end;
    }
    Some(json!({"range": range(document, span)?, "text": text}))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Edit;
    use crate::report::Format;
    use crate::report::samples::{HOSTILE, all, hostile, in_json, in_parquet, plain, report};

    #[test]
    fn findings_are_diagnostics() {
        let report: Value = serde_json::from_str(&report(Format::Rdjson, &all(), true)).unwrap();
        assert_eq!(report["source"]["name"], "newslint");
        let wanted = json!({
            "message": "`the` twice", "severity": "WARNING", "code": {"value": "structure/repeated-word"},
            "location": {"path": "a b/100%.txt", "range": {
                "start": {"line": 1, "column": 5}, "end": {"line": 1, "column": 8}}},
            "suggestions": [{"text": "", "range": {
                "start": {"line": 1, "column": 4}, "end": {"line": 1, "column": 8}}}],
        });
        assert_eq!(report["diagnostics"][0], wanted);
        assert_eq!(report["diagnostics"][1]["location"]["path"], format!("x\n{HOSTILE}"));
        assert_eq!(report["diagnostics"][2]["location"]["range"]["start"], json!({"line": 7, "column": 14}));
        assert_eq!(report["diagnostics"][3]["location"], json!({"path": "news.parquet"}));
        assert_eq!(report["diagnostics"][3]["suggestions"], Value::Null);
    }

    #[test]
    fn lines_stand_alone() {
        let report = report(Format::Rdjsonl, &[plain(), hostile(), in_json(), in_parquet()], true);
        assert_eq!(report.lines().count(), 4);
        for line in report.lines() {
            assert_eq!(serde_json::from_str::<Value>(line).unwrap()["source"]["name"], "newslint");
            assert!(!line.contains(crate::report::escape::is_hostile), "{line}");
        }
    }

    #[test]
    fn columns_are_bytes_and_edits_are_joined() {
        let (_, mut findings) = plain();
        let edit = |start, end, text: &str| Edit { span: Span { start, end }, replacement: text.to_owned() };
        let document = Document::with_origin("a", "é “the” é\n", Origin::Shifted(3));
        findings[0].span = Span { start: 3, end: 12 };
        findings[0].fix.as_mut().unwrap().edits = vec![edit(3, 6, "\""), edit(9, 12, "\"")].into();
        let report: Value = serde_json::from_str(&report(Format::Rdjsonl, &[(document, findings)], true)).unwrap();
        // The byte order mark is part of the first line.
        let range = json!({"start": {"line": 1, "column": 7}, "end": {"line": 1, "column": 16}});
        assert_eq!(report["location"]["range"], range);
        assert_eq!(report["suggestions"], json!([{"range": range, "text": "\"the\""}]));
    }

    #[test]
    fn articles_stay_in_their_backticks() {
        assert_eq!(in_one_pair("`a` is not `b` <img> `c`."), "`a' is not 'b' <img> 'c`.");
        assert_eq!(in_one_pair("a ` b"), "a ' b");
        assert_eq!(in_one_pair("a b"), "a b");
        let report: Value = serde_json::from_str(&report(Format::Rdjsonl, &[hostile()], true)).unwrap();
        let message = report["message"].as_str().unwrap();
        assert!(message.starts_with("`'<U+001B>") && message.ends_with(" `"), "{message}");
        assert_eq!(message.matches('`').count(), 2);
    }

    #[test]
    fn an_empty_run_has_no_diagnostics() {
        let empty: Value = serde_json::from_str(&report(Format::Rdjson, &[], true)).unwrap();
        assert_eq!(empty["diagnostics"], json!([]));
        assert_eq!(report(Format::Rdjsonl, &[], true), "");
    }
}
