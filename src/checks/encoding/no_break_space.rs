//! `encoding/no-break-space`: no-break spaces where an ordinary space belongs.

use crate::checks::Context;
use crate::document::Span;

/// Words before which a no-break space is good typography: titles and references that should not
/// part from the name or number behind them.
const TIED: [&str; 18] = [
    "mr", "mrs", "ms", "mx", "dr", "prof", "st", "sen", "rep", "gov", "gen", "col", "lt", "capt", "no", "nr", "p",
    "art",
];

/// Reports each run of blanks that holds a no-break space.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let text = document.text();
    let mut reported = 0;
    for unusual in document.unusual().iter().filter(|unusual| is_no_break(unusual.character)) {
        let at = unusual.at as usize;
        if at < reported {
            continue;
        }
        let start = at - trailing_blanks(&text[..at]);
        let end = at + leading_blanks(&text[at..]);
        reported = end;
        let (before, after) = (&text[..start], &text[end..]);
        // A byte of something that was UTF-8: not a space at all.
        if context.is_damaged(Span::new(start, end)) {
            continue;
        }
        let at_edge =
            before.is_empty() || before.ends_with(['\n', '\r']) || after.is_empty() || after.starts_with(['\n', '\r']);
        // A number keeps its unit by one space; two are padding.
        let is_single = text[start..end].chars().count() == 1;
        if is_single && !at_edge && is_tied(before, after) {
            continue;
        }
        let span = Span::new(start, end);
        if at_edge {
            context.report(span, "no-break space at the edge of a line").delete("delete it");
        } else {
            let message = "no-break space where an ordinary space belongs";
            context.report(span, message).replace(" ", "replace with a space");
        }
    }
}

fn is_no_break(c: char) -> bool {
    matches!(c, '\u{A0}' | '\u{2007}' | '\u{202F}')
}

fn is_blank(c: char) -> bool {
    is_no_break(c) || c == ' ' || c == '\t'
}

fn leading_blanks(text: &str) -> usize {
    text.len() - text.trim_start_matches(is_blank).len()
}

fn trailing_blanks(text: &str) -> usize {
    text.len() - text.trim_end_matches(is_blank).len()
}

/// Whether the space rightly keeps two things together: a number and what it counts, a title or
/// initial and a name, a French mark and its word, a dash in a sentence.
fn is_tied(before: &str, after: &str) -> bool {
    let last = before.chars().next_back();
    let next = after.chars().next();
    if last.is_some_and(char::is_numeric) || next.is_some_and(char::is_numeric) {
        return true;
    }
    if next.is_some_and(|c| "%°€£$§:;!?»–—".contains(c)) || last.is_some_and(|c| "«§№€£$–—".contains(c))
    {
        return true;
    }
    let word = before.trim_end_matches('.').rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    let initial = before.ends_with('.') && word.chars().count() == 1;
    initial
        || (!word.is_empty()
            && word.len() <= 4
            && TIED.contains(&word.to_lowercase().as_str())
            && before.ends_with('.'))
}
