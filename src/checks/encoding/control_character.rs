//! `encoding/control-character`: control characters, direction overrides and private-use
//! characters in text.

use std::cell::LazyCell;

use crate::checks::Context;
use crate::document::Span;

/// The characters that windows-1252 has where Unicode has the C1 controls U+0080 to U+009F; five
/// places are empty there. Source: the WHATWG Encoding Standard, index windows-1252.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
];

/// Reports each such character; a run of the same one is one finding.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let text = document.text();
    let mut places = document.unusual().iter().peekable();
    // Most documents have no right-to-left letter at all, which one look tells.
    let has_right_to_left = LazyCell::new(|| text.chars().any(is_right_to_left));
    while let Some(first) = places.next() {
        let c = first.character;
        let Some(kind) = kind_of(c) else { continue };
        let start = first.at as usize;
        let mut end = start + c.len_utf8();
        while let Some(next) = places.next_if(|next| next.character == c && next.at as usize == end) {
            end = next.at as usize + c.len_utf8();
        }
        if kind == Kind::Direction && *has_right_to_left && has_right_to_left_neighbour(text, start, end) {
            continue;
        }
        let span = Span::new(start, end);
        // A part of something that is restored as a whole.
        if context.is_damaged(span) {
            continue;
        }
        let name = format!("U+{:04X}", c as u32);
        match kind {
            Kind::Control => {
                let parts_words = matches!(c, '\u{B}' | '\u{C}' | '\u{1C}'..='\u{1F}' | '\u{85}')
                    && text[..start].ends_with(char::is_alphanumeric)
                    && text[end..].starts_with(char::is_alphanumeric);
                let report = context.report(span, format!("control character {name} in the text"));
                if parts_words {
                    report.replace(" ", "replace with a space");
                } else {
                    report.delete("delete it");
                }
            }
            Kind::Windows(right) => {
                let right: String = std::iter::repeat_n(right, (end - start) / c.len_utf8()).collect();
                let message = format!("control character {name} in the text; in windows-1252 this byte is `{right}`");
                context.report(span, message).replace(right.clone(), format!("replace with `{right}`"));
            }
            Kind::Direction => {
                let message = format!("direction control {name} changes the order in which the text is shown");
                context.report(span, message).delete("delete it");
            }
            Kind::PrivateUse => {
                let message = format!("private-use character {name}, usually a symbol of the page's icon font");
                context.report(span, message).delete("delete it");
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Control,
    Windows(char),
    Direction,
    PrivateUse,
}

fn kind_of(c: char) -> Option<Kind> {
    match c {
        '\u{80}'..='\u{9F}' => {
            let right = WINDOWS_1252[c as usize - 0x80];
            Some(if right == c { Kind::Control } else { Kind::Windows(right) })
        }
        c if c.is_control() => Some(Kind::Control),
        '\u{200E}' | '\u{200F}' | '\u{61C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
            Some(Kind::Direction)
        }
        // U+F8FF is the Apple logo on Apple's systems and stands in articles about the company.
        '\u{E000}'..='\u{F8FE}' => Some(Kind::PrivateUse),
        c if (c as u32) & 0xFFFE == 0xFFFE || ('\u{FDD0}'..='\u{FDEF}').contains(&c) => Some(Kind::Control),
        _ => None,
    }
}

/// Whether a Hebrew or Arabic letter stands within a few characters: then direction controls do
/// their proper work. Overrides have no such work in prose, but they show in the same places.
fn has_right_to_left_neighbour(text: &str, start: usize, end: usize) -> bool {
    const REACH: usize = 40;
    let before = text[..start].chars().rev().take(REACH);
    before.chain(text[end..].chars().take(REACH)).any(is_right_to_left)
}

/// Hebrew, Arabic and the scripts beside them.
fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDCF}' | '\u{FE70}'..='\u{FEFC}')
}
