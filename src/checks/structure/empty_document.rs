//! `structure/empty-document`: a file without text.

use crate::checks::Context;
use crate::document::Span;

/// Reports a document that holds no letter and no digit.
pub fn check(context: &mut Context<'_>) {
    let text = context.document().text();
    if !text.chars().any(char::is_alphanumeric) {
        let message = if text.is_empty() { "the document is empty" } else { "the document holds no words" };
        context.report(Span::new(0, text.len()), message);
    }
}
