//! `names/misspelled`: known wrong forms; rare forms beside the frequent right one; a listed person
//! whose one name is right and the other nearly; places and the like that are off by one letter.

use std::collections::BTreeMap;

use crate::checks::{Context, Forms, name_before, report_wrong_forms};
use crate::document::{Form, Names, Span, is_quoted_alone};
use crate::hashed_map::HashedMap;
use crate::lexicon::Lexicon;
use crate::lexicon::file::{Mistake, deletions};
use crate::likeness::{distance, is_same_skeleton, skeleton, without_marks};
use xxhash_rust::xxh3::xxh3_64;

/// Reports misspelled names.
pub fn check(context: &mut Context<'_>) {
    let wrong_forms = report_wrong_forms(context, Mistake::Spelling);
    // From start to end: of two ways that find a name the first reports it.
    let mut reported: BTreeMap<u32, u32> = wrong_forms.into_iter().map(|span| (span.start, span.end)).collect();
    let (names, forms) = (context.names(), context.forms());
    let doubtful: Vec<&Form> = forms.doubtful().map(|form| &names.forms()[form as usize]).collect();
    let view = View { names, forms, doubtful: &doubtful, lexicon: context.lexicon(), text: context.document().text() };
    for find in [rare_beside_frequent, full_names, listed_people, single_names] {
        for found in find(view) {
            let before = reported.range(..found.span.end).next_back();
            if before.is_none_or(|(_, end)| *end <= found.span.start) {
                reported.insert(found.span.start, found.span.end);
                report(context, &found);
            }
        }
    }
}

/// What the ways to find misspelled names look at.
#[derive(Clone, Copy)]
struct View<'d> {
    names: Names<'d>,
    forms: &'d Forms,
    /// The forms that can be misspelled.
    doubtful: &'d [&'d Form],
    lexicon: &'static Lexicon,
    text: &'d str,
}

impl View<'_> {
    /// Whether a name other than a title stands right before.
    fn has_name_before(self, index: usize) -> bool {
        let before = name_before(self.names, self.forms, index);
        before.is_some_and(|before| !is_title(self.names.text_of(before)))
    }
}

/// A misspelled name, as one of the ways to find them has it.
struct Found {
    span: Span,
    right: String,
    reason: String,
    related: Option<(Span, String)>,
}

fn report(context: &mut Context<'_>, found: &Found) {
    let wrong = context.document().slice(found.span);
    let message = format!("`{wrong}` looks like a misspelling of `{}`: {}", found.right, found.reason);
    let replacement = format!("replace with `{}`", found.right);
    let report = context.report(found.span, message).replace(found.right.as_str(), replacement);
    if let Some((span, message)) = &found.related {
        report.related(*span, message.clone());
    }
}

/// How often the right form has to stand in the document, when nothing else is known of it, and how
/// many times as often as the rare one (research on 2,400 articles: fewer make false alarms).
const FREQUENT: u32 = 3;
const RATIO: u32 = 3;

/// A form that no list knows, once or so beside a frequent one that is like it.
fn rare_beside_frequent(view: View<'_>) -> Vec<Found> {
    let View { names, doubtful, lexicon, .. } = view;
    let text_of = |form: &Form| names.text_of(form.first as usize);
    if doubtful.is_empty() {
        return Vec::new();
    }
    let frequent: Vec<(&Form, &str)> =
        names.forms().iter().filter(|form| form.count >= FREQUENT).map(|form| (form, text_of(form))).collect();
    let index = (frequent.len() * doubtful.len() > FEW_PAIRS).then(|| by_key(&frequent));
    let mut found = Vec::new();
    for form in doubtful {
        let text = text_of(form);
        let mut candidates: Vec<&Form> = Vec::new();
        match &index {
            Some(index) => keys(text, |key| candidates.extend(index.get(&key).into_iter().flatten())),
            None => {
                let is_near = |right: &str| {
                    right.as_bytes().first() == text.as_bytes().first() && right.len().abs_diff(text.len()) <= 2
                };
                candidates.extend(frequent.iter().filter(|(_, right)| is_near(right)).map(|(form, _)| *form));
            }
        }
        candidates.sort_by_key(|form| form.first);
        candidates.dedup_by_key(|form| form.first);
        candidates.retain(|right| right.count >= RATIO * form.count && is_misspelling(text, text_of(right), lexicon));
        let [right] = candidates[..] else { continue };
        let right_text = text_of(right);
        for index in names.places(form) {
            if !neighbours_agree(names, index, right) {
                continue;
            }
            let off = distance(text, right_text, 2).unwrap_or_default();
            // With the same name beside it, it can be a relative or a namesake; a lone surname is
            // that of somebody the document has introduced.
            let has_company = view.has_name_before(index) || names.behind(index).is_some();
            if has_company && !(off == 1 && is_same_skeleton(text, right_text)) {
                continue;
            }
            let times = |count: u32| if count == 1 { "once".to_owned() } else { format!("{count} times") };
            found.push(Found {
                span: names.all()[index].span,
                right: right_text.to_owned(),
                reason: format!(
                    "that stands {} times in this document, this {}; {}",
                    right.count,
                    times(form.count),
                    if off == 1 { "one letter differs" } else { "two letters differ" }
                ),
                related: Some((names.all()[right.first as usize].span, "first spelled so here".to_owned())),
            });
        }
    }
    found
}

/// Candidates looked at for one key, and places looked at for one form: more say nothing new.
const MOST_CANDIDATES: usize = 16;
const MOST_PLACES: usize = 50;

/// Pairs of forms that are compared one by one; where there are more, an index pays.
const FEW_PAIRS: usize = 20_000;

/// The frequent forms by their keys.
fn by_key<'d>(frequent: &[(&'d Form, &'d str)]) -> HashedMap<u64, Vec<&'d Form>> {
    let mut index: HashedMap<u64, Vec<&Form>> = HashedMap::default();
    for (form, text) in frequent {
        keys(text, |key| {
            let bucket = index.entry(key).or_default();
            if bucket.len() < MOST_CANDIDATES {
                bucket.push(form);
            }
        });
    }
    index
}

/// Keys under which two forms meet that differ in one letter or have the same consonants.
fn keys(text: &str, mut each: impl FnMut(u64)) {
    deletions(text, |part| each(xxh3_64(part.as_bytes())));
    each(xxh3_64(skeleton(text).as_bytes()).rotate_left(1));
}

/// Whether a form is nearly another, and not by an ending: plurals, people of a place and adjectives
/// are made so.
fn is_misspelling(wrong: &str, right: &str, lexicon: &Lexicon) -> bool {
    // Most pairs end here.
    if wrong.chars().next() != right.chars().next() {
        return false;
    }
    let most = if right.chars().count() < 7 { 1 } else { 2 };
    let is_ending = wrong.starts_with(right) || right.starts_with(wrong);
    let common = wrong.chars().zip(right.chars()).take_while(|(a, b)| a == b).count();
    // What differs in the last two letters alone is most often another form of the word.
    let is_inflected = common + 2 >= wrong.chars().count().max(right.chars().count()) && common >= 4;
    !is_ending
        && !is_inflected
        && !differs_in_marks(wrong, right)
        && !right.chars().skip(1).all(char::is_uppercase)
        && distance(wrong, right, most).is_some_and(|off| off == 1 || off == 2 && is_same_skeleton(wrong, right))
        && !lexicon.are_variants(wrong, right)
}

/// Whether two forms are the same but for the marks of letters (`Tīrau`, `Tirau`): nobody misspelled one.
fn differs_in_marks(a: &str, b: &str) -> bool {
    let (plain_a, plain_b) = (without_marks(a), without_marks(b));
    plain_a.as_deref().unwrap_or(a) == plain_b.as_deref().unwrap_or(b)
}

/// Whether the names around a form could stand around the right one, too: a different given name
/// before it speaks of another person.
fn neighbours_agree(names: Names<'_>, index: usize, right: &Form) -> bool {
    let places = || names.places(right).take(MOST_PLACES);
    let agrees = |neighbour: Option<usize>, of: fn(Names<'_>, usize) -> Option<usize>| {
        let Some(neighbour) = neighbour else { return true };
        let text = names.text_of(neighbour);
        names.opens_sentence(neighbour)
            || is_title(text)
            || places().any(|place| {
                of(names, place).is_some_and(|other| {
                    let other = names.text_of(other);
                    other == text || distance(other, text, 1).is_some()
                })
            })
    };
    agrees(names.before(index), |names, place| names.before(place))
        && agrees(names.behind(index), |names, place| names.behind(place))
}

/// Words that stand before a surname and say nothing of whose it is.
fn is_title(word: &str) -> bool {
    // The compiler looks at the length first, which a search through a list would not.
    matches!(
        word,
        "President"
            | "Minister"
            | "Secretary"
            | "Senator"
            | "Sen"
            | "Rep"
            | "Mr"
            | "Mrs"
            | "Ms"
            | "Miss"
            | "Dr"
            | "Prof"
            | "Sir"
            | "Dame"
            | "Lord"
            | "Lady"
            | "Judge"
            | "Justice"
            | "General"
            | "Gen"
            | "Colonel"
            | "Captain"
            | "Governor"
            | "Gov"
            | "Mayor"
            | "King"
            | "Queen"
            | "Prince"
            | "Princess"
            | "Pope"
            | "Chancellor"
            | "Premier"
            | "Ambassador"
            | "Chairman"
            | "Director"
            | "Professor"
            | "Sheikh"
            | "Imam"
            | "Coach"
            | "Chief"
            | "The"
            | "But"
            | "And"
            | "While"
    )
}

/// A full name that stands once, beside one that stands often and differs in a letter of one of its
/// parts: both parts can be names, the pair is wrong all the same. Relatives and namesakes differ so,
/// too; so the frequent name has to be a listed one, the rare one not, and the surname no common one.
fn full_names(view: View<'_>) -> Vec<Found> {
    let View { names, forms, lexicon, .. } = view;
    let mut pairs: HashedMap<u64, (usize, u32)> = HashedMap::default();
    // The given name of both, the frequent pair and the rare one.
    let given = forms.of_people().map(|form| &names.forms()[form as usize]).filter(|form| form.count > FREQUENT);
    let indexes = given.flat_map(|form| names.places(form));
    let mut full: Vec<(usize, usize)> = indexes.filter_map(|index| full_name(view, index)).collect();
    full.sort_unstable();
    for (given, surname) in &full {
        let key = pair(names.form_of(*given).hash, names.form_of(*surname).hash);
        pairs.entry(key).or_insert((*given, 0)).1 += 1;
    }
    if pairs.values().all(|(_, count)| *count < FREQUENT) {
        return Vec::new();
    }
    let mut frequent: HashedMap<u64, Vec<usize>> = HashedMap::default();
    for (index, count) in pairs.values() {
        if *count >= FREQUENT {
            frequent.entry(names.form_of(*index).hash).or_default().push(*index);
        }
    }
    let mut found = Vec::new();
    for (given, surname) in full {
        let hashes = (names.form_of(given).hash, names.form_of(surname).hash);
        if pairs.get(&pair(hashes.0, hashes.1)).is_none_or(|(_, count)| *count > 1) {
            continue;
        }
        let near = |wrong: usize, right: usize| {
            let (wrong, right) = (names.text_of(wrong), names.text_of(right));
            wrong.chars().count() >= 4
                && wrong.chars().next() == right.chars().next()
                && distance(wrong, right, 1) == Some(1)
                && is_same_skeleton(wrong, right)
                && !lexicon.are_variants(wrong, right)
        };
        let others = frequent.get(&hashes.0).into_iter().flatten();
        let mut candidates: Vec<(usize, usize)> = others
            .take(MOST_CANDIDATES)
            .filter_map(|other| {
                // Another given name is the business of `names/wrong-given-name`.
                let (wrong, right) = (surname, other + 1);
                if names.form_of(*other).hash != hashes.0 {
                    return None;
                }
                let is_listed = |given: usize| {
                    let surname = names.text_of(given + 1);
                    let person = lexicon.person(names.text_of(given), surname);
                    person.is_some() && !lexicon.is_common_surname(surname)
                };
                (near(wrong, right) && is_listed(*other) && !is_listed(given)).then_some((wrong, right))
            })
            .collect();
        candidates.sort_unstable();
        let [(wrong, right)] = candidates[..] else { continue };
        found.push(Found {
            span: names.all()[wrong].span,
            right: names.text_of(right).to_owned(),
            reason: "the full name is spelled so elsewhere in this document, and otherwise only here".to_owned(),
            related: Some((names.all()[right].span, "first spelled so here".to_owned())),
        });
    }
    found
}

/// One number for two words that follow one another.
fn pair(first: u64, second: u64) -> u64 {
    first.rotate_left(23) ^ second
}

/// Given name and surname, when exactly two names stand side by side, a title before them aside.
fn full_name(view: View<'_>, index: usize) -> Option<(usize, usize)> {
    let names = view.names;
    let next = names.behind(index)?;
    let stands_alone = !view.has_name_before(index) && names.behind(next).is_none();
    (stands_alone && !is_title(names.text_of(index))).then_some((index, next))
}

/// A person of the lists whose surname is right and whose given name is no name at all, or the other
/// way round.
fn listed_people(view: View<'_>) -> Vec<Found> {
    let View { names, forms, lexicon, .. } = view;
    let mut found = Vec::new();
    for index in view.doubtful.iter().flat_map(|form| names.places(form)) {
        // `A B C` is another name than `A B`.
        let (before, behind) = (name_before(names, forms, index), names.behind(index));
        let (given, surname) = match (before.filter(|before| !is_title(names.text_of(*before))), behind) {
            (None, Some(behind)) if names.behind(behind).is_none() => (index, behind),
            (Some(before), None) if !view.has_name_before(before) => (before, index),
            _ => continue,
        };
        let (start, end) = (names.all()[given].span.start, names.all()[surname].span.end);
        if is_quoted_alone(view.text, start as usize, end as usize) {
            continue;
        }
        let is_given = given == index;
        let (sure, doubtful) = if is_given { (surname, given) } else { (given, surname) };
        if !forms.names_person(names.all()[sure].form) {
            continue;
        }
        let (sure, doubtful) = (names.text_of(sure), names.text_of(doubtful));
        let mut people = lexicon.people_found_by(sure).filter(|person| {
            // Most have another name that is nothing like it.
            let Some((first, second)) = person.name.split_once(' ') else { return false };
            let (exact, near) = if is_given { (second, first) } else { (first, second) };
            near.chars().next() == doubtful.chars().next()
                && exact == sure
                && !second.contains(' ')
                && near.chars().count() >= 4
                && !differs_in_marks(doubtful, near)
                // `the Thomas Edisons of the world`.
                && (is_given || doubtful.strip_suffix('s') != Some(near))
                && distance(doubtful, near, 1).is_some()
                && (is_same_skeleton(doubtful, near) || near.chars().count() >= 5)
        });
        let (Some(person), None) = (people.next(), people.next()) else { continue };
        let right = person.name.split(' ').nth(usize::from(!is_given)).unwrap_or(person.name);
        found.push(Found {
            span: names.all()[index].span,
            right: right.to_owned(),
            reason: format!("the name of {} ({})", person.name, person.role),
            related: None,
        });
    }
    found
}

/// A place, a people, a month, a weekday or a company that is off by one letter.
fn single_names(view: View<'_>) -> Vec<Found> {
    let View { names, lexicon, .. } = view;
    const FEWEST_LETTERS: usize = 7;
    let mut found = Vec::new();
    for form in view.doubtful {
        let index = form.first as usize;
        let text = names.text_of(index);
        if text.chars().count() < FEWEST_LETTERS {
            continue;
        }
        // At the start of a sentence, in quotation marks or alone on its line it can be any word, and
        // beside another name it can be a person's.
        if names.opens_sentence(index) {
            continue;
        }
        if view.has_name_before(index) || names.behind(index).is_some() {
            continue;
        }
        let near = lexicon.near_single(text);
        let mut candidates = near.into_iter().filter(|right| {
            distance(text, right, 1) == Some(1)
                && !differs_in_marks(text, right)
                && right.chars().next() == text.chars().next()
                && !(text.starts_with(right) || right.starts_with(text))
                && last_letters_agree(text, right)
        });
        let (Some(right), None) = (candidates.next(), candidates.next()) else { continue };
        for index in names.places(form) {
            found.push(Found {
                span: names.all()[index].span,
                right: right.to_owned(),
                reason: "no other known name is as near, and one letter differs".to_owned(),
                related: None,
            });
        }
    }
    found
}

/// Whether two forms end alike: another last letter makes another word of many languages.
fn last_letters_agree(a: &str, b: &str) -> bool {
    a.chars().next_back() == b.chars().next_back()
}
