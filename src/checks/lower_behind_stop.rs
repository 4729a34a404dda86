//! Words in lower case behind a full stop: sentences that begin so, and fragments.

use super::{chunk_around, is_address, is_lower_word, word_at, word_before};
use crate::document::{Document, Span, is_abbreviation};
use crate::lexicon::Lexicon;

/// A word in lower case behind a full stop.
#[derive(Clone, Copy, Debug)]
pub struct Lower {
    /// The full stop.
    pub stop: Span,
    /// The word.
    pub word: Span,
    /// From the word to the end of the paragraph, its last mark left off.
    pub rest: Span,
    /// Whether the paragraph ends after a few words more, so that they are no sentence.
    pub is_fragment: bool,
}

/// Words of a fragment at most.
const FRAGMENT_WORDS: usize = 3;

/// All of them, in order. The word before the stop is one of the dictionary, so that abbreviations
/// and addresses are none.
pub fn lower_behind_stops<'d>(
    document: &'d Document,
    lexicon: &'static Lexicon,
) -> impl Iterator<Item = Lower> + use<'d> {
    let text = document.text();
    document.marks().stops.iter().filter_map(move |stop| {
        let at = *stop as usize;
        let start = match text.as_bytes()[at + 1..] {
            [b' ', b'a'..=b'z', ..] => at + 2,
            [b' ', b' ', b'a'..=b'z', ..] => at + 3,
            _ => return None,
        };
        let (before, word) = (word_before(text, at), word_at(text, start));
        let is_sentence_end = is_lower_word(before, 3)
            && !is_abbreviation(before)
            && !is_shortened(before)
            && lexicon.is_known(before)
            && !text[..at - before.len()].ends_with(['.', '@', '/', '#']);
        // `example.com` goes on, `iPhone` is written so.
        let behind_word = text[start + word.len()..].chars().next();
        let is_plain = is_lower_word(word, 2) || word == "a";
        let ends = behind_word.is_none_or(|c| {
            !matches!(c, '.' | '@' | '/' | '_' | '&')
                || text[start + word.len() + c.len_utf8()..].starts_with(|c: char| c.is_whitespace() || c == '”')
        });
        if !is_sentence_end || !is_plain || !ends || is_address(chunk_around(text, start, 60)) {
            return None;
        }
        let shape = document.shape_at(*stop)?;
        // A document in lower case throughout has a style, not a fault.
        if !shape.is_text() || shape.capitalised < 2 {
            return None;
        }
        let line = document.line(shape.line as usize);
        let rest = text[start..line.end as usize].trim_end().trim_end_matches(['.', '”', '"', '’', '\'']);
        let words = rest.split_ascii_whitespace();
        // The rest of a line can be megabytes, so no more of it is looked at than tells.
        let few = words.clone().nth(FRAGMENT_WORDS).is_none() && words.clone().all(|word| is_lower_word(word, 1));
        Some(Lower {
            stop: Span::new(at, at + 1),
            word: Span::new(start, start + word.len()),
            rest: Span::new(start, start + rest.len()),
            is_fragment: few,
        })
    })
}

/// Shortened words of tables, notes and addresses that a full stop follows, besides those of
/// sentences: they are words of the dictionary, too.
const SHORTENED: [&str; 31] = [
    "abbr", "approx", "art", "avg", "bros", "chap", "cont", "dept", "diff", "dir", "ehf", "etc", "est", "ext", "fig",
    "govt", "hon", "incl", "lbs", "max", "mgr", "min", "mins", "misc", "nos", "par", "sec", "secs", "sep", "tel",
    "vol",
];

/// Whether a word is shortened, so that the full stop behind it ends no sentence.
#[must_use]
pub fn is_shortened(word: &str) -> bool {
    SHORTENED.contains(&word)
}
