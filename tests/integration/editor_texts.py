"""Files to open in editors, and what an editor has to show and do in them.

The findings are those of `newslint check`, as places of an editor: lines, and bytes of the line.
"""

import csv
import io
import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

SEEDS = Path(__file__).resolve().parents[2] / "seeds"

ARTICLE = """\
“Café 😀😀,” said Anthony Blinken , and the the minister left .
An ordinary line stands here, between the others.
👩‍👩‍👧 “We met Xi Jingping in Beijing ,” the the envoy said — 😀 and that was all .

Subscribe to unlock more articles
The talks went on for two days, and nobody said much about them.
"""

RECORDS = [
    ("a", 'He said "no" .\nCafé 😀 and the the end ,\nSubscribe to unlock more articles\nThe talks went on.'),
    ("b", "A clean record, with nothing wrong in it."),
    ("c", "“Tab\there” said Anthony Blinken , and 😀 the the \\ minister left ."),
]

# Newslint takes a fraction of a second.
MOST_SECONDS = 60

# A fix may take along the space or the line break beside its finding.
MARGIN = 4


def json_lines() -> str:
    """The records; the first one with escapes for all that is not ASCII, the others without."""
    lines = [json.dumps({"id": id_, "text": text}, ensure_ascii=id_ == "a") for id_, text in RECORDS]
    return "".join(f"{line}\n" for line in lines)


def comma_separated() -> str:
    """The records as rows whose text spans lines and holds quotation marks."""
    output = io.StringIO(newline="")
    csv.writer(output, lineterminator="\n", quoting=csv.QUOTE_MINIMAL).writerows([("id", "text"), *RECORDS])
    return output.getvalue()


# For clients that count characters where the protocol counts UTF-16.
PLAIN = {"plain.txt": re.sub("[\U0001f000-\U0001ffff\u200d]", "", ARTICLE).encode()}

# Every way in which text lies in a file.
FILES = {
    "quotes.txt": ARTICLE.encode(),
    "windows.txt": ARTICLE.replace("\n", "\r\n").encode(),
    "marked.txt": b"\xef\xbb\xbf" + ARTICLE.encode(),
    "no-newline.txt": ARTICLE.rstrip("\n").encode(),
    "page.md": f"# A heading 😀\n\n{ARTICLE}\n- “the the list”\n".encode(),
    "records.jsonl": json_lines().encode(),
    "rows.csv": comma_separated().encode(),
}


def write_files(folder: Path) -> None:
    """The files of a project."""
    folder.mkdir()
    (folder / "lint.toml").write_text("# The project's configuration.\n")
    for name, content in {**FILES, **PLAIN}.items():
        (folder / name).write_bytes(content)
    for seed in sorted(SEEDS.glob("*.txt")):
        shutil.copy(seed, folder / seed.name)


@dataclass(frozen=True, order=True)
class Place:
    """A finding as editors show it: lines and bytes of the line count from 0."""

    line: int
    column: int
    last_line: int
    last_column: int
    severity: str
    rule: str
    message: str

    @classmethod
    def of(cls, finding: dict, text: bytes) -> "Place":
        """Where a finding of `newslint check` stands in an editor."""
        start, end = (position(text, finding[side]["byte"]) for side in ("start", "end"))
        return cls(*start, *end, finding["severity"], finding["rule"], finding["message"])

    def __str__(self) -> str:
        place = f"{self.line}:{self.column}–{self.last_line}:{self.last_column}"
        return f"{self.rule} at {place} {self.severity} {self.message[:40]!r}"


def position(text: bytes, byte: int) -> tuple[int, int]:
    """Line and byte of the line. A carriage return at its end is no character of the line."""
    before = text[:byte]
    start = before.rfind(b"\n") + 1
    return before.count(b"\n"), len(before[start:].rstrip(b"\r"))


class Oracle:
    """What newslint's own commands say of a text, in the folder of its lint.toml."""

    def __init__(self, newslint: Path, folder: Path, variables: dict[str, str]) -> None:
        self.newslint = newslint
        self.folder = folder
        self.variables = variables

    def run(self, *arguments: str | Path) -> bytes:
        """Standard output of a command that succeeds."""
        command = [str(self.newslint), *map(str, arguments)]
        options = {"cwd": self.folder, "env": self.variables, "capture_output": True, "timeout": MOST_SECONDS}
        run = subprocess.run(command, **options)
        if run.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}: {run.stderr.decode()}")
        return run.stdout

    def copy(self, name: str, text: bytes) -> Path:
        """A file with this text, for which the same lint.toml holds."""
        path = self.folder / "copies" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)
        return path

    def findings(self, name: str, text: bytes, level: str = "warning") -> list[dict]:
        """The findings of a text from a severity up."""
        return self.findings_of(self.copy(name, text), level)

    def findings_of(self, path: Path, level: str = "warning") -> list[dict]:
        """The findings of a file as it lies on the disk."""
        options = ["--no-cache", "--quiet", "--fail-on", "never", "--format", "jsonl", "--min-severity", level]
        return [json.loads(line) for line in self.run("check", *options, path).splitlines()]

    def places(self, name: str, text: bytes, level: str = "warning") -> list[Place]:
        """The findings of a text as editors have to show them."""
        return sorted(Place.of(finding, text) for finding in self.findings(name, text, level))

    def fixed(self, name: str, text: bytes, *options: str) -> bytes:
        """What `newslint fix` makes of a text."""
        path = self.copy(name, text)
        self.run("fix", "--quiet", "--fail-on", "never", *options, path)
        return path.read_bytes()


def title_of(finding: dict) -> str:
    """The title of the action that fixes a finding."""
    fix = finding["fix"]
    unsafe = "" if fix["safety"] == "safe" else " (unsafe)"
    return f"{fix['message'][:1].upper()}{fix['message'][1:]}{unsafe}"


def apply(text: bytes, edits: list[dict]) -> bytes:
    """A text with edits by byte offsets."""
    for edit in sorted(edits, key=lambda edit: edit["start"], reverse=True):
        text = text[: edit["start"]] + edit["replacement"].encode() + text[edit["end"] :]
    return text


def records(name: str, text: bytes) -> list[bytes]:
    """The documents of a file."""
    decoded = text.decode()
    if name.endswith(".jsonl"):
        return [json.loads(line)["text"].encode() for line in decoded.splitlines()]
    if name.endswith(".csv"):
        return [row["text"].encode() for row in csv.DictReader(io.StringIO(decoded, newline=""))]
    return [text]


def wrong_fix(name: str, before: bytes, after: bytes, finding: dict) -> list[str]:
    """How a text that an editor fixed in one place differs from what the fix of the finding makes of it."""
    index = finding["record"]["index"] - 1 if finding["record"] else 0
    wanted = records(name, before)
    wanted[index] = apply(wanted[index], finding["fix"]["edits"])
    found = records(name, after)
    pairs = enumerate(zip(found, wanted), 1)
    differences = [f"document {at}: {is_!r}, not {was!r}" for at, (is_, was) in pairs if is_ != was]
    if len(found) != len(wanted):
        differences.append(f"{len(found)} documents, not {len(wanted)}")
    # The rest of a record is not written anew: its escapes and quotation marks stay as they are.
    start = len(os.path.commonprefix([before, after]))
    end = len(before) - len(os.path.commonprefix([before[start:][::-1], after[start:][::-1]]))
    if start < finding["start"]["byte"] - MARGIN or end > finding["end"]["byte"] + MARGIN:
        differences.append(f"bytes {start} to {end} changed for {finding['rule']} at {finding['start']['byte']}")
    return differences
