"""What the server has to say: the findings of `newslint check` as diagnostics, and the results of
`newslint fix`, with places computed by lsp_text."""

import json
import re
import subprocess
import tempfile
from collections import defaultdict
from pathlib import Path

from lsp_client import program
from lsp_text import Text, flat

SEVERITIES = {"error": 1, "warning": 2, "info": 3}

Essence = tuple


def run(*arguments: str | Path, folder: Path, stdin: bytes = b"") -> subprocess.CompletedProcess:
    """Runs newslint."""
    command = [program(), *(str(argument) for argument in arguments)]
    return subprocess.run(command, cwd=folder, input=stdin, capture_output=True, timeout=60)


def check(folder: Path, *paths: str | Path, options: tuple[str, ...] = ("--isolated",), least: str = "info"):
    """The findings of files by path, and by path the records that cannot be read: line and message.

    That a file has no texts at all is an error on the command line only: editors open settings, too.
    """
    command = ["check", *options, "--no-cache", "--min-severity", least, "--fail-on", "never"]
    done = run(*command, "--quiet", "--format", "jsonl", *paths, folder=folder)
    findings: dict[str, list[dict]] = defaultdict(list)
    for line in done.stdout.splitlines():
        finding = json.loads(line)
        findings[finding["path"]].append(finding)
    broken: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for line in done.stderr.decode().splitlines():
        if match := re.match(r"error: (.*?):(\d+):\d+: (?:record \d+: )?(.*)", line):
            broken[match[1]].append((int(match[2]), match[3]))
    return findings, broken


def check_text(folder: Path, name: str, text: str, **options) -> list[dict]:
    """The findings of one text as a file of this name."""
    (folder / name).write_bytes(text.encode())
    return check(folder, name, **options)[0][name]


def fixed(folder: Path, name: str, text: str, *options: str) -> str:
    """A text after `newslint fix`, as a file of this name."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        path = Path(place) / name
        path.write_bytes(text.encode())
        done = run("fix", name, "--quiet", "--fail-on", "never", *options, folder=Path(place))
        # Records that cannot be read are told by the status, and the others fixed.
        assert done.returncode in (0, 2), done.stderr
        return path.read_bytes().decode()


def as_diagnostics(findings: list[dict], text: str, encoding: str, least: str = "info") -> list[Essence]:
    """What has to be the same in diagnostics, of findings with their bytes in the text."""
    lines = Text(text)

    def place(of: dict) -> tuple:
        start = lines.position_of_byte(of["start"]["byte"], encoding)
        return (*start, *lines.position_of_byte(of["end"]["byte"], encoding))

    return sorted(
        (
            place(finding),
            finding["rule"],
            SEVERITIES[finding["severity"]],
            shown(finding["message"]),
            finding["fingerprint"],
            tuple(sorted((place(other), shown(other["message"])) for other in finding["related"])),
        )
        for finding in findings
        if SEVERITIES[finding["severity"]] <= SEVERITIES[least]
    )


def shown(message: str) -> str:
    """A message, with the characters that the server makes visible as they are in the text."""
    return re.sub(r"<U\+([0-9A-F]{4,6})>", lambda match: chr(int(match[1], 16)), message)


def deletes(finding: dict) -> bool:
    """Whether the fix of a finding deletes and does nothing else."""
    edits = (finding["fix"] or {"edits": []})["edits"]
    return bool(edits) and all(edit["replacement"] == "" for edit in edits)


def essences(diagnostics: list[dict], uri: str) -> list[Essence]:
    """The same of the server's diagnostics, those of records that cannot be read left out."""
    found = []
    for one in diagnostics:
        assert one["source"] == "newslint", one
        if "/" not in str(one.get("code")):
            continue
        related = one.get("relatedInformation") or []
        assert all(other["location"]["uri"] == uri for other in related), one
        found.append(
            (
                flat(one["range"]),
                one["code"],
                one["severity"],
                shown(one["message"]),
                one["data"]["fingerprint"],
                tuple(sorted((flat(other["location"]["range"]), shown(other["message"])) for other in related)),
            )
        )
    return sorted(found)


def unreadable(diagnostics: list[dict]) -> list[dict]:
    """The diagnostics that are of no rule."""
    return [one for one in diagnostics if "/" not in str(one.get("code"))]


def differences(found: list, wanted: list) -> list[str]:
    """How two lists differ, in words; nothing when they are the same."""
    lines = [f"extra {one}" for one in found if one not in wanted]
    lines += [f"missing {one}" for one in wanted if one not in found]
    if not lines and len(found) != len(wanted):
        lines = [f"{len(found)} of {len(wanted)}: some come twice"]
    return lines


def agree(found: list, wanted: list) -> None:
    """Fails when two lists differ."""
    lines = differences(found, wanted)
    assert not lines, "\n".join(lines[:6])
