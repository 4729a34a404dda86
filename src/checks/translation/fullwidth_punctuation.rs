//! `translation/fullwidth-punctuation`: punctuation of Chinese and Japanese in English text.

use crate::checks::{Context, char_at, char_before};
use crate::document::Span;

/// Marks with what English writes.
const MARKS: [(char, char); 30] = [
    ('，', ','),
    ('。', '.'),
    ('、', ','),
    ('；', ';'),
    ('：', ':'),
    ('！', '!'),
    ('？', '?'),
    ('（', '('),
    ('）', ')'),
    ('［', '['),
    ('］', ']'),
    ('【', '['),
    ('】', ']'),
    ('《', '“'),
    ('》', '”'),
    ('〈', '‘'),
    ('〉', '’'),
    ('「', '“'),
    ('」', '”'),
    ('『', '“'),
    ('』', '”'),
    ('＂', '"'),
    ('＇', '\''),
    ('％', '%'),
    ('＋', '+'),
    ('－', '-'),
    ('／', '/'),
    ('～', '~'),
    ('｡', '.'),
    ('．', '.'),
];

/// Reports each run of such marks that stands beside a Latin letter or a digit, and full-width letters
/// and digits.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let text = document.text();
    let mut reported = 0;
    for at in document.marks().foreign.iter().map(|at| *at as usize) {
        if at < reported {
            continue;
        }
        let run: usize = text[at..].chars().take_while(|c| english(*c).is_some()).map(char::len_utf8).sum();
        if run == 0 {
            continue;
        }
        let end = at + run;
        reported = end;
        // Between characters of their own script the marks are right.
        let beside = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && (c as u32) < 0x250);
        let (before, behind) = (char_before(text, at), char_at(text, end));
        let parted = |c: Option<char>| c.is_none_or(char::is_whitespace);
        let latin = beside(before) || beside(behind) || parted(before) && parted(behind);
        let in_text = document.shape_at(at as u32).is_some_and(|shape| shape.stop_words > 0);
        if !latin || !in_text {
            continue;
        }
        let marks = &text[at..end];
        let mut replaced: String = marks.chars().filter_map(english).collect();
        if replaced.starts_with(['(', '[', '“', '‘']) && before.is_some_and(char::is_alphanumeric) {
            replaced.insert(0, ' ');
        }
        let ends_word = replaced.ends_with([',', '.', ';', ':', '!', '?', ')', ']', '”', '’']);
        if ends_word && behind.is_some_and(char::is_alphanumeric) {
            replaced.push(' ');
        }
        let message = format!("full-width `{marks}`; English writes `{}`", replaced.trim());
        let report = context.report(Span::new(at, end), message).replace(replaced.clone(), "replace it");
        // Marks of titles are often half of a pair, whose other half was translated.
        if marks.contains(['《', '》', '〈', '〉', '「', '」', '『', '』']) {
            report.unsafe_fix();
        }
    }
}

/// What English writes for a full-width mark, letter or digit.
fn english(c: char) -> Option<char> {
    if let Some((_, mark)) = MARKS.iter().find(|(mark, _)| *mark == c) {
        return Some(*mark);
    }
    match c {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => char::from_u32(c as u32 - 0xFEE0),
        _ => None,
    }
}
