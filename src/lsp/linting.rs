//! When buffers are looked at, and what becomes of the results.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use lsp_server::{ErrorCode, RequestId};
use lsp_types::{CodeActionParams, HoverParams, MessageType, PublishDiagnosticsParams};
use serde_json::{Value, json};

use super::actions::Snapshot;
use super::analysis::{self, Analysis, RecordCache};
use super::buffer::{Buffer, Kind, MOST_MOVES};
use super::diagnostics::View;
use super::preferences::Run;
use super::server::{Asked, Failure, Server};
use super::worker::Worker;
use super::workspace::Report;
use crate::config::check::{problems, rule_problems};
use crate::files::Files;
use crate::lint::RulePanic;

/// Up to this many bytes a text is linted as a whole with every change: that takes some milliseconds.
pub(super) const SMALL: usize = 256 << 10;

/// How long nobody must have typed before a large text is linted as a whole.
const PAUSE: Duration = Duration::from_millis(300);

/// A request that waits until its buffer is analysed.
pub(super) struct Parked {
    pub id: RequestId,
    pub uri: String,
    pub question: Question,
}

/// Who does a piece of work.
#[derive(Clone, Copy, Debug)]
pub(super) enum Hand {
    /// The worker for what has to be there within milliseconds.
    Quick,
    /// The worker for what may take longer.
    Background,
}

/// What is asked of a buffer.
pub(super) enum Question {
    /// Its diagnostics; with what the editor has already.
    Diagnostics {
        previous: Option<String>,
    },
    Actions(Box<CodeActionParams>),
    Hover(Box<HoverParams>),
    /// All fixes, by a command.
    FixAll {
        unsafe_too: bool,
    },
}

/// What a worker has found.
pub(super) enum Event {
    /// Of a buffer, or of a stretch of it.
    Quick { uri: String, revision: u64, analysis: Analysis, stretch: Option<Range<usize>> },
    /// The beginning of a large buffer.
    Early { uri: String, revision: u64, analysis: Analysis },
    /// Of a large buffer.
    Whole { uri: String, revision: u64, analysis: Analysis },
    /// The answer to a request about a text.
    Answer { id: RequestId, uri: String, revision: u64, result: Result<Value, Failure> },
    /// The edit that a command makes; none where nothing is to be changed.
    Edit { id: RequestId, uri: String, revision: u64, edit: Result<Option<Value>, Failure> },
    /// Of files that are not open.
    Workspace(Report),
}

impl Server {
    /// Finds out what holds for a buffer, and looks at it.
    pub(super) fn look_at(&mut self, uri: &str) {
        let root = self.configuration.root().to_owned();
        let Some(buffer) = self.buffers.get_mut(uri) else { return };
        // A buffer without a file is linted as one that is to be saved in the workspace.
        let path = buffer.path.clone().unwrap_or_else(|| root.join("untitled.txt"));
        if matches!(buffer.kind, Kind::Other | Kind::RuleFile) {
            let is_rule_file = self.configuration.is_rule_file(&path);
            buffer.kind = if is_rule_file { Kind::RuleFile } else { Kind::Other };
        }
        buffer.scope = match buffer.kind {
            Kind::Text | Kind::Records(_) => self.configuration.scope(&path),
            Kind::Configuration | Kind::RuleFile | Kind::Other => None,
        };
        self.start(uri, Duration::ZERO);
    }

    /// Starts what a new text asks for. `pause` is how long the whole of a large one waits.
    pub(super) fn start(&mut self, uri: &str, pause: Duration) {
        let Some(buffer) = self.buffers.get_mut(uri) else { return };
        let is_large = buffer.text.len_bytes() > SMALL;
        match buffer.kind {
            Kind::Text | Kind::Records(_) if buffer.scope.is_none() => self.set_nothing(uri),
            Kind::Other => self.set_nothing(uri),
            Kind::Records(_) if is_large => self.start_whole(uri),
            Kind::Text if is_large => {
                buffer.work.due = Some(Instant::now() + pause);
                self.start_quick(uri);
            }
            _ => self.start_quick(uri),
        }
    }

    /// A text that is not linted has no findings.
    fn set_nothing(&mut self, uri: &str) {
        let result = self.next_revision();
        let Some(buffer) = self.buffers.get_mut(uri) else { return };
        buffer.analysis = Analysis::default();
        buffer.work.due = None;
        (buffer.near_revision, buffer.whole_revision) = (buffer.revision, buffer.revision);
        buffer.result = result;
        self.show(uri);
    }

    /// After a change of the text.
    pub(super) fn changed(&mut self, uri: &str) {
        self.cancel_stale(uri);
        let revision = self.next_revision();
        let run = self.configuration.preferences().run;
        let Some(buffer) = self.buffers.get_mut(uri) else { return };
        buffer.revision = revision;
        let is_article = matches!(buffer.kind, Kind::Text | Kind::Records(_));
        if run == Run::OnSave && is_article {
            // What was found moves with the text, and nobody wants more yet.
            (buffer.near_revision, buffer.result) = (revision, revision);
            self.show(uri);
            return;
        }
        self.start(uri, PAUSE);
    }

    fn start_quick(&mut self, uri: &str) {
        let Some(buffer) = self.buffers.get_mut(uri) else { return };
        if buffer.work.is_quick {
            // Its result will be found to be of an older text.
            return;
        }
        let (revision, text, edited) = (buffer.revision, buffer.text.clone(), buffer.edited.clone());
        let address = uri.to_owned();
        match (buffer.kind, buffer.scope.clone()) {
            (Kind::Text, Some(scope)) => {
                let is_small = text.len_bytes() <= SMALL;
                buffer.work.is_quick = true;
                self.work(&self.quick, address, revision, true, move || {
                    if is_small {
                        (analysis::text(&scope, &text.to_string()), None)
                    } else {
                        let (analysis, stretch) = analysis::near(&scope, &text, &edited);
                        (analysis, Some(stretch))
                    }
                });
            }
            (Kind::Records(format), Some(scope)) => {
                let cache = Arc::clone(&buffer.cache);
                buffer.work.is_quick = true;
                self.work(&self.quick, address, revision, true, move || {
                    // While the file was large, another worker began; it is not waited for.
                    let mut empty = RecordCache::default();
                    let mut known = cache.try_lock().ok();
                    let cache = known.as_deref_mut().unwrap_or(&mut empty);
                    let bytes = text.to_string().into_bytes();
                    (analysis::records(&scope, format, bytes, cache, |_| {}), None)
                });
            }
            (Kind::Configuration, _) => {
                let path = buffer.path.clone().unwrap_or_default();
                buffer.work.is_quick = true;
                let files = self.open_configurations();
                self.work(&self.quick, address, revision, true, move || {
                    (Analysis::of_problems(problems(&path, &text.to_string(), &files)), None)
                });
            }
            (Kind::RuleFile, _) => {
                let path = buffer.path.clone().unwrap_or_default();
                let Some(settings) = self.configuration.known_settings(&path) else { return };
                buffer.work.is_quick = true;
                self.work(&self.quick, address, revision, true, move || {
                    (Analysis::of_problems(rule_problems(&path, &text.to_string(), settings.rules())), None)
                });
            }
            _ => {}
        }
    }

    /// Looks at all of a large buffer.
    fn start_whole(&mut self, uri: &str) {
        let Some(buffer) = self.buffers.get_mut(uri) else { return };
        if buffer.work.is_whole {
            // It starts again when this one is done.
            buffer.work.due = Some(Instant::now() + PAUSE);
            return;
        }
        buffer.work.due = None;
        let Some(scope) = buffer.scope.clone() else { return };
        buffer.work.is_whole = true;
        buffer.shifts.clear();
        buffer.near = None;
        let (kind, revision, text, address) = (buffer.kind, buffer.revision, buffer.text.clone(), uri.to_owned());
        let (cache, events) = (Arc::clone(&buffer.cache), self.events.clone());
        self.work(&self.background, address.clone(), revision, false, move || match kind {
            Kind::Records(format) => {
                let mut cache = cache.lock().unwrap_or_else(PoisonError::into_inner);
                let early = |analysis: Analysis| {
                    let _ = events.send(Event::Early { uri: address.clone(), revision, analysis });
                };
                (analysis::records(&scope, format, text.to_string().into_bytes(), &mut cache, early), None)
            }
            _ => (analysis::text(&scope, &text.to_string()), None),
        });
    }

    /// Lets a worker look at a text. Whatever happens there, a result comes back.
    fn work(
        &self,
        worker: &Worker,
        uri: String,
        revision: u64,
        is_quick: bool,
        look: impl FnOnce() -> (Analysis, Option<Range<usize>>) + Send + 'static,
    ) {
        let events = self.events.clone();
        worker.run(move || {
            let (analysis, stretch) = catch_unwind(AssertUnwindSafe(look)).unwrap_or_else(|_| {
                let message = "newslint broke down on this text".to_owned();
                let panics = vec![RulePanic { rule: None, message }];
                (Analysis { panics, ..Analysis::default() }, None)
            });
            let event = if is_quick {
                Event::Quick { uri, revision, analysis, stretch }
            } else {
                Event::Whole { uri, revision, analysis }
            };
            let _ = events.send(event);
        });
    }

    /// Lets a worker find the answer to a request about a text. Whatever happens there, an answer comes.
    pub(super) fn answer_from(
        &mut self,
        hand: Hand,
        id: RequestId,
        uri: &str,
        revision: u64,
        find: impl FnOnce() -> Result<Value, Failure> + Send + 'static,
    ) {
        self.running.insert(id.clone());
        let (events, uri) = (self.events.clone(), uri.to_owned());
        let worker = match hand {
            Hand::Quick => &self.quick,
            Hand::Background => &self.background,
        };
        worker.run(move || {
            let result = catch_unwind(AssertUnwindSafe(find)).unwrap_or_else(|_| Err(Failure::broke_down()));
            let _ = events.send(Event::Answer { id, uri, revision, result });
        });
    }

    /// Takes what a worker has found.
    pub(super) fn event(&mut self, event: Event) {
        let result_number = self.next_revision();
        match event {
            Event::Quick { uri, revision, analysis, stretch } => {
                let Some(buffer) = self.opened(&uri, revision) else { return };
                buffer.work.is_quick = false;
                if revision == buffer.revision {
                    take_quick(buffer, analysis, stretch);
                    buffer.result = result_number;
                    self.show(&uri);
                } else {
                    self.start(&uri, PAUSE);
                }
            }
            Event::Early { uri, revision, analysis } => {
                let Some(buffer) = self.opened(&uri, revision) else { return };
                // Later the little that is known early would hide what is known already.
                if revision == buffer.revision && buffer.result == 0 {
                    buffer.analysis = analysis;
                    buffer.near_revision = revision;
                    buffer.result = result_number;
                    self.show(&uri);
                }
            }
            Event::Whole { uri, revision, analysis } => {
                let Some(buffer) = self.opened(&uri, revision) else { return };
                buffer.work.is_whole = false;
                take_whole(buffer, revision, analysis);
                buffer.result = result_number;
                if buffer.work.due.is_none() && !buffer.is_whole() {
                    buffer.work.due = Some(Instant::now());
                }
                self.show(&uri);
            }
            Event::Answer { id, uri, revision, result } => {
                if !self.running.contains(&id) {
                    return;
                }
                let is_current = self.buffers.get(&uri).is_some_and(|buffer| buffer.revision == revision);
                self.answer(id, if is_current { result } else { Err(Failure::stale()) });
            }
            Event::Edit { id, uri, revision, edit } => {
                if !self.running.contains(&id) {
                    return;
                }
                let is_current = self.buffers.get(&uri).is_some_and(|buffer| buffer.revision == revision);
                match edit {
                    Ok(None) => self.answer(id, Ok(Value::Null)),
                    Ok(Some(edit)) if is_current => self.make_edit(id, "newslint fixes", edit),
                    Ok(_) => self.answer(id, Err(Failure::stale())),
                    Err(failure) => self.answer(id, Err(failure)),
                }
            }
            Event::Workspace(report) => self.workspace_report(report),
        }
    }

    /// The buffer of a result, unless that is of an earlier opening.
    fn opened(&mut self, uri: &str, revision: u64) -> Option<&mut Buffer> {
        self.buffers.get_mut(uri).filter(|buffer| revision >= buffer.opened)
    }

    /// When something is to be started.
    pub(super) fn next_due(&self) -> Option<Instant> {
        let buffers = self.buffers.values().filter(|buffer| !buffer.work.is_whole);
        buffers.filter_map(|buffer| buffer.work.due).chain(self.workspace_due).min()
    }

    /// Starts what is due.
    pub(super) fn start_what_is_due(&mut self, now: Instant) {
        let is_due = |buffer: &Buffer| !buffer.work.is_whole && buffer.work.due.is_some_and(|due| due <= now);
        let due: Vec<String> =
            self.buffers.iter().filter(|(_, buffer)| is_due(buffer)).map(|(uri, _)| uri.clone()).collect();
        for uri in due {
            self.start_whole(&uri);
        }
        if self.workspace_due.is_some_and(|due| due <= now) {
            self.workspace_due = None;
            self.release_held();
        }
    }

    /// Shows what is known of a buffer, and answers those who wait for it.
    pub(super) fn show(&mut self, uri: &str) {
        let Some(buffer) = self.buffers.get_mut(uri) else { return };
        for panic in std::mem::take(&mut buffer.analysis.panics) {
            let rule = panic.rule.map_or("newslint".to_owned(), |rule| format!("the rule {rule}"));
            let message = format!("{rule} broke down on {uri}: {}; this is a fault of newslint", panic.message);
            self.log(MessageType::ERROR, &message);
        }
        let Some(buffer) = self.buffers.get(uri) else { return };
        if !buffer.is_fresh() {
            return;
        }
        if !self.client.pulls {
            let diagnostics = self.diagnostics(buffer);
            let uri = buffer.uri.clone();
            let parameters = PublishDiagnosticsParams { uri, diagnostics, version: Some(buffer.version) };
            self.notify("textDocument/publishDiagnostics", parameters);
        }
        let (answered, rest) = std::mem::take(&mut self.parked).into_iter().partition(|parked| parked.uri == uri);
        self.parked = rest;
        let answered: Vec<Parked> = answered;
        // Whoever pulled before has older ones now.
        let is_pulled = answered.iter().any(|parked| matches!(parked.question, Question::Diagnostics { .. }));
        if self.client.pulls && !is_pulled && buffer.pulled == buffer.revision {
            self.wants_refresh = true;
        }
        for Parked { id, uri, question } in answered {
            self.reply(id, &uri, question);
        }
    }

    /// The diagnostics of a buffer.
    pub(super) fn diagnostics(&self, buffer: &Buffer) -> Vec<lsp_types::Diagnostic> {
        let rules = buffer.scope.as_ref().map(|scope| scope.settings.rules());
        let view = View { client: &self.client, uri: &buffer.uri, text: &buffer.text, rules };
        let most = self.configuration.preferences().most_diagnostics;
        view.diagnostics(&buffer.analysis, most, buffer.edited.start)
    }

    /// Asks the editor to pull again. One such request at a time is enough.
    pub(super) fn send_refresh(&mut self) {
        if self.wants_refresh && !self.is_asked(&Asked::Refresh) {
            self.wants_refresh = false;
            self.ask("workspace/diagnostic/refresh", Value::Null, Asked::Refresh);
        }
    }

    /// Tells those who asked about a text that it is another one now.
    pub(super) fn cancel_stale(&mut self, uri: &str) {
        let (stale, rest): (Vec<Parked>, Vec<Parked>) =
            std::mem::take(&mut self.parked).into_iter().partition(|parked| parked.uri == uri);
        self.parked = rest;
        for parked in stale {
            let failure = match parked.question {
                Question::Diagnostics { .. } => Failure {
                    code: ErrorCode::ServerCancelled,
                    message: "the text has changed".to_owned(),
                    data: Some(json!({"retriggerRequest": true})),
                },
                _ => Failure::stale(),
            };
            self.answer(parked.id, Err(failure));
        }
    }

    /// The unsaved texts of configurations and rule files.
    pub(super) fn open_configurations(&self) -> Files {
        let open = self.buffers.values().filter(|buffer| matches!(buffer.kind, Kind::Configuration | Kind::RuleFile));
        open.fold(Files::on_disk(), |files, buffer| match &buffer.path {
            Some(path) => files.with(path, buffer.text.to_string()),
            None => files,
        })
    }

    /// A buffer as it is now, for work that goes on while it changes; `None` where nothing holds for it.
    pub(super) fn snapshot(&self, uri: &str) -> Option<Snapshot> {
        let buffer = self.buffers.get(uri)?;
        Some(Snapshot {
            uri: buffer.uri.clone(),
            version: buffer.version,
            revision: buffer.revision,
            text: buffer.text.clone(),
            kind: buffer.kind,
            scope: buffer.scope.clone()?,
            file: buffer.analysis.file.clone(),
            has_path: buffer.path.is_some(),
        })
    }
}

fn take_quick(buffer: &mut Buffer, analysis: Analysis, stretch: Option<Range<usize>>) {
    buffer.near_revision = buffer.revision;
    match stretch {
        None => {
            buffer.analysis = analysis;
            buffer.whole_revision = buffer.revision;
        }
        // The whole was quicker, and knows better.
        Some(_) if buffer.is_whole() => {}
        Some(stretch) => {
            buffer.analysis.merge_near(analysis, &stretch);
            buffer.near = Some(stretch);
        }
    }
}

/// Takes what was found in the text of `revision`; if that changed meanwhile, what lies near the changes is
/// known better already.
fn take_whole(buffer: &mut Buffer, revision: u64, mut analysis: Analysis) {
    if revision < buffer.whole_revision {
        // The text has become small meanwhile, or is not to be linted any more.
        return;
    }
    if buffer.shifts.len().saturating_mul(analysis.found.len()) > MOST_MOVES {
        buffer.shifts.clear();
        return;
    }
    for shift in buffer.shifts.drain(..) {
        analysis.shift(&shift);
    }
    if revision == buffer.revision {
        (buffer.near_revision, buffer.whole_revision) = (revision, revision);
    } else if let Some(near) = buffer.near.clone() {
        let known = std::mem::take(&mut buffer.analysis).inside(&near);
        analysis.merge_near(known, &near);
    }
    buffer.analysis = analysis;
}
