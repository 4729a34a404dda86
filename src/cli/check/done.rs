//! What came of a piece of work.

use std::sync::Arc;

use newslint::config::{ConfigError, Settings};
use newslint::input::records::RecordFile;
use newslint::report::Statistics;

use super::large::Large;

/// What came of a piece of work.
#[derive(Default)]
pub struct Done {
    /// The rendered findings of each document that has any.
    pub output: Vec<Vec<u8>>,
    /// A document whose findings are rendered when they are written.
    pub large: Option<Large>,
    /// Errors and notes for standard error.
    pub messages: Vec<u8>,
    /// The records that could not be read, one message each.
    pub broken_records: Vec<String>,
    /// The run is incomplete.
    pub failed: bool,
    /// A configuration that could not be used; reported once for all its files.
    pub broken: Option<Arc<Vec<ConfigError>>>,
    /// A baseline that cannot be read; reported once.
    pub baseline_error: Option<String>,
    pub linted: Option<Linted>,
    /// Whether this is one whole file, or the beginning of one with records.
    pub is_file: bool,
    /// Whether the file holds records.
    pub has_records: bool,
    /// The file of these records.
    pub file: Option<Arc<RecordFile>>,
}

/// What came of the documents in a piece of work.
pub struct Linted {
    pub settings: Arc<Settings>,
    pub shown: Statistics,
    /// Findings at or above the failing level that no budget covers.
    pub failing: bool,
    /// Findings that fail the run and are not shown.
    pub unseen: u64,
    pub budgeted: Option<Statistics>,
}

impl Done {
    /// Bytes that it takes while it waits for its turn.
    pub fn bytes(&self) -> usize {
        let output = self.output.iter().map(Vec::len).sum::<usize>();
        let large = self.large.as_ref().map_or(0, Large::bytes);
        output + large + self.messages.len() + self.broken_records.iter().map(String::len).sum::<usize>()
    }
}

impl Linted {
    pub fn new(settings: &Arc<Settings>) -> Linted {
        let shown = Statistics::default();
        Linted { settings: Arc::clone(settings), shown, failing: false, unseen: 0, budgeted: None }
    }
}
