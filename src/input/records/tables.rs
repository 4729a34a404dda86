//! Files that are not cut from a stream of bytes: Parquet and archives.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek as _, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::archive::{Member, MemberFault, TarMembers, ZipMembers};
use super::batch::{Batch, Content};
use super::fields::{Field, FieldNames};
use super::parquet::{Columns, ParquetRows};
use super::stream::{MOST_RECORD_BYTES, bytes_of};
use super::{OpenError, RecordFile, Source};
use crate::input::InputError;
use crate::input::compressed::Decompressed;
use crate::input::format::{InputFormat, TEXT_ENDINGS};

/// Bytes of archived files that are handed to a worker at a time.
const BATCH_BYTES: usize = 256 << 10;

/// The rows of a Parquet file.
pub struct ParquetSource {
    file: Arc<RecordFile>,
    rows: ParquetRows,
    done: u64,
    /// Bytes of the file for each row, for the progress bar.
    bytes_of_row: u64,
    shown: Arc<AtomicU64>,
}

impl ParquetSource {
    /// Opens a file.
    ///
    /// # Errors
    /// The file system's refusal, a file that is no Parquet, or no column that could be the text.
    pub fn open(mut file: RecordFile, shown: Arc<AtomicU64>) -> Result<ParquetSource, OpenError> {
        let failed = |message: String| InputError { path: file.path.clone(), message };
        let (raw, bytes) = seekable(&file.path).map_err(|error| failed(error.to_string()))?;
        let mut rows = ParquetRows::open(raw).map_err(failed)?;
        let columns = rows.columns();
        let strings: Vec<String> =
            columns.iter().filter(|(_, is_text)| *is_text).map(|(name, _)| name.clone()).collect();
        let all: Vec<String> = columns.into_iter().map(|(name, _)| name).collect();
        file.choose(&all, &strings)?;
        rows.select(&parquet_columns(&file.names))
            .map_err(|message| InputError { path: file.path.clone(), message })?;
        let bytes_of_row = bytes / rows.rows().max(1);
        Ok(ParquetSource { file: Arc::new(file), rows, done: 0, bytes_of_row, shown })
    }
}

impl Source for ParquetSource {
    fn file(&self) -> &Arc<RecordFile> {
        &self.file
    }

    fn next_batch(&mut self) -> Option<Batch> {
        let (file, index) = (Arc::clone(&self.file), self.done);
        match self.rows.next_batch()? {
            Ok(rows) => {
                self.done = rows.last().map_or(self.done, |row| row.index);
                self.shown.fetch_add(rows.len() as u64 * self.bytes_of_row, Ordering::Relaxed);
                Some(Batch { file, index, content: Content::Rows(rows), broken: None })
            }
            Err(broken) => Some(Batch { file, index, content: Content::Rows(Vec::new()), broken: Some(broken) }),
        }
    }
}

/// The columns of a Parquet file that the names of fields stand for.
#[must_use]
pub fn parquet_columns(names: &FieldNames) -> Columns<'_> {
    Columns {
        text: names.get(Field::Text).unwrap_or_default(),
        id: names.get(Field::Id),
        url: names.get(Field::Url),
        title: names.get(Field::Title),
        date: names.get(Field::Date),
    }
}

type Members = Box<dyn Iterator<Item = Result<Member, MemberFault>> + Send>;

/// The text files in an archive.
pub struct ArchiveSource {
    file: Arc<RecordFile>,
    members: Members,
    done: u64,
}

impl ArchiveSource {
    /// Opens an archive.
    ///
    /// # Errors
    /// The file system's refusal, or a file that is no archive.
    pub fn open(mut file: RecordFile, shown: Arc<AtomicU64>) -> Result<ArchiveSource, OpenError> {
        let path = file.path.clone();
        let failed = |message: String| InputError { path: path.clone(), message };
        let limit = MOST_RECORD_BYTES as u64;
        let members: Members = if file.format == InputFormat::Zip {
            let (raw, bytes) = seekable(&path).map_err(|error| failed(error.to_string()))?;
            shown.fetch_add(bytes, Ordering::Relaxed);
            Box::new(ZipMembers::new(BufReader::new(raw), limit, is_text).map_err(failed)?)
        } else {
            let bytes = bytes_of(&path).map_err(|error| failed(error.to_string()))?;
            let stream = Decompressed::new(bytes, shown).map_err(|error| failed(error.to_string()))?;
            file.compression = stream.compression();
            Box::new(TarMembers::new(stream, limit, is_text))
        };
        Ok(ArchiveSource { file: Arc::new(file), members, done: 0 })
    }
}

/// Whether a file of an archive is one to lint.
fn is_text(name: &str) -> bool {
    let ending = Path::new(name).extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    TEXT_ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known))
}

impl Source for ArchiveSource {
    fn file(&self) -> &Arc<RecordFile> {
        &self.file
    }

    fn next_batch(&mut self) -> Option<Batch> {
        let (mut members, mut bytes, mut broken) = (Vec::new(), 0, None);
        while bytes < BATCH_BYTES && broken.is_none() {
            match self.members.next() {
                None if members.is_empty() => return None,
                None => break,
                Some(Err(MemberFault { name: None, message, .. })) => broken = Some(message),
                Some(member) => {
                    bytes += member.as_ref().map_or(0, |member| member.bytes.len());
                    members.push(member);
                }
            }
        }
        let index = self.done;
        self.done += members.len() as u64;
        Some(Batch { file: Arc::clone(&self.file), index, content: Content::Members(members), broken })
    }
}

/// A file that can be read at any place, and its bytes on the disk. One that is compressed, and standard
/// input, goes through a temporary file.
///
/// # Errors
/// Those of the file system, and damaged compressed data.
pub fn seekable(path: &Path) -> io::Result<(File, u64)> {
    let mut stream = Decompressed::new(bytes_of(path)?, Arc::default())?;
    if stream.compression().is_none() && path != Path::new("-") {
        let file = File::open(path)?;
        let bytes = file.metadata()?.len();
        return Ok((file, bytes));
    }
    let mut file = tempfile::tempfile()?;
    io::copy(&mut stream.by_ref(), &mut file)?;
    let bytes = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(0))?;
    Ok((file, bytes))
}
