//! From findings to entries in the lint.toml that holds for their files.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use newslint::config::edit::{Entry, pattern_for, with_entries};
use newslint::config::layer::Ignored;
use newslint::config::{FILE_NAME, Resolver};
use newslint::output::replace::{Replacement, Seen};
use newslint::report::escape::is_hostile;

use super::job::Match;
use crate::cli::shown;
use crate::cli::sink::Sink;

/// A longer text, in characters, makes a lint.toml hard to read.
const LONGEST_TEXT: usize = 80;

/// A lint.toml and what is added to it.
pub struct Target {
    pub path: PathBuf,
    /// How messages name it.
    pub shown: String,
    is_new: bool,
    pub entries: Vec<Entry>,
}

/// The entries for findings, by the file that they go to.
pub fn targets(findings: &[&Match], resolver: &Resolver, reason: &str) -> Result<Vec<Target>, String> {
    let mut targets: BTreeMap<PathBuf, Target> = BTreeMap::new();
    for found in findings {
        let (path, is_new) = match found.settings.layers().last() {
            Some(layer) => (layer.path.clone(), false),
            None => (resolver.working_folder().join(FILE_NAME), true),
        };
        let root = path.parent().unwrap_or(resolver.working_folder());
        let pattern = pattern_for(&found.path, root).ok_or_else(|| {
            let (file, root) = (found.path.display(), root.display());
            format!("{file} has no name in a lint.toml in {root} (`newslint init FOLDER` makes one beside it)")
        })?;
        let entry = Entry {
            path: pattern,
            rule: found.rule.as_str().to_owned(),
            what: what(found),
            reason: reason.trim().to_owned(),
        };
        let name = shown(path.strip_prefix(resolver.working_folder()).unwrap_or(&path));
        let new = || Target { path: path.clone(), shown: name, is_new, entries: Vec::new() };
        let entries = &mut targets.entry(path.clone()).or_insert_with(new).entries;
        // One entry can stand for findings in several records, or several times in a text.
        if !entries.iter().any(|known| known.text() == entry.text()) {
            entries.push(entry);
        }
    }
    Ok(targets.into_values().collect())
}

/// The text where a person can read it in lint.toml, or else the fingerprint.
fn what(found: &Match) -> Ignored {
    let text = found.text.trim();
    let is_readable = !text.is_empty() && text.chars().count() <= LONGEST_TEXT && !text.chars().any(is_hostile);
    if is_readable { Ignored::Text(text.to_owned()) } else { Ignored::Fingerprint(found.fingerprint) }
}

/// Writes a lint.toml; at every moment it is the old one or the new one.
pub fn write(target: &Target) -> Result<(), String> {
    let Target { path, shown, is_new, entries } = target;
    let failed = |error: &dyn std::fmt::Display| format!("cannot write {shown}: {error}");
    if *is_new {
        let text = with_entries("", entries).map_err(|error| failed(&error))?;
        let mut sink = Sink::open(Some(path))?;
        sink.write_all(text.as_bytes()).map_err(|error| failed(&error))?;
        return sink.finish();
    }
    let seen = Seen::look(path).map_err(|error| failed(&error))?;
    let text = fs::read_to_string(path).map_err(|error| format!("cannot read {shown}: {error}"))?;
    let text = with_entries(&text, entries).map_err(|error| failed(&error))?;
    let mut file = Replacement::begin(path, seen).map_err(|error| failed(&error))?;
    file.write_all(text.as_bytes()).and_then(|()| file.finish()).map_err(|error| failed(&error))
}
