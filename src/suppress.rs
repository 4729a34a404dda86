//! Findings that the configuration says are right to leave: `[[ignore-text]]`.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::config::Settings;
use crate::config::layer::{IgnoreText, Ignored};
use crate::config::levels::is_selected;
use crate::document::Document;
use crate::finding::{Finding, Fingerprint, Severity, fingerprints, number_equals};

/// Drops the findings that an `[[ignore-text]]` entry covers. `path` is absolute, and rules below
/// `lowest` were not asked. Each entry learns whether it was of use.
pub fn suppress(settings: &Settings, path: &Path, document: &Document, lowest: Severity, findings: &mut Vec<Finding>) {
    let entries: Vec<_> = entries_for(settings, path).collect();
    if entries.is_empty() {
        return;
    }
    for entry in &entries {
        note_trial(settings, path, lowest, entry);
    }
    if findings.is_empty() {
        return;
    }
    // Fingerprints tell equal findings apart by their order, so they are taken before any is dropped.
    number_equals(document, findings);
    let has_fingerprints = entries.iter().any(|entry| matches!(entry.what, Ignored::Fingerprint(_)));
    let fingerprints = if has_fingerprints { fingerprints(document, findings) } else { Vec::new() };
    let mut index = 0;
    findings.retain(|finding| {
        let fingerprint = fingerprints.get(index);
        index += 1;
        // All entries are tried, so that each one knows whether it was of use.
        let covers = |entry: &&&IgnoreText| covers(entry, document, finding, fingerprint);
        let covering = entries.iter().filter(covers);
        covering.map(|entry| entry.usage.used.store(true, Ordering::Relaxed)).count() == 0
    });
}

/// The entry that covers a finding in an absolute path, if there is one.
#[must_use]
pub fn covering<'s>(
    settings: &'s Settings,
    path: &Path,
    document: &Document,
    finding: &Finding,
    fingerprint: &Fingerprint,
) -> Option<&'s IgnoreText> {
    entries_for(settings, path).find(|entry| covers(entry, document, finding, Some(fingerprint)))
}

fn entries_for<'s>(settings: &'s Settings, path: &Path) -> impl Iterator<Item = &'s IgnoreText> {
    settings.ignore_text().filter(|entry| entry.path.matches(path, false))
}

fn covers(entry: &IgnoreText, document: &Document, finding: &Finding, fingerprint: Option<&Fingerprint>) -> bool {
    is_selected(finding.rule, &[entry.rule], &[])
        && match &entry.what {
            Ignored::Text(text) => text.trim() == document.slice(finding.span).trim(),
            Ignored::Fingerprint(known) => fingerprint == Some(known),
        }
}

/// Notes that an entry had its chance, unless one of its rules is on in the configuration and was not
/// asked in this run.
fn note_trial(settings: &Settings, path: &Path, lowest: Severity, entry: &IgnoreText) {
    let usage = &entry.usage;
    let is_set = |flag: &AtomicBool| flag.load(Ordering::Relaxed);
    let is_only = entry.only_path.as_deref() == Some(path);
    if is_set(&usage.used) || is_set(&usage.tried_all) || is_set(&usage.tried) && !is_only {
        return;
    }
    let (asked, all) = (settings.profile(path, lowest), settings.profile(path, Severity::Info));
    let mut rules = settings.rules().rules().iter().enumerate();
    let was_asked =
        rules.all(|(index, rule)| !is_selected(rule.id, &[entry.rule], &[]) || asked.is_on(index) || !all.is_on(index));
    if was_asked {
        usage.tried.store(true, Ordering::Relaxed);
        usage.tried_all.fetch_or(is_only, Ordering::Relaxed);
    }
}
