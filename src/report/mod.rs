//! Printing findings, one file a format. Reports never look at rules.
//!
//! Workers render each document into bytes of its own; [`Report`] puts the pieces together in
//! order.

mod concise;
pub mod escape;
mod json;
mod statistics;
mod text;

pub use statistics::Statistics;

use crate::document::Document;
use crate::finding::Finding;

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
        }
        out
    }

    /// What comes before the first document.
    #[must_use]
    pub fn head(self) -> &'static [u8] {
        if self == Format::Json { b"[" } else { b"" }
    }

    /// What comes between two documents that have findings.
    #[must_use]
    pub fn between(self) -> &'static [u8] {
        if self == Format::Json { b",\n" } else { b"" }
    }

    /// What comes behind the last document.
    #[must_use]
    pub fn tail(self) -> &'static [u8] {
        if self == Format::Json { b"]\n" } else { b"" }
    }
}
