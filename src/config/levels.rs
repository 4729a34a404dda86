//! Which rules are on, and how severe: `select`, `ignore` and `[severity]`.

use crate::finding::Severity;
use crate::ruleset::{RuleId, RuleSet};
use crate::suggest::nearest;

/// A rule, a family, or all rules, as configuration names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selector {
    /// Every rule.
    All,
    /// Every rule of a family.
    Family(&'static str),
    /// One rule.
    Rule(RuleId),
}

impl Selector {
    /// Finds what a name stands for.
    ///
    /// # Errors
    /// A message and, where a near name exists, a suggestion.
    pub fn parse(name: &str, rules: &RuleSet) -> Result<Selector, (String, Option<String>)> {
        if name == "all" {
            return Ok(Selector::All);
        }
        if let Some(family) = rules.families().into_iter().find(|family| *family == name) {
            return Ok(Selector::Family(family));
        }
        if let Some(rule) = rules.get(name) {
            return Ok(Selector::Rule(rule.id));
        }
        let kind = if name.contains('/') { "rule" } else { "rule or family" };
        let names = rules.rules().iter().map(|rule| rule.id.as_str()).chain(rules.families()).chain(["all"]);
        // A rule named without its family is the likeliest slip of all.
        let unqualified = rules.rules().iter().find(|rule| rule.id.as_str().ends_with(&format!("/{name}")));
        let near = unqualified.map(|rule| rule.id.as_str()).or_else(|| nearest(name, names));
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`newslint rules` lists them all".to_owned(),
        };
        Err((format!("there is no {kind} `{name}`"), Some(help)))
    }

    /// The name, as configuration writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Selector::All => "all",
            Selector::Family(family) => family,
            Selector::Rule(rule) => rule.as_str(),
        }
    }

    /// How closely the selector names the rule: 1 all, 2 family, 3 the rule itself; `None` when it
    /// does not cover it.
    fn closeness(self, rule: RuleId) -> Option<u8> {
        match self {
            Selector::All => Some(1),
            Selector::Family(family) => (family == rule.family()).then_some(2),
            Selector::Rule(id) => (id == rule).then_some(3),
        }
    }
}

/// The level that a selector is given; `None` turns rules off.
pub type Level = Option<Severity>;

/// Parses `off`, `info`, `warning` or `error`.
#[must_use]
pub fn parse_level(name: &str) -> Option<Level> {
    if name == "off" { Some(None) } else { Severity::from_name(name).map(Some) }
}

/// The words of [`parse_level`].
pub const LEVEL_NAMES: [&str; 4] = ["off", "info", "warning", "error"];

/// The word for a level.
#[must_use]
pub fn level_name(level: Level) -> &'static str {
    level.map_or("off", Severity::name)
}

/// Where a setting comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting {
    /// The rule's own file, or newslint itself.
    Default,
    /// A line of a configuration file.
    File(String),
    /// The command line.
    CommandLine,
}

/// A setting of a level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LevelChange {
    /// For which rules.
    pub selector: Selector,
    /// The level.
    pub level: Level,
    /// Who says so.
    pub setting: Setting,
}

/// Whether a rule is selected: the selector that names it most closely decides, and `ignore` wins
/// against a `select` as close.
#[must_use]
pub fn is_selected(rule: RuleId, select: &[Selector], ignore: &[Selector]) -> bool {
    let closest = |selectors: &[Selector]| selectors.iter().filter_map(|selector| selector.closeness(rule)).max();
    closest(select) > closest(ignore)
}

/// Applies a group of changes to a level. Of the changes that cover the rule the closest holds, and
/// of equally close ones the last.
pub fn apply(rule: RuleId, level: &mut Level, setting: &mut Setting, changes: &[LevelChange]) {
    let covering = changes.iter().filter_map(|change| Some((change.selector.closeness(rule)?, change)));
    if let Some((_, change)) = covering.max_by_key(|(closeness, _)| *closeness) {
        *level = change.level;
        *setting = change.setting.clone();
    }
}
