"""Beginning and end of a session, and input that no good client sends."""

import json
import time

import pytest

from lsp_client import (
    INVALID_PARAMS,
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    NOT_INITIALIZED,
    PARSE_ERROR,
    PULL,
    PUSH,
    Server,
    codes,
    frame,
)

URI = "file:///newslint-test/story.txt"
TEXT = "The talks , they said, went well.\n"
RULE = "structure/space-before-punctuation"

INITIALIZE = {"processId": None, "rootUri": None, "capabilities": PUSH}


def answer(server: Server, identifier: int | str | None) -> dict:
    """The error that answers a message."""
    return server.response(identifier)["error"]


def works(server: Server) -> None:
    """The server still lints."""
    uri = URI + str(server.mark())
    server.open(uri, TEXT)
    assert codes(server.pushed(uri)) == [RULE]


@pytest.mark.parametrize("arguments", [(), ("--stdio",), ("--isolated", "--stdio")])
def test_a_session_in_order(arguments):
    with Server(*arguments) as server:
        result = server.initialize()
        assert result["serverInfo"]["name"] == "newslint"
        assert result["serverInfo"]["version"]
        works(server)
        assert server.shut_down() == 0


def test_exit_without_shutdown_is_a_failure():
    with Server("--isolated") as server:
        server.initialize()
        server.ending = True
        server.notify("exit")
        assert server.end() == 1


def test_exit_before_initialize():
    with Server("--isolated") as server:
        server.ending = True
        server.notify("exit")
        assert server.end() == 1


def test_shutdown_before_initialize():
    with Server("--isolated") as server:
        identifier = server.ask("shutdown")
        assert answer(server, identifier)["code"] == NOT_INITIALIZED
        server.initialize()
        works(server)


@pytest.mark.parametrize("when", ["at once", "initialized", "open", "behind shutdown"])
def test_end_of_input_is_a_failure(when):
    with Server("--isolated") as server:
        if when != "at once":
            server.initialize()
        if when == "open":
            works(server)
        if when == "behind shutdown":
            server.call("shutdown")
        server.ending = True
        server.process.stdin.close()
        # Who has asked for the end gets it.
        assert server.end() == (0 if when == "behind shutdown" else 1)


def test_end_of_input_inside_a_frame():
    for part in (
        b"Content-Le",
        b"Content-Length: 100\r\n",
        b"Content-Length: 100\r\n\r\n",
        b'Content-Length: 100\r\n\r\n{"jso',
    ):
        with Server("--isolated") as server:
            server.initialize()
            server.ending = True
            server.write(part)
            server.process.stdin.close()
            assert server.end() in (1, 2)


@pytest.mark.parametrize(
    "method", ["textDocument/hover", "textDocument/codeAction", "workspace/executeCommand", "no/such"]
)
def test_requests_before_initialize(method):
    with Server("--isolated") as server:
        assert answer(server, server.ask(method, {}))["code"] == NOT_INITIALIZED
        server.initialize()
        works(server)


def test_notifications_before_initialize_are_dropped():
    with Server("--isolated") as server:
        document = {"uri": URI, "languageId": "plaintext", "version": 1, "text": TEXT}
        server.notify("textDocument/didOpen", {"textDocument": document})
        server.notify("initialized", {})
        server.notify("no/such", {})
        server.notify("$/cancelRequest", {"id": 7})
        server.initialize()
        server.barrier()
        assert server.since(0, "textDocument/publishDiagnostics") == []
        works(server)


def test_initialize_twice():
    with Server("--isolated") as server:
        server.initialize()
        assert answer(server, server.ask("initialize", INITIALIZE))["code"] == INVALID_REQUEST
        works(server)


def test_initialize_of_all_sizes():
    for parameters in (
        {"processId": None, "rootUri": None, "capabilities": {}},
        {"processId": None, "rootPath": None, "capabilities": {}, "workspaceFolders": None},
        {"processId": 1, "rootUri": "file:///no/such/folder", "capabilities": {}, "trace": "verbose", "locale": "de"},
        {"processId": None, "rootUri": None, "capabilities": {}, "initializationOptions": None, "workspaceFolders": []},
        {"processId": None, "rootUri": None, "capabilities": {}, "unknown": {"to": ["you"]}, "workDoneToken": "t"},
        {"processId": None, "rootUri": "untitled:none", "capabilities": {"general": {"positionEncodings": []}}},
        {"processId": None, "rootUri": None, "capabilities": {"general": {"positionEncodings": ["utf-7", "utf-32"]}}},
    ):
        with Server("--isolated") as server:
            server.call("initialize", parameters)
            server.notify("initialized", {})
            works(server)


@pytest.mark.parametrize("parameters", [None, [], 5, {"capabilities": 7}, {"processId": "one", "capabilities": {}}])
def test_initialize_with_bad_parameters(parameters):
    with Server("--isolated") as server:
        identifier = server.ask("initialize", parameters)
        if "error" in server.response(identifier):
            assert answer(server, identifier)["code"] in (INVALID_PARAMS, INVALID_REQUEST)
            server.initialize()
        else:
            server.notify("initialized", {})
        works(server)


def test_after_shutdown():
    with Server("--isolated") as server:
        server.initialize()
        works(server)
        server.call("shutdown")
        for method in ("textDocument/hover", "shutdown", "initialize", "no/such"):
            assert answer(server, server.ask(method, INITIALIZE))["code"] == INVALID_REQUEST
        mark = server.mark()
        document = {"uri": URI, "languageId": "plaintext", "version": 1, "text": TEXT}
        server.notify("textDocument/didOpen", {"textDocument": document})
        server.notify("initialized", {})
        server.notify("no/such")
        assert answer(server, server.ask("textDocument/hover", {}))["code"] == INVALID_REQUEST
        assert server.since(mark, "textDocument/publishDiagnostics") == []
        server.ending = True
        server.notify("exit")
        assert server.end() == 0


def test_shutdown_waits_for_no_work():
    with Server("--isolated") as server:
        server.initialize()
        for number in range(50):
            server.open(f"{URI}{number}", TEXT * 200)
        assert server.shut_down() == 0


def test_identifiers_of_requests():
    with Server("--isolated") as server:
        server.initialize()
        for identifier in ("one", "", "5", 0, 2**31 - 1, -7, "ünï", 'a"b\\c'):
            server.ask("no/such", {}, identifier)
            assert answer(server, identifier)["code"] == METHOD_NOT_FOUND
        server.open(URI, TEXT)
        position = {"textDocument": {"uri": URI}, "position": {"line": 0, "character": 9}}
        assert server.result(server.ask("textDocument/hover", position, "hover-1"))["contents"]


def test_unknown_methods():
    with Server("--isolated") as server:
        server.initialize()
        for parameters in (None, {}, [], {"textDocument": {"uri": URI}}):
            assert answer(server, server.ask("textDocument/notThere", parameters))["code"] == METHOD_NOT_FOUND
            assert answer(server, server.ask("$/notThere", parameters))["code"] == METHOD_NOT_FOUND
            server.notify("textDocument/notThere", parameters)
            server.notify("$/notThere", parameters)
            server.notify("$/setTrace", {"value": "off"})
        works(server)


REQUESTS = [
    "textDocument/hover",
    "textDocument/codeAction",
    "textDocument/diagnostic",
    "textDocument/completion",
    "workspace/diagnostic",
    "workspace/executeCommand",
]


@pytest.mark.parametrize("method", REQUESTS)
def test_requests_with_wrong_types(method):
    with Server("--isolated") as server:
        server.initialize(PULL)
        known = set(server.capabilities)
        provider = {"textDocument/completion": "completionProvider"}.get(method)
        for parameters in (
            None,
            [],
            5,
            "text",
            [1, 2],
            {"textDocument": 7},
            {"textDocument": {"uri": 3}},
            {"command": 5},
            {"textDocument": {"uri": URI}, "position": {"line": -1, "character": 0}},
            {"textDocument": {"uri": URI}, "position": {"line": 0.5, "character": 0}},
            {"textDocument": {"uri": URI}, "position": "here"},
        ):
            if parameters == [] and method == "workspace/diagnostic":
                continue
            identifier = server.ask(method, parameters)
            allowed = (INVALID_PARAMS,) if provider is None or provider in known else (METHOD_NOT_FOUND,)
            error = server.response(identifier).get("error")
            # An object of which nothing is wrong that this request needs may be answered.
            if (
                error is None
                and isinstance(parameters, dict)
                and "position" in parameters
                and method != "textDocument/hover"
            ):
                continue
            assert error is not None and error["code"] in (*allowed, INVALID_REQUEST), (parameters, error)


NOTIFICATIONS = [
    "initialized",
    "textDocument/didOpen",
    "textDocument/didChange",
    "textDocument/didSave",
    "textDocument/didClose",
    "workspace/didChangeConfiguration",
    "workspace/didChangeWatchedFiles",
    "workspace/didChangeWorkspaceFolders",
    "workspace/didRenameFiles",
    "$/cancelRequest",
    "$/progress",
    "window/workDoneProgress/cancel",
]


@pytest.mark.parametrize("method", NOTIFICATIONS)
def test_notifications_with_wrong_types(method):
    with Server("--isolated") as server:
        server.initialize()
        for parameters in (
            None,
            [],
            5,
            "text",
            {"textDocument": 7},
            {"textDocument": {"uri": 5, "version": "x"}},
            {"changes": 5},
            {"textDocument": {"uri": URI, "version": 2}, "contentChanges": [{"range": 7, "text": "x"}]},
            {"textDocument": {"uri": "no uri", "version": 2}, "contentChanges": []},
            {"id": {}},
            {"event": 5},
            {"settings": 5},
            {"files": [5]},
            {"token": {}},
        ):
            if parameters == 5 and method == "exit":
                continue
            server.notify(method, parameters)
        works(server)


def test_bodies_that_are_no_requests():
    with Server("--isolated") as server:
        server.initialize()
        for body in (
            b"",
            b"no json",
            b"{",
            b'{"jsonrpc": "2.0", "id": 1, "method":',
            b"\xff\xfe",
            b'"\xc3\x28"',
            b"\xef\xbb\xbf",
            b"{}{}",
            b"\x00",
            b"[1, 2",
            b"nul",
            b'{"a": "\xed\xa0\x80"}',
            b"[" * 100_000,
        ):
            mark = server.mark()
            server.write(frame(body))
            found = server.wait(lambda one: "error" in one and one.get("id", 0) is None, mark)
            assert found is not None, f"no answer to {body[:40]!r}; {server.tell_state()}"
            assert found["error"]["code"] in (PARSE_ERROR, INVALID_REQUEST), found
        works(server)


def test_json_that_is_no_message():
    with Server("--isolated") as server:
        server.initialize()
        for body in (
            5,
            "text",
            None,
            True,
            [],
            {},
            {"jsonrpc": "2.0"},
            {"jsonrpc": "2.0", "method": 5},
            {"jsonrpc": "2.0", "id": [], "method": "x"},
            {"jsonrpc": "2.0", "id": 1.5, "method": "x"},
            [{"jsonrpc": "2.0", "id": 1}],
            {"jsonrpc": "2.0", "id": 8, "method": None},
            {"id": 9, "params": {}},
        ):
            server.send(body)
        works(server)


def test_answers_to_questions_never_asked():
    with Server("--isolated") as server:
        server.initialize()
        for body in (
            {"id": 12345, "result": None},
            {"id": "x", "result": {"a": 1}},
            {"id": 99, "error": {"code": 1, "message": "no"}},
            {"id": None, "error": {"code": -32700, "message": "no"}},
            {"id": 77},
        ):
            server.send({"jsonrpc": "2.0", **body})
        works(server)


def test_a_client_that_refuses_everything():
    with Server() as server:
        server.ending = True  # Its own answers are not sent: those below are.
        server.initialize(merged_push())
        for _ in range(3):
            time.sleep(0.05)
            for message in [one for one in server.messages if "method" in one and "id" in one]:
                server.send({"jsonrpc": "2.0", "id": message["id"], "error": {"code": -32603, "message": "refused"}})
        works(server)
        assert server.shut_down() == 0


def merged_push() -> dict:
    """The capabilities for which a server asks the most."""
    return {**PUSH, "workspace": {**PUSH["workspace"], "configuration": True}}


@pytest.mark.parametrize(
    "header",
    [
        "Content-Length: {length}\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n",
        "Content-Type: application/vscode-jsonrpc; charset=utf8\r\nContent-Length: {length}\r\n\r\n",
        "content-length: {length}\r\n\r\n",
        "CONTENT-LENGTH: {length}\r\ncontent-type: x\r\n\r\n",
        "Content-Length:{length}\r\n\r\n",
        "Content-Length:   {length}\r\n\r\n",
        "X-Other: here\r\nContent-Length: {length}\r\n\r\n",
    ],
)
def test_good_headers(header):
    with Server("--isolated") as server:
        body = {"jsonrpc": "2.0", "id": "first", "method": "initialize", "params": INITIALIZE}
        server.write(frame(body, header))
        assert server.result("first")["capabilities"]
        server.write(frame({"jsonrpc": "2.0", "method": "initialized", "params": {}}, header))
        works(server)


@pytest.mark.parametrize(
    "header",
    [
        "\r\n",
        "Content-Type: x\r\n\r\n",
        "Content-Length: many\r\n\r\n",
        "Content-Length: -5\r\n\r\n",
        "Content-Length: 18446744073709551616\r\n\r\n",
        "Content-Length\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        '{{"jsonrpc": "2.0"}}\r\n\r\n',
    ],
)
def test_broken_headers_end_the_server(header):
    with Server("--isolated") as server:
        server.initialize()
        server.ending = True
        try:
            server.write(frame({"jsonrpc": "2.0", "id": 5, "method": "shutdown"}, header))
        except BrokenPipeError:
            pass
        assert server.end() == 2
        assert server.standard_error().strip()


@pytest.mark.parametrize("length", ["9223372036854775807", "1000000000000", "4000000000"])
def test_huge_lengths_take_no_memory(length):
    with Server("--isolated") as server:
        server.initialize()
        server.ending = True
        try:
            server.write(f"Content-Length: {length}\r\n\r\n".encode() + b'{"jsonrpc": ')
            time.sleep(0.3)
            assert memory(server) < 1_500_000_000
            server.process.stdin.close()
        except (BrokenPipeError, ProcessLookupError, FileNotFoundError):
            pass
        assert server.end() in (1, 2)


def memory(server: Server) -> int:
    """The resident memory of the server in bytes; 0 when it has ended."""
    try:
        with open(f"/proc/{server.process.pid}/status") as status:
            fields = dict(line.split(":", 1) for line in status)
    except FileNotFoundError:
        return 0
    return int(fields.get("VmRSS", "0 kB").split()[0]) * 1024


def test_an_endless_header_ends_the_server():
    with Server("--isolated") as server:
        server.initialize()
        server.ending = True
        try:
            for _ in range(64):
                server.write(b"A" * (1 << 20))
            assert memory(server) < 1_500_000_000
            server.process.stdin.close()
        except (BrokenPipeError, ProcessLookupError):
            pass
        assert server.end() in (1, 2)


def session_bytes() -> bytes:
    """A whole session, from initialize to a document with a finding."""
    document = {"uri": URI, "languageId": "plaintext", "version": 1, "text": "Emoji 😀 first , é " + TEXT}
    return b"".join(
        frame({"jsonrpc": "2.0", **message})
        for message in (
            {"id": 1, "method": "initialize", "params": INITIALIZE},
            {"method": "initialized", "params": {}},
            {"method": "textDocument/didOpen", "params": {"textDocument": document}},
            {"id": 2, "method": "no/such"},
        )
    )


def test_all_messages_in_one_write():
    with Server("--isolated") as server:
        server.write(session_bytes())
        assert server.result(1)["capabilities"]
        assert server.response(2)["error"]["code"] == METHOD_NOT_FOUND
        assert codes(server.pushed(URI, 1)) == [RULE, RULE]


def test_messages_byte_by_byte():
    with Server("--isolated") as server:
        data = session_bytes()
        for at in range(len(data)):
            server.write(data[at : at + 1])
        assert server.response(2)["error"]["code"] == METHOD_NOT_FOUND
        assert codes(server.pushed(URI, 1)) == [RULE, RULE]


def test_cancelling_what_is_not_there():
    with Server("--isolated") as server:
        server.initialize()
        for identifier in (1, 999, "x", "", -1, 0):
            server.notify("$/cancelRequest", {"id": identifier})
        works(server)


def test_a_cancelled_request_has_one_answer():
    with Server("--isolated") as server:
        server.initialize(PULL)
        server.open(URI, TEXT * 3000)
        identifiers = []
        for number in range(40):
            server.set_text(URI, TEXT * (3000 - number))
            identifiers.append(server.ask("textDocument/diagnostic", {"textDocument": {"uri": URI}}))
            server.notify("$/cancelRequest", {"id": identifiers[-1]})
        for identifier in identifiers:
            server.response(identifier)
        server.barrier()
        answers = [one["id"] for one in server.messages if "method" not in one]
        assert all(answers.count(identifier) == 1 for identifier in identifiers)
        assert {one["error"]["code"] for one in server.messages if "error" in one and one["id"] in identifiers} <= {
            -32800,
            -32801,
            -32802,
        }


def test_the_parent_that_is_gone():
    """A server whose client named a process that does not run may end; it must not fail otherwise."""
    with Server("--isolated") as server:
        server.call("initialize", {**INITIALIZE, "processId": 2**22 + 12345})
        server.notify("initialized", {})
        time.sleep(0.2)
        if server.process.poll() is None:
            works(server)
        else:
            server.ending = True
            assert server.process.returncode in (0, 1)


def test_bad_options():
    for arguments in (("--no-such",), ("a-file",), ("--config",)):
        with Server(*arguments) as server:
            server.ending = True
            assert server.end() == 2
            assert server.standard_error().strip()


def test_lone_surrogates_in_a_text():
    """JavaScript sends half a pair as an escape. That is JSON, and the texts must not drift apart."""
    with Server("--isolated") as server:
        server.initialize()
        server.open(URI, "So , well.\n")
        server.pushed(URI)
        text = json.dumps("Half \ud83d here , now.\nSecond , line.\n")
        server.versions[URI] = 2
        head = json.dumps({"uri": URI, "version": 2})
        body = f'{{"jsonrpc": "2.0", "method": "textDocument/didChange", "params": {{"textDocument": {head}, "contentChanges": [{{"text": {text}}}]}}}}'
        server.write(frame(body.encode()))
        places = [
            (one["range"]["start"]["line"], one["range"]["start"]["character"])
            for one in server.pushed(URI)
            if one["code"] == RULE
        ]
        assert places == [(0, 11), (1, 6)]
