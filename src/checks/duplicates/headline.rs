//! `duplicates/headline`: the headline again, alone, in a breadcrumb or title line, or glued to the
//! text that follows.

use std::iter;

use memchr::memmem;

use crate::checks::Context;
use crate::document::{Document, Span};
use crate::finding::Edit;

/// Lines at the document's start among which the headline is looked for.
const HEAD: usize = 4;

/// Words that a headline has at least and at most.
const FEWEST_WORDS: usize = 5;
const MOST_WORDS: usize = 30;

/// Words that a breadcrumb or a title line has beside the headline at most.
const MOST_OTHER_WORDS: usize = 8;

/// Places that a headline stands at, at most.
const MOST_COPIES: usize = 3;

/// Reports the other places of the headline.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let shortest = context.options().integer("min-length") as usize;
    let lines = context.filled_lines().all().iter().take(HEAD);
    let head: Vec<(usize, &str)> = lines.map(|line| (line.line as usize, document.slice(line.text))).collect();
    let Some((line, headline)) = headline(&head, document, shortest) else { return };
    let own = document.line(line);
    let mut last = None;
    for at in places(document.text(), headline) {
        let other = document.lines().index_of(at as u32);
        if other == line || last == Some(other) {
            continue;
        }
        last = Some(other);
        let here = Span::new(at, at + headline.len());
        let whole = document.line(other);
        let text = document.slice(whole);
        let before = document.slice(Span { start: whole.start, end: here.start }).trim();
        let behind = document.slice(Span { start: here.end, end: whole.end }).trim_start();
        let others = before.split_whitespace().chain(behind.split_whitespace()).take(MOST_OTHER_WORDS + 1).count();
        if others == 0 {
            let message = format!("the headline of line {} again", line + 1);
            context.report(whole, message).delete_line(other).related(own, "the headline");
        } else if others <= MOST_OTHER_WORDS && !reads_on(before, behind) && !text.trim_end().ends_with(['.', '?', '!'])
        {
            let message = format!("the headline of line {} again, among words of the page", line + 1);
            context.report(whole, message).delete_line(other).related(own, "the headline");
        } else if before.is_empty() && behind.starts_with(char::is_uppercase) && !ends_sentence(headline) {
            let message = format!("the headline of line {} again, glued to the text behind it", line + 1);
            let end = whole.end - behind.len() as u32;
            let edit = Edit { span: Span { start: here.start, end }, replacement: String::new() };
            context.report(here, message).edit(edit, "delete the headline").related(own, "the headline");
        }
    }
}

/// The headline: of the first lines the one that stands in the document again, alone or with other
/// words. A line that holds another of them is a breadcrumb or a title line and not the headline.
fn headline<'d>(head: &[(usize, &'d str)], document: &Document, shortest: usize) -> Option<(usize, &'d str)> {
    head.iter().copied().find(|(line, text)| {
        if text.len() < shortest || ends_sentence(text) {
            return false;
        }
        let words = text.split_whitespace().take(MOST_WORDS + 1).count();
        let fits = (FEWEST_WORDS..=MOST_WORDS).contains(&words);
        let holds_other = || {
            head.iter().any(|(other, part)| {
                other != line && part.len() >= shortest && part.len() < text.len() && text.contains(part)
            })
        };
        // What stands there again and again is the head of a table or a label; most lines stand there once.
        let copies = || places(document.text(), text).take(MOST_COPIES + 1).count();
        fits && (2..=MOST_COPIES).contains(&copies()) && !holds_other()
    })
}

/// Bytes at most that a search finds without tables, which cost more to make than looking through most texts.
const QUICK: usize = 32;

/// Bytes of a line at most of which its first ones are looked for; many places can begin as a longer one does.
const LONGEST_LOOKED_AT: usize = 256;

/// The places of a line in a text.
fn places<'t>(text: &'t str, line: &'t str) -> impl Iterator<Item = usize> + 't {
    let (text, line) = (text.as_bytes(), line.as_bytes());
    let beginning = if line.len() <= LONGEST_LOOKED_AT { &line[..line.len().min(QUICK)] } else { line };
    let finder = memmem::Finder::new(beginning);
    let mut from = 0;
    iter::from_fn(move || {
        loop {
            let at = from + finder.find(&text[from..])?;
            if text[at..].starts_with(line) {
                from = at + line.len();
                return Some(at);
            }
            from = at + 1;
        }
    })
}

fn ends_sentence(text: &str) -> bool {
    text.trim_end_matches(['”', '"', '’', '\'']).ends_with(['.', '…', ':'])
}

/// Whether the headline's words are part of a sentence here: lower-case words go on before or behind.
fn reads_on(before: &str, behind: &str) -> bool {
    let is_lower = |word: Option<&str>| word.is_some_and(|word| word.starts_with(char::is_lowercase));
    is_lower(before.split_whitespace().next_back()) || is_lower(behind.split_whitespace().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_the_whole_line() {
        let line = "Ten things that the mayor said at the opening of the bridge";
        let long = line.repeat(9);
        for line in [line, &long, "Ten"] {
            let text = format!("{line} {}x{line}{line}", &line[..line.len() - 1]);
            let expected: Vec<usize> = memmem::find_iter(text.as_bytes(), line).collect();
            assert_eq!(places(&text, line).collect::<Vec<_>>(), expected);
        }
    }
}
