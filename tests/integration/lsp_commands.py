"""Commands: ignoring a finding, accepting a name, fixing all, checking the workspace."""

import pytest
import tomllib

from lsp_client import INVALID_PARAMS, PUSH, Refused, Server, codes, edits_of, merged
from lsp_expected import agree, as_diagnostics, check, essences, fixed, run
from lsp_text import to_range

SPACE = "structure/space-before-punctuation"
TEXT = "The talks , they said, went well.\n\nSign up for our newsletter\n"
NAMES = "Antony Blinken met Xi. Blinken said so. Mr Blinken left. Blinken came back. Then Blingen , he said, left.\n"


def command(server: Server, name: str, *arguments: object) -> object:
    """Executes a command."""
    return server.call("workspace/executeCommand", {"command": name, "arguments": list(arguments)})


class Workspace:
    """A folder with files, and a server that has one of them open."""

    def __init__(self, folder, name: str = "story.txt", text: str = TEXT, capabilities: dict = PUSH) -> None:
        self.folder = folder
        self.configuration = folder / "lint.toml"
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        self.uri = path.as_uri()
        self.server = Server(folder=folder)
        self.server.initialize(capabilities)
        self.server.open(self.uri, text)
        self.diagnostics = self.server.pushed(self.uri)

    def __enter__(self) -> "Workspace":
        self.server.__enter__()
        return self

    def __exit__(self, *of: object) -> None:
        self.server.__exit__(*of)

    def of_rule(self, rule: str) -> dict:
        """The first diagnostic of a rule."""
        return next(one for one in self.diagnostics if one["code"] == rule)

    def action(self, diagnostic: dict, title: str) -> dict:
        """The code action of a diagnostic with this title."""
        actions = self.server.actions(self.uri, diagnostic["range"], [diagnostic], ["quickfix"])
        return next(one for one in actions if one["title"] == title and diagnostic in one.get("diagnostics", []))

    def execute(self, action: dict) -> int:
        """Executes the command of an action; the result is the mark before it."""
        mark = self.server.mark()
        command(self.server, action["command"]["command"], *action["command"]["arguments"])
        return mark

    def gone(self, rule: str, mark: int) -> None:
        """Waits until no diagnostic has this rule."""
        self.server.pushed_when(self.uri, lambda found: rule not in codes(found), mark)


@pytest.mark.parametrize("name", ["story.txt", "in a/folder/story [1].txt", "übung/#1.txt"])
def test_ignoring_makes_a_configuration(name, tmp_path):
    with Workspace(tmp_path, name) as workspace:
        mark = workspace.execute(workspace.action(workspace.of_rule(SPACE), "Ignore this finding in lint.toml"))
        workspace.gone(SPACE, mark)
        assert workspace.configuration.is_file()
        (entry,) = tomllib.loads(workspace.configuration.read_text())["ignore-text"]
        assert entry["rule"] == SPACE
        # The command line reads it the same way.
        findings, _ = check(tmp_path, name, options=(), least="warning")
        assert SPACE not in [one["rule"] for one in findings[name]]
        assert len(findings[name]) == len(workspace.diagnostics) - 1


def test_ignoring_adds_to_a_configuration(tmp_path):
    before = '# A comment.\nignore = ["names"]   # behind it\n\n[[ignore-text]]\npath = "/other.txt"\nrule = "all"\ntext = "x"\nreason = "y"\n# The end.\n'
    (tmp_path / "lint.toml").write_text(before)
    with Workspace(tmp_path) as workspace:
        diagnostic = workspace.of_rule(SPACE)
        mark = workspace.server.mark()
        command(
            workspace.server,
            "newslint.ignore",
            {"uri": workspace.uri, "fingerprint": diagnostic["data"]["fingerprint"], "reason": 'it is “so” "here"\\'},
        )
        workspace.gone(SPACE, mark)
        after = workspace.configuration.read_text()
        assert all(line in after.splitlines() for line in before.splitlines())
        entries = tomllib.loads(after)["ignore-text"]
        assert len(entries) == 2 and entries[1]["reason"] == 'it is “so” "here"\\'
        workspace.configuration.write_text(before)
        done = run(
            "ignore", diagnostic["data"]["fingerprint"], "story.txt", "--reason", entries[1]["reason"], folder=tmp_path
        )
        assert done.returncode == 0, done.stderr
        assert workspace.configuration.read_text() == after


def test_ignoring_in_a_configuration_that_is_open(tmp_path):
    """What the editor has is changed by an edit, and the disk is left alone."""
    on_disk = "# On the disk.\n"
    (tmp_path / "lint.toml").write_text(on_disk)
    with Workspace(tmp_path) as workspace:
        server, uri = workspace.server, workspace.configuration.as_uri()
        unsaved = '# Not saved yet: “😀”.\nignore = ["names"]\n'
        server.open(uri, on_disk, "toml")
        server.set_text(uri, unsaved)
        mark = server.mark()
        workspace.execute(workspace.action(workspace.of_rule(SPACE), "Ignore this finding in lint.toml"))
        assert len(server.since(mark, "workspace/applyEdit")) == 1
        after = server.documents[uri].text
        assert after.startswith(unsaved) and tomllib.loads(after)["ignore-text"][0]["rule"] == SPACE
        assert workspace.configuration.read_text() == on_disk
        # The editor saves.
        workspace.configuration.write_text(after)
        mark = server.mark()
        server.save(uri)
        server.barrier()
        server.set_text(workspace.uri, TEXT + "\n")
        assert SPACE not in codes(server.pushed(workspace.uri, since=mark))


def test_ignoring_when_the_editor_refuses_the_edit(tmp_path):
    (tmp_path / "lint.toml").write_text("# Here.\n")
    with Workspace(tmp_path) as workspace:
        server, uri = workspace.server, workspace.configuration.as_uri()
        server.answers["workspace/applyEdit"] = lambda _: {"applied": False, "failureReason": "no"}
        server.open(uri, "# Here.\n", "toml")
        try:
            workspace.execute(workspace.action(workspace.of_rule(SPACE), "Ignore this finding in lint.toml"))
        except Refused:
            pass
        server.barrier()
        assert workspace.configuration.read_text() == "# Here.\n"


@pytest.mark.parametrize(
    "before", [None, "# Empty.\n", '[names]\naccept = ["Ji Chaoqun"]  # one\n', '[severity]\nnames = "error"\n']
)
def test_accepting_a_name(before, tmp_path):
    if before is not None:
        (tmp_path / "lint.toml").write_text(before)
    with Workspace(tmp_path, text=NAMES) as workspace:
        rule = "names/misspelled"
        mark = workspace.execute(workspace.action(workspace.of_rule(rule), "Accept the name `Blingen`"))
        workspace.gone(rule, mark)
        after = workspace.configuration.read_text()
        assert "Blingen" in tomllib.loads(after)["names"]["accept"]
        assert all(line in after for line in (before or "").splitlines() if "accept" not in line)
        if before and "accept" in before:
            assert tomllib.loads(after)["names"]["accept"] == ["Ji Chaoqun", "Blingen"]
        assert SPACE in codes(workspace.server.pushed_when(workspace.uri, lambda found: rule not in codes(found), mark))


def test_only_names_can_be_accepted(tmp_path):
    with Workspace(tmp_path, text=NAMES) as workspace:
        for diagnostic in workspace.diagnostics:
            actions = workspace.server.actions(workspace.uri, diagnostic["range"], [diagnostic], ["quickfix"])
            accepting = [
                one
                for one in actions
                if one["title"].startswith("Accept the name") and diagnostic in one["diagnostics"]
            ]
            assert bool(accepting) == diagnostic["code"].startswith("names/"), diagnostic["code"]


def test_ignoring_what_is_not_there(tmp_path):
    with Workspace(tmp_path) as workspace:
        for argument in (
            {"uri": workspace.uri, "fingerprint": "0" * 32},
            {"uri": "file:///no/such.txt", "fingerprint": "0" * 32},
            {"uri": workspace.uri, "fingerprint": "xyz"},
        ):
            try:
                command(workspace.server, "newslint.ignore", argument)
            except Refused:
                pass
        assert not workspace.configuration.exists()


def test_ignoring_in_a_broken_configuration(tmp_path):
    with Workspace(tmp_path) as workspace:
        workspace.configuration.write_text("ignore = [\n")
        workspace.server.watched((workspace.configuration.as_uri(), 1))
        mark = workspace.server.mark()
        try:
            workspace.execute(workspace.action(workspace.of_rule(SPACE), "Ignore this finding in lint.toml"))
            refused = False
        except Refused:
            refused = True
        workspace.server.barrier()
        assert refused or workspace.server.since(mark, "window/showMessage"), "the user is told nothing"
        assert workspace.configuration.read_text() == "ignore = [\n"


@pytest.mark.parametrize("name", ["newslint.ignore", "newslint.acceptName", "newslint.fixAll"])
@pytest.mark.parametrize(
    "arguments",
    [[], [None], [5], [{}], [{"uri": 5}], [{"uri": "no uri"}], ["text", "text"], [{"uri": "untitled:x", "name": 1}]],
)
def test_bad_arguments(name, arguments, tmp_path):
    with Workspace(tmp_path) as workspace:
        with pytest.raises(Refused) as refused:
            command(workspace.server, name, *arguments)
        assert refused.value.code == INVALID_PARAMS
        assert not workspace.configuration.exists()


def test_unknown_commands(tmp_path):
    with Workspace(tmp_path) as workspace:
        for name in ("newslint.noSuch", "", "rust-analyzer.run"):
            with pytest.raises(Refused) as refused:
                command(workspace.server, name)
            assert refused.value.code == INVALID_PARAMS


def test_fixing_all_of_the_newest_text(tmp_path):
    """The edit fits the version that the client has, or is refused; it never garbles."""
    with Workspace(tmp_path) as workspace:
        server = workspace.server
        for number in range(20):
            server.change(workspace.uri, {"range": to_range((0, 0), (0, 0)), "text": f"Line {number} , so on.\n"})
        text = server.documents[workspace.uri].text
        command(server, "newslint.fixAll", {"uri": workspace.uri})
        assert server.documents[workspace.uri].text == fixed(tmp_path, "story.txt", text)


def test_fixing_all_where_nothing_is_to_fix(tmp_path):
    with Workspace(tmp_path, text="All is well here, they said.\n") as workspace:
        mark = workspace.server.mark()
        command(workspace.server, "newslint.fixAll", {"uri": workspace.uri})
        assert workspace.server.since(mark, "workspace/applyEdit") == []


def test_fixing_all_refused_by_the_editor(tmp_path):
    with Workspace(tmp_path) as workspace:
        workspace.server.answers["workspace/applyEdit"] = lambda _: {"applied": False, "failureReason": "no"}
        try:
            command(workspace.server, "newslint.fixAll", {"uri": workspace.uri})
        except Refused:
            pass
        workspace.server.barrier()
        assert (tmp_path / "story.txt").read_text() == TEXT


def test_the_kind_of_edit_that_the_client_knows(tmp_path):
    for supports in (True, False):
        with Workspace(
            tmp_path, capabilities=merged(PUSH, {"workspace": {"workspaceEdit": {"documentChanges": supports}}})
        ) as workspace:
            command(workspace.server, "newslint.fixAll", {"uri": workspace.uri})
            (parameters,) = workspace.server.since(0, "workspace/applyEdit")
            assert ("documentChanges" in parameters["edit"]) == supports
            assert list(edits_of(parameters["edit"])) == [workspace.uri]


def test_a_client_without_edits(tmp_path):
    """Without workspace.applyEdit the server must not ask for one."""
    with Workspace(tmp_path, capabilities=merged(PUSH, {"workspace": {"applyEdit": False}})) as workspace:
        try:
            command(workspace.server, "newslint.fixAll", {"uri": workspace.uri})
        except Refused:
            pass
        workspace.server.barrier()
        assert workspace.server.since(0, "workspace/applyEdit") == []


@pytest.mark.parametrize("progress", [True, False])
def test_checking_the_workspace(progress, tmp_path):
    files = {
        "a.txt": TEXT,
        "b/c.md": "😀 , so.\r\nAnd , so.\r\n",
        "b/d.jsonl": '{"text": "So , \\u2019on."}\n',
        "e.csv": 'id,text\n1,"So , ""on""."\n',
        "clean.txt": "All is well here, they said.\n",
        ".hidden/x.txt": TEXT,
        "other.rs": "fn , main",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(text.encode())
    with Workspace(
        tmp_path, "open.txt", capabilities=merged(PUSH, {"window": {"workDoneProgress": progress}})
    ) as workspace:
        server = workspace.server
        mark = server.mark()
        command(server, "newslint.checkWorkspace")
        findings, _ = check(tmp_path, ".", options=(), least="warning")
        for name, text in files.items():
            wanted = as_diagnostics(findings.get(name, findings.get("./" + name, [])), text, "utf-16")
            uri = (tmp_path / name).as_uri()
            if wanted:
                found = server.pushed_when(uri, lambda diagnostics: bool(diagnostics), mark)
                agree(essences(found, uri), wanted)
            else:
                assert not [
                    one
                    for one in server.since(mark, "textDocument/publishDiagnostics")
                    if one["uri"] == uri and one["diagnostics"]
                ]
        server.barrier()
        created = server.since(mark, "window/workDoneProgress/create")
        told = server.since(mark, "$/progress")
        assert len(created) == (1 if progress else 0)
        if progress:
            server.wait(lambda one: one.get("method") == "$/progress" and one["params"]["value"]["kind"] == "end", mark)
            stages = [
                one["value"]["kind"] for one in server.since(mark, "$/progress") if one["token"] == created[0]["token"]
            ]
            assert stages[0] == "begin" and stages[-1] == "end" and set(stages[1:-1]) <= {"report"}
        else:
            assert told == []


def test_checking_without_a_workspace():
    with Server() as server:
        server.initialize()
        try:
            command(server, "newslint.checkWorkspace")
        except Refused:
            pass
        server.barrier()
