//! Judging a document: which of its findings are shown, and whether they fail the run.

use std::collections::BTreeSet;
use std::path::Path;

use newslint::baseline::Baseline;
use newslint::cache::Cache;
use newslint::config::Settings;
use newslint::config::levels::is_selected;
use newslint::document::Document;
use newslint::finding::{Finding, Severity, number_equals};
use newslint::input::changes::ChangedLines;
use newslint::lint::{Linted, Profile, RulePanic, lint};
use newslint::report::Statistics;
use newslint::ruleset::RuleId;
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
        self.judge_new(settings, path, document, &ChangedLines::All, None)
    }

    /// Lints a document of which only the findings on changed lines count that the baseline does not
    /// know.
    pub fn judge_new(
        self,
        settings: &Settings,
        path: &Path,
        document: &Document,
        changed: &ChangedLines,
        baseline: Option<&Baseline>,
    ) -> Verdict {
        let chosen = self.fail_on.map(|level| level.0).or(settings.fail_on());
        let fail_on = chosen.unwrap_or(Some(Severity::Warning));
        // What fails a run has to be seen; what nobody sees need not be looked for.
        let usual = Severity::Warning.min(fail_on.unwrap_or(Severity::Warning));
        let lowest = self.min_severity.unwrap_or(usual);
        let budgets = settings.budgets();
        // A budget counts its findings whether they are shown or not.
        let needed = if budgets.is_empty() { lowest.min(fail_on.unwrap_or(lowest)) } else { Severity::Info };
        let profile = settings.profile(path, needed);
        let mut linted = self.lint(settings, &profile, document);
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

    fn lint(self, settings: &Settings, profile: &Profile, document: &Document) -> Linted {
        match self.cache.filter(|_| document.record().is_none()) {
            Some(cache) => cache.lint(settings.rules(), profile, document),
            None => lint(settings.rules(), profile, document),
        }
    }
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
