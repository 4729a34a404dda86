//! WARC records (ISO 28500, versions 0.17 to 1.1), also Common Crawl's WET files.
//!
//! A WARC file is a row of records: a header with the length of the block behind it, the block, and two line ends.
//! Most such files are compressed record by record; this module stands behind the decompression and cuts the plain
//! stream. The length leads from one record to the next, so one wrong length would lose the rest of a file. Therefore
//! each is checked: another record or the end of the file must stand where it leads to. If not, the cutter looks for
//! the next line that begins a record.
//!
//! - [`WarcCut`] cuts the stream into records.
//! - [`read`] takes a record apart.
//! - [`payload`] finds the text in it.

mod header;
mod payload;
#[cfg(test)]
mod tests;

use memchr::memmem;

use super::cut::{Cut, Fault, Piece};
use header::{HeaderScan, Scanned};

pub use payload::{Payload, payload};

/// The largest record that is kept whole in memory, in bytes. Archives hold films and disk images, too.
pub const MOST_RECORD_BYTES: usize = 256 << 20;

/// The longest header of a record, in bytes. The standard sets no limit; real ones have some hundred bytes.
pub const MOST_HEADER_BYTES: usize = 1 << 20;

/// How many bytes of line ends behind a block are looked at. The standard has four; some writers add more. Further
/// ones are skipped before the next record. With no limit, many small records could point to one long row of them.
const MOST_LINE_ENDS: usize = 64;

/// What every record begins with, before the version.
const MARK: &[u8] = b"WARC/";

/// The first line of a record and the beginning of its second, at its longest: the bytes to see before
/// [`is_record`] can tell.
const LOOK_AHEAD: usize = b"WARC/1.0\r\nWARC-".len();

const NO_RECORD: &str = "no WARC record begins here: these bytes do not belong into the file, \
                         or the Content-Length of the record before them is too small";
const TOO_LARGE: &str = "the record is larger than 256 MiB";
const WRONG_LENGTH: &str = "Content-Length does not lead to the next record";

/// Cuts a decompressed WARC file into records. A piece is a whole record: header, block, and the line ends behind it.
///
/// Damage is a piece with a fault, up to the next place where a record begins.
pub struct WarcCut {
    state: State,
    /// [`MOST_RECORD_BYTES`]; less in tests.
    most: usize,
}

impl Default for WarcCut {
    fn default() -> Self {
        Self::new()
    }
}

/// Where the cutter is. All places count from the first byte that is not cut yet.
enum State {
    /// Before a record.
    Between,
    /// In its header.
    Header(HeaderScan),
    /// In its block, or at the line ends behind it.
    Block(Extent),
    /// In damage: looks for the next record.
    Lost(Lost),
    /// In a record too large to keep, with so many bytes of its block to come.
    Huge(u64),
}

/// How far a record reaches, as its header says.
#[derive(Clone, Copy)]
struct Extent {
    /// Bytes of the header.
    header: usize,
    /// Bytes of the block.
    block: usize,
    /// Where in the header the Content-Length stands.
    length_at: usize,
    /// Whether the lines of the header end with CR LF; otherwise with LF alone.
    is_crlf: bool,
}

struct Lost {
    /// How far the next record was looked for.
    seen: usize,
    /// What is wrong, if a record follows.
    fault: Fault,
    /// What is wrong if none does, where that is something else.
    at_end: Option<String>,
}

/// What to do next.
enum Step {
    /// Wait for more bytes.
    Wait,
    /// Look again in the new state.
    Again,
    /// Pass over bytes between records.
    Skip(usize),
    /// Cut off so many bytes.
    Piece(usize, Option<Fault>),
}

impl WarcCut {
    /// A cutter at the beginning of a file.
    #[must_use]
    pub fn new() -> Self {
        Self { state: State::Between, most: MOST_RECORD_BYTES }
    }

    /// Finds the next piece, or what to do to find it. The state is [`State::Between`] behind it, unless set here.
    fn step(&mut self, rest: &[u8], is_end: bool) -> Step {
        match std::mem::replace(&mut self.state, State::Between) {
            State::Between => self.between(rest, is_end),
            State::Header(scan) => self.header(scan, rest, is_end),
            State::Block(extent) => self.block(extent, rest, is_end),
            State::Lost(lost) => self.lost(lost, rest, is_end),
            State::Huge(left) => self.huge(left, rest),
        }
    }

    fn between(&mut self, rest: &[u8], is_end: bool) -> Step {
        let blanks = line_ends(rest, rest.len());
        if blanks > 0 {
            return Step::Skip(blanks);
        }
        match begins(rest) {
            Some(true) => self.go(State::Header(HeaderScan::default())),
            None if !is_end || rest.is_empty() => Step::Wait,
            _ => self.lose(1, fault(0, NO_RECORD), None),
        }
    }

    fn header(&mut self, mut scan: HeaderScan, rest: &[u8], is_end: bool) -> Step {
        let visible = rest.get(..MOST_HEADER_BYTES).unwrap_or(rest);
        match scan.advance(visible) {
            Scanned::End { length, is_crlf } => self.enter_block(rest, length, is_crlf),
            Scanned::NextRecord(at) => {
                Step::Piece(at, Some(fault(0, "the record breaks off in its header: the next one begins there")))
            }
            Scanned::Nothing if visible.len() == MOST_HEADER_BYTES => {
                self.lose(scan.line, fault(0, "the record's header is longer than 1 MiB"), None)
            }
            Scanned::Nothing if is_end => {
                self.lose(scan.line, fault(0, "no blank line ends the record's header"), None)
            }
            Scanned::Nothing => {
                self.state = State::Header(scan);
                Step::Wait
            }
        }
    }

    /// The header is whole: the block begins.
    fn enter_block(&mut self, rest: &[u8], header: usize, is_crlf: bool) -> Step {
        let (length, length_at) = match content_length(rest.get(..header).unwrap_or(rest)) {
            Ok(found) => found,
            Err(fault) => return self.lose(header, fault, None),
        };
        if length <= self.most.saturating_sub(header) as u64 {
            return self.go(State::Block(Extent { header, block: to_usize(length), length_at, is_crlf }));
        }
        let here = to_usize(length).min(rest.len().saturating_sub(header));
        self.state = State::Huge(length - here as u64);
        Step::Piece(header + here, Some(fault(length_at, TOO_LARGE)))
    }

    fn block(&mut self, extent: Extent, rest: &[u8], is_end: bool) -> Step {
        let end = extent.header + extent.block;
        let wrong = || fault(extent.length_at, WRONG_LENGTH);
        let Some(behind) = rest.get(end..) else {
            if is_end {
                // A length that is too large swallows good records: there, the next one is looked for, too.
                let message = cut_short(rest.len().saturating_sub(extent.header), extent.block);
                return self.lose(extent.header, wrong(), Some(message));
            }
            self.state = State::Block(extent);
            return Step::Wait;
        };
        let blanks = line_ends(behind, MOST_LINE_ENDS);
        let next = behind.get(blanks..).unwrap_or_default();
        let is_sound = match begins(next) {
            _ if blanks == MOST_LINE_ENDS => true,
            Some(true) => true,
            None if !is_end => {
                self.state = State::Block(extent);
                return Step::Wait;
            }
            None if next.is_empty() => true,
            // The line ends stand where they should: what follows is at fault, not this record.
            _ => behind.starts_with(if extent.is_crlf { b"\r\n\r\n" } else { b"\n\n" }),
        };
        if is_sound { Step::Piece(end + blanks, None) } else { self.lose(extent.header, wrong(), None) }
    }

    fn lost(&mut self, mut lost: Lost, rest: &[u8], is_end: bool) -> Step {
        match find_record(rest, lost.seen, is_end) {
            Ok(next) => Step::Piece(next, Some(lost.fault)),
            Err(_) if is_end => {
                let message = lost.at_end.unwrap_or(lost.fault.message);
                Step::Piece(rest.len(), Some(Fault { at: lost.fault.at, message }))
            }
            Err(seen) if rest.len() <= self.most || seen <= 1 => {
                lost.seen = seen;
                self.state = State::Lost(lost);
                Step::Wait
            }
            Err(seen) => {
                // One byte stays, to tell whether the next record begins a line.
                let rest_of_it = Fault { at: 0, message: String::new() };
                self.state = State::Lost(Lost { seen: 1, fault: rest_of_it, at_end: lost.at_end });
                Step::Piece(seen - 1, Some(lost.fault))
            }
        }
    }

    fn huge(&mut self, left: u64, rest: &[u8]) -> Step {
        let length = match left {
            0 => line_ends(rest, rest.len()),
            _ => rest.len().min(to_usize(left)),
        };
        if length == 0 && !rest.is_empty() {
            return Step::Again;
        }
        self.state = State::Huge(left.saturating_sub(length as u64));
        // The record was named with its first bytes.
        if length == 0 { Step::Wait } else { Step::Piece(length, Some(fault(0, ""))) }
    }

    fn go(&mut self, state: State) -> Step {
        self.state = state;
        Step::Again
    }

    /// Gives the record up and looks for the next one, from the byte `from` on.
    fn lose(&mut self, from: usize, fault: Fault, at_end: Option<String>) -> Step {
        self.go(State::Lost(Lost { seen: from.max(1), fault, at_end }))
    }
}

impl Cut for WarcCut {
    fn cut(&mut self, bytes: &[u8], is_end: bool, pieces: &mut Vec<Piece>) -> usize {
        let mut done = 0;
        loop {
            match self.step(bytes.get(done..).unwrap_or_default(), is_end) {
                Step::Wait => return done,
                Step::Again => {}
                Step::Skip(length) => done += length,
                Step::Piece(length, fault) => {
                    pieces.push(Piece { range: done..done + length, fault });
                    done += length;
                }
            }
        }
    }
}

/// A record, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WarcRecord<'a> {
    /// WARC-Type: `response`, `conversion`, `warcinfo` ….
    pub kind: &'a str,
    /// WARC-Record-ID, without the angle brackets.
    pub id: Option<&'a str>,
    /// WARC-Target-URI, without the angle brackets that old writers add.
    pub url: Option<&'a str>,
    /// WARC-Date, as it stands there.
    pub date: Option<&'a str>,
    /// Content-Type: what the block is, `application/http` for captured answers of a server.
    pub content_type: Option<&'a str>,
    /// Whether the block goes on where that of another record ended (WARC-Segment-Number above 1).
    pub is_continuation: bool,
    /// The block: the bytes behind the header, without the line ends behind them.
    pub block: &'a [u8],
    /// Where the block begins, in bytes of the record.
    pub block_start: usize,
}

/// Takes a record apart that [`WarcCut`] cut.
///
/// # Errors
///
/// If the header is damaged: not a record, no end, no usable Content-Length, no WARC-Type. If bytes of the block are
/// missing.
pub fn read(record: &[u8]) -> Result<WarcRecord<'_>, Fault> {
    if begins(record) != Some(true) {
        return Err(fault(0, "no WARC record begins here"));
    }
    let Scanned::End { length: block_start, .. } = HeaderScan::default().advance(record) else {
        return Err(fault(0, "no blank line ends the record's header"));
    };
    let (header, behind) = record.split_at(block_start);
    let (length, length_at) = content_length(header)?;
    let length = to_usize(length);
    let block = behind.get(..length).ok_or_else(|| fault(length_at, &cut_short(behind.len(), length)))?;
    let kind = header::text(header, "WARC-Type");
    let segment = header::text(header, "WARC-Segment-Number").and_then(|number| number.parse::<u64>().ok());
    Ok(WarcRecord {
        kind: kind.ok_or_else(|| fault(0, "the record's header has no WARC-Type"))?,
        id: header::text(header, "WARC-Record-ID").map(without_brackets),
        url: header::text(header, "WARC-Target-URI").map(without_brackets),
        date: header::text(header, "WARC-Date"),
        content_type: header::text(header, "Content-Type"),
        is_continuation: segment.is_some_and(|number| number > 1),
        block,
        block_start,
    })
}

/// The number of bytes in the block, and where in the header it stands.
fn content_length(header: &[u8]) -> Result<(u64, usize), Fault> {
    let place =
        header::field(header, "Content-Length").ok_or_else(|| fault(0, "the record's header has no Content-Length"))?;
    let at = place.start;
    let digits = header.get(place).unwrap_or_default();
    let text = std::str::from_utf8(digits).ok().filter(|_| digits.iter().all(u8::is_ascii_digit));
    let length = text.and_then(|text| text.parse().ok());
    Ok((length.ok_or_else(|| fault(at, "the Content-Length is not a number of bytes"))?, at))
}

/// Whether bytes begin a record; none if they are too few to tell.
fn begins(bytes: &[u8]) -> Option<bool> {
    let known = bytes.len().min(MARK.len());
    if bytes.get(..known) != MARK.get(..known) {
        return Some(false);
    }
    match bytes.get(MARK.len()..).unwrap_or_default() {
        [digit, ..] if !digit.is_ascii_digit() => Some(false),
        [_, dot, ..] => Some(*dot == b'.'),
        _ => None,
    }
}

/// The first place from `from` on where a record begins; else the place to look on from when more bytes have come.
fn find_record(bytes: &[u8], mut from: usize, is_end: bool) -> Result<usize, usize> {
    while let Some(found) = memmem::find(bytes.get(from..).unwrap_or_default(), MARK) {
        let at = from + found;
        match is_record(bytes, at) {
            Some(true) => return Ok(at),
            None if !is_end => return Err(at),
            _ => from = at + 1,
        }
    }
    Err(from.max(bytes.len().saturating_sub(MARK.len() - 1)))
}

/// Whether a record begins at that place of damaged bytes: a line does, or the first line of a record stands whole
/// there and a field of it follows. The latter is how a crawler goes on after it was stopped in the middle of a
/// record. None if the bytes are too few to tell.
fn is_record(bytes: &[u8], at: usize) -> Option<bool> {
    let here = bytes.get(at..).unwrap_or_default();
    if at.checked_sub(1).and_then(|before| bytes.get(before)) == Some(&b'\n') {
        return begins(here);
    }
    if here.len() < LOOK_AHEAD {
        return None;
    }
    let is_version = begins(here) == Some(true) && here.get(MARK.len() + 2).is_some_and(u8::is_ascii_digit);
    let behind = here.get(MARK.len() + 3..).unwrap_or_default();
    let behind = behind.strip_prefix(b"\r").unwrap_or(behind);
    Some(is_version && behind.starts_with(b"\nWARC-"))
}

/// How many of the first bytes are line ends, up to `most`.
fn line_ends(bytes: &[u8], most: usize) -> usize {
    bytes.iter().take(most).take_while(|byte| matches!(byte, b'\r' | b'\n')).count()
}

fn without_brackets(value: &str) -> &str {
    value.strip_prefix('<').and_then(|value| value.strip_suffix('>')).unwrap_or(value)
}

fn cut_short(found: usize, promised: usize) -> String {
    format!("the record is cut short: {found} of {promised} bytes")
}

fn to_usize(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn fault(at: usize, message: &str) -> Fault {
    Fault { at, message: message.to_owned() }
}
