//! A text that is open in the editor, and what is known of it.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use lsp_types::{TextDocumentContentChangeEvent, TextDocumentItem, Uri};
use ropey::Rope;

use super::address;
use super::analysis::{Analysis, RecordCache, Scope};
use super::position::Encoding;
use super::shift::Shift;
use crate::config::FILE_NAME;
use crate::input::format::{InputFormat, by_ending};

/// What a buffer holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One document.
    Text,
    /// Many documents.
    Records(InputFormat),
    /// A configuration file.
    Configuration,
    /// A rule file of the user's own.
    RuleFile,
    /// Nothing that newslint reads.
    Other,
}

impl Kind {
    /// What a buffer holds, by the ending of its name, or else by the language that the editor gives it.
    fn of(path: Option<&Path>, language: &str) -> Kind {
        if path.is_some_and(|path| path.file_name().is_some_and(|name| name == FILE_NAME)) {
            return Kind::Configuration;
        }
        // Editors without a mode for TOML call it plain text.
        if path.is_some_and(|path| path.extension().is_some_and(|ending| ending == "toml")) {
            return Kind::Other;
        }
        let by_name = path.and_then(|path| match by_ending(path) {
            (Some(format), None) => Some(format),
            _ => None,
        });
        let by_language = || match language {
            "plaintext" | "text" | "markdown" | "txt" => Some(InputFormat::Text),
            "jsonl" | "ndjson" | "jsonlines" => Some(InputFormat::Jsonl),
            "json" => Some(InputFormat::Json),
            "csv" => Some(InputFormat::Csv),
            "tsv" => Some(InputFormat::Tsv),
            _ => None,
        };
        match by_name.or_else(by_language) {
            Some(InputFormat::Text) => Kind::Text,
            Some(format @ (InputFormat::Jsonl | InputFormat::Json | InputFormat::Csv | InputFormat::Tsv)) => {
                Kind::Records(format)
            }
            // An editor shows the bytes of the other formats, which are no text.
            _ => Kind::Other,
        }
    }
}

/// Moves of findings that following one message may take. A replacement of thousands of words among tens of
/// thousands of findings would take seconds; finding them anew is quicker.
pub const MOST_MOVES: usize = 5_000_000;

/// A text that is open in the editor.
pub struct Buffer {
    /// Its address, as the editor writes it, strictly escaped.
    pub uri: Uri,
    /// Where its file lies, if it has one.
    pub path: Option<PathBuf>,
    /// What it holds.
    pub kind: Kind,
    /// The editor's number of its text.
    pub version: i32,
    /// The text.
    pub text: Rope,
    /// Counts the texts of all buffers, so that no two have the same number.
    pub revision: u64,
    /// The revision that was opened: results of an earlier opening are of another text.
    pub opened: u64,
    /// What holds for it; `None` where nothing is linted.
    pub scope: Option<Scope>,
    /// What was found, moved with every edit since.
    pub analysis: Analysis,
    /// The text whose surroundings of the last edit are analysed.
    pub near_revision: u64,
    /// The text that is analysed as a whole.
    pub whole_revision: u64,
    /// Work on it that goes on, or waits.
    pub work: Work,
    /// Edits since the text that the whole analysis at work looks at.
    pub shifts: Vec<Shift>,
    /// The surroundings of the last edit that was analysed since then.
    pub near: Option<Range<usize>>,
    /// The bytes edited last.
    pub edited: Range<usize>,
    /// The number of what is known, so that the editor can say what it has.
    pub result: u64,
    /// The text whose diagnostics the editor has pulled.
    pub pulled: u64,
    /// What is known of its records.
    pub cache: Arc<Mutex<RecordCache>>,
}

/// Work on a buffer.
#[derive(Default)]
pub struct Work {
    /// The quick worker has it.
    pub is_quick: bool,
    /// The other worker has it.
    pub is_whole: bool,
    /// When the whole is to be looked at.
    pub due: Option<Instant>,
}

impl Buffer {
    /// A buffer that the editor opens.
    #[must_use]
    pub fn open(item: TextDocumentItem, revision: u64) -> Buffer {
        let path = address::path_of(item.uri.as_str());
        let kind = Kind::of(path.as_deref(), &item.language_id);
        Buffer {
            uri: item.uri,
            path,
            kind,
            version: item.version,
            text: Rope::from_str(&item.text),
            revision,
            opened: revision,
            scope: None,
            analysis: Analysis::default(),
            near_revision: 0,
            whole_revision: 0,
            work: Work::default(),
            shifts: Vec::new(),
            near: None,
            edited: 0..0,
            result: 0,
            pulled: 0,
            cache: Arc::default(),
        }
    }

    /// Makes the editor's changes, each on the result of the one before.
    pub fn change(&mut self, changes: Vec<TextDocumentContentChangeEvent>, encoding: Encoding) {
        if changes.len().saturating_mul(self.analysis.found.len()) > MOST_MOVES {
            self.analysis.found.clear();
        }
        for change in changes {
            let shift = match change.range {
                None => {
                    let old = 0..self.text.len_bytes();
                    self.text = Rope::from_str(&change.text);
                    Shift { old, new: change.text.len() }
                }
                Some(range) => {
                    let start = encoding.character(&self.text, range.start);
                    // Some editors turn a selection made backwards around, some do not.
                    let end = encoding.character(&self.text, range.end);
                    let (start, end) = (start.min(end), start.max(end));
                    let old = self.text.char_to_byte(start)..self.text.char_to_byte(end);
                    self.text.remove(start..end);
                    self.text.insert(start, &change.text);
                    Shift { old, new: change.text.len() }
                }
            };
            self.edited = shift.old.start..shift.old.start + shift.new;
            self.analysis.shift(&shift);
            self.near = self.near.take().map(|near| shift.widened(&near));
            if self.work.is_whole {
                self.shifts.push(shift);
            }
        }
    }

    /// Whether all that is known is of the text as it is.
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        self.near_revision == self.revision
    }

    /// Whether the whole text as it is was looked at.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.whole_revision == self.revision
    }
}
