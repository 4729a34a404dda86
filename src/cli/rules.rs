//! `newslint rules`: lists the rules, or runs the examples in rule files.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use newslint::config::ConfigError;
use newslint::config::levels::{Level, Setting, level_name};
use newslint::files::Files;
use newslint::ruleset::examples::{self, Failure};
use newslint::ruleset::rule_file::FixKind;
use newslint::ruleset::{RuleSet, Source, read_folder};
use serde_json::json;

use super::stderr::{Messages, write as write_stderr};
use super::{ColorWhen, ConfigurationArguments, FAILED, FINDINGS, ListFormat, print, rule_text};

/// Options of `newslint rules`.
#[derive(Args)]
#[command(after_help = "\
Examples:
  newslint rules                          list the rules
  newslint rules --format json            the same for programs
  newslint rules --test                   run the examples of the built-in rules
  newslint rules --test house-rules       run those of your own rule files")]
pub struct RulesArguments {
    #[command(flatten)]
    configuration: ConfigurationArguments,
    /// How to print the list
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: ListFormat,
    /// Run the examples in rule files: those of a folder, or the built-in ones
    #[arg(long, value_name = "FOLDER")]
    test: Option<Option<PathBuf>>,
}

/// Runs the command; the result is the exit status.
pub fn run(arguments: &RulesArguments, color: ColorWhen) -> u8 {
    let messages = Messages::new(color);
    if let Some(folder) = &arguments.test {
        return test(folder.as_deref(), messages);
    }
    let (settings, levels) = match arguments.configuration.resolver().and_then(|resolver| {
        let folder = resolver.absolute(Path::new("."));
        let settings = resolver.for_folder(&folder).map_err(|errors| vec![ConfigError::Several(errors)])?;
        let levels = settings.levels_with_settings(&folder);
        Ok((settings, levels))
    }) {
        Ok(found) => found,
        Err(errors) => {
            write_stderr(&messages.config_errors(&errors));
            return FAILED;
        }
    };
    let rules = settings.rules();
    let text = match arguments.format {
        ListFormat::Text => table(rules, &levels),
        ListFormat::Json => {
            let list: Vec<_> = rules.rules().iter().map(rule_text::object).collect();
            format!("{}\n", json!(list))
        }
        ListFormat::Markdown => markdown(rules),
    };
    print(text.as_bytes())
}

/// The rules with the severities that hold in this folder.
fn table(rules: &RuleSet, levels: &[(Level, Setting)]) -> String {
    let width = rules.rules().iter().map(|rule| rule.id.as_str().len()).max().unwrap_or(0);
    let mut out = format!("{:<width$}  {:<8}  {:<6}  summary\n", "rule", "severity", "fix");
    for (rule, (level, _)) in rules.rules().iter().zip(levels) {
        let (id, severity) = (rule.id.as_str(), level_name(*level));
        let _ = writeln!(out, "{id:<width$}  {severity:<8}  {:<6}  {}", rule_text::fix_name(rule), rule.file.summary);
    }
    out
}

/// docs/rules.md.
fn markdown(rules: &RuleSet) -> String {
    let mut out = String::from(
        "# Rules\n\nMade from the files in `rules/` by `newslint rules --format markdown`; a test keeps it fresh.\n",
    );
    for family in rules.families() {
        let _ = write!(out, "\n## {family}\n");
        for rule in rules.rules().iter().filter(|rule| rule.id.family() == family) {
            let _ = write!(out, "\n### {}\n\n{}. Severity: {}.", rule.id, rule.file.summary, rule.file.severity.name());
            let fix = match rule.file.fix {
                Some(FixKind::DeleteLine) => " Fix: deletes the line",
                Some(FixKind::Delete) => " Fix: deletes it",
                Some(FixKind::Replace) => " Fix: replaces it",
                None => "",
            };
            if !fix.is_empty() {
                let _ = write!(out, "{fix} ({}).", rule.file.safety.name());
            }
            let _ = write!(out, "\n\n{}\n", rule.file.why);
            if !rule.file.measured.is_empty() {
                let _ = write!(out, "\nMeasured: {}.\n", rule.file.measured.trim_end_matches('.'));
            }
            for option in &rule.file.options {
                let _ = write!(out, "\n- `{}` ({}): {}\n", option.name, option.kind.words(), option.description);
            }
        }
    }
    out
}

/// Runs the examples of the rules in a folder, or of the built-in rules.
fn test(folder: Option<&Path>, messages: Messages) -> u8 {
    let mut errors = Vec::new();
    let rules = match folder {
        Some(folder) => {
            let (rules, broken) = read_folder(folder, &Files::on_disk());
            errors.extend(broken.into_iter().map(ConfigError::from));
            if rules.is_empty() && errors.is_empty() {
                write_stderr(&messages.error(&format!("no rule files below {}", folder.display())));
                return FAILED;
            }
            RuleSet::with(rules)
        }
        None => RuleSet::built_in(),
    };
    write_stderr(&messages.config_errors(&errors));
    let (mut count, mut failures) = (0, 0);
    for rule in rules.rules().iter().filter(|rule| folder.is_none() || rule.source != Source::BuiltIn) {
        count += rule.file.examples.len();
        let failed = examples::run(&rules, rule);
        failures += failed.len();
        match &rule.source {
            Source::File(path) => {
                let text = std::fs::read_to_string(path).unwrap_or_default();
                // Somebody may have cut the file meanwhile.
                let failed = failed.into_iter().filter(|failure| text.is_char_boundary(failure.place));
                let problems: Vec<_> = failed.map(Failure::problem).collect();
                write_stderr(&messages.problems(path, &text, &problems));
            }
            Source::BuiltIn => {
                for failure in failed {
                    write_stderr(&messages.error(&format!("{}: {}", rule.id, failure.message)));
                }
            }
        }
    }
    let status = print(format!("{count} examples, {failures} failed\n").as_bytes());
    match (errors.is_empty(), failures) {
        (false, _) => FAILED,
        (true, 0) => status,
        (true, _) => FINDINGS,
    }
}
