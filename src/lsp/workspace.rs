//! The diagnostics of files that are not open: all those of the workspace, when the editor asks for them.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

use lsp_server::{ErrorCode, RequestId};
use lsp_types::{Diagnostic, MessageType, ProgressToken, Uri, WorkspaceDiagnosticParams};
use ropey::Rope;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use xxhash_rust::xxh3::xxh3_128;

use super::address;
use super::analysis::{self, Analysis, RecordCache, Scope};
use super::client::Client;
use super::configuration::{Broken, Options};
use super::diagnostics::View;
use super::linting::Event;
use super::server::{Asked, Failure, Server};
use crate::baseline::Baseline;
use crate::config::Resolver;
use crate::engine::for_each_in_order;
use crate::input::format::{InputFormat, by_ending};
use crate::input::{Found, Input, WalkOptions, read_file, walk};
use crate::severity::Severity;

/// A file larger than this is linted when it is opened.
const MOST_BYTES: u64 = 20 << 20;

/// Files whose diagnostics are handed over at a time.
const FILES_AT_A_TIME: usize = 50;

/// How long nothing must have changed before those who wait for a change are answered.
const PAUSE: Duration = Duration::from_millis(500);

/// A request that waits for a change.
pub(super) struct Held {
    pub id: RequestId,
    params: WorkspaceDiagnosticParams,
}

/// What the thread that walks the workspace tells.
pub(super) enum Report {
    /// Some files are done.
    Files { to: Receiver, files: Vec<FileReport> },
    /// All are.
    Done { to: Receiver, linted: usize, is_all: bool, changes: u64 },
}

/// Who asked for the diagnostics.
#[derive(Clone)]
pub(super) enum Receiver {
    /// A request of the editor's. The token is for parts of the answer.
    Request { id: RequestId, token: Option<ProgressToken> },
    /// A command; the diagnostics are pushed.
    Command { id: RequestId, progress: Option<String> },
}

/// The diagnostics of a file, as the protocol has them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FileReport {
    uri: Uri,
    version: Option<i32>,
    result_id: String,
    /// `full` or `unchanged`.
    kind: &'static str,
    /// `None`: the editor has them already. They are rendered where they are found: in a large workspace they
    /// are many.
    #[serde(skip_serializing_if = "Option::is_none")]
    items: Option<Box<RawValue>>,
    #[serde(skip)]
    is_empty: bool,
}

impl FileReport {
    fn unchanged(uri: Uri, version: Option<i32>, result_id: String) -> FileReport {
        FileReport { uri, version, result_id, kind: "unchanged", items: None, is_empty: false }
    }

    fn full(uri: Uri, version: Option<i32>, result_id: String, items: &[Diagnostic]) -> FileReport {
        // What cannot be written has nothing to show; there is no such thing.
        let rendered = serde_json::value::to_raw_value(items).ok();
        FileReport { uri, version, result_id, kind: "full", items: rendered, is_empty: items.is_empty() }
    }
}

#[derive(Serialize)]
struct Items {
    items: Vec<FileReport>,
}

#[derive(Serialize)]
struct Progress {
    token: ProgressToken,
    value: Items,
}

#[derive(Serialize)]
struct Published {
    uri: Uri,
    diagnostics: Option<Box<RawValue>>,
}

/// What the editor has of files: their addresses, as it writes them, and the numbers of the results.
type Previous = HashMap<PathBuf, (Uri, String)>;

/// What walking the workspace takes.
struct Job {
    folders: Vec<PathBuf>,
    resolver: Arc<Resolver>,
    root: PathBuf,
    options: Options,
    client: Client,
    lowest: Severity,
    most_files: usize,
    most_diagnostics: usize,
    generation: u64,
    /// Open buffers go before what lies on the disk.
    open: HashMap<PathBuf, (Uri, i32, Rope)>,
    previous: Previous,
    /// Baselines, each read once.
    baselines: Mutex<HashMap<PathBuf, Option<Arc<Baseline>>>>,
    stop: Arc<AtomicBool>,
}

impl Server {
    /// Answers a request for the diagnostics of all files, now or after the next change.
    pub(super) fn workspace_diagnostics(&mut self, id: RequestId, params: WorkspaceDiagnosticParams) {
        // An editor that takes parts of an answer asks again as soon as it has one, and so is let wait.
        let takes_parts = params.partial_result_params.partial_result_token.is_some();
        if takes_parts && self.workspace_answered == Some(self.workspace_changes) {
            self.held.push(Held { id, params });
            return;
        }
        let previous = params.previous_result_ids.into_iter().filter_map(|known| {
            let path = address::path_of(known.uri.as_str())?;
            Some((path, (known.uri, known.value)))
        });
        let mut previous: Previous = previous.collect();
        for (path, uri) in std::mem::take(&mut self.closed) {
            previous.entry(path).or_insert((uri, String::new()));
        }
        let token = params.partial_result_params.partial_result_token;
        self.walk_workspace(Receiver::Request { id, token }, previous);
    }

    /// Lints all files and pushes what is found.
    pub(super) fn check_workspace(&mut self, id: RequestId) {
        let progress = self.client.has_progress.then(|| format!("newslint-{id}"));
        if let Some(token) = &progress {
            self.ask("window/workDoneProgress/create", json!({"token": token}), Asked::Anything);
            let value = json!({"kind": "begin", "title": "newslint: checking the workspace", "cancellable": false});
            self.notify("$/progress", json!({"token": token, "value": value}));
        }
        // What was pushed before is pushed again, or taken back.
        let pushed = self.pushed.iter().filter(|(path, _)| !self.told.contains_key(*path));
        let previous = pushed.map(|(path, uri)| (path.clone(), (uri.clone(), String::new()))).collect();
        self.walk_workspace(Receiver::Command { id, progress }, previous);
    }

    fn walk_workspace(&mut self, to: Receiver, previous: Previous) {
        let (Receiver::Request { id, .. } | Receiver::Command { id, .. }) = &to;
        let id = id.clone();
        self.running.insert(id.clone());
        let Some(resolver) = self.configuration.resolver().cloned() else {
            let failure = Failure::new(ErrorCode::RequestFailed, "the configuration is broken");
            self.answer(id, Err(failure));
            return;
        };
        let stop = Arc::new(AtomicBool::new(false));
        self.walks.insert(id, Arc::clone(&stop));
        let open = self.buffers.values().filter_map(|buffer| {
            let state = (buffer.uri.clone(), buffer.version, buffer.text.clone());
            Some((buffer.path.clone()?, state))
        });
        let preferences = self.configuration.preferences();
        let job = Job {
            folders: outermost(&self.folders),
            resolver,
            root: self.configuration.root().to_owned(),
            options: self.configuration.options().clone(),
            client: self.client.clone(),
            lowest: preferences.lowest,
            most_files: preferences.most_files,
            most_diagnostics: preferences.most_diagnostics,
            generation: self.generation,
            open: open.collect(),
            previous,
            baselines: Mutex::default(),
            stop,
        };
        let (events, changes) = (self.events.clone(), self.workspace_changes);
        self.walker.run(move || {
            let to_report = to.clone();
            let report = |files: Vec<FileReport>| {
                let _ = events.send(Event::Workspace(Report::Files { to: to_report.clone(), files }));
            };
            // Whatever happens, the end is told.
            let (linted, is_all) = catch_unwind(AssertUnwindSafe(|| job.run(report))).unwrap_or((0, false));
            let _ = events.send(Event::Workspace(Report::Done { to, linted, is_all, changes }));
        });
    }

    /// Hands over what a walk has found.
    pub(super) fn workspace_report(&mut self, report: Report) {
        match report {
            Report::Files { to: Receiver::Request { id, token }, files } => {
                if !self.running.contains(&id) {
                    return;
                }
                match token {
                    Some(token) => self.notify("$/progress", Progress { token, value: Items { items: files } }),
                    None => self.collected.entry(id).or_default().extend(files),
                }
            }
            Report::Files { to: Receiver::Command { progress, .. }, files } => {
                for file in files {
                    // What is open has diagnostics already.
                    let Some(path) = address::path_of(file.uri.as_str()) else { continue };
                    if self.buffers.values().any(|buffer| buffer.path.as_ref() == Some(&path)) {
                        continue;
                    }
                    if !file.is_empty {
                        self.pushed.insert(path, file.uri.clone());
                    } else if self.pushed.remove(&path).is_none() {
                        continue;
                    }
                    self.notify(
                        "textDocument/publishDiagnostics",
                        Published { uri: file.uri, diagnostics: file.items },
                    );
                }
                if let Some(token) = progress {
                    self.notify("$/progress", json!({"token": token, "value": {"kind": "report"}}));
                }
            }
            Report::Done { to, linted, is_all, changes } => {
                if !is_all {
                    let message = format!("only {linted} files of the workspace were linted (newslint.workspaceFiles)");
                    self.log(MessageType::WARNING, &message);
                }
                let (Receiver::Request { id, .. } | Receiver::Command { id, .. }) = &to;
                let (id, collected) = (id.clone(), self.collected.remove(id).unwrap_or_default());
                self.walks.remove(&id);
                if let Receiver::Command { progress: Some(token), .. } = &to {
                    let value = json!({"kind": "end", "message": format!("{linted} files")});
                    self.notify("$/progress", json!({"token": token, "value": value}));
                }
                if self.running.contains(&id) {
                    match to {
                        Receiver::Request { .. } => {
                            self.workspace_answered = Some(changes);
                            self.answer_with(id, Items { items: collected });
                        }
                        Receiver::Command { .. } => self.answer(id, Ok(Value::Null)),
                    }
                }
            }
        }
    }

    /// Ends the walk of a request that nobody waits for any more.
    pub(super) fn stop_workspace(&mut self, id: &RequestId) {
        if let Some(stop) = self.walks.remove(id) {
            stop.store(true, Ordering::Relaxed);
        }
        self.collected.remove(id);
    }

    /// Something has changed that files which are not open depend on.
    pub(super) fn workspace_changed(&mut self) {
        self.workspace_changes += 1;
        if !self.held.is_empty() {
            self.workspace_due = Some(Instant::now() + PAUSE);
        }
    }

    /// Answers those who wait for a change.
    pub(super) fn release_held(&mut self) {
        for Held { id, params } in std::mem::take(&mut self.held) {
            self.workspace_diagnostics(id, params);
        }
    }

    /// Pushes what is wrong with a configuration that is not open.
    pub(super) fn push_broken(&self, uri: &Uri, broken: &Broken) {
        let text = Rope::from_str(&broken.text);
        let view = View { client: &self.client, uri, text: &text, rules: None };
        let analysis = Analysis::of_problems(broken.problems.clone());
        let most = self.configuration.preferences().most_diagnostics;
        let items = view.diagnostics(&analysis, most, 0);
        self.notify("textDocument/publishDiagnostics", json!({"uri": uri, "diagnostics": items}));
    }
}

impl Job {
    /// Lints file by file. The result tells how many, and whether these were all.
    fn run(&self, mut report: impl FnMut(Vec<FileReport>) + Send) -> (usize, bool) {
        let options = WalkOptions { force_exclude: true, ignore_files: true, changes: None };
        let mut is_all = true;
        let mut taken = 0;
        let files = walk(&self.folders, &options, &self.resolver).filter_map(|found| match found {
            Found::File { path, .. } if format_of(&path).is_some() => Some(path),
            _ => None,
        });
        let files = files.take_while(|_| {
            taken += 1;
            is_all &= taken <= self.most_files;
            taken <= self.most_files && !self.stop.load(Ordering::Relaxed)
        });
        let threads = available_parallelism().map_or(1, usize::from);
        let (mut linted, mut waiting) = (0, Vec::new());
        let mut unseen: BTreeMap<&PathBuf, &Uri> = self
            .previous
            .iter()
            .map(|(path, (uri, _))| (path, uri))
            .filter(|(path, _)| !self.open.contains_key(*path))
            .collect();
        for_each_in_order(
            files,
            threads,
            |path| {
                let path = self.resolver.absolute(&path);
                let found = self.look_at(&path);
                (path, found)
            },
            |_| 0,
            |(path, found): (PathBuf, Option<FileReport>)| {
                linted += 1;
                if let Some(found) = found {
                    unseen.remove(&path);
                    waiting.push(found);
                }
                if waiting.len() >= FILES_AT_A_TIME {
                    report(std::mem::take(&mut waiting));
                }
                ControlFlow::Continue(())
            },
        );
        // Files that vanished, or are left out now, have nothing to show.
        for (path, uri) in unseen {
            // Where not all were visited, a file that is there may be one of the others.
            if is_all || !path.exists() {
                waiting.push(FileReport::full(uri.clone(), None, String::new(), &[]));
            }
        }
        if !waiting.is_empty() {
            report(waiting);
        }
        (linted, is_all)
    }

    /// A baseline that cannot be read knows nothing.
    fn baseline(&self, path: &Path) -> Option<Arc<Baseline>> {
        let mut baselines = self.baselines.lock().unwrap_or_else(PoisonError::into_inner);
        let read = || Baseline::read(path).ok().map(Arc::new);
        baselines.entry(path.to_owned()).or_insert_with(read).clone()
    }

    /// The diagnostics of a file; `None` where there are none, and the editor knows of none.
    fn look_at(&self, path: &Path) -> Option<FileReport> {
        let format = format_of(path)?;
        let known = self.previous.get(path);
        let (uri, version, text) = match (self.open.get(path), known) {
            (Some((uri, version, text)), _) => (uri.clone(), Some(*version), text.to_string()),
            (None, Some((uri, _))) => (uri.clone(), None, text_of(path)?),
            (None, None) => (address::of_path(path)?, None, text_of(path)?),
        };
        let Ok(settings) = self.resolver.for_file(path) else {
            // Until its configuration is mended, what the editor has goes on.
            return known.map(|(_, result)| FileReport::unchanged(uri, version, result.clone()));
        };
        let baseline = settings.baseline().and_then(|path| self.baseline(path));
        let scope = Scope::new(path, &self.root, settings, self.lowest, baseline, self.options.isolated);
        let result = format!("{}.{:x}", self.generation, xxh3_128(text.as_bytes()));
        if known.is_some_and(|(_, known)| *known == result) {
            return Some(FileReport::unchanged(uri, version, result));
        }
        let rope = Rope::from_str(&text);
        let analysis = match format {
            InputFormat::Text => analysis::text(&scope, &text),
            format => analysis::records(&scope, format, text.into_bytes(), &mut RecordCache::default(), |_| {}),
        };
        let view = View { client: &self.client, uri: &uri, text: &rope, rules: Some(scope.settings.rules()) };
        let items = view.diagnostics(&analysis, self.most_diagnostics, 0);
        if items.is_empty() && known.is_none() {
            return None;
        }
        Some(FileReport::full(uri, version, result, &items))
    }
}

/// The folders that lie in no other of them, each once.
fn outermost(folders: &[PathBuf]) -> Vec<PathBuf> {
    let is_outer = |folder: &&PathBuf| !folders.iter().any(|other| *folder != other && folder.starts_with(other));
    let mut outer: Vec<PathBuf> = folders.iter().filter(is_outer).cloned().collect();
    outer.dedup();
    outer
}

/// What an editor can show of a file.
fn format_of(path: &Path) -> Option<InputFormat> {
    match by_ending(path) {
        (
            Some(
                format @ (InputFormat::Text
                | InputFormat::Jsonl
                | InputFormat::Json
                | InputFormat::Csv
                | InputFormat::Tsv),
            ),
            None,
        ) => Some(format),
        _ => None,
    }
}

/// The text of a file as an editor shows it; `None` for one that is too large, or gone, or no text.
fn text_of(path: &Path) -> Option<String> {
    if fs::metadata(path).ok()?.len() > MOST_BYTES {
        return None;
    }
    match read_file(path, "").ok()? {
        Input::Text { document, .. } => Some(document.text().to_owned()),
        Input::Binary => None,
    }
}
