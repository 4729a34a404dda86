//! Fixes as edits of the buffer.

use std::sync::Arc;

use crate::document::Document;
use crate::finding::{Finding, Safety};
use crate::fix::{self, Outcome};
use crate::input::records::{Batch, Content, Outcome as RecordOutcome, RecordFile, open_bytes};
use crate::output::rewrite::{RawEdit, record_edits};
use crate::ruleset::RuleId;

use super::analysis::{Found, Scope, document};
use super::buffer::Kind;

/// The edits of the fix of one finding; `None` where there is none, or it cannot be written. `text` gives
/// bytes of the buffer.
#[must_use]
pub fn of_finding(
    found: &Found,
    file: Option<&Arc<RecordFile>>,
    text: impl Fn(usize, usize) -> String,
) -> Option<Vec<RawEdit>> {
    let fix = found.fix.as_ref().filter(|fix| fix.safety != Safety::Display)?;
    let Some(range) = &found.record else {
        let edits = fix.edits.iter().map(|edit| (edit.span.range(), edit.replacement.clone()));
        return Some(edits.collect());
    };
    let (file, raw) = (file?, text(range.start, range.end));
    let mut edits = None;
    Batch::of_one(file, raw.clone()).for_each(|item| {
        if let RecordOutcome::Document(document) = item.outcome {
            edits = record_edits(file, &raw, &document, &fix.edits).ok();
        }
    });
    edits.map(|edits| moved(edits, range.start))
}

/// All edits that fixing a buffer makes, to the point where no fix is left: those of one rule, or of all.
/// An error is for people.
///
/// # Errors
/// Fixes that undo each other: a fault of the rules.
pub fn of_all(
    scope: &Scope,
    kind: Kind,
    text: String,
    rule: Option<RuleId>,
    allowed: Safety,
) -> Result<Vec<RawEdit>, String> {
    match kind {
        Kind::Text => {
            let (document, mark) = document(scope, &text);
            let fixed = fixed(scope, &document, rule, allowed)?;
            let edits = fixed.edits(&document).into_iter();
            Ok(moved(edits.map(|edit| (edit.span.range(), edit.replacement)).collect(), mark))
        }
        Kind::Records(format) => {
            let options = scope.settings.format_options(format);
            let file = RecordFile::new(scope.path.clone(), scope.name.clone(), format, &options);
            let Ok(mut source) = open_bytes(file, text.into_bytes()) else { return Ok(Vec::new()) };
            let file = Arc::clone(source.file());
            let mut all = Vec::new();
            while let Some(batch) = source.next_batch() {
                let Content::Raw(raw) = &batch.content else { continue };
                let mut failure = None;
                batch.for_each(|item| {
                    let RecordOutcome::Document(document) = item.outcome else { return };
                    let range = raw.pieces()[item.number].range.clone();
                    let Ok(bytes) = std::str::from_utf8(raw.bytes(range.clone())) else { return };
                    match fixed(scope, &document, rule, allowed) {
                        Ok(fixed) if fixed.text.is_some() => {
                            // A record whose fixed text cannot be written is left, as `newslint fix` leaves it.
                            let edits = record_edits(&file, bytes, &document, &fixed.edits(&document));
                            let start = raw.start().byte as usize + range.start;
                            all.extend(moved(edits.unwrap_or_default(), start));
                        }
                        Ok(_) => {}
                        Err(message) => failure = Some(message),
                    }
                });
                if let Some(message) = failure {
                    return Err(message);
                }
            }
            Ok(all)
        }
        Kind::Configuration | Kind::RuleFile | Kind::Other => Ok(Vec::new()),
    }
}

fn fixed(scope: &Scope, document: &Document, rule: Option<RuleId>, allowed: Safety) -> Result<fix::Fixed, String> {
    let is_asked = |finding: &Finding| rule.is_none_or(|rule| finding.rule == rule);
    let lint = |document: &Document| {
        let mut findings = scope.lint(document).0;
        findings.retain(is_asked);
        findings
    };
    // The editor writes the file in an encoding that it chooses.
    let fixed = fix::fix(document, allowed, |_| true, lint);
    match fixed.outcome {
        Outcome::Done => Ok(fixed),
        Outcome::Repeating | Outcome::Unending => {
            Err(format!("the fixes of {} undo each other; this is a fault of newslint", scope.name))
        }
    }
}

fn moved(edits: Vec<RawEdit>, by: usize) -> Vec<RawEdit> {
    edits.into_iter().map(|(range, new)| (range.start + by..range.end + by, new)).collect()
}
