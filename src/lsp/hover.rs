//! What the editor shows when the pointer rests on a finding.

use std::fmt::Write as _;

use ropey::Rope;

use super::analysis::Found;
use super::diagnostics::link;
use crate::finding::Safety;
use crate::report::escape::visible;
use crate::ruleset::Rule;

/// A finding in Markdown: what is wrong, what its rule is for, how sure that is, and what can be done.
#[must_use]
pub fn markdown(found: &Found, rule: Option<&Rule>, text: &Rope) -> String {
    let mut out = String::new();
    let _ = write!(out, "**{}** `{}`\n\n{}\n", found.severity.name(), found.rule, escaped(&found.message));
    if let Some(fix) = &found.fix {
        let note = match fix.safety {
            Safety::Safe => "safe",
            Safety::Unsafe => "look at it first",
            Safety::Display => "by hand",
        };
        let _ = write!(out, "\nFix ({note}): {}\n", escaped(&fix.message));
    }
    for (span, message) in &found.related {
        let line = text.byte_to_line(span.start.min(text.len_bytes())) + 1;
        let _ = write!(out, "\nLine {line}: {}\n", escaped(message));
    }
    if let Some(rule) = rule {
        let _ = write!(out, "\n---\n\n{}\n", rule.file.why.trim());
        if !rule.file.measured.is_empty() {
            let _ = write!(out, "\nMeasured: {}\n", rule.file.measured);
        }
        if let Some(link) = link(rule) {
            let _ = write!(out, "\n[{}]({})\n", found.rule, link.as_str());
        }
    }
    out
}

/// A message for Markdown. Messages quote article text, which must not become markup: outside the code
/// spans that messages make themselves its marks are escaped, and control characters are shown as codes.
fn escaped(message: &str) -> String {
    let message = message.replace(['\n', '\r'], " ");
    let message = visible(&message);
    let mut out = String::with_capacity(message.len());
    // A quotation with a backtick in it, or a lone one, makes no sound code spans: then all is escaped.
    let has_spans = message.matches('`').count().is_multiple_of(2);
    let mut in_code = false;
    for c in message.chars() {
        match c {
            '`' if has_spans => in_code = !in_code,
            c if c.is_ascii_punctuation() && !in_code && !matches!(c, '.' | ',' | ';' | ':' | '\'' | '"' | '%') => {
                out.push('\\');
            }
            _ => {}
        }
        out.push(c);
    }
    out
}

/// Markdown for an editor that shows plain text only.
#[must_use]
pub fn plain(markdown: &str) -> String {
    markdown.lines().filter(|line| *line != "---").map(|line| line.replace(['`', '*', '\\'], "") + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn article_text_is_no_markup() {
        assert_eq!(escaped("`[a](b)` is <b>wrong</b>"), "`[a](b)` is \\<b\\>wrong\\<\\/b\\>");
        assert_eq!(escaped("a ` b [x](y)"), "a \\` b \\[x\\]\\(y\\)");
        assert_eq!(escaped("a\n# b\u{202E}"), "a \\# b\\<U\\+202E\\>");
    }
}
