"""Addresses of documents that are no plain file: URIs."""

from urllib.parse import unquote, unquote_to_bytes, urlsplit

import pytest

from lsp_client import PULL, PUSH, Refused, Server, codes
from lsp_text import to_range

SPACE = "structure/space-before-punctuation"
TEXT = "The talks , they said, went well.\n"

# What is a text by its ending or language wherever it lies.
FILES = [
    "file:///newslint-test/a%20b.txt",
    "file:///newslint-test/a%23b.txt",
    "file:///newslint-test/a%25b%3F.txt",
    "file:///newslint-test/100%25%20sure.txt",
    "file:///newslint-test/%C3%BC.txt",
    "file:///newslint-test/latin-%FC-%FF.txt",
    "file:///newslint-test/%F0%9F%98%80.txt",
    "file:///newslint-test/semi;colon=x&y+z@$!'(),.txt",
    "file:///c%3A/news/a.txt",
    "file:///c:/news/a.txt",
    "file:///C:/News%20Room/a.txt",
    "file://server/share/a.txt",
    "file:///newslint-test/" + "long" * 200 + ".txt",
    "file:///newslint-test/" + "deep/" * 300 + "a.txt",
    "file:///newslint-test/../../a.txt",
    "FILE:///newslint-test/upper.txt",
    "untitled:Untitled-1",
    "untitled:Untitled-1.txt",
    "untitled:/tmp/new.txt",
    "untitled:c%3A%5Cnews.txt",
]

# Less escaped than RFC 3986 has it, as some editors send them. The server may answer with another spelling of the same.
LOOSE = [
    "file:///newslint-test/ü 中.txt",
    "file:///newslint-test/[brackets]{braces}|^`.txt",
]

# Not a file of this machine; linting it or leaving it are both right, failing is not.
OTHERS = [
    "git:/newslint-test/a.txt?%7B%22path%22%3A%22a.txt%22%2C%22ref%22%3A%22~%22%7D",
    "vscode-notebook-cell:/newslint-test/a.ipynb#X20sZmlsZQ%3D%3D",
    "vscode-userdata:/User/settings.txt",
    "vscode-vfs://github/owner/repo/a.txt",
    "zipfile:///newslint-test/a.zip::b.txt",
    "jdt://contents/a.txt?=x/%5C/y",
    "https://example.org/a.txt?x=1#y",
    "output:extension-output-1",
    "inmemory://model/1",
    "file:a.txt",
    "file:///",
    "file://",
    "file:///newslint-test/null%00byte.txt",
    "file:///newslint-test/bad%GGescape.txt",
    "file:///newslint-test/cut%",
    "a.txt",
    "/newslint-test/a.txt",
    "C:\\news\\a.txt",
    "",
    ":",
    "://",
    "x",
    "file:///a b\tc\nd.txt",
    "file:///\u0000",
    "http://[::1",
    "urn:" + "x" * 100_000,
]


@pytest.fixture(params=[(), ("--isolated",)], ids=["configured", "isolated"])
def arguments(request):
    """With the configuration of each file looked for, and without."""
    return request.param


def test_files(arguments):
    wrong = []
    with Server(*arguments) as server:
        server.initialize()
        for uri in FILES:
            mark = server.mark()
            server.open(uri, TEXT)
            server.change(uri, {"range": to_range((0, 0), (0, 0)), "text": "And , so.\n"})
            server.barrier()
            try:
                assert codes(server.pushed(uri)) == [SPACE, SPACE]
                actions = server.actions(uri, to_range((0, 0), (0, 9)), only=["quickfix"])
                (action,) = [one for one in actions if one["title"] == "Delete the space"]
                assert server.applied(action, uri).startswith("And, so.\n")
                mark = server.mark()
                server.close(uri)
                assert server.pushed(uri, since=mark) == []
            except (AssertionError, Refused) as error:
                wrong.append(f"{uri[:60]}: {error}")
    assert not wrong, "\n".join(wrong)


def test_files_pulled(arguments):
    wrong = []
    with Server(*arguments) as server:
        server.initialize(PULL)
        for uri in FILES:
            server.open(uri, TEXT)
            try:
                assert codes(server.pull(uri)["items"]) == [SPACE]
            except (AssertionError, Refused) as error:
                wrong.append(f"{uri[:60]}: {error}")
    assert not wrong, "\n".join(wrong)


def test_files_that_are_not_quite_escaped(arguments):
    with Server(*arguments, checked=False) as server:
        server.initialize()
        for uri in LOOSE:
            mark = server.mark()
            server.open(uri, TEXT)
            server.change(uri, {"range": to_range((0, 0), (0, 0)), "text": "And , so.\n"})
            assert server.actions(uri, to_range((0, 0), (0, 9)), only=["quickfix"])
            told = server.since(mark, "textDocument/publishDiagnostics")
            assert told and all(unquote(one["uri"]) == uri for one in told), uri
            assert codes(told[-1]["diagnostics"]) == [SPACE, SPACE]


def test_others(arguments):
    with Server(*arguments, checked=False) as server:
        server.initialize()
        for uri in OTHERS:
            mark = server.mark()
            server.open(uri, TEXT)
            server.change(uri, {"range": to_range((0, 0), (0, 0)), "text": "And , so.\n"})
            document = {"textDocument": {"uri": uri}}
            for method, parameters in (
                ("textDocument/hover", {**document, "position": {"line": 0, "character": 3}}),
                (
                    "textDocument/codeAction",
                    {**document, "range": to_range((0, 0), (1, 0)), "context": {"diagnostics": []}},
                ),
                ("textDocument/diagnostic", document),
            ):
                server.response(server.ask(method, parameters))
            server.watched((uri, 1), (uri, 2), (uri, 3))
            server.save(uri)
            server.close(uri)
            server.barrier()
            told = {one["uri"] for one in server.since(mark, "textDocument/publishDiagnostics")}
            assert {unquote(one) for one in told} <= {unquote(uri)}, (uri, told)
        server.open(FILES[0], TEXT)
        assert codes(server.pushed(FILES[0])) == [SPACE]


def test_workspaces_at_odd_addresses():
    for root in (
        "file:///no/such/folder",
        "vscode-vfs://github/owner/repo",
        "untitled:x",
        "",
        "x",
        "file:///%FF",
        "file:///etc/hostname",
    ):
        with Server() as server:
            folders = [{"uri": root, "name": "odd"}]
            server.initialize(PUSH, rootUri=root, workspaceFolders=folders)
            server.open(FILES[0], TEXT)
            assert codes(server.pushed(FILES[0])) == [SPACE], root


def test_files_on_the_disk_with_odd_names(tmp_path):
    """The workspace's files are told by URIs that a client can take apart again."""
    names = [
        b"a b.txt",
        b"a#b.txt",
        b"100%.txt",
        "ü中😀.txt".encode(),
        b"latin-\xfc.txt",
        b"q?[x]{y}.txt",
        b"new\nline.txt",
        b"back\\slash.txt",
    ]
    for name in names:
        with open(bytes(tmp_path) + b"/" + name, "wb") as file:
            file.write(TEXT.encode())
    with Server("--isolated", folder=tmp_path) as server:
        server.initialize(PULL)
        items = server.call("workspace/diagnostic", {"previousResultIds": []})["items"]
        for item in items:
            parts = urlsplit(item["uri"])
            assert not parts.query and not parts.fragment, item["uri"]
        found = {
            unquote_to_bytes(urlsplit(item["uri"]).path).rpartition(b"/")[2]
            for item in items
            if codes(item["items"]) == [SPACE]
        }
        # Names that are not UTF-8 have no URI that all agree on.
        assert found | {b"latin-\xfc.txt"} == set(names), found
