//! What the editor tells.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use lsp_server::{ErrorCode, Notification, RequestId};
use lsp_types::{
    DidChangeTextDocumentParams, DidChangeWatchedFilesParams, DidChangeWorkspaceFoldersParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, DidSaveTextDocumentParams, FileChangeType, MessageType,
};
use serde_json::{Value, json};

use super::address;
use super::buffer::{Buffer, Kind};
use super::preferences::{Preferences, SECTION, ours};
use super::server::{Asked, Failure, Server, parameters};

impl Server {
    /// Heeds a notification. Nobody can be answered; what is wrong goes to the log.
    pub(super) fn notification(&mut self, notification: Notification) {
        let Notification { method, params } = notification;
        if let Err(failure) = self.heed(&method, params) {
            self.log(MessageType::WARNING, &format!("{method}: {}", failure.message));
        }
    }

    fn heed(&mut self, method: &str, params: Value) -> Result<(), Failure> {
        match method {
            "initialized" => self.register(),
            "textDocument/didOpen" => self.open(parameters(params)?),
            "textDocument/didChange" => self.change(parameters(params)?)?,
            "textDocument/didSave" => self.save(&parameters(params)?),
            "textDocument/didClose" => self.close(&parameters(params)?),
            "workspace/didChangeConfiguration" => self.settings_changed(&params),
            "workspace/didChangeWatchedFiles" => self.files_changed(&parameters(params)?),
            "workspace/didChangeWorkspaceFolders" => self.folders_changed(&parameters(params)?),
            "workspace/didRenameFiles" | "workspace/didDeleteFiles" => self.files_gone(params),
            "$/cancelRequest" => {
                if let Some(id) = params.get("id").cloned().and_then(|id| serde_json::from_value(id).ok()) {
                    self.cancel(&id);
                }
            }
            // Those that begin with `$/` may be ignored, and an editor can have more to tell than we know.
            _ => {}
        }
        Ok(())
    }

    fn open(&mut self, params: DidOpenTextDocumentParams) {
        let revision = self.next_revision();
        let buffer = Buffer::open(params.text_document, revision);
        let uri = buffer.uri.as_str().to_owned();
        // Opened twice, it is another text.
        self.cancel_stale(&uri);
        let is_configuration = buffer.kind == Kind::Configuration;
        // What was pushed for the file on the disk is shown with the buffer from now on.
        let pushed = buffer.path.as_ref().and_then(|path| self.pushed.remove(path));
        if let Some(pushed) = pushed.filter(|pushed| self.client.pulls || *pushed != buffer.uri) {
            self.push_nothing(&pushed);
        }
        self.buffers.insert(uri.clone(), buffer);
        if is_configuration {
            // Not every editor watches files, so it may have changed since it was read.
            self.reload();
        } else {
            self.look_at(&uri);
            self.tell_broken();
        }
    }

    fn change(&mut self, params: DidChangeTextDocumentParams) -> Result<(), Failure> {
        let encoding = self.client.encoding;
        let uri = params.text_document.uri;
        self.buffer(&uri)?;
        if let Some(buffer) = self.buffers.get_mut(uri.as_str()) {
            buffer.version = params.text_document.version;
            buffer.change(params.content_changes, encoding);
        }
        self.changed(uri.as_str());
        Ok(())
    }

    fn save(&mut self, params: &DidSaveTextDocumentParams) {
        let uri = params.text_document.uri.as_str();
        self.workspace_changed();
        let Some(buffer) = self.buffers.get(uri) else { return };
        match buffer.kind {
            Kind::Configuration | Kind::RuleFile => self.reload(),
            Kind::Other => {
                let path = buffer.path.clone();
                if path.is_some_and(|path| self.configuration.depends_on(&path)) {
                    self.reload();
                }
            }
            Kind::Text | Kind::Records(_) => {
                if !buffer.is_whole() {
                    self.renew(uri);
                    self.tell_broken();
                }
            }
        }
    }

    fn close(&mut self, params: &DidCloseTextDocumentParams) {
        let uri = &params.text_document.uri;
        self.cancel_stale(uri.as_str());
        let Some(buffer) = self.buffers.remove(uri.as_str()) else { return };
        if !self.client.pulls {
            self.push_nothing(&buffer.uri);
        }
        if let Some(path) = buffer.path.as_ref().filter(|_| self.client.pulls) {
            self.closed.insert(path.clone(), buffer.uri.clone());
        }
        // What is wrong with the file on the disk is told again.
        if let Some(path) = buffer.path.filter(|_| buffer.kind == Kind::Configuration) {
            self.told.remove(&path);
            self.tell_broken();
        }
        self.workspace_changed();
    }

    fn settings_changed(&mut self, params: &Value) {
        if self.client.has_configuration {
            self.ask_settings();
        } else if let Some(settings) = params.get("settings").and_then(ours) {
            self.take_settings(settings);
        }
    }

    /// Asks the editor for our section of its settings.
    pub(super) fn ask_settings(&mut self) {
        let scope = self.folders.first().and_then(|folder| address::of_path(folder));
        let item = json!({"section": SECTION, "scopeUri": scope});
        self.ask("workspace/configuration", json!({"items": [item]}), Asked::Settings);
    }

    /// Takes settings of the editor.
    pub(super) fn take_settings(&mut self, value: &Value) {
        // An editor that keeps none for us leaves what it gave at the start.
        if value.is_null() || value.as_object().is_some_and(serde_json::Map::is_empty) {
            return;
        }
        let (preferences, problems) = Preferences::read(value);
        self.tell_problems(&problems);
        if preferences != *self.configuration.preferences() {
            self.configuration.set_preferences(preferences);
            self.renew_all();
        }
    }

    fn files_changed(&mut self, params: &DidChangeWatchedFilesParams) {
        let mut is_configuration = false;
        for change in &params.changes {
            let Some(path) = address::path_of(change.uri.as_str()) else { continue };
            is_configuration |= self.configuration.depends_on(&path);
            if change.typ == FileChangeType::DELETED {
                self.withdraw(|pushed| pushed.starts_with(&path));
            }
        }
        if is_configuration {
            self.reload();
        }
        self.workspace_changed();
    }

    /// Files were renamed or deleted in the editor. Buffers of theirs are closed by messages of their own.
    fn files_gone(&mut self, mut params: Value) {
        address::make_strict(&mut params);
        let files = params.get("files").and_then(Value::as_array).cloned().unwrap_or_default();
        let mut is_configuration = false;
        for file in files {
            let old = file.get("oldUri").or(file.get("uri")).and_then(Value::as_str).unwrap_or_default();
            let new = file.get("newUri").and_then(Value::as_str).unwrap_or_default();
            let paths = [old, new].into_iter().filter_map(address::path_of);
            is_configuration |= paths.into_iter().any(|path| self.configuration.depends_on(&path));
            if let Some(old) = address::path_of(old) {
                self.withdraw(|pushed| pushed.starts_with(&old));
            }
        }
        if is_configuration {
            self.reload();
        }
        self.workspace_changed();
    }

    fn folders_changed(&mut self, params: &DidChangeWorkspaceFoldersParams) {
        let path = |folder: &lsp_types::WorkspaceFolder| address::path_of(folder.uri.as_str());
        let removed: Vec<_> = params.event.removed.iter().filter_map(path).collect();
        self.folders.retain(|folder| !removed.contains(folder));
        let added: Vec<_> = params.event.added.iter().filter_map(path).collect();
        self.folders.extend(added.into_iter().filter(|folder| !self.folders.contains(folder)).collect::<Vec<_>>());
        let folders = self.folders.clone();
        self.withdraw(|pushed| !folders.iter().any(|folder| pushed.starts_with(folder)));
        if let Some(root) = folders.into_iter().next().filter(|root| root != self.configuration.root()) {
            self.configuration.set_root(root);
            self.renew_all();
        }
        self.workspace_changed();
    }

    /// Reads all configuration anew, and looks at every buffer with it.
    pub(super) fn reload(&mut self) {
        self.configuration.reload();
        self.renew_all();
    }

    fn renew_all(&mut self) {
        self.generation += 1;
        let all: Vec<String> = self.buffers.keys().cloned().collect();
        for uri in all {
            if let Some(buffer) = self.buffers.get_mut(&uri) {
                // Another configuration finds something else in the same records.
                buffer.cache = Arc::default();
            }
            self.renew(&uri);
        }
        // Only now all that is broken is known.
        self.tell_broken();
        self.wants_refresh |= self.client.pulls;
        self.workspace_changed();
    }

    /// Looks at a buffer anew, although its text is the same.
    fn renew(&mut self, uri: &str) {
        let revision = self.next_revision();
        if let Some(buffer) = self.buffers.get_mut(uri) {
            buffer.revision = revision;
            // What it has is of an older text now.
            buffer.pulled = if buffer.pulled > 0 { revision } else { 0 };
        }
        self.look_at(uri);
    }

    fn cancel(&mut self, id: &RequestId) {
        let is_parked = self.parked.iter().any(|parked| parked.id == *id);
        let is_held = self.held.iter().any(|held| held.id == *id);
        if !is_parked && !is_held && !self.running.contains(id) {
            return;
        }
        self.parked.retain(|parked| parked.id != *id);
        self.held.retain(|held| held.id != *id);
        self.stop_workspace(id);
        self.answer(id.clone(), Err(Failure::new(ErrorCode::RequestCanceled, "cancelled")));
    }

    /// Takes back what was pushed for files that are not open.
    fn withdraw(&mut self, is_gone: impl Fn(&Path) -> bool) {
        let gone: Vec<PathBuf> = self.pushed.keys().filter(|path| is_gone(path)).cloned().collect();
        for path in gone {
            if let Some(uri) = self.pushed.remove(&path) {
                self.push_nothing(&uri);
            }
        }
    }

    /// Takes back what was pushed for a file.
    pub(super) fn push_nothing(&self, uri: &lsp_types::Uri) {
        self.notify("textDocument/publishDiagnostics", json!({"uri": uri, "diagnostics": []}));
    }

    /// Tells of configurations that are broken, and of those that are mended: a message, and diagnostics of
    /// the file where it is not open itself.
    pub(super) fn tell_broken(&mut self) {
        let broken = self.configuration.broken().clone();
        if broken == self.told {
            return;
        }
        let told = std::mem::replace(&mut self.told, broken);
        let mended: Vec<&PathBuf> = told.keys().filter(|path| !self.told.contains_key(*path)).collect();
        self.withdraw(|pushed| mended.iter().any(|path| *path == pushed));
        let new: Vec<_> = self.told.iter().filter(|(path, broken)| told.get(*path) != Some(broken)).collect();
        let new: Vec<_> = new.into_iter().map(|(path, broken)| (path.clone(), broken.clone())).collect();
        for (path, broken) in new {
            let root = self.configuration.root();
            let shown = path.strip_prefix(root).unwrap_or(&path).display().to_string();
            if let Some(problem) = broken.problems.first() {
                let start = problem.span.start.min(broken.text.len());
                let line = broken.text.as_bytes()[..start].iter().filter(|byte| **byte == b'\n').count() + 1;
                let more = match broken.problems.len() {
                    1 => String::new(),
                    count => format!(" (and {} more)", count - 1),
                };
                let meanwhile = if self.configuration.has_good() {
                    "the last good configuration goes on"
                } else {
                    "the files that it is for are not linted"
                };
                let message = format!("{shown}:{line}: {}{more}; until that is mended, {meanwhile}", problem.message);
                self.say(MessageType::ERROR, &message);
            }
            let is_open = self.buffers.values().any(|buffer| buffer.path.as_ref() == Some(&path));
            if let Some(uri) = address::of_path(&path).filter(|_| !is_open) {
                self.push_broken(&uri, &broken);
                self.pushed.insert(path, uri);
            }
        }
    }

    /// Asks to be told of changes.
    fn register(&mut self) {
        let mut registrations = Vec::new();
        if self.client.registers_watching {
            // Rule files and lists of people are TOML files, too. A baseline can have any name; this is the usual.
            let patterns = ["**/*.toml", "**/*baseline*", "**/*.{txt,text,md,markdown,jsonl,ndjson,json,csv,tsv}"];
            let watchers = patterns.map(|pattern| json!({"globPattern": pattern}));
            registrations.push(json!({
                "id": "newslint-files",
                "method": "workspace/didChangeWatchedFiles",
                "registerOptions": {"watchers": watchers},
            }));
        }
        if self.client.registers_configuration {
            registrations.push(json!({
                "id": "newslint-settings",
                "method": "workspace/didChangeConfiguration",
                "registerOptions": {"section": SECTION},
            }));
        }
        if !registrations.is_empty() {
            self.ask("client/registerCapability", json!({"registrations": registrations}), Asked::Anything);
        }
        if self.client.has_configuration {
            self.ask_settings();
        }
        self.tell_broken();
    }
}
