"""lint.toml and rule files that come, change, break and go, and the settings of the editor."""

from pathlib import Path

import pytest

from lsp_client import PULL, PUSH, Server, codes, merged
from lsp_expected import run
from lsp_text import flat, to_range

SPACE = "structure/space-before-punctuation"
SIGN_UP = "boilerplate/newsletter"
TEXT = "The talks , they said, went well.\n\nSign up for our newsletter\nBananas grew near the house, they said.\n"

WITHOUT_SPACE = f'ignore = ["{SPACE}"]\n'
WITHOUT_SIGN_UP = f'ignore = ["{SIGN_UP}"]\n'

RULE = """\
summary = "Fruit left in the text"
severity = "{severity}"
why = "Fruit does not belong here."

[match]
scope = "phrase"
phrases = ["{phrase}"]

[[example]]
text = "All {phrase} are ripe today."
flags = ["{phrase}"]
"""


class Workspace:
    """A folder, and a server with a text open, to which diagnostics are pushed."""

    def __init__(
        self, folder: Path, *arguments: str, configuration: str | None = None, name: str = "story.txt", **more
    ) -> None:
        self.folder = folder
        self.path = folder / "lint.toml"
        self.configuration = self.path.as_uri()
        if configuration is not None:
            self.path.write_text(configuration)
        capabilities = more.pop("capabilities", PUSH)
        settings = more.pop("settings", None)
        self.server = Server(*arguments, folder=folder)
        self.server.settings = settings
        self.server.initialize(capabilities, **more)
        self.uri = (folder / name).as_uri()
        self.server.open(self.uri, TEXT)
        self.mark = 0

    def __enter__(self) -> "Workspace":
        self.server.__enter__()
        return self

    def __exit__(self, *of: object) -> None:
        self.server.__exit__(*of)

    def write(self, text: str | None, path: Path | None = None, event: bool = True) -> None:
        """Writes or deletes a file, and says so as an editor does that watches it."""
        path = path or self.path
        kind = 3 if text is None else 2 if path.exists() else 1
        if text is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.mark = self.server.mark()
        if event:
            self.server.watched((path.as_uri(), kind))

    def expect(self, *wanted: str) -> None:
        """Waits for diagnostics of these rules."""
        self.server.pushed_when(self.uri, lambda found: sorted(codes(found)) == sorted(wanted), self.mark)

    def still(self, *wanted: str) -> None:
        """A changed text still has these."""
        self.server.set_text(self.uri, self.server.documents[self.uri].text + "\n")
        assert sorted(codes(self.server.pushed(self.uri))) == sorted(wanted)

    def messages(self, since: int = 0) -> list[dict]:
        """What was shown to the user."""
        self.server.barrier()
        return self.server.since(since, "window/showMessage")


def test_a_configuration_that_comes_changes_breaks_and_goes(tmp_path):
    with Workspace(tmp_path) as workspace:
        server = workspace.server
        workspace.expect(SPACE, SIGN_UP)
        workspace.write(WITHOUT_SPACE)
        workspace.expect(SIGN_UP)
        workspace.write(WITHOUT_SIGN_UP)
        workspace.expect(SPACE)
        workspace.write("# A comment.\nignore = [\n")
        found = server.pushed_when(workspace.configuration, bool, workspace.mark)
        assert [(one["code"], one["severity"], one["source"]) for one in found] == [("configuration", 1, "newslint")]
        workspace.still(SPACE)
        assert [one["type"] for one in workspace.messages(workspace.mark)] == [1]
        # Once, however often it is read.
        mark = server.mark()
        server.watched((workspace.configuration, 2), (workspace.configuration, 2))
        workspace.still(SPACE)
        assert workspace.messages(mark) == []
        workspace.write(WITHOUT_SPACE)
        server.pushed_when(workspace.configuration, lambda found: found == [], workspace.mark)
        workspace.expect(SIGN_UP)
        workspace.write(None)
        workspace.expect(SPACE, SIGN_UP)


def test_a_configuration_that_breaks_goes_and_comes_back(tmp_path):
    with Workspace(tmp_path, configuration=WITHOUT_SPACE) as workspace:
        workspace.expect(SIGN_UP)
        workspace.write("ignore = [\n")
        workspace.server.pushed_when(workspace.configuration, bool, workspace.mark)
        workspace.write(None)
        workspace.server.pushed_when(workspace.configuration, lambda found: found == [], workspace.mark)
        workspace.expect(SPACE, SIGN_UP)
        workspace.write("ignore = [\n")
        workspace.server.pushed_when(workspace.configuration, bool, workspace.mark)
        assert [one["type"] for one in workspace.messages(workspace.mark)] == [1]


def test_a_configuration_that_is_broken_from_the_start(tmp_path):
    with Workspace(tmp_path, configuration="ignore = [\n") as workspace:
        found = workspace.server.pushed_when(workspace.configuration, bool)
        assert found[0]["code"] == "configuration"
        assert [one["type"] for one in workspace.messages()] == [1]
        workspace.write(WITHOUT_SPACE)
        workspace.expect(SIGN_UP)


@pytest.mark.parametrize(
    "text, place",
    [
        ('ignore = ["structure/space-befor-punctuation"]\n', (0, 10)),
        ("# 😀 “x”\nignor = []\n", (1, 0)),
        ('[severity]\nnames = "eror"\n', (1, 8)),
        ('[rule."duplicates/line"]\nmin-lenght = 30\n', (1, 0)),
        ("[gate]\nfail-on = 5\n", (1, 10)),
        ('# é\r\n\r\n[severity]\r\n"😀" = "error"\r\n', (3, 0)),
    ],
)
def test_places_in_a_configuration(text, place, tmp_path):
    with Workspace(tmp_path) as workspace:
        workspace.expect(SPACE, SIGN_UP)
        workspace.path.write_bytes(text.encode())
        workspace.server.watched((workspace.configuration, 1))
        found = workspace.server.pushed_when(workspace.configuration, bool)
        starts = [flat(one["range"])[:2] for one in found]
        assert any(line == place[0] and abs(character - place[1]) <= 1 for line, character in starts), (
            starts,
            found[0]["message"],
        )


def test_a_configuration_open_in_the_editor(tmp_path):
    """It is checked as it is typed; it holds once it is saved, with no event about the file."""
    with Workspace(tmp_path, configuration="") as workspace:
        server = workspace.server
        workspace.expect(SPACE, SIGN_UP)
        server.open(workspace.configuration, "", "toml")
        server.set_text(workspace.configuration, "ignore = [\n")
        found = server.pushed(workspace.configuration)
        assert codes(found) == ["configuration"]
        workspace.still(SPACE, SIGN_UP)
        server.set_text(workspace.configuration, WITHOUT_SPACE)
        assert server.pushed(workspace.configuration) == []
        workspace.write(WITHOUT_SPACE, event=False)
        server.save(workspace.configuration)
        workspace.expect(SIGN_UP)
        workspace.write("ignore = [\n", event=False)
        server.set_text(workspace.configuration, "ignore = [\n")
        server.save(workspace.configuration)
        assert codes(server.pushed(workspace.configuration)) == ["configuration"]
        workspace.still(SIGN_UP)
        # Closed, it is still broken on the disk.
        server.close(workspace.configuration)
        assert codes(server.pushed_when(workspace.configuration, bool, workspace.mark)) == ["configuration"]
        workspace.write("", event=True)
        workspace.expect(SPACE, SIGN_UP)


def test_a_new_configuration_that_is_saved(tmp_path):
    """Made in the editor: no file before, and no event."""
    with Workspace(tmp_path) as workspace:
        workspace.expect(SPACE, SIGN_UP)
        workspace.server.open(workspace.configuration, WITHOUT_SIGN_UP, "toml")
        workspace.write(WITHOUT_SIGN_UP, event=False)
        workspace.server.save(workspace.configuration)
        workspace.expect(SPACE)


def test_configurations_of_folders(tmp_path):
    with Workspace(tmp_path, name="a/b/story.txt", configuration=WITHOUT_SPACE) as workspace:
        workspace.expect(SIGN_UP)
        workspace.write(WITHOUT_SIGN_UP, tmp_path / "a" / "lint.toml")
        workspace.expect(SPACE)
        workspace.write("", tmp_path / "a" / "b" / "lint.toml")
        workspace.expect(SPACE, SIGN_UP)
        workspace.write(None, tmp_path / "a" / "b" / "lint.toml")
        workspace.expect(SPACE)
        workspace.write('extends = ["../lint.toml"]\n', tmp_path / "a" / "lint.toml")
        workspace.expect(SIGN_UP)
        # What it extends changes.
        workspace.write(WITHOUT_SIGN_UP)
        workspace.expect(SPACE)


@pytest.mark.parametrize("event", [True, False])
def test_a_rule_of_the_users_own(event, tmp_path):
    path = tmp_path / "house" / "fruit" / "banana.toml"
    path.parent.mkdir(parents=True)
    path.write_text(RULE.format(severity="warning", phrase="bananas"))
    with Workspace(tmp_path, configuration='rules = ["house"]\n') as workspace:
        server = workspace.server
        workspace.expect(SPACE, SIGN_UP, "fruit/banana")
        (diagnostic,) = [one for one in server.pushed(workspace.uri) if one["code"] == "fruit/banana"]
        assert diagnostic["codeDescription"]["href"] == path.as_uri()
        assert flat(diagnostic["range"]) == (3, 0, 3, 7)

        def change(text: str) -> None:
            workspace.write(text, path, event=event)
            if not event:
                # Open in the editor, and saved.
                server.set_text(path.as_uri(), text)
                server.save(path.as_uri())

        if not event:
            server.open(path.as_uri(), path.read_text(), "toml")
        change(RULE.format(severity="error", phrase="the house"))
        found = server.pushed_when(
            workspace.uri, lambda found: any(flat(one["range"]) == (3, 18, 3, 27) for one in found), workspace.mark
        )
        assert [one["severity"] for one in found if one["code"] == "fruit/banana"] == [1]
        change("summary = \n")
        found = server.pushed_when(path.as_uri(), bool, workspace.mark)
        assert found[0]["severity"] == 1 and found[0]["source"] == "newslint"
        workspace.still(SPACE, SIGN_UP, "fruit/banana")
        change(RULE.format(severity="warning", phrase="bananas"))
        server.pushed_when(path.as_uri(), lambda found: found == [], workspace.mark)
        workspace.still(SPACE, SIGN_UP, "fruit/banana")


def test_a_rule_file_that_goes_and_another_that_comes(tmp_path):
    path = tmp_path / "house" / "fruit" / "banana.toml"
    path.parent.mkdir(parents=True)
    path.write_text(RULE.format(severity="warning", phrase="bananas"))
    with Workspace(tmp_path, configuration='rules = ["house"]\n') as workspace:
        workspace.expect(SPACE, SIGN_UP, "fruit/banana")
        workspace.write(RULE.format(severity="warning", phrase="near"), tmp_path / "house" / "fruit" / "near.toml")
        workspace.expect(SPACE, SIGN_UP, "fruit/banana", "fruit/near")
        workspace.write(None, path)
        workspace.expect(SPACE, SIGN_UP, "fruit/near")


def test_a_baseline_that_changes(tmp_path):
    baseline = tmp_path / "newslint.baseline"

    def record(text: str) -> None:
        (tmp_path / "story.txt").write_text(text)
        done = run("baseline", "story.txt", folder=tmp_path)
        assert done.returncode == 0 and baseline.exists(), done.stderr

    record(TEXT)
    with Workspace(tmp_path, configuration='baseline = "newslint.baseline"\n') as workspace:
        workspace.expect()
        record("All is well here, they said.\n")
        workspace.mark = workspace.server.mark()
        workspace.server.watched((baseline.as_uri(), 2))
        workspace.expect(SPACE, SIGN_UP)


def test_files_that_are_excluded(tmp_path):
    with Workspace(tmp_path, configuration='exclude = ["raw/**"]\n', name="raw/story.txt") as workspace:
        server = workspace.server
        server.barrier()
        other = (tmp_path / "story.txt").as_uri()
        server.open(other, TEXT)
        assert codes(server.pushed(other)) == [SPACE, SIGN_UP]
        told = [one for one in server.since(0, "textDocument/publishDiagnostics") if one["uri"] == workspace.uri]
        assert all(one["diagnostics"] == [] for one in told)
        assert server.actions(workspace.uri, to_range((0, 0), (9, 0))) == []
        workspace.write("")
        workspace.expect(SPACE, SIGN_UP)
        workspace.write('exclude = ["raw/**"]\n')
        workspace.expect()


def test_excluded_files_pulled(tmp_path):
    (tmp_path / "lint.toml").write_text('exclude = ["raw/**"]\n')
    (tmp_path / "raw").mkdir()
    for name in ("raw/story.txt", "story.txt"):
        (tmp_path / name).write_text(TEXT)
    with Server(folder=tmp_path) as server:
        server.initialize(PULL)
        uri = (tmp_path / "raw/story.txt").as_uri()
        server.open(uri, TEXT)
        assert server.pull(uri)["items"] == []
        items = server.call("workspace/diagnostic", {"previousResultIds": []})["items"]
        assert [one["uri"] for one in items if one["items"]] == [(tmp_path / "story.txt").as_uri()]


def test_the_options_of_the_command(tmp_path):
    other = tmp_path / "other.toml"
    other.write_text(WITHOUT_SIGN_UP)
    folder = tmp_path / "work"
    folder.mkdir()
    with Workspace(folder, "--isolated", configuration=WITHOUT_SPACE) as workspace:
        workspace.expect(SPACE, SIGN_UP)
    with Workspace(folder, "--config", str(other)) as workspace:
        workspace.expect(SPACE)
        other.write_text(WITHOUT_SPACE)
        workspace.mark = workspace.server.mark()
        workspace.server.watched((other.as_uri(), 2))
        workspace.expect(SIGN_UP)


@pytest.mark.parametrize("nested", [False, True])
def test_settings_at_the_start(nested, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "own.toml").write_text(WITHOUT_SIGN_UP)
    settings = {"configuration": "other/own.toml", "minSeverity": "warning"}
    with Workspace(tmp_path, initializationOptions={"newslint": settings} if nested else settings) as workspace:
        workspace.expect(SPACE)


def test_settings_that_change(tmp_path):
    with Workspace(tmp_path) as workspace:
        workspace.expect(SPACE, SIGN_UP)

        def change(settings: object) -> None:
            workspace.mark = workspace.server.mark()
            workspace.server.notify("workspace/didChangeConfiguration", {"settings": settings})

        change({"newslint": {"minSeverity": "error"}})
        workspace.expect(SIGN_UP)
        change({"newslint": {"minSeverity": "warning"}})
        workspace.expect(SPACE, SIGN_UP)
        (tmp_path / "own.toml").write_text(WITHOUT_SPACE)
        change({"newslint": {"configuration": "own.toml"}})
        workspace.expect(SIGN_UP)
        change({"newslint": {"configuration": str(tmp_path / "own.toml"), "minSeverity": "warning"}})
        change({"newslint": {"configuration": None}})
        workspace.expect(SPACE, SIGN_UP)


def test_settings_that_are_asked_for(tmp_path):
    capabilities = merged(PUSH, {"workspace": {"configuration": True}})
    with Workspace(tmp_path, capabilities=capabilities, settings={"minSeverity": "error"}) as workspace:
        workspace.expect(SIGN_UP)
        workspace.server.settings = {"minSeverity": "warning"}
        workspace.mark = workspace.server.mark()
        workspace.server.notify("workspace/didChangeConfiguration", {"settings": None})
        workspace.expect(SPACE, SIGN_UP)
        workspace.server.settings = None
        workspace.server.notify("workspace/didChangeConfiguration", {"settings": {}})
        workspace.still(SPACE, SIGN_UP)


BAD = [
    {"minSeverity": "fatal"},
    {"minSeverity": 5},
    {"configuration": 7},
    {"configuration": "no/such/lint.toml"},
    {"run": "never"},
    {"maxDiagnostics": "many"},
    {"maxDiagnostics": -1},
    {"maxDiagnostics": 1e300},
    {"workspaceFiles": {}},
    {"unknown": True},
    {"minSeverty": "error"},
    5,
    "text",
    [1],
]


@pytest.mark.parametrize("settings", BAD, ids=str)
@pytest.mark.parametrize("way", ["start", "change", "ask"])
def test_bad_settings(way, settings, tmp_path):
    """The user is told, and the server works on."""
    more: dict = {}
    if way == "start":
        more = {"initializationOptions": settings}
    if way == "ask":
        more = {"settings": settings, "capabilities": merged(PUSH, {"workspace": {"configuration": True}})}
    with Workspace(tmp_path, **more) as workspace:
        if way == "change":
            workspace.expect(SPACE, SIGN_UP)
            workspace.server.notify("workspace/didChangeConfiguration", {"settings": {"newslint": settings}})
        if way == "change" or settings != {"configuration": "no/such/lint.toml"}:
            workspace.still(SPACE, SIGN_UP)
        told = workspace.server.wait(lambda one: one.get("method") in ("window/showMessage", "window/logMessage"))
        assert told is not None, "nobody is told"


@pytest.mark.parametrize(
    "settings", [None, {}, {"newslint": None}, {"newslint": {}}, {"other": {"minSeverity": 5}}], ids=str
)
def test_settings_that_say_nothing(settings, tmp_path):
    with Workspace(tmp_path) as workspace:
        workspace.expect(SPACE, SIGN_UP)
        workspace.server.notify("workspace/didChangeConfiguration", {"settings": settings})
        workspace.still(SPACE, SIGN_UP)
        assert workspace.messages() == []


def test_what_is_watched(tmp_path):
    with Workspace(tmp_path) as workspace:
        workspace.expect(SPACE, SIGN_UP)
        workspace.server.barrier()
        told = [one for part in workspace.server.since(0, "client/registerCapability") for one in part["registrations"]]
        watchers = [one for one in told if one["method"] == "workspace/didChangeWatchedFiles"]
        patterns = [str(watcher["globPattern"]) for one in watchers for watcher in one["registerOptions"]["watchers"]]
        assert any("toml" in pattern for pattern in patterns), patterns
        assert len({one["id"] for one in told}) == len(told)
    with Workspace(
        tmp_path, capabilities=merged(PUSH, {"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": False}}})
    ) as workspace:
        workspace.expect(SPACE, SIGN_UP)
        workspace.server.barrier()
        told = [one for part in workspace.server.since(0, "client/registerCapability") for one in part["registrations"]]
        assert [one for one in told if one["method"] == "workspace/didChangeWatchedFiles"] == []


def test_events_about_everything(tmp_path):
    """Files that are not there, folders, other schemes, and hundreds at once."""
    with Workspace(tmp_path) as workspace:
        workspace.expect(SPACE, SIGN_UP)
        uris = [
            tmp_path.as_uri(),
            "file:///",
            "untitled:x",
            "git:/lint.toml",
            (tmp_path / "x" / "lint.toml").as_uri(),
            "no uri",
            "",
            "file:///%FF/lint.toml",
        ]
        workspace.server.watched(*((uri, kind) for uri in uris for kind in (1, 2, 3)))
        workspace.server.watched(*(((tmp_path / f"{number}.txt").as_uri(), 1) for number in range(1000)))
        workspace.still(SPACE, SIGN_UP)


def test_a_configuration_that_is_a_folder_or_unreadable(tmp_path):
    with Workspace(tmp_path) as workspace:
        workspace.expect(SPACE, SIGN_UP)
        workspace.path.mkdir()
        workspace.server.watched((workspace.configuration, 1))
        workspace.still(SPACE, SIGN_UP)
        workspace.path.rmdir()
        workspace.path.write_bytes(b"# \xff\xfe\nignore = []\n")
        mark = workspace.server.mark()
        workspace.server.watched((workspace.configuration, 2))
        workspace.still(SPACE, SIGN_UP)
        assert workspace.messages(mark)


def test_hover_and_completion_in_a_configuration(tmp_path):
    with Workspace(tmp_path, configuration="") as workspace:
        server = workspace.server
        if "completionProvider" not in server.capabilities:
            pytest.skip("the server offers no completion")
        text = 'ignore = ["structure/"]\n[severity]\n\n'
        server.open(workspace.configuration, text, "toml")
        server.barrier()

        def complete(line: int, character: int) -> list[str]:
            place = {
                "textDocument": {"uri": workspace.configuration},
                "position": {"line": line, "character": character},
            }
            found = server.call("textDocument/completion", place) or []
            return [one["label"] for one in (found["items"] if isinstance(found, dict) else found)]

        assert SPACE in complete(0, 21)
        for line, character in ((0, 0), (2, 0), (1, 5), (99, 0), (0, 9999)):
            complete(line, character)
        assert complete(2, 0)
        # Prose has no completion.
        place = {"textDocument": {"uri": workspace.uri}, "position": {"line": 0, "character": 3}}
        assert not server.call("textDocument/completion", place)
