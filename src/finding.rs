//! What rules yield: findings, and the fixes they offer.

mod edits;

use std::borrow::Cow;

use xxhash_rust::xxh3::xxh3_128;

use crate::document::Document;
pub use crate::document::Span;
use crate::hashed_map::HashedMap;
use crate::ruleset::RuleId;
pub use crate::severity::{Safety, Severity};
use crate::swar::ONES;
pub use edits::Edits;

/// A replacement of one stretch of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced, in bytes of the document's text.
    pub span: Span,
    /// What comes in its place.
    pub replacement: String,
}

/// A repair of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// How far it can be trusted.
    pub safety: Safety,
    /// What it does, in words.
    pub message: Cow<'static, str>,
    /// Its edits, in order and without overlap.
    pub edits: Edits,
}

/// Another place that belongs to a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// The place, in bytes of the document's text.
    pub span: Span,
    /// What it has to do with the finding.
    pub message: Cow<'static, str>,
}

/// One problem at one spot.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule that found it.
    pub rule: RuleId,
    /// How bad it is, as the configuration for this file has it.
    pub severity: Severity,
    /// The spot, in bytes of the document's text.
    pub span: Span,
    /// What is wrong, for a person.
    pub message: Cow<'static, str>,
    /// The repair, where there is one.
    pub fix: Option<Fix>,
    /// Other places that belong to it.
    pub related: Vec<Related>,
    /// How telling the evidence is, in bytes of the wording that gave it away; among findings of
    /// equal severity that cover the same line the most telling stays.
    pub(crate) cue: u32,
    /// Its number among equal findings of the document, from 1, where some of these were dropped; 0
    /// where it can be counted.
    pub(crate) number: u32,
}

/// Sorts findings as a report has them: by place, the longer span first, then by rule; equal ones stay as they are.
///
/// A finding is large and sorting moves what it sorts several times, so numbers are sorted in their place, and
/// each finding is moved once.
pub(crate) fn sort(findings: &mut [Finding]) {
    let key = |finding: &Finding| u64::from(finding.span.start) << 32 | u64::from(!finding.span.end);
    let mut order: Vec<(u64, u32)> = findings.iter().map(key).zip(0..).collect();
    let rule = |index: u32| findings[index as usize].rule;
    // Names are compared only where the places are the same.
    order.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| rule(a.1).cmp(&rule(b.1))));
    for to in 0..findings.len() {
        // What stood there at first may have made room for a finding before it.
        let mut from = order[to].1;
        while (from as usize) < to {
            from = order[from as usize].1;
        }
        order[to].1 = from;
        if from as usize != to {
            findings.swap(to, from as usize);
        }
    }
}

/// Bytes that the key of most findings takes.
const USUAL_KEY: usize = 1024;

/// Bytes of text on either side of a span that its fingerprint takes in when its line is longer
/// than four times as much.
const FINGERPRINT_CONTEXT: usize = 200;

/// A finding's identity over changes elsewhere in its document: 32 hexadecimal digits.
pub type Fingerprint = [u8; 32];

/// Reads a fingerprint as reports write it: 32 lower-case hexadecimal digits.
#[must_use]
pub fn parse_fingerprint(text: &str) -> Option<Fingerprint> {
    let is_digit = |byte: &u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte);
    text.as_bytes().try_into().ok().filter(|digits: &Fingerprint| digits.iter().all(is_digit))
}

/// A fingerprint as text.
#[must_use]
pub fn fingerprint_text(fingerprint: &Fingerprint) -> &str {
    std::str::from_utf8(fingerprint).unwrap_or_default()
}

/// Fixes the number of each finding among its equals, so that dropping some of them leaves the
/// fingerprints of the others as they are. The findings must be all of the document's, or those left
/// of them after an earlier call.
pub fn number_equals(document: &Document, findings: &mut [Finding]) {
    if findings.iter().any(|finding| finding.number > 0) {
        return;
    }
    let mut seen: HashedMap<u128, u32> = HashedMap::with_capacity_and_hasher(findings.len(), Default::default());
    let mut key = Vec::with_capacity(USUAL_KEY);
    for finding in findings {
        finding.number = count(&mut seen, fingerprint_key(document, finding, &mut key));
    }
}

/// The fingerprints of a document's findings, in their order.
///
/// A fingerprint is XXH3-128 of the rule, the text of the span, the text of its line, the record's
/// id where there is one and, for findings equal in all of these, their number. Line and record
/// numbers do not enter, so findings keep their fingerprint when lines or records above them come or
/// go.
#[must_use]
pub fn fingerprints(document: &Document, findings: &[Finding]) -> Vec<Fingerprint> {
    let mut seen: HashedMap<u128, u32> = HashedMap::with_capacity_and_hasher(findings.len(), Default::default());
    let mut key = Vec::with_capacity(USUAL_KEY);
    findings
        .iter()
        .map(|finding| {
            let first = fingerprint_key(document, finding, &mut key);
            let number = if finding.number > 0 { finding.number } else { count(&mut seen, first) };
            let hash = if number == 1 {
                first
            } else {
                key.extend_from_slice(&number.to_le_bytes());
                xxh3_128(&key)
            };
            hexadecimal(hash)
        })
        .collect()
}

/// Writes what a finding shares with its equals, and gives the hash of it.
fn fingerprint_key(document: &Document, finding: &Finding, key: &mut Vec<u8>) -> u128 {
    key.clear();
    for part in [finding.rule.as_str(), document.slice(finding.span), context(document, finding.span)] {
        key.extend_from_slice(part.as_bytes());
        key.push(0);
    }
    if let Some(id) = document.record().and_then(|record| record.id.as_deref()) {
        key.extend_from_slice(id.as_bytes());
    }
    xxh3_128(key)
}

/// Counts a finding; the result is its number among its equals.
fn count(seen: &mut HashedMap<u128, u32>, key: u128) -> u32 {
    let number = seen.entry(key).or_insert(0);
    *number += 1;
    *number
}

/// The lower-case hexadecimal digits of a hash; the formatting machinery takes far longer.
fn hexadecimal(hash: u128) -> Fingerprint {
    let mut digits = [0; 32];
    let parts = [(hash >> 96) as u32, (hash >> 64) as u32, (hash >> 32) as u32, hash as u32];
    for (eight, part) in digits.as_chunks_mut().0.iter_mut().zip(parts) {
        *eight = eight_digits(part);
    }
    digits
}

/// The hexadecimal digits of a part of a hash, all at once.
fn eight_digits(part: u32) -> [u8; 8] {
    // Each half of a byte goes into a byte of its own.
    let mut halves = u64::from(part);
    halves = ((halves << 16) | halves) & 0x0000_FFFF_0000_FFFF;
    halves = ((halves << 8) | halves) & 0x00FF_00FF_00FF_00FF;
    halves = ((halves << 4) | halves) & (0x0F * ONES);
    // Adding 6 carries from 10 on: the digits that are letters.
    let letters = ((halves + 6 * ONES) >> 4) & ONES;
    let text = halves + u64::from(b'0') * ONES + letters * u64::from(b'a' - b'0' - 10);
    text.to_be_bytes()
}

/// The line of a span, or a window of it when the line is long, so that a document on one line
/// costs no more than one on many.
fn context(document: &Document, span: Span) -> &str {
    let text = document.text();
    let lines = document.lines();
    let first = lines.span(text, lines.index_of(span.start));
    if first.len() <= 4 * FINGERPRINT_CONTEXT {
        return trimmed(&text[first.range()]);
    }
    let start = (span.start as usize).saturating_sub(FINGERPRINT_CONTEXT).max(first.start as usize);
    let end = (span.end as usize + FINGERPRINT_CONTEXT).min(first.end as usize).max(span.start as usize);
    trimmed(&text[text.floor_char_boundary(start)..text.ceil_char_boundary(end)])
}

/// A text without the blanks at its ends, which most texts do not have.
fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_are_sorted_as_by_their_order() {
        let rules = ["b/one", "a/two"].map(RuleId::new);
        let finding = |number: u32| Finding {
            rule: rules[number as usize % 2],
            severity: Severity::Info,
            span: Span { start: number * 7919 % 50, end: 50 + number * 104_729 % 3 },
            message: Cow::Borrowed(""),
            fix: None,
            related: Vec::new(),
            cue: 0,
            number,
        };
        let mut findings: Vec<Finding> = (0..500).map(finding).collect();
        let mut expected = findings.clone();
        expected.sort_by_key(|finding| (finding.span.start, std::cmp::Reverse(finding.span.end), finding.rule));
        sort(&mut findings);
        let numbers = |findings: &[Finding]| findings.iter().map(|finding| finding.number).collect::<Vec<_>>();
        assert_eq!(numbers(&findings), numbers(&expected));
    }

    #[test]
    fn fingerprints_are_hexadecimal() {
        for hash in [0, 1, u128::MAX, 0x0123_4567_89AB_CDEF_FEDC_BA98_7654_3210, 0xA09F << 90] {
            assert_eq!(fingerprint_text(&hexadecimal(hash)), format!("{hash:032x}"));
        }
    }
}
