//! `boilerplate/teaser-list`: the headlines under `Related articles`, `Most read` and the like.

use crate::checks::Context;
use crate::document::{Ending, LineShape};

/// The rule that finds the headings of such lists.
const HEADING: &str = "boilerplate/related-links";

/// Words of a heading at most; longer lines of that rule hold the link themselves.
const HEADING_WORDS: u8 = 7;

/// Words of a teaser's headline.
const TEASER_WORDS: std::ops::RangeInclusive<u8> = 4..=22;

/// Reports the run of headline-like lines under each heading.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let evidence = context.evidence();
    let fewest = context.options().integer("min-teasers") as usize;
    let most = context.options().integer("max-teasers") as usize;
    let is_known = |line: u32| evidence.binary_search_by_key(&(line as usize), |item| item.line).is_ok();
    let shapes = document.shapes();
    for heading in evidence.iter().filter(|item| item.rule.as_str() == HEADING) {
        let Ok(at) = shapes.binary_search_by_key(&(heading.line as u32), |shape| shape.line) else { continue };
        if shapes[at].words > HEADING_WORDS {
            continue;
        }
        let behind = &shapes[at + 1..];
        let run = behind.iter().take(most).take_while(|shape| !is_known(shape.line) && is_teaser(shape)).count();
        // One line that looks like a headline can be a subheading of the article.
        let ends_text = behind.get(run).is_none_or(|shape| is_known(shape.line));
        if run == 0 || run < fewest && !(ends_text && is_below_prose(&shapes[..at], &behind[run..])) {
            continue;
        }
        for shape in &behind[..run] {
            let line = shape.line as usize;
            let message = format!("teaser of another story, under the heading of line {}", heading.line + 1);
            let report = context.report(document.line(line), message);
            report.delete_line(line).related(document.line(heading.line), "the heading of the list");
        }
    }
}

/// Whether a line has the shape of a headline: a handful of words, a capital, no full stop.
fn is_teaser(shape: &LineShape) -> bool {
    TEASER_WORDS.contains(&shape.words)
        && matches!(shape.ending, Ending::Open | Ending::Question | Ending::Exclamation | Ending::Ellipsis)
        && shape.breaks == 0
        && shape.capitalised >= 2
}

/// Whether all prose of the document stands before.
fn is_below_prose(before: &[LineShape], behind: &[LineShape]) -> bool {
    before.iter().any(LineShape::is_prose) && !behind.iter().any(LineShape::is_prose)
}
