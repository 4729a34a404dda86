//! Reads `rules/lexicons/` and writes what newslint embeds of it; part of the build script.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde::de::DeserializeOwned;

use super::file::{Index, ListedPerson, Lists, Mistake, OrganisationsFile, PeopleFile, WrongForm, deletions};
use super::known;

/// Months and weekdays, whose misspellings are found by one letter.
const CALENDAR: [&str; 15] = [
    "January",
    "February",
    "August",
    "September",
    "October",
    "November",
    "December",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
    "Christmas",
];

/// What is embedded.
pub struct Compiled {
    /// The table of known forms, in lower case.
    pub known: Vec<u8>,
    /// The table of forms, as they are written, that mean something: words of people's names, words
    /// that wrong forms begin with, what wrong forms are found by, and forms with variants.
    pub notable: Vec<u8>,
    /// [`Lists`], in postcard.
    pub lists: Vec<u8>,
}

/// Compiles the folder.
///
/// # Errors
/// Names the file and what is wrong with it.
pub fn compile(folder: &Path) -> Result<Compiled, String> {
    let mut people = Vec::new();
    let mut files: Vec<_> =
        fs::read_dir(folder.join("people")).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    files.sort();
    for file in &files {
        people.extend(toml::<PeopleFile>(file)?.people);
    }
    let organisations = toml::<OrganisationsFile>(&folder.join("organisations.toml"))?.organisations;
    let list = |name: &str| lines(&folder.join(name));
    let (places, geonames, names) = (list("places.txt")?, list("geonames.txt")?, list("names.txt")?);
    let (words, proper) = (list("words.txt")?, list("words-proper.txt")?);
    let (demonyms, variants) = (list("demonyms.txt")?, list("variants.txt")?);
    let common_surnames = list("common-surnames.txt")?;

    let mut known_forms: BTreeSet<u64> = BTreeSet::new();
    let mut know = |text: &str| {
        let lower = text.to_lowercase();
        for form in lower.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '\'' | '’'))) {
            known_forms
                .extend(std::iter::once(form).chain(form.split('-')).map(|form| known::hash(&form.replace('’', "'"))));
        }
    };
    for text in [&places, &geonames, &names, &words, &proper, &demonyms, &variants].into_iter().flatten() {
        know(text);
    }
    for person in &people {
        know(&person.name);
        person.aliases.iter().for_each(|alias| know(alias));
    }
    for organisation in &organisations {
        know(&organisation.name);
        organisation.aliases.iter().for_each(|alias| know(alias));
    }

    let mut wrong: BTreeMap<&str, WrongForm<'_>> = BTreeMap::new();
    for person in &people {
        for form in &person.wrong {
            let kind = person_mistake(form, &person.name, &names);
            wrong.insert(form, WrongForm { wrong: form, right: &person.name, what: &person.role, kind });
        }
    }
    for organisation in &organisations {
        let (right, what) = (&organisation.name, &organisation.kind);
        for form in &organisation.wrong {
            let is_case = form.to_lowercase() == right.to_lowercase();
            let kind = if is_case { Mistake::Case } else { Mistake::Spelling };
            wrong.insert(form, WrongForm { wrong: form, right, what, kind });
        }
        for form in &organisation.split {
            wrong.insert(form, WrongForm { wrong: form, right, what, kind: Mistake::Split });
        }
    }
    let misspellings = list("misspellings.txt")?;
    for (form, right) in misspellings.iter().filter_map(|line| line.split_once(" = ")) {
        wrong.insert(form, WrongForm { wrong: form, right, what: "", kind: Mistake::Spelling });
    }
    let mut single: BTreeSet<&str> = CALENDAR.into();
    let forms = demonyms.iter().flat_map(|line| line.split(['=', ',']).map(str::trim));
    let is_single = |form: &&str| form.chars().count() >= 6 && form.chars().all(char::is_alphabetic);
    single.extend(places.iter().map(String::as_str).chain(forms).filter(is_single));
    single.extend(organisations.iter().map(|item| item.name.as_str()).filter(is_single));
    let mut common: Vec<&str> = common_surnames.iter().map(String::as_str).collect();
    common.sort_unstable();
    let mut lists = Lists {
        people: people
            .iter()
            .map(|person| ListedPerson {
                name: &person.name,
                surname: person
                    .surname
                    .as_deref()
                    .unwrap_or_else(|| person.name.rsplit(' ').next().unwrap_or(&person.name)),
                role: &person.role,
                gender: &person.gender,
                aliases: person.aliases.iter().map(String::as_str).collect(),
            })
            .collect::<Vec<_>>()
            .into(),
        wrong: wrong.into_values().collect::<Vec<_>>().into(),
        single: single.into_iter().collect::<Vec<_>>().into(),
        variants: variants.iter().map(|line| line.split(" = ").collect()).collect::<Vec<_>>().into(),
        common_surnames: common.into(),
        wrong_index: Index::default(),
        surname_index: Index::default(),
        people_index: Index::default(),
        variants_index: Index::default(),
        single_index: Index::default(),
    };
    let keys: Vec<(u64, usize)> =
        lists.wrong.iter().enumerate().map(|(place, entry)| (known::beginning(entry.wrong), place)).collect();
    let first_words: Vec<u64> =
        lists.wrong.iter().filter_map(|entry| entry.wrong.split(' ').next()).map(known::hash).collect();
    let names: Vec<(u64, usize)> = lists
        .people
        .iter()
        .enumerate()
        .flat_map(|(place, person)| person.name.split(' ').map(move |word| (known::hash(word), place)))
        .collect();
    let variant_forms: Vec<(u64, usize)> = lists
        .variants
        .iter()
        .enumerate()
        .flat_map(|(place, group)| group.iter().map(move |form| (known::hash(form), place)))
        .collect();
    let surnames = lists.people.iter().enumerate().map(|(place, person)| (known::hash(person.surname), place));
    lists.surname_index = Index::new(surnames);
    let mut notable: Vec<(u64, u8)> = first_words.into_iter().map(|hash| (hash, known::FIRST)).collect();
    notable.extend(names.iter().map(|(hash, _)| (*hash, known::PERSON)));
    notable.extend(variant_forms.iter().map(|(hash, _)| (*hash, known::VARIANT)));
    lists.wrong_index = Index::new(keys.into_iter());
    lists.variants_index = Index::new(variant_forms.into_iter());
    lists.people_index = Index::new(names.into_iter());
    let mut parts = Vec::new();
    for (place, name) in lists.single.iter().enumerate() {
        deletions(name, |part| parts.push((known::hash(part), place)));
    }
    lists.single_index = Index::new(parts.into_iter());
    let hashes: Vec<u64> = known_forms.into_iter().collect();
    let lists = postcard::to_stdvec(&lists).map_err(|error| error.to_string())?;
    Ok(Compiled { known: known::write(&hashes), notable: known::write_kinds(&notable), lists })
}

/// Whether a wrong form has another given name, or letters wrong.
fn person_mistake(wrong: &str, right: &str, names: &[String]) -> Mistake {
    if wrong.to_lowercase() == right.to_lowercase() {
        return Mistake::Case;
    }
    let is_name = |word: &str| names.binary_search_by(|name| name.as_str().cmp(word)).is_ok();
    match (wrong.split_once(' '), right.split_once(' ')) {
        (Some((given, rest)), Some((_, right_rest))) if rest == right_rest && is_name(given) => Mistake::GivenName,
        _ => Mistake::Spelling,
    }
}

fn toml<T: DeserializeOwned>(path: &Path) -> Result<T, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    ::toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

/// The entries of a list: its lines, comments left out.
fn lines(path: &Path) -> Result<Vec<String>, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(str::to_owned).collect())
}
