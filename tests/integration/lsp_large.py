"""Files of 20 MB: what is near comes first, and no keystroke waits for the whole.

Times and memory are printed, never judged: machines differ. The order in which things come is.
"""

import csv
import io
import json
import random
import time

import pytest

from lsp_client import CONTENT_MODIFIED, PULL, PUSH, REQUEST_CANCELLED, SERVER_CANCELLED, Server, codes, merged
from lsp_expected import agree, as_diagnostics, check, essences
from lsp_text import Text, to_range

SPACE = "structure/space-before-punctuation"
BYTES = 20_000_000
KEYSTROKES = 50
# One paragraph of so many has a finding.
EVERY = 400
MEGABYTE = 1_000_000
# Columns on either side of the edit whose findings are near it.
NEAR = 200

NOUNS = """market river council window letter winter garden bridge student teacher budget station harvest border village
forest harbour judge lawyer minister police report school street summer travel valley vessel wagon paper silver copper
timber member number morning question reason season person nation""".split()
VERBS = (
    "opened closed carried followed reached watched crossed repaired counted measured painted visited supported".split()
)


def paragraphs(count_of_bytes: int) -> list[str]:
    """Prose without findings, except a space before a comma here and there."""
    random_ = random.Random(20268)

    def some() -> str:
        return f"{random_.choice(['the', 'a', 'this', 'that', 'every'])} {random_.choice(NOUNS)}"

    def sentence() -> str:
        number = random_.randint(2, 98_000)
        return f"{some().capitalize()} {random_.choice(VERBS)} {some()} near {some()} after {some()} {random_.choice(VERBS)} {number} times."

    out, size = [], 0
    while size < count_of_bytes:
        text = " ".join(sentence() for _ in range(4))
        if len(out) % EVERY == 0:
            text = text.replace(" near", " , near", 1)
        out.append(text)
        size += len(text) + 2
    return out


@pytest.fixture(scope="module")
def prose():
    """The paragraphs of all files."""
    return paragraphs(BYTES)


def as_file(kind: str, prose: list[str]) -> str:
    """A file of some kind with these paragraphs."""
    if kind == "txt":
        return "\n\n".join(prose) + "\n"
    if kind == "line":
        return " ".join(prose)
    texts = ["\n\n".join(prose[at : at + 5]) for at in range(0, len(prose), 5)]
    if kind == "jsonl":
        return "".join(json.dumps({"id": number, "text": text}) + "\n" for number, text in enumerate(texts))
    if kind == "json":
        return json.dumps([{"id": number, "text": text} for number, text in enumerate(texts)])
    if kind == "one":
        return json.dumps({"id": 1, "text": "\n\n".join(prose)})
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["id", "text"])
    writer.writerows(enumerate(texts))
    return out.getvalue()


def memory(server: Server) -> str:
    """The memory of the server, now and at most."""
    with open(f"/proc/{server.process.pid}/status") as status:
        fields = dict(line.split(":", 1) for line in status)
    now, most = (int(fields[name].split()[0]) // 1000 for name in ("VmRSS", "VmHWM"))
    return f"{now} MB, {most} MB at most"


def told(name: str, values: list[float]) -> str:
    """Times in a few words."""
    ordered = sorted(values)
    middle, late = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
    return f"{name} {1000 * middle:.0f} ms (95 %: {1000 * late:.0f} ms, worst: {1000 * ordered[-1]:.0f} ms)"


def publications(server: Server, uri: str) -> list[tuple[float, dict]]:
    """What was pushed for a document, and when."""
    with server.news:
        pairs = zip(server.times, server.messages, strict=False)
        return [
            (at, one["params"])
            for at, one in pairs
            if one.get("method") == "textDocument/publishDiagnostics" and one["params"]["uri"] == uri
        ]


@pytest.mark.parametrize("kind", ["txt", "jsonl", "csv", "json", "line", "one"])
def test_typing_in_a_large_file(kind, prose, tmp_path):
    """After opening, and while the background works, each keystroke is answered before the whole is done."""
    ending = {"line": "txt", "one": "json"}.get(kind, kind)
    text = as_file(kind, prose)
    path = tmp_path / f"large.{ending}"
    path.write_text(text)
    findings = check(tmp_path, path.name, least="warning")[0][path.name]
    wanted = as_diagnostics(findings, text, "utf-16")
    assert len(wanted) > 100
    lines = Text(text)
    uri = path.as_uri()
    latencies, delays = [], []
    with Server("--isolated", checked=False) as server:
        server.initialize(initializationOptions={"maxDiagnostics": 100_000})
        begun = time.monotonic()
        server.open(uri, text)
        server.pushed(uri)
        first = publications(server, uri)[0]
        # Somewhere in the middle, behind a word.
        index = text.index(" near", len(text) // 2)
        place = lines.position(index, "utf-16")
        version = 1
        for number in range(KEYSTROKES):
            letter = " , but so"[number % 9]
            version += 1
            sent = time.monotonic()
            change = {"range": to_range(place, place), "text": letter}
            parameters = {"textDocument": {"uri": uri, "version": version}, "contentChanges": [change]}
            server.notify("textDocument/didChange", parameters)
            hover = {"textDocument": {"uri": uri}, "position": {"line": place[0], "character": place[1]}}
            answer = server.response(server.ask("textDocument/hover", hover))
            assert "result" in answer or answer["error"]["code"] in (
                CONTENT_MODIFIED,
                SERVER_CANCELLED,
                REQUEST_CANCELLED,
            ), answer
            latencies.append(time.monotonic() - sent)
            place = (place[0], place[1] + 1)
            text = text[:index] + letter + text[index:]
            index += 1
            # An editor's user types some ten letters a second; these are faster.
            time.sleep(0.02)
            near = [at for at, one in publications(server, uri) if one.get("version") == version]
            delays += [near[0] - sent] if near else []
        # In the end the whole is there, and the same as of a fresh run.
        path.write_text(text)
        after = as_diagnostics(check(tmp_path, path.name, least="warning")[0][path.name], text, "utf-16")
        shown = wait_for_whole(server, uri, version, len(after))
        agree(essences(shown, uri), after)
        told_ = publications(server, uri)
        whole = next(at for at, one in told_ if one.get("version") == version and len(one["diagnostics"]) == len(after))
        finals = [number for number, (_, one) in enumerate(told_) if one.get("version") == version]
        # What is near the edit comes with the first diagnostics of a version, the whole known or not.
        # Fingerprints look at much of a long line, and older findings keep theirs until the whole is known.
        near = [
            [(one[0], one[1], one[3]) for one in found if one[0][0] == place[0] and abs(one[0][1] - place[1]) < NEAR]
            for found in (essences(told_[finals[0]][1]["diagnostics"], uri), after)
        ]
        assert near[1]
        agree(*near)
        versions = [one.get("version") for _, one in told_]
        assert versions == sorted(versions)
        print(
            f"        {kind} of {len(text) // MEGABYTE} MB: opened, first diagnostics after {first[0] - begun:.2f} s; "
            f"{told('hover behind a keystroke', latencies)}; "
            + (
                f"{told(f'diagnostics of {len(delays)} of {KEYSTROKES} keystrokes', delays)}; "
                if delays
                else "no diagnostics in between; "
            )
            + f"all {len(after)} known {whole - sent:.1f} s after the last one; memory {memory(server)}"
        )


def wait_for_whole(server: Server, uri: str, version: int, count: int) -> list[dict]:
    """The diagnostics of a version once there are as many as there have to be, or the last ones that come."""

    def is_whole(message: dict) -> bool:
        if message.get("method") != "textDocument/publishDiagnostics" or message["params"]["uri"] != uri:
            return False
        return message["params"].get("version") == version and len(message["params"]["diagnostics"]) == count

    found = server.wait(is_whole, seconds=60)
    if found is not None:
        # Nothing else may come behind it.
        time.sleep(0.5)
    last = [one for _, one in publications(server, uri) if one.get("version") == version]
    assert last, f"no diagnostics of the last version; {server.tell_state()}"
    return last[-1]["diagnostics"]


@pytest.mark.parametrize("kind", ["txt", "jsonl"])
def test_pulling_in_a_large_file(kind, prose, tmp_path):
    """A client that asks after each keystroke gets answers, or is told to ask again; other requests do not wait."""
    text = as_file(kind, prose)
    path = tmp_path / f"large.{kind}"
    path.write_text(text)
    uri = path.as_uri()
    place = Text(text).position(text.index(" near", len(text) // 2), "utf-16")
    latencies, cancelled = [], 0
    with Server("--isolated", checked=False) as server:
        server.initialize(PULL, initializationOptions={"maxDiagnostics": 100_000})
        server.open(uri, text)
        asked = []
        for number in range(20):
            parameters = {
                "textDocument": {"uri": uri, "version": 2 + number},
                "contentChanges": [{"range": to_range(place, place), "text": "x"}],
            }
            server.notify("textDocument/didChange", parameters)
            asked.append(server.ask("textDocument/diagnostic", {"textDocument": {"uri": uri}}))
            sent = time.monotonic()
            hover = {"textDocument": {"uri": uri}, "position": {"line": place[0], "character": place[1]}}
            server.response(server.ask("textDocument/hover", hover))
            latencies.append(time.monotonic() - sent)
        for identifier in asked:
            answer = server.response(identifier, 60)
            if "error" in answer:
                assert answer["error"]["code"] in (CONTENT_MODIFIED, SERVER_CANCELLED), answer
                cancelled += 1
        # In the end the client has the whole; if it pulled too early for that, it was told to pull again.
        mark = 0
        while len(server.pull(uri)["items"]) < BYTES // 400 // EVERY:
            is_refresh = server.wait(lambda one: one.get("method") == "workspace/diagnostic/refresh", mark)
            assert is_refresh is not None, "diagnostics are missing, and nobody says that there are more"
            mark = server.mark()
        print(
            f"        {kind}: {told('hover while diagnostics are asked for', latencies)}; {cancelled} of {len(asked)} pulls cancelled; memory {memory(server)}"
        )


def test_two_places_far_apart(prose, tmp_path):
    """Edits at both ends: older findings are shifted, none is lost and none comes twice."""
    text = as_file("txt", prose)
    uri = (tmp_path / "large.txt").as_uri()
    with Server("--isolated", checked=False) as server:
        server.initialize(initializationOptions={"maxDiagnostics": 100_000})
        server.open(uri, text)
        version = 1
        for line in (0, len(prose) * 2 - 2, 10, len(prose)):
            version += 1
            change = {"range": to_range((line, 0), (line, 0)), "text": "So , on.\n\n"}
            server.notify(
                "textDocument/didChange", {"textDocument": {"uri": uri, "version": version}, "contentChanges": [change]}
            )
            text_lines = text.split("\n")
            text = "\n".join([*text_lines[:line], "So , on.", "", *text_lines[line:]])
        (tmp_path / "large.txt").write_text(text)
        wanted = as_diagnostics(check(tmp_path, "large.txt", least="warning")[0]["large.txt"], text, "utf-16")
        agree(essences(wait_for_whole(server, uri, version, len(wanted)), uri), wanted)


def test_the_end_while_the_background_works(prose, tmp_path):
    text = as_file("txt", prose)
    for in_order in (True, False):
        with Server("--isolated", checked=False) as server:
            server.initialize(merged(PUSH, {}))
            server.open("file:///newslint-test/large.txt", text)
            server.notify(
                "textDocument/didChange",
                {
                    "textDocument": {"uri": "file:///newslint-test/large.txt", "version": 2},
                    "contentChanges": [{"text": text[:-5]}],
                },
            )
            if in_order:
                assert server.shut_down() == 0
            else:
                server.ending = True
                server.process.stdin.close()
                assert server.end() == 1


def test_closing_while_the_background_works(prose):
    text = as_file("txt", prose)
    uri = "file:///newslint-test/large.txt"
    with Server("--isolated", checked=False) as server:
        server.initialize()
        server.open(uri, text)
        server.close(uri)
        server.open(uri, "So , on.\n", version=7)
        assert codes(server.pushed(uri, 7)) == [SPACE]
        time.sleep(1.5)
        server.barrier()
        last = publications(server, uri)[-1][1]
        assert codes(last["diagnostics"]) == [SPACE] and last["version"] == 7
