//! `translation/looped-phrase`: a phrase that comes three times in a row or more.

use crate::checks::Context;

/// Reports each stretch of the same words again and again, unless marks part them: chants and lists do
/// that on purpose.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let text = document.text();
    for span in &context.noticed().loops {
        let looped = document.slice(*span);
        // Sounds and numbers: `ha ha ha ha`, `0 0 0 0`.
        let has_word =
            looped.split(' ').any(|word| word.len() >= 3 && word.bytes().all(|byte| byte.is_ascii_alphabetic()));
        let is_parted = looped.contains(|c: char| !c.is_alphanumeric() && !matches!(c, ' ' | '-' | '\'' | '’'));
        let in_text = document.shape_at(span.start).is_some_and(|shape| shape.words >= 6);
        let first = looped.split(' ').next().unwrap_or_default();
        let is_sound = looped.split(' ').all(|word| word == first) && first.len() <= 4;
        // `on and on and on`.
        let mut others = looped.split(' ').filter(|word| *word != "and");
        let other = others.next().unwrap_or_default();
        let is_idiom = looped.contains(" and ") && others.all(|word| word == other);
        if is_idiom
            || !has_word
            || is_parted
            || !in_text
            || is_sound
            || text[..span.start as usize].ends_with(['“', '"', '‘', '\''])
        {
            continue;
        }
        context.report(*span, "the same words come again and again");
    }
}
