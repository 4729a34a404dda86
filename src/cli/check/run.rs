//! The run as a whole: what the workers give comes in here, in the order of the files.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use newslint::config::layer::Ignored;
use newslint::config::levels::is_selected;
use newslint::config::{ConfigError, Resolver, Settings};
use newslint::finding::{Severity, fingerprint_text};
use newslint::input::records::RecordFile;
use newslint::report::{Format, RuleInfo, RunSummary, Statistics};

use super::CheckArguments;
use super::done::Done;
use super::known::Known;
use crate::cli::progress::Progress;
use crate::cli::sink::Sink;
use crate::cli::stderr::{Messages, write as write_stderr};
use crate::cli::{CLEAN, FAILED, FINDINGS, INTERRUPTED, STOP, counted};

/// Broken records of one file that are named one by one. A corpus has some; a file of ten thousand is no
/// file of records, and naming each of a million would bury everything else.
const MOST_NAMED: u64 = 10_000;

/// The run as a whole: results come in here in the order of the files.
pub struct Run<'a> {
    arguments: &'a CheckArguments,
    messages: Messages,
    progress: Progress,
    /// Files taken.
    files: u64,
    /// Whether some file held records.
    has_records: bool,
    statistics: Statistics,
    failing: bool,
    unseen: u64,
    failed: bool,
    closed: bool,
    any_output: bool,
    /// Findings in the report, where the format lists no more than so many.
    listed: u64,
    broken: Vec<Arc<Vec<ConfigError>>>,
    baseline_errors: Vec<String>,
    /// The file of records at work, and how many of them could not be read.
    broken_in: Option<(Arc<RecordFile>, u64)>,
    /// Counts for the budgets of each configuration.
    budgets: HashMap<usize, (Arc<Settings>, Statistics)>,
}

impl<'a> Run<'a> {
    pub fn new(arguments: &'a CheckArguments, messages: Messages, progress: Progress) -> Run<'a> {
        Run {
            arguments,
            messages,
            progress,
            files: 0,
            has_records: false,
            statistics: Statistics::default(),
            failing: false,
            unseen: 0,
            failed: false,
            closed: false,
            any_output: false,
            listed: 0,
            broken: Vec::new(),
            baseline_errors: Vec::new(),
            broken_in: None,
            budgets: HashMap::new(),
        }
    }

    /// Takes in what came of a piece of work.
    pub fn take(&mut self, done: Done, sink: &mut Sink) -> ControlFlow<()> {
        let documents = done.linted.as_ref().map_or(0, |linted| linted.shown.documents());
        self.progress.advance(documents);
        self.files += u64::from(done.is_file);
        self.has_records |= done.has_records;
        self.failed |= done.failed;
        if let Some(errors) = done.broken
            && !self.broken.iter().any(|known| Arc::ptr_eq(known, &errors))
        {
            self.progress.aside(|| write_stderr(&self.messages.config_errors(&errors)));
            self.broken.push(errors);
        }
        if let Some(error) = done.baseline_error
            && !self.baseline_errors.contains(&error)
        {
            self.progress.aside(|| write_stderr(&self.messages.error(&error)));
            self.baseline_errors.push(error);
        }
        if let Some(file) = &done.file {
            self.name_broken(file, &done.broken_records);
        }
        if !done.messages.is_empty() {
            self.progress.aside(|| write_stderr(&done.messages));
        }
        if let Some(linted) = done.linted {
            self.statistics.merge(&linted.shown);
            self.failing |= linted.failing;
            self.unseen += linted.unseen;
            if let Some(budgeted) = linted.budgeted {
                let key = Arc::as_ptr(&linted.settings) as usize;
                let entry = self.budgets.entry(key).or_insert_with(|| (linted.settings, Statistics::default()));
                entry.1.merge(&budgeted);
            }
        }
        for piece in done.output.into_iter().chain(done.large.into_iter().flatten()) {
            self.write_piece(&piece, sink)?;
            // Hundreds of megabytes can follow, of this document or of those that wait behind it.
            if STOP.load(Ordering::SeqCst) {
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    }

    /// Writes rendered findings, as far as they have a place in the report.
    fn write_piece(&mut self, piece: &[u8], sink: &mut Sink) -> ControlFlow<()> {
        let format = self.arguments.format;
        let (shown, findings) = format.within_limit(piece, self.listed);
        self.listed += findings;
        if shown == 0 {
            return ControlFlow::Continue(());
        }
        let before = if self.any_output { format.between().to_vec() } else { format.head() };
        self.any_output = true;
        self.write(sink, &[&before, &piece[..shown]])
    }

    /// Names the records of a file that could not be read: all, unless the file is of another kind
    /// altogether and has nothing else.
    fn name_broken(&mut self, file: &Arc<RecordFile>, errors: &[String]) {
        if !self.broken_in.as_ref().is_some_and(|(known, _)| Arc::ptr_eq(known, file)) {
            self.tell_unnamed();
            self.broken_in = Some((Arc::clone(file), 0));
        }
        let Some((_, count)) = &mut self.broken_in else { return };
        let room = MOST_NAMED.saturating_sub(*count) as usize;
        *count += errors.len() as u64;
        let named: Vec<u8> = errors.iter().take(room).flat_map(|error| self.messages.error(error)).collect();
        if !named.is_empty() {
            self.progress.aside(|| write_stderr(&named));
        }
    }

    /// Tells how many more records of the last file could not be read.
    fn tell_unnamed(&mut self) {
        if let Some((file, count)) = self.broken_in.take()
            && count > MOST_NAMED
        {
            let message = format!("{}: {} more records could not be read", file.name, count - MOST_NAMED);
            self.progress.aside(|| write_stderr(&self.messages.error(&message)));
        }
    }

    fn write(&mut self, sink: &mut Sink, pieces: &[&[u8]]) -> ControlFlow<()> {
        let result = self.progress.aside(|| pieces.iter().try_for_each(|piece| sink.write_all(piece)));
        match result {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.closed = true;
                if error.kind() != io::ErrorKind::BrokenPipe {
                    self.failed = true;
                    write_stderr(&self.messages.error(&format!("cannot write the report: {error}")));
                }
                ControlFlow::Break(())
            }
        }
    }

    /// Ends the run; the result is the exit status.
    pub fn finish(mut self, mut sink: Sink, resolver: &Resolver, known: &Known) -> u8 {
        self.tell_unnamed();
        self.progress.finish();
        let exceeded = self.exceeded_budgets();
        self.failing |= !exceeded.is_empty();
        if STOP.load(Ordering::SeqCst) {
            return INTERRUPTED;
        }
        if !self.closed {
            let mut tail = Vec::new();
            match (self.arguments.statistics, self.arguments.format) {
                (true, Format::Json | Format::Jsonl) => self.statistics.render_json(self.files, &mut tail),
                // A page has the totals in any case; with --statistics, only these.
                (true, Format::Html) | (false, _) => {
                    if !self.any_output {
                        tail.extend(self.arguments.format.head());
                    }
                    let met = resolver.met();
                    let rules = rules_of(&met);
                    let run = RunSummary { rules: &rules, statistics: &self.statistics, is_complete: !self.failed };
                    tail.extend(self.arguments.format.tail(&run));
                }
                (true, _) => self.statistics.render_table(&mut tail),
            }
            if self.arguments.format == Format::Text && !self.arguments.quiet {
                tail.extend_from_slice(self.summary().as_bytes());
            }
            let _ = self.write(&mut sink, &[&tail]);
        }
        if !self.closed
            && let Err(error) = sink.finish()
        {
            self.failed = true;
            write_stderr(&self.messages.error(&error));
        }
        for message in &exceeded {
            write_stderr(&self.messages.error(message));
        }
        if self.unseen > 0 && self.statistics.flagged() == 0 && !self.arguments.quiet {
            let findings = counted(self.unseen, "finding");
            let message = format!("not shown, but failing the run: {findings} below --min-severity (see --fail-on)");
            write_stderr(&self.messages.warning(&message));
        }
        // Whoever closed the pipe has ended the run early: what was not met may be there.
        // After a failure, or with a part of the lines, findings that are there were not seen.
        if !self.failed && self.arguments.since.is_none() && !self.closed {
            for outcome in known.tell_stale(self.arguments.prune) {
                match outcome {
                    Ok(_) if self.arguments.quiet => {}
                    Ok(message) => write_stderr(&self.messages.note(&message)),
                    Err(message) => {
                        self.failed = true;
                        write_stderr(&self.messages.error(&message));
                    }
                }
            }
        }
        if !self.arguments.quiet && !self.closed {
            self.warn(resolver);
        }
        match (self.failed, self.failing) {
            (true, _) => FAILED,
            (false, true) => FINDINGS,
            (false, false) => CLEAN,
        }
    }

    /// The closing line for people.
    fn summary(&self) -> String {
        let of = |severity| self.statistics.of_severity(severity);
        let total = self.statistics.findings(|_, _| true);
        let documents = self.statistics.documents();
        // A file is a document, unless it holds many.
        let changed = if self.arguments.since.is_some() { "changed " } else { "" };
        let all = counted(documents, &format!("{changed}{}", if self.has_records { "document" } else { "file" }));
        let mut out = if total == 0 {
            // A run that fails, or looked at nothing, has not shown that there are none.
            if self.failing || documents == 0 {
                return String::new();
            }
            format!("No problems found in {all}")
        } else {
            let parts: Vec<_> = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Info, "note")]
                .into_iter()
                .filter(|(severity, _)| of(*severity) > 0)
                .map(|(severity, word)| counted(of(severity), word))
                .collect();
            let flagged = self.statistics.flagged();
            let parts = parts.join(", ");
            format!("Found {} ({parts}) in {flagged} of {all}", counted(total, "problem"))
        };
        let fixable = self.statistics.safe_fixes();
        if fixable > 0 {
            out.push_str(&format!("; {fixable} with a safe fix"));
        }
        if self.statistics.broken() > 0 {
            out.push_str(&format!("; {} could not be read", counted(self.statistics.broken(), "record")));
        }
        out.push_str(".\n");
        out
    }

    /// What to say of each budget of a configuration that the run exceeds.
    fn exceeded_budgets(&self) -> Vec<String> {
        let mut exceeded: Vec<String> = Vec::new();
        for (settings, statistics) in self.budgets.values() {
            for (selector, most) in settings.budgets() {
                let found = statistics.findings(|rule, _| is_selected(rule, &[selector], &[]));
                // Rates are compared without division: found / documents > most / 1000.
                if found * 1000 > u64::from(most) * statistics.documents() {
                    let documents = counted(statistics.documents(), "document");
                    let findings = counted(found, "finding");
                    exceeded.push(format!(
                        "{findings} of {} in {documents}: more than the {most} in 1,000 documents that [gate] allows",
                        selector.name()
                    ));
                }
            }
        }
        exceeded.sort();
        exceeded
    }

    /// Warns of what did nothing: paths without files, patterns that match nothing.
    fn warn(&self, resolver: &Resolver) {
        // The files that did not change may be those that a pattern is for.
        if let Some(revision) = &self.arguments.since {
            if self.files == 0 && !self.failed {
                let message = format!("nothing to lint: no file that newslint reads has changed since {revision}");
                write_stderr(&self.messages.note(&message));
            }
            return;
        }
        if self.statistics.documents() == 0 && !self.failed {
            let message =
                "no documents to lint; folders are searched for the endings that `newslint check --help` lists";
            write_stderr(&self.messages.warning(message));
        }
        let walked: Vec<PathBuf> = self.arguments.paths.iter().map(|path| resolver.absolute(path)).collect();
        for settings in resolver.met() {
            settings.try_patterns_on_excluded_folders();
            // A run over a part of the tree cannot tell whether a pattern is idle.
            let idle = settings
                .patterns()
                .filter(|pattern| !pattern.was_used() && walked.iter().any(|path| pattern.root().starts_with(path)));
            for pattern in idle {
                let message = format!("{}: the path pattern `{}` matches nothing", pattern.place, pattern.text);
                write_stderr(&self.messages.warning(&message));
            }
            // Findings of a file that could not be read may be those that an entry is for.
            if self.failed {
                continue;
            }
            let is_whole = |folder: &Path| walked.iter().any(|path| folder.starts_with(path));
            for entry in settings.idle_ignore_text(is_whole) {
                let message = match &entry.what {
                    Ignored::Text(text) => format!("no finding of {} with the text `{text}`", entry.rule.name()),
                    Ignored::Fingerprint(digits) => format!("no finding {}", fingerprint_text(digits)),
                };
                let (place, path) = (&entry.place, &entry.path.text);
                let message = format!("{place}: `ignore-text` has nothing to ignore: {message} in `{path}`");
                write_stderr(&self.messages.warning(&message));
            }
        }
    }
}

/// The rules of several configurations, each once, by name.
fn rules_of(met: &[Arc<Settings>]) -> Vec<RuleInfo<'_>> {
    let mut rules: BTreeMap<&str, RuleInfo<'_>> = BTreeMap::new();
    for rule in met.iter().flat_map(|settings| settings.rules().rules()) {
        let (summary, why, severity) = (&*rule.file.summary, rule.file.why.as_str(), rule.file.severity);
        rules.entry(rule.id.as_str()).or_insert(RuleInfo { id: rule.id, summary, why, severity });
    }
    rules.into_values().collect()
}
