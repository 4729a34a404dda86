"""Places in all three encodings, compared with `newslint check` and plain Python."""

from pathlib import Path

import pytest

from lsp_client import PUSH, Server, merged
from lsp_expected import agree, as_diagnostics, check, check_text, differences, essences
from lsp_text import ENCODINGS

REPOSITORY = Path(__file__).resolve().parents[2]
SEEDS = sorted((REPOSITORY / "seeds").glob("*.txt"))

SIGN_UP = "Sign up for our newsletter"

TEXTS = {
    "emoji": "😀 , one 👩‍👩‍👧 , two 🇺🇦 , three 𝒳 , four.\n",
    "combining": "Cafe\u0301 , naive\u0308te\u0301 , a\u0308\u0323 , well.\n",
    "curly": "“He said so” , and ‘she’ , “too” , well…\n",
    "chinese": "中文新闻报道 , and 日本語の記事 , with 한국어 , well.\n",
    "mixed": "😀中é , “x” 𠜎 , e\u0301 , z.\n\n😀😀😀😀 , end.\n",
    "crlf": f"One , two.\r\n😀 , three.\r\n\r\n{SIGN_UP}\r\nLast , line.\r\n",
    "cr": f"One , two.\r😀 , three.\r\r{SIGN_UP}\rLast , line.\r",
    "all line ends": f"One , two.\r\n😀 , three.\rFour , five.\n\r\n\r\r\n{SIGN_UP}\n\rLast , line.",
    "other separators": "One , a\x0b, b\x0c, c\x85, d\u2028, e\u2029, f\x1c, g.\nTwo , h.\n",
    "tabs": "\tOne , two.\n\t\t😀\t, three\t, four.\n",
    "byte order mark": f"\ufeffOne , two.\n\ufeffThree , four.\n{SIGN_UP}\n",
    "byte order mark and line end": "\ufeff\nOne , two.\n",
    "only a byte order mark": "\ufeff",
    "empty": "",
    "blank": " ",
    "one line end": "\n",
    "one carriage return": "\r",
    "no last line end": "One , two.\n😀 , three",
    "a finding at the end": f"One , two.\n\n{SIGN_UP}",
    "a finding in the last character": "One two three .",
    "null": "One\x00 , two.\n",
    "noncharacters": "One\ufffe , two\uffff , three\U0010ffff , four\ufffd , five.\n",
    "private": "One\ue000 , two\U000f0000 , three.\n",
    "tags": "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f , England.\n",
    "entities and mojibake": "He donâ€™t know that the cafÃ© is closed &amp; gone , said the â€œmayorâ€\u009d.\n",
    "a long line": "Emoji 😀 and words , here. " * 400 + "\n",
}


@pytest.fixture(scope="module", params=ENCODINGS)
def server(request):
    """A server for each encoding."""
    with Server("--isolated") as server:
        server.initialize(
            merged(PUSH, {"general": {"positionEncodings": [request.param]}}),
            initializationOptions={"minSeverity": "info"},
        )
        assert server.encoding == request.param
        yield server


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem[:3])
def test_seeds(server, path):
    findings, _ = check(path.parent, path.name)
    text = path.read_bytes().decode()
    server.open(path.as_uri(), text)
    wanted = as_diagnostics(findings[path.name], text, server.encoding)
    assert wanted
    found = essences(server.pushed(path.as_uri()), path.as_uri())
    agree(found, wanted)
    server.close(path.as_uri())


@pytest.mark.parametrize("line_end", ["\r\n", "\r"], ids=["crlf", "cr"])
@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem[:3])
def test_seeds_with_other_line_ends(server, path, line_end, tmp_path):
    text = path.read_bytes().decode().replace("\n", line_end)
    uri = (tmp_path / "seed.txt").as_uri()
    server.open(uri, text)
    wanted = as_diagnostics(check_text(tmp_path, "seed.txt", text), text, server.encoding)
    agree(essences(server.pushed(uri), uri), wanted)
    server.close(uri)


@pytest.mark.parametrize("ending", ["txt", "md"])
def test_texts(server, ending, tmp_path):
    wrong = []
    for name, text in TEXTS.items():
        uri = (tmp_path / f"text.{ending}").as_uri()
        mark = server.mark()
        server.open(uri, text)
        wanted = as_diagnostics(check_text(tmp_path, f"text.{ending}", text), text, server.encoding)
        lines = differences(essences(server.pushed(uri, since=mark), uri), wanted)
        wrong += [f"{name}: {line}" for line in lines]
        server.close(uri)
    assert not wrong, "\n".join(wrong)


def test_the_first_known_encoding_of_the_list():
    lists = {
        None: "utf-16",
        (): "utf-16",
        ("utf-8", "utf-16"): "utf-8",
        ("utf-16", "utf-8"): "utf-16",
        ("utf-32", "utf-8", "utf-16"): "utf-32",
        ("ebcdic", "utf-32", "utf-16"): "utf-32",
        ("ebcdic",): "utf-16",
    }
    for encodings, wanted in lists.items():
        general = {} if encodings is None else {"positionEncodings": list(encodings)}
        with Server("--isolated") as server:
            capabilities = server.initialize({**PUSH, "general": general})["capabilities"]
            assert capabilities.get("positionEncoding", "utf-16") == wanted, encodings
            server.open("file:///newslint-test/a.txt", "😀😀 so , on.\n")
            (diagnostic,) = server.pushed("file:///newslint-test/a.txt")
            assert diagnostic["range"]["start"]["character"] == {"utf-8": 11, "utf-16": 7, "utf-32": 5}[wanted]
