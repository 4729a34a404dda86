//! `duplicates/line`: a line that already stands in the document, letter for letter.

use crate::checks::Context;
use crate::document::Document;
use crate::repetition::ends_like_sentence;

/// Lines looked at on either side for a neighbour; more blank lines than this part two texts.
const REACH: usize = 4;

/// Length in bytes from which on a line without a bullet is a caption and no item of a list.
const NO_ITEM: usize = 80;

/// Reports every later copy of a line that is long enough to be no accident.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let shortest = context.options().integer("min-length") as usize;
    let fewest_words = context.options().integer("min-words") as usize;
    let lines = context.filled_lines();
    if lines.copies().is_empty() {
        return;
    }
    // Of a text of many pages nearly all copies are lines of a block.
    let of_blocks = context.lines_of_rivals();
    for copy in lines.copies() {
        let copy = &lines.all()[*copy as usize];
        let original = &lines.all()[copy.first as usize];
        let (index, first) = (copy.line as usize, original.line as usize);
        if of_blocks.binary_search(&copy.line).is_ok() {
            continue;
        }
        let line = document.slice(copy.text);
        if line.len() < shortest || line.chars().count() < shortest || document.slice(original.text) != line {
            continue;
        }
        if line.split_whitespace().take(fewest_words).count() < fewest_words || is_list_item(document, index, line) {
            continue;
        }
        // In one piece of the right size, because a text can hold any number of copies.
        let message = ["this line already stands at line ", itoa::Buffer::new().format(first + 1)].concat();
        let original = document.line(first);
        context.report(document.line(index), message).delete_line(index).related(original, "first here");
    }
}

/// Whether a line is an item of a list: product descriptions and results repeat such lines rightly.
/// An item has a bullet, or ends like no sentence and stands beside other lines that do not.
fn is_list_item(document: &Document, index: usize, line: &str) -> bool {
    if line.starts_with(['•', '*', '-', '–', '—', '·', '►', '▪', '|']) {
        return true;
    }
    if ends_like_sentence(line) || line.len() >= NO_ITEM {
        return false;
    }
    let filled = |index: usize| Some(document.slice(document.line(index)).trim()).filter(|text| !text.is_empty());
    let before = (index.saturating_sub(REACH)..index).rev().find_map(filled);
    let after = (index + 1..document.lines().count().min(index + 1 + REACH)).find_map(filled);
    [before, after].into_iter().flatten().any(|other| other != line && !ends_like_sentence(other))
}
