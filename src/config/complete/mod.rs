//! What can be written at a place of a lint.toml or a rule file, and what stands there: completion and
//! hover for editors.
//!
//! All keys, and what they take, come from the schemas ([`config::schema`](super::schema) and
//! [`ruleset::schema`](crate::ruleset::schema)); names of rules and families from the rules themselves.

mod describe;
mod node;
mod outline;

use std::collections::BTreeSet;
use std::ops::Range;

use serde_json::Value;

use self::node::{Names, Node};
use self::outline::{Outline, Role, Word};
use super::schema::schema as schema_of_configuration;
use crate::ruleset::RuleSet;
use crate::ruleset::schema::schema as schema_of_rules;

pub use self::describe::rule as describe_rule;

/// Which file a text is that of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A lint.toml, or a file that one extends.
    LintToml,
    /// A rule file of the user's own.
    RuleFile,
}

impl FileKind {
    fn schema(self, rules: &RuleSet) -> Value {
        match self {
            FileKind::LintToml => schema_of_configuration(rules),
            FileKind::RuleFile => schema_of_rules(),
        }
    }
}

/// What a completion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A key of a table.
    Key,
    /// A value, or an element of a list.
    Value,
    /// A header, `[table]` or `[[table]]`.
    Table,
}

/// Something that can be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// How lists show it.
    pub label: String,
    /// What it is compared by: begins with what has been written, from the first replaced character on.
    pub filter: String,
    /// What is written.
    pub insert: String,
    /// In place of what, in bytes of the text; on one line, and the cursor is in it.
    pub replaces: Range<usize>,
    /// A few words on it.
    pub detail: String,
    /// More on it, in Markdown.
    pub documentation: Option<String>,
    /// What it is.
    pub kind: Kind,
}

/// What can be written at an offset, in bytes, of any text. `rules` are those that the names of the file
/// are about.
#[must_use]
pub fn completions(text: &str, offset: usize, rules: &RuleSet, kind: FileKind) -> Vec<Completion> {
    let cursor = text.floor_char_boundary(offset);
    let outline = Outline::of(text, cursor);
    let Some(word) = outline.at(cursor).filter(|word| !word.is_long() && word.inner.start <= cursor) else {
        return Vec::new();
    };
    let schema = kind.schema(rules);
    let place = Place { outline: &outline, word, cursor, top: Node::top(&schema), rules };
    match &word.role {
        Role::Header { is_array, whole } => place.headers(whole.clone(), *is_array),
        Role::Key { begins_line, has_value } => {
            let mut all = place.keys(*has_value);
            if *begins_line && !has_value && word.quote.is_none() {
                all.extend(place.headers(word.span.clone(), false));
            }
            all
        }
        Role::Value { in_list } => place.values(*in_list),
    }
}

/// What stands at an offset, in bytes, of any text: its place, and Markdown on it.
#[must_use]
pub fn hover(text: &str, offset: usize, rules: &RuleSet, kind: FileKind) -> Option<(Range<usize>, String)> {
    let cursor = text.floor_char_boundary(offset);
    let outline = Outline::of(text, cursor);
    let word = outline.at(cursor).filter(|word| !word.text.is_empty() && !word.is_long())?;
    let schema = kind.schema(rules);
    let place = Place { outline: &outline, word, cursor, top: Node::top(&schema), rules };
    Some((word.span.clone(), place.description()?))
}

/// A word of a text, with all that is known of its place.
struct Place<'a> {
    outline: &'a Outline,
    word: &'a Word,
    cursor: usize,
    top: Node<'a>,
    rules: &'a RuleSet,
}

/// The table of lint.toml whose keys are rules.
const RULE_TABLE: &str = "rule";

impl<'a> Place<'a> {
    fn is_in_rule_table(&self) -> bool {
        self.word.path == [RULE_TABLE]
    }

    fn description(&self) -> Option<String> {
        let Word { path, text, .. } = self.word;
        if let Role::Value { .. } = self.word.role {
            let node = self.top.walk(path)?;
            let named = node.names().and_then(|names| describe::named(text, names, self.rules));
            return Some(named.unwrap_or_else(|| describe::key(path.last().map_or("", String::as_str), node)));
        }
        let table = self.top.walk(path)?;
        let names = table.named_keys().map(|(names, _)| names);
        let names = names.or(self.is_in_rule_table().then_some(Names::Selectors));
        match names.and_then(|names| describe::named(text, names, self.rules)) {
            Some(named) => Some(named),
            None => Some(describe::key(text, table.walk(&[text])?)),
        }
    }

    fn completion(&self, kind: Kind, label: &str, insert: String) -> Completion {
        Completion {
            label: label.to_owned(),
            filter: label.to_owned(),
            insert,
            // Between quotation marks only what stands there is replaced: that is what editors compare.
            replaces: self.word.name(self.cursor),
            detail: String::new(),
            documentation: None,
            kind,
        }
    }

    /// What configuration can name, with a few words on each and what to say of it at length.
    fn named(&self, names: Names) -> impl Iterator<Item = (&'static str, String)> {
        let families = self.rules.families();
        let families: Vec<_> = families.into_iter().map(|name| (name, describe::size(name, self.rules))).collect();
        let is_all = names == Names::Selectors;
        let all = is_all.then(|| ("all", "all rules".to_owned())).into_iter();
        let rules = self.rules.rules().iter().filter(move |_| is_all);
        let rules: Vec<_> = rules.map(|rule| (rule.id.as_str(), rule.file.summary.to_string())).collect();
        all.chain(families).chain(rules)
    }

    /// The keys that the table has already, as far as they stand where this one does.
    fn taken_keys(&self) -> BTreeSet<&'a str> {
        let is_beside = |word: &&Word| {
            let is_key = matches!(word.role, Role::Key { .. }) && word.table == self.word.table;
            is_key && word.path == self.word.path && word.span != self.word.span
        };
        self.outline.words.iter().filter(is_beside).map(|word| word.text.as_str()).collect()
    }

    fn keys(&self, has_value: bool) -> Vec<Completion> {
        let Some(table) = self.top.walk(&self.word.path) else { return Vec::new() };
        let taken = self.taken_keys();
        let begins_line = matches!(self.word.role, Role::Key { begins_line: true, .. });
        let mut all = Vec::new();
        let mut add = |name: &str, node: Node<'_>, detail: String, documentation: Option<String>| {
            if taken.contains(name) {
                return;
            }
            let mut completion = self.completion(Kind::Key, name, self.key_text(name, node, has_value));
            (completion.detail, completion.documentation) = (detail, documentation);
            all.push(completion);
        };
        for (name, node) in table.keys() {
            // The tables of the top are better written with headers.
            if self.word.path.is_empty() && begins_line && node.is_table() {
                continue;
            }
            if self.is_in_rule_table() {
                let rule = self.rules.get(name);
                let detail = rule.map_or_else(|| node.takes(), |rule| rule.file.summary.to_string());
                add(name, node, detail, rule.map(describe::rule));
            } else {
                add(name, node, node.takes(), Some(describe::key(name, node)));
            }
        }
        if let Some((names, node)) = table.named_keys() {
            for (name, detail) in self.named(names) {
                add(name, node, detail, describe::named(name, names, self.rules));
            }
        }
        all
    }

    fn key_text(&self, name: &str, node: Node<'_>, has_value: bool) -> String {
        let value = match (has_value, node.is_table(), node.is_list()) {
            (true, ..) => "",
            (false, true, false) => " = { }",
            (false, true, true) => " = [{ }]",
            (false, false, _) => " = ",
        };
        match self.word.quote {
            None => format!("{}{value}", key(name)),
            Some(quote) if self.word.lacks_quote(self.cursor) => format!("{name}{quote}{value}"),
            Some(_) => name.to_owned(),
        }
    }

    fn values(&self, in_list: bool) -> Vec<Completion> {
        let Some(node) = self.top.walk(&self.word.path) else { return Vec::new() };
        // A list has to be begun before a string in quotation marks can be one of its elements.
        let needs_list = node.is_list() && !in_list;
        if node.is_table() && (!node.is_list() || in_list) || needs_list && self.word.quote.is_some() {
            return Vec::new();
        }
        let is_beside = |word: &&Word| {
            let is_value = matches!(word.role, Role::Value { in_list: true }) && word.table == self.word.table;
            is_value && word.path == self.word.path && word.span != self.word.span
        };
        let taken: BTreeSet<&str> =
            self.outline.words.iter().filter(is_beside).map(|word| word.text.as_str()).collect();
        let value = |name: &str, is_bare: bool| -> Option<Completion> {
            let text = match self.word.quote {
                _ if taken.contains(name) => return None,
                None if is_bare => name.to_owned(),
                None if needs_list => format!("[{}]", quoted(name)),
                None => quoted(name),
                Some(_) if is_bare => return None,
                Some(quote) if self.word.lacks_quote(self.cursor) => format!("{name}{quote}"),
                Some(_) => name.to_owned(),
            };
            Some(self.completion(Kind::Value, name, text))
        };
        let mut all = Vec::new();
        if let Some(names) = node.names() {
            for (name, detail) in self.named(names) {
                let documentation = || describe::named(name, names, self.rules);
                all.extend(value(name, false).map(|value| Completion {
                    detail,
                    documentation: documentation(),
                    ..value
                }));
            }
        }
        all.extend(node.choices().into_iter().filter_map(|choice| value(choice, node.is_bare())));
        if let Some(default) = node.default().filter(|_| node.is_list() == needs_list && self.word.quote.is_none()) {
            let value = (!all.iter().any(|other| other.label == default)).then(|| value(&default, true)).flatten();
            all.extend(value.map(|value| Completion { detail: "the default".to_owned(), ..value }));
        }
        all
    }

    /// Headers of the tables that the file lacks. `is_array`: those of tables of which there can be more.
    fn headers(&self, replaces: Range<usize>, is_array: bool) -> Vec<Completion> {
        let is_other = |word: &&Word| !matches!(&word.role, Role::Header { whole, .. } if *whole == replaces);
        let others: BTreeSet<Vec<&str>> = self
            .outline
            .words
            .iter()
            .filter(is_other)
            .filter(|word| !matches!(word.role, Role::Value { .. }))
            .map(Word::full_path)
            .collect();
        let mut all = Vec::new();
        let mut add = |path: &[&str], node: Node<'_>, detail: &str, documentation: String| {
            if !node.is_list() && others.contains(path) || is_array && !node.is_list() {
                return;
            }
            let name = path.iter().map(|part| key(part)).collect::<Vec<_>>().join(".");
            let header = if node.is_list() { format!("[[{name}]]") } else { format!("[{name}]") };
            let completion = self.completion(Kind::Table, &header, header.clone());
            // Where the brackets are not there yet, nobody has to write them.
            let filter = if matches!(self.word.role, Role::Key { .. }) { name } else { header };
            let (detail, documentation, replaces) = (detail.to_owned(), Some(documentation), replaces.clone());
            all.push(Completion { filter, detail, documentation, replaces, ..completion });
        };
        for (name, node) in self.top.keys().filter(|(_, node)| node.is_table()) {
            // A table of nothing but tables is not written by itself.
            let (mut inner, is_list) = (node.keys().filter(|(_, inner)| inner.is_table()).peekable(), node.is_list());
            if is_list || inner.peek().is_none() || node.keys().any(|(_, inner)| !inner.is_table()) {
                add(&[name], node, node.description(), describe::key(name, node));
            }
            for (part, inner) in inner.filter(|_| !is_list) {
                match self.rules.get(part).filter(|_| name == RULE_TABLE) {
                    Some(rule) => add(&[name, part], inner, &rule.file.summary, describe::rule(rule)),
                    None => add(&[name, part], inner, inner.description(), describe::key(part, inner)),
                }
            }
        }
        all
    }
}

/// A key as TOML writes it.
fn key(name: &str) -> String {
    let is_bare = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    if is_bare { name.to_owned() } else { quoted(name) }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests;
