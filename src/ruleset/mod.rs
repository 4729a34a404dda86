//! The rules: their files, read; the shared matcher for those that match by wording; the code of
//! the others.

pub mod examples;
mod load;
pub mod matching;
pub mod options;
pub mod rule_file;
mod rule_id;
pub mod schema;

use std::collections::HashMap;
use std::path::PathBuf;

pub use load::{read_folder, read_rule};
pub use rule_id::RuleId;

use crate::checks::{self, Check};
use matching::Matcher;
use rule_file::RuleFile;

/// Where a rule comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// It is part of newslint.
    BuiltIn,
    /// It was read from this file.
    File(PathBuf),
}

/// A rule: its file, and its code if it has any.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its name.
    pub id: RuleId,
    /// What its file states.
    pub file: RuleFile,
    /// Its code; rules that match by wording have none.
    pub check: Option<Check>,
    /// Where it comes from.
    pub source: Source,
}

/// A set of rules, ready to run. Rules are sorted by id.
#[derive(Debug)]
pub struct RuleSet {
    rules: Vec<Rule>,
    by_id: HashMap<RuleId, usize>,
    matcher: Matcher,
}

impl RuleSet {
    /// The rules that are part of newslint.
    #[must_use]
    pub fn built_in() -> RuleSet {
        let (rules, targets) = load::built_in();
        let matcher = Matcher::with_targets(rules.iter().map(|rule| &rule.file), targets);
        RuleSet::ready(rules, matcher)
    }

    /// The built-in rules and some of the user's own. A rule of the user's own replaces the
    /// built-in rule of the same name.
    #[must_use]
    pub fn with(own: Vec<Rule>) -> RuleSet {
        if own.is_empty() {
            return RuleSet::built_in();
        }
        let (mut rules, _) = load::built_in();
        for rule in own {
            match rules.iter_mut().find(|known| known.id == rule.id) {
                Some(known) => *known = rule,
                None => rules.push(rule),
            }
        }
        RuleSet::of(rules)
    }

    /// These rules alone.
    #[must_use]
    pub fn of(mut rules: Vec<Rule>) -> RuleSet {
        rules.sort_by_key(|rule| rule.id);
        let matcher = Matcher::new(rules.iter().map(|rule| &rule.file));
        RuleSet::ready(rules, matcher)
    }

    fn ready(rules: Vec<Rule>, matcher: Matcher) -> RuleSet {
        let by_id = rules.iter().enumerate().map(|(index, rule)| (rule.id, index)).collect();
        RuleSet { rules, by_id, matcher }
    }

    /// All rules, sorted by id.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Rule> {
        self.by_id.get(name).map(|index| &self.rules[*index])
    }

    /// The place of a rule among [`RuleSet::rules`].
    #[must_use]
    pub fn index_of(&self, id: RuleId) -> Option<usize> {
        self.by_id.get(&id).copied()
    }

    /// The families, sorted.
    #[must_use]
    pub fn families(&self) -> Vec<&'static str> {
        let mut families: Vec<_> = self.rules.iter().map(|rule| rule.id.family()).collect();
        families.dedup();
        families
    }

    /// The shared matcher.
    #[must_use]
    pub fn matcher(&self) -> &Matcher {
        &self.matcher
    }
}

/// The code of a rule, by its name.
fn code_of(id: &str) -> Option<Check> {
    checks::CHECKS.binary_search_by_key(&id, |(name, _)| name).ok().map(|index| checks::CHECKS[index].1)
}
