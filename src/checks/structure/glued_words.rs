//! `structure/glued-words`: two words with nothing between, where a sentence or a phrase begins.

use std::collections::BTreeMap;

use crate::checks::{Context, chunk_around, is_address, is_lower_word, word_at};
use crate::document::{Document, Span};
use crate::lexicon::Lexicon;

/// Words that begin sentences and phrases and end no brand name.
const STARTS: [&str; 74] = [
    "About",
    "According",
    "After",
    "Although",
    "Among",
    "And",
    "Another",
    "As",
    "At",
    "Because",
    "Before",
    "Both",
    "But",
    "By",
    "Despite",
    "During",
    "Earlier",
    "For",
    "Former",
    "From",
    "He",
    "Her",
    "His",
    "How",
    "However",
    "If",
    "In",
    "Instead",
    "It",
    "Its",
    "Last",
    "Later",
    "Many",
    "Meanwhile",
    "More",
    "Most",
    "No",
    "Not",
    "Now",
    "Of",
    "On",
    "One",
    "Our",
    "Police",
    "President",
    "Read",
    "Related",
    "She",
    "Since",
    "Some",
    "Still",
    "That",
    "The",
    "Their",
    "There",
    "These",
    "They",
    "This",
    "Those",
    "Though",
    "To",
    "Under",
    "Until",
    "We",
    "What",
    "When",
    "Where",
    "Which",
    "While",
    "Who",
    "Why",
    "With",
    "You",
    "Your",
];

/// Those that brands end with, too (`LinkedIn`, `WeWork`): they count only when the text goes on as a
/// sentence does.
const SHORT: [&str; 14] = ["As", "At", "By", "He", "If", "In", "It", "No", "Of", "On", "To", "We", "Now", "One"];

/// Words that open the credit of a picture, with a colon behind: `outside the courtCredit: Jane Doe`.
const CREDITS: [&str; 5] = ["Credit", "Image", "Photo", "Photograph", "Picture"];

/// Letters of the longest of [`STARTS`] and [`CREDITS`].
const LONGEST_START: usize = 10;

/// Letters and digits before the capital that are looked at: a word has fewer, encoded data has any number.
const LONGEST_FIRST: usize = 64;

/// Joints of a line from which on it is a list whose entries run into one another.
const LIST: usize = 3;

/// Reports each word that is two, with the capital of the second inside; a list whose entries run into
/// one another is one finding.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let text = document.text();
    for line in context.inner_capitals().chunk_by(|a, b| is_same_list(text, *a, *b)) {
        if line.len() >= LIST {
            report_list(context, line);
        }
    }
    let places = context.inner_capitals().iter().map(|at| *at as usize);
    let glued: Vec<(usize, Span)> =
        places.filter_map(|at| Some((at, glued(document, context.lexicon(), at)?))).collect();
    // What stands there again and again is a name.
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, span) in &glued {
        *times.entry(document.slice(*span)).or_default() += 1;
    }
    for (at, span) in glued {
        if times.get(document.slice(span)) == Some(&1) {
            let (first, second) = (&text[span.start as usize..at], &text[at..span.end as usize]);
            // No fix: what is lost can be a space, a full stop or a line end.
            context.report(span, format!("`{first}{second}`: nothing between `{first}` and `{second}`"));
        }
    }
}

/// Whether two places are near each other, with nothing but words between.
fn is_same_list(text: &str, a: u32, b: u32) -> bool {
    let between = &text.as_bytes()[a as usize..b as usize];
    between.len() < 40 && between.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b' ')
}

/// Reports names and words that run into one another, as the tags of a page do.
fn report_list(context: &mut Context<'_>, places: &[u32]) {
    let text = context.document().text();
    let joints: Vec<(usize, usize)> =
        places.iter().filter_map(|at| joint(text, context.lexicon(), *at as usize)).collect();
    let is_code = joints.first().is_some_and(|(start, _)| is_address(chunk_around(text, *start, 60)));
    if let (true, Some((start, _)), Some((_, end))) = (joints.len() >= LIST && !is_code, joints.first(), joints.last())
    {
        let message = format!("{} words run into the next, as in a list of tags", joints.len());
        context.report(Span::new(*start, *end), message);
    }
}

/// Start and end of the two words that meet at `at`, when both are words.
fn joint(text: &str, lexicon: &Lexicon, at: usize) -> Option<(usize, usize)> {
    let before: usize = text[..at].bytes().rev().take_while(u8::is_ascii_lowercase).count() + 1;
    let start = at.checked_sub(before).filter(|start| text.as_bytes()[*start].is_ascii_alphabetic())?;
    let end = at + 1 + text.as_bytes()[at + 1..].iter().take_while(|byte| byte.is_ascii_lowercase()).count();
    let (first, second) = (&text[start..at], &text[at..end]);
    let are_words = first.len() >= 3 && second.len() >= 2 && lexicon.is_known(first) && lexicon.is_known(second);
    (are_words && !lexicon.is_known(&text[start..end])).then_some((start, end))
}

/// The word around the capital at `at` when it is two.
fn glued(document: &Document, lexicon: &Lexicon, at: usize) -> Option<Span> {
    let text = document.text();
    // A word that goes on behind these bytes is none of them.
    let second = word_at(&text[..text.floor_char_boundary(at + LONGEST_START + 1)], at);
    let may_be_credit = CREDITS.contains(&second) && text[at + second.len()..].starts_with(": ");
    if !may_be_credit && STARTS.binary_search(&second).is_err() {
        return None;
    }
    let letters = text[..at].bytes().rev().take(LONGEST_FIRST + 1).take_while(u8::is_ascii_alphanumeric).count();
    if letters > LONGEST_FIRST {
        return None;
    }
    let first = &text[at - letters..at];
    let (start, end) = (at - letters, at + second.len());
    let whole = &text[start..end];
    let is_year = first.len() == 4 && first.starts_with(['1', '2']) && first.bytes().all(|byte| byte.is_ascii_digit());
    let is_word = first.len() >= 3 && lexicon.is_known(first) && {
        let mut letters = first.bytes();
        letters.next().is_some_and(|byte| byte.is_ascii_alphabetic()) && letters.all(|byte| byte.is_ascii_lowercase())
    } || second == "The" && is_lower_word(&first.to_ascii_lowercase(), 3);
    let is_name = lexicon.is_known(whole);
    let goes_on = text[end..].starts_with(' ') && is_lower_word(word_at(text, end + 1), 1);
    let is_short = SHORT.contains(&second);
    let in_text = document.shape_at(at as u32).is_some_and(|shape| shape.is_text());
    // `MicroCredit: …` is a name.
    let is_credit = may_be_credit && first.starts_with(|c: char| c.is_ascii_lowercase());
    let is_part = text[..start].ends_with(['#', '@', '.', '-', '/', '_', '&'])
        || text[end..].starts_with(['.', '/', '_', '@']) && is_short;
    let stands = (is_year || is_word) && !is_name && in_text && !is_part && !is_address(chunk_around(text, at, 60));
    (stands && (goes_on || is_credit || !is_short && text[end..].starts_with([' ', ','])))
        .then(|| Span::new(start, end))
}
