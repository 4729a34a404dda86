//! What is found in a buffer: findings with their places in it.
//!
//! A small text is linted as a whole. Of a large one what is near an edit is linted first, and of a file of
//! records only the records that changed.

mod near;
mod records;
mod text;

use std::borrow::Cow;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use near::near;
pub use records::{RecordCache, records};
pub use text::{document, text};

use super::shift::Shift;
use crate::baseline::Baseline;
use crate::config::Settings;
use crate::document::{Document, Span};
use crate::finding::{Edit, Finding, Fingerprint, Fix, fingerprints, number_equals};
use crate::input::records::RecordFile;
use crate::lint::{RulePanic, lint};
use crate::ruleset::RuleId;
use crate::severity::Severity;
use crate::suppress::suppress;
use crate::toml_source::Problem;

/// What holds for a file.
#[derive(Clone)]
pub struct Scope {
    /// Its absolute path; for a buffer without a file, one in the workspace.
    pub path: PathBuf,
    /// How messages call it.
    pub name: String,
    /// Its configuration.
    pub settings: Arc<Settings>,
    /// The lowest severity that is looked for.
    pub lowest: Severity,
    /// The findings that are known already.
    pub baseline: Option<Arc<Baseline>>,
    /// Whether no lint.toml holds, whatever stands beside it.
    pub is_isolated: bool,
}

impl Scope {
    /// What holds for an absolute path. `root` is the folder below which messages shorten names.
    #[must_use]
    pub fn new(
        path: &Path,
        root: &Path,
        settings: Arc<Settings>,
        lowest: Severity,
        baseline: Option<Arc<Baseline>>,
        is_isolated: bool,
    ) -> Scope {
        let name = path.strip_prefix(root).unwrap_or(path).display().to_string();
        Scope { path: path.to_owned(), name, settings, lowest, baseline, is_isolated }
    }

    /// The findings of a document that the configuration leaves.
    pub fn lint(&self, document: &Document) -> (Vec<Finding>, Vec<RulePanic>) {
        let profile = self.settings.profile(&self.path, self.lowest);
        let linted = lint(self.settings.rules(), &profile, document);
        let mut findings = linted.findings;
        suppress(&self.settings, &self.path, document, self.lowest, &mut findings);
        if let Some(baseline) = &self.baseline {
            number_equals(document, &mut findings);
            baseline.drop_known(&self.path, document, &mut findings);
        }
        // A rule can find a spot less bad than it usually is.
        if findings.iter().any(|finding| finding.severity < self.lowest) {
            number_equals(document, &mut findings);
            findings.retain(|finding| finding.severity >= self.lowest);
        }
        (findings, linted.panics)
    }
}

/// A finding with its places in the buffer.
#[derive(Clone, Debug)]
pub struct Found {
    /// The rule that found it.
    pub rule: RuleId,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// The spot, in bytes of the buffer.
    pub span: Range<usize>,
    /// Other places that belong to it, in bytes of the buffer, and why.
    pub related: Vec<(Range<usize>, Cow<'static, str>)>,
    /// The repair. Its edits are in bytes of the buffer, for a record in bytes of its text.
    pub fix: Option<Fix>,
    /// Its identity.
    pub fingerprint: Fingerprint,
    /// The flagged text, or the first characters of a long one.
    pub text: Box<str>,
    /// The bytes of the record that it stands in, in a file of records.
    pub record: Option<Range<usize>>,
}

/// Something that cannot be read: a broken record, a mistake in a configuration.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Where, in bytes of the buffer.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// A word for its kind.
    pub code: &'static str,
}

impl From<Problem> for Fault {
    fn from(problem: Problem) -> Fault {
        let message = match problem.help {
            Some(help) => format!("{}; {help}", problem.message),
            None => problem.message,
        };
        Fault { span: problem.span, message, code: "configuration" }
    }
}

/// What is found in a buffer.
#[derive(Clone, Debug, Default)]
pub struct Analysis {
    /// The findings, in the order of the buffer.
    pub found: Vec<Found>,
    /// What cannot be read.
    pub faults: Vec<Fault>,
    /// How the records are read, in a file of records.
    pub file: Option<Arc<RecordFile>>,
    /// Rules that broke down.
    pub panics: Vec<RulePanic>,
}

impl Analysis {
    /// What is wrong with a configuration.
    #[must_use]
    pub fn of_problems(problems: Vec<Problem>) -> Analysis {
        Analysis { faults: problems.into_iter().map(Fault::from).collect(), ..Analysis::default() }
    }

    /// Moves everything to where it is after an edit. What the edit touched goes.
    pub fn shift(&mut self, shift: &Shift) {
        self.found.retain_mut(|found| found.shift(shift));
        self.faults.retain_mut(|fault| match shift.moved(&fault.span) {
            Some(span) => {
                fault.span = span;
                true
            }
            None => false,
        });
    }
}

impl Found {
    /// The findings of a document. `place` gives the byte in the buffer of an offset in the document.
    fn all(
        document: &Document,
        findings: Vec<Finding>,
        place: impl Fn(u32) -> usize,
        record: Option<&Range<usize>>,
    ) -> Vec<Found> {
        let prints = fingerprints(document, &findings);
        let range = |span: Span| place(span.start)..place(span.end);
        let of = |(finding, fingerprint): (Finding, Fingerprint)| Found {
            rule: finding.rule,
            severity: finding.severity,
            span: range(finding.span),
            related: finding.related.into_iter().map(|related| (range(related.span), related.message)).collect(),
            fix: finding.fix,
            fingerprint,
            text: beginning(document.slice(finding.span)),
            record: record.cloned(),
            message: finding.message.into_owned(),
        };
        findings.into_iter().zip(prints).map(of).collect()
    }

    /// Moves the finding to where it is after an edit; false when the edit touched it.
    fn shift(&mut self, shift: &Shift) -> bool {
        let Some(span) = shift.moved(&self.span) else { return false };
        self.span = span;
        self.related.retain_mut(|(place, _)| match shift.moved(place) {
            Some(moved) => {
                *place = moved;
                true
            }
            None => false,
        });
        match &mut self.record {
            Some(record) => {
                // Edits of a record are places in its text as it was.
                if shift.moved(record).is_none() {
                    self.fix = None;
                }
                *record = shift.widened(record);
            }
            None => {
                let mut edits = self.fix.iter_mut().flat_map(|fix| &mut fix.edits);
                let is_whole = edits.all(|edit| moved_edit(shift, edit));
                if !is_whole {
                    self.fix = None;
                }
            }
        }
        true
    }

    /// The finding moved by so many bytes.
    fn moved(mut self, by: usize) -> Found {
        let place = |range: &Range<usize>| range.start + by..range.end + by;
        self.span = place(&self.span);
        for (related, _) in &mut self.related {
            *related = place(related);
        }
        match &mut self.record {
            Some(record) => *record = place(record),
            None => {
                for edit in self.fix.iter_mut().flat_map(|fix| &mut fix.edits) {
                    let moved = place(&edit.span.range());
                    edit.span = Span::new(moved.start, moved.end);
                }
            }
        }
        self
    }
}

/// More of a flagged text is never asked for, in characters: a longer one is known by its fingerprint.
const BEGINNING: usize = 100;

fn beginning(text: &str) -> Box<str> {
    let end = text.char_indices().nth(BEGINNING).map_or(text.len(), |(end, _)| end);
    text[..end].into()
}

fn moved_edit(shift: &Shift, edit: &mut Edit) -> bool {
    match shift.moved(&edit.span.range()) {
        Some(moved) => {
            edit.span = Span::new(moved.start, moved.end);
            true
        }
        None => false,
    }
}
