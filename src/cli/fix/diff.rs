//! A document before and after, as a unified diff.

use std::fmt::Write as _;
use std::time::Duration;

use newslint::document::Document;
use newslint::report::escape::{push_visible, visible};
use similar::{ChangeTag, TextDiff};

/// Lines shown around a change, as `diff -u` does.
const CONTEXT: usize = 3;

/// After so long the difference of two documents is told more coarsely. Texts of a news site take
/// microseconds; this is for hostile ones.
const PATIENCE: Duration = Duration::from_secs(5);

/// The difference between a document and its new text. On a terminal it is made harmless to look at;
/// otherwise it is exact, for `patch`.
pub fn unified(document: &Document, new: &str, is_terminal: bool, color: bool) -> String {
    let name = match document.record() {
        Some(record) => format!("{}{{{}}}", document.name(), record.label()),
        None => document.name().to_owned(),
    };
    let name = visible(&name);
    let mut out = String::new();
    let (bold, red, green, cyan, reset) =
        if color { ("\x1b[1m", "\x1b[31m", "\x1b[32m", "\x1b[36m", "\x1b[0m") } else { ("", "", "", "", "") };
    let _ = writeln!(out, "{bold}--- {name}{reset}\n{bold}+++ {name}{reset}");
    let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(document.text(), new);
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        let _ = writeln!(out, "{cyan}{}{reset}", hunk.header());
        for change in hunk.iter_changes() {
            let (sign, paint) = match change.tag() {
                ChangeTag::Delete => ('-', red),
                ChangeTag::Insert => ('+', green),
                ChangeTag::Equal => (' ', ""),
            };
            out.push_str(paint);
            out.push(sign);
            let line = change.value();
            let (body, end) = match line.strip_suffix('\n') {
                Some(body) => (body, "\n"),
                None => (line, "\n\\ No newline at end of file\n"),
            };
            if is_terminal {
                body.chars().for_each(|c| push_visible(&mut out, c));
            } else {
                out.push_str(body);
            }
            if !paint.is_empty() {
                out.push_str(reset);
            }
            out.push_str(end);
        }
    }
    out
}
