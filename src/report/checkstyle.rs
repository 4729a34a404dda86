//! `checkstyle`: the XML that Checkstyle writes, which Jenkins, reviewdog, Bitbucket's and many other
//! tools read.
//!
//! There is no schema; version 4.3 is what ESLint and most others write, read as in
//! <https://github.com/jenkinsci/analysis-model> (`CheckStyleParser`). That reader takes what stands
//! behind the last dot of `source` for the type and what stands before it for the category.

use std::io::Write as _;

use super::location::{Region, message};
use super::xml;
use crate::document::Document;
use crate::finding::Finding;

/// What comes before the first document.
pub const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n";

/// What comes behind the last document.
pub const TAIL: &str = "</checkstyle>\n";

/// Writes a `file` element for the document. The records of a file each make one; readers add them up.
/// A finding without a place in the file stands at line 1, with record and line in its message.
pub fn render(document: &Document, findings: &[Finding], out: &mut Vec<u8>) {
    let _ = writeln!(out, "  <file name=\"{}\">", xml::data(document.name()));
    for finding in findings {
        let place = Region::of(document, finding.span).map(|region| region.start);
        let line = place.map_or(1, |place| place.line);
        let column = place.map(|place| format!(" column=\"{}\"", place.column)).unwrap_or_default();
        let _ = writeln!(
            out,
            "    <error line=\"{line}\"{column} severity=\"{}\" message=\"{}\" source=\"newslint.{}\"/>",
            finding.severity.name(),
            xml::text(&message(document, finding)),
            xml::text(&finding.rule.as_str().replace('/', ".")),
        );
    }
    out.extend_from_slice(b"  </file>\n");
}

#[cfg(test)]
mod tests {
    use crate::report::Format;
    use crate::report::samples::{hostile, in_json, in_parquet, plain, report};

    #[test]
    fn findings_stand_in_their_files() {
        let report = report(Format::Checkstyle, &[plain(), in_json(), in_parquet()], true);
        let wanted = r#"<?xml version="1.0" encoding="UTF-8"?>
<checkstyle version="4.3">
  <file name="a b/100%.txt">
    <error line="1" column="5" severity="warning" message="`the` twice" source="newslint.structure.repeated-word"/>
  </file>
  <file name="c.jsonl">
    <error line="7" column="14" severity="warning" message="`the` twice" source="newslint.structure.repeated-word"/>
  </file>
  <file name="news.parquet">
    <error line="1" severity="warning" message="record `id'&lt;U+202E&gt;`, 1:5: `the` twice" source="newslint.structure.repeated-word"/>
  </file>
</checkstyle>
"#;
        assert_eq!(report, wanted);
    }

    #[test]
    fn hostile_text_makes_no_markup() {
        let report = report(Format::Checkstyle, &[hostile()], true);
        assert_eq!(report.matches('<').count(), 6, "{report}");
        assert_eq!(report.lines().count(), 6, "{report}");
        assert!(!report.contains(|c: char| c != '\n' && crate::report::escape::is_hostile(c)), "{report}");
    }

    #[test]
    fn an_empty_run_is_an_empty_report() {
        let report = report(Format::Checkstyle, &[], true);
        assert_eq!(report, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n</checkstyle>\n");
    }
}
