//! What the editor can do.

use std::path::PathBuf;

use lsp_types::{ClientCapabilities, CodeActionKind, InitializeParams};
use serde_json::Value;

use super::address;
use super::position::Encoding;

/// What the editor can do, as far as it matters here.
#[derive(Clone, Debug)]
pub struct Client {
    /// What columns count.
    pub encoding: Encoding,
    /// It asks for diagnostics, and can be told to ask again when a configuration changes; otherwise they
    /// are sent to it.
    pub pulls: bool,
    /// It takes edits that say which text they are for.
    pub has_versioned_edits: bool,
    /// It asks for the edits of a code action when the user chooses it.
    pub resolves_edits: bool,
    /// It takes code actions as such, not only commands.
    pub has_code_actions: bool,
    /// It makes edits that the server asks for.
    pub applies_edits: bool,
    /// It shows places that belong to a diagnostic.
    pub has_related: bool,
    /// It shows tags.
    pub has_tags: bool,
    /// It shows links of codes.
    pub has_links: bool,
    /// It hands over settings when asked.
    pub has_configuration: bool,
    /// It tells of changed settings when registered.
    pub registers_configuration: bool,
    /// It watches files when registered.
    pub registers_watching: bool,
    /// It shows progress.
    pub has_progress: bool,
    /// It reads Markdown in hovers.
    pub has_markdown: bool,
}

impl Client {
    /// Reads the capabilities.
    #[must_use]
    pub fn new(raw: &Value, capabilities: &ClientCapabilities) -> Client {
        let document = capabilities.text_document.as_ref();
        let workspace = capabilities.workspace.as_ref();
        let action = document.and_then(|document| document.code_action.as_ref());
        let published = document.and_then(|document| document.publish_diagnostics.as_ref());
        let edit = workspace.and_then(|workspace| workspace.workspace_edit.as_ref());
        let resolve = action.and_then(|action| action.resolve_support.as_ref());
        let hover = document.and_then(|document| document.hover.as_ref()?.content_format.clone());
        let watching = workspace.and_then(|workspace| workspace.did_change_watched_files.as_ref());
        let changing = workspace.and_then(|workspace| workspace.did_change_configuration.as_ref());
        // The crate's types have this one under another name than the protocol (`workspace.diagnostics`).
        let refresh = raw.pointer("/capabilities/workspace/diagnostics/refreshSupport").and_then(Value::as_bool);
        Client {
            encoding: Encoding::agreed(capabilities),
            pulls: document.is_some_and(|document| document.diagnostic.is_some()) && refresh == Some(true),
            has_versioned_edits: edit.is_some_and(|edit| edit.document_changes == Some(true)),
            resolves_edits: resolve.is_some_and(|resolve| resolve.properties.iter().any(|property| property == "edit")),
            has_code_actions: action.is_some_and(|action| action.code_action_literal_support.is_some()),
            applies_edits: workspace.is_some_and(|workspace| workspace.apply_edit == Some(true)),
            has_related: published.is_some_and(|published| published.related_information == Some(true)),
            has_tags: published.is_some_and(|published| published.tag_support.is_some()),
            has_links: published.is_some_and(|published| published.code_description_support == Some(true)),
            has_configuration: workspace.is_some_and(|workspace| workspace.configuration == Some(true)),
            registers_configuration: changing.is_some_and(|changing| changing.dynamic_registration == Some(true)),
            registers_watching: watching.is_some_and(|watching| watching.dynamic_registration == Some(true)),
            has_progress: capabilities.window.as_ref().is_some_and(|window| window.work_done_progress == Some(true)),
            has_markdown: hover.is_some_and(|formats| formats.contains(&lsp_types::MarkupKind::Markdown)),
        }
    }
}

/// The folders that are open in the editor.
#[must_use]
pub fn folders(params: &InitializeParams) -> Vec<PathBuf> {
    let given = params.workspace_folders.iter().flatten();
    let folders: Vec<PathBuf> = given.filter_map(|folder| address::path_of(folder.uri.as_str())).collect();
    if !folders.is_empty() {
        return folders;
    }
    // What editors sent before there were several.
    #[expect(deprecated)]
    let root = params.root_uri.as_ref().and_then(|uri| address::path_of(uri.as_str()));
    root.into_iter().collect()
}

/// The kind of the action that applies all safe fixes.
#[must_use]
pub fn fix_all_kind() -> CodeActionKind {
    CodeActionKind::new("source.fixAll.newslint")
}

/// Whether an action of this kind is asked for, when only these are.
#[must_use]
pub fn is_asked(kind: &CodeActionKind, only: Option<&[CodeActionKind]>) -> bool {
    let Some(only) = only else { return true };
    only.iter().any(|asked| {
        let rest = kind.as_str().strip_prefix(asked.as_str());
        asked.as_str().is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    })
}

/// What the server can do, for the answer to `initialize`. The crate's types do not know all of it.
#[must_use]
pub fn server_capabilities(client: &Client) -> Value {
    let text_files = serde_json::json!([{ "scheme": "file", "pattern": { "glob": "**/*" } }]);
    let mut capabilities = serde_json::json!({
        "positionEncoding": client.encoding.kind(),
        "textDocumentSync": { "openClose": true, "change": 2, "save": { "includeText": false } },
        "codeActionProvider": { "codeActionKinds": ["quickfix", fix_all_kind()], "resolveProvider": true },
        "hoverProvider": true,
        "completionProvider": { "triggerCharacters": ["\"", "'", "[", "/", "=", " "] },
        "executeCommandProvider": { "commands": super::actions::COMMANDS },
        "workspace": {
            "workspaceFolders": { "supported": true, "changeNotifications": true },
            "fileOperations": { "didRename": { "filters": text_files }, "didDelete": { "filters": text_files } },
        },
    });
    if client.pulls {
        // Some editors pull as soon as they may, and then would show what is pushed a second time.
        capabilities["diagnosticProvider"] = serde_json::json!({
            "identifier": "newslint",
            "interFileDependencies": false,
            "workspaceDiagnostics": true,
        });
    }
    capabilities
}
