"""Writes the documents as other people's tools write them: Python, pandas, pyarrow, packers.

Every function takes the documents and the path to write. Nothing here knows anything of newslint.
"""

import csv
import io
import json
import subprocess
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas
import pyarrow
import pyarrow.csv
import pyarrow.parquet
import zstandard

from documents import Document

Writer = Callable[[list[Document], Path], None]

COLUMNS = ["id", "url", "title", "text"]


def rows(documents: list[Document]) -> list[dict]:
    """The documents as plain objects."""
    return [{column: getattr(document, column) for column in COLUMNS} for document in documents]


def frame(documents: list[Document]) -> pandas.DataFrame:
    """The documents as a table, with a column of numbers beside."""
    table = pandas.DataFrame(rows(documents))
    table.insert(1, "words", [len(document.text.split()) for document in documents])
    return table


# JSON


def json_lines(documents: list[Document], line_end: str = "\n", mark: str = "", **options) -> bytes:
    """JSON Lines by json.dumps."""
    return mark.encode() + "".join(json.dumps(row, **options) + line_end for row in rows(documents)).encode()


def jsonl(**options) -> Writer:
    """Writes JSON Lines; the options are those of `json_lines`."""
    return lambda documents, path: path.write_bytes(json_lines(documents, **options))


def jsonl_without_last_line_end(documents: list[Document], path: Path) -> None:
    """The last line of a file need not end."""
    path.write_bytes(json_lines(documents).removesuffix(b"\n"))


def jsonl_with_decoys(documents: list[Document], path: Path) -> None:
    """Keys of other objects, and other kinds of values, before and behind the text."""
    lines = []
    for row in rows(documents):
        before = {"meta": {"text": "not this , one", "id": 0}, "n": [1.5e-3, -2, None, True, {"text": "nor this , one"}]}
        lines.append(json.dumps({**before, **row, "behind": {"text": "nor that , one"}}, ensure_ascii=False))
    path.write_text("\n".join(lines) + "\n", "utf-8", newline="")


def jsonl_nested(documents: list[Document], path: Path) -> None:
    """The text in an object: `article.text`."""
    lines = []
    for row in rows(documents):
        article = {"title": row["title"], "text": row["text"]}
        lines.append(json.dumps({"id": row["id"], "article": article, "url": row["url"]}) + "\n")
    path.write_text("".join(lines), "utf-8")


def json_array(**options) -> Writer:
    """One array by json.dump."""
    return lambda documents, path: path.write_bytes(json.dumps(rows(documents), **options).encode())


def json_values(documents: list[Document], path: Path) -> None:
    """Objects of many lines, one behind the other, as `jq .` writes them."""
    path.write_text("".join(json.dumps(row, indent=2) + "\n" for row in rows(documents)), "utf-8")


def pandas_json(**options) -> Writer:
    """DataFrame.to_json."""
    return lambda documents, path: frame(documents).to_json(path, orient="records", **options)


# CSV


def pandas_csv(**options) -> Writer:
    """DataFrame.to_csv."""
    return lambda documents, path: frame(documents).to_csv(path, **options)


def python_csv(encoding: str = "utf-8", **options) -> Writer:
    """csv.DictWriter."""

    def write(documents: list[Document], path: Path) -> None:
        with path.open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, **options)
            writer.writeheader()
            writer.writerows(rows(documents))

    return write


def arrow_csv(**options) -> Writer:
    """pyarrow.csv.write_csv."""

    def write(documents: list[Document], path: Path) -> None:
        pyarrow.csv.write_csv(arrow_table(documents), path, pyarrow.csv.WriteOptions(**options))

    return write


# Parquet


def arrow_table(documents: list[Document], text_type: pyarrow.DataType | None = None) -> pyarrow.Table:
    """The documents as a table of Arrow."""
    columns = {column: pyarrow.array([getattr(d, column) for d in documents], pyarrow.string()) for column in COLUMNS}
    if text_type is not None:
        columns["text"] = columns["text"].cast(text_type)
    return pyarrow.table(columns)


def parquet(text_type: pyarrow.DataType | None = None, **options) -> Writer:
    """pyarrow.parquet.write_table."""
    return lambda documents, path: pyarrow.parquet.write_table(arrow_table(documents, text_type), path, **options)


def parquet_dictionary(documents: list[Document], path: Path) -> None:
    """The text as a dictionary column of Arrow."""
    table = arrow_table(documents)
    table = table.set_column(table.schema.get_field_index("text"), "text", table["text"].dictionary_encode())
    pyarrow.parquet.write_table(table, path, row_group_size=37)


def parquet_nested(documents: list[Document], path: Path) -> None:
    """The text in a struct, beside lists and nulls."""
    articles = [{"text": d.text, "tags": ["a", "b"] if len(d.text) % 2 else None} for d in documents]
    table = pyarrow.table({"id": [d.id for d in documents], "article": articles})
    pyarrow.parquet.write_table(table, path, row_group_size=41)


def pandas_parquet(**options) -> Writer:
    """DataFrame.to_parquet."""
    return lambda documents, path: frame(documents).to_parquet(path, **options)


# Compression


def run(*command: str | Path, stdin: bytes | None = None, cwd: Path | None = None) -> bytes:
    """What a command writes to standard output."""
    parts = [str(part) for part in command]
    return subprocess.run(parts, input=stdin, capture_output=True, check=True, cwd=cwd).stdout


def packed_by(*command: str) -> Callable[[bytes], bytes]:
    """Packs by a command that reads standard input."""
    return lambda raw: run(*command, stdin=raw)


def in_parts(pack: Callable[[bytes], bytes], parts: int = 7) -> Callable[[bytes], bytes]:
    """Packs stretches one by one and puts them together, as `cat a.gz b.gz` does. Borders lie anywhere in lines."""

    def packed(raw: bytes) -> bytes:
        size = len(raw) // parts + 1
        return b"".join(pack(raw[start : start + size]) for start in range(0, len(raw), size))

    return packed


def with_skippable_frame(raw: bytes) -> bytes:
    """Zstandard behind a frame of no data, as pzstd and seekable formats have it."""
    return b"\x50\x2a\x4d\x18" + (5).to_bytes(4, "little") + b"hello" + run("zstd", "-c", stdin=raw)


def with_zeros_behind(raw: bytes) -> bytes:
    """gzip filled up with zeros, as tapes are."""
    return run("gzip", "-c", stdin=raw) + bytes(512)


def streamed_zstd(raw: bytes) -> bytes:
    """Zstandard that does not tell the length of its content."""
    packer = zstandard.ZstdCompressor(level=3).compressobj()
    return packer.compress(raw) + packer.flush()


PACKERS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": (".gz", packed_by("gzip", "-c")),
    "gzip -9": (".gz", packed_by("gzip", "-9", "-c")),
    "gzip, several members": (".gz", in_parts(packed_by("gzip", "-c"))),
    "gzip, an empty member in the middle": (
        ".gz",
        lambda raw: run("gzip", "-c", stdin=raw[:5000]) + run("gzip", "-c", stdin=b"") + run("gzip", "-c", stdin=raw[5000:]),
    ),
    "gzip, zeros behind": (".gz", with_zeros_behind),
    "zstd": (".zst", packed_by("zstd", "-c")),
    "zstd -19": (".zst", packed_by("zstd", "-19", "-c")),
    "zstd --long --no-check": (".zst", packed_by("zstd", "--long=24", "--no-check", "-c")),
    "zstd, several frames": (".zst", in_parts(packed_by("zstd", "-c"))),
    "zstd, a skippable frame": (".zst", with_skippable_frame),
    "zstandard, streamed": (".zst", streamed_zstd),
    "bzip2": (".bz2", packed_by("bzip2", "-c")),
    "bzip2 -1, several streams": (".bz2", in_parts(packed_by("bzip2", "-1", "-c"))),
    "xz": (".xz", packed_by("xz", "-c")),
    "xz, several streams": (".xz", in_parts(packed_by("xz", "-1", "-c"))),
    "xz in blocks": (".xz", packed_by("xz", "--block-size=65536", "-c")),
}


# Archives


def text_files(documents: list[Document], folder: Path) -> list[str]:
    """Writes the texts as files, some deep in folders, beside files that are none. Gives their names in order."""
    names = []
    for number, document in enumerate(documents):
        deep = "a-folder-with-a-long-name/" * 5 if number % 50 == 7 else ""
        name = f"news/{deep}{document.id}{'.md' if number % 10 == 3 else '.txt'}"
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(document.encoded)
        names.append(name)
    (folder / "news" / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    (folder / "news" / "links.html").write_text("<a href=x>He said , so</a>")
    return names


def zip_by_command(*options: str) -> Callable[[Path, list[str], Path], None]:
    """The command `zip`, fed with names."""

    def write(folder: Path, names: list[str], path: Path) -> None:
        listed = "\n".join(["news/picture.png", *names, "news/links.html"])
        run("zip", "-q", *options, path, "-@", stdin=listed.encode(), cwd=folder)

    return write


def zip_by_python(method: int) -> Callable[[Path, list[str], Path], None]:
    """The module zipfile, which writes other headers than `zip`."""

    def write(folder: Path, names: list[str], path: Path) -> None:
        with zipfile.ZipFile(path, "w", method) as archive:
            archive.mkdir("news")
            for name in names:
                archive.write(folder / name, name)

    return write


def tar_by_command(*options: str) -> Callable[[Path, list[str], Path], None]:
    """The command `tar`."""

    def write(folder: Path, names: list[str], path: Path) -> None:
        listed = "\n".join(["news/picture.png", *names, "news/links.html"])
        run("tar", *options, "-cf", path, "--no-recursion", "-T", "-", stdin=listed.encode(), cwd=folder)

    return write


def tar_by_python(mode: str, form: int) -> Callable[[Path, list[str], Path], None]:
    """The module tarfile."""

    def write(folder: Path, names: list[str], path: Path) -> None:
        with tarfile.open(path, mode, format=form) as archive:
            archive.add(folder / "news", "news", recursive=False)
            for name in names:
                archive.add(folder / name, name)

    return write


def memory(write: Writer, documents: list[Document], folder: Path) -> bytes:
    """What a writer writes, as bytes."""
    path = folder / "memory.tmp"
    write(documents, path)
    return path.read_bytes()


def as_csv_line(values: list[str], **options) -> bytes:
    """One record of CSV."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, **options).writerow(values)
    return buffer.getvalue().encode()
