//! `encoding/mixed-quotes`: straight and curly quotation marks or apostrophes in one document.

use crate::checks::{Context, char_at, char_before};
use crate::document::Span;

/// Related places listed at most; the message gives the number of all.
const LISTED: usize = 40;

/// Marks of the rarer kind from which on they are more than a slip of somebody's keyboard, and one in how
/// many of all that is at least: quotation marks, then apostrophes.
const SEVERAL: usize = 3;
const DOUBLE_SHARE: usize = 4;
const MANY: usize = 5;
const SHARE: usize = 6;

/// Double marks of the document's one kind, so that apostrophes of the other kind are a mixture.
const STYLED: usize = 4;

/// What a mark is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    StraightDouble,
    CurlyDouble,
    StraightApostrophe,
    CurlyApostrophe,
}

/// Reports, once for double marks and once for apostrophes, the first mark of the rarer kind; and
/// straight apostrophes beside curly double marks, or the other way round.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let (text, marks) = (document.text(), document.marks());
    // Nearly all documents have one kind, so the places are looked up only when they are reported.
    let mut counts = [0_usize; 4];
    marks.quotes.iter().chain(&marks.apostrophes).for_each(|at| {
        if let Some(kind) = kind_of(text, *at as usize) {
            counts[kind as usize] += 1;
        }
    });
    let [straight, curly, straight_apostrophes, curly_apostrophes] = counts;
    // Straight apostrophes throughout beside curly double marks, or the other way round: no newsroom
    // writes so, and one that mixes besides has three styles.
    let is_split = |a, b, c, d| a >= STYLED && b < 2 && c >= STYLED && d < 2;
    let crossed = if is_split(curly, straight, straight_apostrophes, curly_apostrophes) {
        Some((Kind::StraightApostrophe, "straight apostrophes beside curly quotation marks"))
    } else if is_split(straight, curly, curly_apostrophes, straight_apostrophes) {
        Some((Kind::CurlyApostrophe, "curly apostrophes beside straight quotation marks"))
    } else {
        None
    };
    if let Some((kind, message)) = crossed {
        report(context, kind, format!("{message}, {} of them", counts[kind as usize]), false);
    }
    let (rarer, all) = (straight.min(curly), straight + curly);
    if rarer > 0 {
        let is_slight = rarer < SEVERAL || rarer * DOUBLE_SHARE < all;
        let kind = if straight <= curly { Kind::StraightDouble } else { Kind::CurlyDouble };
        report(context, kind, mixture(kind, "quotation marks", rarer, all), is_slight);
    }
    let (rarer, all) = (straight_apostrophes.min(curly_apostrophes), straight_apostrophes + curly_apostrophes);
    if rarer > 0 {
        let is_slight = crossed.is_none() && (rarer < MANY || rarer * SHARE < all);
        let is_straight = straight_apostrophes <= curly_apostrophes;
        let kind = if is_straight { Kind::StraightApostrophe } else { Kind::CurlyApostrophe };
        report(context, kind, mixture(kind, "apostrophes", rarer, all), is_slight);
    }
}

/// What the mark at `at` is, if it is one that a document should write in one way.
#[inline]
fn kind_of(text: &str, at: usize) -> Option<Kind> {
    let bytes = text.as_bytes();
    let before = at.checked_sub(1).map(|before| bytes[before]);
    let is_inside = |width: usize| match (before, bytes.get(at + width)) {
        // Most letters are ASCII.
        (Some(before), Some(behind)) if before.is_ascii() && behind.is_ascii() => {
            before.is_ascii_alphabetic() && behind.is_ascii_alphabetic()
        }
        _ => is_between_letters(text, at, width),
    };
    match bytes[at..] {
        // Inches.
        [b'"', ..] if before.is_some_and(|before| before.is_ascii_digit()) => None,
        [b'"', ..] => Some(Kind::StraightDouble),
        // `“` and `”`.
        [0xE2, 0x80, 0x9C | 0x9D, ..] => Some(Kind::CurlyDouble),
        // Behind a word the mark can be a closing quotation mark; between letters it is an apostrophe.
        [b'\'', ..] if is_inside(1) => Some(Kind::StraightApostrophe),
        // `’`.
        [0xE2, 0x80, 0x99, ..] if is_inside('’'.len_utf8()) => Some(Kind::CurlyApostrophe),
        _ => None,
    }
}

/// Whether a mark of so many bytes stands between two letters of any script.
#[cold]
fn is_between_letters(text: &str, at: usize, width: usize) -> bool {
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
    is_letter(char_before(text, at)) && is_letter(char_at(text, at + width))
}

fn mixture(kind: Kind, what: &str, count: usize, all: usize) -> String {
    let is_straight = matches!(kind, Kind::StraightDouble | Kind::StraightApostrophe);
    let (rarer, other) = if is_straight { ("straight", "curly") } else { ("curly", "straight") };
    format!("{rarer} {what} beside {other} ones: {count} of {all} in this document")
}

/// Reports the marks of a kind. A few among many are only shown as advice.
fn report(context: &mut Context<'_>, kind: Kind, message: String, is_slight: bool) {
    let document = context.document();
    let (text, marks) = (document.text(), document.marks());
    let is_double = matches!(kind, Kind::StraightDouble | Kind::CurlyDouble);
    // What is left of the page has marks of its own.
    let in_text = |at: &&u32| document.shape_at(**at).is_some_and(|shape| shape.is_text());
    let all = if is_double { &marks.quotes } else { &marks.apostrophes };
    let mut places = all.iter().filter(|at| kind_of(text, **at as usize) == Some(kind)).filter(in_text);
    let Some(first) = places.next() else { return };
    let span = |at: u32| {
        let at = at as usize;
        Span::new(at, at + char_at(text, at).map_or(1, char::len_utf8))
    };
    let mut report = context.report(span(*first), message);
    if is_slight {
        report = report.unsure();
    }
    for at in places.take(LISTED) {
        report = report.related(span(*at), "another one");
    }
}
