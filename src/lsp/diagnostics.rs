//! Findings as the editor shows them.

use std::str::FromStr as _;

use lsp_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location,
    NumberOrString, Range as PositionRange, Uri,
};
use ropey::Rope;
use serde_json::json;

use super::address;
use super::analysis::{Analysis, Fault, Found};
use super::client::Client;
use crate::finding::{Severity, fingerprint_text};
use crate::report::escape::visible;
use crate::ruleset::{Rule, RuleSet, Source};

/// Who found it.
const SOURCE: &str = "newslint";

/// Where the files of a published version can be read.
const SOURCES: &str = concat!("https://docs.rs/crate/newslint/", env!("CARGO_PKG_VERSION"), "/source");

/// What the diagnostics of one text are made with.
pub struct View<'a> {
    /// The editor.
    pub client: &'a Client,
    /// The text's address.
    pub uri: &'a Uri,
    /// The text.
    pub text: &'a Rope,
    /// The rules.
    pub rules: Option<&'a RuleSet>,
}

impl View<'_> {
    /// The diagnostics of an analysis, at most so many: those closest to `focus`, a byte, and one that tells
    /// how many are not shown.
    #[must_use]
    pub fn diagnostics(&self, analysis: &Analysis, most: usize, focus: usize) -> Vec<Diagnostic> {
        let count = analysis.faults.len() + analysis.found.len();
        let faults = &analysis.faults[..analysis.faults.len().min(most)];
        let rest = most - faults.len();
        // The findings are in the order of the text, so those closest to a place follow each other.
        let found = &analysis.found;
        let at = found.partition_point(|found| found.span.end < focus);
        let from = at.saturating_sub(rest / 2).min(found.len().saturating_sub(rest));
        let near = &found[from..found.len().min(from + rest)];
        let mut diagnostics: Vec<Diagnostic> = faults.iter().map(|fault| self.of_fault(fault)).collect();
        diagnostics.extend(near.iter().map(|found| self.of_finding(found)));
        let hidden = count - diagnostics.len();
        if hidden > 0 {
            diagnostics.push(Diagnostic {
                range: PositionRange::default(),
                severity: Some(DiagnosticSeverity::INFORMATION),
                code: Some(NumberOrString::String("hidden".to_owned())),
                source: Some(SOURCE.to_owned()),
                message: format!(
                    "{hidden} more findings are not shown; those around the last edit are (newslint.maxDiagnostics)"
                ),
                ..Diagnostic::default()
            });
        }
        diagnostics
    }

    /// The diagnostic of a finding.
    #[must_use]
    pub fn of_finding(&self, found: &Found) -> Diagnostic {
        let rule = self.rules.and_then(|rules| rules.get(found.rule.as_str()));
        let related = found.related.iter().map(|(span, message)| DiagnosticRelatedInformation {
            location: Location { uri: self.uri.clone(), range: self.client.encoding.range(self.text, span) },
            message: visible(message).into_owned(),
        });
        let related: Vec<_> = related.collect();
        let edits = found.fix.as_ref().map(|fix| &*fix.edits).unwrap_or_default();
        let deletes = !edits.is_empty() && edits.iter().all(|edit| edit.replacement.is_empty());
        Diagnostic {
            range: self.client.encoding.range(self.text, &found.span),
            severity: Some(match found.severity {
                Severity::Error => DiagnosticSeverity::ERROR,
                Severity::Warning => DiagnosticSeverity::WARNING,
                Severity::Info => DiagnosticSeverity::INFORMATION,
            }),
            code: Some(NumberOrString::String(found.rule.as_str().to_owned())),
            code_description: rule
                .filter(|_| self.client.has_links)
                .and_then(link)
                .map(|href| CodeDescription { href }),
            source: Some(SOURCE.to_owned()),
            message: visible(&found.message).into_owned(),
            related_information: (self.client.has_related && !related.is_empty()).then_some(related),
            // Editors fade what could as well not be there.
            tags: (self.client.has_tags && deletes).then(|| vec![DiagnosticTag::UNNECESSARY]),
            data: Some(json!({"fingerprint": fingerprint_text(&found.fingerprint)})),
        }
    }

    fn of_fault(&self, fault: &Fault) -> Diagnostic {
        Diagnostic {
            range: self.client.encoding.range(self.text, &fault.span),
            severity: Some(DiagnosticSeverity::ERROR),
            code: Some(NumberOrString::String(fault.code.to_owned())),
            source: Some(SOURCE.to_owned()),
            message: visible(&fault.message).into_owned(),
            ..Diagnostic::default()
        }
    }
}

/// Where a rule's file can be read: it says what the rule is for.
#[must_use]
pub fn link(rule: &Rule) -> Option<Uri> {
    match &rule.source {
        Source::BuiltIn => Uri::from_str(&format!("{SOURCES}/rules/{}.toml", rule.id)).ok(),
        Source::File(path) => address::of_path(path),
    }
}
