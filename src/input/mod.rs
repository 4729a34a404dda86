//! From paths to documents: walking, reading, decompressing, cutting into records, decoding.

pub mod changes;
pub mod compressed;
mod decode;
mod feed;
pub mod format;
pub mod records;
mod walk;

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use decode::{Content, decode};
pub use feed::{Feed, Reading, Work};
pub use walk::{Found, WalkOptions, walk};

use crate::document::Document;
use compressed::Decompressed;

/// Input that could not be read.
#[derive(Debug)]
pub struct InputError {
    /// The file or folder, where it is known.
    pub path: PathBuf,
    /// What happened.
    pub message: String,
}

impl InputError {
    fn unreadable(path: &Path, error: io::Error) -> InputError {
        InputError { path: path.to_owned(), message: error.to_string() }
    }

    /// An error of the walk below `root`.
    fn walk(root: &Path, error: &ignore::Error) -> InputError {
        let mut path = root.to_owned();
        let mut cause = error;
        loop {
            match cause {
                ignore::Error::WithPath { path: named, err } => {
                    path.clone_from(named);
                    cause = err;
                }
                ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => cause = err,
                other => return InputError { path, message: other.to_string() },
            }
        }
    }
}

/// A file that was read.
#[derive(Debug)]
pub enum Input {
    /// A text with its encoding's name, and whether bytes of it made no sense.
    Text {
        /// The document.
        document: Box<Document>,
        /// The encoding's name.
        encoding: &'static str,
        /// Whether some bytes became U+FFFD.
        damaged: bool,
    },
    /// No text.
    Binary,
}

/// Reads a file. `name` is how reports call it.
///
/// # Errors
/// The file system's refusal, or a file of more than 4 GiB, the reach of a span.
pub fn read_file(path: &Path, name: &str) -> Result<Input, InputError> {
    let failed = |error| InputError::unreadable(path, error);
    unpacked(fs::read(path).map_err(failed)?).map_err(failed).and_then(|bytes| to_input(bytes, name, path))
}

/// The bytes of a text, decompressed where they are compressed.
fn unpacked(bytes: Vec<u8>) -> io::Result<Vec<u8>> {
    if format::by_first_bytes(&bytes).is_none() {
        return Ok(bytes);
    }
    let mut text = Vec::new();
    let stream = Decompressed::new(bytes.as_slice(), Arc::default())?;
    // One byte more than a document can hold shows that the text is too large.
    stream.take(u64::from(u32::MAX) + 1).read_to_end(&mut text)?;
    Ok(text)
}

/// Reads standard input to its end.
///
/// # Errors
/// As [`read_file`].
pub fn read_standard_input(name: &str) -> Result<Input, InputError> {
    let path = Path::new(name);
    let mut bytes = Vec::new();
    let failed = |error| InputError::unreadable(path, error);
    io::stdin().lock().read_to_end(&mut bytes).map_err(failed)?;
    unpacked(bytes).map_err(failed).and_then(|bytes| to_input(bytes, name, path))
}

fn to_input(bytes: Vec<u8>, name: &str, path: &Path) -> Result<Input, InputError> {
    let too_large = || InputError {
        path: path.to_owned(),
        message: "the file is larger than 4 GiB, the most that one document can hold".to_owned(),
    };
    // A text in a legacy code page can take up to three times its bytes in UTF-8.
    if u32::try_from(bytes.len()).is_err() {
        return Err(too_large());
    }
    match decode(bytes) {
        Content::Binary => Ok(Input::Binary),
        Content::Text { text, .. } if u32::try_from(text.len()).is_err() => Err(too_large()),
        Content::Text { text, origin, encoding, damaged } => {
            let document = Document::with_origin(name, text, origin).with_encoding(encoding);
            Ok(Input::Text { document: Box::new(document), encoding, damaged })
        }
    }
}
