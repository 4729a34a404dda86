//! `structure/line-break-hyphen`: a word that a line break has cut in two.

use crate::checks::{Context, is_lower_word, word_at, word_before};
use crate::document::Span;
use crate::finding::Edit;

/// Reports each word with a hyphen at the end of a line and its rest on the next.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let text = document.text();
    let shapes = document.shapes();
    let lines = document.lines();
    for (shape, next) in shapes.iter().zip(shapes.iter().skip(1)) {
        let line = lines.span(text, shape.line as usize);
        // Most lines end with another mark, and not with a blank.
        if matches!(text.as_bytes()[line.range()], [.., last] if last.is_ascii_graphic() && last != b'-') {
            continue;
        }
        let body = text[line.range()].trim_end();
        if !body.ends_with('-') && !body.ends_with('\u{AD}') {
            continue;
        }
        let hyphen = if body.ends_with('-') { 1 } else { '\u{AD}'.len_utf8() };
        let at = line.start as usize + body.len() - hyphen;
        let rest_line = document.line(next.line as usize);
        let start = rest_line.start as usize;
        let (first, second) = (word_before(text, at), word_at(text, start));
        let is_cut = first.chars().count() >= 2 && first.ends_with(char::is_lowercase) && is_lower_word(second, 2);
        if !is_cut || shape.words < 3 || text[..at].ends_with('-') {
            continue;
        }
        let joined = format!("{first}{second}");
        let span = Span::new(at - first.len(), start + second.len());
        // `well-` / `known` keeps its hyphen; what is one word without it loses it.
        let lexicon = context.lexicon();
        let report = context.report(span, format!("a line break cuts `{joined}` in two"));
        if lexicon.is_known(&joined) {
            let edit = Edit { span: Span::new(at, start), replacement: String::new() };
            report.edit(edit, format!("join to `{joined}`"));
        }
    }
}
