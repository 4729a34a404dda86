"""Edits in every order and at every place: what the server has in the end is what the editor has."""

import csv
import io
import json
import random

import pytest

from documents import AWKWARD
from lsp_client import PULL, PUSH, Server, merged
from lsp_expected import as_diagnostics, check, differences, essences, unreadable
from lsp_text import ENCODINGS, Text, flat, to_range, units

SEED = 20268
SEQUENCES = 60
# Sequences of a process: enough for each to begin with several, and none to be alone.
GROUP = 20

KINDS = ["txt", "md", "jsonl", "csv", "tsv", "json"]

PIECES = [
    " , ",
    "the the ",
    "😀 , ",
    "&amp;",
    "\u2028",
    "e\u0301",
    "\u0301",
    "中文 , ",
    "",
    " ",
    "x",
    "…",
    "👩‍👩‍👧",
    "\u00a0",
    "He said so .",
]
# Pieces that mean something to a format.
MARKS = [
    *("\r\n", "\n", "\r", "\n\n", '"', '""', "\\u2019", "\\n", "\\", "{", "}", "[", "]", ",", "\t", "\ufeff"),
    *(
        "Sign up for our newsletter\n",
        "\nSign up for our newsletter",
        "# Heading , here\n",
        '{"text": "new , record"}\n',
    ),
    *('9,"new , row"\n', "9\tnew , row\n"),
]


def lines_of(random_: random.Random) -> list[str]:
    """Some lines with findings."""
    return [f"{random_.choice(AWKWARD)} Number {random_.randint(1, 99)} , line." for _ in range(random_.randint(1, 6))]


def base_text(random_: random.Random, kind: str) -> str:
    """A text to begin with."""
    end = random_.choice(["\n", "\r\n", "\r"] if kind in ("txt", "md") else ["\n", "\r\n"])
    lines = [line for _ in range(1 if kind in ("txt", "md") else 6) for line in lines_of(random_)]
    if kind in ("txt", "md"):
        return end.join(lines) + random_.choice(["", end])
    if kind in ("jsonl", "json"):
        records = [
            {"id": number, "text": "\n".join([line, *lines_of(random_)[1:3]])} for number, line in enumerate(lines)
        ]
        if kind == "json":
            return json.dumps(records, ensure_ascii=random_.random() < 0.5, indent=random_.choice([None, 1]))
        return "".join(json.dumps(record, ensure_ascii=random_.random() < 0.5) + end for record in records)
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t" if kind == "tsv" else ",", lineterminator=end)
    writer.writerow(["id", "text"])
    for number, line in enumerate(lines):
        writer.writerow([number, random_.choice(["\n", " "]).join([line, *lines_of(random_)])])
    return out.getvalue()


def random_position(random_: random.Random, text: Text, encoding: str) -> tuple[int, int]:
    """The position of some character."""
    return text.position(random_.randint(0, len(text.text)), encoding)


def random_change(random_: random.Random, text: Text, encoding: str, kind: str) -> dict:
    """One content change."""
    way = random_.choice(
        ["insert"] * 4
        + ["delete"] * 4
        + ["replace"] * 3
        + ["join"] * 2
        + ["split", "behind line", "behind text", "reversed", "full"]
    )
    new = random_.choice(PIECES if random_.random() < 0.5 else MARKS)
    if kind not in ("txt", "md") and random_.random() < 0.5:
        # Most records stay what they are, and the findings in them move.
        new = random_.choice(PIECES)
    start = random_position(random_, text, encoding)
    number = random_.randrange(len(text.starts))
    width = sum(units(character, encoding) for character in text.line(number))
    if way == "full":
        return {"text": base_text(random_, kind) if random_.random() < 0.5 else text.text + new}
    if way == "insert":
        return {"range": to_range(start, start), "text": new}
    if way == "join":
        return {"range": to_range((number, width), (number + 1, 0)), "text": random_.choice(["", " ", "", new])}
    if way == "split":
        # Behind the CR of a CRLF is behind the end of the line, so before the CR.
        return {
            "range": to_range((number, width + 1), (number + random_.randint(0, 1), width + 1)),
            "text": random_.choice(["\r", "\n", "", new]),
        }
    if way == "behind line":
        return {
            "range": to_range(
                (number, width + random_.choice([1, 2, 1000, 2**31 - 1])),
                (number + 1, random_.choice([0, 1, 2**31 - 1])),
            ),
            "text": new,
        }
    if way == "behind text":
        last = len(text.starts)
        return {
            "range": to_range((random_.choice([last, last + 7, 2**31 - 1]), 0), (last + random_.choice([8, 2**20]), 5)),
            "text": new,
        }
    if random_.random() < 0.9:
        index = text.index(start, encoding)
        end = text.position(min(len(text.text), index + random_.randint(0, 12)), encoding)
    else:
        end = random_position(random_, text, encoding)
    start, end = sorted([start, end])
    if way == "reversed":
        start, end = end, start
    return {"range": to_range(start, end), "text": "" if way == "delete" else new}


def sequence(number: int, kind: str, encoding: str) -> tuple[str, list[list[dict]], str]:
    """A text, notifications of changes, and the text in the end."""
    random_ = random.Random(f"{SEED} {kind} {number}")
    first = base_text(random_, kind)
    text = Text(first)
    notifications = []
    for _ in range(random_.randint(1, 10)):
        changes = []
        for _ in range(random_.choice([1, 1, 1, 2, 3, 5])):
            changes.append(random_change(random_, text, encoding, kind))
            text = text.apply(changes[-1], encoding)
        notifications.append(changes)
    return first, notifications, text.text


def capabilities(base: dict, encoding: str) -> dict:
    """Capabilities with one encoding."""
    return merged(base, {"general": {"positionEncodings": [encoding]}})


def told(diagnostics: list[dict], uri: str) -> tuple[list, list]:
    """All that diagnostics say."""
    broken = [(flat(one["range"]), one["severity"], one.get("code"), one["message"]) for one in unreadable(diagnostics)]
    return essences(diagnostics, uri), sorted(broken)


@pytest.mark.parametrize("group", range(SEQUENCES // GROUP))
@pytest.mark.parametrize("kind", KINDS)
def test_random_edits(kind, group, tmp_path):
    encoding = ENCODINGS[group % len(ENCODINGS)]
    options = {"initializationOptions": {"minSeverity": "info", "maxDiagnostics": 100_000}}
    cases = {
        f"{number:03}.{kind}": sequence(number, kind, encoding) for number in range(group * GROUP, (group + 1) * GROUP)
    }
    for name, (_, _, text) in cases.items():
        (tmp_path / name).write_bytes(text.encode())
    findings, broken = check(tmp_path, *cases)
    wrong = []
    # One client is pushed what the other asks for; a third one opens the texts as they are in the end.
    with Server("--isolated") as pushed, Server("--isolated") as pulled, Server("--isolated") as fresh:
        pushed.initialize(capabilities(PUSH, encoding), **options)
        pulled.initialize(capabilities(PULL, encoding), **options)
        fresh.initialize(capabilities(PULL, encoding), **options)
        for number, (name, (first, notifications, text)) in enumerate(cases.items()):
            uri = (tmp_path / name).as_uri()
            for server in (pushed, pulled):
                server.open(uri, first)
                for at, changes in enumerate(notifications):
                    server.change(uri, *changes)
                    if (number + at) % 4 == 0:
                        server.ask("textDocument/diagnostic", {"textDocument": {"uri": uri}})
                assert server.documents[uri].text == text
            fresh.open(uri, text)
            wanted = told(fresh.pull(uri)["items"], uri)
            for way, found in (("pushed", pushed.pushed(uri)), ("pulled", pulled.pull(uri)["items"])):
                lines = differences(told(found, uri)[0], wanted[0]) + differences(told(found, uri)[1], wanted[1])
                wrong += [f"{kind} {name} {way}: {line}" for line in lines]
            lines = differences(wanted[0], as_diagnostics(findings[name], text, encoding))
            if len(wanted[1]) != len(broken[name]):
                lines.append(f"{len(wanted[1])} records that cannot be read, check has {broken[name]}: {wanted[1]}")
            wrong += [f"{kind} {name} opened: {line}" for line in lines]
            for server in (pushed, pulled, fresh):
                server.close(uri)
    assert not wrong, "\n".join(wrong[:8])


def test_later_ranges_refer_to_the_earlier_result():
    with Server("--isolated") as server:
        server.initialize()
        uri = "file:///newslint-test/later.txt"
        server.open(uri, "abc\ndef\n")
        start = to_range((0, 0), (0, 0))
        server.change(
            uri,
            {"range": start, "text": "One , two.\n"},
            {"range": to_range((0, 3), (0, 4)), "text": ""},
            {"range": start, "text": "😀 yes , \n"},
            {"range": to_range((0, 9), (1, 0)), "text": ""},
            {"range": to_range((0, 2), (0, 2)), "text": "."},
        )
        assert server.documents[uri].text == "😀. yes , One, two.\nabc\ndef\n"
        assert [
            flat(one["range"]) for one in server.pushed(uri) if one["code"] == "structure/space-before-punctuation"
        ] == [(0, 7, 0, 8)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_positions_inside_a_character(encoding, tmp_path):
    """Before or behind the character: both are right, something else is not."""
    with Server("--isolated") as server:
        server.initialize(capabilities(PULL, encoding), initializationOptions={"minSeverity": "info"})
        random_ = random.Random(SEED)
        for number in range(40):
            text = Text(f"So , 😀 , é , 中 , “{number}” 𠜎 , end.\r\nNext , 👩‍👩‍👧 , line.\n")
            wide = [index for index, character in enumerate(text.text) if units(character, encoding) > 1]
            ends = []
            for index in sorted(random_.choices(wide, k=2)):
                line, character = text.position(index, encoding)
                ends.append((line, character + random_.randrange(1, units(text.text[index], encoding))))
            change = {
                "range": to_range(ends[0], ends[random_.randint(0, 1)]),
                "text": random_.choice([" , ", "", "y", "😀"]),
            }
            uri = (tmp_path / f"{number}.txt").as_uri()
            server.open(uri, text.text)
            server.change(uri, change)
            found = essences(server.pull(uri)["items"], uri)
            candidates = {text.apply(change, encoding, inside).text for inside in ("before", "behind")}
            start, end = ends[0], change["range"]["end"]
            indexes = [
                (text.index(start, encoding, one), text.index((end["line"], end["character"]), encoding, other))
                for one in ("before", "behind")
                for other in ("before", "behind")
            ]
            candidates |= {
                text.text[:one] + change["text"] + text.text[other:] for one, other in indexes if one <= other
            }
            fitting = []
            for candidate in candidates:
                (tmp_path / "candidate.txt").write_bytes(candidate.encode())
                findings = check(tmp_path, "candidate.txt")[0]["candidate.txt"]
                fitting.append(as_diagnostics(findings, candidate, encoding))
            assert found in fitting, (change, candidates)
            # From a full text on they agree again.
            server.set_text(uri, "So , well.\n")
            assert [flat(one["range"]) for one in server.pull(uri)["items"]] == [(0, 2, 0, 3)]
            server.close(uri)


def test_typing_letter_by_letter(tmp_path):
    """Each version has its diagnostics, or is overtaken; the last one has."""
    text = "\n".join(AWKWARD)
    (tmp_path / "typed.txt").write_bytes(text.encode())
    with Server("--isolated") as server:
        server.initialize(initializationOptions={"minSeverity": "info"})
        uri = (tmp_path / "typed.txt").as_uri()
        server.open(uri, "")
        for character in text:
            place = server.documents[uri].position(len(server.documents[uri].text), server.encoding)
            server.change(uri, {"range": to_range(place, place), "text": character, "rangeLength": 0})
        assert server.documents[uri].text == text
        found = essences(server.pushed(uri), uri)
        assert (
            differences(found, as_diagnostics(check(tmp_path, "typed.txt")[0]["typed.txt"], text, server.encoding))
            == []
        )
        versions = [one["version"] for one in server.since(0, "textDocument/publishDiagnostics")]
        assert versions == sorted(versions)
