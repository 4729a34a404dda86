//! From paths to documents: walking, reading, decompressing, cutting into records, decoding.

pub mod changes;
pub mod compressed;
mod decode;
mod feed;
pub mod format;
pub mod records;
mod walk;

use std::borrow::Cow;
use std::cell::RefCell;
use std::fs::File;
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

/// Bytes that nearly all texts fit into.
const ROOM_BYTES: usize = 64 << 10;

thread_local! {
    /// Where texts are read to, one after the other.
    static ROOM: RefCell<Vec<u8>> = RefCell::new(vec![0; ROOM_BYTES]);
}

/// Reads a file. `name` is how reports call it.
///
/// # Errors
/// The file system's refusal, or a file of more than 4 GiB, the reach of a span.
pub fn read_file(path: &Path, name: &str) -> Result<Input, InputError> {
    let failed = |error| InputError::unreadable(path, error);
    let taken =
        with_bytes_of(path, |bytes| unpacked(bytes).map_err(failed).and_then(|bytes| to_input(bytes, name, path)));
    taken.map_err(failed)?
}

/// Gives the bytes of a file to `take`. A short one is read into memory that the thread keeps, so the system need
/// not be asked how long it is, and the memory is in the caches.
fn with_bytes_of<T>(path: &Path, take: impl FnOnce(Cow<'_, [u8]>) -> T) -> io::Result<T> {
    let mut file = File::open(path)?;
    ROOM.with_borrow_mut(|room| {
        let mut filled = 0;
        while filled < room.len() {
            match file.read(&mut room[filled..]) {
                Ok(0) => return Ok(take(room[..filled].into())),
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        // What the system says of the length is only a hint: a file can grow.
        let length = file.metadata().map_or(0, |metadata| metadata.len());
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(filled.max(usize::try_from(length).unwrap_or(usize::MAX)))?;
        bytes.extend_from_slice(room);
        file.read_to_end(&mut bytes)?;
        Ok(take(bytes.into()))
    })
}

/// The bytes of a text, decompressed where they are compressed.
fn unpacked(bytes: Cow<'_, [u8]>) -> io::Result<Cow<'_, [u8]>> {
    if format::by_first_bytes(&bytes).is_none() {
        return Ok(bytes);
    }
    let mut text = Vec::new();
    let stream = Decompressed::new(&*bytes, Arc::default())?;
    // One byte more than a document can hold shows that the text is too large.
    stream.take(u64::from(u32::MAX) + 1).read_to_end(&mut text)?;
    Ok(text.into())
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
    unpacked(bytes.into()).map_err(failed).and_then(|bytes| to_input(bytes, name, path))
}

fn to_input(bytes: Cow<'_, [u8]>, name: &str, path: &Path) -> Result<Input, InputError> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_any_length_are_read_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("story.txt");
        let text = "It rained in Zürich. ".repeat(3 * ROOM_BYTES / 21);
        for length in [0, 1, ROOM_BYTES - 1, ROOM_BYTES, ROOM_BYTES + 1, 3 * ROOM_BYTES - 100] {
            let text = &text[..text.floor_char_boundary(length)];
            std::fs::write(&path, text).unwrap();
            let read = with_bytes_of(&path, |bytes| bytes.into_owned()).unwrap();
            assert!(read == text.as_bytes(), "{length}");
            let Ok(Input::Text { document, .. }) = read_file(&path, "story.txt") else { panic!("no text") };
            assert!(document.text() == text, "{length}");
        }
        assert!(with_bytes_of(folder.path(), |_| ()).is_err());
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn files_that_have_no_length_are_read_whole() {
        let whole = std::fs::read("/proc/self/maps").unwrap().len();
        let read = with_bytes_of(Path::new("/proc/self/maps"), |bytes| bytes.len()).unwrap();
        assert!(read > whole / 2, "{read} of about {whole} bytes");
    }
}
