//! Judging a document: which of its findings are shown, and whether they fail the run.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use newslint::baseline::Baseline;
use newslint::cache::Cache;
use newslint::config::Settings;
use newslint::config::levels::is_selected;
use newslint::document::Document;
use newslint::finding::{Finding, Severity, number_equals};
use newslint::input::changes::ChangedLines;
use newslint::lint::{Linted, Profile, RulePanic, lint_all};
use newslint::report::Statistics;
use newslint::ruleset::{RuleId, RuleSet};
use newslint::suppress::suppress;

use super::FailLevel;

/// What the command line says of levels; it goes before the configuration.
#[derive(Clone, Copy, Default)]
pub struct Judge<'a> {
    /// `--fail-on`.
    pub fail_on: Option<FailLevel>,
    /// `--min-severity`.
    pub min_severity: Option<Severity>,
    /// What earlier runs found.
    pub cache: Option<&'a Cache>,
}

/// A document, and what counts of it.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    /// The absolute path of its file.
    pub path: &'a Path,
    pub document: &'a Document,
    /// The lines whose findings count.
    pub changed: &'a ChangedLines,
    /// Findings that do not count.
    pub baseline: Option<&'a Baseline>,
}

/// What came of one document.
pub struct Verdict {
    /// The findings to show.
    pub findings: Vec<Finding>,
    /// Whether a finding is at or above the failing level and no budget covers it.
    pub failing: bool,
    /// Whether a finding is at or above the failing level, whatever the budgets.
    pub flagged: bool,
    /// Findings that fail the run and are not shown.
    pub unseen: u64,
    /// All findings, where the configuration has budgets.
    pub budgeted: Option<Statistics>,
    /// Rules that broke down.
    pub panics: Vec<RulePanic>,
}

impl Judge<'_> {
    /// Lints a document. `path` is the absolute path of its file.
    pub fn judge(self, settings: &Settings, path: &Path, document: &Document) -> Verdict {
        let levels = self.levels(settings);
        let profile = settings.profile(path, levels.needed);
        let linted = self.lint(settings.rules(), &profile, &[document]).pop().unwrap_or_default();
        let case = Case { path, document, changed: &ChangedLines::All, baseline: None };
        verdict(settings, &levels, &case, linted)
    }

    /// Lints some documents together, which are all records or all files; a verdict for each, in their order.
    pub fn judge_all(self, settings: &Settings, cases: &[Case]) -> Vec<Verdict> {
        let levels = self.levels(settings);
        let profile = |case: &Case| settings.profile(case.path, levels.needed);
        let profiles: Vec<Arc<Profile>> = cases.iter().map(profile).collect();
        let (mut verdicts, mut cases) = (Vec::with_capacity(cases.len()), cases.iter());
        for profiles in profiles.chunk_by(Arc::ptr_eq) {
            let same: Vec<&Case> = cases.by_ref().take(profiles.len()).collect();
            let documents: Vec<&Document> = same.iter().map(|case| case.document).collect();
            let linted = self.lint(settings.rules(), &profiles[0], &documents);
            verdicts.extend(same.iter().zip(linted).map(|(case, linted)| verdict(settings, &levels, case, linted)));
        }
        verdicts
    }

    fn levels(self, settings: &Settings) -> Levels {
        let chosen = self.fail_on.map(|level| level.0).or(settings.fail_on());
        let fail_on = chosen.unwrap_or(Some(Severity::Warning));
        // What fails a run has to be seen; what nobody sees need not be looked for.
        let usual = Severity::Warning.min(fail_on.unwrap_or(Severity::Warning));
        let lowest = self.min_severity.unwrap_or(usual);
        // A budget counts its findings whether they are shown or not.
        let is_budgeted = !settings.budgets().is_empty();
        let needed = if is_budgeted { Severity::Info } else { lowest.min(fail_on.unwrap_or(lowest)) };
        Levels { fail_on, lowest, needed }
    }

    fn lint(self, rules: &RuleSet, profile: &Profile, documents: &[&Document]) -> Vec<Linted> {
        let are_records = documents.first().is_some_and(|document| document.record().is_some());
        match self.cache.filter(|_| !are_records) {
            Some(cache) => cache.lint_all(rules, profile, documents),
            None => lint_all(rules, profile, documents),
        }
    }
}

/// From which severity on something happens.
#[derive(Clone, Copy)]
struct Levels {
    /// A finding fails the run.
    fail_on: Option<Severity>,
    /// A finding is shown.
    lowest: Severity,
    /// A rule runs.
    needed: Severity,
}

/// What comes of what was found.
fn verdict(settings: &Settings, levels: &Levels, case: &Case, mut linted: Linted) -> Verdict {
    let (Case { path, document, changed, baseline }, Levels { fail_on, lowest, needed }) = (*case, *levels);
    suppress(settings, path, document, needed, &mut linted.findings);
    // Equal findings are told apart by their number among all of them: the same whether a baseline takes some
    // out, the severity hides some, or neither.
    if baseline.is_some() || hides_an_equal(document, &linted.findings, lowest) {
        number_equals(document, &mut linted.findings);
    }
    if let Some(baseline) = baseline {
        baseline.drop_known(path, document, &mut linted.findings);
    }
    changed.retain(document, &mut linted.findings);

    let budgets = settings.budgets();
    let fails = |severity: Severity| fail_on.is_some_and(|level| severity >= level);
    let is_budgeted = |rule| budgets.iter().any(|(selector, _)| is_selected(rule, &[*selector], &[]));
    let mut findings = linted.findings;
    let flagged = findings.iter().any(|finding| fails(finding.severity));
    let failing = flagged && findings.iter().any(|finding| fails(finding.severity) && !is_budgeted(finding.rule));
    let budgeted = (!budgets.is_empty()).then(|| {
        let mut statistics = Statistics::default();
        statistics.add(&findings, None);
        statistics
    });
    let fails_unseen = |finding: &&Finding| finding.severity < lowest && fails(finding.severity);
    let unseen = findings.iter().filter(fails_unseen).count() as u64;
    findings.retain(|finding| finding.severity >= lowest);
    Verdict { findings, failing, flagged, unseen, budgeted, panics: linted.panics }
}

/// Whether a finding below a severity can be the equal of one that is shown: whether it is of the same rule and text.
fn hides_an_equal(document: &Document, findings: &[Finding], lowest: Severity) -> bool {
    let is_hidden = |finding: &&Finding| finding.severity < lowest;
    // Few rules find things of several severities.
    let mut rules: Vec<RuleId> = Vec::new();
    for finding in findings.iter().filter(is_hidden) {
        if !rules.contains(&finding.rule) {
            rules.push(finding.rule);
        }
    }
    let is_rival = |finding: &&Finding| !is_hidden(finding) && rules.contains(&finding.rule);
    let mut rivals = findings.iter().filter(is_rival).peekable();
    if rivals.peek().is_none() {
        return false;
    }
    let key = |finding: &Finding| (document.slice(finding.span), finding.rule);
    let hidden: BTreeSet<(&str, RuleId)> = findings.iter().filter(is_hidden).map(key).collect();
    rivals.any(|finding| hidden.contains(&key(finding)))
}

/// What to say of a rule that broke down.
pub fn panic_message(document: &Document, panic: &RulePanic) -> String {
    let rule = panic.rule.map_or("the shared matcher".to_owned(), |rule| format!("the rule {rule}"));
    let name = document.name();
    let record = document.record().map(|record| format!(", record {}", record.label())).unwrap_or_default();
    let message = &panic.message;
    format!("{rule} broke down on {name}{record}: {message}; this is a fault of newslint, the other rules went on")
}
