"""Texts as the Language Server Protocol counts them: lines, columns in three encodings, and edits.

Written from the specification and for the tests alone, so that a fault of the server is not one of
the tests, too. Plain loops over characters: slow, and easy to see right.
"""

import bisect
import re

ENCODINGS = ("utf-8", "utf-16", "utf-32")

# Code points from which on a line is long.
LONG = 10_000

Position = tuple[int, int]
Range = tuple[int, int, int, int]


def units(character: str, encoding: str) -> int:
    """How many code units a character takes."""
    if encoding == "utf-8":
        return len(character.encode("utf-8", "surrogatepass"))
    return 2 if encoding == "utf-16" and ord(character) > 0xFFFF else 1


class Text:
    """A text and where its lines begin: LF, CRLF and a lone CR end a line."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0] + [match.end() for match in re.finditer(r"\r\n|\n|\r", text)]
        self.bytes_before: list[int] | None = None

    def line(self, number: int) -> str:
        """A line, counted from 0, without its line end."""
        end = self.starts[number + 1] if number + 1 < len(self.starts) else len(self.text)
        return self.text[self.starts[number] : end].rstrip("\r\n")

    def position(self, index: int, encoding: str) -> Position:
        """Line and character of the code point at `index`."""
        number = bisect.bisect_right(self.starts, index) - 1
        line = self.text[self.starts[number] : index]
        if len(line) > LONG:
            # A file of 20 MB may be one line; the same sum, counted by the codec.
            unit = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]
            return number, len(line.encode(f"{encoding}{'' if unit == 1 else '-le'}")) // unit
        return number, sum(units(character, encoding) for character in line)

    def position_of_byte(self, byte: int, encoding: str) -> Position:
        """The same for a byte of the text in UTF-8."""
        if self.bytes_before is None:
            self.bytes_before = [0]
            for character in self.text:
                self.bytes_before.append(self.bytes_before[-1] + len(character.encode()))
        return self.position(bisect.bisect_left(self.bytes_before, byte), encoding)

    def index(self, position: Position, encoding: str, inside: str = "before") -> int:
        """The code point at a position. Behind the line's end is the line's end, behind the last line
        the text's end, and inside a character is before it (or `"behind"` it)."""
        number, character = position
        if number >= len(self.starts):
            return len(self.text)
        index = self.starts[number]
        for one in self.line(number):
            size = units(one, encoding)
            if character < size:
                return index + 1 if character > 0 and inside == "behind" else index
            character -= size
            index += 1
        return index

    def apply(self, change: dict, encoding: str, inside: str = "before") -> "Text":
        """The text after one content change of `textDocument/didChange`, or one text edit."""
        new = change["text"] if "text" in change else change["newText"]
        if "range" not in change:
            return Text(new)
        ends = [(change["range"][end]["line"], change["range"][end]["character"]) for end in ("start", "end")]
        start, end = sorted(self.index(position, encoding, inside) for position in ends)
        return Text(self.text[:start] + new + self.text[end:])


def apply_edits(text: str, edits: list[dict], encoding: str) -> str:
    """A text after text edits that all refer to it as it is. They must not overlap."""
    before = Text(text)
    places = []
    for number, edit in enumerate(edits):
        start, end = (before.index(key(edit["range"][name]), encoding) for name in ("start", "end"))
        assert start <= end, f"an edit whose end is before its start: {edit}"
        places.append((start, end, number, edit["newText"]))
    places.sort()
    for (_, end, *_), (start, *_) in zip(places, places[1:], strict=False):
        assert end <= start, f"edits overlap: {edits}"
    out, done = [], 0
    for start, end, _, new in places:
        out += [text[done:start], new]
        done = end
    return "".join(out) + text[done:]


def key(position: dict) -> Position:
    """A position as a pair."""
    return position["line"], position["character"]


def to_range(start: Position, end: Position) -> dict:
    """A range as the protocol writes it."""
    return {"start": {"line": start[0], "character": start[1]}, "end": {"line": end[0], "character": end[1]}}


def flat(range_: dict) -> Range:
    """A range as four numbers."""
    return (*key(range_["start"]), *key(range_["end"]))
