//! `duplicates/line`: a line that already stands in the document, letter for letter.

use xxhash_rust::xxh3::xxh3_64;

use crate::checks::Context;
use crate::document::Document;
use crate::hashed_map::HashedMap;
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
    let lines = document.lines();
    let mut seen: HashedMap<u64, usize> = HashedMap::default();
    for index in 0..lines.count() {
        let span = document.line(index);
        if span.len() < shortest {
            continue;
        }
        let line = document.slice(span).trim();
        if line.len() < shortest || line.chars().count() < shortest {
            continue;
        }
        let first = *seen.entry(xxh3_64(line.as_bytes())).or_insert(index);
        if first == index || document.slice(document.line(first)).trim() != line {
            continue;
        }
        if line.split_whitespace().take(fewest_words).count() < fewest_words || is_list_item(document, index, line) {
            continue;
        }
        let message = format!("this line already stands at line {}", first + 1);
        let original = document.line(first);
        context.report(span, message).delete_line(index).related(original, "first here");
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
