"""Whether a finding's place in the raw file is the place of its text.

Written apart from newslint and as plainly as possible: line ends by one regular expression,
columns by counting, the text by undoing the format's own escapes.
"""

import itertools
import json
import re
from bisect import bisect_right
from collections.abc import Callable

from documents import Document

# LF, CRLF or a lone CR; U+2028 and the like end no line.
LINE_END = re.compile(rb"\r\n|\r|\n")

# 0 for the bytes of UTF-8 that continue a character, 1 for those that begin one.
BEGINS_CHARACTER = bytes(0 if byte & 0xC0 == 0x80 else 1 for byte in range(256))

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class RawFile:
    """A (decompressed) file with the places of its lines."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.line_starts = [0, *(match.end() for match in LINE_END.finditer(raw))]
        # How many characters begin before each byte.
        self.characters = [0, *itertools.accumulate(raw.translate(BEGINS_CHARACTER))]
        # A byte order mark is no character that an editor shows.
        self.mark = 1 if raw.startswith(BYTE_ORDER_MARK) else 0

    def line_and_column(self, byte: int) -> tuple[int, int]:
        """Line and column of a byte, from 1, in characters."""
        line = bisect_right(self.line_starts, byte)
        column = self.characters[byte] - self.characters[self.line_starts[line - 1]] + 1
        return line, column - (self.mark if line == 1 else 0)

    def line(self, byte: int) -> int:
        """The line of a byte, from 1."""
        return self.line_and_column(byte)[0]


def plain(raw: bytes) -> str:
    """What stands in the file is the text."""
    return raw.decode()


def json_text(raw: bytes) -> str:
    """Undoes the escapes of a part of a JSON string; half an escape is an error."""
    text = json.loads(b'"' + raw + b'"')
    text.encode()
    return text


def csv_text(raw: bytes) -> str:
    """Undoes the doubled quotes of a part of a field; half a pair is an error."""
    text = raw.decode()
    if '"' in text.replace('""', ""):
        raise ValueError("half of a doubled quote")
    return text.replace('""', '"')


Undo = Callable[[bytes], str]


def wrong_places(file: RawFile, undo: Undo, document: Document, findings: list[dict]) -> list[str]:
    """What is wrong with the places of a record's findings, and of the places they refer to."""
    differences = []
    for finding in findings:
        spots = [(finding["rule"], finding), *((finding["rule"] + " related", other) for other in finding["related"])]
        for name, spot in spots:
            wrong = wrong_place(file, undo, document, spot)
            if wrong:
                differences.append(f"{document.id} {name} at {spot['span']}: {wrong}")
    return differences


def wrong_place(file: RawFile, undo: Undo, document: Document, spot: dict) -> str | None:
    """What is wrong with one place; None if nothing is."""
    start, end, span = spot["start"], spot["end"], spot["span"]
    if start is None or end is None:
        return "no place in the file"
    for end_name, place in (("start", start), ("end", end)):
        wanted = file.line_and_column(place["byte"])
        if (place["line"], place["column"]) != wanted:
            return f"{end_name} {place}, but the byte is at line {wanted[0]}, column {wanted[1]}"
    raw = file.raw[start["byte"] : end["byte"]]
    try:
        text = undo(raw)
    except ValueError as error:
        return f"the bytes {raw[:60]!r} cannot be undone: {error}"
    wanted_text = document.encoded[span["start"] : span["end"]].decode()
    if text != wanted_text:
        return f"the bytes {raw[:60]!r} are {text[:60]!r}, not {wanted_text[:60]!r}"
    shown = spot.get("text")
    if shown is not None and len(wanted_text) <= 200 and shown != wanted_text:
        return f"`text` is {shown!r}, not {wanted_text!r}"
    return None
