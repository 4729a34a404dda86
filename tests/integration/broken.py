"""Broken files: what is sound in them is linted, what is not is named, and the run says that it failed."""

import bz2
import csv
import json
import lzma
import re
import zlib
from collections.abc import Callable
from pathlib import Path

import pyarrow
import pyarrow.parquet
import zstandard

import writers
from documents import Document
from formats import file_for
from harness import Bench, Result, by_index, compare_all
from places import RawFile

# One text in a hundred lines is broken, in each of these ways.
COPIES = 3

# A broken line, and the column where it shows, from 1; None where readers differ.
BROKEN_LINES: list[tuple[str, bytes, int | None]] = [
    ("bad JSON", b'{"id": "bad", "text": "He said , so" "again"}', None),
    ("a missing field", b'{"id": "bad", "body": "He said , so"}', 1),
    ("a number", b'{"id": "bad", "text": 12.5}', 23),
    ("null", b'{"id": "bad", "text": null}', 23),
    ("a list", b'{"id": "bad", "text": ["He said , so"]}', 23),
    ("bad UTF-8", b'{"id": "bad", "text": "He said , caf\xe9 so"}', 37),
    ("a cut line", b'{"id": "bad", "text": "He said , so', None),
    ("not an object", b'["He said , so"]', 1),
    ("no JSON", b"<html><body>502 Bad Gateway</body></html>", 1),
]


def unfailed(result: Result) -> list[str]:
    """A run over a broken file has to end with status 2 and a message."""
    if result.status == 2 and result.errors:
        return []
    return [f"exit status {result.status}, standard error {result.errors[:200]!r}"]


def unnamed(result: Result, path: Path) -> list[str]:
    """Messages have to name the file. A run that was stopped has its own."""
    if result.status is None:
        return []
    return [f"an error does not name the file: {line!r}" for line in result.errors.splitlines() if path.name not in line]


def told_places(result: Result, path: Path) -> list[tuple[int, int]]:
    """The places in errors of the shape `file:line:column: …`."""
    pattern = re.compile(rf"{re.escape(str(path))}:(\d+):(\d+): ")
    return [(int(line), int(column)) for line, column in pattern.findall(result.errors)]


def wrong_told(result: Result, path: Path, wanted: dict[int, int | None]) -> list[str]:
    """Broken records that are not named, or elsewhere, or others that are. `wanted`: columns by lines."""
    told = told_places(result, path)
    differences = [f"no error for line {line}" for line in wanted if line not in [place[0] for place in told]]
    for line, column in told:
        if line not in wanted:
            differences.append(f"an error for line {line}, which is sound")
        elif wanted[line] not in (None, column):
            differences.append(f"the error for line {line} names column {column}, not {wanted[line]}")
    if len(told) > len(wanted):
        differences.append(f"{len(told)} errors for {len(wanted)} broken records")
    return differences


def too_many_errors(result: Result, records: int) -> list[str]:
    """One wrong byte gives a message for the member, and at most one for each of its records and its neighbours'."""
    count = len(result.errors.splitlines())
    return [f"{count} errors for one wrong byte among {records} records"] if count > records + 3 else []


def check_broken_lines(bench: Bench) -> None:
    """JSON Lines with one broken line in a hundred."""
    lines: list[tuple[bytes, Document | None, int | None]] = []
    for copy in range(COPIES):
        good = writers.json_lines(bench.documents, ensure_ascii=copy == 0).split(b"\n")[:-1]
        lines += [(line, document, None) for line, document in zip(good, bench.documents)]
    for number, (_, line, column) in enumerate(BROKEN_LINES):
        lines.insert(50 + number * 99, (line, None, column))
    path = file_for(bench, "broken-lines", ".jsonl")
    path.write_bytes(b"".join(line + b"\n" for line, *_ in lines))
    result, differences = bench.same_bytes_by_threads(path)
    wanted = {index: document for index, (_, document, _) in enumerate(lines, 1) if document is not None}
    broken = {index: column for index, (_, document, column) in enumerate(lines, 1) if document is None}
    differences += unfailed(result) + unnamed(result, path)
    differences += compare_all(bench, result.by_record(), wanted) + wrong_told(result, path, broken)
    bench.checks.tell(f"{len(broken)} broken lines among {len(lines)} of JSON Lines", differences)
    for name, line, column in BROKEN_LINES:
        check_one_broken_line(bench, name, line, column)


def check_one_broken_line(bench: Bench, name: str, line: bytes, column: int | None) -> None:
    """A broken last line without a line end, behind sound ones."""
    documents = bench.documents[:20]
    path = file_for(bench, f"broken-{name}", ".jsonl")
    path.write_bytes(writers.json_lines(documents) + line)
    result, differences = bench.same_bytes_by_threads(path)
    differences += unfailed(result) + compare_all(bench, result.by_record(), by_index(documents))
    differences += wrong_told(result, path, {len(documents) + 1: column})
    bench.checks.tell(f"JSON Lines that end in {name}", differences)


# What another reader gets out of compressed data that break off.
PARTIAL_READERS: dict[str, tuple[str, Callable[[bytes], bytes], Callable[[bytes], bytes]]] = {
    "gzip": (".gz", writers.packed_by("gzip", "-c"), lambda cut: zlib.decompressobj(31).decompress(cut)),
    "zstd": (
        ".zst",
        writers.packed_by("zstd", "-c"),
        lambda cut: zstandard.ZstdDecompressor().decompressobj().decompress(cut),
    ),
    # In blocks of 100 kB, as whole blocks only can be read.
    "bzip2": (".bz2", writers.packed_by("bzip2", "-1", "-c"), lambda cut: bz2.BZ2Decompressor().decompress(cut)),
    "xz": (".xz", writers.packed_by("xz", "-c"), lambda cut: lzma.LZMADecompressor().decompress(cut)),
}


def check_truncated(bench: Bench) -> None:
    """Compressed JSON Lines that break off: whole records before the cut are linted."""
    # A long one could be cut wherever the file is.
    documents = COPIES * [document for document in bench.documents if len(document.encoded) < 20_000]
    raw = writers.json_lines(documents, ensure_ascii=False)
    for name, (ending, pack, unpack) in PARTIAL_READERS.items():
        packed = pack(raw)
        for share in (0.3, 0.7, 0.999):
            cut = packed[: int(len(packed) * share)]
            whole = unpack(cut).count(b"\n")
            path = file_for(bench, f"truncated-{name}-{share}", f".jsonl{ending}")
            path.write_bytes(cut)
            result, differences = bench.same_bytes_by_threads(path)
            differences += unfailed(result) + unnamed(result, path)
            # newslint may get a record more out of it than Python does, but none that is not sound.
            found = result.by_record()
            read = max([whole, *found])
            differences += compare_all(bench, found, by_index(documents[:read]))
            bench.checks.tell(f"{name} cut to {share:.1%}: {whole} whole records before the cut", differences)


def check_damaged_members(bench: Bench) -> None:
    """A wrong byte in one of several members: the records in the others are linted.

    Near the start of a member, in its middle and near its end, as unpackers notice it at other places.
    Members are small, so that a reader may have several in its buffer.
    """
    documents = [document for document in bench.documents if len(document.encoded) < 20_000][:250]
    parts = [documents[start : start + 50] for start in range(0, len(documents), 50)]
    for name, (ending, pack, _) in PARTIAL_READERS.items():
        for share in (0.1, 0.5, 0.9):
            members = [bytearray(pack(writers.json_lines(part))) for part in parts]
            damaged = members[len(parts) // 2]
            damaged[int(len(damaged) * share)] ^= 0xFF
            path = file_for(bench, f"damaged-{name}-{share}", f".jsonl{ending}")
            path.write_bytes(b"".join(members))
            check_damaged_member(bench, f"{name}, a wrong byte at {share:.0%} of member 3 of 5", path, parts)


def check_damaged_member(bench: Bench, name: str, path: Path, parts: list[list[Document]]) -> None:
    """A file whose middle member is damaged. What is read of that one before the damage shows is not looked at."""
    result, differences = bench.same_bytes_by_threads(path)
    middle = parts[len(parts) // 2]
    differences += unfailed(result) + unnamed(result, path) + too_many_errors(result, len(middle))
    wanted = {document.id: document for part in parts if part is not middle for document in part}
    found = result.by_record("id")
    differences += compare_all(bench, {id_: found[id_] for id_ in found if id_ in wanted}, wanted)
    known = {document.id for part in parts for document in part}
    differences += [f"findings in the record {id_!r}, which is not there" for id_ in found if id_ not in known]
    bench.checks.tell(name, differences)


def check_broken_csv(bench: Bench) -> None:
    """CSV with records that have too many or too few fields, and with quotes that never close."""
    documents = bench.documents
    good = [writers.as_csv_line([d.id, d.url, d.title, d.text]) for d in documents]
    many = writers.as_csv_line(["bad", "", "", "He said , so", "and more"])
    few = writers.as_csv_line(["bad", "He said , so"])
    path = file_for(bench, "wrong-fields", ".csv")
    check_csv_records(bench, "CSV, wrong numbers of fields", path, [*good[:10], many, *good[10:200], few, *good[200:]], {10: 1, 201: 1})
    unclosed = b'bad,,,"He said , so\r\n'
    path = file_for(bench, "unclosed-at-the-end", ".csv")
    check_csv_records(bench, "CSV, a quote never closed in the last record", path, [*good, unclosed], {len(good): 7})
    check_unclosed_quote(bench)


def check_csv_records(bench: Bench, name: str, path: Path, lines: list[bytes], broken: dict[int, int]) -> None:
    """A CSV file of these records. `broken`: columns of those that are wrong, by their number from 0."""
    header = b"id,url,title,text\r\n"
    path.write_bytes(header + b"".join(lines))
    file = RawFile(path.read_bytes())
    places, wanted, documents, at = {}, {}, iter(bench.documents), len(header)
    for number, line in enumerate(lines):
        if number in broken:
            places[file.line(at)] = broken[number]
        else:
            wanted[number + 1] = next(documents)
        at += len(line)
    result, differences = bench.same_bytes_by_threads(path)
    differences += unfailed(result) + unnamed(result, path)
    differences += compare_all(bench, result.by_record(), wanted) + wrong_told(result, path, places)
    bench.checks.tell(name, differences)


def check_unclosed_quote(bench: Bench) -> None:
    """A quote never closed in the middle of a file without other quotes costs one record, not the rest."""
    chosen = [d for d in bench.documents if not any(c in d.text for c in '",\r\n')]
    before, after = chosen[: len(chosen) // 2], chosen[len(chosen) // 2 :]
    lines = [b"id,text\n", *(f"{d.id},{d.text}\n".encode() for d in before), b'bad,"He said so\n']
    lines += [f"{d.id},{d.text}\n".encode() for d in after]
    path = file_for(bench, "unclosed-in-the-middle", ".csv")
    path.write_bytes(b"".join(lines))
    result, differences = bench.same_bytes_by_threads(path)
    wanted = {d.id: d for d in chosen}
    differences += unfailed(result) + compare_all(bench, result.by_record("id"), wanted)
    differences += wrong_told(result, path, {len(before) + 2: 5})
    bench.checks.tell(f"CSV, a quote never closed between {len(before)} and {len(after)} records", differences)


def check_broken_parquet(bench: Bench) -> None:
    """Parquet that breaks off, and with a damaged row group."""
    whole = writers.memory(writers.parquet(row_group_size=50, compression="zstd"), bench.documents, bench.folder)
    for name, raw in {"cut in half": whole[: len(whole) // 2], "no Parquet": b"PAR2" + whole[4:-4] + b"PAR2", "empty": b""}.items():
        path = file_for(bench, f"broken-{name}", ".parquet")
        path.write_bytes(raw)
        result, differences = bench.same_bytes_by_threads(path)
        differences += unfailed(result) + unnamed(result, path)
        differences += ["findings in a file that cannot be read"] if result.findings else []
        bench.checks.tell(f"Parquet, {name}", differences)
    check_damaged_row_group(bench, bytearray(whole))


def check_damaged_row_group(bench: Bench, raw: bytearray) -> None:
    """Wrong bytes in one row group lose its rows and no others."""
    path = file_for(bench, "damaged-group", ".parquet")
    path.write_bytes(raw)
    group = pyarrow.parquet.ParquetFile(path).metadata.row_group(2)
    text = next(group.column(i) for i in range(group.num_columns) if group.column(i).path_in_schema == "text")
    start = text.dictionary_page_offset or text.data_page_offset
    middle = start + text.total_compressed_size // 2
    raw[middle : middle + 64] = bytes(byte ^ 0xFF for byte in raw[middle : middle + 64])
    path.write_bytes(raw)
    result, differences = bench.same_bytes_by_threads(path)
    differences += unfailed(result) + unnamed(result, path)
    lost = range(101, 151)
    found = {index: findings for index, findings in result.by_record().items() if index not in lost}
    wanted = {index: d for index, d in by_index(bench.documents).items() if index not in lost}
    differences += compare_all(bench, found, wanted)
    bench.checks.tell("Parquet, row group 3 damaged", differences)


def check_missing_field(bench: Bench) -> None:
    """A file without the field: the error lists those that there are."""
    rows = [{"key": d.id, "prose": d.text, "page": {"words": 1}} for d in bench.documents[:5]]
    jsonl = file_for(bench, "no-text", ".jsonl")
    jsonl.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    array = file_for(bench, "no-text", ".json")
    array.write_text(json.dumps(rows, indent=1), "utf-8")
    table = file_for(bench, "no-text", ".csv")
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["key", "prose", "page"], *([row["key"], row["prose"], "1"] for row in rows)])
    parquet = file_for(bench, "no-text", ".parquet")
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), parquet)
    for path in (jsonl, array, table, parquet):
        for options in ([], ["--field", "text=prosa"]):
            result, differences = bench.same_bytes_by_threads(*options, path)
            differences += unfailed(result) + unnamed(result, path)
            missing = [name for name in ("key", "prose", "page") if f"`{name}" not in result.errors]
            differences += [f"the error does not name the field {name}: {result.errors!r}" for name in missing]
            bench.checks.tell(f"no text field in {path.suffix}{' and a wrong --field' if options else ''}", differences)
        result, differences = bench.same_bytes_by_threads("--field", "text=prose", path)
        differences += compare_all(bench, result.by_record(), by_index(bench.documents[:5]))
        bench.checks.tell(f"--field text=prose for {path.suffix}", differences)


def check_broken_arrays(bench: Bench) -> None:
    """A JSON array with one bad element, on one line and on many, and one that breaks off."""
    documents = bench.documents
    bad = {
        "bad JSON": '{"id": "bad", "text": "He said , so" "again"}',
        "a number": '{"id": "bad", "text": 5}',
        "a string": '"He said , so"',
        "null": "null",
    }
    for separator_name, separator in (("on one line", ", "), ("a line each", ",\n")):
        for name, element in bad.items():
            elements = [json.dumps(row) for row in writers.rows(documents)]
            elements.insert(100, element)
            path = file_for(bench, f"array-{name}-{separator_name}", ".json")
            path.write_text("[" + separator.join(elements) + "]\n", "utf-8")
            line = 101 if separator == ",\n" else 1
            result, differences = bench.same_bytes_by_threads(path)
            wanted = {index + (index > 100): document for index, document in by_index(documents).items()}
            differences += unfailed(result) + unnamed(result, path)
            differences += compare_all(bench, result.by_record(), wanted) + wrong_told(result, path, {line: None})
            bench.checks.tell(f"JSON array, {separator_name}, one element is {name}", differences)
    check_cut_array(bench)


def check_cut_array(bench: Bench) -> None:
    """An array that breaks off within an element."""
    raw = json.dumps(writers.rows(bench.documents)).encode()
    whole = [json.dumps(row).encode() for row in writers.rows(bench.documents[:200])]
    cut = raw[: len(b"[" + b", ".join(whole)) + 30]
    path = file_for(bench, "array-cut", ".json")
    path.write_bytes(cut)
    result, differences = bench.same_bytes_by_threads(path)
    differences += unfailed(result) + unnamed(result, path)
    differences += compare_all(bench, result.by_record(), by_index(bench.documents[:200]))
    bench.checks.tell("JSON array that breaks off", differences)
