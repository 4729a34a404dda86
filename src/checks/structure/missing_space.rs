//! `structure/missing-space`: a comma or semicolon with a word directly behind it, a bracket directly behind
//! a word.

use crate::checks::{Context, char_at, chunk_around, is_address, word_at, word_before};
use crate::document::Span;
use crate::finding::Edit;

/// Reports each comma and semicolon between two words without a space, and each bracket behind a word.
pub fn check(context: &mut Context<'_>) {
    check_brackets(context);
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

/// How long a bracketed remark is at most, in bytes.
const REACH: usize = 200;

/// Words that formulas put right before a bracket: `poly(lactic acid and glycolic acid)`, `max(cost of the work, 0)`.
const FUNCTIONS: [&str; 10] = ["cos", "exp", "log", "max", "mean", "min", "poly", "sin", "sum", "tan"];

/// Whether what is in brackets is a number: chemists write no space before that of a charge, `iron(III)`.
fn is_numeral(inside: &str) -> bool {
    inside.bytes().all(|byte| matches!(byte, b'I' | b'V' | b'X'))
}

/// `Congress(NDC)`: a short form or a remark of three words directly behind a word.
fn check_brackets(context: &mut Context<'_>) {
    let document = context.document();
    let text = document.text();
    let brackets = &document.marks().brackets;
    for (open, close) in brackets.iter().zip(brackets.iter().skip(1)) {
        let (open, close) = (*open as usize, *close as usize);
        // Before nearly all of them a blank stands.
        let is_glued = open > 0 && text.as_bytes()[open - 1].is_ascii_lowercase() && text.as_bytes()[open] == b'(';
        if !is_glued || text.as_bytes()[close] != b')' || close - open > REACH {
            continue;
        }
        let (word, inside) = (word_before(text, open), &text[open + 1..close]);
        let is_name = word.starts_with(|c: char| c.is_ascii_uppercase());
        let is_word = word.len() >= 3 && word.bytes().skip(1).all(|byte| byte.is_ascii_lowercase());
        let stands_free = text[..open - word.len()].ends_with([' ', '-', '“', '"', '\n', '\r']) || open == word.len();
        // `Congress(NDC)`, `product(GDP)`; not `sum(ABC)`, `report(s)`.
        let is_short_form = (2..=8).contains(&inside.len())
            && inside.bytes().all(|byte| byte.is_ascii_uppercase())
            && !is_numeral(inside)
            && (is_name || inside.bytes().last().map(|byte| byte.to_ascii_lowercase()) == word.bytes().next());
        let is_remark = !FUNCTIONS.contains(&word)
            && inside.split(' ').filter(|word| word.len() >= 2).count() >= 3
            && inside.starts_with(|c: char| c.is_ascii_alphabetic())
            && !inside.contains(['\n', '\r', '=', '{', ';', '"', '\'', '_', '/', '\\', '<', '$']);
        let in_text = || document.shape_at(open as u32).is_some_and(|shape| shape.is_text());
        if !is_word || !stands_free || !(is_short_form || is_remark) || !in_text() {
            continue;
        }
        if is_address(chunk_around(text, open, 80)) {
            continue;
        }
        let span = Span::new(open - word.len(), open + 1 + word_at(text, open + 1).len());
        let edit = Edit { span: Span::new(open, open), replacement: " ".to_owned() };
        context.report(span, "no space before `(`").edit(edit, "put a space before it");
    }
}

/// Bytes of a line that can be a list of keywords.
const LONGEST_LIST: usize = 2000;

/// Whether three commas or more have no space behind them, and none has.
fn is_list(line: &str) -> bool {
    line.len() <= LONGEST_LIST && line.matches(',').count() >= 3 && !line.contains(", ")
}
