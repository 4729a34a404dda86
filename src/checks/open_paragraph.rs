//! Paragraphs whose last sentence has no end.

use super::Evidence;
use crate::document::{Document, Ending, LineShape};

/// A paragraph of prose that ends with a word.
#[derive(Clone, Copy, Debug)]
pub struct OpenParagraph {
    /// The line, counted from 0.
    pub line: u32,
    /// Whether the sentence breaks off: with a word that needs another behind it, and so that nothing of
    /// the article follows.
    pub is_cut: bool,
}

/// Words that never end a sentence.
pub(super) const NEVER_LAST: [&str; 34] = [
    "a", "an", "and", "are", "as", "at", "because", "between", "but", "by", "during", "for", "from", "had", "has",
    "his", "if", "into", "is", "its", "of", "or", "our", "than", "the", "their", "to", "was", "were", "which", "while",
    "whose", "with", "your",
];

/// How much of the prose of a document has to end with a mark, so that a paragraph without one is a
/// slip and not a style: 17 in 20.
const MARKED_SHARE: (usize, usize) = (17, 20);

/// Paragraphs of prose at least, so that a document shows its style.
const FEWEST: usize = 8;

/// All of them, in order. `junk` are the lines that are known as such, sorted.
#[must_use]
pub fn open_paragraphs(document: &Document, junk: &[Evidence]) -> Vec<OpenParagraph> {
    let text = document.text();
    let shapes = document.shapes();
    let is_junk = |shape: &LineShape| junk.binary_search_by_key(&(shape.line as usize), |item| item.line).is_ok();
    let is_long = |shape: &LineShape| shape.words >= 16 && shape.stop_words >= shape.words / 4;
    let lines = document.lines();
    let body = |shape: &LineShape| {
        let line = &text[lines.span(text, shape.line as usize).range()];
        // Most lines have no blanks at their end.
        if line.as_bytes().last().is_some_and(u8::is_ascii_graphic) { line } else { line.trim_end() }
    };
    let ending = |shape: &LineShape| body(shape).chars().next_back().unwrap_or_default();
    // Shapes look at the first 256 bytes of a line alone, so the ending is looked at here.
    let is_marked = |shape: &LineShape| ends_with_mark(body(shape));
    let (mut prose, mut unmarked) = (0, Vec::new());
    for shape in shapes.iter().filter(|shape| is_long(shape) && !is_junk(shape)) {
        prose += 1;
        if !is_marked(shape) {
            unmarked.push(shape);
        }
    }
    if prose < FEWEST || (prose - unmarked.len()) * MARKED_SHARE.1 < prose * MARKED_SHARE.0 {
        return Vec::new();
    }
    let last = shapes.iter().rev().find(|shape| !is_junk(shape)).map(|shape| shape.line);
    unmarked
        .into_iter()
        .filter(|shape| !shape.has_link && shape.ending != Ending::Ellipsis)
        .filter_map(|shape| {
            let text = body(shape);
            let word = text.rsplit(|c: char| c.is_whitespace()).next().unwrap_or_default();
            let needs_more = NEVER_LAST.binary_search(&word).is_ok();
            let is_cut = needs_more && last == Some(shape.line);
            // A caption, a heading or an entry of a list can do without a stop; a paragraph of several
            // sentences among others or with a quotation at its end cannot.
            let at = shapes.partition_point(|other| other.line < shape.line);
            let stands_in_prose = [at.checked_sub(1), Some(at + 1)].into_iter().all(|beside| {
                let beside = beside.and_then(|beside| shapes.get(beside));
                beside.is_some_and(|beside| beside.is_prose() && is_marked(beside) && !starts_list(body(beside)))
            });
            let is_paragraph =
                shape.breaks > 0 && stands_in_prose || ends_quotation(text, ending(shape)) && speaks(text);
            (is_cut || is_paragraph && last != Some(shape.line) && !needs_more && ends_in_word(text))
                .then_some(OpenParagraph { line: shape.line, is_cut })
        })
        .collect()
}

/// Whether a paragraph ends with a mark, closing ones left aside.
fn ends_with_mark(body: &str) -> bool {
    match body.as_bytes() {
        // Most do so.
        [.., b'.' | b'!' | b'?' | b':' | b';' | b','] => true,
        [.., b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z'] => false,
        _ => {
            let core = body.trim_end_matches(['”', '"', '’', '\'', ')', ']', '»', '*']);
            core.ends_with(['.', '!', '?', '…', ':', ';', ',', '।', '。', '—']) || core.ends_with("--")
        }
    }
}

/// Whether somebody is said to speak: a heading can end with a quotation, too.
fn speaks(text: &str) -> bool {
    [" said", " told", " added", " wrote", " called", " asked"].iter().any(|verb| text.contains(verb))
}

/// Whether a line is an entry of a list.
fn starts_list(text: &str) -> bool {
    text.starts_with(['…', '-', '–', '•', '*', '·'])
}

fn ends_quotation(text: &str, last: char) -> bool {
    matches!(last, '”' | '"') && text.trim_end_matches(last).ends_with(char::is_alphabetic)
}

/// Whether a text ends with a word, bare or with a closing quotation mark behind it.
fn ends_in_word(text: &str) -> bool {
    let word = text.trim_end_matches(['”', '"', '’']).rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    // A name at the end belongs to a credit or a signature.
    word.chars().next().is_some_and(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use crate::ruleset::RuleSet;

    #[test]
    fn rules_that_share_open_paragraphs_see_the_same_evidence() {
        let rules = RuleSet::built_in();
        let evidence = |id: &str| {
            let rule = rules.rules().iter().find(|rule| rule.id.as_str() == id);
            rule.map(|rule| &rule.file.evidence).expect("a rule")
        };
        assert_eq!(evidence("structure/truncated"), evidence("structure/missing-final-punctuation"));
        assert_eq!(evidence("structure/truncated"), evidence("structure/split-paragraph"));
    }
}
