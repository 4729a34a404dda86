//! `structure/space-before-punctuation`: a blank before a comma, full stop or the like.

use crate::checks::Context;
use crate::document::Span;

/// Reports each run of blanks between a word and its punctuation mark.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let text = document.text();
    let bytes = text.as_bytes();
    let marks = document.marks();
    // An ellipsis can stand apart.
    let mut places: Vec<usize> = Vec::new();
    for kind in [&marks.stops, &marks.commas, &marks.others] {
        for at in kind.iter().map(|at| *at as usize) {
            if ends_blank(&bytes[..at]) && bytes[at].is_ascii() {
                places.push(at);
            }
        }
    }
    places.sort_unstable();
    for at in places {
        let before = text[..at].trim_end_matches([' ', '\u{A0}', '\u{202F}']);
        if !is_misplaced(before, &text[at..], before.len() == at - 1) {
            continue;
        }
        let mark = char::from(bytes[at]);
        context.report(Span::new(before.len(), at), format!("space before `{mark}`")).delete("delete the space");
    }
}

/// Whether a text ends with a space, a no-break space or a narrow one.
#[inline(always)]
fn ends_blank(text: &[u8]) -> bool {
    matches!(text, [.., b' '] | [.., 0xC2, 0xA0] | [.., 0xE2, 0x80, 0xAF])
}

/// Whether the mark that `rest` begins with belongs to the word that `before` ends with.
fn is_misplaced(before: &str, rest: &str, single_space: bool) -> bool {
    let Some(last) = before.chars().next_back().filter(|c| !matches!(c, '\n' | '\r')) else { return false };
    let mut following = rest.chars();
    let mark = following.next().unwrap_or_default();
    let next = following.next();
    let closes = |c: char| matches!(c, '”' | '’' | '"' | '\'' | ']' | '»') || (c == ')' && mark != ';');
    let ends = next.is_none_or(|c| c.is_whitespace() || closes(c));
    let word_before = last.is_alphanumeric() || matches!(last, ')' | ']' | '”' | '’' | '"' | '\'' | '%' | '»');
    if !ends || !word_before {
        // ` .5`, ` .com`, ` ...`, ` :)`, ` ?!` and lists of marks.
        return false;
    }
    // An ellipsis with spaces in it (`. . .`).
    if mark == '.' && rest[1..].starts_with(" .") {
        return false;
    }
    match mark {
        // `VIP : 60,000` is a table cell, `Last Updated : Apr` a label; in both the colon follows
        // a label by design of the page. Only a colon that a sentence goes on behind is misplaced.
        ':' => last.is_alphabetic() && single_space && following_word_is_lower(rest),
        '!' | '?' | ';' => single_space && last.is_alphabetic(),
        _ => true,
    }
}

fn following_word_is_lower(rest: &str) -> bool {
    rest[1..].trim_start().chars().next().is_some_and(|c| c.is_lowercase() || matches!(c, '“' | '"' | '‘'))
}
