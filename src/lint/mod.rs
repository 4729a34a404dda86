//! Documents through all rules.
//!
//! First the shared matcher, then the rules with code, then those that need evidence of the
//! others; at the end one finding a junk line, in the order of the text. A rule that panics is
//! named and left out; the others go on.

mod guard;
mod hit;
mod inside_code;
mod junk;
mod near;
mod pass;
mod profile;

use crate::document::Document;
use crate::finding::Finding;
use crate::ruleset::{RuleId, RuleSet};
use inside_code::drop_inside_code;
use junk::keep_most_telling;
use pass::{Pass, run_checks, run_first};
use profile::Stage;
pub use profile::{NameSettings, Profile};

/// A rule that panicked on a document: a fault of newslint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulePanic {
    /// The rule; `None` when it happened in the shared matcher.
    pub rule: Option<RuleId>,
    /// What it said, and where in the source.
    pub message: String,
}

/// What linting a document gave.
#[derive(Debug, Default)]
pub struct Linted {
    /// The findings, in the order of the text.
    pub findings: Vec<Finding>,
    /// Rules that broke down.
    pub panics: Vec<RulePanic>,
}

/// Whether no more documents should be linted together with so many, of so many bytes of text. With more, a rule
/// runs longer for each time that its code is read in; but what is known of the documents leaves the second-level
/// cache meanwhile, and other threads wait at the end of a run.
#[must_use]
pub fn are_enough_together(documents: usize, bytes: usize) -> bool {
    const ENOUGH_DOCUMENTS: usize = 48;
    const ENOUGH_BYTES: usize = 256 << 10;
    documents >= ENOUGH_DOCUMENTS || bytes >= ENOUGH_BYTES
}

/// Lints one document.
#[must_use]
pub fn lint(rules: &RuleSet, profile: &Profile, document: &Document) -> Linted {
    lint_all(rules, profile, &[document]).pop().unwrap_or_default()
}

/// Lints several documents, each for itself; what is found in each, in their order.
///
/// Each rule goes through all of them before the next one does, so that its code is read into the processor's
/// first-level cache once: there are more rules than fit there, and most documents are short.
/// [`are_enough_together`] tells how many to take.
#[must_use]
pub fn lint_all(rules: &RuleSet, profile: &Profile, documents: &[&Document]) -> Vec<Linted> {
    let found = find_in_all(rules, profile, documents).into_iter().zip(documents);
    found
        .map(|(mut linted, document)| {
            keep_most_telling(document, &mut linted.findings);
            drop_inside_code(&mut linted.findings);
            linted
        })
        .collect()
}

/// Everything that the rules find, in the order of the text; a junk line can have findings of several rules.
pub(crate) fn find_all(rules: &RuleSet, profile: &Profile, document: &Document) -> Linted {
    find_in_all(rules, profile, &[document]).pop().unwrap_or_default()
}

/// Everything that the rules find in each of some documents, as [`find_all`] has it.
fn find_in_all(rules: &RuleSet, profile: &Profile, documents: &[&Document]) -> Vec<Linted> {
    let mut passes: Vec<Pass> = documents.iter().map(|document| Pass::new(rules, profile, document)).collect();
    run_first(&mut passes);
    run_checks(&mut passes, Stage::OnEvidence);
    passes.into_iter().map(Pass::finish).collect()
}

/// The lines, counted from 0 and sorted, that the rules of these families find: what a rule with
/// `evidence` in its file gets to see.
#[must_use]
pub fn evidence(rules: &RuleSet, profile: &Profile, document: &Document, families: &[&str]) -> Vec<usize> {
    let mut passes = [Pass::new(rules, profile, document)];
    run_first(&mut passes);
    let wanted = passes[0].evidence.iter().filter(|item| families.contains(&item.family()));
    let mut lines: Vec<usize> = wanted.map(|item| item.line).collect();
    lines.dedup();
    lines
}
