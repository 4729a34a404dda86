//! The header of a record or an HTTP message: a first line, fields, a blank line.

use std::ops::Range;

use memchr::memchr;

use super::begins;

/// A search for the blank line that ends a header. It goes on where it stopped when more bytes have come.
#[derive(Clone, Copy, Default)]
pub(super) struct HeaderScan {
    /// Where the line begins that is not whole yet.
    pub(super) line: usize,
    /// How far that line was searched for its end.
    seen: usize,
}

/// What a [`HeaderScan`] came upon.
pub(super) enum Scanned {
    /// The blank line. The header, with it, has so many bytes.
    End { length: usize, is_crlf: bool },
    /// The first line of another record, at this byte. No header field looks like that.
    NextRecord(usize),
    /// Neither, up to the last byte.
    Nothing,
}

impl HeaderScan {
    /// Looks on for the end of the header that `bytes` begin with.
    pub(super) fn advance(&mut self, bytes: &[u8]) -> Scanned {
        while let Some(length) = memchr(b'\n', bytes.get(self.seen..).unwrap_or_default()) {
            let end = self.seen + length;
            let line = bytes.get(self.line..end).unwrap_or_default();
            if line.is_empty() || line == b"\r" {
                return Scanned::End { length: end + 1, is_crlf: !line.is_empty() };
            }
            if self.line > 0 && begins(line) == Some(true) {
                return Scanned::NextRecord(self.line);
            }
            self.line = end + 1;
            self.seen = end + 1;
        }
        self.seen = bytes.len();
        Scanned::Nothing
    }
}

/// The value of the first field of that name, as its place in the header, without the white space around it. The
/// value may be folded over lines; no value has no bytes.
pub(super) fn field(header: &[u8], name: &str) -> Option<Range<usize>> {
    let mut lines = Lines { header, at: 0 };
    lines.next();
    let is_folded = |line: &Range<usize>| matches!(header.get(line.start), Some(b' ' | b'\t'));
    while let Some(line) = lines.next() {
        let Some(colon) = memchr(b':', &header[line.clone()]) else { continue };
        let found = &header[line.start..line.start + colon];
        if is_folded(&line) || !found.trim_ascii().eq_ignore_ascii_case(name.as_bytes()) {
            continue;
        }
        let end = lines.take_while(is_folded).last().map_or(line.end, |last| last.end);
        return Some(trim(header, line.start + colon + 1..end));
    }
    None
}

/// The same as text: the first line of a folded value; none if it is empty or no UTF-8.
pub(super) fn text<'a>(header: &'a [u8], name: &str) -> Option<&'a str> {
    let value = header.get(field(header, name)?)?;
    std::str::from_utf8(value).ok()?.lines().next().map(str::trim).filter(|value| !value.is_empty())
}

/// The same with the lines of a folded value joined, and what is not UTF-8 replaced.
pub(super) fn joined(header: &[u8], name: &str) -> Option<String> {
    let value = header.get(field(header, name)?)?;
    Some(String::from_utf8_lossy(value).replace(['\r', '\n'], " "))
}

/// The lines of a header, with their line ends.
struct Lines<'a> {
    header: &'a [u8],
    at: usize,
}

impl Iterator for Lines<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let rest = self.header.get(self.at..).filter(|rest| !rest.is_empty())?;
        let length = memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
        let line = self.at..self.at + length;
        self.at = line.end;
        Some(line)
    }
}

fn trim(bytes: &[u8], range: Range<usize>) -> Range<usize> {
    let value = bytes.get(range.clone()).unwrap_or_default();
    let start = range.end - value.trim_ascii_start().len();
    start..start + value.trim_ascii().len()
}
