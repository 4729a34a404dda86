//! `newslint config`: the effective configuration for a path, and who says so.

use std::fmt::Write as _;
use std::path::Path;

use super::input::INPUT_TABLES;
use super::layer::Ignored;
use super::levels::{Setting, level_name};
use super::settings::Settings;
use crate::finding::fingerprint_text;
use crate::input::records::FormatOptions;
use crate::report::escape::visible;
use crate::ruleset::options::OptionValue;

/// The configuration for an absolute path, as TOML whose comments say where each value comes from.
#[must_use]
pub fn show(settings: &Settings, path: &Path, shown: &str) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "# The configuration for {}", visible(shown));
    if settings.layers().is_empty() {
        out.push_str("# no lint.toml was found: built-in defaults\n");
    }
    for layer in settings.layers() {
        let _ = writeln!(out, "# from {}", visible(&layer.path.display().to_string()));
    }
    let (select, setting) = settings.select();
    let _ = writeln!(out, "\nselect = {}  # {}", list(select.iter().map(|selector| selector.name())), origin(setting));
    let _ = writeln!(out, "ignore = {}", list(settings.ignore().iter().map(|selector| selector.name())));
    out.push_str("exclude = [");
    for pattern in settings.layers().iter().flat_map(|layer| &layer.exclude) {
        let _ = write!(out, "\n    {},  # {}", quoted(&pattern.text), pattern.place);
    }
    let any = settings.layers().iter().any(|layer| !layer.exclude.is_empty());
    out.push_str(if any { "\n]\n" } else { "]\n" });
    if settings.is_excluded(path, path.is_dir()) {
        out.push_str("# this path is excluded\n");
    }
    if let Some(path) = settings.baseline() {
        let _ = writeln!(out, "baseline = {}", quoted(&path.display().to_string()));
    }
    if let Some(level) = settings.fail_on() {
        let _ = writeln!(out, "\n[gate]\nfail-on = \"{}\"", level.map_or("never", crate::finding::Severity::name));
    }
    let budgets = settings.budgets();
    if !budgets.is_empty() {
        out.push_str("\n[gate.max-per-1000-documents]\n");
        for (selector, most) in budgets {
            let _ = writeln!(out, "{} = {most}", quoted(selector.name()));
        }
    }
    out.push_str("\n[severity]\n");
    for (rule, (level, setting)) in settings.rules().rules().iter().zip(settings.levels_with_settings(path)) {
        let _ = writeln!(out, "\"{}\" = \"{}\"  # {}", rule.id, level_name(level), origin(&setting));
    }
    for (rule, options) in settings.rules().rules().iter().zip(settings.options()) {
        for (index, (name, value)) in options.iter().enumerate() {
            if index == 0 {
                let _ = writeln!(out, "\n[rule.\"{}\"]", rule.id);
            }
            let changes = settings.layers().iter().rev().flat_map(|layer| &layer.options);
            let mut said = changes.filter(|change| change.rule == rule.id && change.name == name);
            let setting = said.next().map_or(&Setting::Default, |change| &change.setting);
            let _ = writeln!(out, "{name} = {}  # {}", value_text(value), origin(setting));
        }
    }
    for name in INPUT_TABLES {
        let layers = || settings.layers().iter().flat_map(|layer| layer.input.tables());
        let mut options = FormatOptions::default();
        for (_, more) in layers().filter(|(known, _)| *known == name) {
            options.names.extend(&more.names);
            options.delimiter = more.delimiter.or(options.delimiter);
        }
        if options != FormatOptions::default() {
            let _ = writeln!(out, "\n[input.{name}]");
            for (field, value) in options.names.iter() {
                let _ = writeln!(out, "{} = {}", field.key(), quoted(value));
            }
            if let Some(delimiter) = options.delimiter {
                let _ = writeln!(out, "delimiter = {}", quoted(&char::from(delimiter).to_string()));
            }
        }
    }
    let names = || settings.layers().iter().map(|layer| &layer.names);
    if names().any(|names| !names.accept.is_empty() || names.people.is_some()) {
        let accept = names().flat_map(|names| &names.accept).map(String::as_str);
        let _ = writeln!(out, "\n[names]\naccept = {}", list(accept));
        for (people, _) in names().filter_map(|names| names.people.as_ref()) {
            let _ = writeln!(out, "people = {}", quoted(&people.display().to_string()));
        }
    }
    for entry in settings.ignore_text() {
        let _ = writeln!(out, "\n[[ignore-text]]  # {}", entry.path.place);
        let _ = writeln!(out, "path = {}", quoted(&entry.path.text));
        let _ = writeln!(out, "rule = {}", quoted(entry.rule.name()));
        let _ = match &entry.what {
            Ignored::Text(text) => writeln!(out, "text = {}", quoted(text)),
            Ignored::Fingerprint(digits) => writeln!(out, "fingerprint = {}", quoted(fingerprint_text(digits))),
        };
    }
    out
}

fn origin(setting: &Setting) -> &str {
    match setting {
        Setting::Default => "default",
        Setting::File(place) => place,
        Setting::CommandLine => "command line",
    }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn list<'t>(names: impl Iterator<Item = &'t str>) -> String {
    format!("[{}]", names.map(quoted).collect::<Vec<_>>().join(", "))
}

fn value_text(value: &OptionValue) -> String {
    match value {
        OptionValue::Integer(number) => number.to_string(),
        OptionValue::Boolean(truth) => truth.to_string(),
        OptionValue::Strings(texts) => list(texts.iter().map(String::as_str)),
    }
}
