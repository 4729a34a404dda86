//! `encoding/not-utf-8`: a file in a legacy code page or UTF-16.

use crate::checks::Context;
use crate::document::Span;

/// Reports the first character that is not ASCII, or the start of the text.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let encoding = document.encoding();
    if encoding == "UTF-8" {
        return;
    }
    let text = document.text();
    let at = text.char_indices().find(|(_, c)| !c.is_ascii());
    let (start, end) = at.map_or((0, text.chars().next().map_or(0, char::len_utf8)), |(at, c)| (at, at + c.len_utf8()));
    context.report(Span::new(start, end), format!("the file is not UTF-8; it was read as {encoding}"));
}
