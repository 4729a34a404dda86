//! From the files that a walk finds to the pieces of work that workers take: a file that is one
//! document, or a batch of the records of a file.

use std::fs;
use std::iter::Peekable;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::format::{InputFormat, by_ending};
use super::records::{self, Batch, FormatOptions, OpenError, RecordFile, Source};
use super::walk::Found;

/// A piece of work.
#[derive(Debug)]
pub enum Work {
    /// A file that is one document, or none that can be read.
    One(Found),
    /// A file of records was opened; its batches follow.
    Opened(Arc<RecordFile>),
    /// Records.
    Batch(Batch),
    /// A file of records that cannot be read. `by_name`: the user has named it.
    Unopened {
        /// Why not.
        error: OpenError,
        /// What it was taken for.
        format: InputFormat,
        /// Whether the user has named it.
        by_name: bool,
    },
}

/// How a file of records is read.
pub struct Reading {
    /// How reports call it.
    pub name: String,
    /// What the configuration says of its format.
    pub options: FormatOptions,
}

/// Turns the files that are found into work.
pub struct Feed<I: Iterator, R> {
    found: Peekable<I>,
    /// What files given by name, and standard input, hold, whatever their ending.
    format: Option<InputFormat>,
    /// What standard input holds by the name that the user gives it.
    standard_input: Option<InputFormat>,
    /// How a file is read; `None` leaves it to the worker, which reports what is wrong.
    reading: R,
    /// Counts the bytes taken from files of records.
    shown: Arc<AtomicU64>,
    current: Option<Box<dyn Source>>,
}

impl<I, R> Feed<I, R>
where
    I: Iterator<Item = Found>,
    R: Fn(&Path, InputFormat) -> Option<Reading>,
{
    /// A feed of the files that `found` gives. `format` is that of files given by name, where the user
    /// says so.
    pub fn new(found: I, format: Option<InputFormat>, reading: R, shown: Arc<AtomicU64>) -> Feed<I, R> {
        Feed { found: found.peekable(), format, standard_input: None, reading, shown, current: None }
    }

    /// The same feed with what standard input holds, where nobody says so of all files given by name.
    #[must_use]
    pub fn with_standard_input(mut self, format: Option<InputFormat>) -> Feed<I, R> {
        self.standard_input = format;
        self
    }

    /// Whether the next piece of work is a text file that lies on a disk: what cannot be told from its name and kind
    /// is told by `false`, such as records, and everything that may have to be waited for.
    pub fn next_is_text_file(&mut self) -> bool {
        if self.current.is_some() {
            return false;
        }
        let format = self.format;
        self.found.peek().is_some_and(|found| match found {
            Found::File { path, by_name } => {
                let has_records = format_of(path, format.filter(|_| *by_name)).has_records();
                // Folders are searched for such files alone.
                !has_records && (!by_name || fs::metadata(path).is_ok_and(|metadata| metadata.is_file()))
            }
            Found::StandardInput | Found::Failed(_) | Found::Excluded(_) => false,
        })
    }

    fn open(&mut self, path: PathBuf, format: InputFormat, by_name: bool) -> Option<Work> {
        let reading = (self.reading)(&path, format)?;
        let file = RecordFile::new(path, reading.name, format, &reading.options);
        match records::open(file, Arc::clone(&self.shown)) {
            Ok(source) => {
                let file = Arc::clone(source.file());
                self.current = Some(source);
                Some(Work::Opened(file))
            }
            Err(error) => Some(Work::Unopened { error, format, by_name }),
        }
    }
}

impl<I, R> Iterator for Feed<I, R>
where
    I: Iterator<Item = Found>,
    R: Fn(&Path, InputFormat) -> Option<Reading>,
{
    type Item = Work;

    fn next(&mut self) -> Option<Work> {
        if let Some(source) = &mut self.current {
            if let Some(batch) = source.next_batch() {
                return Some(Work::Batch(batch));
            }
            self.current = None;
        }
        let found = self.found.next()?;
        let (path, format, by_name) = match &found {
            Found::File { path, by_name } => {
                (path.clone(), format_of(path, self.format.filter(|_| *by_name)), *by_name)
            }
            Found::StandardInput => {
                let format = self.format.or(self.standard_input).unwrap_or(InputFormat::Text);
                (PathBuf::from("-"), format, true)
            }
            Found::Failed(_) | Found::Excluded(_) => return Some(Work::One(found)),
        };
        if !format.has_records() {
            return Some(Work::One(found));
        }
        self.open(path, format, by_name).or(Some(Work::One(found)))
    }
}

/// What a file holds: what the user says, or else what its ending says.
fn format_of(path: &Path, asked: Option<InputFormat>) -> InputFormat {
    asked.or(by_ending(path).0).unwrap_or(InputFormat::Text)
}
