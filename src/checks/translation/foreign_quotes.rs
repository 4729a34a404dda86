//! `translation/foreign-quotes`: quotation marks of other languages.

use crate::checks::{Context, char_at, char_before};
use crate::document::Span;

/// How far before a lone mark the quotation that it ends can begin, in bytes.
const REACH: usize = 800;

/// Reports guillemets and low marks, a pair as one finding.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let text = document.text();
    let mut marks = document.marks().quotes.iter().map(|at| *at as usize).peekable();
    while let Some(at) = marks.next() {
        let Some(mark) = char_at(text, at).filter(|mark| is_foreign(text, at, *mark)) else { continue };
        // Breadcrumbs and menus are made of guillemets: those have blanks on both sides, or begin or end
        // a line that is no prose.
        let Some(shape) = document.shape_at(at as u32).filter(|shape| shape.is_text() && shape.separators <= 2) else {
            continue;
        };
        let line = document.line(shape.line as usize);
        let end = at + mark.len_utf8();
        let closes = match mark {
            '„' => ['“', '”'],
            '«' => ['»', '»'],
            _ => ['«', '«'],
        };
        let partner = marks.peek().copied().filter(|partner| *partner < line.end as usize);
        let partner =
            partner.and_then(|partner| Some((partner, char_at(text, partner).filter(|c| closes.contains(c))?)));
        if let Some((partner, other)) = partner {
            marks.next();
            let inside = &text[end..partner];
            let quoted = inside.trim_matches([' ', '\u{A0}', '\u{202F}']);
            let span = Span::new(at, partner + other.len_utf8());
            let message = format!("quotation marks of another language: `{mark}` and `{other}`");
            context.report(span, message).replace(format!("“{quoted}”"), "replace with English marks");
            continue;
        }
        // A mark alone closes or opens an English quotation; without one it is an ornament.
        let reach = text.ceil_char_boundary(at.saturating_sub(REACH));
        let before = &text[reach.max(line.start as usize)..at];
        if !before.contains(['“', '"']) || before.trim_end().ends_with(['”', '"']) {
            continue;
        }
        let blanks = before.len() - before.trim_end_matches([' ', '\u{A0}', '\u{202F}']).len();
        let span = Span::new(at - blanks, end);
        let message = format!("`{mark}`, a quotation mark of another language, ends an English quotation");
        context.report(span, message).replace("”", "replace with `”`");
    }
}

/// Whether a mark is none of English. `„` is; `»` and `«` are unless they stand as arrows.
fn is_foreign(text: &str, at: usize, mark: char) -> bool {
    let behind = char_at(text, at + mark.len_utf8());
    let is_arrow = char_before(text, at).is_none_or(char::is_whitespace) && behind.is_none_or(char::is_whitespace);
    match mark {
        '„' => behind.is_some_and(char::is_alphanumeric),
        '«' => true,
        '»' => !is_arrow || behind.is_none_or(|c| matches!(c, '\n' | '\r')),
        _ => false,
    }
}
