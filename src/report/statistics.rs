//! `--statistics`: how many findings of each rule, in how many documents.

use std::collections::BTreeMap;
use std::io::Write as _;

use serde_json::json;

use crate::finding::{Finding, Severity};
use crate::ruleset::RuleId;

/// Counts of one rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Count {
    severity: Severity,
    findings: u64,
    documents: u64,
    safe_fixes: u64,
}

/// Counts over a run. Adding is commutative, so the result does not depend on the threads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    rules: BTreeMap<RuleId, Count>,
    documents: u64,
    flagged: u64,
}

impl Statistics {
    /// Counts a document with its findings.
    pub fn add(&mut self, findings: &[Finding]) {
        self.documents += 1;
        self.flagged += u64::from(!findings.is_empty());
        let mut seen: Vec<RuleId> = Vec::new();
        for finding in findings {
            let none = Count { severity: finding.severity, findings: 0, documents: 0, safe_fixes: 0 };
            let count = self.rules.entry(finding.rule).or_insert(none);
            count.findings += 1;
            count.severity = count.severity.max(finding.severity);
            let is_safe = finding.fix.as_ref().is_some_and(|fix| fix.safety == crate::finding::Safety::Safe);
            count.safe_fixes += u64::from(is_safe);
            if !seen.contains(&finding.rule) {
                seen.push(finding.rule);
                count.documents += 1;
            }
        }
    }

    /// Takes in the counts of another part of the run.
    pub fn merge(&mut self, other: &Statistics) {
        self.documents += other.documents;
        self.flagged += other.flagged;
        for (rule, more) in &other.rules {
            let none = Count { findings: 0, documents: 0, safe_fixes: 0, ..*more };
            let count = self.rules.entry(*rule).or_insert(none);
            count.severity = count.severity.max(more.severity);
            count.findings += more.findings;
            count.documents += more.documents;
            count.safe_fixes += more.safe_fixes;
        }
    }

    /// Documents linted.
    #[must_use]
    pub fn documents(&self) -> u64 {
        self.documents
    }

    /// Documents with findings.
    #[must_use]
    pub fn flagged(&self) -> u64 {
        self.flagged
    }

    /// Findings of the rules that `wanted` picks.
    pub fn findings(&self, wanted: impl Fn(RuleId, Severity) -> bool) -> u64 {
        self.rules.iter().filter(|(rule, count)| wanted(**rule, count.severity)).map(|(_, count)| count.findings).sum()
    }

    /// Findings with a safe fix.
    #[must_use]
    pub fn safe_fixes(&self) -> u64 {
        self.rules.values().map(|count| count.safe_fixes).sum()
    }

    fn sorted(&self) -> Vec<(RuleId, Count)> {
        let mut rows: Vec<_> = self.rules.iter().map(|(rule, count)| (*rule, *count)).collect();
        rows.sort_by_key(|(rule, count)| (std::cmp::Reverse(count.findings), *rule));
        rows
    }

    /// A table, the most frequent rule first.
    pub fn render_table(&self, out: &mut Vec<u8>) {
        let width = self.rules.keys().map(|rule| rule.as_str().len()).max().unwrap_or(0).max("rule".len());
        if !self.rules.is_empty() {
            let _ = writeln!(out, "{:<width$}  {:<8}  {:>8}  {:>9}", "rule", "severity", "findings", "documents");
        }
        for (rule, count) in self.sorted() {
            let severity = count.severity.name();
            let _ = writeln!(
                out,
                "{:<width$}  {severity:<8}  {:>8}  {:>9}",
                rule.as_str(),
                count.findings,
                count.documents
            );
        }
    }

    /// One JSON object.
    pub fn render_json(&self, out: &mut Vec<u8>) {
        let rules: Vec<_> = self
            .sorted()
            .into_iter()
            .map(|(rule, count)| {
                json!({
                    "rule": rule.as_str(),
                    "severity": count.severity,
                    "findings": count.findings,
                    "documents": count.documents,
                })
            })
            .collect();
        let object = json!({
            "documents": self.documents,
            "flagged_documents": self.flagged,
            "findings": self.findings(|_, _| true),
            "rules": rules,
        });
        let _ = writeln!(out, "{object}");
    }
}
