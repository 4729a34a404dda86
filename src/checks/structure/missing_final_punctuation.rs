//! `structure/missing-final-punctuation`: a paragraph whose last sentence has no full stop.

use crate::checks::Context;
use crate::document::{Opening, Span};

/// Reports the last word of each such paragraph; the last paragraph of the text is another rule's.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let (text, shapes) = (document.text(), document.shapes());
    for paragraph in context.open_paragraphs().iter().filter(|paragraph| !paragraph.is_cut) {
        // What goes on below is the finding of another rule.
        if context.broken_paragraphs().binary_search_by_key(&paragraph.line, |broken| broken.line).is_ok() {
            continue;
        }
        let line = document.line(paragraph.line as usize);
        let body = text[line.range()].trim_end();
        let word = body.rfind(char::is_whitespace).map_or(0, |blank| blank + 1);
        let word = body.ceil_char_boundary(word);
        let start = line.start as usize;
        let span = Span::new(start + word, start + body.len());
        let next = shapes.get(shapes.partition_point(|shape| shape.line <= paragraph.line));
        let goes_on = next.is_some_and(|next| next.opening == Opening::Lower);
        let message = if goes_on {
            "the paragraph is broken in the middle of a sentence, which goes on below"
        } else {
            "the paragraph ends without a full stop"
        };
        let report = context.report(span, message);
        // A line of a recipe or a teaser can look like a paragraph; a sentence that goes on and a quotation
        // that ends are sure.
        if !goes_on && !body.ends_with(['”', '"']) {
            report.unsure();
        }
    }
}
