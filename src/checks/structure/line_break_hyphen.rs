//! `structure/line-break-hyphen`: a word that a line break has cut in two.

use crate::checks::{Context, is_lower_word, word_at, word_before};
use crate::document::{Ending, Span};
use crate::finding::Edit;
use crate::lexicon::Lexicon;

/// Words that begin others and are then seldom parted by a hyphen.
const PREFIXES: [&str; 14] =
    ["be", "counter", "dis", "fore", "in", "inter", "out", "over", "re", "sub", "super", "trans", "un", "under"];

/// Ends of words that are names or rare words, too.
const ENDINGS: [&str; 24] = [
    "able", "age", "al", "ally", "ance", "ant", "ate", "ed", "ence", "ent", "er", "ful", "hood", "ible", "ing", "ion",
    "ism", "ist", "less", "ment", "ness", "ship", "sion", "tion",
];

/// Whether a half of a word can be one by itself.
fn is_half(lexicon: &Lexicon, half: &str) -> bool {
    half.len() >= 2 && !ENDINGS.contains(&half) && lexicon.is_known(half)
}

/// Reports each word with a hyphen at the end of a line and its rest on the next.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let text = document.text();
    let shapes = document.shapes();
    let lines = document.lines();
    for pair in shapes.windows(2) {
        let [shape, next] = pair else { continue };
        // Hyphens are among the other marks.
        if shape.ending != Ending::Other {
            continue;
        }
        let line = lines.span(text, shape.line as usize);
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
        let (joined, hyphened) = (format!("{first}{second}"), format!("{first}-{second}"));
        let span = Span::new(at - first.len(), start + second.len());
        let lexicon = context.lexicon();
        let is_soft = body.ends_with('\u{AD}');
        let in_compound = text[..at - first.len()].ends_with('-') || text[start + second.len()..].starts_with('-');
        let (is_word, are_words) = (lexicon.is_known(&joined), is_half(lexicon, first) && is_half(lexicon, second));
        // `year-` / `old` keeps its hyphen; what is one word and nothing else without it loses it.
        let (right, from) = match (is_word, are_words) {
            _ if is_soft => (Some(&joined), at),
            _ if in_compound => (Some(&hyphened), at + hyphen),
            (true, false) => (Some(&joined), at),
            (true, true) if PREFIXES.contains(&first) => (Some(&joined), at),
            (false, true) => (Some(&hyphened), at + hyphen),
            _ => (None, at),
        };
        let message = match right {
            Some(right) => format!("a line break cuts `{right}` in two"),
            None => format!("a line break cuts `{joined}` or `{hyphened}` in two"),
        };
        let report = context.report(span, message);
        if let Some(right) = right {
            let edit = Edit { span: Span::new(from, start), replacement: String::new() };
            report.edit(edit, format!("join to `{right}`"));
        }
    }
}
