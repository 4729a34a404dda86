//! Commands: what the editor has the server do.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use lsp_server::{ErrorCode, RequestId};
use lsp_types::{ExecuteCommandParams, MessageType, TextEdit, Uri};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::actions::{ACCEPT_NAME, CHECK_WORKSPACE, Deferred, FIX_ALL, IGNORE, edit_of, workspace_edit};
use super::address;
use super::buffer::{Buffer, Kind};
use super::linting::{Event, Question};
use super::server::{Asked, Failure, Server, parameters};
use crate::config::{Flagged, Target};
use crate::files::Files;
use crate::finding::fingerprint_text;

/// The reason of an entry for which the editor asks none.
const NO_REASON: &str = "ignored in the editor";

#[derive(Deserialize)]
struct Ignore {
    uri: Uri,
    fingerprint: String,
    reason: Option<String>,
}

#[derive(Deserialize)]
struct AcceptName {
    uri: Uri,
    name: String,
}

#[derive(Deserialize)]
struct FixAll {
    uri: Uri,
    #[serde(rename = "unsafe")]
    unsafe_too: Option<bool>,
}

/// The one argument of a command.
fn argument<T: DeserializeOwned>(params: ExecuteCommandParams) -> Result<T, Failure> {
    let command = params.command;
    let first = params.arguments.into_iter().next();
    let first = first.ok_or_else(|| Failure::new(ErrorCode::InvalidParams, format!("{command} takes an argument")))?;
    parameters(first)
}

impl Server {
    /// Runs a command, and sees to it that it is answered.
    pub(super) fn command(&mut self, id: RequestId, params: ExecuteCommandParams) -> Result<(), Failure> {
        match params.command.as_str() {
            IGNORE => self.ignore(id, argument(params)?),
            ACCEPT_NAME => self.accept_name(id, &argument(params)?),
            FIX_ALL => {
                let FixAll { uri, unsafe_too } = argument(params)?;
                self.ask_buffer(id, &uri, Question::FixAll { unsafe_too: unsafe_too == Some(true) })
            }
            CHECK_WORKSPACE => {
                self.check_workspace(id);
                Ok(())
            }
            other => Err(Failure::new(ErrorCode::InvalidParams, format!("there is no command `{other}`"))),
        }
    }

    fn ignore(&mut self, id: RequestId, argument: Ignore) -> Result<(), Failure> {
        let failed = |message: String| Failure::new(ErrorCode::RequestFailed, message);
        let buffer = self.buffer(&argument.uri)?;
        let mut found = buffer.analysis.found.iter();
        let found = found.find(|found| fingerprint_text(&found.fingerprint) == argument.fingerprint);
        let found = found.ok_or_else(|| failed("the finding is not there any more".to_owned()))?.clone();
        let path = buffer.path.clone().ok_or_else(|| failed("the text has no file yet".to_owned()))?;
        let reason = argument.reason.filter(|reason| !reason.trim().is_empty());
        let reason = reason.unwrap_or_else(|| NO_REASON.to_owned());
        self.configure(id, &argument.uri, |target, files| {
            let flagged = Flagged { path: &path, rule: found.rule, text: &found.text, fingerprint: &found.fingerprint };
            target.ignoring(&flagged, &reason, files)
        })
    }

    fn accept_name(&mut self, id: RequestId, argument: &AcceptName) -> Result<(), Failure> {
        if argument.name.trim().is_empty() {
            return Err(Failure::new(ErrorCode::InvalidParams, "the name is empty"));
        }
        self.configure(id, &argument.uri, |target, files| target.accepting(argument.name.trim(), files))
    }

    /// Changes the lint.toml that holds for a buffer: in the editor where it is open there, or else on the
    /// disk.
    fn configure(
        &mut self,
        id: RequestId,
        uri: &Uri,
        change: impl Fn(&Target, &Files) -> Result<String, String>,
    ) -> Result<(), Failure> {
        let failed = |message: String| Failure::new(ErrorCode::RequestFailed, message);
        let buffer = self.buffer(uri)?;
        let path = buffer.path.clone().ok_or_else(|| failed("the text has no file yet".to_owned()))?;
        let settings = self.configuration.settings(&path);
        let settings = settings.ok_or_else(|| failed("the configuration is broken; mend it first".to_owned()))?;
        // The folder of the workspace that the file lies in.
        let folder =
            self.folders.iter().filter(|folder| path.starts_with(folder)).max_by_key(|folder| folder.as_os_str().len());
        let folder = folder.map(PathBuf::as_path).or(path.parent()).unwrap_or(&path);
        let target = Target::of(&settings, folder);
        let shown = target.path.display().to_string();
        // It may be open under another name of its folder.
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let wanted = real(&target.path);
        let is_target = |buffer: &&Buffer| buffer.path.as_deref().is_some_and(|path| real(path) == wanted);
        let mut configurations = self.buffers.values().filter(|buffer| buffer.kind == Kind::Configuration);
        let open = configurations.find(is_target);
        if let Some(open) = open.filter(|_| self.client.applies_edits) {
            let new = change(&target, &self.open_configurations()).map_err(failed)?;
            let edit = edit_to(&open.text.to_string(), &new, |bytes| self.client.encoding.range(&open.text, &bytes));
            let edit = edit_of(&self.client, &open.uri, Some(open.version), vec![edit]);
            self.say(MessageType::INFO, "the change goes into the open lint.toml, and holds once you save that");
            self.make_edit(id, "newslint: change lint.toml", json!(edit));
            return Ok(());
        }
        target.rewrite(&shown, |text| change(&target, &Files::on_disk().with(&target.path, text))).map_err(failed)?;
        if target.is_new {
            self.say(MessageType::INFO, &format!("made {shown}"));
        }
        self.reload();
        if let Some(uri) = address::of_path(&target.path) {
            self.log(MessageType::INFO, &format!("changed {}", uri.as_str()));
        }
        self.answer(id, Ok(Value::Null));
        Ok(())
    }

    /// Applies all fixes of a buffer.
    pub(super) fn fix_all(&mut self, id: RequestId, uri: &str, unsafe_too: bool) {
        let Some(snapshot) = self.snapshot(uri) else {
            self.answer(id, Ok(Value::Null));
            return;
        };
        let (client, events, uri) = (self.client.clone(), self.events.clone(), uri.to_owned());
        self.running.insert(id.clone());
        self.background.run(move || {
            let (address, revision) = (snapshot.uri.clone(), snapshot.revision);
            let deferred = Deferred { uri: address, revision, rule: None, unsafe_too: Some(unsafe_too) };
            let find = || match deferred.edits(&snapshot) {
                Ok(edits) if edits.is_empty() => Ok(None),
                Ok(edits) => Ok(Some(json!(workspace_edit(&snapshot, &client, &edits)))),
                Err(message) => Err(Failure::new(ErrorCode::RequestFailed, message)),
            };
            let edit = catch_unwind(AssertUnwindSafe(find)).unwrap_or_else(|_| Err(Failure::broke_down()));
            let _ = events.send(Event::Edit { id, uri, revision, edit });
        });
    }

    /// Has the editor make an edit; its answer answers the command, too.
    pub(super) fn make_edit(&mut self, id: RequestId, label: &str, edit: Value) {
        if !self.client.applies_edits {
            let failure = Failure::new(ErrorCode::RequestFailed, "this editor makes no edits for a server");
            self.answer(id, Err(failure));
            return;
        }
        self.running.insert(id.clone());
        self.ask("workspace/applyEdit", json!({"label": label, "edit": edit}), Asked::Edit(id));
    }
}

/// The edit from one text to another: what both share at the beginning and at the end is left alone.
fn edit_to(old: &str, new: &str, range: impl Fn(std::ops::Range<usize>) -> lsp_types::Range) -> TextEdit {
    let same = |pair: &(char, char)| pair.0 == pair.1;
    let before: usize = old.chars().zip(new.chars()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let (old_rest, new_rest) = (&old[before..], &new[before..]);
    let behind: usize =
        old_rest.chars().rev().zip(new_rest.chars().rev()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    TextEdit { range: range(before..old.len() - behind), new_text: new_rest[..new_rest.len() - behind].to_owned() }
}
