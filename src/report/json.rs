//! `json` and `jsonl`: findings for programs.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use super::escape::is_hostile;
use crate::document::{Document, Span};
use crate::finding::{Finding, Safety, Severity, fingerprints};

/// Longest text of a span that is given whole, in characters.
const LONGEST_TEXT: usize = 200;

#[derive(Serialize)]
struct FindingObject<'a> {
    path: &'a str,
    record: Option<()>,
    rule: &'a str,
    severity: Severity,
    message: &'a str,
    start: Place,
    end: Place,
    span: Bytes,
    text: &'a str,
    fix: Option<FixObject<'a>>,
    related: Vec<RelatedObject<'a>>,
    fingerprint: &'a str,
}

#[derive(Serialize)]
struct Place {
    line: u32,
    column: u32,
    byte: u32,
}

#[derive(Serialize)]
struct Bytes {
    start: u32,
    end: u32,
}

#[derive(Serialize)]
struct FixObject<'a> {
    safety: Safety,
    message: &'a str,
    edits: Vec<EditObject<'a>>,
}

#[derive(Serialize)]
struct EditObject<'a> {
    start: u32,
    end: u32,
    replacement: &'a str,
}

#[derive(Serialize)]
struct RelatedObject<'a> {
    start: Place,
    end: Place,
    message: &'a str,
}

/// Writes one object a finding, with `separator` between them.
pub fn render(document: &Document, findings: &[Finding], separator: &[u8], out: &mut Vec<u8>) {
    let fingerprints = fingerprints(document, findings);
    for (index, (finding, fingerprint)) in findings.iter().zip(&fingerprints).enumerate() {
        if index > 0 {
            out.extend_from_slice(separator);
        }
        let (start, end) = places(document, finding.span);
        let text = shortened(document.slice(finding.span));
        let object = FindingObject {
            path: document.name(),
            record: None,
            rule: finding.rule.as_str(),
            severity: finding.severity,
            message: &finding.message,
            span: Bytes { start: start.byte, end: end.byte },
            start,
            end,
            text: &text,
            fix: finding.fix.as_ref().map(|fix| FixObject {
                safety: fix.safety,
                message: &fix.message,
                edits: fix
                    .edits
                    .iter()
                    .map(|edit| {
                        let raw = document.origin().raw_span(edit.span);
                        EditObject { start: raw.start, end: raw.end, replacement: &edit.replacement }
                    })
                    .collect(),
            }),
            related: finding
                .related
                .iter()
                .map(|related| {
                    let (start, end) = places(document, related.span);
                    RelatedObject { start, end, message: &related.message }
                })
                .collect(),
            fingerprint,
        };
        // Writing to memory cannot fail, and the object holds nothing that JSON cannot.
        let _ = object.serialize(&mut Serializer::with_formatter(&mut *out, Harmless));
    }
}

fn places(document: &Document, span: Span) -> (Place, Place) {
    let place = |offset: u32| {
        let position = document.position(offset);
        Place { line: position.line, column: position.column, byte: document.origin().raw(offset) }
    };
    (place(span.start), place(span.end))
}

/// The text, cut in the middle when it is long.
fn shortened(text: &str) -> std::borrow::Cow<'_, str> {
    if text.len() <= LONGEST_TEXT || text.chars().nth(LONGEST_TEXT).is_none() {
        return text.into();
    }
    let half = LONGEST_TEXT / 2;
    let head = text.char_indices().nth(half).map_or(text.len(), |(at, _)| at);
    let tail = text.char_indices().rev().nth(half - 2).map_or(0, |(at, _)| at);
    format!("{}…{}", &text[..head], &text[tail..]).into()
}

/// Compact JSON in which characters that a terminal obeys are written as `\u` escapes: the data
/// stay the same, and looking at them does no harm.
struct Harmless;

impl Formatter for Harmless {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let bytes = fragment.as_bytes();
        let (mut written, mut at) = (0, 0);
        // Sixteen bytes of ASCII text at a time are passed over; the compiler makes that one
        // comparison.
        while at < bytes.len() {
            if let Some(chunk) = bytes.get(at..at + 16)
                && chunk.iter().fold(true, |plain, byte| plain & (*byte < 0x7F))
            {
                at += 16;
                continue;
            }
            let Some(c) = fragment[at..].chars().next() else { break };
            if is_hostile(c) && c != '\u{A0}' {
                writer.write_all(&bytes[written..at])?;
                for unit in c.encode_utf16(&mut [0; 2]) {
                    write!(writer, "\\u{unit:04x}")?;
                }
                written = at + c.len_utf8();
            }
            at += c.len_utf8();
        }
        writer.write_all(&bytes[written..])
    }
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn long_texts_lose_their_middle() {
        assert_eq!(shortened(&"é".repeat(200)).chars().count(), 200);
        let short = shortened(&("a".repeat(300) + &"b".repeat(300))).into_owned();
        assert_eq!(short, "a".repeat(100) + "…" + &"b".repeat(99));
    }
}
