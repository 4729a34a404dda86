//! Files that hold many documents: JSON Lines, JSON, CSV, Parquet, WARC, archives.
//!
//! The flow: a [`Source`] reads a file and cuts it into batches, on one thread at a time; workers
//! take a [`Batch`] and parse its records, each into a document that knows where its bytes came
//! from.

pub mod archive;
mod batch;
pub mod csv;
pub mod cut;
pub mod fields;
pub mod json;
pub mod parquet;
mod stream;
mod tables;
mod value_cut;
mod warc;

use std::fmt;
use std::io::Cursor;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

pub use batch::{Batch, Content, Item, Outcome, Raw};
use fields::{FIELDS, Field, FieldNames, NoTextField};

use super::InputError;
use super::format::{Compression, InputFormat};
use crate::document::{Place, Record};

/// Records looked at to learn the names of fields.
const RECORDS_TO_LEARN: usize = 100;

/// What a user says of the files of a format.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormatOptions {
    /// The names of the fields.
    pub names: FieldNames,
    /// What stands between the fields of CSV, in ASCII.
    pub delimiter: Option<u8>,
}

/// A file of records: what it is called and how it is read.
#[derive(Clone, Debug)]
pub struct RecordFile {
    /// Where it lies; `-` is standard input.
    pub path: PathBuf,
    /// How reports call it.
    pub name: String,
    /// What it holds.
    pub format: InputFormat,
    /// What it is compressed with.
    pub compression: Option<Compression>,
    /// The names of its fields.
    pub names: FieldNames,
    /// Whether the name of the text was guessed.
    pub guessed: bool,
    /// What stands before the first record: a byte order mark, the header of a CSV file.
    pub head: Vec<u8>,
    /// Whether the records are elements of a JSON array.
    pub is_array: bool,
    delimiter: Option<u8>,
    header: Vec<String>,
    /// The fields of the first records.
    fields: Vec<String>,
    /// The columns of the fields in a CSV file.
    columns: [Option<usize>; FIELDS.len()],
}

impl RecordFile {
    /// A file of which only the user's words are known.
    #[must_use]
    pub fn new(path: PathBuf, name: String, format: InputFormat, options: &FormatOptions) -> RecordFile {
        RecordFile {
            path,
            name,
            format,
            compression: None,
            names: options.names.clone(),
            guessed: false,
            head: Vec::new(),
            is_array: false,
            delimiter: options.delimiter,
            header: Vec::new(),
            fields: Vec::new(),
            columns: Default::default(),
        }
    }

    /// Whether the lines of its records are lines of the file as it lies on the disk.
    #[must_use]
    pub fn has_raw_lines(&self) -> bool {
        let is_text =
            matches!(self.format, InputFormat::Jsonl | InputFormat::Json | InputFormat::Csv | InputFormat::Tsv);
        is_text && self.compression.is_none()
    }

    /// What stands between the fields of a CSV file.
    #[must_use]
    pub fn delimiter(&self) -> u8 {
        self.delimiter.unwrap_or(b',')
    }

    /// The column of the text in a CSV file, counted from 0.
    #[must_use]
    pub fn text_column(&self) -> Option<usize> {
        self.columns[Field::Text as usize]
    }

    /// The names of the fields of the first records.
    #[must_use]
    pub fn fields(&self) -> &[String] {
        &self.fields
    }

    /// Whether the text stands in the only column of a CSV file: an empty one would be a blank line.
    #[must_use]
    pub fn has_one_column(&self) -> bool {
        self.header.len() == 1
    }

    /// The bytes before everything else that are no record's: a byte order mark.
    #[must_use]
    pub fn mark(&self) -> &'static [u8] {
        const MARK: &[u8] = b"\xEF\xBB\xBF";
        if self.head.starts_with(MARK) { MARK } else { b"" }
    }

    /// Learns the fields from the first records.
    fn learn(&mut self, batch: &mut Batch) -> Result<(), OpenError> {
        let Content::Raw(raw) = &mut batch.content else { return Ok(()) };
        match self.format {
            InputFormat::Csv | InputFormat::Tsv => {
                let Some(header) = raw.take_first() else { return Ok(()) };
                self.learn_header(header)
            }
            InputFormat::Jsonl | InputFormat::Json => self.learn_objects(raw),
            _ => Ok(()),
        }
    }

    fn learn_header(&mut self, bytes: Vec<u8>) -> Result<(), OpenError> {
        let line = String::from_utf8_lossy(&bytes).into_owned();
        let fields = csv::fields(&line, self.delimiter());
        self.header = fields.iter().map(|field| csv::plain_value(&line, field).trim().to_owned()).collect();
        self.head.extend(bytes);
        let names = self.header.clone();
        self.choose(&names, &names)?;
        for (field, _) in FIELDS {
            let name = self.names.get(field);
            self.columns[field as usize] = name.and_then(|name| names.iter().position(|column| column == name));
        }
        Ok(())
    }

    fn learn_objects(&mut self, raw: &Raw) -> Result<(), OpenError> {
        let (mut all, mut strings): (Vec<String>, Vec<String>) = Default::default();
        let sound = raw.pieces().iter().filter(|piece| piece.fault.is_none());
        // A field that the user names can be rare, so then all records at hand are looked at.
        let most = if self.names.get(Field::Text).is_some() { usize::MAX } else { RECORDS_TO_LEARN };
        for piece in sound.take(most) {
            let Ok(record) = std::str::from_utf8(raw.bytes(piece.range.clone())) else { continue };
            let (names, texts) = json::field_names(record);
            for (found, known) in [(names, &mut all), (texts, &mut strings)] {
                let new: Vec<String> = found.into_iter().filter(|name| !known.contains(name)).collect();
                known.extend(new);
            }
        }
        if all.is_empty() {
            if self.format == InputFormat::Json && self.names.get(Field::Text).is_none() {
                let error = InputError { path: self.path.clone(), message: "it holds no JSON objects".to_owned() };
                return Err(OpenError::NoText { error, configured: false });
            }
            // Not one sound object: each is named as the broken record that it is.
            if self.names.get(Field::Text).is_none() {
                self.names.set(Field::Text, "text");
            }
            return Ok(());
        }
        self.choose(&all, &strings)
    }

    /// Chooses the fields among those that there are.
    fn choose(&mut self, all: &[String], strings: &[String]) -> Result<(), OpenError> {
        self.fields = all.to_vec();
        let table = self.format.field_table().unwrap_or_default();
        let configured = self.names.get(Field::Text).map(str::to_owned);
        let outcome = self.names.guess(all, strings);
        let no_text = |message: String| OpenError::NoText {
            error: InputError { path: self.path.clone(), message },
            configured: configured.is_some(),
        };
        match (outcome, &configured) {
            (Err(missing), _) => Err(no_text(missing.message(table))),
            (Ok(_), Some(name)) if !all.contains(name) && !has_deeper(name) => {
                let missing = NoTextField { fields: all.to_vec() };
                Err(no_text(missing.message_for(name)))
            }
            (Ok(guessed), _) => {
                self.guessed = guessed;
                Ok(())
            }
        }
    }
}

/// Whether a path is deeper than the names that were looked at go.
fn has_deeper(name: &str) -> bool {
    name.matches('.').count() > 1
}

/// A file that cannot be read as records.
#[derive(Debug)]
pub enum OpenError {
    /// It cannot be read at all.
    Input(InputError),
    /// None of its fields holds the text. `configured`: the user has named a field.
    NoText {
        /// What to say.
        error: InputError,
        /// Whether the user has named a field that is not there.
        configured: bool,
    },
}

impl From<InputError> for OpenError {
    fn from(error: InputError) -> OpenError {
        OpenError::Input(error)
    }
}

/// A record that cannot be read, with its place.
#[derive(Clone, Debug)]
pub struct RecordError {
    /// The file.
    pub file: String,
    /// Where in the file it shows, where there are such places.
    pub place: Option<Place>,
    /// What is known of the record.
    pub record: Record,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let RecordError { file, place, record, message } = self;
        match (place, record.offset) {
            (Some(place), _) => write!(f, "{file}:{}:{}: record {}: {message}", place.line, place.column, record.index),
            (None, Some(offset)) => write!(f, "{file}{{{}}}: record at byte {offset}: {message}", record.index),
            (None, None) => write!(f, "{file}{{{}}}: {message}", record.label()),
        }
    }
}

pub use stream::bytes_of;
pub use tables::{parquet_columns, seekable};

/// A file of records, read batch by batch.
pub trait Source: Send {
    /// The file.
    fn file(&self) -> &Arc<RecordFile>;

    /// The next records; `None` at the end.
    fn next_batch(&mut self) -> Option<Batch>;
}

/// Opens a file of records. `shown` counts the bytes taken from it.
///
/// # Errors
/// The file system's refusal, an encoding other than UTF-8, or no field that could be the text.
pub fn open(file: RecordFile, shown: Arc<AtomicU64>) -> Result<Box<dyn Source>, OpenError> {
    match file.format {
        InputFormat::Parquet => Ok(Box::new(tables::ParquetSource::open(file, shown)?)),
        InputFormat::Zip | InputFormat::Tar => Ok(Box::new(tables::ArchiveSource::open(file, shown)?)),
        _ => {
            let bytes = bytes_of(&file.path).map_err(|error| InputError::unreadable(&file.path, error))?;
            Ok(Box::new(stream::open(file, bytes, shown)?))
        }
    }
}

/// Opens records that lie in memory: of JSON or CSV, or a WARC file.
///
/// # Errors
/// As [`open`].
pub fn open_bytes(file: RecordFile, bytes: Vec<u8>) -> Result<Box<dyn Source>, OpenError> {
    Ok(Box::new(stream::open(file, Box::new(Cursor::new(bytes)), Arc::default())?))
}
