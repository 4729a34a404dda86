//! What a worker does: a file or a batch of records in, rendered findings out.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use newslint::baseline::entries;
use newslint::config::{ConfigError, Resolver, Settings};
use newslint::document::Document;
use newslint::finding::Finding;
use newslint::input::changes::{ChangedLines, Changes};
use newslint::input::format::{InputFormat, by_ending};
use newslint::input::records::fields::Field;
use newslint::input::records::{Batch, OpenError, Outcome, RecordFile};
use newslint::input::{Found, Input, InputError, Reading, Work, read_file, read_standard_input};
use newslint::report::{Statistics, TextStyle};

use super::known::Known;
use super::large::{LARGE, Large};
use super::{CheckArguments, Collect};
use crate::cli::judge::{Judge, panic_message};
use crate::cli::naming::Naming;
use crate::cli::stderr::Messages;
use crate::cli::{STOP, shown};

/// What all workers share.
pub struct Job<'a> {
    pub arguments: &'a CheckArguments,
    pub resolver: &'a Resolver,
    pub naming: Naming<'a>,
    pub messages: Messages,
    pub style: TextStyle,
    pub judge: Judge<'a>,
    /// Counts what is read, for the progress bar.
    pub bytes_read: Arc<AtomicU64>,
    /// What changed, with `--since`.
    pub changes: Option<Arc<Changes>>,
    pub known: Known,
    /// Where findings go in place of the report.
    pub collect: Option<&'a Collect>,
}

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

impl Job<'_> {
    pub fn run(&self, work: &Work) -> Done {
        let name = match work {
            Work::One(Found::File { path, .. } | Found::Excluded(path)) => shown(path),
            Work::One(Found::StandardInput) => self.naming.name_of(Path::new("-")),
            Work::One(Found::Failed(error)) => return self.failure(error),
            Work::Opened(file) => return self.opened(file),
            Work::Unopened { error, format, by_name } => return self.unopened(error, *format, *by_name),
            Work::Batch(batch) => batch.file.name.clone(),
        };
        let run = || match work {
            Work::Batch(batch) => self.lint_batch(batch),
            Work::One(found) => Done { is_file: true, ..self.lint_file(found, &name) },
            Work::Opened(_) | Work::Unopened { .. } => Done::default(),
        };
        // Rules have a guard of their own; this is for faults of everything around them.
        catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| Done {
            messages: self.messages.error(&format!("newslint broke down on {name}; this is a fault of newslint")),
            failed: true,
            ..Done::default()
        })
    }

    fn failure(&self, error: &InputError) -> Done {
        let message = self.naming.unreadable(error);
        Done { messages: self.messages.error(&message), failed: true, ..Done::default() }
    }

    fn note(&self, message: &str) -> Vec<u8> {
        if self.arguments.verbose { self.messages.note(message) } else { Vec::new() }
    }

    fn excluded(&self, name: &str) -> Done {
        let message = format!("skipped {name}: the configuration excludes it (--no-force-exclude lints it)");
        Done { messages: self.note(&message), ..Done::default() }
    }

    /// Says how a file of records is read, where that was guessed.
    fn opened(&self, file: &RecordFile) -> Done {
        let messages = match file.names.get(Field::Text) {
            Some(text) if file.guessed && !self.arguments.quiet => {
                let others = [(Field::Id, "the id"), (Field::Url, "the address")];
                let others = others.iter().filter_map(|(field, what)| Some((file.names.get(*field)?, what)));
                let others: String = others.map(|(name, what)| format!(", `{name}` as {what}")).collect();
                let table = file.format.field_table().unwrap_or_default();
                let message =
                    format!("{}: taking `{text}` as the text{others} (set by [input.{table}] in lint.toml)", file.name);
                // A field called `text` surprises nobody.
                if text == "text" { self.note(&message) } else { self.messages.note(&message) }
            }
            _ => Vec::new(),
        };
        Done { messages, is_file: true, has_records: true, ..Done::default() }
    }

    /// A file of records that cannot be read. One that was found in a folder, and that nobody said holds
    /// articles, is passed over: folders hold tables and settings, too.
    fn unopened(&self, error: &OpenError, format: InputFormat, by_name: bool) -> Done {
        let (error, is_harmless) = match error {
            OpenError::Input(error) => (error, false),
            OpenError::NoText { error, configured } => (error, !configured && !by_name),
        };
        if !is_harmless {
            return self.failure(error);
        }
        let message = format!("skipped {}: {}", error.path.display(), error.message);
        let is_often_other = matches!(format, InputFormat::Json | InputFormat::Csv | InputFormat::Tsv);
        let messages = match (is_often_other, self.arguments.quiet) {
            (true, _) => self.note(&message),
            (false, true) => Vec::new(),
            (false, false) => self.messages.warning(&message),
        };
        Done { messages, ..Done::default() }
    }

    /// How a file of records is read; `None` where its configuration is broken or excludes it.
    pub fn reading(&self, path: &Path, format: InputFormat) -> Option<Reading> {
        let absolute = self.naming.absolute(path);
        let settings = self.resolver.for_file(&absolute).ok()?;
        let is_standard_input = path == Path::new("-");
        if is_standard_input && self.is_excluded_by_name(&settings, &absolute) {
            return None;
        }
        let name = self.naming.name_of(path);
        Some(Reading { name, options: self.arguments.input.options(&settings, format) })
    }

    /// Whether standard input has the name of a file that is excluded, and that counts.
    fn is_excluded_by_name(&self, settings: &Settings, absolute: &Path) -> bool {
        !self.arguments.no_force_exclude && self.naming.is_excluded_by_name(settings, absolute)
    }

    /// The changed lines of a file whose places are those of the raw file, or else all of it.
    fn changed_lines(&self, path: &Path, has_raw_lines: bool) -> &ChangedLines {
        let changes = self.changes.as_ref().filter(|_| has_raw_lines);
        changes.and_then(|changes| changes.of(path)).unwrap_or(&ChangedLines::All)
    }

    fn lint_file(&self, found: &Found, name: &str) -> Done {
        let path = match found {
            Found::File { path, .. } => self.naming.absolute(path),
            Found::StandardInput => self.naming.absolute(Path::new("-")),
            Found::Excluded(_) => return self.excluded(name),
            Found::Failed(error) => return self.failure(error),
        };
        let settings = match self.resolver.for_file(&path) {
            Ok(settings) => settings,
            Err(errors) => return Done { failed: true, broken: Some(errors), ..Done::default() },
        };
        let changed = match found {
            Found::File { path, .. } => self.changed_lines(path, by_ending(path).1.is_none()),
            _ => &ChangedLines::All,
        };
        let read = match found {
            Found::File { path, .. } => read_file(path, name),
            _ if self.is_excluded_by_name(&settings, &path) => return self.excluded(name),
            _ => match wait_for_standard_input(name) {
                Some(read) => read,
                None => return Done::default(),
            },
        };
        match read {
            Err(error) => self.failure(&error),
            Ok(Input::Binary) => Done { messages: self.note(&format!("skipped {name}: not text")), ..Done::default() },
            Ok(Input::Text { document, encoding, damaged }) => {
                self.bytes_read.fetch_add(document.text().len() as u64, Ordering::Relaxed);
                let mut done = Done::default();
                if encoding != "UTF-8" || damaged {
                    let damage = if damaged { "; some bytes made no sense in it" } else { "" };
                    done.messages = self.note(&format!("read {name} as {encoding}{damage}"));
                }
                let findings = self.lint_document(&document, &path, &settings, changed, &mut done);
                if document.text().len() >= LARGE && self.arguments.format.has_pieces() {
                    done.large = Some(Large::new(document, findings, self.arguments.format, self.style));
                } else {
                    self.render(&document, &findings, &mut done);
                }
                done
            }
        }
    }

    fn lint_batch(&self, batch: &Batch) -> Done {
        let path = self.naming.absolute(&batch.file.path);
        let settings = match self.resolver.for_file(&path) {
            Ok(settings) => settings,
            Err(errors) => return Done { failed: true, broken: Some(errors), ..Done::default() },
        };
        let has_raw_lines = batch.file.has_raw_lines();
        let changed = self.changed_lines(&batch.file.path, has_raw_lines);
        let file = Some(Arc::clone(&batch.file));
        let mut done = Done { linted: Some(Linted::new(&settings)), file, ..Done::default() };
        batch.for_each(|item| match item.outcome {
            // Nobody would see what is found in the other records.
            Outcome::Document(document) if !changed.touch(&document) => {}
            Outcome::Document(document) => {
                let findings = self.lint_document(&document, &path, &settings, changed, &mut done);
                self.render(&document, &findings, &mut done);
            }
            Outcome::Broken(error) => {
                done.broken_records.push(error.to_string());
                done.failed = true;
                if let Some(linted) = &mut done.linted {
                    linted.shown.add_broken();
                }
            }
            Outcome::NoText | Outcome::Rest => {}
        });
        if let Some(broken) = &batch.broken {
            let behind = batch.index + batch.records() as u64;
            let message = format!("{}: behind record {behind}: {broken}", batch.file.name);
            done.messages.extend(self.messages.error(&message));
            done.failed = true;
        }
        done
    }

    /// Lints one document and adds what came of it. Gives the findings to show.
    fn lint_document(
        &self,
        document: &Document,
        path: &Path,
        settings: &Arc<Settings>,
        changed: &ChangedLines,
        done: &mut Done,
    ) -> Vec<Finding> {
        let baseline = match self.known.of(settings) {
            Ok(baseline) => baseline,
            Err(message) => {
                done.baseline_error = Some(message);
                done.failed = true;
                None
            }
        };
        let verdict = self.judge.judge_new(settings, path, document, changed, baseline.as_deref());
        if let Some(collect) = self.collect {
            let more = entries(&collect.folder, path, document, &verdict.findings);
            collect.entries.lock().unwrap_or_else(PoisonError::into_inner).extend(more);
        }
        for panic in &verdict.panics {
            done.messages.extend(self.messages.error(&panic_message(document, panic)));
            done.failed = true;
        }
        let linted = done.linted.get_or_insert_with(|| Linted::new(settings));
        let wants_hosts = self.arguments.statistics || self.arguments.format.wants_hosts();
        let host = document.record().filter(|_| wants_hosts).and_then(|record| record.host());
        linted.shown.add(&verdict.findings, host);
        linted.failing |= verdict.failing;
        linted.unseen += verdict.unseen;
        if let Some(budgeted) = &verdict.budgeted {
            linted.budgeted.get_or_insert_default().merge(budgeted);
        }
        let is_shown = !self.arguments.statistics && self.collect.is_none();
        if is_shown { verdict.findings } else { Vec::new() }
    }

    fn render(&self, document: &Document, findings: &[Finding], done: &mut Done) {
        let format = self.arguments.format;
        if !findings.is_empty() {
            done.output.push(match self.judge.cache {
                Some(cache) => cache.render(format, document, findings, self.style),
                None => format.render(document, findings, self.style),
            });
        }
    }
}

impl Linted {
    fn new(settings: &Arc<Settings>) -> Linted {
        let shown = Statistics::default();
        Linted { settings: Arc::clone(settings), shown, failing: false, unseen: 0, budgeted: None }
    }
}

/// Reads standard input on a thread of its own, because nothing can interrupt the wait for it.
/// `None` after Ctrl-C.
fn wait_for_standard_input(name: &str) -> Option<Result<Input, InputError>> {
    const LOOK_FOR_CTRL_C: Duration = Duration::from_millis(20);
    let (sender, receiver) = mpsc::channel();
    let name = name.to_owned();
    thread::spawn(move || sender.send(read_standard_input(&name)));
    loop {
        match receiver.recv_timeout(LOOK_FOR_CTRL_C) {
            Ok(read) => return Some(read),
            Err(mpsc::RecvTimeoutError::Timeout) if !STOP.load(Ordering::SeqCst) => {}
            Err(_) => return None,
        }
    }
}
