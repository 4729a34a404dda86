"""Diagnostics pushed and pulled, of documents and of the workspace."""

import time
from pathlib import Path

import pytest

from lsp_client import PULL, PUSH, REQUEST_CANCELLED, SERVER_CANCELLED, Refused, Server, codes, merged
from lsp_expected import agree, as_diagnostics, check, check_text, deletes, essences
from lsp_text import to_range

SEEDS = sorted((Path(__file__).resolve().parents[2] / "seeds").glob("*.txt"))
UNNECESSARY = 1
SPACE = "structure/space-before-punctuation"
TEXT = "The talks , they said, went well.\n"
CLEAN = "The talks went well, they said.\n"

FILES = {
    "a.txt": TEXT,
    "b/c.md": "😀 , so.\r\nAnd , so.\r\n",
    "b/d.jsonl": '{"text": "So , \\u2019on."}\n{"text": "Clean it is, they said."}\n',
    "e.csv": 'id,text\n1,"So , ""on""."\n',
    "clean.txt": CLEAN,
    "b/two words.txt": TEXT,
}


@pytest.fixture
def folder(tmp_path):
    """A workspace with files."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(text.encode())
    return tmp_path


def workspace(server: Server, previous: dict[str, str] | None = None, token: str | None = None) -> int | str:
    """Asks for the diagnostics of the workspace; the result is the request's id."""
    ids = [{"uri": uri, "value": value} for uri, value in (previous or {}).items()]
    parameters: dict = {"previousResultIds": ids}
    if token is not None:
        parameters["partialResultToken"] = token
    return server.ask("workspace/diagnostic", parameters)


def reports(server: Server, identifier: int | str, token: str | None = None) -> dict[str, dict]:
    """All reports of a request: of its partial results and of its result."""
    items = server.result(identifier)["items"]
    partial = [one["value"]["items"] for one in server.since(0, "$/progress") if one["token"] == token] if token else []
    return {item["uri"]: item for part in [*partial, items] for item in part}


def ids_of(found: dict[str, dict]) -> dict[str, str]:
    """The result ids of reports."""
    return {uri: item["resultId"] for uri, item in found.items() if item.get("resultId")}


def test_nothing_is_pushed_to_a_client_that_pulls(tmp_path):
    with Server("--isolated", folder=tmp_path) as server:
        assert server.initialize(PULL)["capabilities"]["diagnosticProvider"]["workspaceDiagnostics"] is True
        uri = (tmp_path / "a.txt").as_uri()
        server.open(uri, TEXT)
        for number in range(5):
            server.change(uri, {"range": to_range((0, 0), (0, 0)), "text": f"Line {number} , so.\n"})
            assert len(server.pull(uri)["items"]) == number + 2
        server.save(uri)
        server.close(uri)
        server.barrier()
        assert server.since(0, "textDocument/publishDiagnostics") == []


def test_unchanged_results(tmp_path):
    with Server("--isolated", folder=tmp_path) as server:
        server.initialize(PULL)
        uri = (tmp_path / "a.txt").as_uri()
        server.open(uri, TEXT)
        first = server.pull(uri)
        assert first["kind"] == "full" and codes(first["items"]) == [SPACE]
        again = server.pull(uri, first["resultId"])
        assert again["kind"] == "unchanged" and again["resultId"] == first["resultId"]
        assert server.pull(uri)["kind"] == "full"
        for strange in ("", "none", "0", first["resultId"] + "x"):
            assert server.pull(uri, strange)["kind"] == "full"
        server.set_text(uri, CLEAN)
        second = server.pull(uri, first["resultId"])
        assert second["kind"] == "full" and second["items"] == []
        assert server.pull(uri, second["resultId"])["kind"] == "unchanged"
        server.set_text(uri, TEXT)
        third = server.pull(uri, second["resultId"])
        assert third["kind"] == "full" and codes(third["items"]) == [SPACE]
        # The id of another document says nothing about this one.
        other = (tmp_path / "b.txt").as_uri()
        server.open(other, CLEAN)
        assert server.pull(other, third["resultId"])["items"] == []
        # A change that moves nothing may keep the id, and must not keep wrong places.
        server.change(uri, {"range": to_range((0, 0), (0, 0)), "text": "\n"})
        moved = server.pull(uri, third["resultId"])
        assert moved["kind"] == "full" and moved["items"][0]["range"]["start"]["line"] == 1


def test_an_id_of_an_earlier_opening(tmp_path):
    with Server("--isolated", folder=tmp_path) as server:
        server.initialize(PULL)
        uri = (tmp_path / "a.txt").as_uri()
        server.open(uri, TEXT)
        old = server.pull(uri)["resultId"]
        server.close(uri)
        server.open(uri, CLEAN)
        report = server.pull(uri, old)
        assert report["kind"] == "full" and report["items"] == []


def test_pulling_what_is_not_open(folder):
    with Server("--isolated", folder=folder) as server:
        server.initialize(PULL)
        for uri in ((folder / "a.txt").as_uri(), (folder / "gone.txt").as_uri(), "untitled:x"):
            try:
                report = server.pull(uri)
                assert report["kind"] == "full" and codes(report["items"]) in ([], [SPACE])
            except Refused as refused:
                assert refused.code in (-32602, -32801)
        server.barrier()


def test_of_the_workspace(folder):
    findings, _ = check(folder, *FILES, least="warning")
    with Server("--isolated", folder=folder) as server:
        server.initialize(PULL)
        found = reports(server, workspace(server))
        for name, text in FILES.items():
            uri = (folder / name).as_uri()
            wanted = as_diagnostics(findings[name], text, "utf-16")
            if wanted or uri in found:
                assert found[uri]["kind"] == "full" and found[uri].get("version") is None
                agree(essences(found[uri]["items"], uri), wanted)
        assert set(found) <= {(folder / name).as_uri() for name in FILES}


def test_of_the_workspace_without_a_token_answers_at_once(folder):
    with Server("--isolated", folder=folder) as server:
        server.initialize(PULL)
        first = reports(server, workspace(server))
        again = reports(server, workspace(server, ids_of(first)))
        assert all(item["kind"] == "unchanged" for item in again.values())


@pytest.mark.parametrize("token", [None, "part-1"])
def test_of_the_workspace_with_changes_between(folder, token):
    with Server("--isolated", folder=folder) as server:
        server.initialize(PULL)
        first = reports(server, workspace(server, token=token and token + "a"), token and token + "a")
        uris = {name: (folder / name).as_uri() for name in [*FILES, "new.txt"]}
        assert codes(first[uris["a.txt"]]["items"]) == [SPACE]
        (folder / "a.txt").unlink()
        (folder / "clean.txt").write_text(TEXT)
        (folder / "b/two words.txt").write_text(CLEAN)
        (folder / "new.txt").write_text(TEXT + TEXT)
        server.watched((uris["a.txt"], 3), (uris["clean.txt"], 2), (uris["b/two words.txt"], 2), (uris["new.txt"], 1))
        second = reports(server, workspace(server, ids_of(first), token), token)
        assert second[uris["a.txt"]]["kind"] == "full" and second[uris["a.txt"]]["items"] == []
        assert codes(second[uris["clean.txt"]]["items"]) == [SPACE]
        assert second[uris["b/two words.txt"]]["items"] == []
        assert SPACE in codes(second[uris["new.txt"]]["items"])
        assert second.get(uris["b/c.md"], {"kind": "unchanged"})["kind"] == "unchanged"


def test_of_the_workspace_without_events(folder):
    """Files change and vanish, and no event tells so: the next answer has it."""
    with Server("--isolated", folder=folder) as server:
        server.initialize(PULL)
        first = reports(server, workspace(server))
        (folder / "a.txt").unlink()
        (folder / "clean.txt").write_text(TEXT)
        second = reports(server, workspace(server, ids_of(first)))
        assert second[(folder / "a.txt").as_uri()]["items"] == []
        assert codes(second[(folder / "clean.txt").as_uri()]["items"]) == [SPACE]


def test_of_the_workspace_with_open_documents(folder):
    """What the editor has counts, not the disk, and its version is told."""
    with Server("--isolated", folder=folder) as server:
        server.initialize(PULL)
        uri = (folder / "a.txt").as_uri()
        server.open(uri, CLEAN, version=17)
        found = reports(server, workspace(server))
        assert found.get(uri, {"items": []})["items"] == []
        if uri in found:
            assert found[uri]["version"] == 17
        server.set_text(uri, TEXT + TEXT)
        found = reports(server, workspace(server, ids_of(found)))
        if uri in found:
            assert found[uri]["version"] == 18 and SPACE in codes(found[uri]["items"])
        else:
            assert SPACE in codes(server.pull(uri)["items"])
        server.close(uri)
        found = reports(server, workspace(server))
        assert codes(found[uri]["items"]) == [SPACE]


def test_a_held_request_is_answered_after_a_change(folder):
    with Server("--isolated", folder=folder) as server:
        server.initialize(PULL)
        first = reports(server, workspace(server))
        held = workspace(server, ids_of(first), "held")
        server.barrier()
        time.sleep(0.5)
        assert server.wait(lambda one: one.get("id") == held and "method" not in one, seconds=0) is None, (
            "it was not held"
        )
        (folder / "clean.txt").write_text(TEXT)
        uri = (folder / "clean.txt").as_uri()
        server.watched((uri, 2))

        def has_news(message: dict) -> bool:
            if message.get("method") == "$/progress" and message["params"]["token"] == "held":
                return any(item["uri"] == uri for item in message["params"]["value"]["items"])
            return "method" not in message and message.get("id") == held

        assert server.wait(has_news) is not None
        server.notify("$/cancelRequest", {"id": held})
        answer = server.response(held)
        assert "result" in answer or answer["error"]["code"] in (REQUEST_CANCELLED, SERVER_CANCELLED)


def test_a_held_request_is_cancelled(folder):
    with Server("--isolated", folder=folder) as server:
        server.initialize(PULL)
        first = reports(server, workspace(server))
        held = workspace(server, ids_of(first), "held")
        server.barrier()
        server.notify("$/cancelRequest", {"id": held})
        assert server.response(held)["error"]["code"] == REQUEST_CANCELLED
        uri = (folder / "a.txt").as_uri()
        server.open(uri, TEXT)
        assert codes(server.pull(uri)["items"]) == [SPACE]


def test_a_held_request_does_not_hold_the_end(folder):
    with Server("--isolated", folder=folder) as server:
        server.initialize(PULL)
        first = reports(server, workspace(server))
        workspace(server, ids_of(first), "held")
        server.barrier()
        assert server.shut_down() == 0


def test_two_held_requests(folder):
    """An editor that asks again has forgotten the first; both have to be answered in the end."""
    with Server("--isolated", folder=folder) as server:
        server.initialize(PULL)
        first = ids_of(reports(server, workspace(server)))
        held = [workspace(server, first, f"held-{number}") for number in range(2)]
        server.barrier()
        (folder / "clean.txt").write_text(TEXT)
        server.watched(((folder / "clean.txt").as_uri(), 2))
        for identifier in held:
            server.notify("$/cancelRequest", {"id": identifier})
        for identifier in held:
            server.response(identifier)


def test_a_workspace_without_folders():
    with Server("--isolated") as server:
        server.initialize(PULL)
        assert server.result(workspace(server))["items"] == []


def test_folders_that_come_and_go(folder, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    (other / "x.txt").write_text(TEXT)
    with Server("--isolated", folder=folder) as server:
        server.initialize(PULL)
        uri = (other / "x.txt").as_uri()
        first = reports(server, workspace(server))
        assert uri not in first
        added = {"added": [{"uri": other.as_uri(), "name": "other"}], "removed": []}
        server.notify("workspace/didChangeWorkspaceFolders", {"event": added})
        second = reports(server, workspace(server, ids_of(first)))
        assert codes(second[uri]["items"]) == [SPACE]
        server.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": added["added"]}})
        third = reports(server, workspace(server, ids_of({**first, **second})))
        assert third[uri]["items"] == []


def test_configuration_refreshes_what_was_pulled(folder):
    with Server(folder=folder) as server:
        server.initialize(PULL)
        uri = (folder / "a.txt").as_uri()
        server.open(uri, TEXT)
        report = server.pull(uri)
        mark = server.mark()
        (folder / "lint.toml").write_text(f'ignore = ["{SPACE}"]\n')
        server.watched(((folder / "lint.toml").as_uri(), 1))
        assert server.wait(lambda one: one.get("method") == "workspace/diagnostic/refresh", mark) is not None
        report = server.pull(uri, report["resultId"])
        assert report["kind"] == "full" and report["items"] == []


def test_no_refresh_for_a_client_that_has_none(folder):
    with Server(folder=folder) as server:
        server.initialize(merged(PULL, {"workspace": {"diagnostics": {"refreshSupport": False}}}))
        uri = (folder / "a.txt").as_uri()
        server.open(uri, TEXT)
        assert codes(server.pull(uri)["items"]) == [SPACE]
        (folder / "lint.toml").write_text(f'ignore = ["{SPACE}"]\n')
        server.watched(((folder / "lint.toml").as_uri(), 1))
        assert server.pull(uri)["items"] == []
        server.barrier()
        assert server.since(0, "workspace/diagnostic/refresh") == []


def test_most_files_of_the_workspace(tmp_path):
    for number in range(30):
        (tmp_path / f"{number}.txt").write_text(TEXT)
    with Server("--isolated", folder=tmp_path) as server:
        server.initialize(PULL, initializationOptions={"workspaceFiles": 10})
        found = reports(server, workspace(server))
        assert len([one for one in found.values() if one["items"]]) == 10


def test_not_utf_8_on_the_disk(tmp_path):
    """Places of files that the editor has not opened are those of the text as an editor decodes it."""
    text = "So , caf\u00e9 😀 it , well.\nAnd , so.\n"
    (tmp_path / "wide.txt").write_bytes(text.encode("utf-16"))
    (tmp_path / "latin.txt").write_bytes("So , caf\u00e9 , well.\n".encode("latin-1"))
    (tmp_path / "mark.txt").write_bytes(("\ufeff" + text).encode())
    with Server("--isolated", folder=tmp_path) as server:
        server.initialize(PULL)
        found = reports(server, workspace(server))
        places = {
            name: [
                (one["range"]["start"]["line"], one["range"]["start"]["character"])
                for one in found[(tmp_path / name).as_uri()]["items"]
                if one["code"] == SPACE
            ]
            for name in ("wide.txt", "latin.txt", "mark.txt")
        }
        # An editor shows no byte order mark, and so counts none.
        assert places == {
            "wide.txt": [(0, 2), (0, 15), (1, 3)],
            "latin.txt": [(0, 2), (0, 9)],
            "mark.txt": [(0, 2), (0, 15), (1, 3)],
        }


def test_many_changes_and_the_last_one_wins(tmp_path):
    with Server("--isolated", folder=tmp_path) as server:
        server.initialize(PUSH)
        uris = [(tmp_path / f"{number}.txt").as_uri() for number in range(20)]
        for uri in uris:
            server.open(uri, TEXT)
        for number in range(30):
            for uri in uris:
                server.set_text(uri, TEXT * (number % 3) + CLEAN)
        for uri in uris:
            assert codes(server.pushed(uri)).count(SPACE) == 2
        server.barrier()
        for uri in uris:
            told = [one for one in server.since(0, "textDocument/publishDiagnostics") if one["uri"] == uri]
            assert told[-1]["version"] == server.versions[uri]
            assert [one["version"] for one in told] == sorted(one["version"] for one in told)


def test_what_a_client_cannot_read_is_not_sent(tmp_path):
    """Without the capability: no tags and no related places."""
    bare = {"textDocument": {"publishDiagnostics": {}}}
    with Server("--isolated", folder=tmp_path) as server:
        server.initialize(bare)
        uri = (tmp_path / "a.txt").as_uri()
        server.open(
            uri,
            "Sign up for our newsletter\nThe long line stands here two times in this text.\nThe long line stands here two times in this text.\n",
        )
        found = server.wait(lambda one: one.get("method") == "textDocument/publishDiagnostics")["params"]
        assert found["diagnostics"]
        for one in found["diagnostics"]:
            assert not one.get("tags") and not one.get("relatedInformation"), one


def test_links_tags_and_more(tmp_path):
    with Server("--isolated", folder=tmp_path) as server:
        version = server.initialize()["serverInfo"]["version"]
        uri = (tmp_path / "a.txt").as_uri()
        line = "The long line stands here two times in this text , they said.\n"
        server.open(uri, "Sign up for our newsletter\n" + line + "Another one is here.\n" + line)
        found = server.pushed(uri)
        assert "duplicates/line" in codes(found)
        for one in found:
            assert one["source"] == "newslint"
            assert (
                one["codeDescription"]["href"]
                == f"https://docs.rs/crate/newslint/{version}/source/rules/{one['code']}.toml"
            )
            if one["code"] == "duplicates/line":
                assert one["relatedInformation"][0]["location"]["uri"] == uri


@pytest.mark.parametrize("name", [*SEEDS, "odd.txt"], ids=lambda name: Path(name).stem[:3])
def test_tags(name, tmp_path):
    """What the fix deletes is unnecessary; what it replaces is not."""
    odd = (
        "One\x0b two,\u2028 three\u00a0\nSign up for our newsletter\nFour\u00a0five &amp; the the six , seven\u200b.\n"
    )
    text = odd if name == "odd.txt" else name.read_bytes().decode()
    wrong = []
    with Server("--isolated", folder=tmp_path) as server:
        server.initialize(initializationOptions={"minSeverity": "info"})
        uri = (tmp_path / "a.txt").as_uri()
        server.open(uri, text)
        fixes = {finding["fingerprint"]: finding for finding in check_text(tmp_path, "a.txt", text)}
        for one in server.pushed(uri):
            finding = fixes[one["data"]["fingerprint"]]
            if (UNNECESSARY in one.get("tags", [])) != deletes(finding):
                wrong.append(f"{one['code']} {finding['text']!r}: {one.get('tags')} for {finding['fix']}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("least, wanted", [("error", 1), ("warning", 2), ("info", 3)])
def test_severities(least, wanted, tmp_path):
    text = SEEDS[0].read_text()
    (tmp_path / "a.txt").write_text(text)
    findings, _ = check(tmp_path, "a.txt", least=least)
    with Server("--isolated", folder=tmp_path) as server:
        server.initialize(initializationOptions={"minSeverity": least})
        uri = (tmp_path / "a.txt").as_uri()
        server.open(uri, text)
        found = server.pushed(uri)
        assert max(one["severity"] for one in found) == wanted
        agree(essences(found, uri), as_diagnostics(findings["a.txt"], text, "utf-16"))


def test_more_than_the_most(tmp_path):
    """Those near the edit are shown, and how many are not."""
    text = "So , on.\n" * 100
    with Server("--isolated", folder=tmp_path) as server:
        server.initialize(initializationOptions={"maxDiagnostics": 10})
        uri = (tmp_path / "a.txt").as_uri()
        texts = [f"Line {number} , so on.\n" for number in range(100)]
        text = "".join(texts)
        server.open(uri, text)
        for line in (0, 50, 99):
            server.change(uri, {"range": to_range((line, 0), (line, 0)), "text": "X"})
            found = server.pushed(uri)
            shown = [one["range"]["start"]["line"] for one in found if one["code"] == SPACE]
            assert len(shown) == 10 and line in shown and max(shown) - min(shown) <= 20
            (note,) = [one for one in found if one["code"] != SPACE]
            assert note["severity"] == 3 and note["range"]["start"]["line"] == 0 and "90" in note["message"]


def test_on_save_only(tmp_path):
    """Until it is saved, what was found moves with the text, and nothing new is shown."""
    with Server("--isolated", folder=tmp_path) as server:
        server.initialize(initializationOptions={"run": "onSave"})
        uri = (tmp_path / "a.txt").as_uri()
        server.open(uri, TEXT)
        assert codes(server.pushed(uri)) == [SPACE]
        mark = server.mark()
        server.change(uri, {"range": to_range((0, 0), (0, 0)), "text": "And , so.\n"})
        server.barrier()
        time.sleep(0.3)
        for one in server.since(mark, "textDocument/publishDiagnostics"):
            assert [diagnostic["range"]["start"]["line"] for diagnostic in one["diagnostics"]] == [1], (
                "linted too early"
            )
        mark = server.mark()
        server.save(uri)
        server.pushed_when(uri, lambda found: codes(found) == [SPACE, SPACE], mark)
