//! What a configuration makes of the rules for some files.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use xxhash_rust::xxh3::xxh3_128;

use crate::finding::Severity;
use crate::lexicon::Lexicon;
use crate::ruleset::options::OptionValues;
use crate::ruleset::{Rule, RuleSet, Source};

/// What a configuration says of each rule, in the order of [`RuleSet::rules`].
#[derive(Clone, Debug)]
pub struct Profile {
    /// The severity of each rule; `None` turns it off.
    pub(super) levels: Vec<Option<Severity>>,
    /// The values of each rule's options.
    pub(super) options: Vec<OptionValues>,
    /// Which rules are looked at as evidence, whether their findings are wanted or not: what a line
    /// is does not depend on what the user asks for.
    pub(super) gives_evidence: Vec<bool>,
    /// What `[names]` says.
    pub(super) names: NameSettings,
    /// The rules with code that have anything to do, by [`Stage`].
    pub(super) checks: [Vec<usize>; STAGES.len()],
    fingerprint: OnceLock<u128>,
}

/// What `[names]` in lint.toml says.
#[derive(Clone, Debug, Default)]
pub struct NameSettings {
    /// Forms that are right, whatever the rules of the family `names` think.
    pub accept: Vec<String>,
    /// The built-in lexicon with the people of `people`, where that is set.
    pub lexicon: Option<&'static Lexicon>,
}

/// When a rule with code runs. What the rules of a stage share is let go behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Most rules.
    Usual,
    /// Those of the family `duplicates`, which can find something in each line of a large text: behind those that
    /// share the names, so that not all findings and all names are held at a time.
    OfCopies,
    /// Those that need evidence.
    OnEvidence,
}

const STAGES: [Stage; 3] = [Stage::Usual, Stage::OfCopies, Stage::OnEvidence];

impl Stage {
    fn of(rule: &Rule) -> Stage {
        match (rule.file.evidence.is_empty(), rule.id.family()) {
            (false, _) => Stage::OnEvidence,
            (true, "duplicates") => Stage::OfCopies,
            (true, _) => Stage::Usual,
        }
    }
}

impl Profile {
    /// A profile of these levels and options, one for each rule of the set.
    #[must_use]
    pub fn new(rules: &RuleSet, levels: Vec<Option<Severity>>, options: Vec<OptionValues>) -> Profile {
        let on = rules.rules().iter().zip(&levels).filter(|(_, level)| level.is_some());
        let needed: BTreeSet<&str> = on
            .flat_map(|(rule, _)| {
                let near = rule.file.matching.iter().filter_map(|matching| matching.near.as_ref());
                rule.file.evidence.iter().chain(near.map(|near| &near.family)).map(String::as_str)
            })
            .collect();
        // Captions and bylines say nothing of a line's neighbours, so rules of level `info` are none.
        let gives_evidence = |rule: &Rule| rule.file.severity > Severity::Info && needed.contains(rule.id.family());
        let gives_evidence: Vec<bool> = rules.rules().iter().map(gives_evidence).collect();
        let checks = STAGES.map(|stage| {
            let is_due = |(index, rule): &(usize, &Rule)| {
                rule.check.is_some() && Stage::of(rule) == stage && (levels[*index].is_some() || gives_evidence[*index])
            };
            rules.rules().iter().enumerate().filter(is_due).map(|(index, _)| index).collect()
        });
        let (names, fingerprint) = (NameSettings::default(), OnceLock::new());
        Profile { levels, options, gives_evidence, names, checks, fingerprint }
    }

    /// The same profile with what `[names]` says.
    #[must_use]
    pub fn with_names(mut self, names: NameSettings) -> Profile {
        self.names = names;
        self.fingerprint = OnceLock::new();
        self
    }

    /// Whether the rule of this index in the set is on.
    #[must_use]
    pub fn is_on(&self, rule: usize) -> bool {
        self.levels[rule].is_some()
    }

    /// A hash of everything besides the document that linting with this profile depends on in one build
    /// of newslint. `rules` is the set that the profile was made for.
    #[must_use]
    pub fn fingerprint(&self, rules: &RuleSet) -> u128 {
        *self.fingerprint.get_or_init(|| {
            let of_rule = |((rule, level), options): ((&Rule, &Option<Severity>), &OptionValues)| {
                // What the built-in rules' files say is a part of the build.
                let own = (rule.source != Source::BuiltIn).then(|| rule.file.clone());
                (rule.id.as_str(), own, *level, options.clone())
            };
            let rules = rules.rules().iter().zip(&self.levels).zip(&self.options).map(of_rule);
            let rules: Vec<_> = rules.collect();
            let people = self.names.lexicon.map(Lexicon::own_people);
            let all = (rules, &self.gives_evidence, &self.names.accept, people);
            xxh3_128(&postcard::to_stdvec(&all).expect("memory takes all bytes, and all lengths are known"))
        })
    }

    /// Every rule on, as its file has it.
    #[must_use]
    pub fn defaults(rules: &RuleSet) -> Profile {
        Profile::with_defaults(rules, |_| true)
    }

    /// The rules that `is_on` picks, as their files have them.
    #[must_use]
    pub fn with_defaults(rules: &RuleSet, is_on: impl Fn(&Rule) -> bool) -> Profile {
        let levels = rules.rules().iter().map(|rule| is_on(rule).then_some(rule.file.severity)).collect();
        let options = rules.rules().iter().map(|rule| OptionValues::defaults(&rule.file)).collect();
        Profile::new(rules, levels, options)
    }
}
