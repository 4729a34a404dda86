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

/// The marks of a kind, straight and curly ones.
#[derive(Default)]
struct Kinds {
    straight: Vec<u32>,
    curly: Vec<u32>,
}

/// Reports, once for double marks and once for apostrophes, the first mark of the rarer kind; and
/// straight apostrophes beside curly double marks, or the other way round.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let text = document.text();
    let marks = document.marks();
    let is_inches = |at: usize| char_before(text, at).is_some_and(|c| c.is_ascii_digit());
    let is_inside = |at: usize, width: usize| {
        let is_letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
        is_letter(char_before(text, at)) && is_letter(char_at(text, at + width))
    };
    let (mut doubles, mut singles) = (Kinds::default(), Kinds::default());
    for at in marks.quotes.iter().chain(&marks.apostrophes) {
        match char_at(text, *at as usize) {
            Some('"') if !is_inches(*at as usize) => doubles.straight.push(*at),
            Some('“' | '”') => doubles.curly.push(*at),
            // Behind a word the mark can be a closing quotation mark; between letters it is an apostrophe.
            Some('\'') if is_inside(*at as usize, 1) => singles.straight.push(*at),
            Some('’') if is_inside(*at as usize, '’'.len_utf8()) => singles.curly.push(*at),
            _ => {}
        }
    }
    // Straight apostrophes throughout beside curly double marks, or the other way round: no newsroom
    // writes so, and one that mixes besides has three styles.
    let is_split = |a: &[u32], b: &[u32], c: &[u32], d: &[u32]| {
        a.len() >= STYLED && b.len() < 2 && c.len() >= STYLED && d.len() < 2
    };
    let crossed = if is_split(&doubles.curly, &doubles.straight, &singles.straight, &singles.curly) {
        Some((&singles.straight, "straight apostrophes beside curly quotation marks"))
    } else if is_split(&doubles.straight, &doubles.curly, &singles.curly, &singles.straight) {
        Some((&singles.curly, "curly apostrophes beside straight quotation marks"))
    } else {
        None
    };
    if let Some((places, message)) = crossed {
        report(context, places, format!("{message}, {} of them", places.len()), false);
    }
    let rarer = doubles.straight.len().min(doubles.curly.len());
    let all = doubles.straight.len() + doubles.curly.len();
    mixed(context, &doubles, "quotation marks", rarer < SEVERAL || rarer * DOUBLE_SHARE < all);
    let rarer = singles.straight.len().min(singles.curly.len());
    let all = singles.straight.len() + singles.curly.len();
    mixed(context, &singles, "apostrophes", crossed.is_none() && (rarer < MANY || rarer * SHARE < all));
}

/// Reports the rarer kind. A few among many are only shown as advice.
fn mixed(context: &mut Context<'_>, kinds: &Kinds, what: &str, is_slight: bool) {
    let Kinds { straight, curly } = kinds;
    if straight.is_empty() || curly.is_empty() {
        return;
    }
    let (fewer, kind, other) =
        if straight.len() <= curly.len() { (straight, "straight", "curly") } else { (curly, "curly", "straight") };
    let (count, all) = (fewer.len(), straight.len() + curly.len());
    report(context, fewer, format!("{kind} {what} beside {other} ones: {count} of {all} in this document"), is_slight);
}

fn report(context: &mut Context<'_>, places: &[u32], message: String, is_slight: bool) {
    let document = context.document();
    let text = document.text();
    // What is left of the page has marks of its own.
    let in_text = |at: &&u32| document.shape_at(**at).is_some_and(|shape| shape.is_text());
    let mut places = places.iter().filter(in_text);
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
