//! Findings that the configuration says are right to leave: `[[ignore-text]]`.

use std::path::Path;

use crate::config::Settings;
use crate::config::levels::is_selected;
use crate::document::Document;
use crate::finding::Finding;

/// Drops the findings that an `[[ignore-text]]` entry covers. `path` is absolute.
pub fn suppress(settings: &Settings, path: &Path, document: &Document, findings: &mut Vec<Finding>) {
    let entries: Vec<_> = settings.ignore_text().filter(|entry| entry.path.matches(path, false)).collect();
    if entries.is_empty() {
        return;
    }
    findings.retain(|finding| {
        !entries.iter().any(|entry| {
            is_selected(finding.rule, &[entry.rule], &[]) && entry.text.trim() == document.slice(finding.span).trim()
        })
    });
}
