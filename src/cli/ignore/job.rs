//! What a worker does: a file or a batch of records in, the findings with a wanted fingerprint out.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use newslint::config::{ConfigError, Resolver, Settings};
use newslint::document::Document;
use newslint::finding::{Finding, Fingerprint, Severity, fingerprint_text, fingerprints};
use newslint::input::format::InputFormat;
use newslint::input::records::{Batch, OpenError, Outcome};
use newslint::input::{Found, Input, InputError, Reading, Work, read_file};
use newslint::lint::lint;
use newslint::ruleset::RuleId;
use newslint::suppress::covering;

use crate::cli::input::InputArguments;
use crate::cli::judge::panic_message;
use crate::cli::shown;
use crate::cli::stderr::Messages;

/// What all workers share.
pub struct Job<'a> {
    pub input: &'a InputArguments,
    pub resolver: &'a Resolver,
    pub messages: Messages,
    /// The first digits of the wanted fingerprints.
    pub prefixes: &'a [String],
}

/// A finding with a wanted fingerprint.
pub struct Match {
    pub fingerprint: Fingerprint,
    pub rule: RuleId,
    /// The flagged text.
    pub text: String,
    /// The absolute path of its file.
    pub path: PathBuf,
    /// Where it is, for people.
    pub place: String,
    pub settings: Arc<Settings>,
    /// Where the entry stands that ignores it already.
    pub ignored_by: Option<String>,
}

impl Match {
    pub fn digits(&self) -> &str {
        fingerprint_text(&self.fingerprint)
    }

    pub fn has_prefix(&self, prefix: &str) -> bool {
        self.digits().starts_with(prefix)
    }
}

/// What came of a piece of work, or of all.
#[derive(Default)]
pub struct Done {
    pub matches: Vec<Match>,
    /// Errors for standard error.
    pub messages_out: Vec<u8>,
    /// Configurations that could not be used.
    pub broken: Vec<Arc<Vec<ConfigError>>>,
    pub documents: u64,
}

impl Done {
    pub fn add(&mut self, other: Done) {
        self.matches.extend(other.matches);
        self.messages_out.extend(other.messages_out);
        for errors in other.broken {
            if !self.broken.iter().any(|known| Arc::ptr_eq(known, &errors)) {
                self.broken.push(errors);
            }
        }
        self.documents += other.documents;
    }

    /// Bytes that it takes while it waits for its turn.
    pub fn bytes(&self) -> usize {
        self.messages_out.len() + self.matches.len() * size_of::<Match>()
    }
}

impl Job<'_> {
    pub fn run(&self, work: &Work) -> Done {
        let run = || match work {
            Work::One(found) => self.search_file(found),
            Work::Batch(batch) => self.search_batch(batch),
            Work::Opened(_) => Done::default(),
            Work::Unopened { error, by_name, .. } => match error {
                OpenError::NoText { configured: false, .. } if !by_name => Done::default(),
                OpenError::Input(error) | OpenError::NoText { error, .. } => self.failure(error),
            },
        };
        // Rules have a guard of their own; this is for faults of everything around them.
        catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| Done {
            messages_out: self.messages.error("newslint broke down; this is a fault of newslint"),
            ..Done::default()
        })
    }

    /// How a file of records is read; `None` where its configuration is broken.
    pub fn reading(&self, path: &Path, format: InputFormat) -> Option<Reading> {
        let settings = self.resolver.for_file(&self.resolver.absolute(path)).ok()?;
        Some(Reading { name: shown(path), options: self.input.options(&settings, format) })
    }

    fn failure(&self, error: &InputError) -> Done {
        let message = format!("cannot read {}: {}", error.path.display(), error.message);
        Done { messages_out: self.messages.error(&message), ..Done::default() }
    }

    fn search_file(&self, found: &Found) -> Done {
        let path = match found {
            Found::File { path, .. } => path,
            Found::Failed(error) => return self.failure(error),
            Found::StandardInput | Found::Excluded(_) => return Done::default(),
        };
        let absolute = self.resolver.absolute(path);
        let settings = match self.resolver.for_file(&absolute) {
            Ok(settings) => settings,
            Err(errors) => return Done { broken: vec![errors], ..Done::default() },
        };
        match read_file(path, &shown(path)) {
            Err(error) => self.failure(&error),
            Ok(Input::Binary) => Done::default(),
            Ok(Input::Text { document, .. }) => {
                let mut done = Done::default();
                self.search(&document, &absolute, &settings, &mut done);
                done
            }
        }
    }

    fn search_batch(&self, batch: &Batch) -> Done {
        let absolute = self.resolver.absolute(&batch.file.path);
        let settings = match self.resolver.for_file(&absolute) {
            Ok(settings) => settings,
            Err(errors) => return Done { broken: vec![errors], ..Done::default() },
        };
        let mut done = Done::default();
        batch.for_each(|item| match item.outcome {
            Outcome::Document(document) => self.search(&document, &absolute, &settings, &mut done),
            Outcome::Broken(error) => done.messages_out.extend(self.messages.error(&error.to_string())),
            Outcome::NoText | Outcome::Rest => {}
        });
        done
    }

    fn search(&self, document: &Document, path: &Path, settings: &Arc<Settings>, done: &mut Done) {
        done.documents += 1;
        let linted = lint(settings.rules(), &settings.profile(path, Severity::Info), document);
        for panic in &linted.panics {
            done.messages_out.extend(self.messages.error(&panic_message(document, panic)));
        }
        for (finding, fingerprint) in linted.findings.iter().zip(fingerprints(document, &linted.findings)) {
            let digits = fingerprint_text(&fingerprint);
            if !self.prefixes.iter().any(|prefix| digits.starts_with(prefix)) {
                continue;
            }
            let entry = covering(settings, path, document, finding, &fingerprint);
            done.matches.push(Match {
                fingerprint,
                rule: finding.rule,
                text: document.slice(finding.span).to_owned(),
                path: path.to_owned(),
                place: place(document, finding),
                settings: Arc::clone(settings),
                ignored_by: entry.map(|entry| entry.place.clone()),
            });
        }
    }
}

/// `story.txt:3:12`, or `corpus.parquet{id}`.
fn place(document: &Document, finding: &Finding) -> String {
    let name = document.name();
    match (document.place(finding.span.start), document.record()) {
        (Some(place), _) => format!("{name}:{}:{}", place.line, place.column),
        (None, Some(record)) => format!("{name}{{{}}}", record.label()),
        (None, None) => name.to_owned(),
    }
}
