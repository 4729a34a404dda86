"""`newslint lsp` in Emacs, with the settings of docs/editors.md: eglot and lsp-mode.

Emacs runs in a terminal of its own; keys are typed there, and what it shows is asked for by emacsclient.
After every change Flymake's diagnostics have to be what `newslint check` finds in the buffer's text.
Installs what it needs.

    python3 tests/integration/emacs.py --newslint target/release/newslint
"""

import argparse
import fcntl
import json
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from editor_settings import command_folder, environment, is_running, processes_of, settings
from editor_texts import FILES, SEEDS, Oracle, Place, title_of, wrong_fix, write_files
from environment import install_tools
from harness import Checks

REPOSITORY = Path(__file__).resolve().parents[2]
HELPERS = Path(__file__).with_name("emacs.el")

EDITOR = {"emacs": "emacs-nox"}

# Library and the Debian package that has it; from 29 on Emacs itself has eglot.
PACKAGES = {"eglot": "elpa-eglot", "lsp-mode": "elpa-lsp-mode", "markdown-mode": "elpa-markdown-mode"}

# A change is answered in milliseconds on an idle machine, after the half second that Emacs waits.
MOST_SECONDS = 60

MOST_SECONDS_OF_AN_ANSWER = 60

# A fault shows in every file; each one that is waited for costs time.
ENOUGH_DIFFERENCES = 3

# The text of a diagnostic, as eglot writes it. lsp-mode shows the message alone.
TEXT = re.compile(r"^newslint \[(?P<rule>[^]]+)\]: (?P<message>.*)$", re.DOTALL)

SEVERITIES = {
    "eglot-error": "error",
    "eglot-warning": "warning",
    "eglot-note": "info",
    ":error": "error",
    ":warning": "warning",
    ":note": "info",
}


def lisp(value: object) -> str:
    """A string, number or list as Emacs reads it."""
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, tuple):
        return f"'({' '.join(map(lisp, value))})"
    return str(value)


class Editor:
    """An Emacs in a terminal, driven as a user drives it."""

    def __init__(self, folder: Path, oracle: Oracle, client: "Client") -> None:
        self.oracle = oracle
        self.client = client
        start = folder / f"{oracle.folder.name}.el"
        # Packages first, as Emacs itself loads them before the settings.
        start.write_text("\n".join(["(package-initialize)", *client.blocks]), encoding="utf-8")
        self.sockets = folder / f"{oracle.folder.name}-sockets"
        self.sockets.mkdir(mode=0o700)
        variables = {**oracle.variables, "TERM": "xterm-256color", "NEWSLINT_TEST_SOCKETS": str(self.sockets)}
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.chdir(oracle.folder)
            command = ["emacs", "-nw", "-q", "-l", str(start), "-l", str(HELPERS)]
            os.execvpe("emacs", command, variables)
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 160, 0, 0))
        self.screen = bytearray()
        threading.Thread(target=self.read_screen, daemon=True).start()
        if not self.wait(lambda: (self.sockets / "server").exists(), 60):
            raise RuntimeError(f"Emacs does not start: {bytes(self.screen[-2000:])!r}")

    def read_screen(self) -> None:
        """Takes what Emacs draws, so that it never waits."""
        while True:
            try:
                self.screen += os.read(self.terminal, 65536)
            except OSError:
                return

    def ask(self, form: str):
        """The value of a form in the buffer that is shown; an error is raised."""
        path = self.sockets / "answer"
        path.unlink(missing_ok=True)
        command = ["emacsclient", "-s", str(self.sockets / "server"), "-e"]
        command.append(f"(newslint-test-answer {lisp(str(path))} {form})")
        run = subprocess.run(command, capture_output=True, text=True, timeout=MOST_SECONDS_OF_AN_ANSWER)
        if not path.exists():
            raise RuntimeError(f"{form}: {run.stderr or run.stdout}")
        answer = json.loads(path.read_text(encoding="utf-8"))
        if "error" in answer:
            raise RuntimeError(f"{form}: {answer['error']}")
        return answer["value"]

    def call(self, name: str, *arguments: object):
        """A function of emacs.el."""
        return self.ask(f"(newslint-test-{name} {' '.join(map(lisp, arguments))})")

    def open(self, name: str) -> None:
        """Visits a file of the folder."""
        self.call("open", str(self.oracle.folder / name))
        # The client turns Flymake on when the server has answered, and Flymake begins after the next command;
        # C-l does no harm.
        self.wait(lambda: self.ask("(bound-and-true-p flymake-mode)"))
        self.keys("\x0c")

    def close(self) -> None:
        """Kills the buffer and forgets its changes."""
        self.call("close")

    def keys(self, keys: str) -> None:
        """Types keys."""
        os.write(self.terminal, keys.encode())

    def text(self) -> bytes:
        """The text of the buffer that is shown, with line feeds."""
        return self.ask("(buffer-substring-no-properties (point-min) (point-max))").encode()

    def shown(self) -> list[Place]:
        """The diagnostics of the buffer that is shown."""
        found = []
        for *place, kind, text in self.call("shown"):
            parts = TEXT.match(text) if self.client.shows_rules else None
            rule, message = (parts["rule"], parts["message"]) if parts else ("", text)
            found.append(Place(*place, SEVERITIES.get(kind, kind), rule, message))
        return sorted(found)

    def as_shown(self, places: list[Place]) -> list[Place]:
        """What the client can show of these."""
        return sorted(place if self.client.shows_rules else replace(place, rule="") for place in places)

    def wait(self, condition: Callable[[], bool], seconds: float = MOST_SECONDS) -> bool:
        """Waits for something to become true."""
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        return True

    def settle(self, what: str, name: str) -> list[str]:
        """How the diagnostics differ from the findings in the buffer's text, after the time to come."""
        return self.differ(what, self.oracle.places(name, self.text()))

    def differ(self, what: str, wanted: list[Place]) -> list[str]:
        """How the diagnostics differ from these, after the time to come."""
        wanted = self.as_shown(wanted)
        if self.wait(lambda: self.shown() == wanted):
            return []
        found = self.shown()
        differences = [f"{what}: extra {place}" for place in found if place not in wanted]
        differences += [f"{what}: missing {place}" for place in wanted if place not in found]
        return differences or [f"{what}: {len(found)} diagnostics, not {len(wanted)}"]

    def choose(self, title: str, place: Place, command: str) -> list[str]:
        """Picks the code action that a command offers at a finding."""
        try:
            self.call("choose", title, (place.line, place.column), (place.last_line, place.last_column), command)
        except RuntimeError as error:
            return [f"{error}; offered are {self.ask('(vconcat newslint-test-offered)')}"]
        # Emacs 28 leaves what the server says right behind an answer until it says more, as after a step.
        self.keys("\x06")
        return []

    def servers(self) -> list[int]:
        """The processes of the server."""
        return processes_of(self.oracle.newslint.resolve(), self.process)


@dataclass
class Client:
    """One of the two clients: its settings, its commands, and the files that it can show."""

    name: str
    blocks: list[str]
    actions: str
    fix_all: str
    shows_rules: bool
    article: str
    fixable: list[str]
    files: list[str]


def check_places(checks: Checks, client: Client, editor: Editor) -> None:
    """Every finding stands at its place, in every kind of file."""
    differences, count = [], 0
    for name in client.files:
        editor.open(name)
        differences += editor.settle(name, name)
        count += len(editor.shown())
        editor.close()
        if len(differences) >= ENOUGH_DIFFERENCES:
            break
    checks.tell(f"{client.name}: {count} findings of {len(client.files)} files at their lines and columns", differences)


def check_quick_fixes(checks: Checks, client: Client, editor: Editor) -> None:
    """The fix of each finding changes what it should; its diagnostic goes."""
    differences, count = [], 0
    for name in client.fixable:
        editor.open(name)
        before = editor.text()
        for finding in editor.oracle.findings(name, before):
            if finding["fix"] is None or len(differences) >= ENOUGH_DIFFERENCES:
                continue
            what = f"{name}: {finding['rule']} at {finding['start']['byte']}"
            differences += editor.settle(f"{what}, before", name)
            faults = editor.choose(title_of(finding), Place.of(finding, before), client.actions)
            if not faults:
                count += 1
                editor.wait(lambda: editor.text() != before)
                faults = wrong_fix(name, before, editor.text(), finding)
                faults += editor.settle("after", name)
            differences += [f"{what}: {fault}" for fault in faults]
            editor.ask("(progn (erase-buffer) (insert-file-contents buffer-file-name nil nil nil t) t)")
            if editor.text() != before:
                raise RuntimeError(f"{name} is not as it was")
        editor.close()
    checks.tell(f"{client.name}: {count} quick fixes, and their diagnostics vanish", differences)


def check_fix_all(checks: Checks, client: Client, editor: Editor) -> None:
    """Fix-all makes of a buffer what `newslint fix` makes of the file."""
    differences = []
    for name in client.fixable:
        editor.open(name)
        before = editor.text()
        wanted = editor.oracle.fixed(name, before)
        differences += editor.settle(f"{name}, before", name)
        if wanted != before:
            try:
                editor.ask(f"(progn {client.fix_all} t)")
            except RuntimeError as error:
                differences.append(str(error))
        if not editor.wait(lambda: editor.text() == wanted):
            differences.append(f"{name}: not the text that `newslint fix` makes")
        differences += editor.settle(f"{name}, after", name)
        editor.close()
        if len(differences) >= ENOUGH_DIFFERENCES:
            break
    checks.tell(f"{client.name}: fix-all makes what `newslint fix` makes", differences)


def check_typing(checks: Checks, client: Client, editor: Editor) -> None:
    """After everything that is typed the diagnostics are those of the text."""
    name = client.article
    editor.open(name)
    differences = editor.settle("opened", name)
    for what, keys in [
        ("a sentence above", "\x1b<The the minister , said .\r"),
        ("a line joined", "\x0e\x01\x7f"),
        ("a word deleted", "\x1b<\x1bd"),
        ("a line killed", "\x1b<\x0b\x0b"),
        ("put back at the end", "\x1b>\x19"),
    ]:
        before = editor.text()
        editor.keys(keys)
        if not editor.wait(lambda: editor.text() != before):
            differences.append(f"{what}: nothing is typed")
        differences += editor.settle(what, name)
    editor.close()
    checks.tell(f"{client.name}: typing", differences)


def check_ignoring(checks: Checks, client: Client, editor: Editor) -> None:
    """“Ignore” and “Accept the name” write lint.toml, and the diagnostics go."""
    name, configuration = client.article, editor.oracle.folder / "lint.toml"
    was = configuration.read_text()
    editor.open(name)
    differences = editor.settle("opened", name)
    for rule, title in [
        ("structure/repeated-word", "Ignore this finding in lint.toml"),
        ("names/misspelled", "Accept the name `Xi Jingping`"),
    ]:
        place = next(place for place in editor.oracle.places(name, editor.text()) if place.rule == rule)
        differences += editor.choose(title, place, client.actions)
        shown = editor.as_shown([place])[0]
        if not editor.wait(lambda: shown not in editor.shown()):
            differences.append(f"{rule} stays after {title!r}")
    path = editor.oracle.folder / name
    wanted = sorted(Place.of(one, editor.text()) for one in editor.oracle.findings_of(path))
    differences += editor.differ("as `newslint check` has it", wanted)
    if "[[ignore-text]]" not in configuration.read_text():
        differences.append(f"lint.toml is {configuration.read_text()!r}")
    # Emacs watches the file: a change from outside counts.
    configuration.write_text(was)
    differences += editor.settle("lint.toml as it was", name)
    editor.close()
    checks.tell(f"{client.name}: “ignore” and “accept the name” write lint.toml", differences)


def check_configuration(checks: Checks, client: Client, editor: Editor) -> None:
    """A mistake in lint.toml shows there."""
    editor.open("lint.toml")
    differences = []
    editor.keys('\x1b>selekt = ["all"]\r')
    if not editor.wait(lambda: [(one.line, "selekt" in one.message) for one in editor.shown()] == [(1, True)]):
        differences.append(f"shown are {[str(one) for one in editor.shown()]} in {editor.text()!r}")
    editor.close()
    checks.tell(f"{client.name}: a mistake in lint.toml", differences)


def check_end(checks: Checks, client: Client, editor: Editor) -> None:
    """The server ends with Emacs."""
    editor.open(client.article)
    differences = editor.settle("opened", client.article)
    servers = editor.servers()
    if not servers:
        differences.append("no server runs")
    editor.keys("\x18\x03")
    ended = editor.wait(lambda: os.waitpid(editor.process, os.WNOHANG) != (0, 0))
    if not ended:
        differences.append("Emacs does not end")
        os.kill(editor.process, signal.SIGKILL)
    if not editor.wait(lambda: not any(map(is_running, servers))):
        left = [process for process in servers if is_running(process)]
        differences.append(f"servers that still run: {left}")
        for process in left:
            os.kill(process, signal.SIGKILL)
    checks.tell(f"{client.name}: the server ends with Emacs", differences)


def check_client(checks: Checks, folder: Path, oracle: Oracle, client: Client) -> None:
    """Runs the checks of one client."""
    editor = Editor(folder, oracle, client)
    try:
        check_places(checks, client, editor)
        check_quick_fixes(checks, client, editor)
        check_fix_all(checks, client, editor)
        check_typing(checks, client, editor)
        check_ignoring(checks, client, editor)
        check_configuration(checks, client, editor)
        check_end(checks, client, editor)
    except (RuntimeError, subprocess.TimeoutExpired, StopIteration) as error:
        checks.tell(f"{client.name}: all checks", [f"{type(error).__name__}: {error}"])
        os.kill(editor.process, signal.SIGKILL)


def run_checks(newslint: Path, folder: Path) -> int:
    """Runs all checks and gives the exit status."""
    blocks = settings()
    variables = environment(folder, command_folder(folder, newslint))
    checks = Checks()
    seeds = sorted(path.name for path in SEEDS.glob("*.txt"))
    # What lsp-mode asks a user when it meets a folder for the first time.
    known = f"(lsp-workspace-folders-add {lisp(str(folder / 'lsp-mode'))})"
    answers = ["(setq lsp-enable-snippet nil)", "(require 'lsp-mode)", known]
    clients = [
        Client(
            name="eglot",
            blocks=[blocks["eglot"], blocks["eglot-markdown"]],
            actions="eglot-code-actions",
            fix_all="(newslint-fix-all)",
            shows_rules=True,
            article="quotes.txt",
            fixable=["quotes.txt", "windows.txt", "records.jsonl", "rows.csv"],
            files=[*seeds, *FILES],
        ),
        # Version 8 takes columns for characters, whatever the server counts: no emoji.
        Client(
            name="lsp-mode",
            blocks=[blocks["lsp-mode"], *answers],
            actions="lsp-execute-code-action",
            fix_all='(lsp-execute-code-action-by-kind "source.fixAll.newslint")',
            shows_rules=False,
            article="plain.txt",
            fixable=["plain.txt"],
            files=[*seeds, "plain.txt"],
        ),
    ]
    for client in clients:
        write_files(folder / client.name)
        check_client(checks, folder, Oracle(newslint, folder / client.name, variables), client)
    print(f"{checks.count} checks, {checks.failed} failed")
    return 1 if checks.failed else 0


def install_packages() -> None:
    """Installs the libraries that this Emacs has not."""
    tell = '(unless (locate-library (symbol-name one)) (princ (format "%s\\n" one)))'
    look = f"(dolist (one '({' '.join(PACKAGES)})) {tell})"
    run = subprocess.run(["emacs", "-q", "--batch", "--eval", look], capture_output=True, text=True, check=True)
    missing = [PACKAGES[library] for library in run.stdout.split()]
    if missing:
        print(f"installing {', '.join(missing)}", flush=True)
        subprocess.run(["apt-get", "install", "-y", "-qq", *missing], check=True, stdout=subprocess.DEVNULL)


def main() -> int:
    """Prepares what the checks need, and runs them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--newslint", type=Path, default=REPOSITORY / "target/release/newslint")
    newslint = parser.parse_args().newslint.resolve()
    if not newslint.is_file():
        print(f"there is no program {newslint}", file=sys.stderr)
        return 2
    install_tools(EDITOR)
    install_packages()
    with tempfile.TemporaryDirectory(prefix="newslint-emacs-") as folder:
        return run_checks(newslint, Path(folder).resolve())


if __name__ == "__main__":
    sys.exit(main())
