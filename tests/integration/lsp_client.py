"""A small client for the Language Server Protocol that may also misbehave.

Starts `newslint lsp`, reads its frames strictly on a thread, answers its requests, and keeps every
message with the time at which it came. Each message of the server is read with lsprotocol's types,
so that one which breaks the specification fails the test.
"""

import copy
import json
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lsprotocol import types
from lsprotocol.converters import get_converter

from lsp_text import Text, apply_edits

# An answer takes milliseconds. One that does not come is a failure, not a wait without end.
MOST_SECONDS = 60

CONVERTER = get_converter()

PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS = -32700, -32600, -32601, -32602
NOT_INITIALIZED, REQUEST_CANCELLED, CONTENT_MODIFIED, SERVER_CANCELLED = -32002, -32800, -32801, -32802

# A client that is pushed diagnostics, and has all that belongs to them.
PUSH: dict = {
    "general": {"positionEncodings": ["utf-16"]},
    "textDocument": {
        "synchronization": {"didSave": True},
        "publishDiagnostics": {
            "relatedInformation": True,
            "versionSupport": True,
            "codeDescriptionSupport": True,
            "dataSupport": True,
            "tagSupport": {"valueSet": [1, 2]},
        },
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "source", "source.fixAll"]}},
            "isPreferredSupport": True,
            "dataSupport": True,
        },
        "hover": {"contentFormat": ["markdown", "plaintext"]},
    },
    "workspace": {
        "applyEdit": True,
        "workspaceEdit": {"documentChanges": True},
        "workspaceFolders": True,
        "didChangeConfiguration": {},
        "didChangeWatchedFiles": {"dynamicRegistration": True},
        "executeCommand": {},
        "fileOperations": {"didRename": True, "didDelete": True, "didCreate": True},
    },
    "window": {"workDoneProgress": True, "showMessage": {}},
}


def merged(base: dict, more: dict) -> dict:
    """A dictionary with the values of another in it, at every depth."""
    result = copy.deepcopy(base)
    for name, value in more.items():
        is_both = isinstance(value, dict) and isinstance(result.get(name), dict)
        result[name] = merged(result[name], value) if is_both else copy.deepcopy(value)
    return result


# The same client, when it asks for diagnostics.
PULL = merged(
    PUSH,
    {
        "textDocument": {"diagnostic": {"relatedDocumentSupport": False}},
        "workspace": {"diagnostics": {"refreshSupport": True}},
    },
)


def program() -> str:
    """The newslint under test."""
    return os.environ["NEWSLINT_UNDER_TEST"]


def frame(body: bytes | dict | list, header: str = "Content-Length: {length}\r\n\r\n") -> bytes:
    """A message with its header."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return header.format(length=len(data)).encode() + data


class Refused(Exception):
    """The server answered a request with an error."""

    def __init__(self, error: dict) -> None:
        super().__init__(f"{error['code']}: {error['message']}")
        self.code: int = error["code"]
        self.error = error


class Server:
    """A running server, and the documents that are open in it."""

    def __init__(self, *arguments: str, folder: Path | None = None, checked: bool = True) -> None:
        # Files, not a pipe: a server that never ends its messages would stop at a full pipe.
        self.errors = tempfile.TemporaryFile()
        self.cache = tempfile.TemporaryDirectory(prefix="newslint-lsp-cache-")
        environment = {**os.environ, "XDG_CACHE_HOME": self.cache.name}
        self.process = subprocess.Popen(
            [program(), "lsp", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            cwd=folder,
            env=environment,
            bufsize=0,
        )
        self.folder = folder
        self.checked = checked
        self.encoding = "utf-16"
        self.capabilities: dict = {}
        self.documents: dict[str, Text] = {}
        self.versions: dict[str, int] = {}
        # Answers to the server's requests: method and what makes the result from the parameters.
        self.answers: dict[str, Callable[[Any], Any]] = {"workspace/applyEdit": self.on_apply_edit}
        self.settings: Any = None
        # Everything that came, in order, and when.
        self.messages: list[dict] = []
        self.times: list[float] = []
        # What breaks the protocol.
        self.faults: list[str] = []
        self.asked: dict[int | str, str] = {}
        self.last_id = 0
        self.news = threading.Condition()
        self.sending = threading.Lock()
        self.ended = False
        self.ending = False
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    # Frames.

    def read(self) -> None:
        """Reads frames until the server ends."""
        stream = self.process.stdout
        rest = b""
        while chunk := os.read(stream.fileno(), 1 << 16):
            rest += chunk
            while True:
                head, mark, behind = rest.partition(b"\r\n\r\n")
                if not mark:
                    if len(rest) > 200:
                        self.faults.append(f"no frame: {rest[:200]!r}")
                        rest = b""
                    break
                length = self.length(head)
                if length is None:
                    self.faults.append(f"no header: {head[:200]!r}")
                    rest = behind
                    continue
                if len(behind) < length:
                    # Read the whole body at once: joining chunks is quadratic.
                    parts = [behind]
                    missing = length - len(behind)
                    while missing > 0 and (chunk := os.read(stream.fileno(), max(1 << 16, min(missing, 1 << 22)))):
                        parts.append(chunk)
                        missing -= len(chunk)
                    behind = b"".join(parts)
                    if len(behind) < length:
                        self.faults.append(f"the last frame is cut short: {behind[:200]!r}")
                        rest = b""
                        break
                rest = behind[length:]
                self.take(behind[:length])
        if rest:
            self.faults.append(f"no frame at the end: {rest[:200]!r}")
        with self.news:
            self.ended = True
            self.news.notify_all()

    @staticmethod
    def length(head: bytes) -> int | None:
        """The length that a header tells, if it is a good one."""
        fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n") if b": " in line)
        value = fields.get(b"Content-Length", b"")
        is_known = set(fields) <= {b"Content-Length", b"Content-Type"} and len(fields) == head.count(b"\r\n") + 1
        return int(value) if is_known and value.isdigit() else None

    def take(self, body: bytes) -> None:
        """Keeps one message and answers it."""
        try:
            message = json.loads(body.decode())
        except ValueError as error:
            self.faults.append(f"no JSON: {error}: {body[:200]!r}")
            return
        self.check(message)
        with self.news:
            self.messages.append(message)
            self.times.append(time.monotonic())
            self.news.notify_all()
        if "method" in message and "id" in message:
            self.answer(message)

    def check(self, message: dict) -> None:
        """Reads a message with the types of the specification."""
        if message.get("jsonrpc") != "2.0":
            self.faults.append(f"without jsonrpc: {str(message)[:200]}")
        if not self.checked:
            return
        method = message.get("method")
        try:
            if method is not None:
                CONVERTER.structure(message, types.METHOD_TO_TYPES[method][0])
            elif "error" in message:
                CONVERTER.structure(message, types.ResponseErrorMessage)
            elif (asked := self.asked.get(message["id"])) in types.METHOD_TO_TYPES:
                CONVERTER.structure(message, types.METHOD_TO_TYPES[asked][1])
            if method is None and (("result" in message) == ("error" in message)):
                self.faults.append(f"a response needs either result or error: {str(message)[:200]}")
        except Exception as error:
            self.faults.append(f"breaks the specification: {error!r}: {str(message)[:300]}")

    def answer(self, message: dict) -> None:
        """Answers a request of the server."""
        method, parameters = message["method"], message.get("params")
        if method == "workspace/configuration" and method not in self.answers:
            wanted = [item.get("section") for item in parameters["items"]]
            result: Any = [self.settings if section == "newslint" else None for section in wanted]
        else:
            result = self.answers.get(method, lambda _: None)(parameters)
        if not self.ending:
            self.send({"jsonrpc": "2.0", "id": message["id"], "result": result})

    def write(self, data: bytes) -> None:
        """Writes bytes as they are."""
        with self.sending:
            view = memoryview(data)
            while view:
                view = view[self.process.stdin.write(view) :]

    def send(self, message: dict | list) -> None:
        """Writes a message."""
        self.write(frame(message))

    def notify(self, method: str, parameters: Any = None) -> None:
        """Sends a notification."""
        message = {"jsonrpc": "2.0", "method": method}
        self.send(message if parameters is None else {**message, "params": parameters})

    def ask(self, method: str, parameters: Any = None, identifier: int | str | None = None) -> int | str:
        """Sends a request; the result is its id."""
        if identifier is None:
            self.last_id += 1
            identifier = self.last_id
        self.asked[identifier] = method
        message = {"jsonrpc": "2.0", "id": identifier, "method": method}
        self.send(message if parameters is None else {**message, "params": parameters})
        return identifier

    def wait(self, is_wanted: Callable[[dict], bool], since: int = 0, seconds: float = MOST_SECONDS) -> dict | None:
        """The first message from `since` on that is wanted; None when the time is over or the server ended."""
        until = time.monotonic() + seconds
        at = since
        with self.news:
            while True:
                while at < len(self.messages):
                    if is_wanted(self.messages[at]):
                        return self.messages[at]
                    at += 1
                if self.ended or not self.news.wait(until - time.monotonic()):
                    return None

    def response(self, identifier: int | str | None, seconds: float = MOST_SECONDS) -> dict:
        """The answer to a request, whichever it is."""
        answer = self.wait(lambda one: "method" not in one and one.get("id") == identifier, seconds=seconds)
        assert answer is not None, f"no answer to {self.asked.get(identifier)} {identifier}; {self.tell_state()}"
        return answer

    def result(self, identifier: int | str, seconds: float = MOST_SECONDS) -> Any:
        """The result of a request; an error is raised."""
        answer = self.response(identifier, seconds)
        if "error" in answer:
            raise Refused(answer["error"])
        return answer["result"]

    def call(self, method: str, parameters: Any = None) -> Any:
        """Sends a request and gives its result."""
        return self.result(self.ask(method, parameters))

    def mark(self) -> int:
        """The number of messages that have come."""
        with self.news:
            return len(self.messages)

    def since(self, mark: int, method: str) -> list[dict]:
        """The parameters of the notifications and requests of a method from a mark on."""
        with self.news:
            return [one["params"] for one in self.messages[mark:] if one.get("method") == method]

    def tell_state(self) -> str:
        """What became of the server, for messages of failures."""
        return f"exit status {self.process.poll()}, standard error {self.standard_error()[-600:]!r}"

    def standard_error(self) -> str:
        """What the server wrote there."""
        self.errors.seek(0)
        return self.errors.read().decode("utf-8", "replace")

    # The session.

    def initialize(self, capabilities: dict = PUSH, **more: Any) -> dict:
        """Initializes a session; the result is the server's."""
        root = self.folder.as_uri() if self.folder else None
        folders = [{"uri": root, "name": self.folder.name}] if self.folder else None
        parameters = {
            "processId": os.getpid(),
            "rootUri": root,
            "workspaceFolders": folders,
            "capabilities": capabilities,
        }
        result = self.call("initialize", {**parameters, **more})
        self.capabilities = result["capabilities"]
        self.encoding = self.capabilities.get("positionEncoding", "utf-16")
        self.notify("initialized", {})
        return result

    def barrier(self) -> None:
        """Waits until the server has read all that was sent."""
        identifier = self.ask("newslint-test/nothing")
        answer = self.response(identifier)
        assert answer.get("error", {}).get("code") == METHOD_NOT_FOUND, answer

    def shut_down(self) -> int:
        """Ends the session in order; the result is the exit status."""
        self.call("shutdown")
        self.ending = True
        self.notify("exit")
        return self.end()

    def end(self) -> int:
        """Waits for the end of the process; the result is the exit status."""
        status = self.process.wait(MOST_SECONDS)
        self.reader.join(MOST_SECONDS)
        return status

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, kind: type | None, *_: object) -> None:
        """Ends the session, and looks whether the server has kept to the protocol."""
        try:
            if kind is None:
                if not self.ending and self.process.poll() is None:
                    assert self.shut_down() == 0
                assert not self.faults, self.faults[:3]
                assert "panicked" not in self.standard_error(), self.standard_error()[-2000:]
        finally:
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()
            for stream in (self.process.stdin, self.process.stdout, self.errors):
                try:
                    stream.close()
                except OSError:
                    pass
            self.cache.cleanup()

    # Documents.

    def open(self, uri: str, text: str, language: str = "plaintext", version: int = 1) -> None:
        """Opens a document."""
        self.documents[uri], self.versions[uri] = Text(text), version
        document = {"uri": uri, "languageId": language, "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def change(self, uri: str, *changes: dict, version: int | None = None) -> None:
        """Changes a document, as the changes say."""
        for change in changes:
            self.documents[uri] = self.documents[uri].apply(change, self.encoding)
        self.versions[uri] = self.versions[uri] + 1 if version is None else version
        document = {"uri": uri, "version": self.versions[uri]}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": list(changes)})

    def set_text(self, uri: str, text: str) -> None:
        """Changes the whole text of a document."""
        self.change(uri, {"text": text})

    def save(self, uri: str) -> None:
        """Says that a document was saved."""
        self.notify("textDocument/didSave", {"textDocument": {"uri": uri}})

    def close(self, uri: str) -> None:
        """Closes a document."""
        del self.documents[uri], self.versions[uri]
        self.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    def watched(self, *changes: tuple[str, int]) -> None:
        """Says that files were created (1), changed (2) or deleted (3)."""
        events = [{"uri": uri, "type": kind} for uri, kind in changes]
        self.notify("workspace/didChangeWatchedFiles", {"changes": events})

    def pull(self, uri: str, previous: str | None = None) -> dict:
        """Asks for the diagnostics of a document, again when the server says so."""
        parameters: dict = {"textDocument": {"uri": uri}}
        if previous is not None:
            parameters["previousResultId"] = previous
        for _ in range(100):
            try:
                return self.call("textDocument/diagnostic", parameters)
            except Refused as refused:
                if refused.code != SERVER_CANCELLED or not refused.error["data"]["retriggerRequest"]:
                    raise
                time.sleep(0.01)
        raise AssertionError("the server cancels without end")

    def pushed(self, uri: str, version: int | None = None, since: int = 0, seconds: float = MOST_SECONDS) -> list[dict]:
        """The diagnostics pushed for a version of a document, the current one unless given."""
        wanted = self.versions.get(uri) if version is None else version

        def is_wanted(message: dict) -> bool:
            if message.get("method") != "textDocument/publishDiagnostics" or message["params"]["uri"] != uri:
                return False
            return wanted is None or message["params"].get("version") == wanted

        message = self.wait(is_wanted, since, seconds)
        assert message is not None, f"no diagnostics for version {wanted} of {uri}; {self.tell_state()}"
        return message["params"]["diagnostics"]

    def pushed_when(self, uri: str, is_wanted: Callable[[list[dict]], bool], since: int = 0) -> list[dict]:
        """The first diagnostics of a document from a mark on that are as wanted."""

        def fits(message: dict) -> bool:
            if message.get("method") != "textDocument/publishDiagnostics" or message["params"]["uri"] != uri:
                return False
            return is_wanted(message["params"]["diagnostics"])

        message = self.wait(fits, since)
        last = [
            codes(one["diagnostics"])
            for one in self.since(since, "textDocument/publishDiagnostics")
            if one["uri"] == uri
        ]
        assert message is not None, (
            f"the diagnostics wanted of {uri} do not come; came: {last[-3:]}; {self.tell_state()}"
        )
        return message["params"]["diagnostics"]

    def on_apply_edit(self, parameters: dict) -> dict:
        """Applies an edit to open documents, as an editor does, and says so."""
        for uri, (edits, _) in edits_of(parameters["edit"]).items():
            self.change(uri, {"text": apply_edits(self.documents[uri].text, edits, self.encoding)})
        return {"applied": True}

    def actions(
        self, uri: str, range_: dict, diagnostics: list[dict] | None = None, only: list[str] | None = None
    ) -> list:
        """The code actions for a range."""
        context: dict = {"diagnostics": diagnostics or []}
        if only is not None:
            context["only"] = only
        parameters = {"textDocument": {"uri": uri}, "range": range_, "context": context}
        return self.call("textDocument/codeAction", parameters) or []

    def applied(self, action: dict, uri: str) -> str:
        """The text of a document after a code action."""
        if "edit" not in action:
            action = self.call("codeAction/resolve", action)
        edits, version = edits_of(action["edit"])[uri]
        assert version in (None, self.versions[uri]), f"an edit of version {version}, not {self.versions[uri]}"
        assert set(edits_of(action["edit"])) == {uri}
        return apply_edits(self.documents[uri].text, edits, self.encoding)


def edits_of(edit: dict) -> dict[str, tuple[list[dict], int | None]]:
    """The text edits of a workspace edit by document, and the version they are for."""
    found: dict = {uri: (edits, None) for uri, edits in (edit.get("changes") or {}).items()}
    for change in edit.get("documentChanges") or []:
        if "kind" not in change:
            document = change["textDocument"]
            found[document["uri"]] = (change["edits"], document["version"])
    return found


def codes(diagnostics: list[dict]) -> list[str]:
    """The rules of diagnostics, in order."""
    return [one.get("code", "") for one in diagnostics]
