//! Printing findings, one file a format. Reports never look at rules.
//!
//! Workers render each document into bytes of its own; [`Report`] puts the pieces together in
//! order.

mod concise;
pub mod escape;
mod html;
mod json;
mod statistics;
mod text;

pub use statistics::{HostCount, RuleCount, Statistics};

use crate::document::Document;
use crate::finding::{Finding, Severity};
use crate::ruleset::RuleId;

/// How findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// With source lines, for people
    Text,
    /// One line a finding: `path:line:column: severity[rule] message`
    Concise,
    /// One JSON array
    Json,
    /// One JSON object a line
    Jsonl,
    /// One page for a browser, with totals, filters and the places in the text
    Html,
}

impl Format {
    /// Renders the findings of one document; nothing for none.
    #[must_use]
    pub fn render(self, document: &Document, findings: &[Finding], color: bool) -> Vec<u8> {
        let mut out = Vec::new();
        if findings.is_empty() {
            return out;
        }
        match self {
            Format::Text => text::render(document, findings, color, &mut out),
            Format::Concise => concise::render(document, findings, &mut out),
            Format::Json => json::render(document, findings, b",\n", &mut out),
            Format::Jsonl => {
                json::render(document, findings, b"\n", &mut out);
                out.push(b'\n');
            }
            Format::Html => html::render(document, findings, &mut out),
        }
        out
    }

    /// What comes before the first document.
    #[must_use]
    pub fn head(self) -> Vec<u8> {
        match self {
            Format::Json => b"[".to_vec(),
            Format::Html => html::head(),
            Format::Text | Format::Concise | Format::Jsonl => Vec::new(),
        }
    }

    /// What comes between two documents that have findings.
    #[must_use]
    pub fn between(self) -> &'static [u8] {
        match self {
            Format::Json | Format::Html => b",\n",
            Format::Text | Format::Concise | Format::Jsonl => b"",
        }
    }

    /// How much of a rendered piece still has a place in a report that lists so many findings already:
    /// its bytes from the start, and the findings in them. A page has to stay small enough for a browser.
    #[must_use]
    pub fn within_limit(self, piece: &[u8], listed: u64) -> (usize, u64) {
        match self {
            Format::Html => html::within_limit(piece, listed),
            Format::Text | Format::Concise | Format::Json | Format::Jsonl => (piece.len(), 0),
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
        match self {
            Format::Json => b"]\n".to_vec(),
            Format::Html => html::tail(run),
            Format::Text | Format::Concise | Format::Jsonl => Vec::new(),
        }
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
