"""Hover on findings, in records too."""

import json

import pytest

from lsp_client import PUSH, Refused, Server, merged
from lsp_expected import run
from lsp_text import flat, to_range

URI = "file:///newslint-test/story.txt"
TEXT = "The 😀 talks , they said, went well.\n\nSign up for our newsletter\nAntony Blinken said so; Blinken left. Blinken came. Then Blingen left.\n"


def hover(server: Server, uri: str, line: int, character: int) -> dict | None:
    """The hover at a place."""
    return server.call(
        "textDocument/hover", {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}
    )


def test_on_each_finding(tmp_path):
    with Server("--isolated") as server:
        server.initialize()
        server.open(URI, TEXT)
        diagnostics = server.pushed(URI)
        assert len(diagnostics) >= 3
        for diagnostic in diagnostics:
            start = diagnostic["range"]["start"]
            found = hover(server, URI, start["line"], start["character"])
            assert found["contents"]["kind"] == "markdown"
            text = found["contents"]["value"]
            rule = json.loads(run("explain", diagnostic["code"], "--format", "json", folder=tmp_path).stdout)
            rule = rule[0] if isinstance(rule, list) else rule
            assert diagnostic["code"] in text and diagnostic["codeDescription"]["href"] in text
            assert rule["why"].split()[0] in text and " ".join(rule["why"].split())[:60] in " ".join(text.split())
            assert flat(found["range"]) == flat(diagnostic["range"])


def test_where_nothing_is():
    with Server("--isolated") as server:
        server.initialize()
        server.open(URI, TEXT)
        for line, character in ((0, 2), (1, 0), (0, 500), (500, 0), (2**31 - 1, 2**31 - 1)):
            assert hover(server, URI, line, character) is None
        server.close(URI)
        try:
            assert hover(server, URI, 0, 13) is None
        except Refused as refused:
            assert refused.code == -32602


@pytest.mark.parametrize("formats", [["plaintext"], [], ["plaintext", "markdown"]])
def test_clients_with_other_formats(formats):
    capabilities = merged(PUSH, {})
    capabilities["textDocument"]["hover"] = {"contentFormat": formats}
    with Server("--isolated") as server:
        server.initialize(capabilities)
        server.open(URI, TEXT)
        found = hover(server, URI, 0, 12)
        kind = found["contents"]["kind"]
        assert kind in (formats or ["markdown", "plaintext"])


def test_behind_a_change():
    """A hover is about the newest text."""
    with Server("--isolated") as server:
        server.initialize()
        server.open(URI, TEXT)
        for number in range(30):
            server.change(URI, {"range": to_range((0, 0), (0, 0)), "text": f"Line {number} is new.\n"})
            assert flat(hover(server, URI, number + 1, 12)["range"])[0] == number + 1
            assert hover(server, URI, 0, 3) is None


def test_texts_that_look_like_markdown():
    """What stands in the text is shown as text: no links, no markup of its own."""
    with Server("--isolated") as server:
        server.initialize()
        text = "The [x](http://evil.example) `y` <img src=z> **the the** , said.\n"
        server.open(URI, text)
        for diagnostic in server.pushed(URI):
            start = diagnostic["range"]["start"]
            value = hover(server, URI, start["line"], start["character"])["contents"]["value"]
            outside = "".join(value.split("`")[::2])
            assert "](http://evil.example)" not in outside and "<img" not in outside


def test_in_records():
    with Server("--isolated") as server:
        server.initialize()
        uri = "file:///newslint-test/a.jsonl"
        server.open(uri, '{"text": "\\u201cSo\\u201d , on.\\nSign up for our newsletter"}\n')
        for diagnostic in server.pushed(uri):
            start = diagnostic["range"]["start"]
            found = hover(server, uri, start["line"], start["character"])
            assert diagnostic["code"] in found["contents"]["value"]
            assert flat(found["range"]) == flat(diagnostic["range"])
