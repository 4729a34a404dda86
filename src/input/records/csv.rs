//! CSV and TSV: where records end, where their fields lie, and what the fields say.
//!
//! Stands between the bytes of a file and the documents made of its columns. The dialect is RFC 4180 as the `csv`
//! crate and pandas read it:
//!
//! - A quote opens a quoted field only as the field's first byte. Within, two quotes stand for one.
//! - What stands between the closing quote and the next delimiter is taken as it is.
//! - LF, CRLF and a lone CR end a record outside quotes. Blank lines are no records.
//!
//! A field is found as a range of raw bytes, and its value comes with a map back to them, so that a finding points
//! into the file as it lies on the disk. The delimiter must be an ASCII character other than the quote and the line
//! ends; with another one nothing panics, but the fields make no sense.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memchr3};

use crate::document::Decoded;

mod cutter;
#[cfg(test)]
mod tests;

pub use cutter::{CsvCut, MOST_RECORD_BYTES};

/// The mark that opens and closes a quoted field (RFC 4180, section 2, rule 5).
const QUOTE: u8 = b'"';

/// The UTF-8 byte order mark. Excel writes it in front of "CSV UTF-8".
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Delimiters that files are found with. The earlier one wins when two are as frequent.
const DELIMITERS: [u8; 4] = *b",\t;|";

/// Where a field lies in its record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its bytes in the record: inside the quotes when it is quoted. When it is torn, all that follows the opening
    /// quote.
    pub raw: Range<usize>,
    /// Whether it begins with a quote.
    pub quoted: bool,
    /// Whether it is quoted, and its closing quote is missing or has text behind it. Such a field can be read, but a
    /// part of it can not be replaced safely: [`escaped`] is right only before the closing quote.
    pub torn: bool,
}

/// Fields of a record that are looked at: a hundred megabytes of commas would take gigabytes. A text that
/// stands in a column behind so many is not found.
pub const MOST_FIELDS: usize = 16_384;

/// The fields of a record, in order; one at least. The record comes with or without its line end, which is in no
/// field. A quoted field that never ends reaches to the end of the record. Fields beyond
/// [`MOST_FIELDS`] are left out.
#[must_use]
pub fn fields(record: &str, delimiter: u8) -> Vec<Field> {
    let bytes = record.as_bytes();
    let mut fields = Vec::new();
    let mut start = 0;
    loop {
        let (field, end) = field_at(bytes, start, delimiter);
        fields.push(field);
        if bytes.get(end) != Some(&delimiter) || fields.len() == MOST_FIELDS {
            return fields;
        }
        start = end + 1;
    }
}

/// The field that begins at `start`, and where it ends with all its quotes.
fn field_at(bytes: &[u8], start: usize, delimiter: u8) -> (Field, usize) {
    if bytes.get(start) != Some(&QUOTE) {
        let end = plain_end(bytes, start, delimiter);
        return (Field { raw: start..end, quoted: false, torn: false }, end);
    }
    let inside = start + 1;
    let Some(closing) = closing_quote(bytes, inside) else {
        let end = without_line_end(bytes).max(inside);
        return (Field { raw: inside..end, quoted: true, torn: true }, end);
    };
    let end = plain_end(bytes, closing + 1, delimiter);
    let torn = end > closing + 1;
    (Field { raw: inside..if torn { end } else { closing }, quoted: true, torn }, end)
}

/// The first delimiter or line end from `start` on, or the end of the bytes.
fn plain_end(bytes: &[u8], start: usize, delimiter: u8) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    memchr3(delimiter, b'\n', b'\r', rest).map_or(bytes.len(), |offset| start + offset)
}

/// The quote that ends a quoted field whose content begins at `start`.
fn closing_quote(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    loop {
        at += memchr(QUOTE, bytes.get(at..)?)?;
        if bytes.get(at + 1) != Some(&QUOTE) {
            return Some(at);
        }
        at += 2;
    }
}

/// The length of the bytes without one line end behind them.
fn without_line_end(bytes: &[u8]) -> usize {
    let line = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    line.strip_suffix(b"\r").unwrap_or(line).len()
}

/// What a field says, with doubled quotes undone, and the map from it to the raw bytes. `from`: the place of the
/// record in the file, in bytes; the map's raw offsets are offsets in the record plus `from`. When the field ends
/// beyond 4 GiB there is no map: every place leads to the last byte that an offset can name.
///
/// A doubled quote maps to both its bytes. In a torn field the closing quote counts for the character before it.
#[must_use]
pub fn value(record: &str, field: &Field, from: u32) -> (String, Decoded) {
    let raw = raw_text(record, field);
    let place = |offset: usize| u32::try_from(offset).ok()?.checked_add(from);
    let (Some(start), Some(_)) = (place(field.raw.start), place(field.raw.end)) else {
        return (plain_value(record, field).into_owned(), Decoded::starting_at(u32::MAX));
    };
    let mut map = Decoded::starting_at(start);
    let mut text = String::with_capacity(raw.len());
    for part in Parts::new(raw, field.quoted) {
        match part {
            // A part is no longer than the field, whose end was checked.
            Part::Verbatim(verbatim) => map.push_verbatim(verbatim.len() as u32),
            Part::Doubled => map.push(1, 2),
            Part::Closing => map.push(0, 1),
        }
        text.push_str(part.text());
    }
    (text, map)
}

/// What a field says, without a map.
#[must_use]
pub fn plain_value<'r>(record: &'r str, field: &Field) -> Cow<'r, str> {
    let raw = raw_text(record, field);
    if !field.quoted || memchr(QUOTE, raw.as_bytes()).is_none() {
        return Cow::Borrowed(raw);
    }
    let mut text = String::with_capacity(raw.len());
    Parts::new(raw, field.quoted).for_each(|part| text.push_str(part.text()));
    Cow::Owned(text)
}

/// A replacement for a part of a quoted field that is not torn: its quotes are doubled.
#[must_use]
pub fn escaped(replacement: &str) -> Cow<'_, str> {
    if memchr(QUOTE, replacement.as_bytes()).is_none() {
        return Cow::Borrowed(replacement);
    }
    Cow::Owned(replacement.replace('"', "\"\""))
}

/// A whole field with this value, in quotes.
#[must_use]
pub fn quoted(value: &str) -> String {
    format!("\"{}\"", escaped(value))
}

/// Whether a field with this value must be written in quotes. An empty value does not need them, save where it is
/// the only field of its record: that would be a blank line.
#[must_use]
pub fn needs_quotes(value: &str, delimiter: u8) -> bool {
    let bytes = value.as_bytes();
    memchr3(delimiter, b'\n', b'\r', bytes).is_some() || memchr(QUOTE, bytes).is_some()
}

/// The delimiter of a file, by its header line: the one of comma, tab, semicolon and bar that is found most often
/// outside quotes. Comma when there is none. When two are as frequent, the one named first. What stands before the
/// header (a byte order mark, blank lines) and behind it does not matter.
#[must_use]
pub fn guess_delimiter(header: &[u8]) -> u8 {
    let header = header.strip_prefix(BYTE_ORDER_MARK).unwrap_or(header);
    let blank = header.iter().take_while(|byte| is_line_end(**byte)).count();
    let counts = count_delimiters(header.get(blank..).unwrap_or_default());
    let mut best = (DELIMITERS[0], 0);
    for (delimiter, count) in DELIMITERS.into_iter().zip(counts) {
        if count > best.1 {
            best = (delimiter, count);
        }
    }
    best.0
}

/// How often each of [`DELIMITERS`] stands outside quotes in the first line. As the delimiter is not known yet, a
/// quote behind any of them opens a field.
fn count_delimiters(header: &[u8]) -> [usize; DELIMITERS.len()] {
    let mut counts = [0; DELIMITERS.len()];
    let (mut at, mut begins_field) = (0, true);
    while let Some(&byte) = header.get(at).filter(|byte| !is_line_end(**byte)) {
        if byte == QUOTE && begins_field {
            let Some(closing) = closing_quote(header, at + 1) else { break };
            at = closing;
        }
        let kind = DELIMITERS.iter().position(|delimiter| *delimiter == byte);
        if let Some(count) = kind.and_then(|kind| counts.get_mut(kind)) {
            *count += 1;
        }
        begins_field = kind.is_some();
        at += 1;
    }
    counts
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

/// The raw text of a field; nothing when the field is not one of this record's.
fn raw_text<'r>(record: &'r str, field: &Field) -> &'r str {
    record.get(field.raw.clone()).unwrap_or_default()
}

/// A stretch of a field's raw text.
enum Part<'r> {
    /// It says what it says.
    Verbatim(&'r str),
    /// Two quotes that stand for one.
    Doubled,
    /// The closing quote of a torn field.
    Closing,
}

impl<'r> Part<'r> {
    fn text(&self) -> &'r str {
        match self {
            Part::Verbatim(text) => text,
            Part::Doubled => "\"",
            Part::Closing => "",
        }
    }
}

/// Takes a field's raw text apart.
struct Parts<'r> {
    rest: &'r str,
    /// Whether the rest is inside the quotes.
    inside: bool,
}

impl<'r> Parts<'r> {
    fn new(raw: &'r str, quoted: bool) -> Parts<'r> {
        Parts { rest: raw, inside: quoted }
    }
}

impl<'r> Iterator for Parts<'r> {
    type Item = Part<'r>;

    fn next(&mut self) -> Option<Part<'r>> {
        if self.rest.is_empty() {
            return None;
        }
        if self.inside {
            if let Some(rest) = self.rest.strip_prefix("\"\"") {
                self.rest = rest;
                return Some(Part::Doubled);
            }
            if let Some(rest) = self.rest.strip_prefix('"') {
                (self.rest, self.inside) = (rest, false);
                return Some(Part::Closing);
            }
        }
        let quote = if self.inside { memchr(QUOTE, self.rest.as_bytes()) } else { None };
        let (verbatim, rest) = self.rest.split_at(quote.unwrap_or(self.rest.len()));
        self.rest = rest;
        Some(Part::Verbatim(verbatim))
    }
}
