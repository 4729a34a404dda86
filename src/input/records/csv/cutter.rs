//! Cutting CSV into records.
//!
//! A byte is looked at once, save behind a quote that opens a field and never closes it. There the file is read
//! again from the next line on, now outside quotes. That can not add up: in the stretch that was searched in vain,
//! every run of quotes has an even length, else it had closed the field. A run of even length at the beginning of a
//! field opens it and closes it again, and elsewhere a quote has no meaning. So no field stays open within the
//! stretch, and the next search in vain begins behind it, or at the one run of quotes that its end cut in two. Each
//! byte is searched for a closing quote twice at the most.

use memchr::{memchr, memchr2, memchr3};

use super::super::cut::{Cut, Fault, Piece};
use super::{BYTE_ORDER_MARK, QUOTE, is_line_end};

/// How long a record can be, in bytes, before an open quote in it counts as forgotten. A forgotten quote would else
/// keep the rest of the file in memory; it is that of other formats. A record that goes on outside
/// quotes (one endless line) is not limited by this.
pub const MOST_RECORD_BYTES: usize = 256 << 20;

/// Cuts CSV and TSV into records: see [the dialect](super).
///
/// A record's piece includes its line end. Blank lines, and a byte order mark at the beginning of the file, are in
/// no piece.
///
/// When a quoted field does not end before the file does, or the record is longer than [`MOST_RECORD_BYTES`] with
/// the field still open, the piece ends with the line that the field begins in and has a fault at the opening quote.
/// The next line begins a new record.
#[derive(Clone, Debug)]
pub struct CsvCut {
    delimiter: u8,
    /// [`MOST_RECORD_BYTES`]; less in tests.
    most: usize,
    state: State,
    /// How many bytes of the record that is not cut yet have been looked at.
    at: usize,
}

/// What is looked for next. Places are in bytes from the beginning of the record.
#[derive(Clone, Copy, Debug)]
enum State {
    /// The beginning of the file, which may have a byte order mark.
    File,
    /// The beginning of a record.
    Record,
    /// The beginning of a field.
    Field,
    /// The end of a field, outside quotes.
    Plain,
    /// The closing quote of the field that the quote at this place opens.
    Quoted(usize),
    /// The end of the line, as the quote at this place opens a field that does not end.
    Unclosed(usize, Unclosed),
}

/// Why a quoted field is taken not to end.
#[derive(Clone, Copy, Debug)]
enum Unclosed {
    /// The file ends first.
    InFile,
    /// The record gets too long.
    InLimit,
}

/// What was found at the beginning of the rest of the file.
enum Found {
    /// So many bytes that belong to no record.
    Nothing(usize),
    /// A record of so many bytes.
    Record(usize),
}

impl CsvCut {
    /// A cutter for the beginning of a file. The delimiter is an ASCII character other than the quote and the line
    /// ends.
    #[must_use]
    pub fn new(delimiter: u8) -> CsvCut {
        CsvCut { delimiter, most: MOST_RECORD_BYTES, state: State::File, at: 0 }
    }

    /// The same with another limit than [`MOST_RECORD_BYTES`].
    #[cfg(test)]
    pub(super) fn with_limit(delimiter: u8, most: usize) -> CsvCut {
        CsvCut { most, ..CsvCut::new(delimiter) }
    }

    /// What `rest` begins with; nothing when more of the file must be seen first.
    fn find(&mut self, rest: &[u8], is_end: bool) -> Option<Found> {
        loop {
            match self.state {
                State::File => return self.file(rest, is_end),
                State::Record => {
                    let blank = rest.iter().take_while(|byte| is_line_end(**byte)).count();
                    if blank > 0 || rest.is_empty() {
                        return (blank > 0).then_some(Found::Nothing(blank));
                    }
                    self.state = State::Field;
                }
                State::Field => match rest.get(self.at) {
                    Some(&QUOTE) => {
                        self.state = State::Quoted(self.at);
                        self.at += 1;
                    }
                    Some(_) => self.state = State::Plain,
                    None => return is_end.then_some(Found::Record(rest.len())),
                },
                State::Plain => {
                    let delimiter = self.delimiter;
                    match self.look(rest, |bytes| memchr3(delimiter, b'\n', b'\r', bytes)) {
                        Some(byte) if !is_line_end(byte) => {
                            self.state = State::Field;
                            self.at += 1;
                        }
                        found => return self.line_end(rest, is_end, found),
                    }
                }
                State::Quoted(quote) => self.quoted(quote, rest, is_end)?,
                State::Unclosed(..) => {
                    let found = self.look(rest, |bytes| memchr2(b'\n', b'\r', bytes));
                    return self.line_end(rest, is_end, found);
                }
            }
        }
    }

    /// Leaves out a byte order mark.
    fn file(&mut self, rest: &[u8], is_end: bool) -> Option<Found> {
        if !is_end && rest.len() < BYTE_ORDER_MARK.len() && BYTE_ORDER_MARK.starts_with(rest) {
            return None;
        }
        self.state = State::Record;
        Some(Found::Nothing(if rest.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 }))
    }

    /// Moves to the next byte that is searched for, and returns it; to the end if there is none.
    fn look(&mut self, bytes: &[u8], search: impl FnOnce(&[u8]) -> Option<usize>) -> Option<u8> {
        match search(bytes.get(self.at..).unwrap_or_default()) {
            Some(offset) => self.at += offset,
            None => self.at = self.at.max(bytes.len()),
        }
        bytes.get(self.at).copied()
    }

    /// The record that ends with the line end just found, or with the file.
    fn line_end(&self, rest: &[u8], is_end: bool, found: Option<u8>) -> Option<Found> {
        let next = rest.get(self.at.saturating_add(1));
        match found {
            Some(b'\r') if next == Some(&b'\n') => Some(Found::Record(self.at + 2)),
            // Its line feed may come with the next slice.
            Some(b'\r') if next.is_none() && !is_end => None,
            Some(_) => Some(Found::Record(self.at + 1)),
            None => is_end.then_some(Found::Record(rest.len())),
        }
    }

    /// Goes on inside quotes to whatever comes next; nothing when more of the file must be seen first.
    fn quoted(&mut self, quote: usize, rest: &[u8], is_end: bool) -> Option<()> {
        let within = rest.get(..self.most).unwrap_or(rest);
        if self.look(within, |bytes| memchr(QUOTE, bytes)).is_some() {
            match rest.get(self.at + 1) {
                Some(&QUOTE) => self.at += 2,
                // It may be the first of two.
                None if !is_end => return None,
                _ => {
                    self.state = State::Plain;
                    self.at += 1;
                }
            }
            return Some(());
        }
        let why = if rest.len() > self.most {
            Unclosed::InLimit
        } else if is_end {
            Unclosed::InFile
        } else {
            return None;
        };
        self.state = State::Unclosed(quote, why);
        self.at = quote;
        Some(())
    }

    /// What is wrong with the record that just ended.
    fn fault(&self) -> Option<Fault> {
        let State::Unclosed(at, why) = self.state else { return None };
        let message = match why {
            Unclosed::InFile => "a quoted field begins here and never ends".to_owned(),
            Unclosed::InLimit => {
                format!("a quoted field begins here and does not end within the {} of a record", limit_name(self.most))
            }
        };
        Some(Fault { at, message })
    }
}

/// A limit for a person to read.
fn limit_name(bytes: usize) -> String {
    if bytes.is_multiple_of(1 << 20) { format!("{} MiB", bytes >> 20) } else { format!("{bytes} bytes") }
}

impl Cut for CsvCut {
    fn cut(&mut self, bytes: &[u8], is_end: bool, pieces: &mut Vec<Piece>) -> usize {
        let mut done = 0;
        while let Some(found) = self.find(bytes.get(done..).unwrap_or_default(), is_end) {
            done += match found {
                Found::Nothing(length) => length,
                Found::Record(length) => {
                    pieces.push(Piece { range: done..done + length, fault: self.fault() });
                    length
                }
            };
            (self.state, self.at) = (State::Record, 0);
        }
        done
    }
}
