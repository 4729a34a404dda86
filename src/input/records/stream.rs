//! A file of records as a stream of batches: read, decompressed and cut on one thread at a time, so
//! that others can parse and lint the batches before.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::batch::{Batch, Content, Raw};
use super::csv::{self, CsvCut};
use super::cut::{Cut, Fault, LineCut, Piece};
use super::value_cut::ValueCut;
use super::warc::WarcCut;
use super::{OpenError, RecordFile, Source};
use crate::document::Place;
use crate::input::InputError;
use crate::input::compressed::Decompressed;
use crate::input::decode::utf16_without_mark;
use crate::input::format::InputFormat;

/// Bytes of records that are handed to a worker at a time. Large enough that taking a batch costs
/// nothing beside linting it, small enough that the last one does not keep the others waiting.
const BATCH_BYTES: usize = 256 << 10;

/// The longest record that is read. An article has some kilobytes; what is larger than this has lost
/// its line ends or its closing quotation mark, and would take the memory of the machine.
pub const MOST_RECORD_BYTES: usize = 256 << 20;

/// Where the bytes come from.
pub type Bytes = Box<dyn Read + Send>;

/// A stream of records cut from bytes: JSON, CSV, WARC.
pub struct ByteStream {
    file: Arc<RecordFile>,
    input: Decompressed<Bytes>,
    cutter: Box<dyn Cut>,
    /// What is read and not cut yet.
    buffer: Vec<u8>,
    /// Where the buffer begins.
    place: Place,
    /// Records handed out so far.
    count: u64,
    /// A record that is too long is being passed over.
    skipping: bool,
    /// A .json file with an object a line.
    is_by_line: bool,
    ended: bool,
    /// The batch that was read to learn the fields.
    first: Option<Batch>,
}

/// Opens a file.
///
/// # Errors
/// The file system's refusal, a file in an encoding other than UTF-8, or one without a field that
/// could hold the text.
pub fn open(mut file: RecordFile, bytes: Bytes, shown: Arc<AtomicU64>) -> Result<ByteStream, OpenError> {
    let failed = |path: &Path, error: io::Error| InputError::unreadable(path, error);
    let mut input = Decompressed::new(bytes, shown).map_err(|error| failed(&file.path, error))?;
    let mut buffer = Vec::with_capacity(BATCH_BYTES);
    // Damage right at the start is told with the first batch.
    let early = (&mut input).take(BATCH_BYTES as u64).read_to_end(&mut buffer).err();
    if let Some(error) = early.as_ref().filter(|error| error.raw_os_error().is_some()) {
        let error = io::Error::from_raw_os_error(error.raw_os_error().unwrap_or_default());
        return Err(failed(&file.path, error).into());
    }
    let has_mark = matches!(buffer.as_slice(), [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]);
    if file.format != InputFormat::Warc && (has_mark || utf16_without_mark(&buffer).is_some()) {
        let message = "the file is in UTF-16; files of records have to be in UTF-8".to_owned();
        return Err(InputError { path: file.path, message }.into());
    }
    file.compression = input.compression();
    let mut place = Place::START;
    if buffer.starts_with(b"\xEF\xBB\xBF") {
        file.head = buffer.drain(..3).collect();
        place.byte = 3;
    }
    let is_by_line = file.format == InputFormat::Json && begins_with_whole_line(&buffer);
    let cutter: Box<dyn Cut> = match file.format {
        InputFormat::Csv | InputFormat::Tsv => {
            if file.delimiter.is_none() {
                let line = buffer.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
                let guess = if file.format == InputFormat::Tsv { b'\t' } else { csv::guess_delimiter(line) };
                file.delimiter = Some(guess);
            }
            Box::new(CsvCut::new(file.delimiter()))
        }
        InputFormat::Warc => Box::new(WarcCut::new()),
        // Many tools give JSON Lines the ending .json.
        InputFormat::Json if !is_by_line => {
            file.is_array = buffer.trim_ascii_start().starts_with(b"[");
            Box::new(ValueCut::new())
        }
        _ => Box::new(LineCut::default()),
    };
    let mut stream = ByteStream {
        file: Arc::new(file),
        input,
        cutter,
        buffer,
        place,
        count: 0,
        skipping: false,
        is_by_line,
        ended: false,
        first: None,
    };
    let mut first = stream.next_with(early);
    // What is only blank, or damaged, has no header.
    while first.as_ref().is_some_and(|batch| batch.records() == 0 && batch.broken.is_none()) {
        first = stream.next_with(None);
    }
    let mut file = RecordFile::clone(&stream.file);
    if let Some(batch) = &mut first {
        file.learn(batch)?;
        // The header of a CSV file is no record.
        stream.count = batch.index + batch.records() as u64;
    }
    stream.file = Arc::new(file);
    stream.first = first.map(|batch| Batch { file: Arc::clone(&stream.file), ..batch });
    Ok(stream)
}

/// Whether the first line of a file is a JSON object by itself.
fn begins_with_whole_line(buffer: &[u8]) -> bool {
    let line = buffer.split(|byte| *byte == b'\n').find(|line| !line.trim_ascii().is_empty()).unwrap_or_default();
    line.trim_ascii_start().starts_with(b"{") && serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok()
}

impl Source for ByteStream {
    fn file(&self) -> &Arc<RecordFile> {
        &self.file
    }

    fn next_batch(&mut self) -> Option<Batch> {
        self.first.take().or_else(|| self.next_with(None))
    }
}

impl ByteStream {
    /// The next batch; `error` is one that reading met already.
    fn next_with(&mut self, mut error: Option<io::Error>) -> Option<Batch> {
        loop {
            if self.ended {
                return None;
            }
            // A record that is longer than the buffer makes it grow by doubling.
            let wanted = if self.buffer.len() < BATCH_BYTES { BATCH_BYTES } else { 2 * self.buffer.len() };
            let room = (wanted - self.buffer.len()) as u64;
            if error.is_none() {
                error = (&mut self.input).take(room).read_to_end(&mut self.buffer).err();
            }
            let is_end = error.is_none() && self.buffer.len() < wanted;
            let broken = error.take().map(|error| error.to_string());
            let mut pieces = Vec::new();
            if self.skipping {
                self.skip_line(is_end || broken.is_some(), &mut pieces);
            }
            let skipped = pieces.last().map_or(0, |piece: &Piece| piece.range.end);
            let mut done = skipped;
            if !self.skipping {
                // Behind damage nothing follows on what was read.
                done += self.cutter.cut(&self.buffer[skipped..], is_end || broken.is_some(), &mut pieces);
                for piece in pieces.iter_mut().skip(usize::from(skipped > 0)) {
                    piece.range = piece.range.start + skipped..piece.range.end + skipped;
                }
            }
            if done == 0 && !is_end && broken.is_none() && self.buffer.len() >= MOST_RECORD_BYTES {
                let message = format!("the record is larger than {} MiB", MOST_RECORD_BYTES >> 20);
                pieces.push(Piece { range: 0..self.buffer.len(), fault: Some(Fault { at: 0, message }) });
                done = self.buffer.len();
                self.skipping = true;
                self.restart();
            }
            self.ended = is_end;
            if broken.is_some() {
                self.mark_torn(&mut pieces);
                self.restart();
            }
            if done == 0 && broken.is_none() && !is_end {
                continue;
            }
            return Some(self.batch(done, pieces, broken));
        }
    }

    /// Passes over the rest of a record that is too long: to the end of its line.
    fn skip_line(&mut self, is_end: bool, pieces: &mut Vec<Piece>) {
        let found = memchr::memchr(b'\n', &self.buffer);
        let end = found.map_or(self.buffer.len(), |at| at + 1);
        // Nothing more is said of it, but its bytes are handed on.
        pieces.push(Piece::rest(0..end));
        self.skipping = found.is_none() && !is_end;
    }

    /// Before damage a line that does not end is not whole, even where it reads well.
    fn mark_torn(&self, pieces: &mut [Piece]) {
        let is_by_line = matches!(self.file.format, InputFormat::Jsonl | InputFormat::Csv | InputFormat::Tsv);
        let last = pieces.last_mut().filter(|piece| is_by_line && piece.fault.is_none());
        if let Some(last) = last
            && !self.buffer[last.range.clone()].ends_with(b"\n")
        {
            let message = "the record is cut off by damage to the file".to_owned();
            last.fault = Some(Fault { at: last.range.len(), message });
        }
    }

    /// Begins to cut anew, somewhere in the file.
    fn restart(&mut self) {
        self.cutter = match self.file.format {
            InputFormat::Csv | InputFormat::Tsv => Box::new(CsvCut::new(self.file.delimiter())),
            InputFormat::Warc => Box::new(WarcCut::new()),
            InputFormat::Json if self.file.is_array => Box::new(ValueCut::inside()),
            InputFormat::Json if !self.is_by_line => Box::new(ValueCut::new()),
            _ => Box::new(LineCut::default()),
        };
    }

    fn batch(&mut self, done: usize, pieces: Vec<Piece>, broken: Option<String>) -> Batch {
        let mut rest = Vec::with_capacity(BATCH_BYTES.max(self.buffer.len() - done));
        rest.extend_from_slice(&self.buffer[done..]);
        self.buffer.truncate(done);
        let raw = std::mem::replace(&mut self.buffer, rest);
        let (start, index) = (self.place, self.count);
        let mut offsets = Vec::new();
        if self.file.format == InputFormat::Warc {
            self.place.byte += raw.len() as u64;
            let offset = |piece: &Piece| self.input.offset_in_file(start.byte + piece.range.start as u64);
            offsets = pieces.iter().map(offset).collect();
        } else {
            self.place.advance(&raw);
        }
        let content = Content::Raw(Raw::new(raw, pieces, start, offsets));
        let batch = Batch { file: Arc::clone(&self.file), index, content, broken };
        self.count += batch.records() as u64;
        batch
    }
}

/// Opens the bytes of a file, or of standard input.
///
/// # Errors
/// The file system's refusal.
pub fn bytes_of(path: &Path) -> io::Result<Bytes> {
    if path == Path::new("-") { Ok(Box::new(io::stdin())) } else { Ok(Box::new(File::open(path)?)) }
}
