//! `json` and `jsonl`: findings for programs.
//!
//! A corpus of full pages gives hundreds of findings a page, and then writing them is a third of
//! the run through a general serializer. The objects have one fixed shape, so they are put
//! together by hand here; a test reads them back.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::Serialize as _;
use serde_json::Value;
use serde_json::ser::{Formatter, Serializer};

use super::escape::is_hostile;
use crate::document::{Document, Record, Span};
use crate::finding::{Finding, Fix, fingerprints};
use crate::swar::{HIGH, between, eight_at};

/// Longest text of a span that is given whole, in characters.
const LONGEST_TEXT: usize = 200;

/// Bytes that most findings take besides the path and what else is the same for all of a document.
const USUAL_LENGTH: usize = 480;

/// Writes one object a finding, with `separator` between them.
pub fn render(document: &Document, findings: &[Finding], separator: &[u8], out: &mut Vec<u8>) {
    // What all findings of the document begin with.
    let mut head = b"{\"path\":".to_vec();
    string(document.name(), &mut head);
    head.extend_from_slice(b",\"record\":");
    write_record(document.record(), &mut head);
    head.extend_from_slice(b",\"rule\":\"");
    let fingerprints = fingerprints(document, findings);
    out.reserve(findings.len() * (head.len() + USUAL_LENGTH));
    for (index, (finding, fingerprint)) in findings.iter().zip(&fingerprints).enumerate() {
        if index > 0 {
            out.extend_from_slice(separator);
        }
        out.extend_from_slice(&head);
        out.extend_from_slice(finding.rule.as_str().as_bytes());
        out.extend_from_slice(b"\",\"severity\":\"");
        out.extend_from_slice(finding.severity.name().as_bytes());
        out.extend_from_slice(b"\",\"message\":");
        string(&finding.message, out);
        places(document, finding.span, out);
        write_span(document, finding.span, out);
        out.extend_from_slice(b",\"text\":");
        string(&shortened(document.slice(finding.span)), out);
        out.extend_from_slice(b",\"fix\":");
        match &finding.fix {
            Some(fix) => write_fix(document, fix, out),
            None => out.extend_from_slice(b"null"),
        }
        out.extend_from_slice(b",\"related\":[");
        for (index, related) in finding.related.iter().enumerate() {
            out.extend_from_slice(if index > 0 { b",{\"message\":" } else { b"{\"message\":" });
            string(&related.message, out);
            places(document, related.span, out);
            write_span(document, related.span, out);
            out.push(b'}');
        }
        out.extend_from_slice(b"],\"fingerprint\":\"");
        out.extend_from_slice(fingerprint);
        out.extend_from_slice(b"\"}");
    }
}

/// `,"start":{…},"end":{…}`, both null where the file has no such places.
fn places(document: &Document, span: Span, out: &mut Vec<u8>) {
    let Some((start, end)) = document.places(span) else {
        return out.extend_from_slice(b",\"start\":null,\"end\":null");
    };
    for (key, place) in [(b",\"start\":{\"line\":".as_slice(), start), (b",\"end\":{\"line\":", end)] {
        out.extend_from_slice(key);
        number(place.line, out);
        out.extend_from_slice(b",\"column\":");
        number(place.column, out);
        out.extend_from_slice(b",\"byte\":");
        number(place.byte, out);
        out.push(b'}');
    }
}

/// `,"span":{…}`
fn write_span(document: &Document, span: Span, out: &mut Vec<u8>) {
    let span = document.reported_span(span);
    out.extend_from_slice(b",\"span\":{\"start\":");
    number(span.start, out);
    out.extend_from_slice(b",\"end\":");
    number(span.end, out);
    out.push(b'}');
}

/// What is known of a document as a record of its file.
pub fn write_record(record: Option<&Record>, out: &mut Vec<u8>) {
    let Some(record) = record else { return out.extend_from_slice(b"null") };
    out.extend_from_slice(b"{\"index\":");
    number(record.index, out);
    out.extend_from_slice(b",\"id\":");
    match &record.id {
        Some(id) => string(id, out),
        None => out.extend_from_slice(b"null"),
    }
    let more = [(&b",\"url\":"[..], &record.url), (b",\"title\":", &record.title), (b",\"date\":", &record.date)];
    for (key, value) in more {
        if let Some(value) = value {
            out.extend_from_slice(key);
            string(value, out);
        }
    }
    if let Some(offset) = record.offset {
        out.extend_from_slice(b",\"offset\":");
        number(offset, out);
    }
    out.push(b'}');
}

fn write_fix(document: &Document, fix: &Fix, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"safety\":\"");
    out.extend_from_slice(fix.safety.name().as_bytes());
    out.extend_from_slice(b"\",\"message\":");
    string(&fix.message, out);
    out.extend_from_slice(b",\"edits\":[");
    for (index, edit) in fix.edits.iter().enumerate() {
        let span = document.reported_span(edit.span);
        out.extend_from_slice(if index > 0 { b",{\"start\":" } else { b"{\"start\":" });
        number(span.start, out);
        out.extend_from_slice(b",\"end\":");
        number(span.end, out);
        out.extend_from_slice(b",\"replacement\":");
        string(&edit.replacement, out);
        out.push(b'}');
    }
    out.extend_from_slice(b"]}");
}

pub(super) fn number(value: impl Into<u64>, out: &mut Vec<u8>) {
    out.extend_from_slice(itoa::Buffer::new().format(value.into()).as_bytes());
}

/// A JSON string. Characters that a terminal obeys are written as `\u` escapes: the data stay the
/// same, and looking at them does no harm.
pub(super) fn string(text: &str, out: &mut Vec<u8>) {
    let is_plain = |byte: u8| (b' '..=b'~').contains(&byte) & (byte != b'"') & (byte != b'\\');
    let bytes = text.as_bytes();
    out.push(b'"');
    let mut at = 0;
    let mut written = 0;
    while at < bytes.len() {
        // Sixteen plain bytes at a time; the compiler makes that a few vector instructions.
        if let Some(chunk) = bytes.get(at..at + 16)
            && chunk.iter().fold(true, |plain, byte| plain & is_plain(*byte))
        {
            at += 16;
            continue;
        }
        let eight = eight_at(bytes, at);
        let plain = between(eight, b' ', b'~') & !between(eight, b'"', b'"') & !between(eight, b'\\', b'\\');
        let plain = (!plain & HIGH).trailing_zeros() / 8;
        at += plain as usize;
        if plain == 8 || at == bytes.len() {
            continue;
        }
        let Some(c) = text[at..].chars().next() else { break };
        if c.is_ascii() || is_hostile(c) {
            out.extend_from_slice(&bytes[written..at]);
            escape(c, out);
            written = at + c.len_utf8();
        }
        at += c.len_utf8();
    }
    out.extend_from_slice(&bytes[written..]);
    out.push(b'"');
}

/// Writes a value for the formats whose objects have many shapes, its strings as [`string`] does.
pub fn value(value: &Value, out: &mut Vec<u8>) {
    // Writing to memory cannot fail, and the keys of a value are strings.
    let _ = value.serialize(&mut Serializer::with_formatter(out, Escaping));
}

/// Compact JSON without characters that a terminal obeys.
struct Escaping;

impl Formatter for Escaping {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(is_hostile) {
            let c = rest[at..].chars().next().unwrap_or_default();
            let mut escaped = Vec::new();
            escape(c, &mut escaped);
            writer.write_all(&rest.as_bytes()[..at])?;
            writer.write_all(&escaped)?;
            rest = &rest[at + c.len_utf8()..];
        }
        writer.write_all(rest.as_bytes())
    }
}

fn escape(c: char, out: &mut Vec<u8>) {
    match c {
        '"' | '\\' => out.extend_from_slice(&[b'\\', c as u8]),
        '\n' => out.extend_from_slice(b"\\n"),
        '\r' => out.extend_from_slice(b"\\r"),
        '\t' => out.extend_from_slice(b"\\t"),
        _ => {
            for unit in c.encode_utf16(&mut [0; 2]) {
                out.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
            }
        }
    }
}

/// The text, cut in the middle when it is long.
fn shortened(text: &str) -> Cow<'_, str> {
    let is_ascii = text.is_ascii();
    if text.len() <= LONGEST_TEXT || !is_ascii && text.chars().nth(LONGEST_TEXT).is_none() {
        return text.into();
    }
    let half = LONGEST_TEXT / 2;
    if is_ascii {
        return [&text[..half], "…", &text[text.len() - (half - 1)..]].concat().into();
    }
    let head = text.char_indices().nth(half).map_or(text.len(), |(at, _)| at);
    let tail = text.char_indices().rev().nth(half - 2).map_or(0, |(at, _)| at);
    format!("{}…{}", &text[..head], &text[tail..]).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_read_back_as_they_were() {
        let texts = ["", "plain", "a longer text of plain characters only", "\"q\" \\ \n\r\t\u{0}\u{1f}\u{7f}"];
        let hostile =
            ["\u{1b}[31m red", "é“😀\u{202e}x\u{2028}\u{9b}", "sixteen bytes and \u{200b} then more than that"];
        for text in texts.iter().chain(&hostile) {
            let mut out = Vec::new();
            string(text, &mut out);
            assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), **text);
            assert!(!String::from_utf8(out).unwrap().chars().any(is_hostile));
            let mut out = Vec::new();
            value(&Value::from(*text), &mut out);
            assert_eq!(serde_json::from_slice::<String>(&out).unwrap(), **text);
            assert!(!String::from_utf8(out).unwrap().chars().any(is_hostile));
        }
    }

    #[test]
    fn long_texts_lose_their_middle() {
        assert_eq!(shortened(&"é".repeat(200)).chars().count(), 200);
        let short = shortened(&("a".repeat(300) + &"b".repeat(300))).into_owned();
        assert_eq!(short, "a".repeat(100) + "…" + &"b".repeat(99));
        let short = shortened(&("é".repeat(300) + &"b".repeat(300))).into_owned();
        assert_eq!(short, "é".repeat(100) + "…" + &"b".repeat(99));
    }
}
