//! Sentences that stand in a document twice, letter for letter.

use xxhash_rust::xxh3::xxh3_64;

use super::{Recurring, mix};
use crate::document::{Document, Span};
use crate::hashed_map::HashedMap;

/// Bytes at the start of a sentence by which its copies are found.
const KEY_LENGTH: usize = 24;

/// Bytes of a sentence that is worth looking for; shorter ones repeat by chance.
pub const SHORTEST_SENTENCE: usize = 40;

/// Bytes of the usual sentence, and sentences at most that room is made for before they are known.
const USUAL_LENGTH: usize = 128;
const MOST_RESERVED: usize = 1024;

/// A sentence and a later copy of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RepeatedSentence {
    /// Where it stands first.
    pub first: Span,
    /// Where it stands again.
    pub second: Span,
}

/// The sentences of at least `shortest` bytes that stand in a document again, each with its first
/// copy, in the order of the copies. The work grows with the length of the text: each sentence is
/// compared with one other at most.
#[must_use]
pub fn repeated_sentences(document: &Document, shortest: usize) -> Vec<RepeatedSentence> {
    let text = document.text();
    let mut recurring = Recurring::with_room(text.len() / USUAL_LENGTH);
    let mut sentences = Vec::with_capacity((text.len() / USUAL_LENGTH).min(MOST_RESERVED));
    for_each_sentence(document, shortest, |sentence| {
        sentences.push((sentence, recurring.add(key(&text.as_bytes()[sentence.range()]))));
    });
    let mut seen: HashedMap<u64, u32> = HashedMap::default();
    let mut found = Vec::new();
    for (sentence, _) in sentences.into_iter().filter(|(_, place)| recurring.is_again(*place)) {
        let first = *seen.entry(key(&text.as_bytes()[sentence.range()])).or_insert(sentence.start);
        let first = Span { start: first, end: first + sentence.len() as u32 };
        if first.start != sentence.start && is_same(text, first, sentence) {
            found.push(RepeatedSentence { first, second: sentence });
        }
    }
    found
}

/// Gives all sentences of at least `shortest` bytes.
#[inline(always)]
fn for_each_sentence(document: &Document, shortest: usize, mut each: impl FnMut(Span)) {
    let (text, lines) = (document.text(), document.lines());
    let mut marks = SentenceMarks::new(document);
    for index in 0..lines.count() {
        let line = lines.span(text, index);
        if line.len() < shortest {
            continue;
        }
        while marks.next_before(line.start).is_some() {}
        let (mut start, line_end) = (line.start as usize, line.end as usize);
        while start < line_end {
            let at = marks.next_before(line.end).map_or(line_end, |at| at as usize);
            let Some(end) = sentence_end(text, at, line_end) else { continue };
            let begun = std::mem::replace(&mut start, end);
            if end - begun < shortest {
                continue;
            }
            let sentence = trimmed(text, begun, end);
            if sentence.len() >= shortest {
                each(sentence);
            }
        }
    }
}

/// Full stops, exclamation and question marks in the order of the text.
struct SentenceMarks<'d> {
    bytes: &'d [u8],
    stops: &'d [u32],
    /// Among them marks of other kinds.
    others: &'d [u32],
}

impl<'d> SentenceMarks<'d> {
    fn new(document: &'d Document) -> SentenceMarks<'d> {
        let marks = document.marks();
        SentenceMarks { bytes: document.text().as_bytes(), stops: &marks.stops, others: &marks.others }
    }

    /// The next one, unless it stands at `end` or behind.
    fn next_before(&mut self, end: u32) -> Option<u32> {
        loop {
            let stop = self.stops.first().copied().unwrap_or(u32::MAX);
            let other = self.others.first().copied().unwrap_or(u32::MAX);
            let at = stop.min(other);
            if at >= end {
                return None;
            }
            if stop < other {
                self.stops = &self.stops[1..];
                return Some(at);
            }
            self.others = &self.others[1..];
            if matches!(self.bytes[at as usize], b'!' | b'?') {
                return Some(at);
            }
        }
    }
}

/// The key of a sentence, by its first bytes.
fn key(sentence: &[u8]) -> u64 {
    let Some(first) = sentence.first_chunk::<KEY_LENGTH>() else { return xxh3_64(sentence) };
    mix(first.as_chunks().0.iter().map(|eight| u64::from_le_bytes(*eight)))
}

/// Whether the first span holds the sentence of the second, and ends where a sentence ends.
fn is_same(text: &str, first: Span, second: Span) -> bool {
    let (a, b) = (text.as_bytes().get(first.range()), &text.as_bytes()[second.range()]);
    let is_mark = |byte: &u8| matches!(byte, b'.' | b'!' | b'?' | b'\n' | b'\r');
    let ends = b.iter().rev().take(4).any(is_mark);
    let behind = text.as_bytes().get(first.end as usize);
    a == Some(b) && first.end <= second.start && (ends || behind.is_none_or(is_mark))
}

/// Bytes of marks that a sentence ends with at most; a text can be nothing but marks.
const MOST_MARKS: usize = 32;

/// The end of the sentence whose last mark stands at `at`, closing marks included, or `None` when the
/// sentence goes on there.
fn sentence_end(text: &str, at: usize, line_end: usize) -> Option<usize> {
    if at >= line_end {
        return Some(line_end);
    }
    let rest = &text.as_bytes()[at..line_end];
    let marks = match rest {
        // Most often the mark stands alone.
        [_] | [_, b' ' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z', ..] => 1,
        _ => marks_at_start(&text[at..line_end]),
    };
    match &rest[marks..] {
        [] => Some(line_end),
        [b' ', next, ..] if next.is_ascii_uppercase() || !next.is_ascii_alphanumeric() => Some(at + marks),
        _ => None,
    }
}

/// Bytes of the marks that a text begins with.
#[cold]
fn marks_at_start(text: &str) -> usize {
    let near = &text[..text.floor_char_boundary(MOST_MARKS)];
    near.len() - near.trim_start_matches(['.', '!', '?', '”', '’', '"', '\'', ')', ']']).len()
}

/// A stretch without the blanks and opening quotation marks before it and the blanks behind it.
fn trimmed(text: &str, start: usize, end: usize) -> Span {
    let part = &text.as_bytes()[start..end];
    // Most stretches begin with a letter, or a space and a letter, and end with a mark.
    let spaces = usize::from(part.first() == Some(&b' '));
    if let [first, .., last] = &part[spaces..]
        && first.is_ascii_alphanumeric()
        && last.is_ascii_graphic()
    {
        return Span::new(start + spaces, end);
    }
    trimmed_of_marks(text, start, end)
}

/// The same, where blanks or marks are to be left out.
#[cold]
fn trimmed_of_marks(text: &str, start: usize, end: usize) -> Span {
    let begin = text[start..end].trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '“' | '"' | '‘' | '\''));
    let start = end - begin.len();
    Span::new(start, start + begin.trim_end().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repeated(text: &str) -> Vec<(&str, u32)> {
        let document = Document::new("t", text);
        let found = repeated_sentences(&document, 12);
        found.iter().map(|pair| (&text[pair.second.range()], pair.first.start)).collect()
    }

    #[test]
    fn a_sentence_is_found_inside_paragraphs() {
        let text = "It rained all day. Nobody came.\nWe heard it. It rained all day. The sun set.";
        assert_eq!(repeated(text), [("It rained all day.", 0)]);
    }

    #[test]
    fn sentences_end_at_marks_of_all_kinds() {
        let text = "It rained: all day! Nobody came? We heard it.\nOh!\nNobody came? It rained: all day! We heard it.";
        assert_eq!(repeated(text), [("Nobody came?", 20), ("It rained: all day!", 0), ("We heard it.", 33)]);
    }

    #[test]
    fn a_sentence_that_goes_on_is_another() {
        assert_eq!(repeated("It rained all day\nIt rained all day and all night"), []);
        assert_eq!(repeated("It rained all day and all night\nIt rained all day"), []);
    }
}
