"""The texts that go into every kind of file.

They are put together from the sample documents, the examples of the rules, and generated prose
with everything that a file format has to escape. Always the same ones: the seed is fixed.
"""

import random
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]

COUNT = 300
SEED = 20261

# Each has something that writers escape, quote, or split lines at.
AWKWARD = [
    "She said: \"We don't know\", and he answered: \"\"Nobody knows\"\" , twice.",
    "Path C:\\news\\today\\new.txt, a \\n that is no line end, a \\u0041 that is no A, and a \\ at the end \\",
    "Emoji: 😀 👩‍👩‍👧 🇺🇦 , and the rare 𝒳 and 𠜎 beside them.",
    "Tab\there,\tand\tthere , semicolon; bar | and comma, all in one.",
    "Привет, мир! Президент заявил , что «всё хорошо».",
    "A line separator\u2028stands here , and a paragraph separator\u2029there, and a next line\u0085too.",
    "Slashes </script> and // and /* */ , <b>bold</b> &amp; more.",
    "{\"text\": \"JSON in the text\", \"id\": [1, 2, {\"a\": null}]} , said the log.",
    "WARC/1.0\r\nWARC-Type: conversion\r\n\r\nThat was no record , only a quotation.",
    "He donâ€™t know that the cafÃ© is closed , said the â€œmayorâ€\u009d.",
    "中文新闻报道 , 日本語の記事、한국어 기사.",
    "Quotes at the end , \"",
    "\"",
    "\"Quotes at the start\" , he said, \"and at the end\"",
    "A form feed\x0cand a bell\x07 , and a no-break\u00a0space.",
    "Zero\u200bwidth and soft\u00adhyphen , and a bidi \u202etrick\u202c.",
]

NAMES = ["Antony Blinken", "Antony Blingen", "Xi Jinping", "Xi Jingping", "Ursula von der Leyen", "Olena Zelenska"]
PLACES = ["Kyiv", "Beijing", "São Paulo", "Łódź", "Reykjavík", "Odesa"]
VERBS = ["said", "told reporters", "announced", "denied", "wrote in a letter", "admitted"]
THINGS = ["the bridge will open in spring", "prices rose by 3.5 per cent", "the talks had failed , for now",
          "no one was hurt", "the “deal” is off", "it cost £20 (or $25)"]


@dataclass(frozen=True)
class Document:
    """One record of a corpus."""

    id: str
    url: str
    title: str
    text: str

    @cached_property
    def encoded(self) -> bytes:
        """The text as bytes, which spans count."""
        return self.text.encode()


def build_documents() -> list[Document]:
    """The documents, always the same ones."""
    source = random.Random(SEED)
    paragraphs = sample_paragraphs()
    texts = special_texts(source, paragraphs)
    while len(texts) < COUNT:
        texts.append(mixed_text(source, paragraphs))
    source.shuffle(texts)
    assert all(is_same_as_a_file(text) for text in texts)
    return [document(number, text) for number, text in enumerate(texts, 1)]


def document(number: int, text: str) -> Document:
    """A document with a name and an address of its own, and a title that has to be quoted."""
    return Document(f"doc-{number:04}", f"https://news.example/a/{number}?x=1,2", f"Story, no. \"{number}\"", text)


def is_same_as_a_file(text: str) -> bool:
    """Whether a text is read alike as a file and as a record.

    A file may begin with a byte order mark, which is not part of its text. A record's text has none.
    """
    return not text.startswith("\ufeff")


def sample_paragraphs() -> list[str]:
    """Paragraphs of real news, and the examples of all rules."""
    found = []
    for path in sorted((REPOSITORY / "seeds").glob("*.txt")):
        found += [line for line in path.read_text("utf-8").splitlines() if line.strip()]
    for path in sorted((REPOSITORY / "rules").glob("*/*.toml")):
        rule = tomllib.loads(path.read_text("utf-8"))
        found += [example["text"] for example in rule.get("example", [])]
    return [text.lstrip("\ufeff") for text in found]


def sentence(source: random.Random) -> str:
    """A generated sentence."""
    name, verb, place, thing = (source.choice(words) for words in (NAMES, VERBS, PLACES, THINGS))
    return f"{name} {verb} in {place} on {source.randint(1, 28)} May that {thing}."


def mixed_text(source: random.Random, paragraphs: list[str]) -> str:
    """A text as others in the corpus: prose, samples and something awkward."""
    parts = [" ".join(sentence(source) for _ in range(source.randint(1, 4))) for _ in range(source.randint(1, 3))]
    parts += source.sample(paragraphs, source.randint(2, 8)) + [source.choice(AWKWARD)]
    source.shuffle(parts)
    line_end = source.choice(["\n", "\n", "\n\n", "\r\n"])
    return line_end.join(parts) + source.choice(["", line_end])


def special_texts(source: random.Random, paragraphs: list[str]) -> list[str]:
    """Texts at the limits: empty, blank, tiny, huge, full of quotes, with every kind of line end."""
    # Longer than the batches in which files are read, once as one line and once as many.
    long = [source.choice(paragraphs).replace("\n", " ") + " " + sentence(source) for _ in range(2500)]
    # Writers of CSV with LF as line end do not quote a lone CR, and nobody can read that back. Texts with a lone CR
    # have quotation marks, too, so that they are quoted.
    carriage_returns = ["One line , \"so\"\rtwo lines , \"so\"\r\rthree lines ,\r\n\nfour \"lines\""] * 2
    return [
        "",
        " ",
        "\n",
        "\n\nBlank lines before , and after\n\n\n",
        "x",
        "😀",
        "no line end , at the end",
        " ".join(long[:200]),
        "\n".join(long),
        "\"" * 999 + " , " + "\"\n" * 500,
        "\\" * 1001 + " , \\",
        "\n".join(AWKWARD),
        "\r\n".join(AWKWARD),
        "A,B;C|D\tE , \"F\"",
        *carriage_returns,
        *AWKWARD,
        *[" ".join(sentence(source) for _ in range(3)) for _ in range(40)],
        *[text for text in paragraphs if any(c in text for c in "\0\x0b\t")][:5],
    ]
