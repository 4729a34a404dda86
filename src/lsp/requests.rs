//! What the editor asks.

use std::sync::Arc;

use lsp_server::{ErrorCode, RequestId};
use lsp_types::{
    CodeAction, CodeActionParams, CompletionParams, DocumentDiagnosticParams, DocumentDiagnosticReportKind,
    ExecuteCommandParams, FullDocumentDiagnosticReport, Hover, HoverContents, HoverParams, MarkupContent, MarkupKind,
    Uri, WorkspaceDiagnosticParams,
};
use serde_json::{Value, json};

use super::actions::{Deferred, Fixable, offered, workspace_edit};
use super::analysis::Found;
use super::buffer::{Buffer, Kind};
use super::hover::{markdown, plain};
use super::linting::{Hand, Parked, Question};
use super::server::{Failure, Server, parameters};
use crate::config::Settings;
use crate::config::complete::{self, FileKind};

/// Most findings of a selection that get actions of their own. Nobody reads a longer menu.
const MOST_TOUCHED: usize = 50;

impl Server {
    /// Answers a request, or sees to it that it is answered. An error is answered by the caller.
    pub(super) fn dispatch(&mut self, id: RequestId, method: &str, params: Value) -> Result<(), Failure> {
        match method {
            "textDocument/diagnostic" => {
                let params: DocumentDiagnosticParams = parameters(params)?;
                let question = Question::Diagnostics { previous: params.previous_result_id };
                self.ask_buffer(id, &params.text_document.uri, question)
            }
            "textDocument/codeAction" => {
                let params: CodeActionParams = parameters(params)?;
                let uri = params.text_document.uri.clone();
                self.ask_buffer(id, &uri, Question::Actions(Box::new(params)))
            }
            "codeAction/resolve" => self.resolve(id, parameters(params)?),
            "textDocument/hover" => {
                let params: HoverParams = parameters(params)?;
                let uri = params.text_document_position_params.text_document.uri.clone();
                self.ask_buffer(id, &uri, Question::Hover(Box::new(params)))
            }
            "textDocument/completion" => {
                let params: CompletionParams = parameters(params)?;
                let result = self.completion(&params)?;
                self.answer(id, Ok(result));
                Ok(())
            }
            "workspace/diagnostic" => {
                let params: WorkspaceDiagnosticParams = parameters(params)?;
                self.workspace_diagnostics(id, params);
                Ok(())
            }
            "workspace/executeCommand" => {
                let params: ExecuteCommandParams = parameters(params)?;
                self.command(id, params)
            }
            "initialize" => Err(Failure::new(ErrorCode::InvalidRequest, "the server is initialized already")),
            _ => Err(Failure::new(ErrorCode::MethodNotFound, format!("there is no method `{method}`"))),
        }
    }

    /// Answers a question about a buffer, now or when that is analysed.
    pub(super) fn ask_buffer(&mut self, id: RequestId, uri: &Uri, question: Question) -> Result<(), Failure> {
        let Some(buffer) = self.buffers.get(uri.as_str()) else {
            // An editor may ask about a text that it has just closed.
            let nothing = match question {
                Question::Diagnostics { .. } => json!({"kind": "full", "items": []}),
                Question::Actions(_) => json!([]),
                Question::Hover(_) => Value::Null,
                Question::FixAll { .. } => return self.buffer(uri).map(|_| ()),
            };
            self.answer(id, Ok(nothing));
            return Ok(());
        };
        if buffer.is_fresh() {
            self.reply(id, uri.as_str(), question);
        } else {
            self.parked.push(Parked { id, uri: uri.as_str().to_owned(), question });
        }
        Ok(())
    }

    /// Answers a question about a buffer that is analysed.
    pub(super) fn reply(&mut self, id: RequestId, uri: &str, question: Question) {
        match question {
            Question::Diagnostics { previous } => {
                let Some(buffer) = self.buffers.get_mut(uri) else { return };
                buffer.pulled = buffer.revision;
                let Some(buffer) = self.buffers.get(uri) else { return };
                let result = buffer.result.to_string();
                if previous.as_ref() == Some(&result) {
                    self.answer(id, Ok(json!({"kind": "unchanged", "resultId": result})));
                } else {
                    let full =
                        FullDocumentDiagnosticReport { items: self.diagnostics(buffer), result_id: Some(result) };
                    self.answer_with(id, DocumentDiagnosticReportKind::Full(full));
                }
            }
            Question::Hover(params) => {
                let result = self.hover(uri, &params);
                self.answer(id, Ok(result));
            }
            Question::Actions(params) => self.offer_actions(id, uri, *params),
            Question::FixAll { unsafe_too } => self.fix_all(id, uri, unsafe_too),
        }
    }

    fn hover(&self, uri: &str, params: &HoverParams) -> Value {
        let Some(buffer) = self.buffers.get(uri) else { return Value::Null };
        let at = self.client.encoding.byte(&buffer.text, params.text_document_position_params.position);
        let (text, span) = match file_kind(buffer) {
            Some(kind) => {
                let Some(settings) = self.settings_for(buffer) else { return Value::Null };
                match complete::hover(&buffer.text.to_string(), at, settings.rules(), kind) {
                    Some((span, text)) => (text, span),
                    None => return Value::Null,
                }
            }
            None => {
                let under = buffer.analysis.found.iter().filter(|found| found.span.start <= at && at <= found.span.end);
                // Of several the one on the smallest spot.
                let Some(found) = under.min_by_key(|found| found.span.len()) else { return Value::Null };
                let rule = buffer.scope.as_ref().and_then(|scope| scope.settings.rules().get(found.rule.as_str()));
                (markdown(found, rule, &buffer.text), found.span.clone())
            }
        };
        let content = if self.client.has_markdown {
            MarkupContent { kind: MarkupKind::Markdown, value: text }
        } else {
            MarkupContent { kind: MarkupKind::PlainText, value: plain(&text) }
        };
        let range = Some(self.client.encoding.range(&buffer.text, &span));
        json!(Hover { contents: HoverContents::Markup(content), range })
    }

    fn offer_actions(&mut self, id: RequestId, uri: &str, params: CodeActionParams) {
        let (Some(snapshot), Some(buffer)) = (self.snapshot(uri), self.buffers.get(uri)) else {
            self.answer(id, Ok(json!([])));
            return;
        };
        let encoding = self.client.encoding;
        let (start, end) =
            (encoding.byte(&buffer.text, params.range.start), encoding.byte(&buffer.text, params.range.end));
        let is_touched = |found: &&Found| found.span.start <= end && start <= found.span.end;
        let touched = buffer.analysis.found.iter().filter(is_touched);
        let touched: Vec<Found> = touched.take(MOST_TOUCHED).cloned().collect();
        let fixable = Fixable::of(&buffer.analysis.found);
        let client = self.client.clone();
        self.answer_from(Hand::Quick, id, uri, snapshot.revision, move || {
            let only = params.context.only.as_deref();
            let actions = offered(&snapshot, &client, &touched, &fixable, &params.context.diagnostics, only);
            Ok(json!(actions))
        });
    }

    /// Finds the edit of an action that was offered without.
    fn resolve(&mut self, id: RequestId, mut action: CodeAction) -> Result<(), Failure> {
        let Some(data) = action.data.clone() else {
            self.answer(id, Ok(json!(action)));
            return Ok(());
        };
        let deferred: Deferred = parameters(data)?;
        let uri = deferred.uri.as_str().to_owned();
        let snapshot = self.snapshot(&uri).filter(|snapshot| snapshot.revision == deferred.revision);
        let snapshot = snapshot.ok_or_else(Failure::stale)?;
        let client = self.client.clone();
        self.answer_from(Hand::Background, id, &uri, snapshot.revision, move || {
            let edits = deferred.edits(&snapshot).map_err(|message| Failure::new(ErrorCode::RequestFailed, message))?;
            action.edit = Some(workspace_edit(&snapshot, &client, &edits));
            Ok(json!(action))
        });
        Ok(())
    }

    fn completion(&mut self, params: &CompletionParams) -> Result<Value, Failure> {
        let place = &params.text_document_position;
        let Some(buffer) = self.buffers.get(place.text_document.uri.as_str()) else { return Ok(json!([])) };
        let (Some(kind), Some(settings)) = (file_kind(buffer), self.settings_for(buffer)) else {
            return Ok(json!([]));
        };
        let at = self.client.encoding.byte(&buffer.text, place.position);
        let found = complete::completions(&buffer.text.to_string(), at, settings.rules(), kind);
        let items = found.into_iter().map(|completion| {
            let range = self.client.encoding.range(&buffer.text, &completion.replaces);
            json!({
                "label": completion.label,
                "kind": match completion.kind {
                    complete::Kind::Key => lsp_types::CompletionItemKind::PROPERTY,
                    complete::Kind::Value => lsp_types::CompletionItemKind::VALUE,
                    complete::Kind::Table => lsp_types::CompletionItemKind::MODULE,
                },
                "detail": completion.detail,
                "documentation": completion.documentation.map(|text| json!({"kind": "markdown", "value": text})),
                "textEdit": {"range": range, "newText": completion.insert},
                "filterText": completion.filter,
            })
        });
        Ok(Value::Array(items.collect()))
    }

    /// The last good settings for a configuration file: they know the names of rules.
    fn settings_for(&self, buffer: &Buffer) -> Option<Arc<Settings>> {
        self.configuration.known_settings(buffer.path.as_deref()?)
    }
}

/// What kind of configuration a buffer holds.
fn file_kind(buffer: &Buffer) -> Option<FileKind> {
    match buffer.kind {
        Kind::Configuration => Some(FileKind::LintToml),
        Kind::RuleFile => Some(FileKind::RuleFile),
        Kind::Text | Kind::Records(_) | Kind::Other => None,
    }
}
