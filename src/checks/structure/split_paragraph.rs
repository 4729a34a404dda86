//! `structure/split-paragraph`: a paragraph that a line break cuts in the middle of a sentence.

use crate::checks::Context;
use crate::finding::Edit;

/// Reports the words on both sides of each such break.
pub fn check(context: &mut Context<'_>) {
    for broken in context.broken_paragraphs() {
        let (what, replacement) = if broken.is_one_word { ("word", "") } else { ("sentence", " ") };
        let edit = Edit { span: broken.gap, replacement: replacement.to_owned() };
        context
            .report(broken.words, format!("a line break cuts this {what} in two"))
            .edit(edit, "join the two parts of the paragraph");
    }
}
