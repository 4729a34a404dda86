//! Splits a Parquet file into two: clean rows and flagged rows.
//!
//! Every column is copied as it is stored, with its levels: values, nulls and lists come out as they went in, whatever
//! they mean. A row group is copied column by column once all its rows are judged, so that neither file needs more
//! memory than a few pages.

use std::fs::File;
use std::io::Write;
use std::sync::Arc;

use ::parquet::basic::{LogicalType, Repetition, Type as Physical};
use ::parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use ::parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, FixedLenByteArrayType, FloatType, Int32Type, Int64Type,
    Int96Type,
};
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::{KeyValue, ParquetMetaData};
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::reader::FileReader;
use ::parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter, SerializedRowGroupWriter};
use ::parquet::schema::types::{SchemaDescriptor, Type};

use super::arrow_schema::with_text_field;
use super::{Columns, ParquetRows, ROWS_OF_STEP, Row, check_group, guarded};

/// The key under which Arrow keeps its own view of the schema.
const ARROW_SCHEMA: &str = "ARROW:schema";

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It goes to the clean file.
    Clean,
    /// It goes to the flagged file; with this note in the added column, if there is one.
    Flagged(String),
}

/// Reads a file's rows, takes a verdict on each, and writes them into two files of the same schema, metadata and
/// compression. After an error it is of no use any more, and what it wrote is no complete Parquet file.
pub struct ParquetSplit<C: Write + Send, F: Write + Send> {
    rows: ParquetRows,
    clean: SerializedFileWriter<C>,
    flagged: SerializedFileWriter<F>,
    is_annotated: bool,
    /// The row group that is being judged, and the verdicts on its rows so far.
    group: usize,
    verdicts: Vec<Verdict>,
}

impl<C: Write + Send, F: Write + Send> ParquetSplit<C, F> {
    /// Begins both files. `columns`: what is read for the judgement. `annotate`: the name of a column of strings that
    /// the flagged file has behind the input's columns.
    ///
    /// # Errors
    ///
    /// The input is no readable Parquet file, lacks one of the columns or has one of the added column's name, or the
    /// files cannot be written.
    pub fn new(
        input: File,
        columns: &Columns,
        clean: C,
        flagged: F,
        annotate: Option<&str>,
    ) -> Result<ParquetSplit<C, F>, String> {
        let mut rows = ParquetRows::open(input)?;
        rows.select(columns)?;
        let metadata = rows.file.metadata();
        let schema = metadata.file_metadata().schema_descr();
        let clean = begin(clean, schema, metadata, None)?;
        let flagged = begin(flagged, schema, metadata, annotate)?;
        let is_annotated = annotate.is_some();
        let mut split = ParquetSplit { rows, clean, flagged, is_annotated, group: 0, verdicts: Vec::new() };
        split.copy_judged()?;
        Ok(split)
    }

    /// The next rows to judge, as [`ParquetRows::next_batch`] has them. Damaged rows are an error here: they would be
    /// missing in both files.
    pub fn next_batch(&mut self) -> Option<Result<Vec<Row>, String>> {
        self.rows.next_batch()
    }

    /// Takes the verdicts on the rows of the last batch, in order.
    ///
    /// # Errors
    ///
    /// A column cannot be read, or one of the files cannot be written.
    pub fn write(&mut self, verdicts: Vec<Verdict>) -> Result<(), String> {
        self.verdicts.extend(verdicts);
        self.copy_judged()
    }

    /// Ends both files and gives them back.
    ///
    /// # Errors
    ///
    /// Some rows have no verdict, or one of the files cannot be written.
    pub fn finish(self) -> Result<(C, F), String> {
        if self.group < self.rows.file.metadata().num_row_groups() || !self.verdicts.is_empty() {
            return Err("not every row of the file was read, so the new files are not complete".to_owned());
        }
        let clean = guarded(|| self.clean.into_inner()).map_err(unwritable)?;
        let flagged = guarded(|| self.flagged.into_inner()).map_err(unwritable)?;
        Ok((clean, flagged))
    }

    /// Copies the row groups on all of whose rows there is a verdict.
    fn copy_judged(&mut self) -> Result<(), String> {
        while self.group < self.rows.file.metadata().num_row_groups() {
            let group = self.rows.file.metadata().row_group(self.group);
            check_group(group).map_err(|error| format!("row group {} is damaged: {error}", self.group + 1))?;
            let count = usize::try_from(group.num_rows()).unwrap_or(usize::MAX);
            if self.verdicts.len() < count {
                return Ok(());
            }
            let rest = self.verdicts.split_off(count);
            let verdicts = std::mem::replace(&mut self.verdicts, rest);
            self.copy_group(&verdicts)?;
            self.group += 1;
        }
        Ok(())
    }

    fn copy_group(&mut self, verdicts: &[Verdict]) -> Result<(), String> {
        let notes: Vec<&str> = verdicts.iter().filter_map(Verdict::note).collect();
        let is_flagged: Vec<bool> = verdicts.iter().map(|verdict| *verdict != Verdict::Clean).collect();
        let group = guarded(|| self.rows.file.get_row_group(self.group))?;
        // A row group without rows is not written at all.
        let mut clean = match notes.len() < verdicts.len() {
            true => Some(guarded(|| self.clean.next_row_group()).map_err(unwritable)?),
            false => None,
        };
        let mut flagged = match notes.is_empty() {
            false => Some(guarded(|| self.flagged.next_row_group()).map_err(unwritable)?),
            true => None,
        };
        if clean.is_none() && flagged.is_none() {
            return Ok(());
        }
        for index in 0..group.num_columns() {
            let mut reader = guarded(|| group.get_column_reader(index))?;
            let descriptor = group.metadata().column(index).column_descr();
            let column = Column {
                is_flagged: &is_flagged,
                clean: next_column(&mut clean)?,
                flagged: next_column(&mut flagged)?,
                levels: (descriptor.max_def_level(), descriptor.max_rep_level()),
            };
            guarded(|| column.copy(&mut reader)).map_err(|error| {
                let name = descriptor.path().string();
                format!("row group {}, column `{name}`: {error}", self.group + 1)
            })?;
        }
        if let (true, Some(mut column)) = (self.is_annotated, next_column(&mut flagged)?) {
            guarded(|| write_notes(&mut column, &notes)).map_err(unwritable)?;
            guarded(|| column.close()).map_err(unwritable)?;
        }
        guarded(|| clean.map(SerializedRowGroupWriter::close).transpose()).map_err(unwritable)?;
        guarded(|| flagged.map(SerializedRowGroupWriter::close).transpose()).map_err(unwritable)?;
        Ok(())
    }
}

impl Verdict {
    fn note(&self) -> Option<&str> {
        match self {
            Verdict::Clean => None,
            Verdict::Flagged(note) => Some(note),
        }
    }
}

/// A column of a row group on its way into the two files.
struct Column<'a> {
    is_flagged: &'a [bool],
    clean: Option<SerializedColumnWriter<'a>>,
    flagged: Option<SerializedColumnWriter<'a>>,
    /// The definition level of a value that is there, and the deepest repetition level.
    levels: (i16, i16),
}

/// Values of some rows, with their levels.
struct Values<T> {
    values: Vec<T>,
    definitions: Vec<i16>,
    repetitions: Vec<i16>,
}

impl<T> Values<T> {
    fn new() -> Values<T> {
        Values { values: Vec::new(), definitions: Vec::new(), repetitions: Vec::new() }
    }
}

impl Column<'_> {
    fn copy(self, reader: &mut ColumnReader) -> Result<(), ParquetError> {
        match reader {
            ColumnReader::BoolColumnReader(reader) => self.copy_typed::<BoolType>(reader),
            ColumnReader::Int32ColumnReader(reader) => self.copy_typed::<Int32Type>(reader),
            ColumnReader::Int64ColumnReader(reader) => self.copy_typed::<Int64Type>(reader),
            ColumnReader::Int96ColumnReader(reader) => self.copy_typed::<Int96Type>(reader),
            ColumnReader::FloatColumnReader(reader) => self.copy_typed::<FloatType>(reader),
            ColumnReader::DoubleColumnReader(reader) => self.copy_typed::<DoubleType>(reader),
            ColumnReader::ByteArrayColumnReader(reader) => self.copy_typed::<ByteArrayType>(reader),
            ColumnReader::FixedLenByteArrayColumnReader(reader) => self.copy_typed::<FixedLenByteArrayType>(reader),
        }
    }

    fn copy_typed<T: DataType>(mut self, reader: &mut ColumnReaderImpl<T>) -> Result<(), ParquetError> {
        for is_flagged in self.is_flagged.chunks(ROWS_OF_STEP) {
            let mut read = Values::new();
            let (definitions, repetitions) = (&mut read.definitions, &mut read.repetitions);
            let (rows, ..) =
                reader.read_records(is_flagged.len(), Some(definitions), Some(repetitions), &mut read.values)?;
            if rows != is_flagged.len() {
                return Err(ParquetError::General("it has fewer values than rows".to_owned()));
            }
            let (clean, flagged) = divide(read, is_flagged, self.levels)?;
            write::<T>(&mut self.clean, &clean)?;
            write::<T>(&mut self.flagged, &flagged)?;
        }
        for writer in [self.clean, self.flagged].into_iter().flatten() {
            writer.close()?;
        }
        Ok(())
    }
}

/// Divides the values of some rows into those of clean and those of flagged rows.
fn divide<T>(
    read: Values<T>,
    is_flagged: &[bool],
    (definition, repetition): (i16, i16),
) -> Result<(Values<T>, Values<T>), ParquetError> {
    let senseless = || ParquetError::General("its values do not fit its rows".to_owned());
    let levels = match (definition, repetition) {
        (0, 0) => read.values.len(),
        (0, _) => read.repetitions.len(),
        _ => read.definitions.len(),
    };
    let mut values = read.values.into_iter();
    let (mut clean, mut flagged) = (Values::new(), Values::new());
    let mut row = 0_usize;
    for index in 0..levels {
        let repeats = if repetition > 0 { *read.repetitions.get(index).ok_or_else(senseless)? } else { 0 };
        // A repetition level of 0 begins a row.
        row += usize::from(repeats == 0);
        let at = row.checked_sub(1).and_then(|row| is_flagged.get(row)).ok_or_else(senseless)?;
        let side = if *at { &mut flagged } else { &mut clean };
        let defines = if definition > 0 { *read.definitions.get(index).ok_or_else(senseless)? } else { 0 };
        if defines == definition {
            side.values.push(values.next().ok_or_else(senseless)?);
        }
        side.definitions.push(defines);
        side.repetitions.push(repeats);
    }
    if row == is_flagged.len() && values.next().is_none() { Ok((clean, flagged)) } else { Err(senseless()) }
}

fn write<T: DataType>(writer: &mut Option<SerializedColumnWriter>, values: &Values<T::T>) -> Result<(), ParquetError> {
    let Some(writer) = writer else { return Ok(()) };
    if values.definitions.is_empty() {
        return Ok(());
    }
    let (definitions, repetitions) = (Some(&values.definitions[..]), Some(&values.repetitions[..]));
    writer.typed::<T>().write_batch(&values.values, definitions, repetitions)?;
    Ok(())
}

fn write_notes(column: &mut SerializedColumnWriter, notes: &[&str]) -> Result<(), ParquetError> {
    for notes in notes.chunks(ROWS_OF_STEP) {
        let values: Vec<ByteArray> = notes.iter().map(|note| ByteArray::from(*note)).collect();
        column.typed::<ByteArrayType>().write_batch(&values, Some(&vec![1; values.len()]), None)?;
    }
    Ok(())
}

fn next_column<'a, W: Write + Send>(
    group: &'a mut Option<SerializedRowGroupWriter<'_, W>>,
) -> Result<Option<SerializedColumnWriter<'a>>, String> {
    match group {
        Some(group) => guarded(|| group.next_column()).map_err(unwritable),
        None => Ok(None),
    }
}

/// Begins a file of the same schema and properties as the input, and perhaps one more column of strings.
fn begin<W: Write + Send>(
    writer: W,
    schema: &SchemaDescriptor,
    metadata: &ParquetMetaData,
    annotate: Option<&str>,
) -> Result<SerializedFileWriter<W>, String> {
    let mut pairs = metadata.file_metadata().key_value_metadata().cloned();
    let mut root = schema.root_schema_ptr();
    if let Some(name) = annotate {
        root = Arc::new(with_column(&root, name)?);
        pairs = pairs.map(|pairs| with_arrow_field(pairs, name));
    }
    let properties = Arc::new(properties(metadata, pairs));
    guarded(|| SerializedFileWriter::new(writer, root, properties)).map_err(unwritable)
}

/// The schema with one more column, of strings that may be null.
fn with_column(root: &Type, name: &str) -> Result<Type, String> {
    if root.get_fields().iter().any(|field| field.name() == name) {
        return Err(format!("the file has a column `{name}` already; the added column needs another name"));
    }
    let build = || {
        let column = Type::primitive_type_builder(name, Physical::BYTE_ARRAY)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(Some(LogicalType::String))
            .build()?;
        let mut fields = root.get_fields().to_vec();
        fields.push(Arc::new(column));
        Type::group_type_builder(root.name()).with_fields(fields).build()
    };
    guarded(build)
}

/// Adds the field to Arrow's view of the schema, too: readers take it for damage if the two differ. If that view makes
/// no sense, it is left out, and they derive one from the schema itself.
fn with_arrow_field(pairs: Vec<KeyValue>, name: &str) -> Vec<KeyValue> {
    let extend = |pair: KeyValue| {
        if pair.key != ARROW_SCHEMA {
            return Some(pair);
        }
        let value = with_text_field(pair.value.as_deref()?, name)?;
        Some(KeyValue { key: pair.key, value: Some(value) })
    };
    pairs.into_iter().filter_map(extend).collect()
}

/// Writes as the input is written, by what its first row group shows: compression, dictionaries, order of rows.
fn properties(metadata: &ParquetMetaData, pairs: Option<Vec<KeyValue>>) -> WriterProperties {
    let mut builder = WriterProperties::builder().set_key_value_metadata(pairs);
    if let Some(group) = metadata.row_groups().first() {
        builder = builder.set_sorting_columns(group.sorting_columns().cloned());
        if let Some(first) = group.columns().first() {
            builder = builder.set_compression(first.compression());
        }
        for column in group.columns() {
            let path = column.column_path().clone();
            builder = builder
                .set_column_compression(path.clone(), column.compression())
                .set_column_dictionary_enabled(path, column.dictionary_page_offset().is_some());
        }
    }
    builder.build()
}

fn unwritable(error: String) -> String {
    format!("the new file cannot be written: {error}")
}
