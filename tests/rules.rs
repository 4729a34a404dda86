//! What every built-in rule owes its reader: documentation, a measurement, and examples that hold.
//!
//! Each test collects the faults of all rules, so one run names everything that is to be done.

use std::collections::BTreeSet;

use newslint::finding::{Safety, Severity};
use newslint::ruleset::matching::pattern::{Pattern, check, check_guard};
use newslint::ruleset::rule_file::RuleFile;
use newslint::ruleset::{RuleSet, examples};

/// A rule that is right less often than this reports at level `info` only (docs/architecture.md, decision 8).
const LOWEST_PRECISION: f64 = 0.9;

/// Examples of each kind that a rule file has at the least.
const FEWEST_EXAMPLES: usize = 3;

/// Fails with the faults that `look` finds in the built-in rules.
fn assert_no_faults(look: impl Fn(&RuleFile) -> Vec<String>) {
    let rules = RuleSet::built_in();
    assert!(rules.rules().len() > 30, "the rules are there");
    let faults: Vec<String> = rules
        .rules()
        .iter()
        .flat_map(|rule| look(&rule.file).into_iter().map(|fault| format!("{}: {fault}", rule.id)))
        .collect();
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

/// The faults of a list of conditions that should all be true.
fn broken(conditions: &[(bool, &str)]) -> Vec<String> {
    conditions.iter().filter(|(holds, _)| !holds).map(|(_, fault)| (*fault).to_owned()).collect()
}

#[test]
fn examples_hold() {
    let rules = RuleSet::built_in();
    let failures: Vec<String> = rules
        .rules()
        .iter()
        .flat_map(|rule| {
            let failures = examples::run(&rules, rule).into_iter();
            failures.map(|failure| format!("rules/{}.toml, byte {}: {}", rule.id, failure.place, failure.message))
        })
        .collect();
    assert!(failures.is_empty(), "{} examples fail\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn patterns_and_guards_compile() {
    assert_no_faults(|rule| {
        let patterns = rule.matching.iter().flat_map(|matching| &matching.patterns);
        let guards = rule.matching.iter().flat_map(|matching| &matching.unless);
        let faults = patterns.filter_map(|pattern| check(&pattern.source).err());
        faults.chain(guards.filter_map(|guard| check_guard(&guard.source).err())).collect()
    });
}

#[test]
fn patterns_and_guards_find_what_the_regex_crate_finds() {
    // The examples of all rules hold what the expressions are after, and what they are not to touch.
    let rules = RuleSet::built_in();
    let examples = rules.rules().iter().flat_map(|rule| rule.file.examples.iter());
    let lines: BTreeSet<&str> = examples.flat_map(|example| example.text.lines()).map(str::trim).collect();
    assert_no_faults(|rule| {
        let own: Vec<&str> = rule.examples.iter().flat_map(|example| example.text.lines()).map(str::trim).collect();
        let expressions =
            rule.matching.iter().flat_map(|matching| matching.patterns.iter().chain(&matching.unless)).flat_map(
                |expression| {
                    let mut builder = regex::bytes::RegexBuilder::new(&expression.translated);
                    let regex = builder.case_insensitive(true).unicode(false).build().unwrap();
                    let pattern = Pattern::new(expression);
                    // Of the lines of other rules a few.
                    let lines = own.iter().chain(lines.iter().step_by(40));
                    let differs = move |line: &&&str| {
                        !pattern
                            .find_iter(line, 0..=line.len())
                            .eq(regex.find_iter(line.as_bytes()).map(|found| found.range()))
                    };
                    lines.filter(differs).map(|line| format!("`{}` in {line:?}", expression.source)).collect::<Vec<_>>()
                },
            );
        expressions.collect()
    });
}

#[test]
fn every_rule_is_explained() {
    assert_no_faults(|rule| {
        let summary = rule.summary.trim();
        broken(&[
            (!summary.is_empty() && !summary.contains('\n'), "`summary` is one line"),
            (!summary.ends_with('.'), "`summary` has no full stop; the listings add one"),
            (summary.chars().next().is_some_and(|c| !c.is_lowercase()), "`summary` begins with a capital"),
            (rule.why.split_whitespace().count() >= 12, "`why` is a paragraph"),
            (
                rule.options.iter().all(|option| option.description.ends_with('.')),
                "an option is described in a sentence",
            ),
        ])
    });
}

#[test]
fn every_rule_is_measured() {
    assert_no_faults(|rule| {
        let measured = rule.measured.as_str();
        broken(&[
            (!measured.is_empty(), "`measured` is missing"),
            (!measured.contains("TODO"), "`measured` is a TODO"),
            (
                measured.is_empty() || measured.contains("TODO") || measured.contains(|c: char| c.is_ascii_digit()),
                "`measured` states no number",
            ),
        ])
    });
}

#[test]
fn every_rule_has_examples_of_both_kinds() {
    assert_no_faults(|rule| {
        let flagged = rule.examples.iter().filter(|example| !example.flags.is_empty()).count();
        let left = rule.examples.len() - flagged;
        let mut faults = Vec::new();
        if flagged < FEWEST_EXAMPLES {
            faults.push(format!("{flagged} examples that it flags"));
        }
        if left < FEWEST_EXAMPLES {
            faults.push(format!("{left} examples that it leaves alone"));
        }
        let mut texts: Vec<_> = rule.examples.iter().map(|example| &example.text).collect();
        texts.sort_unstable();
        texts.dedup();
        if texts.len() < rule.examples.len() {
            faults.push("an example stands there twice".to_owned());
        }
        faults
    });
}

#[test]
fn fixes_are_as_sure_as_they_say() {
    assert_no_faults(|rule| {
        let states_precision = rule.measured.contains("precision") || rule.measured.contains("right");
        let safe = rule.fix.is_some() && rule.safety == Safety::Safe;
        broken(&[
            (!safe || states_precision, "a safe fix needs a stated precision in `measured`"),
            (!safe || rule.severity > Severity::Info, "what is worth a note only is not deleted unseen"),
            (rule.fix.is_some() || rule.safety != Safety::Safe, "`safety` without `fix`"),
        ])
    });
}

#[test]
fn what_is_often_wrong_is_a_note() {
    assert_no_faults(|rule| {
        let stated = rule.measured.split_once("precision ").map(|(_, rest)| rest.split([' ', ',', ';']).next());
        let Some(Some(number)) = stated else { return Vec::new() };
        match number.parse::<f64>() {
            Err(_) => vec![format!("`{number}` behind `precision` is no number")],
            Ok(precision) if !(0.0..=1.0).contains(&precision) => vec![format!("no precision: {precision}")],
            Ok(precision) if precision < LOWEST_PRECISION && rule.severity > Severity::Info => {
                vec![format!("precision {precision} at level {}", rule.severity.name())]
            }
            Ok(_) => Vec::new(),
        }
    });
}
