"""Running newslint, and telling whether what it found is what it had to find."""

import json
import os
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from documents import Document

# Differences shown of a failed check.
MOST_SHOWN = 3

# A run takes a fraction of a second on an idle machine; CI machines are not idle. One that hangs is a
# failure, not a wait without end.
MOST_SECONDS = 120


class Checks:
    """Prints one line a check and counts the failures."""

    def __init__(self) -> None:
        self.count = 0
        self.failed = 0

    def tell(self, name: str, differences: list[str]) -> bool:
        """A check that found these differences; none is well."""
        self.count += 1
        if not differences:
            print(f"ok      {name}", flush=True)
            return True
        self.failed += 1
        more = len(differences) - MOST_SHOWN
        shown = "; ".join(differences[:MOST_SHOWN]) + (f"; and {more} more" if more > 0 else "")
        print(f"FAILED  {name}: {shown}", flush=True)
        return False


@dataclass
class Result:
    """What a run of newslint gave."""

    # None: it was stopped after a long time.
    status: int | None
    output: bytes
    errors: str
    findings: list[dict] = field(default_factory=list)

    def by_record(self, key: str = "index") -> dict:
        """The findings of each record, in order; `key` is a key of `record`."""
        groups: dict = {}
        for finding in self.findings:
            groups.setdefault((finding["record"] or {}).get(key), []).append(finding)
        return groups


class Newslint:
    """The program under test."""

    def __init__(self, program: Path, cache: Path) -> None:
        self.program = program
        # Nothing that an earlier run kept may answer for this one.
        self.environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}

    def check(self, *arguments: str | Path, stdin: bytes | None = None, threads: int = 2) -> Result:
        """Lints with all rules down to `info`, and reads the findings back."""
        command = [self.program, "check", "--isolated", "--no-cache", "--min-severity", "info", "--fail-on", "info"]
        command += ["--format", "jsonl", "--threads", str(threads), *arguments]
        return self.run(command, input=stdin if stdin is not None else b"")

    def run(self, command: list[str | Path], **options) -> Result:
        """Runs a command that prints findings as JSON Lines. `options` are those of subprocess.run."""
        # Files, not pipes: a program that never ends its messages would fill our memory.
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
            options |= {"stdout": output, "stderr": errors, "env": self.environment, "timeout": MOST_SECONDS}
            try:
                status = subprocess.run([str(part) for part in command], **options).returncode
            except subprocess.TimeoutExpired:
                errors.seek(0)
                return Result(None, b"", f"it ran for more than {MOST_SECONDS} s\n{head(errors)}")
            output.seek(0)
            errors.seek(0)
            written = output.read()
            return Result(status, written, head(errors), [json.loads(line) for line in written.splitlines()])


def head(errors: BinaryIO) -> str:
    """The first messages on standard error, up to a megabyte."""
    return errors.read(1_000_000).decode("utf-8", "replace")


@dataclass
class Bench:
    """What every check works with."""

    newslint: Newslint
    checks: Checks
    folder: Path
    documents: list[Document]
    # The findings of each document, as of a file of its own, by its id.
    expected: dict[str, list] = field(default_factory=dict)

    def same_bytes_by_threads(self, *arguments: str | Path, stdin: bytes | None = None) -> tuple[Result, list[str]]:
        """A run, and whether one thread gives another output than two."""
        one = self.newslint.check(*arguments, stdin=stdin, threads=1)
        if one.status is None:
            return one, []
        two = self.newslint.check(*arguments, stdin=stdin, threads=2)
        differences = []
        if (one.status, one.output, one.errors) != (two.status, two.output, two.errors):
            differences.append("one thread and two threads give different output")
        return two, differences


def essence(finding: dict) -> tuple:
    """What must be the same wherever a text is stored: all but the file and the places in it."""
    fix = finding["fix"]
    edits = fix and (fix["safety"], [tuple(sorted(edit.items())) for edit in fix["edits"]])
    related = [(other["span"]["start"], other["span"]["end"], other["message"]) for other in finding["related"]]
    span = (finding["span"]["start"], finding["span"]["end"])
    return (finding["rule"], finding["severity"], span, finding["text"], finding["message"], edits, related)


def expect_from_files(bench: Bench) -> None:
    """Lints every document as a .txt file of its own: the findings to find again elsewhere."""
    folder = bench.folder / "texts"
    folder.mkdir()
    for document in bench.documents:
        (folder / f"{document.id}.txt").write_bytes(document.encoded)
    result, differences = bench.same_bytes_by_threads(folder)
    if result.status != 1 or result.errors:
        differences.append(f"exit status {result.status}, {result.errors[:300]!r}")
    bench.expected = {document.id: [] for document in bench.documents}
    for finding in result.findings:
        bench.expected[Path(finding["path"]).stem].append(finding)
        differences += wrong_span(finding)
    with_findings = sum(bool(findings) for findings in bench.expected.values())
    name = f"{len(bench.documents)} texts as files: {len(result.findings)} findings in {with_findings} of them"
    bench.checks.tell(name, differences)


def wrong_span(finding: dict) -> list[str]:
    """In a file without a byte order mark the span is where start and end are."""
    place = (finding["start"]["byte"], finding["end"]["byte"])
    span = (finding["span"]["start"], finding["span"]["end"])
    return [] if place == span else [f"{finding['path']}: the span {span} is not the place {place}"]


def compare(document_id: str, found: list[dict], expected: list[dict]) -> list[str]:
    """How the findings of one record differ from those of the same text in a file."""
    is_findings, was_findings = [essence(finding) for finding in found], [essence(finding) for finding in expected]
    if is_findings == was_findings:
        return []
    extra = [finding for finding in is_findings if finding not in was_findings]
    missing = [finding for finding in was_findings if finding not in is_findings]
    if not extra and not missing:
        return [f"{document_id}: the same findings in another order or number"]
    return [f"{document_id}: {word} {show(one)}" for word, list_ in (("extra", extra), ("missing", missing)) for one in list_]


def show(essence_of_finding: tuple) -> str:
    """A finding in one short line."""
    rule, _, span, text, *_ = essence_of_finding
    return f"{rule} at {span[0]}..{span[1]} {text[:40]!r}"


def compare_all(bench: Bench, found: dict, wanted: dict) -> list[str]:
    """Compares all records. `found`: findings by a key of the record. `wanted`: documents by the same key."""
    differences = []
    for key, document in wanted.items():
        differences += compare(f"record {key} ({document.id})", found.get(key, []), bench.expected[document.id])
    strangers = [key for key in found if key not in wanted]
    return differences + [f"findings in record {key}, which is not there" for key in strangers]


def by_index(documents: list[Document]) -> dict[int, Document]:
    """The documents of a file by the number of their record."""
    return dict(enumerate(documents, 1))
