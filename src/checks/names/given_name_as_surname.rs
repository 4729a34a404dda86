//! `names/given-name-as-surname`: the given name of a person whose surname comes first, used as if it
//! were the surname.

use crate::checks::{Context, is_saying, name_before, word_before};

/// Whether a word behind a name tells that the name is the subject.
fn follows_subject(word: &str) -> bool {
    let is_verb = matches!(
        word,
        "met" | "was" | "is" | "has" | "had" | "will" | "also" | "went" | "visited" | "hoped" | "believes" | "wants"
    );
    is_verb || is_saying(word)
}

/// Reports such names where they stand alone as the subject of a sentence.
pub fn check(context: &mut Context<'_>) {
    let (names, forms) = (context.names(), context.forms());
    let lexicon = context.lexicon();
    for index in forms.of_people().flat_map(|form| names.places(&names.forms()[form as usize])) {
        let given = names.text_of(index);
        if given.len() < 5
            || names.behind(index).is_some()
            || name_before(names, forms, index).is_some()
            || !names.next_word(index).is_some_and(follows_subject)
        {
            continue;
        }
        let mut bearers =
            lexicon.people_with(given).filter(|person| is_surname_first(person.name, person.surname, given));
        let (Some(person), None) = (bearers.next(), bearers.next()) else { continue };
        // The document has to speak of that person.
        if names.count(person.surname) == 0 {
            continue;
        }
        let span = names.all()[index].span;
        // `Xi` / `Jinping`: the end of a wrapped line parts the name.
        let head = &context.document().text()[..span.start as usize];
        let above = head
            .strip_suffix("\r\n")
            .or_else(|| head.strip_suffix(['\n', '\r']))
            .map(|head| head.trim_end_matches(' '));
        if above.is_some_and(|above| word_before(above, above.len()) == person.surname) {
            continue;
        }
        let message = format!(
            "`{given}` is the given name of {} ({}); the surname is `{}`",
            person.name, person.role, person.surname
        );
        context.report(span, message).replace(person.surname, format!("replace with `{}`", person.surname));
    }
}

/// Whether a name is a surname of one syllable and then this given name of two, as in pinyin.
fn is_surname_first(name: &str, surname: &str, given: &str) -> bool {
    name.split_once(' ') == Some((surname, given)) && surname.len() <= 6 && !given.contains('-')
}
