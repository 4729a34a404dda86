//! `translation/untranslated`: words of another script left standing in an English sentence.

use crate::checks::{Context, char_at};
use crate::document::Span;

/// Reports each run of letters of another script, unless it is given as a name or a quotation.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let text = document.text();
    let mut reported = 0;
    for at in document.marks().foreign.iter().map(|at| *at as usize) {
        if at < reported || !char_at(text, at).is_some_and(is_other_script) {
            continue;
        }
        let end = at + run_of_script(&text[at..]);
        reported = end;
        // Lines with little English are another rule's.
        let Some(shape) = document.shape_at(at as u32).filter(|shape| shape.is_text()) else { continue };
        let line = document.line(shape.line as usize);
        let (before, behind) = (&text[line.start as usize..at], &text[end..line.end as usize]);
        if is_given(before, behind) || is_sign(&text[at..end], before, behind) {
            continue;
        }
        // What was read in a wrong encoding is another rule's, too.
        if context.is_damaged(Span::new(at, end)) {
            continue;
        }
        let word = &text[at..end];
        context.report(Span::new(at, end), format!("`{word}` was not translated"));
    }
}

fn is_other_script(c: char) -> bool {
    // Greek, Cyrillic, Armenian, Hebrew, Arabic, Indic, Thai, Georgian, Ethiopic, Khmer; kana, Han, Hangul.
    c.is_alphabetic()
        && matches!(c as u32, 0x370..=0x58F | 0x590..=0x1CFF | 0x3040..=0x30FF | 0x3400..=0x9FFF | 0xAC00..=0xD7AF)
}

/// The bytes of the run of other scripts that the text begins with, blanks and marks inside included.
fn run_of_script(text: &str) -> usize {
    let mut end = 0;
    for (at, c) in text.char_indices() {
        if is_other_script(c) || matches!(c as u32, 0x300..=0x36F | 0x900..=0xDFF) {
            end = at + c.len_utf8();
        } else if !(c == ' ' || matches!(c, '-' | '·' | '、')) {
            break;
        }
    }
    end
}

/// Bytes that a bracket may stand before what it holds: a line can be megabytes.
const BRACKET_REACH: usize = 1024;

/// Whether the words are given on purpose: in brackets, in quotation marks, behind a colon or dash.
fn is_given(before: &str, behind: &str) -> bool {
    let near = &before[before.ceil_char_boundary(before.len().saturating_sub(BRACKET_REACH))..];
    let open = near.rfind(['(', '（', '[']).is_some_and(|open| !near[open..].contains([')', '）', ']']));
    let quoted = before.ends_with(['“', '"', '‘', '\'', '«', '「', '《', '#', '@', '/'])
        || behind.starts_with(['”', '"', '’', '»', '」', '》']);
    let introduced = before.trim_end().ends_with([':', '/', '—', '–', '=', '|']);
    open || quoted || introduced
}

/// `μ`, `β-blocker`, `5 кг`: single letters as signs.
fn is_sign(word: &str, before: &str, behind: &str) -> bool {
    let letters = word.chars().count();
    let is_greek = word.chars().all(|c| ('\u{370}'..'\u{400}').contains(&c));
    let touches = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && (c as u32) < 0x250);
    // A letter inside a Latin word is a homoglyph or a sign.
    let looks_latin = word.chars().all(|c| "АВЕКМНОРСТХас".contains(c));
    letters == 1 && (is_greek || looks_latin) || touches(before.chars().next_back()) || touches(behind.chars().next())
}
