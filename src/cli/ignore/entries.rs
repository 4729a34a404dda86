//! From findings to entries in the lint.toml that holds for their files.

use std::collections::BTreeMap;

use newslint::config::edit::{Entry, with_entries};
use newslint::config::{Flagged, Resolver, Target};

use super::job::Match;
use crate::cli::shown;

/// A lint.toml and what is added to it.
pub struct Addition {
    target: Target,
    /// How messages name it.
    pub shown: String,
    pub entries: Vec<Entry>,
}

/// The entries for findings, by the file that they go to.
pub fn additions(findings: &[&Match], resolver: &Resolver, reason: &str) -> Result<Vec<Addition>, String> {
    let mut additions: BTreeMap<Target, Vec<Entry>> = BTreeMap::new();
    for found in findings {
        let target = Target::of(&found.settings, resolver.working_folder());
        let Match { path, rule, text, fingerprint, .. } = found;
        let entry = target.entry(&Flagged { path, rule: *rule, text, fingerprint }, reason)?;
        let entries = additions.entry(target).or_default();
        // One entry can stand for findings in several records, or several times in a text.
        if !entries.iter().any(|known| known.text() == entry.text()) {
            entries.push(entry);
        }
    }
    let addition = |(target, entries): (Target, _)| {
        let path = target.path.strip_prefix(resolver.working_folder()).unwrap_or(&target.path);
        Addition { shown: shown(path), target, entries }
    };
    Ok(additions.into_iter().map(addition).collect())
}

/// Writes a lint.toml.
pub fn write(addition: &Addition) -> Result<(), String> {
    addition.target.rewrite(&addition.shown, |text| with_entries(text, &addition.entries))
}
