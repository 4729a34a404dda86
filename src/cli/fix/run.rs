//! The run as a whole: fixed bytes come in here in the order of the files, and are written.

use std::io::{self, Write as _};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use newslint::config::ConfigError;
use newslint::input::records::RecordFile;
use newslint::output::compress::member;
use newslint::output::replace::{Replacement, Seen};

use super::FixArguments;
use super::job::{Done, Step, Tally};
use crate::cli::progress::Progress;
use crate::cli::stderr::{Messages, write as write_stderr};
use crate::cli::{CLEAN, FAILED, FINDINGS, INTERRUPTED, STOP, counted};

/// A file of records on its way to its new content.
struct Pending {
    file: Arc<RecordFile>,
    /// `None` for standard input, which goes to standard output.
    replacement: Option<io::Result<Replacement>>,
    changed: bool,
    is_damaged: bool,
    /// What was fixed in it, if it can be written.
    tally: Tally,
}

pub struct Run<'a> {
    arguments: &'a FixArguments,
    messages: Messages,
    progress: Progress,
    tally: Tally,
    failed: bool,
    pending: Option<Pending>,
    broken: Vec<Arc<Vec<ConfigError>>>,
}

impl<'a> Run<'a> {
    pub fn new(arguments: &'a FixArguments, messages: Messages, progress: Progress) -> Run<'a> {
        let (tally, broken) = (Tally::default(), Vec::new());
        Run { arguments, messages, progress, tally, failed: false, pending: None, broken }
    }

    /// Takes in what came of a piece of work.
    pub fn take(&mut self, done: Done) -> ControlFlow<()> {
        self.failed |= done.failed;
        self.progress.advance(done.tally.documents);
        if let Some(errors) = done.broken
            && !self.broken.iter().any(|known| Arc::ptr_eq(known, &errors))
        {
            self.progress.aside(|| write_stderr(&self.messages.config_errors(&errors)));
            self.broken.push(errors);
        }
        if !done.messages.is_empty() {
            self.progress.aside(|| write_stderr(&done.messages));
        }
        match (&done.step, &mut self.pending) {
            (Step::More { .. }, Some(pending)) => pending.tally.add(done.tally),
            _ => self.tally.add(done.tally),
        }
        if self.print(&done.output).is_break() {
            return ControlFlow::Break(());
        }
        match done.step {
            Step::Begin(file) => {
                self.close();
                self.begin(file)
            }
            Step::More { bytes, changed, is_damaged } => self.more(&bytes, changed, is_damaged),
            Step::File => {
                self.close();
                ControlFlow::Continue(())
            }
            Step::None => ControlFlow::Continue(()),
        }
    }

    fn print(&mut self, bytes: &[u8]) -> ControlFlow<()> {
        if bytes.is_empty() {
            return ControlFlow::Continue(());
        }
        match self.progress.aside(|| io::stdout().lock().write_all(bytes)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                // Whoever closed the pipe has seen enough of the diff.
                if error.kind() != io::ErrorKind::BrokenPipe {
                    self.fail(&format!("cannot write the result: {error}"));
                }
                ControlFlow::Break(())
            }
        }
    }

    fn fail(&mut self, message: &str) {
        self.failed = true;
        self.progress.aside(|| write_stderr(&self.messages.error(message)));
    }

    fn begin(&mut self, file: Arc<RecordFile>) -> ControlFlow<()> {
        if self.arguments.diff {
            return ControlFlow::Continue(());
        }
        let mark = file.mark();
        let is_standard_input = file.path == Path::new("-");
        // Whether the file can be written matters only when something is to be fixed in it.
        let begin = || Replacement::begin(&file.path, Seen::look(&file.path)?);
        let replacement = (!is_standard_input).then(begin);
        let compression = file.compression;
        let tally = Tally::default();
        self.pending = Some(Pending { file, replacement, changed: false, is_damaged: false, tally });
        match member(mark.to_vec(), compression) {
            Ok(mark) => self.more(&mark, false, false),
            Err(_) => self.more(&[], false, true),
        }
    }

    fn more(&mut self, bytes: &[u8], changed: bool, is_damaged: bool) -> ControlFlow<()> {
        let Some(pending) = &mut self.pending else { return ControlFlow::Continue(()) };
        pending.changed |= changed;
        pending.is_damaged |= is_damaged;
        let Some(replacement) = &mut pending.replacement else { return self.print(bytes) };
        if !pending.is_damaged
            && let Ok(file) = replacement
            && let Err(error) = file.write_all(bytes)
        {
            *replacement = Err(error);
        }
        ControlFlow::Continue(())
    }

    /// Puts the new content of a file of records in its place, when all of it is there.
    fn close(&mut self) {
        let Some(Pending { file, replacement, changed, is_damaged, mut tally }) = self.pending.take() else { return };
        let outcome = match replacement {
            Some(replacement) if changed && !is_damaged => replacement.and_then(Replacement::finish),
            _ => Ok(()),
        };
        if let Err(error) = &outcome {
            self.fail(&format!("cannot write {}: {error}", file.path.display()));
        }
        if outcome.is_err() || is_damaged {
            tally.not_written();
        }
        self.tally.add(tally);
    }

    /// Ends the run; the result is the exit status.
    pub fn finish(mut self) -> u8 {
        self.progress.finish();
        // The file at work when Ctrl-C came is not whole.
        if STOP.load(Ordering::SeqCst) {
            return INTERRUPTED;
        }
        self.close();
        let _ = io::stdout().flush();
        if !self.arguments.quiet {
            write_stderr(self.summary().as_bytes());
        }
        let changes = self.tally.fixed_documents > 0;
        match (self.failed, if self.arguments.diff { changes } else { self.tally.failing }) {
            (true, _) => FAILED,
            (false, true) => FINDINGS,
            (false, false) => CLEAN,
        }
    }

    /// What was fixed, by rule, and what is left.
    fn summary(&self) -> String {
        let Tally { documents, fixed_documents, fixed, left, left_unsafe, .. } = &self.tally;
        let total: u64 = fixed.values().sum();
        let all = counted(*documents, "document");
        let mut out = match (total, self.arguments.diff) {
            (0, _) => format!("Nothing to fix in {all}"),
            (_, true) => format!("Would fix {} in {fixed_documents} of {all}", counted(total, "problem")),
            (_, false) => format!("Fixed {} in {fixed_documents} of {all}", counted(total, "problem")),
        };
        if *left > 0 {
            out.push_str(&format!("; {} left", counted(*left, "problem")));
        }
        if *left_unsafe > 0 {
            out.push_str(&format!(", {left_unsafe} with a fix to be looked at (--unsafe)"));
        }
        out.push_str(".\n");
        let mut rules: Vec<_> = fixed.iter().collect();
        rules.sort_by_key(|(rule, count)| (std::cmp::Reverse(**count), **rule));
        for (rule, count) in rules {
            out.push_str(&format!("{count:>8}  {rule}\n"));
        }
        out
    }
}
