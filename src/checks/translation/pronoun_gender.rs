//! `translation/pronoun-gender`: `she said` of a man whom newslint knows, or `he said` of a woman.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::checks::{Context, is_saying};
use crate::document::{Document, Names, Span};
use crate::lexicon::{Lexicon, ListedPerson};

/// Words that bring another person in, whose name need not stand there.
const PEOPLE: [&str; 40] = [
    "actress",
    "aunt",
    "businesswoman",
    "chairwoman",
    "daughter",
    "duchess",
    "girl",
    "girlfriend",
    "grandmother",
    "her",
    "lady",
    "miss",
    "mother",
    "mrs",
    "ms",
    "princess",
    "queen",
    "she",
    "sister",
    "spokeswoman",
    "widow",
    "wife",
    "woman",
    "actor",
    "boy",
    "boyfriend",
    "brother",
    "businessman",
    "chairman",
    "duke",
    "father",
    "he",
    "him",
    "his",
    "husband",
    "king",
    "man",
    "mr",
    "prince",
    "spokesman",
];

/// How many of [`PEOPLE`] are female.
const FEMALE: usize = 23;

/// Paragraphs before the pronoun that can name whom it means.
const REACH: usize = 3;

/// Bytes from the speaker's name to the pronoun at most.
const FARTHEST: u32 = 1200;

/// Reports each such pronoun.
pub fn check(context: &mut Context<'_>) {
    let document = context.document();
    let lexicon = context.lexicon();
    let text = document.text();
    let names = context.names();
    let named = Named::default();
    for quote in document.marks().quotes.iter().chain(&document.marks().apostrophes).map(|at| *at as usize) {
        // `…?’ she asked`: behind the mark that closes the quotation.
        let behind = quote + mark_length(text.as_bytes()[quote]);
        let start = behind + 1;
        let Some((pronoun, verb)) = pronoun_and_verb(text, behind) else { continue };
        if !is_saying(verb) {
            continue;
        }
        let female = pronoun == "she";
        if let Some((person, place)) = last_speaker(document, names, lexicon, quote, female, &named) {
            let span = Span::new(start, start + pronoun.len());
            let right = if female { "he" } else { "she" };
            context
                .report(span, format!("`{pronoun}` said, but the speaker before is {}", person.name))
                .replace(right, format!("replace with `{right}`"))
                .related(place, "who speaks here");
        }
    }
}

/// Bytes of a quotation mark or apostrophe, by its first one.
fn mark_length(first: u8) -> usize {
    match first {
        0..=0x7F => 1,
        0xC2 => '«'.len_utf8(),
        _ => '’'.len_utf8(),
    }
}

/// The words behind a closing mark when the first is a pronoun.
fn pronoun_and_verb(text: &str, at: usize) -> Option<(&str, &str)> {
    let (pronoun, behind) = match &text.as_bytes()[at..] {
        [b' ', b's', b'h', b'e', b' ', ..] => ("she", &text[at + 5..]),
        [b' ', b'h', b'e', b' ', ..] => ("he", &text[at + 4..]),
        _ => return None,
    };
    let end = behind.bytes().take_while(u8::is_ascii_lowercase).count();
    Some((pronoun, &behind[..end]))
}

/// The last one who was said to speak before `at`, when that is a listed person of the other gender
/// and nothing between brings somebody else in.
fn last_speaker(
    document: &Document,
    names: Names<'_>,
    lexicon: &'static Lexicon,
    at: usize,
    female: bool,
    named: &Named,
) -> Option<(&'static ListedPerson<'static>, Span)> {
    let text = document.text();
    let shapes = document.shapes();
    let line = document.lines().index_of(at as u32) as u32;
    let here = shapes.binary_search_by_key(&line, |shape| shape.line).ok()?;
    let reach =
        document.line(shapes[here.saturating_sub(REACH)].line as usize).start.max((at as u32).saturating_sub(FARTHEST));
    let last = names.all().partition_point(|name| (name.span.end as usize) <= at);
    let speaks = |index: usize| names.next_word(index).is_some_and(is_saying);
    let mut candidates = (0..last).rev().take_while(|index| names.all()[*index].span.start >= reach);
    let speaker = candidates.find(|index| speaks(*index))?;
    let span = names.all()[speaker].span;
    let gender = if female { "m" } else { "f" };
    let mut people =
        lexicon.people_called(names.text_of(speaker)).filter(|person| named.holds(document, names, person));
    let (Some(person), None) = (people.next(), people.next()) else { return None };
    if person.gender != gender {
        return None;
    }
    let others = if female { &PEOPLE[..FEMALE] } else { &PEOPLE[FEMALE..] };
    let mut words = text[span.end as usize..at].split(|c: char| !c.is_alphabetic()).map(str::to_ascii_lowercase);
    if words.any(|word| others.contains(&word.as_str())) {
        return None;
    }
    // Somebody else may have come in since: only men, places and the words of quotations may stand
    // between a man and `she`.
    let is_other = |index: usize| {
        let name = names.all()[index];
        let word = names.text_of(index);
        let mut known = lexicon.people_called(word).filter(|person| named.holds(document, names, person)).peekable();
        let is_same = known.peek().is_some() && known.all(|person| person.gender == gender);
        let quoted =
            text[span.end as usize..name.span.start as usize].chars().filter(|c| matches!(c, '“' | '‘')).count()
                > text[span.end as usize..name.span.start as usize].chars().filter(|c| matches!(c, '”')).count();
        !(is_same
            || quoted
            || names.opens_sentence(index) && names.form_of(index).count < 2
            || lexicon.is_single_name(word))
    };
    (!(speaker + 1..last).any(is_other)).then_some((person, span))
}

/// Which people the document gives the full names of, so that a surname means them; each is looked for
/// once.
#[derive(Default)]
struct Named(RefCell<BTreeMap<&'static str, bool>>);

impl Named {
    fn holds(&self, document: &Document, names: Names<'_>, person: &ListedPerson<'static>) -> bool {
        let look = || {
            let first = person.name.split(' ').next().unwrap_or_default();
            let stands_at =
                |place: usize| document.text()[names.all()[place].span.start as usize..].starts_with(person.name);
            names.form(first).is_some_and(|form| names.places(form).any(stands_at))
        };
        *self.0.borrow_mut().entry(person.name).or_insert_with(look)
    }
}
