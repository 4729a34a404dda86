"""Open files that are renamed, deleted, opened twice, or never were open."""

import pytest

from lsp_client import PULL, Server, codes
from lsp_text import to_range

SPACE = "structure/space-before-punctuation"
TEXT = "The talks , they said, went well.\n"
CLEAN = "The talks went well, they said.\n"


@pytest.fixture
def server(tmp_path):
    """A server with one file open."""
    with Server("--isolated", folder=tmp_path) as server:
        server.initialize()
        server.uri = (tmp_path / "a.txt").as_uri()
        (tmp_path / "a.txt").write_text(TEXT)
        server.open(server.uri, TEXT)
        assert codes(server.pushed(server.uri)) == [SPACE]
        yield server


def last(server: Server, uri: str) -> list[str]:
    """The rules of the last diagnostics that were pushed."""
    server.barrier()
    return codes(
        [one for one in server.since(0, "textDocument/publishDiagnostics") if one["uri"] == uri][-1]["diagnostics"]
    )


def test_closing_takes_the_diagnostics_away(server):
    mark = server.mark()
    server.close(server.uri)
    assert server.pushed(server.uri, since=mark) == []


def test_closing_a_pulled_document(tmp_path):
    with Server("--isolated", folder=tmp_path) as server:
        server.initialize(PULL)
        uri = (tmp_path / "a.txt").as_uri()
        server.open(uri, TEXT)
        server.pull(uri)
        server.close(uri)
        server.open(uri, CLEAN)
        assert server.pull(uri)["items"] == []


def test_renaming(server, tmp_path):
    """As editors do: the old one is closed, the new one opened, and the rename told before or behind."""
    old = server.uri
    for number, early in enumerate([True, False, None]):
        new = (tmp_path / f"new {number}.txt").as_uri()
        (tmp_path / f"new {number}.txt").write_text(TEXT)
        rename = {"files": [{"oldUri": old, "newUri": new}]}
        mark = server.mark()
        if early is True:
            server.notify("workspace/didRenameFiles", rename)
        server.close(old)
        server.open(new, TEXT)
        if early is False:
            server.notify("workspace/didRenameFiles", rename)
        server.watched((old, 3), (new, 1))
        assert server.pushed(old, since=mark) == []
        assert codes(server.pushed(new, since=mark)) == [SPACE]
        server.set_text(new, TEXT + TEXT)
        assert SPACE in codes(server.pushed(new))
        assert last(server, old) == []
        server.set_text(new, TEXT)
        # What comes for it later would be taken for what the closing pushes.
        assert codes(server.pushed(new)) == [SPACE]
        old = new


def test_renaming_to_another_kind(server, tmp_path):
    """A text that becomes a file of records is one."""
    new = (tmp_path / "a.jsonl").as_uri()
    server.close(server.uri)
    server.open(new, '{"text": "So , on."}\n', "plaintext")
    server.notify("workspace/didRenameFiles", {"files": [{"oldUri": server.uri, "newUri": new}]})
    assert [one["range"]["start"]["character"] for one in server.pushed(new)] == [12]


def test_renaming_a_folder(server, tmp_path):
    server.notify(
        "workspace/didRenameFiles", {"files": [{"oldUri": tmp_path.as_uri(), "newUri": tmp_path.as_uri() + "-new"}]}
    )
    server.set_text(server.uri, TEXT + "\n")
    assert codes(server.pushed(server.uri)) == [SPACE]


def test_deleting_an_open_file(server, tmp_path):
    """The editor keeps the text; so does the server, until it is closed."""
    (tmp_path / "a.txt").unlink()
    server.watched((server.uri, 3))
    server.notify("workspace/didDeleteFiles", {"files": [{"uri": server.uri}]})
    server.set_text(server.uri, TEXT + "And , so.\n")
    assert codes(server.pushed(server.uri)) == [SPACE, SPACE]
    mark = server.mark()
    server.close(server.uri)
    assert server.pushed(server.uri, since=mark) == []


def test_deleting_the_folder_of_an_open_file(server, tmp_path):
    (tmp_path / "a.txt").unlink()
    tmp_path.rmdir()
    server.set_text(server.uri, TEXT + "And , so.\n")
    assert codes(server.pushed(server.uri)) == [SPACE, SPACE]
    actions = server.actions(server.uri, to_range((0, 0), (3, 0)), only=["quickfix"])
    assert [one for one in actions if one["title"] == "Delete the space"]
    server.save(server.uri)
    server.barrier()
    tmp_path.mkdir()


def test_opening_twice(server):
    """A fault of the client; the later text holds."""
    server.open(server.uri, "\n" + TEXT, version=5)
    assert [one["range"]["start"]["line"] for one in server.pushed(server.uri, 5)] == [1]
    server.change(server.uri, {"range": to_range((0, 0), (0, 0)), "text": "\n"})
    assert [one["range"]["start"]["line"] for one in server.pushed(server.uri, 6)] == [2]
    server.open(server.uri, CLEAN, version=1)
    mark = server.mark()
    server.change(server.uri, {"range": to_range((0, 9), (0, 9)), "text": " ,"})
    assert codes(server.pushed(server.uri, 2, since=mark)) == [SPACE]
    server.close(server.uri)
    assert last(server, server.uri) == []


def test_changing_saving_and_closing_what_is_not_open(server, tmp_path):
    for uri in ((tmp_path / "never.txt").as_uri(), "untitled:never", (tmp_path / "gone" / "lint.toml").as_uri()):
        for version in (1, 2):
            server.notify(
                "textDocument/didChange",
                {"textDocument": {"uri": uri, "version": version}, "contentChanges": [{"text": TEXT}]},
            )
            server.notify(
                "textDocument/didChange",
                {
                    "textDocument": {"uri": uri, "version": version},
                    "contentChanges": [{"range": to_range((0, 0), (9, 9)), "text": "x"}],
                },
            )
        server.notify("textDocument/didSave", {"textDocument": {"uri": uri}, "text": TEXT})
        server.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        server.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        server.open(uri, TEXT, version=1)
    server.set_text(server.uri, TEXT + "And , so.\n")
    assert codes(server.pushed(server.uri)) == [SPACE, SPACE]


def test_changing_behind_closing(server):
    uri = server.uri
    mark = server.mark()
    server.close(uri)
    server.notify(
        "textDocument/didChange", {"textDocument": {"uri": uri, "version": 9}, "contentChanges": [{"text": TEXT * 3}]}
    )
    assert last(server, uri) == []
    assert [
        one["diagnostics"] for one in server.since(mark, "textDocument/publishDiagnostics") if one["diagnostics"]
    ] == []


@pytest.mark.parametrize("versions", [(5, 3, 4), (1, 1, 1), (0, -1, -(2**31)), (2**31 - 1, 1, 2)])
def test_versions_in_any_order(versions, tmp_path):
    """Messages count in the order in which they come, whatever number they have."""
    with Server("--isolated", folder=tmp_path) as server:
        server.initialize()
        uri = (tmp_path / "a.txt").as_uri()
        server.open(uri, CLEAN, version=versions[0])
        for number, version in enumerate(versions, 1):
            mark = server.mark()
            server.change(uri, {"range": to_range((0, 0), (0, 0)), "text": "So , on.\n"}, version=version)
            server.pushed_when(uri, lambda found, wanted=number: codes(found).count(SPACE) == wanted, mark)


def test_no_changes_at_all(server):
    server.change(server.uri)
    assert codes(server.pushed(server.uri)) == [SPACE]
    server.notify(
        "textDocument/didChange",
        {"textDocument": {"uri": server.uri, "version": None}, "contentChanges": [{"text": TEXT}]},
    )
    server.barrier()


def test_many_documents(server, tmp_path):
    uris = [(tmp_path / f"many-{number}.txt").as_uri() for number in range(300)]
    for uri in uris:
        server.open(uri, TEXT)
    for uri in uris:
        assert codes(server.pushed(uri)) == [SPACE]
    for uri in uris:
        server.close(uri)
    for uri in uris:
        assert last(server, uri) == []


def test_two_spellings_of_one_file(server, tmp_path):
    """Each has the diagnostics under the spelling that its client used."""
    spellings = [
        f"file://{tmp_path}/b%2etxt",
        f"file://{tmp_path}/./c.txt",
        f"file://localhost{tmp_path}/d.txt",
        f"file://{tmp_path}//e.txt",
    ]
    for uri in spellings:
        server.open(uri, TEXT)
        assert codes(server.pushed(uri)) == [SPACE]


def test_saving(server, tmp_path):
    server.set_text(server.uri, CLEAN)
    assert server.pushed(server.uri) == []
    (tmp_path / "a.txt").write_text(CLEAN)
    server.save(server.uri)
    server.notify("textDocument/didSave", {"textDocument": {"uri": server.uri}, "text": CLEAN})
    assert last(server, server.uri) == []
    assert server.since(0, "window/showMessage") == []
