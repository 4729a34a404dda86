//! Misspelled names beside the right one: errors made on purpose, on text written for this test.

use newslint::document::Document;
use newslint::lint::{NameSettings, Profile, lint};
use newslint::ruleset::RuleSet;

/// Surnames of people in the news, from all regions of the world.
const NAMES: [&str; 48] = [
    "Zelensky",
    "Stoltenberg",
    "Erdogan",
    "Orban",
    "Meloni",
    "Kristersson",
    "Mitsotakis",
    "Sanchez",
    "Fiala",
    "Kallas",
    "Netanyahu",
    "Khamenei",
    "Raisi",
    "Mikati",
    "Barzani",
    "Sudani",
    "Kadhimi",
    "Haftar",
    "Tebboune",
    "Burhan",
    "Tshisekedi",
    "Ramaphosa",
    "Tinubu",
    "Akufo",
    "Kagame",
    "Museveni",
    "Ouattara",
    "Hichilema",
    "Chakwera",
    "Obasanjo",
    "Modi",
    "Jaishankar",
    "Hasina",
    "Wickremesinghe",
    "Dissanayake",
    "Dahal",
    "Zardari",
    "Marcos",
    "Widodo",
    "Subianto",
    "Kishida",
    "Yoon",
    "Bolsonaro",
    "Sheinbaum",
    "Boluarte",
    "Petro",
    "Milei",
    "Trudeau",
];

/// Kinds of slips: a letter left out, doubled, swapped with the next, or replaced.
const SLIPS: usize = 4;

/// The name with a slip in its middle.
fn slip(name: &str, kind: usize) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    let at = letters.len() / 2;
    match kind {
        0 => {
            letters.remove(at);
        }
        1 => letters.insert(at, letters[at]),
        2 => letters.swap(at, at - 1),
        _ => letters[at] = if "aeiou".contains(letters[at]) { 'y' } else { 'f' },
    }
    letters.into_iter().collect()
}

fn article(name: &str, wrong: &str) -> String {
    format!(
        "Talks with {name} began on Monday, officials said.\n\n\
         The delegation met {name} at the airport, and {name} spoke of progress.\n\n\
         Reporters asked {name} about the plan before the meeting.\n\n\
         A spokesman for {wrong} said that the talks would go on.\n"
    )
}

fn flagged(text: &str, profile: &Profile, rules: &RuleSet) -> Vec<String> {
    let document = Document::new("t", text);
    let findings = lint(rules, profile, &document).findings;
    let names = findings.iter().filter(|finding| finding.rule.family() == "names");
    names.map(|finding| document.slice(finding.span).to_owned()).collect()
}

#[test]
fn slips_beside_the_right_name_are_found() {
    let rules = RuleSet::built_in();
    let profile = Profile::defaults(&rules);
    let (mut found, mut all, mut missed) = (0, 0, Vec::new());
    for name in NAMES.iter().filter(|name| name.len() >= 6) {
        for kind in 0..SLIPS {
            let wrong = slip(name, kind);
            if wrong == *name {
                continue;
            }
            all += 1;
            let flags = flagged(&article(name, &wrong), &profile, &rules);
            assert!(flags.iter().all(|flag| *flag == wrong), "{flags:?} beside {name}");
            if flags.is_empty() {
                missed.push(wrong);
            } else {
                found += 1;
            }
        }
    }
    let recall = f64::from(found) / f64::from(all);
    assert!(recall >= 0.75, "{found} of {all}; missed {missed:?}");
}

#[test]
fn right_names_are_left_alone() {
    let rules = RuleSet::built_in();
    let profile = Profile::defaults(&rules);
    for name in NAMES {
        assert_eq!(flagged(&article(name, name), &profile, &rules), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn accepted_names_are_left_alone() {
    let rules = RuleSet::built_in();
    let text = article("Stoltenberg", "Stoltanberg");
    assert_eq!(flagged(&text, &Profile::defaults(&rules), &rules), ["Stoltanberg"]);
    let names = NameSettings { accept: vec!["Stoltanberg".into()], lexicon: None };
    let profile = Profile::defaults(&rules).with_names(names);
    assert_eq!(flagged(&text, &profile, &rules), Vec::<String>::new());
}
