//! Reading TOML files so that every mistake is reported with its place.
//!
//! Both kinds of files that people write for newslint, lint.toml and rule files, are read
//! through [`Table`]: it checks types, remembers which keys were asked for, and turns whatever
//! is left over into "unknown key" problems with the nearest right name. All problems of a file
//! are collected, so that one run shows them all. The build script uses this module too.

use std::cell::RefCell;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::{fmt, io};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::suggest::nearest;

/// Something wrong in a TOML file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where, in bytes of the file.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do about it, where that can be said.
    pub help: Option<String>,
}

/// A TOML file that could not be used.
#[derive(Debug)]
pub enum FileError {
    /// The file system refused.
    Unreadable {
        /// The file or folder, as messages name it.
        path: PathBuf,
        /// Its reason.
        error: io::Error,
    },
    /// There are mistakes in it.
    Invalid {
        /// The file, as messages name it.
        path: PathBuf,
        /// Its text.
        text: String,
        /// The mistakes, in the order of the file.
        problems: Vec<Problem>,
    },
}

impl FileError {
    /// The error with a path below `folder` shown below `shown`.
    #[must_use]
    pub fn shown_below(mut self, folder: &Path, shown: &Path) -> FileError {
        let (FileError::Unreadable { path, .. } | FileError::Invalid { path, .. }) = &mut self;
        if let Ok(rest) = path.strip_prefix(folder) {
            *path = shown.join(rest);
        }
        self
    }

    /// What is wrong, a message for each mistake: `path:line: what`.
    #[must_use]
    pub fn messages(&self) -> Vec<String> {
        match self {
            FileError::Unreadable { path, error } => vec![format!("cannot read {}: {error}", path.display())],
            FileError::Invalid { path, text, problems } => {
                let message = |problem: &Problem| {
                    let start = problem.span.start.min(text.len());
                    let line = text.as_bytes()[..start].iter().filter(|byte| **byte == b'\n').count() + 1;
                    format!("{}:{line}: {}", path.display(), problem.message)
                };
                problems.iter().map(message).collect()
            }
        }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.messages().join("\n"))
    }
}

/// The problems found so far in one file.
#[derive(Debug, Default)]
pub struct Problems(RefCell<Vec<Problem>>);

impl Problems {
    /// Notes a problem at a place.
    pub fn add(&self, span: Range<usize>, message: impl Into<String>) {
        self.0.borrow_mut().push(Problem { span, message: message.into(), help: None });
    }

    /// Notes a problem at a place, with its remedy.
    pub fn add_with_help(&self, span: Range<usize>, message: impl Into<String>, help: Option<String>) {
        self.0.borrow_mut().push(Problem { span, message: message.into(), help });
    }

    /// All problems, in the order of the file.
    pub fn into_sorted(self) -> Vec<Problem> {
        let mut problems = self.0.into_inner();
        problems.sort_by_key(|problem| (problem.span.start, problem.span.end));
        problems
    }
}

/// A word with its place in the file.
pub type Word = Spanned<String>;

/// Parses a file and hands its top table to `read`.
///
/// # Errors
/// All syntax errors, or else all problems that `read` noted.
pub fn read_file<T>(text: &str, read: impl FnOnce(&Table<'_>) -> T) -> Result<T, Vec<Problem>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return Err(errors
            .iter()
            .map(|error| Problem {
                span: error.span().unwrap_or(0..0),
                message: error.message().to_owned(),
                help: None,
            })
            .collect());
    }
    let problems = Problems::default();
    let whole = table.span();
    let value = {
        let top = Table::new(table.get_ref(), String::new(), whole, &problems);
        let value = read(&top);
        top.finish();
        value
    };
    let problems = problems.into_sorted();
    if problems.is_empty() { Ok(value) } else { Err(problems) }
}

/// Reads a few keys of a file ahead of [`read_file`], which reports all that is wrong with it:
/// unknown keys and syntax errors pass here.
pub fn peek<T>(text: &str, read: impl FnOnce(&Table<'_>) -> T) -> T {
    let (table, _) = DeTable::parse_recoverable(text);
    let problems = Problems::default();
    read(&Table::new(table.get_ref(), String::new(), table.span(), &problems))
}

/// One table of a TOML file, read key by key.
pub struct Table<'t> {
    table: &'t DeTable<'t>,
    name: String,
    span: Range<usize>,
    problems: &'t Problems,
    asked: RefCell<Vec<String>>,
}

impl<'t> Table<'t> {
    fn new(table: &'t DeTable<'t>, name: String, span: Range<usize>, problems: &'t Problems) -> Self {
        Table { table, name, span, problems, asked: RefCell::default() }
    }

    /// Where problems of this file are noted.
    pub fn problems(&self) -> &'t Problems {
        self.problems
    }

    /// The table's place in the file.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    fn value(&self, key: &str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.asked.borrow_mut().push(key.to_owned());
        self.table.get(key)
    }

    fn wrong_type(&self, value: &Spanned<DeValue<'_>>, key: &str, wanted: &str) {
        let found = match value.get_ref().type_str() {
            "array" => "a list",
            "integer" => "an integer",
            "table" => "a table",
            "boolean" => "true or false",
            "float" => "a float",
            "datetime" => "a date",
            _ => "a string",
        };
        self.problems.add(value.span(), format!("`{}` takes {wanted}, not {found}", self.full_name(key)));
    }

    fn full_name(&self, key: &str) -> String {
        if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) }
    }

    /// Notes that a key which must be there is missing.
    pub fn missing(&self, key: &str) {
        let span = self.span.start..self.span.start;
        self.problems.add(span, format!("the key `{}` is missing", self.full_name(key)));
    }

    /// The string at `key`.
    pub fn string(&self, key: &str) -> Option<Word> {
        let value = self.value(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some(Spanned::new(value.span(), text.to_string())),
            _ => {
                self.wrong_type(value, key, "a string");
                None
            }
        }
    }

    /// The string at `key`; its absence is a problem.
    pub fn required_string(&self, key: &str) -> Option<Word> {
        let word = self.string(key);
        if !self.has(key) {
            self.missing(key);
        }
        word
    }

    /// The string at `key`, which must be one of `names`, as what `parse` makes of it.
    pub fn choice<T>(&self, key: &str, names: &[&str], parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let word = self.string(key)?;
        let parsed = parse(word.get_ref());
        if parsed.is_none() {
            let list = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            self.problems.add_with_help(
                word.span(),
                format!("`{}` cannot be `{}`", self.full_name(key), word.get_ref()),
                Some(format!("it is one of {list}")),
            );
        }
        parsed
    }

    /// The list of strings at `key`, or `None` where the key is absent.
    pub fn strings(&self, key: &str) -> Option<Vec<Word>> {
        let value = self.value(key)?;
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_type(value, key, "a list of strings");
            return None;
        };
        let mut words = Vec::new();
        for item in items.iter() {
            match item.get_ref() {
                DeValue::String(text) => words.push(Spanned::new(item.span(), text.to_string())),
                _ => self.wrong_type(item, key, "a list of strings"),
            }
        }
        Some(words)
    }

    /// The integer at `key`.
    pub fn integer(&self, key: &str) -> Option<Spanned<i64>> {
        let value = self.value(key)?;
        let DeValue::Integer(number) = value.get_ref() else {
            self.wrong_type(value, key, "an integer");
            return None;
        };
        let parsed = i64::from_str_radix(number.as_str(), number.radix()).ok();
        if parsed.is_none() {
            self.problems.add(value.span(), format!("`{}` is out of range", self.full_name(key)));
        }
        Some(Spanned::new(value.span(), parsed?))
    }

    /// The number of things at `key`: an integer from `least` up.
    pub fn count(&self, key: &str, least: u32) -> Option<u32> {
        let number = self.integer(key)?;
        match u32::try_from(*number.get_ref()).ok().filter(|count| *count >= least) {
            Some(count) => Some(count),
            None => {
                self.problems.add(
                    number.span(),
                    format!("`{}` takes an integer from {least} to {}", self.full_name(key), u32::MAX),
                );
                None
            }
        }
    }

    /// The truth value at `key`.
    pub fn boolean(&self, key: &str) -> Option<bool> {
        let value = self.value(key)?;
        if value.get_ref().as_bool().is_none() {
            self.wrong_type(value, key, "true or false");
        }
        value.get_ref().as_bool()
    }

    /// Reads the table at `key`.
    pub fn table<T>(&self, key: &str, read: impl FnOnce(&Table<'t>) -> T) -> Option<T> {
        let value = self.value(key)?;
        match value.get_ref() {
            DeValue::Table(table) => Some(self.read_inner(table, key, value.span(), read)),
            _ => {
                self.wrong_type(value, key, "a table");
                None
            }
        }
    }

    /// Reads each of the tables at `key` (`[[key]]`), or the one table (`[key]`).
    pub fn tables<T>(&self, key: &str, mut read: impl FnMut(&Table<'t>) -> T) -> Vec<T> {
        let Some(value) = self.value(key) else { return Vec::new() };
        match value.get_ref() {
            DeValue::Table(table) => vec![self.read_inner(table, key, value.span(), read)],
            DeValue::Array(items) => {
                let mut out = Vec::new();
                for item in items.iter() {
                    match item.get_ref() {
                        DeValue::Table(table) => out.push(self.read_inner(table, key, item.span(), &mut read)),
                        _ => self.wrong_type(item, key, "tables"),
                    }
                }
                out
            }
            _ => {
                self.wrong_type(value, key, "a table");
                Vec::new()
            }
        }
    }

    fn read_inner<T>(
        &self,
        table: &'t DeTable<'t>,
        key: &str,
        span: Range<usize>,
        read: impl FnOnce(&Table<'t>) -> T,
    ) -> T {
        let inner = Table::new(table, self.full_name(key), span, self.problems);
        let value = read(&inner);
        inner.finish();
        value
    }

    /// Every key of a table whose keys are names of things, not fixed words.
    pub fn names(&self) -> Vec<Word> {
        self.table.keys().map(|key| Spanned::new(key.span(), key.get_ref().to_string())).collect()
    }

    /// Whether the table has this key, of whatever type.
    pub fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// Takes a key as known without reading it, where another problem makes its value moot.
    pub fn accept(&self, key: &str) {
        self.asked.borrow_mut().push(key.to_owned());
    }

    /// Notes every key that nobody asked for.
    fn finish(&self) {
        let asked = self.asked.borrow();
        for key in self.table.keys() {
            if asked.iter().any(|known| known.as_str() == key.get_ref().as_ref()) {
                continue;
            }
            let known = || asked.iter().map(String::as_str);
            let help = match nearest(key.get_ref(), known()) {
                Some(name) => format!("did you mean `{name}`?"),
                None => {
                    let mut names: Vec<_> = known().collect();
                    names.sort_unstable();
                    names.dedup();
                    format!("known here: {}", names.join(", "))
                }
            };
            let place = if self.name.is_empty() { String::new() } else { format!(" in [{}]", self.name) };
            self.problems.add_with_help(key.span(), format!("unknown key `{}`{place}", key.get_ref()), Some(help));
        }
    }
}
