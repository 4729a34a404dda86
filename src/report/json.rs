//! `json` and `jsonl`: findings for programs.
//!
//! A corpus of full pages gives hundreds of findings a page, and then writing them is a third of
//! the run through a general serializer. The objects have one fixed shape, so they are put
//! together by hand here; a test reads them back.

use std::borrow::Cow;
use std::io::{self, Write};
use std::ops::Range;
use std::ptr;

use serde::Serialize as _;
use serde_json::Value;
use serde_json::ser::{Formatter, Serializer};

use super::escape::is_hostile;
use super::row::{Decimal, Row};
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
    let mut head = Vec::with_capacity(USUAL_LENGTH);
    head.extend_from_slice(b"{\"path\":");
    string(document.name(), &mut head);
    head.extend_from_slice(b",\"record\":");
    write_record(document.record(), &mut head);
    head.extend_from_slice(b",\"rule\":\"");
    let fingerprints = fingerprints(document, findings);
    out.reserve(findings.len() * (head.len() + USUAL_LENGTH));
    let (mut beginnings, mut fixes, mut row) = (Again::default(), Again::default(), Row::new());
    for (index, (finding, fingerprint)) in findings.iter().zip(&fingerprints).enumerate() {
        if index > 0 {
            out.extend_from_slice(separator);
        }
        let beginning = (finding.rule, finding.severity, ptr::from_ref(&*finding.message));
        beginnings.write(beginning, out, |out| {
            out.extend_from_slice(&head);
            out.extend_from_slice(finding.rule.as_str().as_bytes());
            out.extend_from_slice(b"\",\"severity\":\"");
            out.extend_from_slice(finding.severity.name().as_bytes());
            out.extend_from_slice(b"\",\"message\":");
            string(&finding.message, out);
        });
        let offsets = write_place(document, finding.span, &mut row);
        row.text(b",\"text\":");
        row.write(out);
        string(&shortened(document.slice(finding.span)), out);
        match &finding.fix {
            Some(fix) => {
                let beginning = (fix.safety, ptr::from_ref(&*fix.message));
                fixes.write(beginning, out, |out| write_fix_beginning(fix, out));
                write_edits(document, fix, offsets, &mut row, out);
            }
            None => row.text(b",\"fix\":null"),
        }
        row.text(b",\"related\":[");
        for (index, related) in finding.related.iter().enumerate() {
            if index > 0 {
                row.text(b",");
            }
            row.text(b"{\"message\":");
            row.write(out);
            string(&related.message, out);
            write_place(document, related.span, &mut row);
            row.text(b"}");
        }
        row.text(b"],\"fingerprint\":\"");
        row.text(fingerprint);
        row.text(b"\"}");
        row.write(out);
    }
}

/// `,"start":{…},"end":{…},"span":{…}`, the first two null where the file has no such places. Gives the
/// offsets of the span as they were written.
fn write_place(document: &Document, span: Span, row: &mut Row) -> (Decimal, Decimal) {
    let reported = document.reported_span(span);
    let (start_byte, end_byte) = (Decimal::new(reported.start), Decimal::new(reported.end));
    if let Some((start, end)) = document.places(span) {
        let line = Decimal::new(start.line);
        row.number(b",\"start\":{\"line\":", line);
        row.number(b",\"column\":", Decimal::ONE.or(start.column));
        row.number(b",\"byte\":", start_byte.or(start.byte));
        row.number(b"},\"end\":{\"line\":", line.or(end.line));
        row.number(b",\"column\":", Decimal::new(end.column));
        row.number(b",\"byte\":", end_byte.or(end.byte));
        row.number(b"},\"span\":{\"start\":", start_byte);
    } else {
        row.number(b",\"start\":null,\"end\":null,\"span\":{\"start\":", start_byte);
    }
    row.number(b",\"end\":", end_byte);
    row.text(b"}");
    (start_byte, end_byte)
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

/// The last pieces of the output that come again and again in a document: what each depends on, and where it stands.
/// They are copied then. Messages that lie in different places count as different ones, because most of those that
/// come again lie in one, and to see that takes less than to compare them.
struct Again<K> {
    pieces: [Option<(K, Range<usize>)>; 8],
    /// The place of the oldest.
    oldest: usize,
}

impl<K> Default for Again<K> {
    fn default() -> Self {
        Again { pieces: [const { None }; 8], oldest: 0 }
    }
}

impl<K: PartialEq> Again<K> {
    fn write(&mut self, key: K, out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
        if let Some((_, piece)) = self.pieces.iter().flatten().find(|(known, _)| *known == key) {
            return out.extend_from_within(piece.clone());
        }
        let start = out.len();
        write(out);
        self.pieces[self.oldest] = Some((key, start..out.len()));
        self.oldest = (self.oldest + 1) % self.pieces.len();
    }
}

/// A fix up to its edits.
fn write_fix_beginning(fix: &Fix, out: &mut Vec<u8>) {
    out.extend_from_slice(b",\"fix\":{\"safety\":\"");
    out.extend_from_slice(fix.safety.name().as_bytes());
    out.extend_from_slice(b"\",\"message\":");
    string(&fix.message, out);
    out.extend_from_slice(b",\"edits\":[");
}

/// The edits of a fix, and its end. Most of them are where the finding is, whose offsets are `near`, and most put
/// nothing in the place of something.
fn write_edits(document: &Document, fix: &Fix, near: (Decimal, Decimal), row: &mut Row, out: &mut Vec<u8>) {
    for (index, edit) in fix.edits.iter().enumerate() {
        if index > 0 {
            row.text(b",");
            row.write(out);
        }
        let span = document.reported_span(edit.span);
        row.number(b"{\"start\":", near.0.or(span.start));
        row.number(b",\"end\":", near.1.or(span.end));
        if edit.replacement.is_empty() {
            row.text(b",\"replacement\":\"\"}");
        } else {
            row.text(b",\"replacement\":");
            row.write(out);
            string(&edit.replacement, out);
            row.text(b"}");
        }
    }
    row.text(b"]}");
}

pub(super) fn number(value: impl Into<u64>, out: &mut Vec<u8>) {
    out.extend_from_slice(itoa::Buffer::new().format(value.into()).as_bytes());
}

/// A JSON string. Characters that a terminal obeys are written as `\u` escapes: the data stay the
/// same, and looking at them does no harm.
pub(super) fn string(text: &str, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    out.reserve(bytes.len() + 2);
    out.push(b'"');
    // Nearly all texts stand for themselves.
    let (chunks, rest) = bytes.as_chunks();
    let plain_chunks = chunks.iter().take_while(|chunk| are_plain(chunk)).count();
    if plain_chunks == chunks.len() && is_plain_rest(bytes, rest) {
        out.extend_from_slice(bytes);
        out.push(b'"');
        return;
    }
    let mut at = 16 * plain_chunks;
    let mut written = 0;
    while at < bytes.len() {
        if let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk)
            && are_plain(chunk)
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

/// Whether sixteen bytes stand for themselves in a JSON string. Without branches, so that the compiler makes
/// it a few vector instructions.
#[inline(always)]
fn are_plain(bytes: &[u8; 16]) -> bool {
    let is_plain = |byte: u8| (b' '..=b'~').contains(&byte) & (byte != b'"') & (byte != b'\\');
    bytes.iter().fold(true, |plain, byte| plain & is_plain(*byte))
}

/// The same of the fewer than sixteen bytes that a text ends with.
fn is_plain_rest(text: &[u8], rest: &[u8]) -> bool {
    if rest.is_empty() {
        return true;
    }
    // Bytes that were looked at before do no harm, and in a short text blanks do not either.
    let mut padded = [b' '; 16];
    let last = text.last_chunk().unwrap_or_else(|| {
        padded[..rest.len()].copy_from_slice(rest);
        &padded
    });
    are_plain(last)
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
    if text.len() <= LONGEST_TEXT {
        return text.into();
    }
    let is_ascii = text.is_ascii();
    if !is_ascii && text.chars().nth(LONGEST_TEXT).is_none() {
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
