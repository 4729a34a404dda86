//! Documents of many megabytes: what is said of them takes several times their memory once it is rendered, so
//! that is done piece by piece while it is written.

use std::vec;

use newslint::document::Document;
use newslint::finding::{Finding, number_equals};
use newslint::report::{Format, TextStyle};

/// Bytes of text from which on a document is large. While it is rendered where it is written, nothing else is
/// written.
pub const LARGE: usize = 4 << 20;

/// Findings that are rendered at a time: some megabytes.
const PIECE: usize = 4096;

/// The findings of a large document; yields them rendered, and drops them as it goes.
pub struct Large {
    document: Box<Document>,
    findings: vec::IntoIter<Finding>,
    format: Format,
    style: TextStyle,
}

impl Large {
    pub fn new(mut document: Box<Document>, mut findings: Vec<Finding>, format: Format, style: TextStyle) -> Large {
        document.forget_analyses();
        // Fingerprints tell equal findings apart by their number among all of the document.
        number_equals(&document, &mut findings);
        Large { document, findings: findings.into_iter(), format, style }
    }

    /// Bytes that it takes while it waits, roughly.
    pub fn bytes(&self) -> usize {
        /// What a finding refers to: its message, its fix, other places.
        const BESIDE_A_FINDING: usize = 200;
        self.document.text().len() + self.findings.len() * (size_of::<Finding>() + BESIDE_A_FINDING)
    }
}

impl Iterator for Large {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        let piece: Vec<Finding> = self.findings.by_ref().take(PIECE).collect();
        (!piece.is_empty()).then(|| self.format.render(&self.document, &piece, self.style))
    }
}
