//! `github`: workflow commands, which GitHub Actions shows as annotations in the diff.
//!
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>; how a runner reads
//! them: `ActionCommand.TryParseV2` in <https://github.com/actions/runner>. It takes a line for a command
//! that begins with `::` behind white space, so everything here is on one line that begins with a command
//! of ours.

use std::io::Write as _;

use super::escape::{push_visible, visible};
use super::location::{Region, message};
use crate::document::Document;
use crate::finding::{Finding, Safety, Severity};

/// Writes a command for each finding: an error, a warning or a notice.
pub fn render(document: &Document, findings: &[Finding], out: &mut Vec<u8>) {
    let file = property(document.name());
    for finding in findings {
        let command = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        let _ = write!(out, "::{command} file={file}");
        if let Some(region) = Region::of(document, finding.span) {
            let (start, end) = (region.start, region.end);
            let _ = write!(out, ",line={},endLine={}", start.line, region.last_line());
            // GitHub refuses columns of an annotation over several lines.
            if start.line == end.line {
                let _ = write!(out, ",col={},endColumn={}", start.column, end.column);
            }
        }
        let title = property(&format!("newslint ({})", finding.rule));
        let _ = write!(out, ",title={title}::{}", data(&message(document, finding)));
        if let Some(fix) = &finding.fix {
            let how = match fix.safety {
                Safety::Safe => "Fix",
                Safety::Unsafe => "Fix, to be looked at",
                Safety::Display => "Advice",
            };
            let _ = write!(out, "%0A{how}: {}", data(&visible(&fix.message)));
        }
        out.push(b'\n');
    }
}

/// The text of a message; it has no line ends.
fn data(message: &str) -> String {
    message.replace('%', "%25")
}

/// The value of a property. A path keeps its characters where they do no harm in a log.
fn property(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '%' => out.push_str("%25"),
            '\r' => out.push_str("%0D"),
            '\n' => out.push_str("%0A"),
            ':' => out.push_str("%3A"),
            ',' => out.push_str("%2C"),
            '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => push_visible(&mut out, c),
            c if c.is_control() => push_visible(&mut out, c),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::document::{Document, Span};
    use crate::report::Format;
    use crate::report::samples::{HOSTILE, hostile, in_json, in_parquet, in_zip, plain, report};

    #[test]
    fn findings_are_commands() {
        let report = report(Format::Github, &[plain(), in_json(), in_parquet(), in_zip()], true);
        let wanted = "\
::warning file=a b/100%25.txt,line=1,endLine=1,col=5,endColumn=8,title=newslint (structure/repeated-word)::`the` twice%0AFix, to be looked at: delete the second one
::warning file=c.jsonl,line=7,endLine=7,col=14,endColumn=17,title=newslint (structure/repeated-word)::`the` twice%0AFix, to be looked at: delete the second one
::warning file=news.parquet,title=newslint (structure/repeated-word)::record `id'<U+202E>`, 1:5: `the` twice%0AFix, to be looked at: delete the second one
::warning file=a.zip,title=newslint (structure/repeated-word)::record `in/a.txt`, 1:5: `the` twice%0AFix, to be looked at: delete the second one
";
        assert_eq!(report, wanted);
    }

    #[test]
    fn columns_only_on_one_line() {
        let (_, mut findings) = plain();
        findings[0].span = Span { start: 0, end: 8 };
        let text = |text: &str| report(Format::Github, &[(Document::new("a", text), findings.clone())], true);
        assert!(text("one\ntwo\n").contains(",line=1,endLine=2,title"));
        assert!(text("one two\n").contains(",line=1,endLine=1,title"));
    }

    /// Reads a line as the runner does: the command, its properties and its data.
    fn read(line: &str) -> (String, Vec<(String, String)>, String) {
        let unescape = |text: &str, marks: &[(&str, &str)]| {
            marks.iter().fold(text.to_owned(), |text, (escape, mark)| text.replace(escape, mark))
        };
        let data_marks = [("%0D", "\r"), ("%0A", "\n"), ("%25", "%")];
        let marks = [("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")];
        let (info, data) = line.trim_start().strip_prefix("::").unwrap().split_once("::").unwrap();
        let (command, properties) = info.split_once(' ').unwrap();
        let properties = properties.split(',').map(|pair| pair.split_once('=').unwrap());
        let properties = properties.map(|(key, value)| (key.to_owned(), unescape(value, &marks))).collect();
        (command.to_owned(), properties, unescape(data, &data_marks))
    }

    #[test]
    fn hostile_text_makes_no_command() {
        let report = report(Format::Github, &[hostile()], true);
        let line = report.strip_suffix('\n').unwrap();
        assert!(!line.contains(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{202e}')), "{line}");
        let (command, properties, data) = read(line);
        assert_eq!(command, "error");
        let keys: Vec<_> = properties.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(keys, ["file", "line", "endLine", "col", "endColumn", "title"]);
        assert!(properties[0].1.contains("\r\r\n::error::x%0A::stop-commands::x"), "{properties:?}");
        assert!(data.starts_with("``<U+001B>[2J<U+202E><U+2028><U+000D><U+000D><U+000A>::error::x%0A::stop"), "{data}");
        assert!(HOSTILE.contains("\r\r\n"));
    }

    #[test]
    fn an_empty_run_says_nothing() {
        assert_eq!(report(Format::Github, &[], true), "");
    }
}
