//! `structure/missing-space`: a comma or semicolon with a word directly behind it.

use crate::checks::{Context, char_at, chunk_around, is_address, word_at, word_before};
use crate::document::Span;
use crate::finding::Edit;

/// Reports each comma and semicolon between two words without a space.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let text = document.text();
    for at in document.marks().commas.iter().map(|at| *at as usize) {
        // Behind nearly all of them a blank stands, and behind others a quotation mark.
        if matches!(text.as_bytes()[at + 1..], [b' ', ..] | [0xE2, 0x80, ..])
            || !char_at(text, at + 1).is_some_and(char::is_alphabetic)
        {
            continue;
        }
        let (before, next) = (word_before(text, at), word_at(text, at + 1));
        // `A,B`, `2,4-D`, `x,y`: labels and formulas. A word has two letters, and one of the two is
        // written in lower case, or the text is in capitals.
        let is_word = |word: &str| word.chars().count() >= 2 || matches!(word, "a" | "I");
        let is_lower = |word: &str| word.chars().all(char::is_lowercase);
        let is_number = !before.is_empty() && before.bytes().all(|byte| byte.is_ascii_digit());
        if !is_word(next) || !(is_word(before) || is_number) || !(is_lower(before) || is_lower(next)) {
            continue;
        }
        let in_text = document.shape_at(at as u32).is_some_and(|shape| shape.is_text());
        if !in_text || is_address(chunk_around(text, at, 80)) {
            continue;
        }
        // Keywords of the page are a list without spaces.
        if is_list(document.slice(document.line(document.lines().index_of(at as u32)))) {
            continue;
        }
        let mark = &text[at..=at];
        let span = Span::new(at - before.len(), at + 1 + next.len());
        let edit = Edit { span: Span::new(at + 1, at + 1), replacement: " ".to_owned() };
        context.report(span, format!("no space behind `{mark}`")).edit(edit, "put a space behind it");
    }
}

/// Bytes of a line that can be a list of keywords.
const LONGEST_LIST: usize = 2000;

/// Whether three commas or more have no space behind them, and none has.
fn is_list(line: &str) -> bool {
    line.len() <= LONGEST_LIST && line.matches(',').count() >= 3 && !line.contains(", ")
}
