//! `--statistics`: how many findings of each rule, in how many documents.

use std::collections::BTreeMap;
use std::io::Write as _;

use serde_json::json;

use super::escape::visible;
use crate::finding::{Finding, Severity};
use crate::ruleset::RuleId;

/// Counts of one rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleCount {
    /// The highest severity among its findings; configurations may differ from file to file.
    pub severity: Severity,
    /// Its findings.
    pub findings: u64,
    /// Documents with findings of it.
    pub documents: u64,
    /// Findings with a safe fix.
    pub safe_fixes: u64,
}

/// Counts over a run. They are put together in the order of the input, so the result does not depend on
/// the threads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// The rules with findings, as they were met: there are few, and comparing ids takes one step where a map
    /// would compare names.
    rules: Vec<(RuleId, RuleCount)>,
    /// Findings of each severity, in the order of [`Severity::ALL`].
    severities: [u64; Severity::ALL.len()],
    documents: u64,
    flagged: u64,
    /// Records that could not be read.
    broken: u64,
    hosts: BTreeMap<String, HostCount>,
}

/// Counts of the pages of one host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HostCount {
    /// Documents from there.
    pub documents: u64,
    /// Those with findings.
    pub flagged: u64,
    /// Findings in them.
    pub findings: u64,
}

/// Hosts that are counted apart; those that come when there are so many are counted together, so that
/// memory does not grow with the corpus. Corpora of news hold some thousands.
const MOST_HOSTS: usize = 50_000;

/// The name under which further hosts are counted.
const OTHER_HOSTS: &str = "(other hosts)";

/// Hosts that are listed.
const WORST_HOSTS: usize = 20;

impl Statistics {
    /// Counts a document with its findings, and the host that its page comes from.
    pub fn add(&mut self, findings: &[Finding], host: Option<String>) {
        self.documents += 1;
        self.flagged += u64::from(!findings.is_empty());
        if let Some(host) = host {
            let findings = findings.len() as u64;
            self.add_host(host, HostCount { documents: 1, flagged: u64::from(findings > 0), findings });
        }
        // A document has findings of few rules.
        let mut counts: Vec<(RuleId, RuleCount)> = Vec::new();
        for finding in findings {
            self.severities[finding.severity as usize] += 1;
            let at = counts.iter().position(|(rule, _)| *rule == finding.rule).unwrap_or_else(|| {
                let none = RuleCount { severity: finding.severity, findings: 0, documents: 1, safe_fixes: 0 };
                counts.push((finding.rule, none));
                counts.len() - 1
            });
            let count = &mut counts[at].1;
            count.findings += 1;
            count.severity = count.severity.max(finding.severity);
            let is_safe = finding.fix.as_ref().is_some_and(|fix| fix.safety == crate::finding::Safety::Safe);
            count.safe_fixes += u64::from(is_safe);
        }
        if self.rules.is_empty() {
            self.rules = counts;
            return;
        }
        for (rule, count) in counts {
            self.add_rule(rule, count);
        }
    }

    /// Counts a record that could not be read.
    pub fn add_broken(&mut self) {
        self.broken += 1;
    }

    fn add_host(&mut self, host: String, more: HostCount) {
        let is_new = !self.hosts.contains_key(&host);
        let host = if is_new && self.hosts.len() >= MOST_HOSTS { OTHER_HOSTS.to_owned() } else { host };
        let count = self.hosts.entry(host).or_default();
        count.documents += more.documents;
        count.flagged += more.flagged;
        count.findings += more.findings;
    }

    /// Takes in the counts of another part of the run.
    pub fn merge(&mut self, other: &Statistics) {
        self.documents += other.documents;
        self.flagged += other.flagged;
        self.broken += other.broken;
        for (count, more) in self.severities.iter_mut().zip(other.severities) {
            *count += more;
        }
        for (host, count) in &other.hosts {
            self.add_host(host.clone(), *count);
        }
        for (rule, more) in &other.rules {
            self.add_rule(*rule, *more);
        }
    }

    fn add_rule(&mut self, rule: RuleId, more: RuleCount) {
        let Some((_, count)) = self.rules.iter_mut().find(|(known, _)| *known == rule) else {
            self.rules.push((rule, more));
            return;
        };
        count.severity = count.severity.max(more.severity);
        count.findings += more.findings;
        count.documents += more.documents;
        count.safe_fixes += more.safe_fixes;
    }

    /// Documents linted.
    #[must_use]
    pub fn documents(&self) -> u64 {
        self.documents
    }

    /// Records that could not be read.
    #[must_use]
    pub fn broken(&self) -> u64 {
        self.broken
    }

    /// Documents with findings.
    #[must_use]
    pub fn flagged(&self) -> u64 {
        self.flagged
    }

    /// Findings of the rules that `wanted` picks.
    pub fn findings(&self, wanted: impl Fn(RuleId, Severity) -> bool) -> u64 {
        self.rules.iter().filter(|(rule, count)| wanted(*rule, count.severity)).map(|(_, count)| count.findings).sum()
    }

    /// Findings of a severity.
    #[must_use]
    pub fn of_severity(&self, severity: Severity) -> u64 {
        self.severities[severity as usize]
    }

    /// Findings with a safe fix.
    #[must_use]
    pub fn safe_fixes(&self) -> u64 {
        self.rules.iter().map(|(_, count)| count.safe_fixes).sum()
    }

    /// The rules with findings, the most frequent first.
    #[must_use]
    pub fn rules(&self) -> Vec<(RuleId, RuleCount)> {
        let mut rows = self.rules.clone();
        rows.sort_by_key(|(rule, count)| (std::cmp::Reverse(count.findings), *rule));
        rows
    }

    /// The hosts with the most findings for each document, the worst first. A host with few documents
    /// can only be that bad by accident, so hosts are ordered as if each had a few ordinary documents
    /// more. None where hosts were not counted.
    #[must_use]
    pub fn worst_hosts(&self) -> Vec<(&str, HostCount)> {
        const ORDINARY: f64 = 5.0;
        let known: u64 = self.hosts.values().map(|count| count.documents).sum();
        let findings: u64 = self.hosts.values().map(|count| count.findings).sum();
        let ordinary = ORDINARY * findings as f64 / (known as f64).max(1.0);
        let rate = |count: &HostCount| (count.findings as f64 + ordinary) / (count.documents as f64 + ORDINARY);
        let mut hosts: Vec<_> = self.hosts.iter().map(|(host, count)| (host.as_str(), *count)).collect();
        hosts.retain(|(_, count)| count.findings > 0);
        hosts.sort_by(|a, b| rate(&b.1).total_cmp(&rate(&a.1)).then(a.0.cmp(b.0)));
        hosts.truncate(WORST_HOSTS);
        hosts
    }

    /// A table, the most frequent rule first, and one of the worst hosts where hosts are known.
    pub fn render_table(&self, out: &mut Vec<u8>) {
        let all = self.documents;
        let width = self.rules.iter().map(|(rule, _)| rule.as_str().len()).max().unwrap_or(0).max("rule".len());
        if !self.rules.is_empty() {
            let _ = writeln!(
                out,
                "{:<width$}  {:<8}  {:>8}  {:>9}  {:>6}  {:>9}",
                "rule", "severity", "findings", "documents", "share", "per 1,000"
            );
        }
        for (rule, count) in self.rules() {
            let (rule, severity) = (rule.as_str(), count.severity.name());
            let (share, rate) = (100.0 * ratio(count.documents, all), 1000.0 * ratio(count.findings, all));
            let (findings, documents) = (count.findings, count.documents);
            let _ = writeln!(
                out,
                "{rule:<width$}  {severity:<8}  {findings:>8}  {documents:>9}  {share:>5.1}%  {rate:>9.1}"
            );
        }
        let hosts = self.worst_hosts();
        if hosts.is_empty() {
            return;
        }
        let width =
            hosts.iter().map(|(host, _)| visible(host).chars().count()).max().unwrap_or(0).max("worst hosts".len());
        let _ = writeln!(out, "\n{:<width$}  {:>8}  {:>9}  {:>9}", "worst hosts", "findings", "documents", "per 1,000");
        for (host, count) in hosts {
            let rate = 1000.0 * ratio(count.findings, count.documents);
            let _ =
                writeln!(out, "{:<width$}  {:>8}  {:>9}  {rate:>9.1}", visible(host), count.findings, count.documents);
        }
    }

    /// One JSON object. `files` is the number of files that were read.
    pub fn render_json(&self, files: u64, out: &mut Vec<u8>) {
        let all = self.documents;
        let per_thousand = |count: u64| rounded(1000.0 * ratio(count, all));
        let rules = self.rules().into_iter().map(|(rule, count)| {
            json!({
                "rule": rule.as_str(),
                "severity": count.severity,
                "findings": count.findings,
                "documents": count.documents,
                "findings_per_1000_documents": per_thousand(count.findings),
                "share_of_documents": rounded(ratio(count.documents, all)),
            })
        });
        let rules: Vec<_> = rules.collect();
        let hosts = self.worst_hosts().into_iter().map(|(host, count)| {
            json!({
                "host": host,
                "findings": count.findings,
                "documents": count.documents,
                "flagged_documents": count.flagged,
                "findings_per_1000_documents": rounded(1000.0 * ratio(count.findings, count.documents)),
            })
        });
        let hosts: Vec<_> = hosts.collect();
        let findings = self.findings(|_, _| true);
        let object = json!({
            "files": files,
            "documents": all,
            "broken_records": self.broken,
            "flagged_documents": self.flagged,
            "share_of_documents": rounded(ratio(self.flagged, all)),
            "findings": findings,
            "findings_per_1000_documents": per_thousand(findings),
            "rules": rules,
            "worst_hosts": hosts,
        });
        let _ = writeln!(out, "{object}");
    }
}

fn ratio(part: u64, all: u64) -> f64 {
    if all == 0 { 0.0 } else { part as f64 / all as f64 }
}

/// Six digits behind the point are enough for a share of a million documents.
fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}
