//! What a worker does: a file or a batch of records in, the fixed bytes out.

use std::collections::BTreeMap;
use std::io::{self, Read as _, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use newslint::config::{ConfigError, Resolver, Settings};
use newslint::document::Document;
use newslint::finding::Safety;
use newslint::fix::{Fixed, Outcome, fix};
use newslint::input::compressed::Decompressed;
use newslint::input::format::InputFormat;
use newslint::input::records::cut::Piece;
use newslint::input::records::{self, Batch, Content as BatchContent, OpenError, RecordFile};
use newslint::input::{Content, Found, InputError, Reading, Work, decode};
use newslint::output::compress::member;
use newslint::output::replace::{Replacement, Seen};
use newslint::output::rewrite;
use newslint::ruleset::RuleId;

use super::FixArguments;
use super::diff::unified;
use crate::cli::judge::{Judge, panic_message};
use crate::cli::naming::Naming;
use crate::cli::shown;
use crate::cli::stderr::Messages;

/// What all workers share.
pub struct Job<'a> {
    pub arguments: &'a FixArguments,
    pub resolver: &'a Resolver,
    pub naming: Naming<'a>,
    pub messages: Messages,
    pub judge: Judge<'a>,
    pub allowed: Safety,
    /// Counts what is read, for the progress bar.
    pub bytes_read: Arc<AtomicU64>,
    pub color: bool,
    /// Whether a diff is looked at and not kept.
    pub is_terminal: bool,
}

/// What came of a piece of work.
#[derive(Default)]
pub struct Done {
    /// Bytes for standard output: a diff, or the fixed standard input.
    pub output: Vec<u8>,
    /// Errors and notes for standard error.
    pub messages: Vec<u8>,
    /// The run is incomplete.
    pub failed: bool,
    /// A configuration that could not be used; reported once for all its files.
    pub broken: Option<Arc<Vec<ConfigError>>>,
    pub tally: Tally,
    pub step: Step,
}

/// A part of rewriting a file of records.
#[derive(Default)]
pub enum Step {
    /// It was no such file.
    #[default]
    None,
    /// It was a file by itself; one of records before it is whole.
    File,
    /// The file begins.
    Begin(Arc<RecordFile>),
    /// More of it, compressed as it is. Bytes that cannot be read must not be lost: then the file is left.
    More { bytes: Vec<u8>, changed: bool, is_damaged: bool },
}

/// Counts over documents.
#[derive(Default)]
pub struct Tally {
    pub documents: u64,
    pub fixed_documents: u64,
    pub fixed: BTreeMap<RuleId, u64>,
    pub left: u64,
    /// Of those left, how many have a fix that was not asked for.
    pub left_unsafe: u64,
    /// Whether what is left fails the run.
    pub failing: bool,
}

impl Tally {
    /// Forgets the fixes, which did not come into the file.
    pub fn not_written(&mut self) {
        self.fixed_documents = 0;
        self.left += self.fixed.values().sum::<u64>();
        self.fixed.clear();
    }

    pub fn add(&mut self, other: Tally) {
        self.documents += other.documents;
        self.fixed_documents += other.fixed_documents;
        for (rule, count) in other.fixed {
            *self.fixed.entry(rule).or_default() += count;
        }
        self.left += other.left;
        self.left_unsafe += other.left_unsafe;
        self.failing |= other.failing;
    }
}

impl Done {
    /// Bytes that it takes while it waits for its turn.
    pub fn bytes(&self) -> usize {
        let step = if let Step::More { bytes, .. } = &self.step { bytes.len() } else { 0 };
        self.output.len() + self.messages.len() + step
    }
}

impl Job<'_> {
    pub fn run(&self, work: &Work) -> Done {
        let run = || match work {
            Work::One(found) => self.fix_file(found),
            Work::Opened(file) => self.open(file),
            Work::Batch(batch) => self.fix_batch(batch),
            Work::Unopened { error, by_name, .. } => match error {
                OpenError::NoText { configured: false, .. } if !by_name => Done::default(),
                OpenError::Input(error) | OpenError::NoText { error, .. } => self.failure(error),
            },
        };
        // Rules have a guard of their own; this is for faults of everything around them. The file is left.
        let mut done = catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| Done {
            messages: self.messages.error("newslint broke down; this is a fault of newslint"),
            failed: true,
            ..Done::default()
        });
        match work {
            Work::One(_) | Work::Unopened { .. } => done.step = Step::File,
            // A batch that could not be worked on must not be lost.
            Work::Batch(_) if matches!(done.step, Step::None) => {
                done.step = Step::More { bytes: Vec::new(), changed: false, is_damaged: true };
            }
            Work::Opened(_) | Work::Batch(_) => {}
        }
        done
    }

    fn failure(&self, error: &InputError) -> Done {
        let message = self.naming.unreadable(error);
        Done { messages: self.messages.error(&message), failed: true, ..Done::default() }
    }

    fn note(&self, message: &str) -> Done {
        let messages = if self.arguments.verbose { self.messages.note(message) } else { Vec::new() };
        Done { messages, ..Done::default() }
    }

    /// Whether standard input has the name of a file that is excluded, and that counts.
    fn is_excluded_by_name(&self, settings: &Settings, absolute: &Path) -> bool {
        !self.arguments.no_force_exclude && self.naming.is_excluded_by_name(settings, absolute)
    }

    /// How a file of records is read; `None` where its configuration is broken or excludes it.
    pub fn reading(&self, path: &Path, format: InputFormat) -> Option<Reading> {
        let absolute = self.naming.absolute(path);
        let settings = self.resolver.for_file(&absolute).ok()?;
        if path == Path::new("-") && self.is_excluded_by_name(&settings, &absolute) {
            return None;
        }
        Some(Reading { name: self.naming.name_of(path), options: self.arguments.input.options(&settings, format) })
    }

    /// Fixes a document and counts what came of it.
    fn fix(&self, document: &Document, path: &Path, settings: &Settings, done: &mut Done) -> Fixed {
        let mut last = None;
        let can_write = |text: &str| rewrite::can_encode(document.encoding(), text);
        let fixed = fix(document, self.allowed, can_write, |text| {
            let verdict = self.judge.judge(settings, path, text);
            last = Some((verdict.flagged, verdict.panics));
            verdict.findings
        });
        let (flagged, panics) = last.unwrap_or_default();
        for panic in &panics {
            done.messages.extend(self.messages.error(&panic_message(document, panic)));
            done.failed = true;
        }
        if fixed.outcome != Outcome::Done {
            let why = match fixed.outcome {
                Outcome::Repeating => "its fixes undo each other",
                _ => "its fixes come to no end",
            };
            self.say_left(document, why, done);
        }
        let unsafe_fix = |finding: &&newslint::finding::Finding| {
            finding.fix.as_ref().is_some_and(|fix| fix.safety == Safety::Unsafe)
        };
        done.tally.documents += 1;
        done.tally.left += fixed.left.len() as u64;
        done.tally.left_unsafe += fixed.left.iter().filter(unsafe_fix).count() as u64;
        done.tally.failing |= flagged;
        fixed
    }

    fn count_fixed(fixed: &Fixed, done: &mut Done) {
        done.tally.fixed_documents += 1;
        for (rule, count) in &fixed.applied {
            *done.tally.fixed.entry(*rule).or_default() += count;
        }
    }

    fn say_left(&self, document: &Document, why: &str, done: &mut Done) {
        let record = document.record().map(|record| format!("{{{}}}", record.label())).unwrap_or_default();
        let message = format!("{}{record} is left as it was: {why}", document.name());
        done.messages.extend(self.messages.error(&message));
        done.failed = true;
    }

    fn fix_file(&self, found: &Found) -> Done {
        let path = match found {
            Found::File { path, .. } => path.as_path(),
            Found::StandardInput => Path::new("-"),
            Found::Excluded(path) => return self.note(&format!("skipped {}: excluded", shown(path))),
            Found::Failed(error) => return self.failure(error),
        };
        let absolute = self.naming.absolute(path);
        let settings = match self.resolver.for_file(&absolute) {
            Ok(settings) => settings,
            Err(errors) => return Done { failed: true, broken: Some(errors), ..Done::default() },
        };
        let is_standard_input = path == Path::new("-");
        let name = self.naming.name_of(path);
        let failed = |error: &io::Error| self.failure(&InputError { path: path.into(), message: error.to_string() });
        let seen = if is_standard_input { None } else { Seen::look(path).ok() };
        let read = || {
            let mut stream = Decompressed::new(records::bytes_of(path)?, Arc::clone(&self.bytes_read))?;
            let mut raw = Vec::new();
            stream.by_ref().take(u64::from(u32::MAX)).read_to_end(&mut raw)?;
            Ok((raw, stream.compression()))
        };
        let (raw, compression) = match read() {
            Ok(read) => read,
            Err(error) => return failed(&error),
        };
        // Whatever comes of it, standard input goes on to standard output.
        let pass_on = |raw: Vec<u8>| {
            let is_wanted = is_standard_input && !self.arguments.diff;
            if is_wanted { member(raw, compression).unwrap_or_default() } else { Vec::new() }
        };
        if is_standard_input && self.is_excluded_by_name(&settings, &absolute) {
            return Done { output: pass_on(raw), ..self.note(&format!("skipped {name}: excluded")) };
        }
        let Content::Text { text, origin, encoding, .. } = decode(raw.clone()) else {
            return Done { output: pass_on(raw), ..self.note(&format!("skipped {name}: not text")) };
        };
        if u32::try_from(text.len()).is_err() || raw.len() >= u32::MAX as usize {
            return failed(&io::Error::other("the file is larger than 4 GiB, the most that one document can hold"));
        }
        let document = Document::with_origin(name, text, origin).with_encoding(encoding);
        let mut done = Done::default();
        let fixed = self.fix(&document, &absolute, &settings, &mut done);
        let mut new = raw;
        if let Some(text) = &fixed.text {
            match rewrite::file(&new, &document, &fixed) {
                Ok(bytes) => new = bytes,
                Err(why) => {
                    self.say_left(&document, &why, &mut done);
                    done.output = pass_on(new);
                    return done;
                }
            }
            Self::count_fixed(&fixed, &mut done);
            if self.arguments.diff {
                done.output = unified(&document, text, self.is_terminal, self.color).into_bytes();
                return done;
            }
        }
        if is_standard_input {
            done.output = pass_on(new);
        } else if fixed.text.is_some() {
            let write = || {
                let seen = seen.ok_or_else(|| io::Error::other("it is not a regular file"))?;
                let mut file = Replacement::begin(path, seen)?;
                file.write_all(&member(new, compression)?)?;
                file.finish()
            };
            if let Err(error) = write() {
                let message = format!("cannot write {}: {error}", path.display());
                done.messages.extend(self.messages.error(&message));
                done.failed = true;
                done.tally.not_written();
            }
        }
        done
    }

    fn open(&self, file: &Arc<RecordFile>) -> Done {
        let is_known =
            matches!(file.format, InputFormat::Jsonl | InputFormat::Json | InputFormat::Csv | InputFormat::Tsv);
        if is_known {
            return Done { step: Step::Begin(Arc::clone(file)), ..Done::default() };
        }
        let message =
            format!("{} is left: {} files cannot be fixed, only text, JSON and CSV", file.name, file.format.name());
        Done { messages: self.messages.warning(&message), failed: true, ..Done::default() }
    }

    fn fix_batch(&self, batch: &Batch) -> Done {
        let mut done = Done::default();
        let BatchContent::Raw(raw) = &batch.content else { return done };
        if batch.file.format == InputFormat::Warc {
            return done;
        }
        let path = self.naming.absolute(&batch.file.path);
        let settings = match self.resolver.for_file(&path) {
            Ok(settings) => settings,
            Err(errors) => return Done { failed: true, broken: Some(errors), ..Done::default() },
        };
        // What stands between the records is copied, too.
        let (mut bytes, mut copied, mut changed) = (Vec::with_capacity(raw.all().len()), 0, false);
        batch.for_each(|item| {
            let Some(piece) = raw.pieces().get(item.number) else { return };
            match item.outcome {
                records::Outcome::Document(document) => {
                    let Some(new) =
                        self.fix_record(batch, raw.bytes(piece.range.clone()), &document, &path, &settings, &mut done)
                    else {
                        return;
                    };
                    bytes.extend_from_slice(raw.bytes(copied..piece.range.start));
                    bytes.extend_from_slice(new.as_bytes());
                    copied = piece.range.end;
                    changed = true;
                }
                records::Outcome::Broken(error) => {
                    done.messages.extend(self.messages.error(&error.to_string()));
                    done.failed = true;
                }
                records::Outcome::NoText | records::Outcome::Rest => {}
            }
        });
        bytes.extend_from_slice(raw.bytes(copied..raw.all().len()));
        if let Some(broken) = &batch.broken {
            let message = format!("{} is left as it was: {broken}", batch.file.name);
            done.messages.extend(self.messages.error(&message));
            done.failed = true;
        }
        // Behind a quotation mark that is never closed nobody knows what is text.
        let is_torn =
            |piece: &Piece| matches!(batch.file.format, InputFormat::Csv | InputFormat::Tsv) && piece.fault.is_some();
        let is_torn = raw.pieces().iter().any(is_torn);
        if is_torn {
            let message = format!("{} is left as it was: its quotation marks do not come out even", batch.file.name);
            done.messages.extend(self.messages.error(&message));
        }
        let is_damaged = batch.broken.is_some() || is_torn;
        match member(bytes, batch.file.compression) {
            Ok(bytes) => done.step = Step::More { bytes, changed, is_damaged },
            Err(error) => {
                let message = format!("cannot compress {}: {error}", batch.file.name);
                done.messages.extend(self.messages.error(&message));
                done.failed = true;
                done.step = Step::More { bytes: Vec::new(), changed: false, is_damaged: true };
            }
        }
        done
    }

    /// The new bytes of a record, if it changes.
    fn fix_record(
        &self,
        batch: &Batch,
        raw: &[u8],
        document: &Document,
        path: &Path,
        settings: &Settings,
        done: &mut Done,
    ) -> Option<String> {
        let fixed = self.fix(document, path, settings, done);
        let text = fixed.text.as_ref()?;
        let raw = std::str::from_utf8(raw).ok()?;
        match rewrite::record(&batch.file, raw, document, &fixed) {
            Ok(new) => {
                Self::count_fixed(&fixed, done);
                if self.arguments.diff {
                    done.output.extend(unified(document, text, self.is_terminal, self.color).into_bytes());
                }
                Some(new)
            }
            Err(why) => {
                self.say_left(document, &why, done);
                None
            }
        }
    }
}
