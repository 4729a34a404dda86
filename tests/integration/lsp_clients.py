"""The client of pytest-lsp (pygls) with the capabilities of real editors.

A client that was not written for this server, and that reads every message with the types of the
specification.
"""

import asyncio
import json
import os
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities, make_test_lsp_client

from lsp_client import CONVERTER
from lsp_expected import agree, as_diagnostics, check, essences, fixed
from lsp_text import ENCODINGS, apply_edits

REPOSITORY = Path(__file__).resolve().parents[2]
SEEDS = sorted((REPOSITORY / "seeds").glob("*.txt"))
EDITORS = ["neovim@v0.6", "neovim@v0.8", "neovim@v0.9", "neovim@v0.11", "visual_studio_code@v1.65", "emacs@v29"]
MOST_SECONDS = 60


def make_client() -> LanguageClient:
    """The client of pytest-lsp, which answers what the server asks for."""
    client = make_test_lsp_client()
    client.feature(types.CLIENT_REGISTER_CAPABILITY)(lambda _: None)
    client.feature(types.WORKSPACE_DIAGNOSTIC_REFRESH)(lambda _: None)
    return client


CONFIGURATION = ClientServerConfig(
    server_command=[os.environ["NEWSLINT_UNDER_TEST"], "lsp", "--isolated", "--stdio"],
    client_factory=make_client,
)


def plain(value: object) -> object:
    """A value of lsprotocol as JSON has it."""
    return json.loads(json.dumps(CONVERTER.unstructure(value)))


async def started(client: LanguageClient, capabilities: types.ClientCapabilities) -> types.InitializeResult:
    """Initializes a session."""
    parameters = types.InitializeParams(
        capabilities=capabilities, root_uri=REPOSITORY.as_uri(), initialization_options={"minSeverity": "info"}
    )
    return await asyncio.wait_for(client.initialize_session(parameters), MOST_SECONDS)


@pytest_lsp.fixture(config=CONFIGURATION)
async def client(lsp_client: LanguageClient):
    """A client whose test initializes it."""
    yield
    await asyncio.wait_for(lsp_client.shutdown_session(), MOST_SECONDS)
    assert lsp_client.error is None


def pulls(client: LanguageClient) -> bool:
    """Whether this editor asks for diagnostics: it has to be one that can be told to ask again."""
    workspace = client.capabilities.workspace
    can_refresh = bool(workspace and workspace.diagnostics and workspace.diagnostics.refresh_support)
    return bool(client.capabilities.text_document and client.capabilities.text_document.diagnostic) and can_refresh


async def opened(client: LanguageClient, path: Path, text: str) -> None:
    """Opens a text, and waits for its diagnostics when they are pushed."""
    waiting = asyncio.ensure_future(client.wait_for_notification("textDocument/publishDiagnostics"))
    item = types.TextDocumentItem(uri=path.as_uri(), language_id="plaintext", version=1, text=text)
    client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    if pulls(client):
        waiting.cancel()
    else:
        await asyncio.wait_for(waiting, MOST_SECONDS)


async def shown(client: LanguageClient, path: Path) -> list[dict]:
    """The diagnostics of a document, pulled or pushed."""
    uri = path.as_uri()
    if pulls(client):
        parameters = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri))
        report = await asyncio.wait_for(client.text_document_diagnostic_async(parameters), MOST_SECONDS)
        assert client.diagnostics.get(uri) is None
        return plain(report.items)
    return plain(client.diagnostics[uri])


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.asyncio
async def test_seeds(client: LanguageClient, encoding):
    capabilities = types.ClientCapabilities(
        general=types.GeneralClientCapabilities(position_encodings=[encoding]),
        text_document=types.TextDocumentClientCapabilities(
            publish_diagnostics=types.PublishDiagnosticsClientCapabilities(
                related_information=True,
                data_support=True,
                code_description_support=True,
                tag_support=types.ClientDiagnosticsTagOptions(value_set=[types.DiagnosticTag.Unnecessary]),
            )
        ),
    )
    result = await started(client, capabilities)
    assert result.capabilities.position_encoding == encoding
    for path in SEEDS:
        text = path.read_bytes().decode()
        await opened(client, path, text)
        wanted = as_diagnostics(check(path.parent, path.name)[0][path.name], text, encoding)
        assert wanted
        agree(essences(await shown(client, path), path.as_uri()), wanted)


def essence_for(editor: types.ClientCapabilities, one: tuple) -> tuple:
    """Of a diagnostic what an editor with these capabilities can be sent."""
    place, code, severity, message, *_ = one
    return place, code, severity, message


@pytest.mark.parametrize("editor", EDITORS)
@pytest.mark.asyncio
async def test_editors(client: LanguageClient, editor, tmp_path):
    """Diagnostics, a hover, and the fix of everything, with what the editor says that it can."""
    capabilities = client_capabilities(editor)
    result = await started(client, capabilities)
    encoding = result.capabilities.position_encoding or "utf-16"
    path = SEEDS[1]
    text = path.read_bytes().decode()
    await opened(client, path, text)
    found = await shown(client, path)
    wanted = as_diagnostics(check(path.parent, path.name)[0][path.name], text, encoding)
    bare = sorted(
        (*(tuple(one["range"][end].values()) for end in ("start", "end")), one["code"], one["severity"], one["message"])
        for one in found
    )
    assert bare == sorted(
        (place[:2], place[2:], code, severity, message) for place, code, severity, message, *_ in wanted
    )
    identifier = types.TextDocumentIdentifier(path.as_uri())
    start = types.Position(**found[0]["range"]["start"])
    hover = await asyncio.wait_for(client.text_document_hover_async(types.HoverParams(identifier, start)), MOST_SECONDS)
    assert found[0]["code"] in hover.contents.value
    whole = types.Range(types.Position(0, 0), types.Position(text.count("\n") + 1, 0))
    context = types.CodeActionContext(diagnostics=[], only=["source.fixAll"])
    parameters = types.CodeActionParams(identifier, whole, context)
    actions = await asyncio.wait_for(client.text_document_code_action_async(parameters), MOST_SECONDS)
    (action,) = actions
    if action.edit is None:
        action = await asyncio.wait_for(client.code_action_resolve_async(action), MOST_SECONDS)
    edit = plain(action.edit)
    edits = edit["changes"][path.as_uri()] if "changes" in edit else edit["documentChanges"][0]["edits"]
    assert apply_edits(text, edits, encoding) == fixed(
        tmp_path, path.name, text, "--isolated", "--min-severity", "info"
    )
    assert client.messages == []


@pytest.mark.asyncio
async def test_pulled(client: LanguageClient):
    capabilities = types.ClientCapabilities(
        text_document=types.TextDocumentClientCapabilities(diagnostic=types.DiagnosticClientCapabilities()),
        workspace=types.WorkspaceClientCapabilities(
            diagnostics=types.DiagnosticWorkspaceClientCapabilities(refresh_support=True)
        ),
    )
    result = await started(client, capabilities)
    assert result.capabilities.diagnostic_provider is not None
    for path in SEEDS:
        text = path.read_bytes().decode()
        await opened(client, path, text)
        findings = check(path.parent, path.name)[0][path.name]
        assert [one["code"] for one in await shown(client, path)] == [one["rule"] for one in findings]
