//! `structure/quote-spacing`: no space between a quotation mark and the word outside it.

use crate::checks::{Context, char_at, char_before, chunk_around, is_address};
use crate::document::{QuoteFaultKind, Span};
use crate::finding::Edit;

/// Where the space is missing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Before,
    Behind,
    /// It stands before the mark and belongs behind it.
    Wrong,
}

/// Reports each quotation mark that is glued to the word outside the quotation.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let text = document.text();
    // Curly marks say what they are; whether a straight one opens or closes, those before it tell.
    let curly = document.marks().quotes.iter().filter_map(|at| Some((*at as usize, curly_side(text, *at as usize)?)));
    let straight = document.quote_faults().iter().filter_map(|fault| {
        let side = match fault.kind {
            QuoteFaultKind::NoSpaceBefore => Side::Before,
            QuoteFaultKind::NoSpaceBehind => Side::Behind,
            QuoteFaultKind::SpaceBefore => Side::Wrong,
            _ => return None,
        };
        Some((fault.mark.start as usize, side))
    });
    let mut places: Vec<(usize, Side)> = curly.chain(straight).collect();
    places.sort_unstable_by_key(|(at, _)| *at);
    for (at, side) in places {
        let (Some(mark), Some(before)) = (char_at(text, at), char_before(text, at)) else { continue };
        let end = at + mark.len_utf8();
        let Some(behind) = char_at(text, end).filter(|_| !is_ending(text, end)) else { continue };
        let in_text = document.shape_at(at as u32).is_some_and(|shape| shape.is_text());
        if !in_text || is_address(chunk_around(text, at, 60)) {
            continue;
        }
        let span = Span::new(at - before.len_utf8(), end + behind.len_utf8());
        if side == Side::Wrong {
            let edit = Edit { span: Span::new(at - before.len_utf8(), end), replacement: "\" ".to_owned() };
            context
                .report(span, "the space stands on the wrong side of the quotation mark")
                .edit(edit, "move the space");
            continue;
        }
        let (place, shown) = if side == Side::Before { (at, "before") } else { (end, "behind") };
        let report = context.report(span, format!("no space {shown} the quotation mark"));
        // Between letters a straight mark can be anything: inches, a slip for an apostrophe.
        if mark != '"' || !before.is_alphabetic() {
            let edit = Edit { span: Span::new(place, place), replacement: " ".to_owned() };
            report.edit(edit, format!("put a space {shown} it"));
        }
    }
}

/// The side on which a curly mark misses a space.
fn curly_side(text: &str, at: usize) -> Option<Side> {
    let bytes = text.as_bytes();
    let is_glued = |byte: Option<&u8>| byte.is_some_and(|byte| !byte.is_ascii_whitespace());
    // Before nearly all that open a blank stands, and behind nearly all that close.
    let may_miss = match bytes[at..] {
        [0xE2, 0x80, 0x9C | 0x9E, ..] => is_glued(bytes[..at].last()),
        [0xE2, 0x80, 0x9D, ref behind @ ..] => is_glued(behind.first()),
        _ => false,
    };
    if !may_miss {
        return None;
    }
    let mark = char_at(text, at)?;
    let (before, behind) = (char_before(text, at)?, char_at(text, at + mark.len_utf8())?);
    let ends_word = before.is_alphabetic() || matches!(before, ',' | '.' | ';' | ':' | '!' | '?' | ')');
    match mark {
        '“' | '„' if ends_word && behind.is_alphanumeric() => Some(Side::Before),
        '”' if behind.is_alphanumeric() && !before.is_whitespace() => Some(Side::Behind),
        _ => None,
    }
}

/// `the “A”s`: an ending that belongs to the quoted word.
fn is_ending(text: &str, at: usize) -> bool {
    let endings = ["es", "s", "ed"];
    let rest = endings.iter().find_map(|ending| text[at..].strip_prefix(ending));
    rest.is_some_and(|rest| rest.chars().next().is_none_or(|c| !c.is_alphanumeric()))
}
