//! `structure/glued-sentences`: a full stop with no space behind it, and the next sentence.

use crate::checks::{Context, char_at, chunk_around, is_address, is_lower_word, word_at, word_before};
use crate::document::Span;
use crate::finding::Edit;

/// Reports each sentence that begins directly behind the mark that ends the one before.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let text = document.text();
    let marks = document.marks();
    for at in marks.stops.iter().chain(&marks.others).map(|at| *at as usize) {
        // Behind nearly all of them a blank or a line end stands.
        if matches!(text.as_bytes().get(at + 1), Some(b' ' | b'\n')) {
            continue;
        }
        let Some(mark) = char_at(text, at).filter(|mark| *mark != ':') else { continue };
        let behind = at + mark.len_utf8();
        if !char_at(text, behind).is_some_and(char::is_uppercase) {
            continue;
        }
        let (before, next) = (word_before(text, at), word_at(text, behind));
        let is_word = match next.as_bytes() {
            // `Neva.Today` and `Node.JS` are names; a sentence begins with a word.
            [_] => matches!(next, "I" | "A") && text[behind + 1..].starts_with(' '),
            [_, rest @ ..] => rest.iter().all(u8::is_ascii_lowercase),
            [] => false,
        };
        // `example.Com`, `Salon.Today`: what stands before has to be a word of the language, too.
        let follows_word = is_lower_word(before, 2) && context.lexicon().is_known(before);
        if !is_word || !follows_word || mark == '…' {
            continue;
        }
        let start = at - before.len();
        let end = behind + next.len();
        let is_part = text[..start].ends_with(['.', '-', '\'', '’'])
            || text[end..].starts_with(['.', '@', '/']) && !is_end(&text[end..]);
        let in_text = document.shape_at(at as u32).is_some_and(|shape| shape.is_text());
        if is_part || !in_text || is_address(chunk_around(text, at, 80)) {
            continue;
        }
        context
            .report(Span::new(start, end), format!("no space between two sentences: `{before}{mark}` and `{next}`"))
            .edit(Edit { span: Span::new(behind, behind), replacement: " ".to_owned() }, "put a space between them");
    }
}

/// Whether a mark that ends a sentence, and no further part of an address, begins the text.
fn is_end(text: &str) -> bool {
    text[1..].chars().next().is_none_or(|c| c.is_whitespace() || matches!(c, '”' | '"'))
}
