//! Sentences of a text. A line end always ends a sentence: extractors put a paragraph on a line.

use super::lines::Lines;
use super::span::Span;

/// Words that a full stop follows without ending the sentence, in lower case. Titles, military
/// ranks, months and company forms as the AP and Guardian style books abbreviate them.
const ABBREVIATIONS: [&str; 61] = [
    "adm", "apr", "asst", "aug", "ave", "blvd", "brig", "bros", "capt", "cmdr", "co", "col", "corp", "cpl", "dec",
    "dept", "dr", "est", "feb", "fig", "fr", "ft", "gen", "gov", "hon", "inc", "jan", "jr", "lt", "ltd", "maj", "mar",
    "messrs", "mr", "mrs", "ms", "mt", "mx", "no", "nos", "nov", "oct", "pp", "pres", "prof", "pte", "pvt", "rep",
    "rev", "sen", "sens", "sept", "sgt", "sr", "st", "supt", "treas", "univ", "vol", "vs", "viz",
];

/// The sentences of a text without the blanks around them, in order.
#[must_use]
pub fn sentences(text: &str, lines: &Lines) -> Vec<Span> {
    let mut sentences = Vec::new();
    for index in 0..lines.count() {
        let line = lines.span(text, index);
        let mut start = line.start as usize;
        for (offset, c) in text[line.range()].char_indices() {
            let at = line.start as usize + offset;
            if at < start || !matches!(c, '.' | '!' | '?' | '…') {
                continue;
            }
            if let Some(end) = sentence_end(text, start, at, line.end as usize) {
                push(&mut sentences, text, start, end);
                start = end;
            }
        }
        push(&mut sentences, text, start, line.end as usize);
    }
    sentences
}

fn push(sentences: &mut Vec<Span>, text: &str, start: usize, end: usize) {
    let body = &text[start..end];
    let trimmed = body.trim();
    if !trimmed.is_empty() {
        let from = start + (body.len() - body.trim_start().len());
        sentences.push(Span::new(from, from + trimmed.len()));
    }
}

/// Where the sentence that began at `start` ends, if the mark at `at` ends one: behind the mark,
/// further marks, and closing quotation marks or brackets; a blank and then an upper-case letter,
/// digit or opening mark must follow, or the line's end.
fn sentence_end(text: &str, start: usize, at: usize, line_end: usize) -> Option<usize> {
    let rest = &text[at..line_end];
    let marks: usize = rest
        .chars()
        .take_while(|c| matches!(c, '.' | '!' | '?' | '…' | '”' | '’' | '"' | '\'' | '»' | ')' | ']'))
        .map(char::len_utf8)
        .sum();
    let end = at + marks;
    let after = &text[end..line_end];
    let next = after.trim_start();
    if next.is_empty() {
        return Some(end);
    }
    if next.len() == after.len() {
        return None;
    }
    let first = next.chars().next()?;
    if !(first.is_uppercase() || first.is_numeric() || matches!(first, '“' | '‘' | '"' | '\'' | '«' | '„' | '(' | '['))
    {
        return None;
    }
    if marks == 1 && rest.starts_with('.') && is_abbreviation(&text[start..at]) {
        return None;
    }
    Some(end)
}

/// Whether the word at the end of `before` is one that a full stop belongs to: a listed
/// abbreviation, an initial, or letters parted by full stops (`U.S`, `a.m`).
#[must_use]
pub fn is_abbreviation(before: &str) -> bool {
    let word = before.rsplit(|c: char| !c.is_alphanumeric() && c != '.').next().unwrap_or_default();
    let letters = word.chars().count();
    if letters == 1 {
        return word.chars().all(char::is_uppercase);
    }
    if word.contains('.') {
        return word.split('.').all(|part| part.chars().count() == 1);
    }
    letters <= 6 && ABBREVIATIONS.contains(&word.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<&str> {
        sentences(text, &Lines::of(text)).iter().map(|span| &text[span.range()]).collect()
    }

    #[test]
    fn abbreviations_and_initials_do_not_end_a_sentence() {
        assert_eq!(
            split("Mr. Smith met J. K. Rowe in the U.S. Senate. He left."),
            ["Mr. Smith met J. K. Rowe in the U.S. Senate.", "He left."]
        );
    }

    #[test]
    fn closing_marks_belong_to_the_sentence() {
        assert_eq!(split("“We go.” She left… Why? 2 more"), ["“We go.”", "She left…", "Why?", "2 more"]);
    }

    #[test]
    fn lines_end_sentences_and_decimals_do_not() {
        assert_eq!(split("A headline\nIt rose 3.5 percent."), ["A headline", "It rose 3.5 percent."]);
    }
}
