//! The part of a document's lines that the page shows for a span.

use std::borrow::Cow;

use crate::document::{Document, Span};

/// Lines of a span that are shown whole; of a longer one the first and the last lines are.
const MOST_LINES: usize = 8;

/// What stands in a cut.
const CUT: char = '…';

/// A span with its surroundings.
pub struct Excerpt<'a> {
    /// The line before the span, from its start or from a cut.
    pub before: Cow<'a, str>,
    /// The text of the span, its middle cut when it is long.
    pub span: Cow<'a, str>,
    /// The line behind the span, to its end or to a cut.
    pub behind: Cow<'a, str>,
}

impl<'a> Excerpt<'a> {
    /// The excerpt with so many characters of the line on either side of the span, and so many of the
    /// span.
    pub fn new(document: &'a Document, span: Span, context: usize, longest: usize) -> Excerpt<'a> {
        let text = document.text();
        let (start, end) = (span.start as usize, span.end as usize);
        let lines = document.lines();
        let line_start = document.line(lines.index_of(span.start)).start as usize;
        // The line end that a span takes with it has nothing behind it on its line.
        let line_end = if span.end > span.start && text[..end].ends_with(['\n', '\r']) {
            end
        } else {
            (document.line(lines.index_of(span.end)).end as usize).max(end)
        };
        let before = &text[line_start.min(start)..start];
        let before = match before.char_indices().rev().nth(context) {
            // One character goes for the mark of the cut.
            Some((at, c)) => format!("{CUT}{}", &before[at + c.len_utf8()..]).into(),
            None => before.into(),
        };
        let behind = &text[end..line_end];
        let behind = match behind.char_indices().nth(context) {
            Some((at, _)) => format!("{}{CUT}", &behind[..at]).into(),
            None => behind.into(),
        };
        Excerpt { before, span: shortened(document.slice(span), longest), behind }
    }
}

/// The text, cut in its middle when it has more characters than `longest` or very many lines.
pub fn shortened(text: &str, longest: usize) -> Cow<'_, str> {
    let is_long = text.len() > longest && text.chars().nth(longest).is_some();
    if !is_long && memchr::memchr_iter(b'\n', text.as_bytes()).nth(MOST_LINES - 1).is_none() {
        return text.into();
    }
    let head = beginning(text, 2 * longest / 3, MOST_LINES - 2);
    let tail = text.len() - beginning_of(text.chars().rev(), longest / 3, 2);
    if head >= tail {
        return text.into();
    }
    format!("{}{CUT}{}", &text[..head], &text[tail..]).into()
}

/// Bytes of the beginning of a text that has at most so many characters and line ends.
fn beginning(text: &str, characters: usize, lines: usize) -> usize {
    beginning_of(text.chars(), characters, lines)
}

fn beginning_of(text: impl Iterator<Item = char>, characters: usize, lines: usize) -> usize {
    let mut line_ends = 0;
    text.take(characters)
        .take_while(|c| {
            line_ends += usize::from(*c == '\n');
            line_ends < lines
        })
        .map(char::len_utf8)
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str, start: usize, end: usize) -> [String; 3] {
        let document = Document::new("a.txt", text);
        let excerpt = Excerpt::new(&document, Span::new(start, end), 5, 10);
        [excerpt.before.into(), excerpt.span.into(), excerpt.behind.into()]
    }

    #[test]
    fn lines_are_cut_to_a_window() {
        assert_eq!(parts("one\nab cd ef\nlast", 7, 9), ["ab ", "cd", " ef"]);
        assert_eq!(parts("ébcdéfXghéjkl", 8, 9), ["…bcdéf", "X", "ghéjk…"]);
        assert_eq!(parts("ab", 1, 1), ["a", "", "b"]);
        assert_eq!(parts("", 0, 0), ["", "", ""]);
        assert_eq!(parts("abc", 3, 3), ["abc", "", ""]);
    }

    #[test]
    fn spans_over_lines_are_shown_with_what_is_left_of_the_last() {
        assert_eq!(parts("a bc\nde f\nx", 2, 7), ["a ", "bc\nde", " f"]);
        assert_eq!(parts("ab\ncd", 0, 3), ["", "ab\n", ""]);
        assert_eq!(parts("ab\r\ncd", 0, 4), ["", "ab\r\n", ""]);
        assert_eq!(parts("ab\ncd\n", 3, 6), ["", "cd\n", ""]);
    }

    #[test]
    fn long_spans_lose_their_middle() {
        assert_eq!(shortened("abcdefghij", 10), "abcdefghij");
        assert_eq!(shortened("abcdefghijklmno", 9), "abcdef…mno");
        assert_eq!(shortened(&"é".repeat(100), 9), "éééééé…ééé");
        let lines: Vec<String> = (0..20).map(|line| line.to_string()).collect();
        assert_eq!(shortened(&lines.join("\n"), 1_000), "0\n1\n2\n3\n4\n5…18\n19");
        assert_eq!(shortened("a\nb\nc\nd\ne\nf\ng\nh", 100), "a\nb\nc\nd\ne\nf\ng\nh");
    }
}
