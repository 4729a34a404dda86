//! What a worker does: a file or a batch of records in, rendered findings out.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use newslint::baseline::{Baseline, entries};
use newslint::config::{Resolver, Settings};
use newslint::document::Document;
use newslint::finding::Finding;
use newslint::input::changes::{ChangedLines, Changes};
use newslint::input::format::{InputFormat, by_ending};
use newslint::input::records::fields::Field;
use newslint::input::records::{Batch, OpenError, Outcome, RecordFile};
use newslint::input::{Found, Input, InputError, Reading, Work, read_file, read_standard_input};
use newslint::lint::are_enough_together;
use newslint::report::TextStyle;

use super::done::{Done, Linted};
use super::known::Known;
use super::large::{LARGE, Large};
use super::{CheckArguments, Collect};
use crate::cli::judge::{Case, Judge, Verdict, panic_message};
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

/// A piece of work, made ready.
pub enum Ready<'a> {
    /// Nothing is left to do.
    Done(Done),
    Text(Text<'a>),
    Batch(Batch),
}

impl<'a> Ready<'a> {
    fn text(&self) -> Option<&Text<'a>> {
        if let Ready::Text(text) = self { Some(text) } else { None }
    }
}

/// A text file that was read.
pub struct Text<'a> {
    document: Box<Document>,
    /// Absolute.
    path: PathBuf,
    settings: Arc<Settings>,
    changed: &'a ChangedLines,
    baseline: Option<Arc<Baseline>>,
    /// What came of reading it.
    done: Done,
}

impl Text<'_> {
    fn case(&self) -> Case<'_> {
        let Text { document, path, changed, baseline, .. } = self;
        Case { path, document, changed, baseline: baseline.as_deref() }
    }
}

impl Job<'_> {
    /// Makes a piece of work ready; gives the bytes of text in it, too, where other pieces can be worked on together
    /// with it.
    pub fn prepare(&self, work: Work) -> (Ready<'_>, usize) {
        let ready = match work {
            Work::One(Found::Failed(error)) => Ready::Done(self.failure(&error)),
            Work::One(found) => {
                let name = match &found {
                    Found::File { path, .. } | Found::Excluded(path) => shown(path),
                    Found::StandardInput | Found::Failed(_) => self.naming.name_of(Path::new("-")),
                };
                match guarded(|| self.read(&found, &name)) {
                    Some(Ready::Done(done)) => Ready::Done(Done { is_file: true, ..done }),
                    Some(ready) => ready,
                    None => Ready::Done(self.broken_down(&name)),
                }
            }
            // Its records have to be waited for.
            Work::Opened(file) => return (Ready::Done(self.opened(&file)), usize::MAX),
            Work::Unopened { error, format, by_name } => Ready::Done(self.unopened(&error, format, by_name)),
            Work::Batch(batch) => Ready::Batch(batch),
        };
        let bytes = match &ready {
            Ready::Done(_) => 0,
            Ready::Text(text) => text.document.text().len(),
            Ready::Batch(_) => usize::MAX,
        };
        (ready, bytes)
    }

    /// Works on some pieces together. What comes of each is rendered when it is asked for, so that no more than the
    /// findings of the others wait for it.
    pub fn run<'a>(&'a self, group: Vec<Ready<'a>>) -> impl Iterator<Item = Done> {
        let texts: Vec<&Text> = group.iter().filter_map(Ready::text).collect();
        let of_settings = texts.chunk_by(|a, b| Arc::ptr_eq(&a.settings, &b.settings));
        let mut verdicts = of_settings.flat_map(|texts| self.judge(texts)).collect::<Vec<_>>().into_iter();
        group.into_iter().map(move |ready| match ready {
            Ready::Done(done) => done,
            Ready::Batch(batch) => {
                guarded(|| self.lint_batch(&batch)).unwrap_or_else(|| self.broken_down(&batch.file.name))
            }
            Ready::Text(text) => {
                let name = text.document.name().to_owned();
                let verdict = verdicts.next().flatten();
                let done = verdict.and_then(|verdict| guarded(|| self.finish(text, verdict)));
                done.unwrap_or_else(|| self.broken_down(&name))
            }
        })
    }

    /// Lints texts of the same settings; `None` for those on which newslint breaks down. Rules have a guard of their
    /// own; this is for faults of everything around them.
    fn judge(&self, texts: &[&Text]) -> Vec<Option<Verdict>> {
        let judge_all = |texts: &[&Text]| {
            let cases: Vec<Case> = texts.iter().map(|text| text.case()).collect();
            guarded(|| self.judge.judge_all(&texts[0].settings, &cases))
        };
        match judge_all(texts) {
            Some(verdicts) => verdicts.into_iter().map(Some).collect(),
            None if texts.len() == 1 => vec![None],
            None => texts.iter().map(|text| judge_all(&[text]).and_then(|mut verdicts| verdicts.pop())).collect(),
        }
    }

    fn broken_down(&self, name: &str) -> Done {
        let messages = self.messages.error(&format!("newslint broke down on {name}; this is a fault of newslint"));
        Done { messages, failed: true, ..Done::default() }
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

    /// Reads a text file.
    fn read(&self, found: &Found, name: &str) -> Ready<'_> {
        let path = match found {
            Found::File { path, .. } => self.naming.absolute(path),
            Found::StandardInput => self.naming.absolute(Path::new("-")),
            Found::Excluded(_) => return Ready::Done(self.excluded(name)),
            Found::Failed(error) => return Ready::Done(self.failure(error)),
        };
        let settings = match self.resolver.for_file(&path) {
            Ok(settings) => settings,
            Err(errors) => return Ready::Done(Done { failed: true, broken: Some(errors), ..Done::default() }),
        };
        let changed = match found {
            Found::File { path, .. } => self.changed_lines(path, by_ending(path).1.is_none()),
            _ => &ChangedLines::All,
        };
        let read = match found {
            Found::File { path, .. } => read_file(path, name),
            _ if self.is_excluded_by_name(&settings, &path) => return Ready::Done(self.excluded(name)),
            _ => match wait_for_standard_input(name) {
                Some(read) => read,
                None => return Ready::Done(Done::default()),
            },
        };
        match read {
            Err(error) => Ready::Done(self.failure(&error)),
            Ok(Input::Binary) => {
                let messages = self.note(&format!("skipped {name}: not text"));
                Ready::Done(Done { messages, ..Done::default() })
            }
            Ok(Input::Text { document, encoding, damaged }) => {
                self.bytes_read.fetch_add(document.text().len() as u64, Ordering::Relaxed);
                let mut done = Done::default();
                if encoding != "UTF-8" || damaged {
                    let damage = if damaged { "; some bytes made no sense in it" } else { "" };
                    done.messages = self.note(&format!("read {name} as {encoding}{damage}"));
                }
                let baseline = self.baseline(&settings, &mut done);
                Ready::Text(Text { document, path, settings, changed, baseline, done })
            }
        }
    }

    /// Renders what was found in a text file.
    fn finish(&self, text: Text, verdict: Verdict) -> Done {
        let Text { document, path, settings, done, .. } = text;
        let mut done = Done { is_file: true, ..done };
        let findings = self.count(&settings, &path, &document, verdict, &mut done);
        if document.text().len() >= LARGE && self.arguments.format.has_pieces() {
            done.large = Some(Large::new(document, findings, self.arguments.format, self.style));
        } else {
            self.render(&document, &findings, &mut done);
        }
        done
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
        // Documents that wait to be linted together, and their bytes of text.
        let (mut waiting, mut bytes) = (Vec::new(), 0);
        let lint = |waiting: &mut Vec<Document>, done: &mut Done| {
            // Without a document nobody asks for the baseline.
            if waiting.is_empty() {
                return;
            }
            let baseline = self.baseline(&settings, done);
            let case = |document| Case { path: &path, document, changed, baseline: baseline.as_deref() };
            let cases: Vec<Case> = waiting.iter().map(case).collect();
            let verdicts = self.judge.judge_all(&settings, &cases);
            for (document, verdict) in waiting.drain(..).zip(verdicts) {
                let findings = self.count(&settings, &path, &document, verdict, done);
                self.render(&document, &findings, done);
            }
        };
        batch.for_each(|item| match item.outcome {
            // Nobody would see what is found in the other records.
            Outcome::Document(document) if !changed.touch(&document) => {}
            Outcome::Document(document) => {
                bytes += document.text().len();
                waiting.push(*document);
                if are_enough_together(waiting.len(), bytes) {
                    lint(&mut waiting, &mut done);
                    bytes = 0;
                }
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
        lint(&mut waiting, &mut done);
        if let Some(broken) = &batch.broken {
            let behind = batch.index + batch.records() as u64;
            let message = format!("{}: behind record {behind}: {broken}", batch.file.name);
            done.messages.extend(self.messages.error(&message));
            done.failed = true;
        }
        done
    }

    /// The findings that do not count.
    fn baseline(&self, settings: &Settings, done: &mut Done) -> Option<Arc<Baseline>> {
        self.known.of(settings).unwrap_or_else(|message| {
            done.baseline_error = Some(message);
            done.failed = true;
            None
        })
    }

    /// Adds what came of a document. Gives the findings to show.
    fn count(
        &self,
        settings: &Arc<Settings>,
        path: &Path,
        document: &Document,
        verdict: Verdict,
        done: &mut Done,
    ) -> Vec<Finding> {
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

/// Runs something; `None` when it breaks down.
fn guarded<T>(run: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(run)).ok()
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
