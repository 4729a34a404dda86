//! `structure/space-inside-brackets`: a blank behind an opening or before a closing bracket.

use crate::checks::{Context, char_at, char_before};
use crate::document::Span;
use crate::finding::Edit;

/// How long a bracketed remark is at most, in bytes.
const REACH: usize = 400;

/// Reports the blanks inside each pair of brackets.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let text = document.text();
    let brackets = &document.marks().brackets;
    for (index, open) in brackets.iter().map(|at| *at as usize).enumerate() {
        let closing = match &text[open..=open] {
            "(" => ')',
            "[" => ']',
            _ => continue,
        };
        // Brackets inside brackets are left alone: the pair is the next mark.
        let Some(close) = brackets.get(index + 1).map(|at| *at as usize) else { continue };
        if char_at(text, close) != Some(closing) || close - open > REACH {
            continue;
        }
        let inside = &text[open + 1..close];
        let trimmed = inside.trim_matches([' ', '\u{A0}']);
        // `[ ]` is a box to tick, `:( … :)` are faces, `( … )` an omission.
        let is_face = char_before(text, open).is_some_and(|c| matches!(c, ':' | ';' | '-'));
        if trimmed.is_empty() || trimmed.len() == inside.len() || inside.contains(['\n', '\r']) || is_face {
            continue;
        }
        if !trimmed.chars().any(char::is_alphanumeric) || trimmed.ends_with([':', ';']) {
            continue;
        }
        let start = open + 1 + (inside.len() - inside.trim_start_matches([' ', '\u{A0}']).len());
        let end = open + 1 + inside.trim_end_matches([' ', '\u{A0}']).len();
        let delete = |start, end| Edit { span: Span::new(start, end), replacement: String::new() };
        match (start > open + 1, end < close) {
            (true, true) => {
                let edits = vec![delete(open + 1, start), delete(end, close)];
                let span = Span::new(open, close + 1);
                context.report(span, "spaces inside brackets").edits(edits, "delete the spaces");
            }
            (true, false) => {
                let span = Span::new(open + 1, start);
                context.report(span, "space behind an opening bracket").delete("delete the space");
            }
            _ => {
                let span = Span::new(end, close);
                context.report(span, "space before a closing bracket").delete("delete the space");
            }
        }
    }
}
