//! A buffer that is one document.

use super::{Analysis, Found, Scope};
use crate::document::{Document, Origin};

/// The byte order mark, which some editors leave in the text.
const MARK: char = '\u{FEFF}';

/// A text as a document, and the bytes of the buffer that stand before it: a byte order mark.
#[must_use]
pub fn document(scope: &Scope, text: &str) -> (Document, usize) {
    let (body, mark) = match text.strip_prefix(MARK) {
        Some(rest) => (rest, MARK.len_utf8()),
        None => (text, 0),
    };
    let origin = if mark > 0 { Origin::Shifted(mark as u32) } else { Origin::Identity };
    (Document::with_origin(scope.name.as_str(), body, origin), mark)
}

/// Everything found in a text.
#[must_use]
pub fn text(scope: &Scope, text: &str) -> Analysis {
    let (document, mark) = document(scope, text);
    let (findings, panics) = scope.lint(&document);
    let found = Found::all(&document, findings, |offset| offset as usize, None);
    let found = if mark > 0 { found.into_iter().map(|found| found.moved(mark)).collect() } else { found };
    Analysis { found, panics, ..Analysis::default() }
}
