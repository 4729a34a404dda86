//! A stretch of records: cut off by the reading thread, parsed by a worker.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use super::archive::{Member, MemberFault};
use super::cut::{Fault, Piece};
use super::fields::Field;
use super::parquet::Row;
use super::{RecordError, RecordFile, csv, json, warc};
use crate::document::{Decoded, Document, Origin, Place, RawRecord, Record};
use crate::input::decode::{self, decode};
use crate::input::format::InputFormat;

/// What is known of a record beside its text.
const BESIDE_THE_TEXT: [Field; 4] = [Field::Id, Field::Url, Field::Title, Field::Date];

/// Records that follow each other in a file.
#[derive(Debug)]
pub struct Batch {
    /// The file.
    pub file: Arc<RecordFile>,
    /// How many records stand before.
    pub index: u64,
    /// The records.
    pub content: Content,
    /// What interrupted the reading behind these records.
    pub broken: Option<String>,
}

/// What a batch holds.
#[derive(Debug)]
pub enum Content {
    /// Stretches of bytes.
    Raw(Raw),
    /// Rows of a table without bytes of its own.
    Rows(Vec<Row>),
    /// Files of an archive.
    Members(Vec<Result<Member, MemberFault>>),
}

/// Records as bytes of the file.
#[derive(Debug)]
pub struct Raw {
    bytes: Bytes,
    pieces: Vec<Piece>,
    start: Place,
    /// Offsets in the file as it lies on the disk, for WARC.
    offsets: Vec<u64>,
}

/// UTF-8 is checked for the whole batch at once, because nearly all files are sound.
#[derive(Debug)]
enum Bytes {
    Text(Arc<String>),
    Other(Vec<u8>),
}

impl Raw {
    /// Records that begin at `start`. `offsets` has one for each piece, or none.
    #[must_use]
    pub fn new(bytes: Vec<u8>, pieces: Vec<Piece>, start: Place, offsets: Vec<u64>) -> Raw {
        let bytes = match String::from_utf8(bytes) {
            Ok(text) => Bytes::Text(Arc::new(text)),
            Err(error) => Bytes::Other(error.into_bytes()),
        };
        Raw { bytes, pieces, start, offsets }
    }

    /// The bytes of a record.
    #[must_use]
    pub fn bytes(&self, range: Range<usize>) -> &[u8] {
        self.all().get(range).unwrap_or_default()
    }

    /// All bytes, those between the records too.
    #[must_use]
    pub fn all(&self) -> &[u8] {
        match &self.bytes {
            Bytes::Text(text) => text.as_bytes(),
            Bytes::Other(bytes) => bytes,
        }
    }

    /// The records.
    #[must_use]
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Where the bytes begin in the file.
    #[must_use]
    pub fn start(&self) -> Place {
        self.start
    }

    /// Takes the first record off: the header of a CSV file.
    pub fn take_first(&mut self) -> Option<Vec<u8>> {
        if self.pieces.is_empty() {
            return None;
        }
        let piece = self.pieces.remove(0);
        Some(self.bytes(piece.range).to_vec())
    }

    /// A record as text that later records share, and its range in that.
    fn text(&self, range: &Range<usize>) -> Result<(Arc<String>, Range<usize>), Fault> {
        match &self.bytes {
            Bytes::Text(text) if text.get(range.clone()).is_some() => Ok((Arc::clone(text), range.clone())),
            _ => match std::str::from_utf8(self.bytes(range.clone())) {
                Ok(text) => Ok((Arc::new(text.to_owned()), 0..text.len())),
                Err(error) => Err(Fault { at: error.valid_up_to(), message: "not UTF-8".to_owned() }),
            },
        }
    }
}

/// What came of a record.
#[derive(Debug)]
pub enum Outcome {
    /// A document to lint.
    Document(Box<Document>),
    /// Nothing to lint, and nothing wrong: a picture in a WARC file.
    NoText,
    /// A record that cannot be read.
    Broken(RecordError),
    /// More bytes of the broken record before.
    Rest,
}

/// A record of a batch.
#[derive(Debug)]
pub struct Item {
    /// Its number in the batch, among all the pieces.
    pub number: usize,
    /// What came of it.
    pub outcome: Outcome,
}

impl Batch {
    /// One record of a file by itself; places count from where it begins.
    #[must_use]
    pub fn of_one(file: &Arc<RecordFile>, record: String) -> Batch {
        let piece = Piece { range: 0..record.len(), fault: None };
        let raw = Raw::new(record.into_bytes(), vec![piece], Place::START, Vec::new());
        Batch { file: Arc::clone(file), index: 0, content: Content::Raw(raw), broken: None }
    }

    /// How many records the batch holds.
    #[must_use]
    pub fn records(&self) -> usize {
        match &self.content {
            Content::Raw(raw) => raw.pieces.iter().filter(|piece| !piece.is_rest()).count(),
            Content::Rows(rows) => rows.len(),
            Content::Members(members) => members.len(),
        }
    }

    /// Parses the records one by one.
    pub fn for_each(&self, each: impl FnMut(Item)) {
        self.for_each_of(|_| true, each);
    }

    /// Parses those records, of the pieces of a file in text, that `is_wanted` picks by their number in the
    /// batch.
    pub fn for_each_of(&self, is_wanted: impl FnMut(usize) -> bool, mut each: impl FnMut(Item)) {
        match &self.content {
            Content::Raw(raw) => self.each_piece(raw, is_wanted, each),
            Content::Rows(rows) => {
                for (number, row) in rows.iter().enumerate() {
                    each(Item { number, outcome: self.row(row) });
                }
            }
            Content::Members(members) => {
                for (number, member) in members.iter().enumerate() {
                    each(Item { number, outcome: self.member(number, member) });
                }
            }
        }
    }

    fn each_piece(&self, raw: &Raw, mut is_wanted: impl FnMut(usize) -> bool, mut each: impl FnMut(Item)) {
        let (mut place, mut done) = (raw.start, 0);
        let mut index = self.index;
        for (number, piece) in raw.pieces.iter().enumerate() {
            index += u64::from(!piece.is_rest());
            if !is_wanted(number) {
                continue;
            }
            if piece.is_rest() {
                each(Item { number, outcome: Outcome::Rest });
                continue;
            }
            let has_places = self.file.format != InputFormat::Warc;
            if has_places {
                place.advance(raw.bytes(done..piece.range.start));
                done = piece.range.start;
            }
            let record = Record { index, offset: raw.offsets.get(number).copied(), ..Record::default() };
            let fault_of = |fault: Fault, record: Record| {
                let mut at = place;
                at.advance(raw.bytes(piece.range.start..(piece.range.start + fault.at).min(piece.range.end)));
                let place = has_places.then_some(at);
                RecordError { file: self.file.name.clone(), place, record, message: fault.message }
            };
            let parsed = match &piece.fault {
                Some(fault) => Err(fault.clone()),
                None if has_places => self.field_document(raw, piece, place, record.clone()),
                None => self.warc_document(raw, piece, record.clone()),
            };
            let outcome = parsed.unwrap_or_else(|fault| Outcome::Broken(fault_of(fault, record)));
            each(Item { number, outcome });
        }
    }

    /// The document in a field of a JSON or CSV record.
    fn field_document(&self, raw: &Raw, piece: &Piece, start: Place, mut record: Record) -> Result<Outcome, Fault> {
        let (shared, range) = raw.text(&piece.range)?;
        let text = &shared[range.clone()];
        if u32::try_from(text.len()).is_err() {
            return Err(Fault { at: 0, message: "the record is larger than 4 GiB".to_owned() });
        }
        let (value, map) = match self.file.format {
            InputFormat::Csv | InputFormat::Tsv => self.csv_values(text, &mut record)?,
            _ => self.json_values(text, &mut record)?,
        };
        let origin = Origin::Record(Box::new(RawRecord::new(shared, range, start, map)));
        Ok(self.document(value, origin, record))
    }

    fn json_values(&self, text: &str, record: &mut Record) -> Result<(String, Decoded), Fault> {
        let found = json::find(text, &self.file.names)?;
        for field in BESIDE_THE_TEXT {
            let value = found[field as usize].clone().and_then(|range| json::scalar(&text[range]));
            set(record, field, value);
        }
        let name = self.file.names.get(Field::Text).unwrap_or_default();
        let Some(range) = found[Field::Text as usize].clone() else {
            return Err(Fault { at: 0, message: format!("no field `{name}`") });
        };
        let value = &text[range.clone()];
        if !value.starts_with('"') || value.len() < 2 {
            let message = format!("the field `{name}` is {}, not a string", json::kind(value));
            return Err(Fault { at: range.start, message });
        }
        Ok(json::unescape(&value[1..value.len() - 1], range.start as u32 + 1))
    }

    fn csv_values(&self, text: &str, record: &mut Record) -> Result<(String, Decoded), Fault> {
        let fields = csv::fields(text, self.file.delimiter());
        let wanted = self.file.header.len();
        if fields.len() != wanted {
            let message = format!("the record has {}, the header {wanted}", counted(fields.len(), "field"));
            return Err(Fault { at: 0, message });
        }
        for field in BESIDE_THE_TEXT {
            let column = self.file.columns[field as usize].and_then(|column| fields.get(column));
            set(record, field, column.map(|column| csv::plain_value(text, column).into_owned()));
        }
        let column = self.file.columns[Field::Text as usize].and_then(|column| fields.get(column));
        let Some(column) = column else { return Err(Fault { at: 0, message: "no text".to_owned() }) };
        Ok(csv::value(text, column, 0))
    }

    fn warc_document(&self, raw: &Raw, piece: &Piece, mut record: Record) -> Result<Outcome, Fault> {
        let parsed = warc::read(raw.bytes(piece.range.clone()))?;
        record.id = parsed.id.map(str::to_owned);
        record.url = parsed.url.map(str::to_owned);
        record.date = parsed.date.map(str::to_owned);
        match warc::payload(&parsed)? {
            warc::Payload::NotText => Ok(Outcome::NoText),
            warc::Payload::Text { text, charset } => match decode::decode_labelled(text, charset.as_deref()) {
                decode::Content::Binary => Ok(Outcome::NoText),
                decode::Content::Text { text, encoding, .. } => {
                    Ok(with_encoding(self.document(text, Origin::Nowhere, record), encoding))
                }
            },
        }
    }

    fn row(&self, row: &Row) -> Outcome {
        let mut record = Record { index: row.index, ..Record::default() };
        let values =
            [(Field::Id, &row.id), (Field::Url, &row.url), (Field::Title, &row.title), (Field::Date, &row.date)];
        for (field, value) in values {
            set(&mut record, field, value.clone());
        }
        match &row.text {
            Ok(text) => self.document(text.clone(), Origin::Nowhere, record),
            Err(fault) => {
                let (file, message) = (self.file.name.clone(), fault.message.clone());
                Outcome::Broken(RecordError { file, place: None, record, message })
            }
        }
    }

    fn member(&self, number: usize, member: &Result<Member, MemberFault>) -> Outcome {
        let mut record = Record { index: self.index + number as u64 + 1, ..Record::default() };
        match member {
            Err(MemberFault { name, message, .. }) => {
                record.id.clone_from(name);
                let (file, message) = (self.file.name.clone(), message.clone());
                Outcome::Broken(RecordError { file, place: None, record, message })
            }
            Ok(member) => {
                record.id = Some(member.name.clone());
                match decode(member.bytes.as_slice()) {
                    decode::Content::Binary => Outcome::NoText,
                    decode::Content::Text { text, origin, encoding, .. } => {
                        with_encoding(self.document(text, origin, record), encoding)
                    }
                }
            }
        }
    }

    fn document(&self, text: String, origin: Origin, record: Record) -> Outcome {
        if u32::try_from(text.len()).is_err() {
            let message = "the text is larger than 4 GiB".to_owned();
            return Outcome::Broken(RecordError { file: self.file.name.clone(), place: None, record, message });
        }
        Outcome::Document(Box::new(Document::with_origin(self.file.name.as_str(), text, origin).with_record(record)))
    }
}

fn with_encoding(outcome: Outcome, encoding: &'static str) -> Outcome {
    match outcome {
        Outcome::Document(document) => Outcome::Document(Box::new(document.with_encoding(encoding))),
        other => other,
    }
}

fn set(record: &mut Record, field: Field, value: Option<String>) {
    match field {
        Field::Text => {}
        Field::Id => record.id = value,
        Field::Url => record.url = value,
        Field::Title => record.title = value,
        Field::Date => record.date = value,
    }
}

fn counted(count: usize, what: &str) -> Cow<'static, str> {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" }).into()
}
