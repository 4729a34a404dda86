"""The settings in docs/editors.md: the tests load what readers copy from there."""

import os
import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "editors.md"

# A comment that names the block, and the fenced block below it.
BLOCK = re.compile(r"^<!-- settings: (?P<name>\S+) -->\n```\w+\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def settings() -> dict[str, str]:
    """All blocks of the page by name."""
    return {block["name"]: block["text"] for block in BLOCK.finditer(PAGE.read_text(encoding="utf-8"))}


def command_folder(folder: Path, newslint: Path) -> Path:
    """A folder for the path in which the program is called `newslint`, as the settings call it."""
    commands = folder / "commands"
    commands.mkdir()
    (commands / "newslint").symlink_to(newslint)
    return commands


def environment(folder: Path, commands: Path) -> dict[str, str]:
    """An environment with a home folder of its own: no settings, caches and logs of the user."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    own = {f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("CONFIG", "CACHE", "DATA", "STATE")}
    path = f"{commands}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, **own, "HOME": str(home), "PATH": path, "LC_ALL": "C.UTF-8", "TERM": "dumb"}


def processes_of(program: Path, parent: int) -> list[int]:
    """Running processes of a program that another process started."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and (entry / "exe").resolve() == program:
                status = (entry / "status").read_text()
                if re.search(r"^PPid:\s+(\d+)$", status, re.MULTILINE)[1] == str(parent):
                    found.append(int(entry.name))
        except OSError:
            continue
    return found


def is_running(process: int) -> bool:
    """Whether a process is there and has not ended (one that nobody waited for has)."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
