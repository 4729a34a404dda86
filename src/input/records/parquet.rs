//! Rows of a Parquet file, one document each.
//!
//! Only the columns asked for are read, a page at a time: memory does not grow with the file. The columns are read by
//! the `parquet` crate's own column readers and not through Arrow: a document needs plain bytes, and a text that is no
//! UTF-8 is to be the fault of its row alone, where Arrow refuses the whole batch.

mod arrow_schema;
mod scalar;
mod split;

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};

use ::parquet::basic::Type;
use ::parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use ::parquet::data_type::{ByteArray, DataType};
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::RowGroupMetaData;
use ::parquet::file::reader::{FileReader, SerializedFileReader};
use ::parquet::schema::types::ColumnDescriptor;

use super::cut::Fault;

pub use split::{ParquetSplit, Verdict};

use scalar::{Kind, show_bytes, show_i32, show_i64, show_int96};

/// Rows of a batch at most.
const ROWS_OF_BATCH: usize = 1_024;

/// Bytes of text at which a batch is full.
const BYTES_OF_BATCH: usize = 1 << 20;

/// Rows read from all columns in one step. Few, because short bytes in the file can stand for long texts.
const ROWS_OF_STEP: usize = 128;

/// Rows of the very first step, when nothing is known of their length.
const ROWS_OF_FIRST_STEP: usize = 16;

/// Names of columns in a message at most.
const COLUMNS_SHOWN: usize = 30;

/// What a Parquet file begins and ends with (<https://parquet.apache.org/docs/file-format/>).
const MAGIC: [u8; 4] = *b"PAR1";

/// What it ends with if it is encrypted.
const MAGIC_OF_ENCRYPTED: [u8; 4] = *b"PARE";

/// A row of the file: a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number in the file, from 1. Rows that cannot be read count, too.
    pub index: u64,
    /// Its text, or why there is none.
    pub text: Result<String, Fault>,
    /// Its identifier: a number, a date and the like is written out.
    pub id: Option<String>,
    /// Where it was found.
    pub url: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// Its date, written out as in ISO 8601 if the column has dates or timestamps.
    pub date: Option<String>,
}

/// The columns that the parts of a [`Row`] are read from, by dotted path.
#[derive(Clone, Copy, Debug, Default)]
pub struct Columns<'a> {
    /// The text.
    pub text: &'a str,
    /// The identifier.
    pub id: Option<&'a str>,
    /// The address.
    pub url: Option<&'a str>,
    /// The title.
    pub title: Option<&'a str>,
    /// The date.
    pub date: Option<&'a str>,
}

/// A column to read, by its number among the leaf columns.
#[derive(Clone, Copy, Debug)]
struct Source {
    leaf: usize,
    kind: Kind,
    physical: Type,
    /// The definition level of a value that is there.
    level: i16,
}

/// A value of a column.
enum Cell {
    Bytes(ByteArray),
    Shown(String),
}

/// The row group that is being read.
struct Group {
    readers: Vec<ColumnReader>,
    /// Rows not read yet.
    left: u64,
}

/// Reads a Parquet file's rows in batches.
pub struct ParquetRows {
    file: SerializedFileReader<File>,
    /// The text first, then identifier, address, title, date: those that are read.
    sources: [Option<Source>; 5],
    group: Option<Group>,
    next_group: usize,
    /// Rows before the one to read next, over the whole file.
    done: u64,
    /// What to tell once the rows before it are handed out.
    trouble: Option<String>,
    /// Bytes of text in a row, by the last step.
    mean: usize,
}

impl ParquetRows {
    /// Opens a file and reads its schema. The file's position is used from then on: no other handle may share it.
    ///
    /// # Errors
    ///
    /// What makes the file no readable Parquet file.
    pub fn open(mut file: File) -> Result<ParquetRows, String> {
        check_ends(&mut file)?;
        let file = guarded(|| SerializedFileReader::new(file))
            .map_err(|error| format!("the description of the columns at the file's end is damaged: {error}"))?;
        Ok(ParquetRows {
            file,
            sources: [None; 5],
            group: None,
            next_group: 0,
            done: 0,
            trouble: None,
            mean: BYTES_OF_BATCH / ROWS_OF_FIRST_STEP,
        })
    }

    /// The leaf columns as dotted paths, and whether they can hold a row's text: strings, or bytes with no other
    /// meaning, not in a list.
    #[must_use]
    pub fn columns(&self) -> Vec<(String, bool)> {
        let columns = self.file.metadata().file_metadata().schema_descr().columns();
        columns.iter().map(|column| (column.path().string(), holds_text(column))).collect()
    }

    /// How many rows the file says it has.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.file.metadata().row_groups().iter().fold(0, |sum: u64, group| sum.saturating_add(rows_of(group)))
    }

    /// Chooses the columns; only these are read, from the file's first row on.
    ///
    /// # Errors
    ///
    /// A column that is not there, that lies in a list, or, for the text, holds something else than strings or bytes.
    pub fn select(&mut self, columns: &Columns) -> Result<(), String> {
        let text = self.source(columns.text, holds_text)?;
        if !text.kind.may_be_text(text.physical) {
            return Err(format!("the column `{}` holds no text, but {}", columns.text, meaning(&text)));
        }
        let source =
            |name: Option<&str>| name.map(|name| self.source(name, |column| column.max_rep_level() == 0)).transpose();
        self.sources =
            [Some(text), source(columns.id)?, source(columns.url)?, source(columns.title)?, source(columns.date)?];
        (self.group, self.next_group, self.done, self.trouble) = (None, 0, 0, None);
        Ok(())
    }

    /// The next rows, all of one row group: at most 1,024, and fewer if the texts are long. An error tells which rows
    /// are lost; the batches behind it go on with the next row group. None: the file is at its end, or no column was
    /// chosen.
    pub fn next_batch(&mut self) -> Option<Result<Vec<Row>, String>> {
        loop {
            if let Some(trouble) = self.trouble.take() {
                return Some(Err(trouble));
            }
            self.sources[0]?;
            if self.group.is_none() {
                if self.next_group >= self.file.metadata().num_row_groups() {
                    return None;
                }
                self.open_group();
                continue;
            }
            let batch = self.read_batch();
            if !batch.is_empty() {
                return Some(Ok(batch));
            }
        }
    }

    /// The column of this name. `fits`: which columns to offer if there is none.
    fn source(&self, name: &str, fits: fn(&ColumnDescriptor) -> bool) -> Result<Source, String> {
        let columns = self.file.metadata().file_metadata().schema_descr().columns();
        let found = columns.iter().enumerate().find(|(_, column)| is_named(column, name));
        let Some((leaf, column)) = found else {
            let names: Vec<String> = columns.iter().filter(|column| fits(column)).map(|c| c.path().string()).collect();
            return Err(format!("there is no column `{name}` in the file; {}", listed(&names)));
        };
        if column.max_rep_level() > 0 {
            return Err(format!("the column `{name}` lies in a list, of which a row has many values or none"));
        }
        let (kind, physical) = (Kind::of(column), column.physical_type());
        Ok(Source { leaf, kind, physical, level: column.max_def_level() })
    }

    /// Opens the next row group. If that fails, its rows are lost.
    fn open_group(&mut self) {
        let index = self.next_group;
        self.next_group += 1;
        let group = self.file.metadata().row_group(index);
        let left = rows_of(group);
        let sources = &self.sources;
        let readers = check_group(group).and_then(|()| {
            guarded(|| {
                let group = self.file.get_row_group(index)?;
                sources.iter().flatten().map(|source| group.get_column_reader(source.leaf)).collect()
            })
        });
        match readers {
            Ok(readers) => self.group = Some(Group { readers, left }),
            Err(error) => self.lose(left, &error),
        }
    }

    /// Gives up on the row group last opened, of which so many rows are left.
    fn lose(&mut self, left: u64, error: &str) {
        let first = self.done.saturating_add(1);
        self.done = self.done.saturating_add(left);
        self.group = None;
        let lost = match left {
            0 => "which has no rows".to_owned(),
            1 => format!("row {first} is lost"),
            _ => format!("rows {first} to {} are lost", self.done),
        };
        self.trouble = Some(format!("row group {} is damaged, {lost}: {error}", self.next_group));
    }

    fn read_batch(&mut self) -> Vec<Row> {
        let (mut rows, mut bytes) = (Vec::new(), 0_usize);
        while let Some(group) = &mut self.group {
            if group.left == 0 {
                self.group = None;
                break;
            }
            if rows.len() >= ROWS_OF_BATCH || bytes >= BYTES_OF_BATCH {
                break;
            }
            let room = ((BYTES_OF_BATCH - bytes) / self.mean.max(1)).clamp(1, ROWS_OF_STEP);
            let count = room.min(ROWS_OF_BATCH - rows.len()).min(usize::try_from(group.left).unwrap_or(usize::MAX));
            match read_step(&mut group.readers, &self.sources, count, self.done) {
                Ok(step) => {
                    group.left -= step.len() as u64;
                    self.done = self.done.saturating_add(step.len() as u64);
                    let size: usize = step.iter().map(|row| row.text.as_ref().map_or(0, String::len)).sum();
                    self.mean = size / step.len().max(1);
                    bytes = bytes.saturating_add(size);
                    rows.extend(step);
                }
                Err(error) => {
                    let left = group.left;
                    self.lose(left, &error);
                }
            }
        }
        rows
    }
}

/// Reads `count` rows from all columns. `done`: rows of the file before them.
fn read_step(
    readers: &mut [ColumnReader],
    sources: &[Option<Source>; 5],
    count: usize,
    done: u64,
) -> Result<Vec<Row>, String> {
    let mut readers = readers.iter_mut();
    let mut columns = [const { Vec::new() }; 5];
    for (column, source) in columns.iter_mut().zip(sources) {
        if let Some(source) = source {
            let reader = readers.next().ok_or("a column is missing")?;
            *column = guarded(|| read_cells(reader, source, count))?;
            if column.len() != count {
                return Err("a column has fewer values than rows".to_owned());
            }
        }
    }
    let [text, id, url, title, date] = columns;
    let [mut id, mut url, mut title, mut date] = [id, url, title, date].map(Vec::into_iter);
    let [_, id_source, url_source, title_source, date_source] = sources;
    let rows = text.into_iter().zip(1_u64..).map(|(text, number)| Row {
        index: done.saturating_add(number),
        text: text_of(text),
        id: shown(id.next(), id_source),
        url: shown(url.next(), url_source),
        title: shown(title.next(), title_source),
        date: shown(date.next(), date_source),
    });
    Ok(rows.collect())
}

fn text_of(cell: Option<Cell>) -> Result<String, Fault> {
    match cell {
        None => Err(Fault { at: 0, message: "the text is null".to_owned() }),
        Some(Cell::Shown(text)) => Ok(text),
        Some(Cell::Bytes(bytes)) => match std::str::from_utf8(bytes.data()) {
            Ok(text) => Ok(text.to_owned()),
            Err(error) => Err(Fault {
                at: error.valid_up_to(),
                message: format!("the text is not UTF-8: byte {} makes no sense", error.valid_up_to() + 1),
            }),
        },
    }
}

fn shown(cell: Option<Option<Cell>>, source: &Option<Source>) -> Option<String> {
    match (cell.flatten()?, source) {
        (Cell::Shown(text), _) => Some(text),
        (Cell::Bytes(bytes), Some(source)) => Some(show_bytes(bytes.data(), source.kind, source.physical)),
        (Cell::Bytes(_), None) => None,
    }
}

/// Reads `count` values, or as many as there are.
fn read_cells(reader: &mut ColumnReader, source: &Source, count: usize) -> Result<Vec<Option<Cell>>, ParquetError> {
    let (level, kind) = (source.level, source.kind);
    match reader {
        ColumnReader::BoolColumnReader(reader) => values(reader, level, count, shown_as),
        ColumnReader::Int32ColumnReader(reader) => values(reader, level, count, |v| Cell::Shown(show_i32(v, kind))),
        ColumnReader::Int64ColumnReader(reader) => values(reader, level, count, |v| Cell::Shown(show_i64(v, kind))),
        ColumnReader::Int96ColumnReader(reader) => values(reader, level, count, |v| Cell::Shown(show_int96(&v))),
        ColumnReader::FloatColumnReader(reader) => values(reader, level, count, shown_as),
        ColumnReader::DoubleColumnReader(reader) => values(reader, level, count, shown_as),
        ColumnReader::ByteArrayColumnReader(reader) => values(reader, level, count, Cell::Bytes),
        ColumnReader::FixedLenByteArrayColumnReader(reader) => {
            values(reader, level, count, |value| Cell::Bytes(value.into()))
        }
    }
}

fn shown_as(value: impl ToString) -> Cell {
    Cell::Shown(value.to_string())
}

/// Reads values of a column that is in no list. `level`: the definition level of those that are not null.
fn values<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    level: i16,
    count: usize,
    cell: impl Fn(T::T) -> Cell,
) -> Result<Vec<Option<Cell>>, ParquetError> {
    let (mut levels, mut values) = (Vec::new(), Vec::new());
    let (records, ..) = reader.read_records(count, Some(&mut levels), None, &mut values)?;
    let mut values = values.into_iter();
    if level == 0 {
        return Ok(values.map(|value| Some(cell(value))).collect());
    }
    levels.truncate(records);
    Ok(levels.iter().map(|at| if *at == level { values.next().map(&cell) } else { None }).collect())
}

/// Whether a person means this column by `name`: its dotted path.
fn is_named(column: &ColumnDescriptor, name: &str) -> bool {
    column.path().string() == name
}

fn holds_text(column: &ColumnDescriptor) -> bool {
    column.max_rep_level() == 0 && Kind::of(column).may_be_text(column.physical_type())
}

/// The columns that could be meant, for a person.
fn listed(names: &[String]) -> String {
    let shown = names.iter().take(COLUMNS_SHOWN).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match names.len() {
        0 => "no column fits".to_owned(),
        count if count > COLUMNS_SHOWN => format!("it has {shown} and {} more", count - COLUMNS_SHOWN),
        _ => format!("it has {shown}"),
    }
}

/// What a column without text holds, for a person.
fn meaning(source: &Source) -> &'static str {
    match (source.kind, source.physical) {
        (Kind::Date | Kind::Time(_) | Kind::Timestamp(..), _) | (_, Type::INT96) => "dates or times",
        (Kind::Decimal(_) | Kind::Unsigned, _) | (_, Type::INT32 | Type::INT64 | Type::FLOAT | Type::DOUBLE) => {
            "numbers"
        }
        (_, Type::BOOLEAN) => "true and false",
        _ => "binary data",
    }
}

fn rows_of(group: &RowGroupMetaData) -> u64 {
    u64::try_from(group.num_rows()).unwrap_or(0)
}

/// Refuses what the `parquet` crate takes for granted.
fn check_group(group: &RowGroupMetaData) -> Result<(), String> {
    let is_sound = |column: &::parquet::file::metadata::ColumnChunkMetaData| {
        let start = column.dictionary_page_offset().unwrap_or_else(|| column.data_page_offset());
        start >= 0 && column.compressed_size() >= 0 && column.num_values() >= 0
    };
    if group.num_rows() < 0 || !group.columns().iter().all(is_sound) {
        return Err("its description at the file's end has sizes below zero".to_owned());
    }
    Ok(())
}

/// Looks at the first and the last bytes of the file, which tell the commonest troubles apart.
fn check_ends(file: &mut File) -> Result<(), String> {
    let unreadable = |error: std::io::Error| error.to_string();
    let length = file.seek(SeekFrom::End(0)).map_err(unreadable)?;
    if length == 0 {
        return Err("the file is empty".to_owned());
    }
    let (mut start, mut end) = ([0; 4], [0; 4]);
    if length >= 12 {
        file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
        file.read_exact(&mut start).map_err(unreadable)?;
        file.seek(SeekFrom::Start(length - 4)).map_err(unreadable)?;
        file.read_exact(&mut end).map_err(unreadable)?;
    }
    match (start, end) {
        (MAGIC, MAGIC) => Ok(()),
        (MAGIC | MAGIC_OF_ENCRYPTED, MAGIC_OF_ENCRYPTED) => Err("the file is encrypted".to_owned()),
        (MAGIC, _) => Err("the file begins as a Parquet file, but its end is missing: it was cut off".to_owned()),
        _ => Err("this is no Parquet file: it does not begin and end with `PAR1`".to_owned()),
    }
}

/// Calls into the `parquet` crate, which panics on some damaged files (version 60.1: a slice behind a page's end).
fn guarded<T>(call: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(result) => result.map_err(|error| message_of(&error)),
        Err(_) => Err("the data make no sense".to_owned()),
    }
}

/// The message without the kind of the error that the crate puts before it.
fn message_of(error: &ParquetError) -> String {
    match error {
        ParquetError::General(message) | ParquetError::EOF(message) | ParquetError::NYI(message) => message.clone(),
        ParquetError::External(error) => error.to_string(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests;
