//! `encoding/homoglyph`: letters of another script inside a word in Latin letters.

use crate::checks::{Context, char_at, char_before};
use crate::document::Span;

/// Cyrillic and Greek letters with the Latin ones that they look like.
const LOOKALIKES: [(char, char); 50] = [
    ('Α', 'A'),
    ('Β', 'B'),
    ('Ε', 'E'),
    ('Ζ', 'Z'),
    ('Η', 'H'),
    ('Ι', 'I'),
    ('Κ', 'K'),
    ('Μ', 'M'),
    ('Ν', 'N'),
    ('Ο', 'O'),
    ('Ρ', 'P'),
    ('Τ', 'T'),
    ('Υ', 'Y'),
    ('Χ', 'X'),
    ('ι', 'i'),
    ('κ', 'k'),
    ('ν', 'v'),
    ('ο', 'o'),
    ('ρ', 'p'),
    ('υ', 'u'),
    ('Ѕ', 'S'),
    ('І', 'I'),
    ('Ј', 'J'),
    ('А', 'A'),
    ('В', 'B'),
    ('Е', 'E'),
    ('К', 'K'),
    ('М', 'M'),
    ('Н', 'H'),
    ('О', 'O'),
    ('Р', 'P'),
    ('С', 'C'),
    ('Т', 'T'),
    ('У', 'Y'),
    ('Х', 'X'),
    ('а', 'a'),
    ('е', 'e'),
    ('к', 'k'),
    ('м', 'm'),
    ('о', 'o'),
    ('р', 'p'),
    ('с', 'c'),
    ('т', 't'),
    ('у', 'y'),
    ('х', 'x'),
    ('ѕ', 's'),
    ('і', 'i'),
    ('ј', 'j'),
    ('ԁ', 'd'),
    ('ԛ', 'q'),
];

/// Letters of a word at most.
const LONGEST: usize = 60;

/// Reports each word with letters of two scripts.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let text = document.text();
    let mut reported = 0;
    for at in document.marks().foreign.iter().map(|at| *at as usize) {
        let Some(c) = char_at(text, at).filter(|c| is_cyrillic_or_greek(*c)) else { continue };
        if at < reported {
            continue;
        }
        let beside = |c: Option<char>| c.is_some_and(char::is_alphabetic);
        if !beside(char_before(text, at)) && !beside(char_at(text, at + c.len_utf8())) {
            continue;
        }
        let back: usize =
            text[..at].chars().rev().take(LONGEST).take_while(|c| c.is_alphanumeric()).map(char::len_utf8).sum();
        let ahead: usize =
            text[at..].chars().take(LONGEST).take_while(|c| c.is_alphanumeric()).map(char::len_utf8).sum();
        let span = Span::new(at - back, at + ahead);
        reported = at + ahead;
        let word = document.slice(span);
        let latin = word.chars().filter(char::is_ascii_alphabetic).count();
        let other = word.chars().filter(|c| is_cyrillic_or_greek(*c)).count();
        // `μm`, `πr`, `ΔT`, `α1`: signs of science. A word has letters of both scripts that look alike.
        let all_alike = word.chars().filter(|c| is_cyrillic_or_greek(*c)).all(|c| latin_for(c).is_some());
        if latin == 0 || latin + other < 3 || !all_alike {
            continue;
        }
        let fixed: String = word.chars().map(|c| latin_for(c).unwrap_or(c)).collect();
        let script = if ('\u{370}'..'\u{400}').contains(&c) { "Greek" } else { "Cyrillic" };
        let message = format!("`{word}` mixes Latin letters with {script} ones that look alike");
        context.report(span, message).replace(fixed.clone(), format!("replace with `{fixed}` in Latin letters"));
    }
}

fn is_cyrillic_or_greek(c: char) -> bool {
    matches!(c, '\u{370}'..='\u{52F}')
}

fn latin_for(c: char) -> Option<char> {
    LOOKALIKES.iter().find(|(other, _)| *other == c).map(|(_, latin)| *latin)
}
