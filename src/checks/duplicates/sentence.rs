//! `duplicates/sentence`: a sentence inside a paragraph that stands in the document before.

use crate::checks::{Context, fills_line};
use crate::document::Span;
use crate::hashed_map::HashedMap;

/// Reports the later copies.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let shortest = context.options().integer("min-length") as usize;
    let fewest_words = context.options().integer("min-words") as usize;
    // Thousands of copies can have the same first one.
    let mut known: HashedMap<u32, bool> = HashedMap::default();
    let mut is_whole = |span: Span| *known.entry(span.start).or_insert_with(|| fills_line(document, span, 4));
    for pair in context.repeated_sentences(shortest) {
        let words = document.slice(pair.second).split_whitespace().take(fewest_words).count();
        // A line of its own that repeats is the business of the other rules.
        if words < fewest_words || is_whole(pair.first) || is_whole(pair.second) {
            continue;
        }
        let line = document.lines().index_of(pair.first.start);
        // In one piece of the right size, because a text can hold any number of copies.
        let message = ["this sentence already stands at line ", itoa::Buffer::new().format(line + 1)].concat();
        context.report(pair.second, message).delete("delete the sentence").related(pair.first, "first here");
    }
}
