//! `names/wrong-given-name`: a well-known surname with another given name than its bearer's.

use crate::checks::{Context, report_wrong_forms};
use crate::lexicon::file::Mistake;
use crate::likeness::{distance, is_same_skeleton};

/// Letters of a given name at least.
const SHORTEST: usize = 4;

/// Reports known wrong pairs, and given names beside a listed surname that are one letter off.
pub fn check(context: &mut Context<'_>) {
    let reported = report_wrong_forms(context, Mistake::GivenName);
    let names = context.names();
    let forms = context.forms();
    for next in forms.of_people().flat_map(|form| names.places(&names.forms()[form as usize])) {
        let Some(index) = names.before(next) else { continue };
        let given = names.all()[index].span;
        let next_reported = reported.partition_point(|span| span.end <= given.start);
        if reported.get(next_reported).is_some_and(|span| span.overlaps(given))
            || names.before(index).is_some()
            || names.behind(next).is_some()
        {
            continue;
        }
        let Some((right, role)) = listed_bearer(context, index, next) else { continue };
        let (wrong, surname) = (names.text_of(index), names.text_of(next));
        let message = format!("`{wrong} {surname}` has another given name: `{right} {surname}` ({role})");
        context.report(given, message).replace(right, format!("replace with `{right}`"));
    }
}

/// The given name of the one listed person with this surname, a word of listed people's names, when it is like the one that stands
/// there, and the surname is rare enough to speak of that person.
fn listed_bearer(context: &Context<'_>, index: usize, next: usize) -> Option<(&'static str, &'static str)> {
    let (names, lexicon) = (context.names(), context.lexicon());
    let (given, surname) = (names.text_of(index), names.text_of(next));
    // The document itself can say that this is the name. A title or a short form says nothing.
    if names.form_of(index).count > 2 || given.chars().count() < SHORTEST {
        return None;
    }
    let mut bearers = lexicon.people_called(surname);
    let (Some(person), None) = (bearers.next(), bearers.next()) else { return None };
    let (right, rest) = person.name.split_once(' ')?;
    let is_accepted = || {
        person.aliases.iter().any(|alias| alias.split(' ').any(|word| word == given))
            || lexicon.are_variants(given, right)
    };
    let is_near = right != given
        && rest == surname
        && right.chars().next() == given.chars().next()
        && distance(given, right, 1).is_some()
        && is_same_skeleton(given, right);
    // What is no name at all is the business of `names/misspelled`.
    (is_near && !lexicon.is_common_surname(surname) && lexicon.is_known(given) && !is_accepted())
        .then_some((right, person.role))
}
