//! `encoding/replacement-character`: U+FFFD, the tombstone of a character.

use crate::checks::Context;
use crate::document::Span;

const REPLACEMENT: char = '\u{FFFD}';

/// Reports each run of replacement characters.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let mut places = document.unusual().iter().filter(|unusual| unusual.character == REPLACEMENT).peekable();
    while let Some(first) = places.next() {
        let mut end = first.at as usize + REPLACEMENT.len_utf8();
        let mut count = 1;
        while let Some(next) = places.next_if(|next| next.at as usize == end) {
            end = next.at as usize + REPLACEMENT.len_utf8();
            count += 1;
        }
        let message = if count == 1 {
            "a character was lost here: U+FFFD stands in its place".to_owned()
        } else {
            format!("{count} characters were lost here: U+FFFD stands in their place")
        };
        context.report(Span::new(first.at as usize, end), message);
    }
}
