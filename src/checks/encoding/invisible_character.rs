//! `encoding/invisible-character`: zero-width characters and soft hyphens.

use crate::checks::Context;
use crate::document::{Document, Span};
use crate::finding::Edit;
use crate::mojibake::completes;

/// Other places listed at most; the message gives the number of all.
const LISTED: usize = 40;

/// Places of one kind from which on the document is at fault, and no single place: one finding then
/// lists them all.
const MANY: usize = 4;

/// A run of invisible characters.
struct Run {
    span: Span,
    names: Vec<&'static str>,
    /// What to write in its place; nothing where the run may be half of a damaged letter.
    replacement: Option<&'static str>,
}

/// Reports each run of invisible characters; those of a document full of them are one finding.
pub fn check(context: &mut Context<'_>) {
    let mut runs = runs(context.document());
    // What belongs to mojibake is repaired with it: without it the letter would be lost.
    runs.retain(|run| !context.is_damaged(Span { start: run.span.start.saturating_sub(1), ..run.span }));
    while let Some(first) = runs.first() {
        let (same, others): (Vec<Run>, Vec<Run>) = {
            let (names, replacement) = (first.names.clone(), first.replacement);
            runs.into_iter().partition(|run| run.names == names && run.replacement == replacement)
        };
        runs = others;
        report(context, &same);
    }
}

fn report(context: &mut Context<'_>, runs: &[Run]) {
    let Some(first) = runs.first() else { return };
    let what = format!("invisible {} in the text", first.names.join(", "));
    let Some(replacement) = first.replacement else {
        for run in runs {
            context.report(run.span, format!("{what}; with the letter before it may be one that was damaged"));
        }
        return;
    };
    let edit = |run: &Run| Edit { span: run.span, replacement: replacement.to_owned() };
    let fix = if replacement.is_empty() { "delete it" } else { "replace with a line end" };
    if runs.len() < MANY {
        for run in runs {
            context.report(run.span, what.clone()).edit(edit(run), fix);
        }
        return;
    }
    let edits = runs.iter().map(edit).collect();
    let message = format!("{what}, at {} places", runs.len());
    let mut report = context
        .report(first.span, message)
        .edits(edits, if replacement.is_empty() { "delete them all" } else { "replace all with line ends" });
    for run in runs[1..].iter().take(LISTED) {
        report = report.related(run.span, "another one");
    }
}

/// The runs of a document that do no work there.
fn runs(document: &Document) -> Vec<Run> {
    let text = document.text();
    let mut found = Vec::new();
    let mut places = document.unusual().iter().filter(|unusual| name_of(unusual.character).is_some()).peekable();
    while let Some(first) = places.next() {
        let start = first.at as usize;
        let mut end = start + first.character.len_utf8();
        let mut names: Vec<_> = name_of(first.character).into_iter().collect();
        while let Some(next) = places.next_if(|next| next.at as usize == end) {
            end += next.character.len_utf8();
            names.extend(name_of(next.character));
        }
        let before = text[..start].chars().next_back();
        let after = text[end..].chars().next();
        let joins = |c: Option<char>| c.is_some_and(|c| needs_joiners(c) || is_joiner(first.character) && is_emoji(c));
        if joins(before) || joins(after) {
            continue;
        }
        names.sort_unstable();
        names.dedup();
        let replacement = if text[start..end].contains(['\u{2028}', '\u{2029}']) { "\n" } else { "" };
        let is_half = before.is_some_and(|before| completes(before, first.character));
        found.push(Run { span: Span::new(start, end), names, replacement: (!is_half).then_some(replacement) });
    }
    found
}

fn name_of(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{AD}' => "soft hyphen (U+00AD)",
        '\u{180E}' => "vowel separator (U+180E)",
        '\u{200B}' => "zero-width space (U+200B)",
        '\u{200C}' => "zero-width non-joiner (U+200C)",
        '\u{200D}' => "zero-width joiner (U+200D)",
        '\u{2028}' => "line separator (U+2028)",
        '\u{2029}' => "paragraph separator (U+2029)",
        '\u{2060}' => "word joiner (U+2060)",
        '\u{2061}'..='\u{2064}' => "mathematical operator",
        '\u{FEFF}' => "byte order mark (U+FEFF)",
        '\u{FFF9}'..='\u{FFFB}' => "annotation mark",
        '\u{E0000}'..='\u{E007F}' => "tag character",
        _ => return None,
    })
}

/// Scripts that are written with joiners or zero-width spaces.
fn needs_joiners(c: char) -> bool {
    matches!(c,
        '\u{0600}'..='\u{06FF}' | '\u{0750}'..='\u{077F}' | '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}'
        | '\u{0900}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{1800}'..='\u{18AF}' | '\u{1A20}'..='\u{1AAF}')
}

/// Characters that join emoji, or mark their kind.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200C}' | '\u{200D}' | '\u{E0000}'..='\u{E007F}')
}

fn is_emoji(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2BFF}' | '\u{FE0F}' | '\u{1F000}'..='\u{1FAFF}')
}
