//! One lint.toml, read and checked against the rules that there are.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use toml::Spanned;

use super::globs::PathPattern;
use super::input::InputLayer;
use super::levels::{LEVEL_NAMES, LevelChange, Selector, Setting, parse_level};
use crate::finding::{Fingerprint, Severity, parse_fingerprint};
use crate::ruleset::options::OptionValue;
use crate::ruleset::rule_file::OptionKind;
use crate::ruleset::{RuleId, RuleSet};
use crate::toml_source::{Problem, Table, Word, read_file};

/// `[[override]]`: other levels for some paths.
#[derive(Debug)]
pub struct Override {
    /// The paths.
    pub paths: Vec<PathPattern>,
    /// The levels.
    pub levels: Vec<LevelChange>,
}

/// `[[ignore-text]]`: a finding that is right to leave.
#[derive(Debug)]
pub struct IgnoreText {
    /// The file.
    pub path: PathPattern,
    /// The same as an absolute path, where it can be only one.
    pub only_path: Option<PathBuf>,
    /// The rule, or its family, or all.
    pub rule: Selector,
    /// What tells the finding from others of the rule.
    pub what: Ignored,
    /// Where the entry stands: `file:line`.
    pub place: String,
    /// What became of it in this run.
    pub usage: Usage,
}

/// What an `[[ignore-text]]` entry knows a finding by.
#[derive(Debug)]
pub enum Ignored {
    /// The text of its span.
    Text(String),
    /// Its fingerprint.
    Fingerprint(Fingerprint),
}

/// Whether an entry was of use in a run.
#[derive(Debug, Default)]
pub struct Usage {
    /// A finding was ignored by it.
    pub used: AtomicBool,
    /// A file that its path matches was linted by all of its rules.
    pub tried: AtomicBool,
    /// That file is the only one that the path can mean.
    pub tried_all: AtomicBool,
}

/// `[gate]`: when a run fails.
#[derive(Debug, Default)]
pub struct Gate {
    /// The lowest level that fails a run; `Some(None)` is `never`.
    pub fail_on: Option<Option<Severity>>,
    /// Most findings for each thousand documents, by rule or family.
    pub budgets: Vec<(Selector, u32)>,
}

/// A value of an option of a rule, with its place.
#[derive(Debug)]
pub struct OptionChange {
    /// The rule.
    pub rule: RuleId,
    /// The option.
    pub name: String,
    /// Its value.
    pub value: OptionValue,
    /// Who says so.
    pub setting: Setting,
}

/// What one lint.toml says.
#[derive(Debug)]
pub struct Layer {
    /// The file, as an absolute path.
    pub path: PathBuf,
    /// `rules`: folders with rule files, as absolute paths.
    pub rule_folders: Vec<PathBuf>,
    /// `select`, where it is set.
    pub select: Option<Vec<Selector>>,
    /// `ignore`.
    pub ignore: Vec<Selector>,
    /// Where `select` and `ignore` stand.
    pub select_place: Option<String>,
    /// `baseline`, as an absolute path.
    pub baseline: Option<PathBuf>,
    /// `exclude`.
    pub exclude: Vec<PathPattern>,
    /// `[severity]`.
    pub levels: Vec<LevelChange>,
    /// `[rule."…"]`.
    pub options: Vec<OptionChange>,
    /// `[[override]]`.
    pub overrides: Vec<Override>,
    /// `[[ignore-text]]`.
    pub ignore_text: Vec<IgnoreText>,
    /// `[gate]`.
    pub gate: Gate,
    /// `[input]`.
    pub input: InputLayer,
    /// `[names]`.
    pub names: Names,
}

/// `[names]`: what the user knows of names.
#[derive(Debug, Default)]
pub struct Names {
    /// Forms that are never flagged.
    pub accept: Vec<String>,
    /// A list of people, as an absolute path, with its place in the configuration.
    pub people: Option<(PathBuf, Word)>,
}

/// The levels of `fail-on`.
pub const FAIL_ON_NAMES: [&str; 4] = ["never", "info", "warning", "error"];

/// Parses `never`, `info`, `warning` or `error`.
#[must_use]
pub fn parse_fail_on(name: &str) -> Option<Option<Severity>> {
    if name == "never" { Some(None) } else { Severity::from_name(name).map(Some) }
}

/// What has to be known of a configuration file before the rest of it can be checked.
pub struct Preamble {
    /// `extends`: other configuration files.
    pub extends: Vec<Word>,
    /// `rules`: folders with rule files.
    pub rules: Vec<Word>,
}

/// Reads `extends` and `rules` ahead of everything else.
#[must_use]
pub fn preamble(text: &str) -> Preamble {
    crate::toml_source::peek(text, |table| Preamble {
        extends: table.strings("extends").unwrap_or_default(),
        rules: table.strings("rules").unwrap_or_default(),
    })
}

/// How far the rules are known against which a file is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// All of them: a name that is none of them is wrong.
    All,
    /// Some could not be read, and an unknown name may be theirs.
    Some,
}

/// Reads a whole configuration file.
///
/// # Errors
/// Every mistake in it, with its place.
pub fn read(path: &Path, shown: &str, text: &str, rules: &RuleSet, known: Known) -> Result<Layer, Vec<Problem>> {
    let reader = Reader { text, shown, root: path.parent().unwrap_or(Path::new("/")), rules, known };
    read_file(text, |table| reader.layer(path, table))
}

struct Reader<'a> {
    text: &'a str,
    shown: &'a str,
    root: &'a Path,
    rules: &'a RuleSet,
    known: Known,
}

impl Reader<'_> {
    fn layer(&self, path: &Path, table: &Table<'_>) -> Layer {
        // Both were read before, and their targets checked.
        let (_, rules) = (table.strings("extends"), table.strings("rules").unwrap_or_default());
        let select = table.strings("select");
        let select_place = select.as_ref().and_then(|select| select.first()).map(|word| self.place(word));
        Layer {
            path: path.to_owned(),
            rule_folders: rules.iter().map(|folder| self.root.join(folder.get_ref())).collect(),
            select: select.map(|words| self.selectors(&words, table)),
            ignore: self.selectors(&table.strings("ignore").unwrap_or_default(), table),
            select_place,
            baseline: table.string("baseline").map(|word| self.root.join(word.get_ref())),
            exclude: self.patterns(&table.strings("exclude").unwrap_or_default(), table),
            levels: table.table("severity", |table| self.levels(table)).unwrap_or_default(),
            options: table.table("rule", |table| self.options(table)).unwrap_or_default(),
            overrides: table.tables("override", |table| Override {
                paths: self.patterns(&required_strings(table, "paths"), table),
                levels: table.table("severity", |table| self.levels(table)).unwrap_or_default(),
            }),
            ignore_text: table.tables("ignore-text", |table| self.ignore_text(table)).into_iter().flatten().collect(),
            gate: table.table("gate", |table| self.gate(table)).unwrap_or_default(),
            input: table.table("input", InputLayer::read).unwrap_or_default(),
            names: table.table("names", |table| self.names(table)).unwrap_or_default(),
        }
    }

    fn place<T>(&self, word: &Spanned<T>) -> String {
        let before = self.text.get(..word.span().start).unwrap_or_default();
        format!("{}:{}", self.shown, before.matches('\n').count() + 1)
    }

    fn selector(&self, word: &Word, table: &Table<'_>) -> Option<Selector> {
        let parsed = Selector::parse(word.get_ref(), self.rules);
        if let (Err((message, help)), Known::All) = (&parsed, self.known) {
            table.problems().add_with_help(word.span(), message, help.clone());
        }
        parsed.ok()
    }

    fn selectors(&self, words: &[Word], table: &Table<'_>) -> Vec<Selector> {
        words.iter().filter_map(|word| self.selector(word, table)).collect()
    }

    fn patterns(&self, words: &[Word], table: &Table<'_>) -> Vec<PathPattern> {
        let compile = |word: &Word| {
            PathPattern::new(word.get_ref(), self.place(word), self.root)
                .map_err(|error| table.problems().add(word.span(), format!("not a path pattern: {error}")))
                .ok()
        };
        words.iter().filter_map(compile).collect()
    }

    fn levels(&self, table: &Table<'_>) -> Vec<LevelChange> {
        let mut changes = Vec::new();
        for name in table.names() {
            let selector = self.selector(&name, table);
            let level = table.choice(name.get_ref(), &LEVEL_NAMES, parse_level);
            if let (Some(selector), Some(level)) = (selector, level) {
                changes.push(LevelChange { selector, level, setting: Setting::File(self.place(&name)) });
            }
        }
        changes
    }

    fn options(&self, table: &Table<'_>) -> Vec<OptionChange> {
        let mut changes = Vec::new();
        for name in table.names() {
            let rule = match self.selector(&name, table) {
                Some(Selector::Rule(rule)) => self.rules.get(rule.as_str()),
                Some(_) => {
                    table.problems().add(name.span(), "options belong to one rule, not to a family");
                    None
                }
                None => None,
            };
            table.table(name.get_ref(), |table| match rule {
                Some(rule) => {
                    for option in &rule.file.options {
                        let place = table.names().into_iter().find(|key| *key.get_ref() == option.name);
                        let value = match &option.kind {
                            OptionKind::Integer { least, .. } => {
                                table.count(&option.name, *least).map(OptionValue::Integer)
                            }
                            OptionKind::Boolean { .. } => table.boolean(&option.name).map(OptionValue::Boolean),
                            OptionKind::Strings { .. } => table
                                .strings(&option.name)
                                .map(|words| OptionValue::Strings(words.into_iter().map(Word::into_inner).collect())),
                        };
                        if let (Some(value), Some(place)) = (value, place) {
                            let setting = Setting::File(self.place(&place));
                            changes.push(OptionChange { rule: rule.id, name: option.name.clone(), value, setting });
                        }
                    }
                }
                // The rule is unknown, which is the problem to report; its options are not.
                None => table.names().iter().for_each(|key| table.accept(key.get_ref())),
            });
        }
        changes
    }

    fn ignore_text(&self, table: &Table<'_>) -> Option<IgnoreText> {
        let path = table.required_string("path");
        let rule = table.required_string("rule").and_then(|word| self.selector(&word, table));
        let what = ignored(table);
        // The reason is for people.
        let _ = table.string("reason");
        let path = path?;
        let place = self.place(&path);
        let path = self.patterns(&[path], table).pop()?;
        let only_path = path.only_path();
        Some(IgnoreText { path, only_path, rule: rule?, what: what?, place, usage: Usage::default() })
    }

    fn names(&self, table: &Table<'_>) -> Names {
        let accept = table.strings("accept").unwrap_or_default().into_iter().map(Word::into_inner);
        let people = table.string("people").map(|word| (self.root.join(word.get_ref()), word));
        Names { accept: accept.filter(|form| !form.is_empty()).collect(), people }
    }

    fn gate(&self, table: &Table<'_>) -> Gate {
        Gate {
            fail_on: table.choice("fail-on", &FAIL_ON_NAMES, parse_fail_on),
            budgets: table
                .table("max-per-1000-documents", |table| {
                    let budget = |name: Word| {
                        let selector = self.selector(&name, table);
                        let most = table.count(name.get_ref(), 0);
                        Some((selector?, most?))
                    };
                    table.names().into_iter().filter_map(budget).collect()
                })
                .unwrap_or_default(),
        }
    }
}

/// Reads `text` or `fingerprint`.
fn ignored(table: &Table<'_>) -> Option<Ignored> {
    let (text, fingerprint) = (table.string("text"), table.string("fingerprint"));
    match (table.has("text"), table.has("fingerprint")) {
        (false, false) => {
            let span = table.span().start..table.span().start;
            let help = "`text` is the flagged text, `fingerprint` the finding's mark in `--format json`";
            let message = "the key `ignore-text.text` or `ignore-text.fingerprint` is missing";
            table.problems().add_with_help(span, message, Some(help.to_owned()));
            return None;
        }
        (true, true) => {
            let place = fingerprint.or(text).map_or(table.span(), |word| word.span());
            let message = "`ignore-text` takes `text` or `fingerprint`, not both";
            let help = "a `fingerprint` stands for one finding, a `text` for all of this text in the file";
            table.problems().add_with_help(place, message, Some(help.to_owned()));
            return None;
        }
        _ => {}
    }
    if let Some(text) = text {
        return Some(Ignored::Text(text.into_inner()));
    }
    let word = fingerprint?;
    let parsed = parse_fingerprint(word.get_ref()).map(Ignored::Fingerprint);
    if parsed.is_none() {
        let message = "`ignore-text.fingerprint` takes the 32 hexadecimal digits of a finding";
        let help = "`newslint ignore` writes such entries; `--format json` shows the whole fingerprint";
        table.problems().add_with_help(word.span(), message, Some(help.to_owned()));
    }
    parsed
}

fn required_strings(table: &Table<'_>, key: &str) -> Vec<Word> {
    if !table.has(key) {
        table.missing(key);
    }
    table.strings(key).unwrap_or_default()
}
