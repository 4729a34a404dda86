//! `names/miscased`: a name with the wrong letters in capitals.

use crate::checks::{Context, report_wrong_forms};
use crate::document::Span;
use crate::lexicon::file::Mistake;
use crate::likeness::distance;

/// Reports known miscased forms, and short surnames in capitals before their given name.
pub fn check(context: &mut Context<'_>) {
    report_wrong_forms(context, Mistake::Case);
    let names = context.names();
    let lexicon = context.lexicon();
    // `XI Jinping`: two or three letters, which a program took for an abbreviation or a number.
    let forms = context.forms();
    for index in forms.short().flat_map(|form| names.places(&names.forms()[form as usize])) {
        let surname = names.text_of(index);
        let Some(next) = names.behind(index) else { continue };
        let given = names.text_of(next);
        if given.len() < 4 || !given.ends_with(char::is_lowercase) {
            continue;
        }
        let right = format!("{}{}", &surname[..1], surname[1..].to_ascii_lowercase());
        let is_bearer = |name: &str| {
            let known = name.split_once(' ').map(|(_, known)| known);
            known.is_some_and(|known| distance(given, known, 1).is_some())
        };
        let Some(person) = lexicon.people_with(&right).find(|person| person.surname == right && is_bearer(person.name))
        else {
            continue;
        };
        let span = Span { start: names.all()[index].span.start, end: names.all()[next].span.end };
        let written = format!("{surname} {given}");
        let message = format!("`{written}` is written `{}` ({}): `{right}` is a surname", person.name, person.role);
        context.report(span, message).replace(person.name, format!("replace with `{}`", person.name));
    }
}
