//! `structure/broken-punctuation`: marks that cannot follow one another.

use crate::checks::{
    Context, char_at, char_before, chunk_around, is_address, is_lower_word, is_shortened, word_at, word_before,
};
use crate::document::{Span, is_abbreviation};

/// Words with which a sentence goes on behind a quotation that a full stop ends: a verb of saying
/// would follow a comma, and a name or a new sentence begins with a capital.
const GOES_ON: [&str; 24] = [
    "and", "are", "as", "at", "because", "but", "by", "for", "from", "has", "have", "if", "in", "into", "is", "of",
    "on", "or", "that", "to", "was", "were", "which", "with",
];

/// Reports runs of marks that no sentence has, and full stops inside quotations that go on.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let text = document.text();
    let marks = document.marks();
    let mut reported = 0;
    for at in marks.commas.iter().chain(&marks.stops).map(|at| *at as usize) {
        if begins_word(text.as_bytes(), at + 1) {
            continue;
        }
        let found = match text.as_bytes()[at + 1..] {
            // Another mark, or blanks that one may follow.
            [b' ' | 0xC2 | b',' | b'.' | b';', ..] => broken_run(text, at),
            [b'"' | 0xE2, ..] => stop_inside(text, at),
            _ => None,
        };
        let Some((end, message)) = found else { continue };
        let in_text = document.shape_at(at as u32).is_some_and(|shape| shape.is_text());
        if !in_text || is_address(chunk_around(text, at, 60)) || at < reported && at + 3 > reported {
            continue;
        }
        reported = end;
        context.report(Span::new(at, end), message);
    }
}

/// What a word or the next line begins with.
const BEGINS: [bool; 256] = {
    let mut begins = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        begins[byte] = (byte as u8).is_ascii_alphanumeric() || byte as u8 == b'\n';
        byte += 1;
    }
    begins
};

/// A quick look that passes over most marks: a word or a line begins behind them, or behind a space.
fn begins_word(text: &[u8], behind: usize) -> bool {
    let Some(next) = text.get(behind) else { return false };
    let first = if *next == b' ' { text.get(behind + 1).unwrap_or(next) } else { next };
    BEGINS[usize::from(*first)]
}

/// Two marks in a row, blanks between them or not, of which one is too many: where they end.
fn broken_run(text: &str, at: usize) -> Option<(usize, String)> {
    let rest = &text[at + 1..];
    let blanks = rest.len() - rest.trim_start_matches([' ', '\u{A0}']).len();
    let next = at + 1 + blanks;
    let second = char_at(text, next).filter(|c| matches!(c, ',' | '.' | ';'))?;
    let first = char_at(text, at)?;
    let before = word_before(text, at);
    let behind = char_at(text, next + 1);
    // A mark belongs to a word, a number or the mark that closes a quotation or bracket.
    let has_word =
        char_before(text, at).is_some_and(|c| c.is_alphanumeric() || matches!(c, ')' | '”' | '"' | '’' | '%'));
    // ` .5` and ` .com` begin with the mark; an ellipsis has three.
    let stands_alone = behind.is_none_or(|c| c.is_whitespace() || matches!(c, '”' | '"' | '’' | ')'));
    let is_ellipsis = second == '.' && text[next + 1..].trim_start_matches(' ').starts_with('.')
        || first == '.' && text[..at].trim_end_matches(' ').ends_with('.');
    let is_abbreviated = first == '.'
        && (is_shortened(text, at) || is_abbreviation(&text[reach_back(text, at)..at]) || !is_lower_word(before, 3));
    if !has_word || !stands_alone || is_ellipsis || first == '.' && second != '.' && is_abbreviated {
        return None;
    }
    if first == '.' && second == '.' && blanks == 0 && text[next + 1..].starts_with('/') {
        return None;
    }
    let run = &text[at..=next];
    Some((next + 1, format!("`{run}`: one of these marks is too many")))
}

/// The character boundary 24 bytes or so before `at`.
fn reach_back(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at.saturating_sub(24))
}

/// A full stop inside a quotation, and the sentence goes on behind it: where the mark ends.
fn stop_inside(text: &str, at: usize) -> Option<(usize, String)> {
    let mark = char_at(text, at + 1).filter(|c| matches!(c, '”' | '"'))?;
    let end = at + 1 + mark.len_utf8();
    if !text[at..].starts_with('.') || !text[end..].starts_with(' ') {
        return None;
    }
    let next = word_at(text, end + 1);
    if GOES_ON.binary_search(&next).is_err() || !is_lower_word(word_before(text, at), 3) || text[..at].ends_with('.') {
        return None;
    }
    Some((end, format!("a full stop ends this quotation, but the sentence goes on with `{next}`")))
}
