//! What the editor offers to do about a finding.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, Command, Diagnostic, DocumentChangeOperation, DocumentChanges,
    OneOf, OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, TextEdit, Uri, WorkspaceEdit,
};
use ropey::Rope;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::analysis::{Found, Scope};
use super::buffer::Kind;
use super::client::{Client, fix_all_kind, is_asked};
use super::diagnostics::View;
use super::fixes;
use crate::finding::{Safety, fingerprint_text};
use crate::input::records::RecordFile;
use crate::output::rewrite::RawEdit;
use crate::ruleset::RuleId;

/// Writes an `[[ignore-text]]` entry.
pub const IGNORE: &str = "newslint.ignore";
/// Writes a name to `[names] accept`.
pub const ACCEPT_NAME: &str = "newslint.acceptName";
/// Applies all fixes.
pub const FIX_ALL: &str = "newslint.fixAll";
/// Lints all files of the workspace.
pub const CHECK_WORKSPACE: &str = "newslint.checkWorkspace";

/// The commands of the server.
pub const COMMANDS: [&str; 4] = [IGNORE, ACCEPT_NAME, FIX_ALL, CHECK_WORKSPACE];

/// A buffer at one moment, for work that goes on while it changes.
#[derive(Clone)]
pub struct Snapshot {
    /// Its address.
    pub uri: Uri,
    /// The editor's number of its text.
    pub version: i32,
    /// Our number of its text.
    pub revision: u64,
    /// The text.
    pub text: Rope,
    /// What it holds.
    pub kind: Kind,
    /// What holds for it.
    pub scope: Scope,
    /// How its records are read.
    pub file: Option<Arc<RecordFile>>,
    /// Whether it has a file that a configuration can name.
    pub has_path: bool,
}

/// What a deferred action does: all fixes of a rule, or of all rules.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Deferred {
    /// The buffer.
    pub uri: Uri,
    /// The text that it was offered for.
    pub revision: u64,
    /// The rule; none stands for all.
    pub rule: Option<String>,
    /// Whether fixes that somebody should look at are applied, too. Some editors make null of false.
    pub unsafe_too: Option<bool>,
}

impl Deferred {
    /// The edits.
    ///
    /// # Errors
    /// Why there are none, for a person.
    pub fn edits(&self, snapshot: &Snapshot) -> Result<Vec<RawEdit>, String> {
        let rule = self.rule.as_deref().map(RuleId::new);
        let allowed = if self.unsafe_too == Some(true) { Safety::Unsafe } else { Safety::Safe };
        fixes::of_all(&snapshot.scope, snapshot.kind, snapshot.text.to_string(), rule, allowed)
    }
}

/// The fixes of a buffer, counted.
#[derive(Clone, Debug, Default)]
pub struct Fixable {
    /// By rule: how many findings have a fix, and whether all of these are safe.
    rules: HashMap<RuleId, (usize, bool)>,
    has_safe: bool,
}

impl Fixable {
    /// Counts.
    #[must_use]
    pub fn of(all: &[Found]) -> Fixable {
        let mut fixable = Fixable::default();
        for found in all {
            let safe = match found.fix.as_ref().map(|fix| fix.safety) {
                None | Some(Safety::Display) => continue,
                Some(safety) => safety == Safety::Safe,
            };
            let (count, all_safe) = fixable.rules.entry(found.rule).or_insert((0, true));
            *count += 1;
            *all_safe &= safe;
            fixable.has_safe |= safe;
        }
        fixable
    }
}

/// The actions for the findings that a selection touches. `known` are the diagnostics that the editor shows
/// there.
#[must_use]
pub fn offered(
    snapshot: &Snapshot,
    client: &Client,
    touched: &[Found],
    fixable: &Fixable,
    known: &[Diagnostic],
    only: Option<&[CodeActionKind]>,
) -> Vec<CodeActionOrCommand> {
    let mut actions = Vec::new();
    if is_asked(&CodeActionKind::QUICKFIX, only) {
        let rules = Some(snapshot.scope.settings.rules());
        let view = View { client, uri: &snapshot.uri, text: &snapshot.text, rules };
        let shown = |found: &Found| {
            let own = view.of_finding(found);
            // What the editor sent is what it recognises.
            known.iter().find(|known| known.range == own.range && known.code == own.code).cloned().unwrap_or(own)
        };
        for found in touched {
            actions.extend(fix_action(snapshot, client, found, shown(found)));
        }
        let rules: BTreeSet<RuleId> = touched.iter().map(|found| found.rule).collect();
        for rule in rules {
            let of_rule = touched.iter().filter(|found| found.rule == rule).map(shown).collect();
            actions.extend(rule_action(snapshot, client, fixable, rule, of_rule));
        }
        if snapshot.has_path && !snapshot.scope.is_isolated {
            for found in touched {
                actions.extend(configuring_actions(snapshot, found, &shown(found)));
            }
        }
    }
    if fixable.has_safe && is_asked(&fix_all_kind(), only) {
        let deferred =
            Deferred { uri: snapshot.uri.clone(), revision: snapshot.revision, rule: None, unsafe_too: None };
        let action = CodeAction {
            title: "Fix all safe newslint findings".to_owned(),
            kind: Some(fix_all_kind()),
            ..CodeAction::default()
        };
        actions.extend(with_edit(snapshot, client, deferred, action));
    }
    if client.has_code_actions { actions } else { commands(&snapshot.uri, actions) }
}

/// The same for an editor that knows commands only.
fn commands(uri: &Uri, actions: Vec<CodeActionOrCommand>) -> Vec<CodeActionOrCommand> {
    let command = |action: CodeActionOrCommand| match action {
        CodeActionOrCommand::CodeAction(action) if action.kind == Some(fix_all_kind()) => Some(Command {
            title: action.title,
            command: FIX_ALL.to_owned(),
            arguments: Some(vec![json!({"uri": uri})]),
        }),
        CodeActionOrCommand::CodeAction(action) => action.command,
        CodeActionOrCommand::Command(command) => Some(command),
    };
    actions.into_iter().filter_map(command).map(CodeActionOrCommand::Command).collect()
}

/// The fix of one finding.
fn fix_action(
    snapshot: &Snapshot,
    client: &Client,
    found: &Found,
    diagnostic: Diagnostic,
) -> Option<CodeActionOrCommand> {
    let fix = found.fix.as_ref()?;
    let text = |start: usize, end: usize| snapshot.text.byte_slice(start..end).to_string();
    let edits = fixes::of_finding(found, snapshot.file.as_ref(), text)?;
    let is_safe = fix.safety == Safety::Safe;
    let note = if is_safe { "" } else { " (unsafe)" };
    Some(CodeActionOrCommand::CodeAction(CodeAction {
        title: format!("{}{note}", capitalised(&fix.message)),
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![diagnostic]),
        edit: Some(workspace_edit(snapshot, client, &edits)),
        is_preferred: Some(is_safe),
        ..CodeAction::default()
    }))
}

/// All fixes of a rule, where there are several.
fn rule_action(
    snapshot: &Snapshot,
    client: &Client,
    fixable: &Fixable,
    rule: RuleId,
    diagnostics: Vec<Diagnostic>,
) -> Option<CodeActionOrCommand> {
    let (count, all_safe) = *fixable.rules.get(&rule)?;
    if count < 2 {
        return None;
    }
    let note = if all_safe { "" } else { " (unsafe)" };
    let deferred = Deferred {
        uri: snapshot.uri.clone(),
        revision: snapshot.revision,
        rule: Some(rule.as_str().to_owned()),
        unsafe_too: Some(!all_safe),
    };
    let action = CodeAction {
        title: format!("Fix all `{rule}` in this file{note}"),
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(diagnostics),
        ..CodeAction::default()
    };
    with_edit(snapshot, client, deferred, action)
}

/// A larger text is not fixed as a whole each time the cursor rests in it, only to offer that; the command
/// does it.
const MOST_EAGER: usize = 256 << 10;

/// The action with its edit, or with what it takes to find that when the user chooses it.
fn with_edit(
    snapshot: &Snapshot,
    client: &Client,
    deferred: Deferred,
    mut action: CodeAction,
) -> Option<CodeActionOrCommand> {
    if client.resolves_edits {
        action.data = Some(json!(deferred));
    } else if snapshot.text.len_bytes() > MOST_EAGER {
        return None;
    } else {
        let edits = deferred.edits(snapshot).ok().filter(|edits| !edits.is_empty())?;
        action.edit = Some(workspace_edit(snapshot, client, &edits));
    }
    Some(CodeActionOrCommand::CodeAction(action))
}

/// What changes lint.toml.
fn configuring_actions(snapshot: &Snapshot, found: &Found, diagnostic: &Diagnostic) -> Vec<CodeActionOrCommand> {
    let action = |title: String, command: &str, argument: serde_json::Value| {
        CodeActionOrCommand::CodeAction(CodeAction {
            title: title.clone(),
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(vec![diagnostic.clone()]),
            command: Some(Command { title, command: command.to_owned(), arguments: Some(vec![argument]) }),
            ..CodeAction::default()
        })
    };
    let mut actions = Vec::new();
    if found.rule.family() == "names" {
        let name = found.text.trim();
        let argument = json!({"uri": snapshot.uri, "name": name});
        actions.push(action(format!("Accept the name `{name}`"), ACCEPT_NAME, argument));
    }
    let argument = json!({"uri": snapshot.uri, "fingerprint": fingerprint_text(&found.fingerprint)});
    actions.push(action("Ignore this finding in lint.toml".to_owned(), IGNORE, argument));
    actions
}

fn capitalised(message: &str) -> String {
    let mut characters = message.chars();
    let first = characters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(characters).collect()
}

/// Edits of a buffer for the editor.
#[must_use]
pub fn workspace_edit(snapshot: &Snapshot, client: &Client, edits: &[RawEdit]) -> WorkspaceEdit {
    let edits = edits.iter().map(|(bytes, new_text)| TextEdit {
        range: client.encoding.range(&snapshot.text, bytes),
        new_text: new_text.clone(),
    });
    edit_of(client, &snapshot.uri, Some(snapshot.version), edits.collect())
}

/// Edits of one text for the editor.
#[must_use]
pub fn edit_of(client: &Client, uri: &Uri, version: Option<i32>, edits: Vec<TextEdit>) -> WorkspaceEdit {
    if client.has_versioned_edits {
        let text_document = OptionalVersionedTextDocumentIdentifier { uri: uri.clone(), version };
        let edits = edits.into_iter().map(OneOf::Left).collect();
        let edit = DocumentChangeOperation::Edit(TextDocumentEdit { text_document, edits });
        WorkspaceEdit { document_changes: Some(DocumentChanges::Operations(vec![edit])), ..WorkspaceEdit::default() }
    } else {
        // The crate's map of addresses; nothing in them changes.
        #[expect(clippy::mutable_key_type)]
        let changes = HashMap::from([(uri.clone(), edits)]);
        WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }
    }
}
