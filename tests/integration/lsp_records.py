"""Files of records: diagnostics on the raw characters, fixes of escaped text, broken records."""

import csv
import io
import json
import re

import pytest

from documents import AWKWARD
from lsp_client import PUSH, Server, merged
from lsp_expected import agree, as_diagnostics, check, differences, essences, fixed, unreadable
from lsp_text import ENCODINGS, Text, flat, key

NEWS = [
    "He said \u201cno\u201d , twice.\nSign up for our newsletter\nThe the end came , too.",
    "One \u2019quote , here.\r\nTwo &amp; three , \ttab.\r\nSign up for our newsletter\r\nCaf\u00c3\u00a9 , four.",
    'Emoji \U0001f600 , and "quoted , text" \\ so , on.',
    "Sign up for our newsletter",
    "Nothing is wrong with this sentence.",
    "A slash / and </p> , and a line\u2028separator , here.",
    "*".join(AWKWARD[:4]),
]


def json_lines(ascii_only: bool, end: str) -> str:
    """Records a line each."""
    records = [
        {"id": f"a-{number}", "n": 1.50, "text": text, "more": {"x": ["so , on"]}} for number, text in enumerate(NEWS)
    ]
    return "".join(json.dumps(record, ensure_ascii=ascii_only) + end for record in records)


def odd_json_lines() -> str:
    """JSON as nobody writes it, and everybody may."""
    return (
        '{"text":"\\u0053o\\u0020\\u002c and \\/ so , on\\u002e \\ud83d\\ude00 , \\u00e9 , \\u0026amp; end."}\n'
        ' { "id" : 7 , "text" : "Sign up for our newsletter\\nBut so\\u0020, on.\\n" } \r\n'
        '{"title": "so , on", "text": "\\"So\\" , he said \\\\ , and \\b \\f \\t , left.", "text2": "x , y"}\n'
        "\n"
        '{"te\\u0078t": "An escaped , key."}'
    )


def table(delimiter: str, end: str, quoting: int) -> str:
    """Records of a table."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerow(["id", "text", "note"])
    for number, text in enumerate(NEWS):
        writer.writerow([number, text, "so , on"])
    return out.getvalue()


FILES = {
    "ascii.jsonl": json_lines(True, "\n"),
    "plain.jsonl": json_lines(False, "\r\n"),
    "odd.jsonl": odd_json_lines(),
    "mark.jsonl": "\ufeff" + json_lines(False, "\n"),
    "unended.ndjson": json_lines(True, "\n").rstrip("\n"),
    "array.json": json.dumps([json.loads(line) for line in json_lines(True, "\n").splitlines()], indent=2),
    "tight.json": json.dumps([json.loads(line) for line in json_lines(True, "\n").splitlines()], ensure_ascii=False),
    "one.json": json.dumps({"id": 5, "text": NEWS[0]}, indent="\t"),
    "minimal.csv": table(",", "\r\n", csv.QUOTE_MINIMAL),
    "quoted.csv": table(",", "\n", csv.QUOTE_ALL),
    "semicolon.csv": table(";", "\n", csv.QUOTE_MINIMAL),
    "tabs.tsv": table("\t", "\n", csv.QUOTE_MINIMAL),
    "mark.csv": "\ufeff" + table(",", "\n", csv.QUOTE_MINIMAL),
    "story.txt": "\n".join(NEWS) + "\n",
    "story.md": "\r\n".join(NEWS),
}


def texts_of(name: str, raw: str) -> list[str]:
    """The texts of a file, read with Python's own modules."""
    raw = raw.removeprefix("\ufeff")
    if name.endswith(("jsonl", "ndjson")):
        return [json.loads(line)["text"] for line in re.split(r"\r?\n", raw) if line.strip()]
    if name.endswith("json"):
        records = json.loads(raw)
        return [record["text"] for record in (records if isinstance(records, list) else [records])]
    if name.endswith(("csv", "tsv")):
        delimiter = "\t" if name.endswith("tsv") else ";" if name.startswith("semicolon") else ","
        return [row["text"] for row in csv.DictReader(io.StringIO(raw, newline=""), delimiter=delimiter)]
    return [raw]


def decoded(name: str, raw: str) -> str:
    """What a stretch of raw characters says."""
    if name.endswith(("json", "jsonl")):
        return json.loads(f'"{raw}"', strict=False)
    return raw.replace('""', '"') if name.endswith(("csv", "tsv")) else raw


class Opened:
    """A server with one of the files open, and what `newslint check` finds in it."""

    def __init__(self, folder, name: str, text: str, encoding: str = "utf-16", least: str = "info") -> None:
        (folder / name).write_bytes(text.encode())
        found, self.broken = check(folder, name, least=least)
        self.findings = found[name]
        self.folder, self.name, self.text, self.least = folder, name, text, least
        self.uri = (folder / name).as_uri()
        self.server = Server("--isolated", folder=folder)
        self.server.initialize(
            merged(PUSH, {"general": {"positionEncodings": [encoding]}}), initializationOptions={"minSeverity": least}
        )
        self.server.open(self.uri, text)
        self.diagnostics = self.server.pushed(self.uri)

    def whole(self) -> dict:
        """The range of the whole text."""
        return {
            "start": {"line": 0, "character": 0},
            "end": {"line": len(self.server.documents[self.uri].starts), "character": 0},
        }

    def diagnostic_of(self, finding: dict) -> dict:
        """The diagnostic of a finding."""
        wanted = as_diagnostics([finding], self.text, self.server.encoding)[0]
        (found,) = [
            one for one in self.diagnostics if "/" in str(one.get("code")) and essences([one], self.uri) == [wanted]
        ]
        return found

    def __enter__(self) -> "Opened":
        self.server.__enter__()
        return self

    def __exit__(self, *of: object) -> None:
        self.server.__exit__(*of)


def title_of(finding: dict) -> str:
    """The title of the quick fix of a finding."""
    message = finding["fix"]["message"]
    return message[0].upper() + message[1:] + (" (unsafe)" if finding["fix"]["safety"] == "unsafe" else "")


@pytest.mark.parametrize("name", FILES)
def test_places_of_findings(name, tmp_path):
    for encoding in ENCODINGS:
        with Opened(tmp_path, name, FILES[name], encoding) as opened:
            wanted = as_diagnostics(opened.findings, opened.text, encoding)
            assert wanted
            agree(essences(opened.diagnostics, opened.uri), wanted)
            assert unreadable(opened.diagnostics) == []
            lines = Text(opened.text)
            for finding in opened.findings:
                range_ = opened.diagnostic_of(finding)["range"]
                start, end = (lines.index(key(range_[name_]), encoding) for name_ in ("start", "end"))
                if len(finding["text"]) < 200:
                    assert decoded(name, opened.text[start:end]) == finding["text"], finding


@pytest.mark.parametrize("name", FILES)
def test_each_fix(name, tmp_path):
    """A quick fix changes the text of its record as the finding says, and nothing else."""
    with Opened(tmp_path, name, FILES[name]) as opened:
        before = texts_of(name, opened.text)
        tried = 0
        for finding in opened.findings:
            if finding["fix"] is None or not finding["fix"]["edits"]:
                continue
            diagnostic = opened.diagnostic_of(finding)
            actions = opened.server.actions(opened.uri, diagnostic["range"], [diagnostic], ["quickfix"])
            fitting = [
                one for one in actions if one["title"] == title_of(finding) and diagnostic in one.get("diagnostics", [])
            ]
            assert len(fitting) == 1, (title_of(finding), [one["title"] for one in actions])
            assert fitting[0]["kind"] == "quickfix"
            assert bool(fitting[0].get("isPreferred")) == (finding["fix"]["safety"] == "safe")
            after = opened.server.applied(fitting[0], opened.uri)
            wanted = list(before)
            index = finding["record"]["index"] - 1 if finding["record"] else 0
            # The spans of a record count in its text; those of a text file in the file.
            mark = b"\xef\xbb\xbf" if finding["record"] is None and opened.text.startswith("\ufeff") else b""
            data = mark + wanted[index].encode()
            for edit in reversed(finding["fix"]["edits"]):
                data = data[: edit["start"]] + edit["replacement"].encode() + data[edit["end"] :]
            wanted[index] = data.removeprefix(mark).decode()
            assert texts_of(name, after) == wanted, finding
            assert_only_near(opened.text, after, diagnostic, finding)
            tried += 1
        assert tried


def assert_only_near(before: str, after: str, diagnostic: dict, finding: dict) -> None:
    """All raw characters that are not under the fix stay, but for quotation marks that a field needs now."""
    if finding["path"].endswith(("csv", "tsv")) and any(
        "\n" in edit["replacement"] for edit in finding["fix"]["edits"]
    ):
        return
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    lines = Text(before)
    first, last = (lines.index(key(diagnostic["range"][name]), "utf-16") for name in ("start", "end"))
    # A line that goes takes its line end with it: at most the six characters of an escape, twice.
    slack = 16 + sum(len(edit["replacement"]) for edit in finding["fix"]["edits"])
    assert start >= first - slack and len(before) - end <= last + slack, (before[start : len(before) - end], finding)


@pytest.mark.parametrize("least", ["info", "warning", "error"])
@pytest.mark.parametrize("name", FILES)
def test_fix_all(name, least, tmp_path):
    with Opened(tmp_path, name, FILES[name], least=least) as opened:
        wanted = fixed(tmp_path, name, opened.text, "--isolated", "--min-severity", least)
        actions = opened.server.actions(opened.uri, opened.whole(), only=["source.fixAll.newslint"])
        if wanted == opened.text:
            assert actions == []
            return
        (action,) = actions
        assert action["kind"] == "source.fixAll.newslint"
        assert action["title"] == "Fix all safe newslint findings"
        assert opened.server.applied(action, opened.uri) == wanted


@pytest.mark.parametrize("unsafe", [False, True])
@pytest.mark.parametrize("name", FILES)
def test_the_command_that_fixes_all(name, unsafe, tmp_path):
    with Opened(tmp_path, name, FILES[name]) as opened:
        options = ["--unsafe"] if unsafe else []
        wanted = fixed(tmp_path, name, opened.text, "--isolated", "--min-severity", "info", *options)
        opened.server.call(
            "workspace/executeCommand",
            {"command": "newslint.fixAll", "arguments": [{"uri": opened.uri, "unsafe": unsafe}]},
        )
        assert opened.server.documents[opened.uri].text == wanted


@pytest.mark.parametrize("name", FILES)
def test_all_fixes_of_a_rule(name, tmp_path):
    """As `newslint fix --select RULE` has it; or, where other rules bear on it, as fixing what is shown does."""
    with Opened(tmp_path, name, FILES[name]) as opened:
        by_rule: dict[str, list[dict]] = {}
        for finding in opened.findings:
            if finding["fix"] is not None and finding["fix"]["safety"] != "display":
                by_rule.setdefault(finding["rule"], []).append(finding)
        for rule, findings in by_rule.items():
            unsafe = any(finding["fix"]["safety"] == "unsafe" for finding in findings)
            diagnostic = opened.diagnostic_of(findings[0])
            actions = opened.server.actions(opened.uri, diagnostic["range"], [diagnostic], ["quickfix"])
            title = f"Fix all `{rule}` in this file"
            fitting = [one for one in actions if one["title"] in (title, f"{title} (unsafe)")]
            if len(findings) < 2:
                assert fitting == [], rule
                continue
            assert len(fitting) == 1, (rule, [one["title"] for one in actions])
            assert fitting[0]["title"] == title + (" (unsafe)" if unsafe else ""), rule
            options = ["--isolated", "--min-severity", "info", "--select", rule, *(["--unsafe"] if unsafe else [])]
            assert opened.server.applied(fitting[0], opened.uri) == fixed(tmp_path, name, opened.text, *options), rule


BROKEN = {
    "bad.jsonl": '{"text": "So , on."}\n{"text": \n[1]\n"x"\n{"text": 5}\n{"txt": "a"}\n{"text": "😀 , two."} trailing\n{"text": "Last , one."}\n',
    "crlf.jsonl": '{"text": "So , on."}\r\n{"te\r\n\r\n{"text": "😀 , two."}\r\n',
    "cut.json": '[{"text": "So , on."}, {"text": \n',
    "element.json": '[{"text": "So , on."},\n 5,\n {"text": "Two , three."},\n {"text": null}]\n',
    "rows.csv": 'id,text\n1,"So , on."\n2\n3,Two,three,four\n4,"Last , one."\n',
    "quote.csv": 'id,text\n1,"So , on."\n2,"never closed , so\n3,"ok , y"\n',
    "rows.tsv": "id\ttext\n1\tSo , on.\n2\n3\ta\tb\tc\n",
    "fields.csv": "number,weight\n1,2\n",
    "fields.jsonl": '{"a": 1}\n{"b": 2}\n',
    "scalar.json": '"text"',
    "garbage.json": "<html>\n",
    "surrogate.jsonl": '{"text": "Half \\ud83d , here."}\n{"text": "So , on."}\n',
    "control.jsonl": '{"text": "A raw\ttab , here."}\n{"text": "So , on."}\n',
}


@pytest.mark.parametrize("name", BROKEN)
def test_records_that_cannot_be_read(name, tmp_path):
    with Opened(tmp_path, name, BROKEN[name]) as opened:
        assert (
            differences(
                essences(opened.diagnostics, opened.uri), as_diagnostics(opened.findings, opened.text, "utf-16")
            )
            == []
        )
        found = unreadable(opened.diagnostics)
        for line, message in opened.broken[name]:
            near = [one for one in found if one["range"]["start"]["line"] == line - 1 and message in one["message"]]
            assert len(near) == 1, (line, message, [(flat(one["range"]), one["message"]) for one in found])
            assert near[0]["severity"] == 1 and near[0]["source"] == "newslint"
        assert len(found) == len(opened.broken[name])
        last = len(Text(opened.text).starts)
        for one in found:
            assert (0, 0) <= key(one["range"]["start"]) <= key(one["range"]["end"]) < (last, 0)
        # No fix of it, and what is readable can be fixed.
        for one in found:
            actions = opened.server.actions(opened.uri, one["range"], [one], ["quickfix"])
            assert not [action for action in actions if one in action.get("diagnostics", [])]
        for action in opened.server.actions(opened.uri, opened.whole(), only=["source.fixAll.newslint"]):
            after = opened.server.applied(action, opened.uri)
            assert after == fixed(tmp_path, name, opened.text, "--isolated", "--min-severity", "info")


def test_a_record_that_is_mended(tmp_path):
    with Opened(tmp_path, "bad.jsonl", BROKEN["bad.jsonl"]) as opened:
        opened.server.set_text(opened.uri, '{"text": "So , on."}\n')
        assert [one["code"] for one in opened.server.pushed(opened.uri)] == ["structure/space-before-punctuation"]


def test_files_by_language_of_records(tmp_path):
    """Without an ending that says it, the language does."""
    languages = {
        "jsonl": FILES["ascii.jsonl"],
        "ndjson": FILES["ascii.jsonl"],
        "jsonlines": FILES["ascii.jsonl"],
        "json": FILES["array.json"],
        "csv": FILES["minimal.csv"],
        "tsv": FILES["tabs.tsv"],
        "plaintext": FILES["story.txt"],
        "text": FILES["story.txt"],
        "markdown": FILES["story.md"],
    }
    with Server("--isolated") as server:
        server.initialize(initializationOptions={"minSeverity": "info"})
        for language, text in languages.items():
            kind = {"jsonlines": "jsonl", "plaintext": "txt", "text": "txt", "markdown": "md"}.get(language, language)
            (tmp_path / f"named.{kind}").write_bytes(text.encode())
            wanted = as_diagnostics(check(tmp_path, f"named.{kind}")[0][f"named.{kind}"], text, "utf-16")
            for uri in (
                f"untitled:Untitled-{language}",
                f"file:///newslint-test/no-ending-{language}",
                f"file:///newslint-test/{language}.unknown",
            ):
                server.open(uri, text, language)
                agree(essences(server.pushed(uri), uri), wanted), uri
        for language in ("python", "", "rust", "git-commit"):
            uri = f"file:///newslint-test/other-{language}.unknown"
            server.open(uri, FILES["story.txt"], language)
            server.barrier()
            assert not [
                one
                for one in server.since(0, "textDocument/publishDiagnostics")
                if one["uri"] == uri and one["diagnostics"]
            ]


def test_the_ending_before_the_language(tmp_path):
    with Server("--isolated") as server:
        server.initialize()
        server.open("file:///newslint-test/a.jsonl", '{"text": "So , on."}\n', "plaintext")
        assert [flat(one["range"]) for one in server.pushed("file:///newslint-test/a.jsonl")] == [(0, 12, 0, 13)]
        server.open("file:///newslint-test/A.JSONL", '{"text": "So , on."}\n', "plaintext")
        found = [flat(one["range"]) for one in server.pushed("file:///newslint-test/A.JSONL")]
        assert found == [(0, 12, 0, 13)]
