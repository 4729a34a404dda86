//! Paragraphs that a line break cuts in the middle of a sentence.

use super::open_paragraph::NEVER_LAST;
use super::{Evidence, is_lower_word, word_at, word_before};
use crate::document::{Document, LineShape, Opening, Span};
use crate::lexicon::Lexicon;

/// A paragraph that goes on in the next one.
#[derive(Clone, Copy, Debug)]
pub struct BrokenParagraph {
    /// The line that ends too early, counted from 0.
    pub line: u32,
    /// Its last word and the first one of the rest.
    pub words: Span,
    /// What stands between the two.
    pub gap: Span,
    /// Whether the two are the halves of one word.
    pub is_one_word: bool,
}

/// Words of the first part at least, unless it ends with a word that needs another behind it.
const FEWEST: u8 = 8;

/// Words of the rest at least.
const FEWEST_OF_REST: u8 = 3;

/// Of the lines of text one in so many is broken at most: where there are more, all lines are wrapped, or
/// the text is a poem.
const SHARE: usize = 5;

/// Bytes of a line that can be one of a text with wrapped lines.
const NARROW: u16 = 100;

/// Words of a line of text at least, and of the rest of a first part of any length.
const TEXT: u8 = 6;

/// Words of a first part without the end of a sentence in it at least, where the rest is but one sentence or begins
/// with a name: a shorter one may be a heading, with its deck or a text in lower case below.
const LONGER_THAN_HEADINGS: u8 = 14;

/// Beginnings of words that the dictionary has, although they are no words of English text: not `con`, which
/// makes `contest` of `the con` and `test after test`.
const HALVES: [&str; 5] = ["de", "im", "pre", "re", "un"];

/// Words in lower case that names begin with.
const PARTICLES: [&str; 20] = [
    "al", "bin", "da", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "el", "ibn", "la", "le", "ten",
    "ter", "van", "von",
];

/// Words of a sentence before a name, besides those that never end one; others may be a part of the name.
const BEFORE_NAMES: [&str; 19] = [
    "about", "after", "against", "before", "in", "like", "near", "on", "over", "said", "since", "that", "through",
    "under", "until", "when", "where", "who", "within",
];

/// All of them, in order. `junk` are the lines that are known as such, sorted.
#[must_use]
pub fn broken_paragraphs(document: &Document, junk: &[Evidence], lexicon: &Lexicon) -> Vec<BrokenParagraph> {
    let (text, shapes, lines) = (document.text(), document.shapes(), document.lines());
    let body = |shape: &LineShape| text[lines.span(text, shape.line as usize).range()].trim_end();
    // The places in `shapes` of lines that end with a word or a comma, where the next begins in lower case.
    let open: Vec<usize> = (1..shapes.len())
        .filter(|at| {
            let (first, rest) = (&shapes[at - 1], &shapes[*at]);
            rest.opening == Opening::Lower
                && rest.line - first.line <= 2
                && body(first).strip_suffix(',').unwrap_or(body(first)).ends_with(char::is_lowercase)
        })
        .map(|at| at - 1)
        .collect();
    if open.is_empty() {
        return Vec::new();
    }
    let counted = open.iter().filter(|at| shapes[**at].words >= FEWEST_OF_REST).count();
    let of_text = shapes.iter().filter(|shape| shape.words >= TEXT).count();
    if counted * SHARE > of_text.max(SHARE) {
        return Vec::new();
    }
    let is_narrow = shapes.iter().all(|shape| shape.bytes <= NARROW);
    let is_junk = |shape: &LineShape| junk.binary_search_by_key(&(shape.line as usize), |item| item.line).is_ok();
    let broken = open.iter().enumerate().filter_map(|(index, at)| {
        let (first, rest) = (&shapes[*at], &shapes[at + 1]);
        // Of three lines in a row each goes on: a stretch of wrapped text, or a list.
        let is_chain =
            index > 0 && open[index - 1] + 1 == *at || open.get(index + 1).is_some_and(|next| *next == at + 1);
        // A line right above that ends without a mark, too: wrapped as well.
        let is_wrapped = rest.line - first.line == 1
            && at.checked_sub(1).is_some_and(|above| {
                let above = &shapes[above];
                above.line + 1 == first.line && above.words >= TEXT && !ends_sentence(body(above))
            });
        let is_wrapped = is_wrapped || rest.line - first.line == 1 && is_narrow;
        if is_chain || is_wrapped || is_junk(first) || is_junk(rest) {
            return None;
        }
        let (head, tail) = (body(first), body(rest));
        let core = head.strip_suffix(',').unwrap_or(head);
        let end = lines.span(text, first.line as usize).start as usize + head.len();
        let start = lines.span(text, rest.line as usize).start as usize;
        let start = start + (tail.len() - tail.trim_start().len());
        let last = word_before(head, core.len());
        let needs_more = core == head && NEVER_LAST.binary_search(&last).is_ok();
        let is_prose = first.words >= FEWEST && first.stop_words >= first.words / 4 && *at > 0;
        let fits = if needs_more { first.words >= 2 && rest.words >= TEXT } else { is_prose };
        let next = word_at(text, start);
        // `… an offence if` and below it two limbs that begin in lower case; `given by`, a formula that is lost, and
        // `where n is …`.
        let is_limb = shapes.get(at + 2).is_some_and(|after| after.opening == Opening::Lower)
            || matches!(next, "and" | "or" | "where");
        // A heading, and `de Blasio won` or `danah boyd said` below it, or a deck.
        let behind = &text[start + next.len()..];
        let is_name = PARTICLES.binary_search(&next).is_ok()
            || behind.strip_prefix(' ').is_some_and(|behind| behind.starts_with(char::is_uppercase))
                && NEVER_LAST.binary_search(&next).is_err()
                && BEFORE_NAMES.binary_search(&next).is_err();
        let is_heading = core == head && first.breaks == 0 && first.words < LONGER_THAN_HEADINGS;
        let is_deck = is_heading && rest.breaks == 0;
        let is_half = !lexicon.is_known(last) || HALVES.contains(&last);
        let is_one_word = core == head && is_half && lexicon.is_known(&format!("{last}{next}"));
        // `iPhone`, `e-paper`, `example.com`: what is written so begins a line, too.
        let is_plain = is_lower_word(next, 2) && lexicon.is_known(next) || next == "a" || is_one_word;
        let is_whole = match behind.as_bytes() {
            [b'.' | b'-' | b'@' | b'/' | b':' | b'_' | b'&', beside, ..] => !beside.is_ascii_alphanumeric(),
            _ => true,
        };
        let is_refused = if needs_more { is_limb } else { !is_one_word && (is_deck || is_heading && is_name) };
        if !fits
            || is_refused
            || rest.words < FEWEST_OF_REST
            || !ends_sentence(tail)
            || !is_plain
            || !is_whole
            || !is_lower_word(last, 1)
        {
            return None;
        }
        Some(BrokenParagraph {
            line: first.line,
            words: Span::new(end - (head.len() - core.len()) - last.len(), start + next.len()),
            gap: Span::new(end, start),
            is_one_word,
        })
    });
    broken.collect()
}

/// Whether a line ends with the mark of a sentence's end. Shapes do not look at the ends of long lines.
fn ends_sentence(body: &str) -> bool {
    body.trim_end_matches(['”', '"', '’', '\'', ')']).ends_with(['.', '!', '?'])
}
