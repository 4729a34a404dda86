//! The baselines of a run: the one of the command line, or those that configurations name.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use newslint::baseline::Baseline;
use newslint::config::Settings;
use newslint::output::replace::{Replacement, Seen};

type Outcome = Result<Arc<Baseline>, String>;

/// Baselines, each read once.
#[derive(Default)]
pub struct Known {
    /// `--baseline`; it holds for all files.
    given: Option<Arc<Baseline>>,
    /// Whether no baseline is asked, not even one of a configuration.
    is_off: bool,
    read: Mutex<HashMap<PathBuf, Outcome>>,
}

impl Known {
    /// No baseline at all.
    pub fn off() -> Known {
        Known { is_off: true, ..Known::default() }
    }

    /// The baseline that the command line names.
    pub fn given(path: &Path) -> Result<Known, String> {
        Ok(Known { given: Some(Arc::new(Baseline::read(path)?)), ..Known::default() })
    }

    /// The baseline for the files of a configuration. An error is told each time; it is the same for all
    /// files, and told once by the run.
    pub fn of(&self, settings: &Settings) -> Result<Option<Arc<Baseline>>, String> {
        if self.is_off || self.given.is_some() {
            return Ok(self.given.clone());
        }
        let Some(path) = settings.baseline() else { return Ok(None) };
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let outcome = read.entry(path.to_owned()).or_insert_with(|| Baseline::read(path).map(Arc::new));
        outcome.clone().map(Some)
    }

    /// All that were asked, by path.
    fn all(&self) -> Vec<Arc<Baseline>> {
        let read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<_> = read.values().flatten().chain(&self.given).cloned().collect();
        all.sort_by(|a, b| a.path().cmp(b.path()));
        all
    }

    /// What to say of entries whose finding is gone, and, with `prune`, takes them out of the files.
    pub fn tell_stale(&self, prune: bool) -> Vec<Result<String, String>> {
        let stale = |baseline: Arc<Baseline>| {
            let count = baseline.stale().len();
            if count == 0 {
                return None;
            }
            let path = baseline.path().display();
            let (entries, matches) = if count == 1 { ("entry", "matches") } else { ("entries", "match") };
            if !prune {
                let message = format!("{path}: {count} {entries} of the baseline {matches} nothing any more (--prune)");
                return Some(Ok(message));
            }
            let write = || {
                let mut file = Replacement::begin(baseline.path(), Seen::look(baseline.path())?)?;
                std::io::Write::write_all(&mut file, baseline.pruned().as_bytes())?;
                file.finish()
            };
            Some(match write() {
                Ok(()) => Ok(format!("{path}: {count} stale {entries} taken out")),
                Err(error) => Err(format!("cannot write {path}: {error}")),
            })
        };
        self.all().into_iter().filter_map(stale).collect()
    }
}
