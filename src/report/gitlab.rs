//! `gitlab`: a Code Quality report, which GitLab shows in merge requests.
//!
//! <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>: a subset of Code
//! Climate's issues.

use serde_json::json;
use xxhash_rust::xxh3::xxh3_128;

use super::json::value;
use super::location::{Region, message};
use crate::document::Document;
use crate::finding::{Finding, Fingerprint, Severity, fingerprints};

/// Writes an object for each finding, with `,` between them. A finding without a place in the file stands
/// at line 1, with record and line in its message.
pub fn render(document: &Document, findings: &[Finding], out: &mut Vec<u8>) {
    for (index, (finding, fingerprint)) in findings.iter().zip(fingerprints(document, findings)).enumerate() {
        if index > 0 {
            out.extend_from_slice(b",\n");
        }
        let severity = match finding.severity {
            Severity::Info => "info",
            Severity::Warning => "minor",
            Severity::Error => "major",
        };
        let region = Region::of(document, finding.span);
        let lines = region.map_or((1, 1), |region| (region.start.line, region.last_line()));
        let issue = json!({
            "type": "issue",
            "check_name": finding.rule.as_str(),
            "description": message(document, finding),
            "severity": severity,
            "fingerprint": unique(document, &fingerprint),
            "location": {"path": document.name(), "lines": {"begin": lines.0, "end": lines.1}},
        });
        value(&issue, out);
    }
}

/// A fingerprint for the whole report, where GitLab shows only one of equal ones: the path goes in, and
/// for a record without an id its number, too.
fn unique(document: &Document, fingerprint: &Fingerprint) -> String {
    let number = document.record().filter(|record| record.id.is_none()).map_or(0, |record| record.index);
    let key = [&fingerprint[..], &number.to_le_bytes(), document.name().as_bytes()].concat();
    format!("{:032x}", xxh3_128(&key))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::document::Record;
    use crate::report::Format;
    use crate::report::samples::{HOSTILE, all, in_parquet, plain, report};

    fn read(samples: &[crate::report::samples::Sample]) -> Vec<Value> {
        serde_json::from_str(&report(Format::Gitlab, samples, true)).unwrap()
    }

    #[test]
    fn findings_are_issues() {
        let mut issues = read(&[plain(), in_parquet()]);
        assert_eq!(issues[1]["location"], json!({"path": "news.parquet", "lines": {"begin": 1, "end": 1}}));
        assert_eq!(issues[1]["description"], "record `id'<U+202E>`, 1:5: `the` twice");
        assert_eq!(issues[0]["fingerprint"].take().as_str().unwrap().len(), 32);
        let wanted = json!({
            "type": "issue", "check_name": "structure/repeated-word", "description": "`the` twice",
            "severity": "minor", "fingerprint": null,
            "location": {"path": "a b/100%.txt", "lines": {"begin": 1, "end": 1}},
        });
        assert_eq!(issues[0], wanted);
    }

    #[test]
    fn fingerprints_are_unique_in_the_report() {
        let record = |index| {
            let (document, findings) = plain();
            (document.with_record(Record { index, ..Record::default() }), findings)
        };
        let (_, findings) = plain();
        let elsewhere = (Document::new("other.txt", "the the end\n"), findings);
        let issues = read(&[plain(), elsewhere, record(1), record(2)]);
        let mut prints: Vec<_> = issues.iter().map(|issue| issue["fingerprint"].as_str().unwrap()).collect();
        prints.sort_unstable();
        prints.dedup();
        assert_eq!(prints.len(), 4);
    }

    #[test]
    fn hostile_paths_read_back() {
        let issues = read(&all());
        assert_eq!(issues[1]["location"]["path"], format!("x\n{HOSTILE}"));
        let raw = report(Format::Gitlab, &all(), true);
        assert!(!raw.contains(|c: char| c != '\n' && crate::report::escape::is_hostile(c)), "{raw}");
    }

    #[test]
    fn an_empty_run_is_an_empty_array() {
        assert_eq!(report(Format::Gitlab, &[], true), "[]\n");
    }
}
