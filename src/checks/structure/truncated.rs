//! `structure/truncated`: the text ends in the middle of a sentence.

use crate::checks::Context;
use crate::document::{Ending, LineShape, Span};

/// Reports the end of a text that breaks off.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let text = document.text();
    let cut = context.open_paragraphs().iter().filter(|paragraph| paragraph.is_cut).map(|paragraph| paragraph.line);
    let mut lines: Vec<u32> = cut.collect();
    let junk = context.evidence();
    let is_junk = |shape: &&LineShape| junk.binary_search_by_key(&(shape.line as usize), |item| item.line).is_ok();
    // What a teaser or a paywall leaves ends with an ellipsis.
    let last = document.shapes().iter().rev().find(|shape| !is_junk(shape));
    let is_cut = |shape: &&LineShape| {
        let body = text[document.line(shape.line as usize).range()].trim_end();
        // Behind a whole sentence the dots are an ornament.
        let core = body.trim_end_matches(['.', '…', ' ']);
        let dots = &body[core.len()..];
        shape.ending == Ending::Ellipsis
            && shape.is_prose()
            && core.ends_with(char::is_lowercase)
            && (dots.ends_with('…') || dots.trim_start() == "...")
    };
    lines.extend(last.filter(is_cut).map(|shape| shape.line));
    lines.sort_unstable();
    lines.dedup();
    for index in lines {
        let line = document.line(index as usize);
        let body = text[line.range()].trim_end();
        let word = body.rfind(' ').map_or(0, |blank| blank + 1);
        let start = line.start as usize;
        let span = Span::new(start + word, start + body.len());
        context.report(span, "the text breaks off in the middle of a sentence");
    }
}
