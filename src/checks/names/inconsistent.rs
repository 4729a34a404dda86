//! `names/inconsistent`: two accepted spellings of one name in one document.

use crate::checks::{Context, name_before};
use crate::document::Span;

/// Reports the rarer spelling of places and people, and abbreviations with and without full stops.
pub fn check(context: &mut Context<'_>) {
    abbreviations(context);
    let names = context.names();
    let lexicon = context.lexicon();
    let forms = context.forms();
    for form in forms.with_variants().map(|form| &names.forms()[form as usize]) {
        let text = names.text_of(form.first as usize);
        // Only names that stand alone: given names differ from person to person.
        if text.chars().count() < 4
            || names.behind(form.first as usize).is_some()
            || name_before(names, forms, form.first as usize).is_some()
        {
            continue;
        }
        // Hardly any other spelling stands in the document.
        let others = lexicon
            .variants_of(text)
            .flat_map(|group| group.iter())
            .filter_map(|other| Some(other).zip(names.form(other)))
            .filter(|(other, _)| other.to_lowercase() != text.to_lowercase());
        let Some((_, other)) = others.max_by_key(|(_, other)| other.count) else { continue };
        let is_rarer = (form.count, std::cmp::Reverse(form.first)) < (other.count, std::cmp::Reverse(other.first));
        let other_text = names.text_of(other.first as usize);
        let alone =
            name_before(names, forms, other.first as usize).is_none() && names.behind(other.first as usize).is_none();
        if !is_rarer || !alone {
            continue;
        }
        let message = format!(
            "`{text}` and `{other_text}` are spellings of one name; `{other_text}` stands {} times in this document",
            other.count
        );
        let first = names.all()[other.first as usize].span;
        for index in names.places(form) {
            let report = context.report(names.all()[index].span, message.clone());
            report.replace(other_text, format!("replace with `{other_text}`")).related(first, "the other spelling");
        }
    }
}

/// Abbreviations that newsrooms write with full stops or without, never both.
const ABBREVIATIONS: [(&str, &str); 3] = [("U.S.", "US"), ("U.K.", "UK"), ("U.N.", "UN")];

/// Longest paragraph, in bytes, that is looked through for each abbreviation.
const LONGEST_PARAGRAPH: usize = 5_000;

/// `U.S.` in a paragraph that has `US`, too.
fn abbreviations(context: &mut Context<'_>) {
    let document = context.document();
    let text = document.text();
    let behind_u = document.marks().stops.iter().filter(|stop| text.as_bytes()[..**stop as usize].ends_with(b"U"));
    for at in behind_u.map(|stop| *stop as usize - 1) {
        let Some((dotted, plain)) = ABBREVIATIONS.into_iter().find(|(dotted, _)| text[at..].starts_with(dotted)) else {
            continue;
        };
        let line = document.line(document.lines().index_of(at as u32));
        if text[..at].ends_with(char::is_alphanumeric) || line.len() > LONGEST_PARAGRAPH {
            continue;
        }
        let Some(other) = find_word(document.slice(line), plain) else { continue };
        let other = Span::new(line.start as usize + other, line.start as usize + other + plain.len());
        let message = format!("`{dotted}` stands beside `{plain}` in this paragraph");
        let report = context.report(Span::new(at, at + dotted.len()), message);
        report.replace(plain, format!("replace with `{plain}`")).related(other, "without full stops here");
    }
}

/// Where a word of capitals stands in a line by itself.
fn find_word(line: &str, word: &str) -> Option<usize> {
    line.match_indices(word).map(|(at, _)| at).find(|at| {
        let (before, behind) = (&line[..*at], &line[at + word.len()..]);
        let is_edge =
            |c: Option<char>| c.is_none_or(|c| !(c.is_alphanumeric() || matches!(c, '.' | '-' | '$' | '&' | '/')));
        is_edge(before.chars().next_back()) && is_edge(behind.chars().next().filter(|c| *c != '.' && *c != '-'))
    })
}
