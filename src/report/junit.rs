//! `junit`: JUnit XML, for the test reports of GitLab, Jenkins, Azure and others.
//!
//! There is no standard; this is what Jenkins' schema (`junit-10.xsd` of its xUnit plugin) allows. A
//! document with findings is a suite, and each rule that found something in it a failed test. Not each
//! finding: readers tell tests apart and follow them from run to run by class and name, so a name with a
//! line number would be another test after every change above it, and equal names would swallow each
//! other. Not each document either: Jenkins and GitLab show one failure a test. Documents without
//! findings are not written; a corpus has millions. The last suite tells whether the run was complete, so
//! that a run without findings is not an empty report, which Jenkins fails.

use std::io::Write as _;

use super::location::{Region, located, qualified_name};
use super::xml;
use crate::document::Document;
use crate::finding::Finding;

/// What comes before the first document.
pub const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"newslint\">\n";

/// Writes a suite for the document, with a failed test for each rule, in the order of their first findings.
pub fn render(document: &Document, findings: &[Finding], out: &mut Vec<u8>) {
    let mut rules: Vec<(&str, Vec<&Finding>)> = Vec::new();
    for finding in findings {
        match rules.iter_mut().find(|(rule, _)| *rule == finding.rule.as_str()) {
            Some((_, more)) => more.push(finding),
            None => rules.push((finding.rule.as_str(), vec![finding])),
        }
    }
    // The name is visible already; only markup is left to escape.
    let (name, file, count) = (xml::text(&qualified_name(document)), xml::data(document.name()), rules.len());
    let _ = writeln!(
        out,
        "  <testsuite name=\"{name}\" tests=\"{count}\" failures=\"{count}\" errors=\"0\" file=\"{file}\">"
    );
    for (rule, findings) in rules {
        let severity = findings.iter().map(|finding| finding.severity).max().map_or("", |worst| worst.name());
        let first = &findings[0].message;
        let headline = match findings.len() - 1 {
            0 => first.clone(),
            more => format!("{first} (and {more} more)").into(),
        };
        let lines: Vec<_> = findings.iter().map(|finding| line(document, finding)).collect();
        let _ = writeln!(
            out,
            "    <testcase name=\"{}\" classname=\"{name}\">\n      \
             <failure type=\"{severity}\" message=\"{}\">{}</failure>\n    </testcase>",
            xml::text(rule),
            xml::text(&headline),
            lines.join("\n"),
        );
    }
    out.extend_from_slice(b"  </testsuite>\n");
}

/// A finding as the concise format has it, but without the rule.
fn line(document: &Document, finding: &Finding) -> String {
    let place = Region::of(document, finding.span)
        .map(|Region { start, .. }| format!(":{}:{}", start.line, start.column))
        .unwrap_or_default();
    let message = located(document, finding.span, &finding.message);
    xml::text(&format!("{}{place}: {}: {message}", document.name(), finding.severity.name()))
}

/// What comes behind the last document: a test that passes when the run was complete.
pub fn tail(is_complete: bool, out: &mut Vec<u8>) {
    const INCOMPLETE: &str =
        ">\n      <error type=\"incomplete\">not everything could be read: see standard error</error>\n    </testcase>";
    let (errors, result) = if is_complete { (0, "/>") } else { (1, INCOMPLETE) };
    let _ = writeln!(
        out,
        "  <testsuite name=\"newslint\" tests=\"1\" failures=\"0\" errors=\"{errors}\">\n    \
         <testcase name=\"the run is complete\" classname=\"newslint\"{result}\n  </testsuite>\n</testsuites>"
    );
}

#[cfg(test)]
mod tests {
    use crate::report::Format;
    use crate::report::samples::{hostile, in_json, in_parquet, plain, report};

    #[test]
    fn rules_are_tests_of_a_document() {
        let (document, mut findings) = plain();
        findings.push(findings[0].clone());
        let report = report(Format::Junit, &[(document, findings), in_json(), in_parquet()], true);
        let wanted = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="newslint">
  <testsuite name="a b/100%.txt" tests="1" failures="1" errors="0" file="a b/100%.txt">
    <testcase name="structure/repeated-word" classname="a b/100%.txt">
      <failure type="warning" message="`the` twice (and 1 more)">a b/100%.txt:1:5: warning: `the` twice
a b/100%.txt:1:5: warning: `the` twice</failure>
    </testcase>
  </testsuite>
  <testsuite name="c.jsonl{doc-7}" tests="1" failures="1" errors="0" file="c.jsonl">
    <testcase name="structure/repeated-word" classname="c.jsonl{doc-7}">
      <failure type="warning" message="`the` twice">c.jsonl:7:14: warning: `the` twice</failure>
    </testcase>
  </testsuite>
  <testsuite name="news.parquet{id`&lt;U+202E&gt;}" tests="1" failures="1" errors="0" file="news.parquet">
    <testcase name="structure/repeated-word" classname="news.parquet{id`&lt;U+202E&gt;}">
      <failure type="warning" message="`the` twice">news.parquet: warning: record `id'&lt;U+202E&gt;`, 1:5: `the` twice</failure>
    </testcase>
  </testsuite>
  <testsuite name="newslint" tests="1" failures="0" errors="0">
    <testcase name="the run is complete" classname="newslint"/>
  </testsuite>
</testsuites>
"#;
        assert_eq!(report, wanted);
    }

    #[test]
    fn hostile_text_makes_no_markup() {
        let report = report(Format::Junit, &[hostile()], true);
        assert_eq!(report.matches('<').count(), 12, "{report}");
        assert_eq!(report.lines().count(), 11, "{report}");
        assert!(!report.contains(|c: char| c != '\n' && crate::report::escape::is_hostile(c)), "{report}");
    }

    #[test]
    fn an_empty_run_passes_and_an_incomplete_one_does_not() {
        assert!(
            report(Format::Junit, &[], true)
                .contains("<testcase name=\"the run is complete\" classname=\"newslint\"/>")
        );
        assert!(report(Format::Junit, &[], false).contains("<error type=\"incomplete\""));
    }
}
