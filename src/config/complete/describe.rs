//! Rules, families and keys in Markdown, for people who write a configuration.

use std::fmt::Write as _;

use super::node::{Names, Node};
use crate::ruleset::{Rule, RuleSet};

/// What a name stands for that configuration writes: a rule, a family, or all.
pub fn named(name: &str, names: Names, rules: &RuleSet) -> Option<String> {
    if names == Names::Selectors {
        if let Some(found) = rules.get(name) {
            return Some(rule(found));
        }
        if name == "all" {
            return Some(format!("**all** {} rules", rules.rules().len()));
        }
    }
    rules.families().contains(&name).then(|| family(name, rules))
}

/// A rule: what it finds, why, how well, and its options.
#[must_use]
pub fn rule(rule: &Rule) -> String {
    let file = &rule.file;
    let mut out = format!("**{}** ({}", rule.id, file.severity.name());
    if let Some(fix) = file.fix {
        let _ = write!(out, "; fix: {}, {}", fix.name(), file.safety.name());
    }
    let _ = write!(out, ")\n\n{}.\n\n{}", file.summary.trim_end_matches('.'), file.why);
    if !file.measured.is_empty() {
        let _ = write!(out, "\n\nMeasured: {}.", file.measured.trim_end_matches('.'));
    }
    if !file.options.is_empty() {
        out.push_str("\n\nOptions:\n");
    }
    for option in &file.options {
        let _ = write!(out, "\n- `{}` ({}): {}", option.name, option.kind.words(), option.description);
    }
    out
}

/// A family with its rules.
fn family(name: &str, rules: &RuleSet) -> String {
    let members = rules.rules().iter().filter(|rule| rule.id.family() == name);
    members.fold(format!("**{name}**, {}\n", size(name, rules)), |mut out, rule| {
        let _ = write!(out, "\n- `{}` ({}): {}", rule.id, rule.file.severity.name(), rule.file.summary);
        out
    })
}

/// How large a family is.
pub fn size(family: &str, rules: &RuleSet) -> String {
    match rules.rules().iter().filter(|rule| rule.id.family() == family).count() {
        1 => "a family of one rule".to_owned(),
        count => format!("a family of {count} rules"),
    }
}

/// A key: what it takes and what it is for.
pub fn key(name: &str, node: Node<'_>) -> String {
    format!("**{name}** ({})\n\n{}", node.takes(), node.description()).trim_end().to_owned()
}
