//! Findings as a field of their record.

use std::borrow::Cow;

use serde_json::{Value, json};

use crate::document::Document;
use crate::finding::Finding;
use crate::input::records::{csv, json as json_record};

/// The findings of a document as a JSON array: rule, severity, message, and the span in bytes of the
/// record's text.
#[must_use]
pub fn findings_json(document: &Document, findings: &[Finding]) -> String {
    let object = |finding: &Finding| {
        let span = document.reported_span(finding.span);
        json!({
            "rule": finding.rule.as_str(),
            "severity": finding.severity.name(),
            "message": finding.message,
            "start": span.start,
            "end": span.end,
        })
    };
    Value::Array(findings.iter().map(object).collect()).to_string()
}

/// A JSON record with one more field; nothing else of the record changes. `None` when the record is no
/// object, or has the field already.
#[must_use]
pub fn json_field(record: &str, field: &str, value: &str) -> Option<String> {
    if json_record::has_key(record, field) {
        return None;
    }
    let end = record.trim_end().strip_suffix('}')?.len();
    let body = record[..end].trim_end();
    let comma = if body.trim_start() == "{" { "" } else { "," };
    let key = Value::from(field);
    Some([body, comma, &key.to_string(), ":", value, &record[body.len()..]].concat())
}

/// A CSV record with one more field at its end.
#[must_use]
pub fn csv_field(record: &str, delimiter: u8, value: &str) -> String {
    let end = record.trim_end_matches(['\r', '\n']).len();
    let field = if csv::needs_quotes(value, delimiter) { csv::quoted(value).into() } else { Cow::Borrowed(value) };
    let delimiter = char::from(delimiter).to_string();
    [&record[..end], &delimiter, &field, &record[end..]].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_added() {
        let added = |record: &str| json_field(record, "newslint", "[]");
        assert_eq!(added("{\"a\": 1 }\n").as_deref(), Some("{\"a\": 1,\"newslint\":[] }\n"));
        assert_eq!(added(" { } ").as_deref(), Some(" {\"newslint\":[] } "));
        assert_eq!(added("{\"newslint\": [1, 2], \"b\": 1}"), None);
        assert_eq!(added("[1]"), None);
        assert_eq!(csv_field("a,b\r\n", b',', "[\"x\"]"), "a,b,\"[\"\"x\"\"]\"\r\n");
        assert_eq!(csv_field("a;b", b';', "n"), "a;b;n");
    }
}
