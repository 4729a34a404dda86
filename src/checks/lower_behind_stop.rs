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
            && !is_shortened(text, at)
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
/// sentences: they are words of the dictionary, too. None is a word that ends sentences; those without a
/// vowel (`bbl`, `pct`) need not be listed.
const SHORTENED: &[&str] = &[
    "abbr", "acct", "amt", "approx", "appt", "art", "assoc", "attn", "avg", "bros", "cert", "chap", "cont", "dept",
    "diff", "dir", "dist", "doz", "ehf", "elev", "encl", "esp", "est", "etc", "excl", "ext", "fig", "govt", "hon",
    "hwy", "incl", "intl", "lat", "max", "mgr", "min", "mins", "misc", "mos", "natl", "nos", "orig", "par", "pkwy",
    "prov", "resp", "ret", "sec", "secs", "sep", "tel", "temp", "univ", "vol", "vols", "yds", "yrs",
];

/// Shortened units that are words by themselves, but not behind a number.
const UNITS: [&str; 8] = ["cal", "cals", "cap", "caps", "deg", "gal", "gals", "tab"];

/// Letters of a shortened word without a vowel at most.
const LONGEST_WITHOUT_VOWEL: usize = 5;

/// Whether the word that ends at `at` is shortened, so that the full stop behind it ends no sentence.
#[must_use]
pub fn is_shortened(text: &str, at: usize) -> bool {
    let word = word_before(text, at);
    let is_unit =
        || UNITS.contains(&word) && follows_number(text[..at - word.len()].trim_end_matches([' ', '\u{A0}', '-']));
    // `bbl`, `mln`, `pct`.
    let has_no_vowel = word.len() <= LONGEST_WITHOUT_VOWEL
        && !word.bytes().any(|byte| matches!(byte | 0x20, b'a' | b'e' | b'i' | b'o' | b'u' | b'y'));
    has_no_vowel || SHORTENED.contains(&word) || is_unit()
}

/// Whether a text ends with a number: `800,000`, `4.9 million`.
fn follows_number(head: &str) -> bool {
    let magnitudes = ["hundred", "thousand", "million", "billion", "trillion"];
    head.ends_with(|c: char| c.is_ascii_digit()) || magnitudes.iter().any(|word| head.ends_with(word))
}
