//! Documents with findings, to try formats on.

use std::sync::Arc;

use crate::document::{Decoded, Document, Origin, Place, RawRecord, Record, Span};
use crate::finding::{Edit, Finding, Fix, Related, Safety, Severity};
use crate::ruleset::RuleId;

/// A document with its findings.
pub type Sample = (Document, Vec<Finding>);

/// A finding of `structure/repeated-word` with a fix and a related place.
fn finding(start: u32, message: &str) -> Finding {
    Finding {
        rule: RuleId::new("structure/repeated-word"),
        severity: Severity::Warning,
        span: Span { start, end: start + 3 },
        message: message.to_owned().into(),
        fix: Some(Fix {
            safety: Safety::Unsafe,
            message: "delete the second one".into(),
            edits: Edit { span: Span { start: start - 1, end: start + 3 }, replacement: String::new() }.into(),
        }),
        related: vec![Related { span: Span { start: start - 4, end: start - 1 }, message: "first here".into() }],
        cue: 0,
        number: 0,
    }
}

const TEXT: &str = "the the end\n";

/// A file of its own.
pub fn plain() -> Sample {
    (Document::new("a b/100%.txt", TEXT), vec![finding(4, "`the` twice")])
}

/// Everything that some format could trip over.
pub const HOSTILE: &str = "``\u{1b}[2J\u{202e}\u{2028}\r\r\n::error::x%0A::stop-commands::x ##[error] ]]> </script> <b a=\"'\"> & {0} [x](http://e) @all \u{0}\u{fffe}\u{ffff}😀 `";

/// A file whose name and text do what they can.
pub fn hostile() -> Sample {
    let mut finding = finding(4, HOSTILE);
    finding.severity = Severity::Error;
    (Document::new(format!("x\n{HOSTILE}"), format!("the the{HOSTILE}\n")), vec![finding])
}

/// A record of a JSON file, on line 7.
pub fn in_json() -> Sample {
    let shared = Arc::new("{\"text\":\"the the end\\n\"}\n".to_owned());
    let mut map = Decoded::starting_at(9);
    map.push_verbatim(11);
    map.push(1, 2);
    let start = Place { line: 7, column: 1, utf16_column: 1, byte: 1_000 };
    let record = Record { index: 7, id: Some("doc-7".to_owned()), ..Record::default() };
    let origin = Origin::Record(Box::new(RawRecord::new(shared, 0..24, start, map)));
    (Document::with_origin("c.jsonl", TEXT, origin).with_record(record), vec![finding(4, "`the` twice")])
}

/// A row of a Parquet file.
pub fn in_parquet() -> Sample {
    let record = Record { index: 3, id: Some("id`\u{202e}".to_owned()), ..Record::default() };
    let document = Document::with_origin("news.parquet", TEXT, Origin::Nowhere).with_record(record);
    (document, vec![finding(4, "`the` twice")])
}

/// A member of an archive, which has places of its own.
pub fn in_zip() -> Sample {
    let record = Record { index: 1, id: Some("in/a.txt".to_owned()), ..Record::default() };
    (Document::new("a.zip", TEXT).with_record(record), vec![finding(4, "`the` twice")])
}

/// A document without findings has no part in a report, so this is the whole report of the samples.
pub fn report(format: super::Format, samples: &[Sample], is_complete: bool) -> String {
    let mut statistics = super::Statistics::default();
    let mut out = format.head();
    for (index, (document, findings)) in samples.iter().enumerate() {
        if index > 0 {
            out.extend_from_slice(format.between());
        }
        out.extend(format.render(document, findings, super::TextStyle::default()));
        statistics.add(findings, None);
    }
    let rules = [super::RuleInfo {
        id: RuleId::new("structure/repeated-word"),
        summary: "A word twice",
        why: "First paragraph,\nsecond line.\n\nSecond paragraph with `code`.",
        severity: Severity::Warning,
    }];
    out.extend(format.tail(&super::RunSummary { rules: &rules, statistics: &statistics, is_complete }));
    String::from_utf8(out).expect("a report is UTF-8")
}

/// All samples.
pub fn all() -> Vec<Sample> {
    vec![plain(), hostile(), in_json(), in_parquet(), in_zip()]
}
