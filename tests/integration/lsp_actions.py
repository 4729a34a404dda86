"""Code actions: for ranges, by kind, resolved later, with both kinds of workspace edits."""

from pathlib import Path

import pytest

from lsp_client import PUSH, Refused, Server, codes, edits_of, merged
from lsp_expected import check_text, fixed
from lsp_text import key, to_range

URI = "file:///newslint-test/story.txt"
SPACE = "structure/space-before-punctuation"
TEXT = "The 😀 talks , they said, went well.\n\nSign up for our newsletter\nNothing is wrong with this line.\nHe is an friend of the the mayor .\n"
CLEAN = "The talks went well, they said.\n"
SEEDS = sorted((Path(__file__).resolve().parents[2] / "seeds").glob("*.txt"))

RESOLVE = {"textDocument": {"codeAction": {"resolveSupport": {"properties": ["edit"]}, "dataSupport": True}}}


@pytest.fixture
def server():
    """A server with a text open."""
    with Server("--isolated") as server:
        server.initialize(initializationOptions={"minSeverity": "info"})
        server.open(URI, TEXT)
        server.pushed(URI)
        yield server


def whole(server: Server, uri: str = URI) -> dict:
    """The range of the whole text."""
    return to_range((0, 0), (len(server.documents[uri].starts), 0))


def kinds(actions: list[dict]) -> set[str]:
    """The kinds of code actions."""
    return {action["kind"] for action in actions}


def test_capabilities():
    with Server() as server:
        capabilities = server.initialize()["capabilities"]
        assert {"quickfix", "source.fixAll.newslint"} <= set(capabilities["codeActionProvider"]["codeActionKinds"])
        commands = set(capabilities["executeCommandProvider"]["commands"])
        assert commands == {"newslint.ignore", "newslint.acceptName", "newslint.fixAll", "newslint.checkWorkspace"}
        assert capabilities["hoverProvider"]
        sync = capabilities["textDocumentSync"]
        assert sync == 2 or (sync["openClose"] and sync["change"] == 2)


def test_of_an_empty_range(server):
    for line, character, wanted in (
        (0, 12, True),
        (0, 13, True),
        (0, 5, False),
        (2, 10, True),
        (3, 5, False),
        (1, 0, False),
        (99, 0, False),
    ):
        place = to_range((line, character), (line, character))
        actions = server.actions(URI, place, only=["quickfix"])
        assert bool(actions) == wanted, (line, character, [one["title"] for one in actions])
        assert kinds(actions) <= {"quickfix"}


def test_of_a_range(server):
    diagnostics = server.pushed(URI)
    for first, last in ((0, 0), (0, 2), (2, 4), (3, 3), (0, 9)):
        actions = server.actions(URI, to_range((first, 0), (last, 200)), only=["quickfix"])
        wanted = [one for one in diagnostics if first <= one["range"]["start"]["line"] <= last]
        shown = [one for action in actions for one in action.get("diagnostics", [])]
        assert all(one in diagnostics for one in shown)
        assert {key(one["range"]["start"]) for one in shown} == {key(one["range"]["start"]) for one in wanted}


def test_a_reversed_range(server):
    forwards = server.actions(URI, to_range((0, 0), (2, 5)))
    assert forwards
    try:
        backwards = server.actions(URI, to_range((2, 5), (0, 0)))
        quick = [[one["title"] for one in found if one["kind"] == "quickfix"] for found in (forwards, backwards)]
        assert quick[1] in (quick[0], [])
    except Refused as refused:
        assert refused.code == -32602


@pytest.mark.parametrize(
    "only, wanted",
    [
        (["quickfix"], {"quickfix"}),
        (["source"], {"source.fixAll.newslint"}),
        (["source.fixAll"], {"source.fixAll.newslint"}),
        (["source.fixAll.newslint"], {"source.fixAll.newslint"}),
        (["source.fixAll.newslint.more"], set()),
        (["source.fixAll.other"], set()),
        (["source.fix"], set()),
        (["source.organizeImports"], set()),
        (["refactor"], set()),
        (["quick"], set()),
        (["quickfix.newslint"], set()),
        (["refactor", "quickfix"], {"quickfix"}),
        (["quickfix", "source"], {"quickfix", "source.fixAll.newslint"}),
        ([""], {"quickfix", "source.fixAll.newslint"}),
    ],
)
def test_by_kind(server, only, wanted):
    assert kinds(server.actions(URI, whole(server), only=only)) == wanted


def test_nothing_where_nothing_is_found(server):
    server.set_text(URI, CLEAN)
    assert server.pushed(URI) == []
    assert server.actions(URI, whole(server)) == []
    assert server.actions(URI, whole(server), only=["source.fixAll"]) == []


def test_of_a_document_that_is_not_open(server):
    for uri in ("file:///newslint-test/never-opened.txt", "untitled:never"):
        try:
            assert server.actions(uri, to_range((0, 0), (5, 0))) == []
        except Refused as refused:
            assert refused.code == -32602


def test_titles(server):
    titles = {action["title"] for action in server.actions(URI, whole(server))}
    wanted = {
        "Delete the space",
        "Delete the line",
        "Delete the second one (unsafe)",
        f"Fix all `{SPACE}` in this file",
        "Fix all safe newslint findings",
    }
    assert wanted <= titles, titles


def test_preferred_is_one_at_most(server):
    """Editors apply the preferred fix of a diagnostic without asking which."""
    for diagnostic in server.pushed(URI):
        actions = server.actions(URI, diagnostic["range"], [diagnostic], ["quickfix"])
        preferred = [one for one in actions if one.get("isPreferred") and diagnostic in one.get("diagnostics", [])]
        assert len(preferred) <= 1
        assert not [
            one
            for one in preferred
            if one["title"].startswith(("Fix all", "Ignore", "Accept")) or one["title"].endswith("(unsafe)")
        ]


def test_the_action_that_ignores(tmp_path):
    """Where a configuration can hold, each finding can be ignored."""
    for arguments, folder in (((), tmp_path), (("--isolated",), tmp_path)):
        with Server(*arguments, folder=folder) as server:
            server.initialize()
            uri = (tmp_path / "story.txt").as_uri()
            server.open(uri, TEXT)
            for diagnostic in server.pushed(uri):
                actions = server.actions(uri, diagnostic["range"], [diagnostic], ["quickfix"])
                ignoring = [one for one in actions if one["title"] == "Ignore this finding in lint.toml"]
                if arguments:
                    assert ignoring == []
                    continue
                (ignore,) = [one for one in ignoring if diagnostic in one.get("diagnostics", [])]
                assert ignore["command"]["command"] == "newslint.ignore"
                (argument,) = ignore["command"]["arguments"]
                assert argument["uri"] == uri and argument["fingerprint"] == diagnostic["data"]["fingerprint"]


def test_document_changes_or_changes():
    for supports in (True, False):
        with Server("--isolated") as server:
            server.initialize(merged(PUSH, {"workspace": {"workspaceEdit": {"documentChanges": supports}}}))
            server.open(URI, TEXT, version=41)
            server.change(URI, {"range": to_range((0, 0), (0, 0)), "text": "😀 , "})
            actions = [one for one in server.actions(URI, whole(server)) if "edit" in one]
            assert len(actions) > 3
            for action in actions:
                assert ("documentChanges" in action["edit"]) == supports
                assert ("changes" in action["edit"]) != supports
                ((edits, version),) = edits_of(action["edit"]).values()
                assert edits and version == (42 if supports else None)


def test_resolved_later(server):
    wanted = server.actions(URI, whole(server))
    with Server("--isolated") as other:
        other.initialize(merged(PUSH, RESOLVE), initializationOptions={"minSeverity": "info"})
        assert other.capabilities["codeActionProvider"]["resolveProvider"]
        other.open(URI, TEXT)
        actions = other.actions(URI, whole(other))
        assert [one["title"] for one in actions] == [one["title"] for one in wanted]
        for action, one in zip(actions, wanted, strict=False):
            if "command" in one:
                assert action["command"] == one["command"]
                continue
            resolved = action if "edit" in action else other.call("codeAction/resolve", action)
            assert (resolved["title"], resolved["kind"]) == (action["title"], action["kind"])
            assert edits_of(resolved["edit"]) == edits_of(one["edit"])
            # Once more: what is resolved stays so.
            assert edits_of(other.call("codeAction/resolve", resolved)["edit"]) == edits_of(one["edit"])


def test_resolved_too_late():
    with Server("--isolated") as server:
        server.initialize(merged(PUSH, RESOLVE), initializationOptions={"minSeverity": "info"})
        server.open(URI, TEXT)
        actions = [one for one in server.actions(URI, whole(server)) if "command" not in one]
        server.change(URI, {"range": to_range((0, 0), (0, 0)), "text": "A new line.\n"})
        for action in actions:
            if "edit" in action:
                continue
            try:
                edit = server.call("codeAction/resolve", action).get("edit")
            except Refused as refused:
                assert refused.code in (-32801, -32602), refused.error
                continue
            if edit is not None:
                ((_, version),) = edits_of(edit).values()
                assert version == server.versions[URI]
                assert "A new line.\n" in server.applied({"edit": edit}, URI)
        server.close(URI)
        for action in actions:
            try:
                server.call("codeAction/resolve", action)
            except Refused as refused:
                assert refused.code in (-32801, -32602), refused.error


@pytest.mark.parametrize(
    "data", [None, 5, {}, {"uri": 5}, [], "x", {"uri": URI, "fingerprint": "0" * 32, "version": 10**12}]
)
def test_resolving_what_was_never_offered(data):
    with Server("--isolated") as server:
        server.initialize(merged(PUSH, RESOLVE))
        server.open(URI, TEXT)
        try:
            server.call("codeAction/resolve", {"title": "Delete the space", "kind": "quickfix", "data": data})
        except Refused as refused:
            assert refused.code in (-32801, -32602), refused.error
        server.barrier()


def test_at_once_behind_a_change(server):
    """The client's diagnostics are older than its range; the edit has to fit the newest text."""
    old = server.pushed(URI)
    for number in range(30):
        server.change(URI, {"range": to_range((0, 0), (0, 0)), "text": f"Line {number} is new.\n"})
        line = number + 1
        actions = server.actions(URI, to_range((line, 0), (line, 80)), old, ["quickfix"])
        (first, *_) = [one for one in actions if one["title"] == "Delete the space"]
        text = server.applied(first, URI)
        assert text == server.documents[URI].text.replace("talks ,", "talks,", 1)


def test_with_strange_diagnostics_in_the_context(server):
    """What other servers found, and what this one never did."""
    place = to_range((0, 10), (0, 14))
    for diagnostic in (
        {"range": place, "message": "other", "source": "spell", "code": 5},
        {"range": place, "message": "old", "source": "newslint", "code": SPACE, "data": {"fingerprint": "f" * 32}},
        {"range": place, "message": "odd", "source": "newslint", "code": "no/such", "data": [1, {}]},
        {"range": to_range((500, 1), (400, 0)), "message": "", "severity": 4},
    ):
        titles = [one["title"] for one in server.actions(URI, place, [diagnostic], ["quickfix"])]
        assert "Delete the space" in titles


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem[:3])
def test_fixing_a_seed_until_nothing_is_left(path, tmp_path):
    """Fix-all by the action is what `newslint fix` does, and afterwards there is no such action."""
    text = path.read_bytes().decode()
    with Server("--isolated") as server:
        server.initialize()
        uri = (tmp_path / "seed.txt").as_uri()
        server.open(uri, text)
        (action,) = server.actions(uri, whole(server, uri), only=["source.fixAll"])
        after = server.applied(action, uri)
        assert after == fixed(tmp_path, "seed.txt", text, "--isolated")
        assert after != text
        server.set_text(uri, after)
        assert server.actions(uri, whole(server, uri), only=["source.fixAll"]) == []
        left = check_text(tmp_path, "seed.txt", after, least="warning")
        assert sorted(codes(server.pushed(uri))) == sorted(one["rule"] for one in left)


def test_fixes_one_after_the_other(server):
    """Each quick fix takes its diagnostic away."""
    for _ in range(20):
        diagnostics = server.pushed(URI)
        offered = [
            (one, action)
            for one in diagnostics
            for action in server.actions(URI, one["range"], [one], ["quickfix"])
            if action.get("isPreferred")
        ]
        if not offered:
            break
        diagnostic, action = offered[0]
        server.set_text(URI, server.applied(action, URI))
        left = [one["data"]["fingerprint"] for one in server.pushed(URI)]
        assert diagnostic["data"]["fingerprint"] not in left or len(left) < len(diagnostics)
    assert codes(diagnostics).count(SPACE) == 0


def test_an_old_client_without_literals():
    """It knows commands only: what it cannot read must not be sent."""
    capabilities = merged(PUSH, {})
    del capabilities["textDocument"]["codeAction"]
    with Server("--isolated") as server:
        server.initialize(capabilities)
        server.open(URI, TEXT)
        for one in server.actions(URI, whole(server)):
            assert isinstance(one["command"], str), one
