//! A buffer that is one document.

use super::{Analysis, Found, Scope};
use crate::document::{Document, Origin};

/// The byte order mark, which some editors leave in the text.
const MARK: char = '\u{FEFF}';

/// A text without its byte order mark, and the bytes of that.
#[must_use]
pub fn split_mark(text: &str) -> (&str, usize) {
    match text.strip_prefix(MARK) {
        Some(rest) => (rest, MARK.len_utf8()),
        None => (text, 0),
    }
}

/// Everything found in a text.
#[must_use]
pub fn text(scope: &Scope, text: &str) -> Analysis {
    let (body, mark) = split_mark(text);
    let origin = if mark > 0 { Origin::Shifted(mark as u32) } else { Origin::Identity };
    let document = Document::with_origin(scope.name.as_str(), body, origin);
    let (findings, panics) = scope.lint(&document);
    let found = Found::all(&document, findings, |offset| offset as usize, None);
    let found = if mark > 0 { found.into_iter().map(|found| found.moved(mark)).collect() } else { found };
    Analysis { found, panics, ..Analysis::default() }
}
