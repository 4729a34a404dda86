//! Printing findings, one file a format. Reports never look at rules.
//!
//! Workers render each document into bytes of its own; [`Report`] puts the pieces together in
//! order.

mod checkstyle;
mod concise;
pub mod escape;
mod github;
mod gitlab;
mod html;
mod json;
mod junit;
mod location;
mod rdjson;
mod row;
#[cfg(test)]
mod samples;
mod sarif;
mod statistics;
mod text;
mod xml;

pub use statistics::{HostCount, RuleCount, Statistics};

use crate::document::Document;
use crate::finding::{Finding, Severity};
use crate::ruleset::RuleId;

/// Where people learn of newslint.
const HOME_PAGE: &str = "https://docs.rs/newslint";

/// How findings are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// With source lines, for people
    #[default]
    Text,
    /// One line a finding: `path:line:column: severity[rule] message`
    Concise,
    /// One JSON array
    Json,
    /// One JSON object a line
    Jsonl,
    /// SARIF 2.1.0: GitHub code scanning, Azure DevOps, editors
    Sarif,
    /// Workflow commands: annotations of GitHub Actions
    Github,
    /// Code Quality report of GitLab
    Gitlab,
    /// JUnit XML: a failed test for each rule that finds something in a document
    Junit,
    /// Checkstyle XML: Jenkins and others
    Checkstyle,
    /// Reviewdog Diagnostic Format
    Rdjson,
    /// Reviewdog Diagnostic Format, one object a line
    Rdjsonl,
    /// One page for a browser, with totals, filters and the places in the text
    Html,
}

/// How the text format looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TextStyle {
    /// With colour.
    pub color: bool,
    /// With the fingerprint of each finding.
    pub fingerprints: bool,
}

impl Format {
    /// Renders the findings of one document; nothing for none.
    #[must_use]
    pub fn render(self, document: &Document, findings: &[Finding], style: TextStyle) -> Vec<u8> {
        let mut out = Vec::new();
        if findings.is_empty() {
            return out;
        }
        match self {
            Format::Text => text::render(document, findings, style, &mut out),
            Format::Concise => concise::render(document, findings, &mut out),
            Format::Json => json::render(document, findings, b",\n", &mut out),
            Format::Jsonl => {
                json::render(document, findings, b"\n", &mut out);
                out.push(b'\n');
            }
            Format::Sarif => sarif::render(document, findings, &mut out),
            Format::Github => github::render(document, findings, &mut out),
            Format::Gitlab => gitlab::render(document, findings, &mut out),
            Format::Junit => junit::render(document, findings, &mut out),
            Format::Checkstyle => checkstyle::render(document, findings, &mut out),
            Format::Rdjson => rdjson::render(document, findings, false, b",\n", &mut out),
            Format::Rdjsonl => {
                rdjson::render(document, findings, true, b"\n", &mut out);
                out.push(b'\n');
            }
            Format::Html => html::render(document, findings, &mut out),
        }
        out
    }

    /// Whether the findings of a document can be rendered some at a time, as if they were of several documents.
    #[must_use]
    pub fn has_pieces(self) -> bool {
        match self {
            Format::Text | Format::Concise | Format::Json | Format::Jsonl => true,
            Format::Github | Format::Gitlab | Format::Rdjson | Format::Rdjsonl => true,
            Format::Sarif | Format::Junit | Format::Checkstyle | Format::Html => false,
        }
    }

    /// What comes before the first document.
    #[must_use]
    pub fn head(self) -> Vec<u8> {
        match self {
            Format::Json | Format::Gitlab => b"[".to_vec(),
            Format::Sarif => sarif::head().into(),
            Format::Junit => junit::HEAD.into(),
            Format::Checkstyle => checkstyle::HEAD.into(),
            Format::Rdjson => rdjson::head().into(),
            Format::Html => html::head(),
            Format::Text | Format::Concise | Format::Jsonl | Format::Github | Format::Rdjsonl => Vec::new(),
        }
    }

    /// What comes between two documents that have findings.
    #[must_use]
    pub fn between(self) -> &'static [u8] {
        match self {
            Format::Json | Format::Sarif | Format::Gitlab | Format::Rdjson | Format::Html => b",\n",
            Format::Text | Format::Concise | Format::Jsonl => b"",
            Format::Github | Format::Junit | Format::Checkstyle | Format::Rdjsonl => b"",
        }
    }

    /// How much of a rendered piece still has a place in a report that lists so many findings already:
    /// its bytes from the start, and the findings in them. A page has to stay small enough for a browser.
    #[must_use]
    pub fn within_limit(self, piece: &[u8], listed: u64) -> (usize, u64) {
        match self {
            Format::Html => html::within_limit(piece, listed),
            _ => (piece.len(), 0),
        }
    }

    /// Whether the report tells of hosts, so that they have to be counted.
    #[must_use]
    pub fn wants_hosts(self) -> bool {
        self == Format::Html
    }

    /// What comes behind the last document.
    #[must_use]
    pub fn tail(self, run: &RunSummary<'_>) -> Vec<u8> {
        let mut out = Vec::new();
        match self {
            Format::Json | Format::Gitlab => out.extend_from_slice(b"]\n"),
            Format::Sarif => sarif::tail(run, &mut out),
            Format::Junit => junit::tail(run.is_complete, &mut out),
            Format::Checkstyle => out.extend_from_slice(checkstyle::TAIL.as_bytes()),
            Format::Rdjson => out.extend_from_slice(rdjson::TAIL.as_bytes()),
            Format::Html => out.extend(html::tail(run)),
            Format::Text | Format::Concise | Format::Jsonl | Format::Github | Format::Rdjsonl => {}
        }
        out
    }
}

/// What is known of a run when all of it is done.
pub struct RunSummary<'a> {
    /// The rules of all configurations met, each once, by name.
    pub rules: &'a [RuleInfo<'a>],
    /// Counts of what was shown.
    pub statistics: &'a Statistics,
    /// Whether all input could be read and no rule broke down.
    pub is_complete: bool,
}

/// What a report tells of a rule.
#[derive(Clone, Debug)]
pub struct RuleInfo<'a> {
    /// `family/name`.
    pub id: RuleId,
    /// One line: what kind of text it finds.
    pub summary: &'a str,
    /// A paragraph or two for the person who meets a finding of it.
    pub why: &'a str,
    /// Its severity unless a configuration says otherwise.
    pub severity: Severity,
}
