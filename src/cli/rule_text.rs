//! One rule in words, for `newslint explain`, `newslint rules` and docs/rules.md.

use std::fmt::Write as _;

use newslint::report::escape::push_visible;
use newslint::ruleset::Rule;
use newslint::ruleset::rule_file::OptionKind;
use serde_json::{Value, json};

/// How a rule's fix is called in lists.
pub fn fix_name(rule: &Rule) -> &'static str {
    if rule.file.fix.is_some() { rule.file.safety.name() } else { "-" }
}

/// The rule for programs.
pub fn object(rule: &Rule) -> Value {
    let options: Vec<_> = rule
        .file
        .options
        .iter()
        .map(|option| {
            let (kind, default) = match &option.kind {
                OptionKind::Integer { default, .. } => ("integer", json!(default)),
                OptionKind::Boolean { default } => ("boolean", json!(default)),
                OptionKind::Strings { default } => ("strings", json!(default)),
            };
            json!({ "name": option.name, "type": kind, "default": default, "description": option.description })
        })
        .collect();
    let examples: Vec<_> = rule
        .file
        .examples
        .iter()
        .map(|example| json!({ "text": example.text, "flags": example.flags, "fixed": example.fixed }))
        .collect();
    json!({
        "rule": rule.id.as_str(),
        "family": rule.id.family(),
        "summary": rule.file.summary,
        "severity": rule.file.severity,
        "fix": rule.file.fix,
        "safety": rule.file.fix.map(|_| rule.file.safety),
        "why": rule.file.why,
        "measured": rule.file.measured,
        "options": options,
        "examples": examples,
    })
}

/// The rule for people.
pub fn text(rule: &Rule) -> String {
    let mut out = format!("{}\n\n{}.\n\n", rule.id, rule.file.summary);
    let _ = writeln!(out, "Severity: {}", rule.file.severity.name());
    if let Some(fix) = rule.file.fix {
        let _ = writeln!(out, "Fix:      {} ({})", fix.name(), fix_name(rule));
    }
    if !rule.file.measured.is_empty() {
        let _ = writeln!(out, "Measured: {}", rule.file.measured);
    }
    let _ = write!(out, "\n{}\n", rule.file.why);
    if !rule.file.options.is_empty() {
        out.push_str("\nOptions, set in lint.toml:\n");
        let _ = writeln!(out, "  [rule.\"{}\"]", rule.id);
        for option in &rule.file.options {
            let _ = writeln!(out, "  {}  ({})\n      {}", option.name, option.kind.words(), option.description);
        }
    }
    for (title, flagged) in [("Flags", true), ("Leaves alone", false)] {
        let examples: Vec<_> =
            rule.file.examples.iter().filter(|example| example.flags.is_empty() != flagged).collect();
        if !examples.is_empty() {
            let _ = write!(out, "\n{title}:\n");
        }
        for example in examples {
            for (index, line) in example.text.lines().enumerate() {
                out.push_str(if index == 0 { "  | " } else { "    " });
                line.chars().for_each(|c| push_visible(&mut out, c));
                out.push('\n');
            }
        }
    }
    let _ =
        writeln!(out, "\nTo turn it off: newslint check --ignore {0}, or in lint.toml: ignore = [\"{0}\"]", rule.id);
    out
}
