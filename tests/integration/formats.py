"""Every format: the findings are those of the same texts in files, and stand where they say."""

import csv
import tarfile
import zipfile
from pathlib import Path

import pyarrow

import web_archives
import writers
from documents import Document
from harness import Bench, by_index, compare_all
from places import RawFile, Undo, csv_text, json_text, plain, wrong_places

# Kind of file: ending, writer, options of newslint.
JSON_FILES = {
    "json.dumps": (".jsonl", writers.jsonl(), []),
    "json.dumps, ensure_ascii=False": (".jsonl", writers.jsonl(ensure_ascii=False), []),
    "json.dumps, compact": (".ndjson", writers.jsonl(separators=(",", ":"), ensure_ascii=False), []),
    "json.dumps, CRLF line ends": (".jsonl", writers.jsonl(line_end="\r\n", ensure_ascii=False), []),
    "json.dumps, blank lines between": (".jsonl", writers.jsonl(line_end="\n\n \n"), []),
    "json.dumps, byte order mark": (".jsonl", writers.jsonl(mark="\ufeff", ensure_ascii=False), []),
    "json.dumps, last line without end": (".jsonl", writers.jsonl_without_last_line_end, []),
    "json.dumps, other keys `text`": (".jsonl", writers.jsonl_with_decoys, []),
    "json.dumps, nested text": (".jsonl", writers.jsonl_nested, ["--field", "text=article.text"]),
    "JSON Lines named .json": (".json", writers.jsonl(), []),
    "json.dump of a list": (".json", writers.json_array(), []),
    "json.dump of a list, indent=2": (".json", writers.json_array(indent=2, ensure_ascii=False), []),
    "json.dump, one object behind the other": (".json", writers.json_values, []),
    "pandas.to_json(lines=True)": (".jsonl", writers.pandas_json(lines=True), []),
    "pandas.to_json(lines=True, force_ascii=False)": (".jsonl", writers.pandas_json(lines=True, force_ascii=False), []),
    "pandas.to_json(orient='records')": (".json", writers.pandas_json(), []),
    "pandas.to_json(orient='records', indent=2)": (".json", writers.pandas_json(indent=2), []),
}

CSV_FILES = {
    "pandas.to_csv": (".csv", writers.pandas_csv(), []),
    "pandas.to_csv, index=False": (".csv", writers.pandas_csv(index=False), []),
    "pandas.to_csv, QUOTE_ALL": (".csv", writers.pandas_csv(quoting=csv.QUOTE_ALL), []),
    "pandas.to_csv, sep=';'": (".csv", writers.pandas_csv(sep=";"), []),
    "pandas.to_csv, sep='|'": (".csv", writers.pandas_csv(sep="|"), []),
    "pandas.to_csv, sep='\\t'": (".tsv", writers.pandas_csv(sep="\t"), []),
    "pandas.to_csv, tabs named .csv": (".csv", writers.pandas_csv(sep="\t", index=False), []),
    "pandas.to_csv, lineterminator='\\r\\n'": (".csv", writers.pandas_csv(lineterminator="\r\n"), []),
    "pandas.to_csv, lineterminator='\\r'": (".csv", writers.pandas_csv(lineterminator="\r", quoting=csv.QUOTE_ALL), []),
    "csv.writer": (".csv", writers.python_csv(), []),
    "csv.writer, excel-tab": (".tsv", writers.python_csv(dialect="excel-tab"), []),
    "csv.writer, unix": (".csv", writers.python_csv(dialect="unix"), []),
    "csv.writer, byte order mark": (".csv", writers.python_csv(encoding="utf-8-sig", quoting=csv.QUOTE_ALL), []),
    "pyarrow.csv": (".csv", writers.arrow_csv(), []),
    "pyarrow.csv, quotes on all": (".csv", writers.arrow_csv(quoting_style="all_valid"), []),
    "pyarrow.csv, delimiter ;": (".csv", writers.arrow_csv(delimiter=";"), []),
}

NESTED = ["--field", "text=article.text"]

PARQUET_FILES = {
    "pandas.to_parquet": (".parquet", writers.pandas_parquet(), []),
    "pandas.to_parquet, gzip, index": (".parquet", writers.pandas_parquet(compression="gzip", index=True), []),
    **{
        f"pyarrow.parquet, {codec}, row groups": (".parquet", writers.parquet(compression=codec, row_group_size=37), [])
        for codec in ("none", "snappy", "gzip", "brotli", "zstd", "lz4")
    },
    "pyarrow.parquet, small pages, version 2": (
        ".parquet",
        writers.parquet(data_page_version="2.0", data_page_size=2000, write_batch_size=8, row_group_size=101),
        [],
    ),
    "pyarrow.parquet, DELTA_BYTE_ARRAY": (
        ".parquet",
        writers.parquet(use_dictionary=False, column_encoding={"text": "DELTA_BYTE_ARRAY"}),
        [],
    ),
    "pyarrow.parquet, DELTA_LENGTH_BYTE_ARRAY": (
        ".parquet",
        writers.parquet(use_dictionary=False, column_encoding={"text": "DELTA_LENGTH_BYTE_ARRAY"}, row_group_size=64),
        [],
    ),
    "pyarrow.parquet, large_string": (".parquet", writers.parquet(pyarrow.large_string(), row_group_size=50), []),
    "pyarrow.parquet, string_view": (".parquet", writers.parquet(pyarrow.string_view(), row_group_size=50), []),
    "pyarrow.parquet, binary": (".parquet", writers.parquet(pyarrow.binary()), []),
    "pyarrow.parquet, dictionary": (".parquet", writers.parquet_dictionary, []),
    "pyarrow.parquet, struct": (".parquet", writers.parquet_nested, NESTED),
}

ZIP_FILES = {
    "zip": (".zip", writers.zip_by_command()),
    "zip -0": (".zip", writers.zip_by_command("-0")),
    "zip -Z bzip2": (".zip", writers.zip_by_command("-Z", "bzip2")),
    "zipfile, deflated": (".zip", writers.zip_by_python(zipfile.ZIP_DEFLATED)),
    "zipfile, stored": (".zip", writers.zip_by_python(zipfile.ZIP_STORED)),
}

TAR_FILES = {
    "tar": (".tar", writers.tar_by_command()),
    "tar --format=pax": (".tar", writers.tar_by_command("--format=pax")),
    "tar --format=ustar": (".tar", writers.tar_by_command("--format=ustar")),
    "tar, gzip": (".tar.gz", writers.tar_by_command("--gzip")),
    "tar, gzip, .tgz": (".tgz", writers.tar_by_command("--gzip")),
    "tar, zstd": (".tar.zst", writers.tar_by_command("--zstd")),
    "tar, bzip2": (".tar.bz2", writers.tar_by_command("--bzip2")),
    "tar, xz": (".tar.xz", writers.tar_by_command("--xz")),
    "tarfile, GNU": (".tar", writers.tar_by_python("w", tarfile.GNU_FORMAT)),
    "tarfile, pax, gzip": (".tar.gz", writers.tar_by_python("w:gz", tarfile.PAX_FORMAT)),
}


def check_json(bench: Bench) -> None:
    """JSON Lines and JSON, as many programs write them."""
    for name, (ending, write, options) in JSON_FILES.items():
        check_fields(bench, name, ending, write, options, json_text)


def check_csv(bench: Bench) -> None:
    """CSV and TSV in their dialects."""
    for name, (ending, write, options) in CSV_FILES.items():
        check_fields(bench, name, ending, write, options, csv_text)


def check_parquet(bench: Bench) -> None:
    """Parquet: no places in the file, records are rows."""
    for name, (ending, write, options) in PARQUET_FILES.items():
        check_fields(bench, name, ending, write, options, None)


def file_for(bench: Bench, name: str, ending: str) -> Path:
    """A path to write to, named after the check."""
    stem = "".join(c if c.isalnum() else "-" for c in name)
    path = bench.folder / "files" / f"{stem}{ending}"
    path.parent.mkdir(exist_ok=True)
    return path


def check_fields(bench: Bench, name: str, ending: str, write: writers.Writer, options: list[str], undo: Undo | None) -> None:
    """One kind of file with a text in a field. `undo`: how a place's bytes are read; None where there are none."""
    path = file_for(bench, name, ending)
    write(bench.documents, path)
    result, differences = bench.same_bytes_by_threads(*options, path)
    differences += unsound(result)
    differences += compare_all(bench, result.by_record(), by_index(bench.documents))
    differences += wrong_ids(result.findings, {index: d.id for index, d in by_index(bench.documents).items()})
    if undo is None:
        differences += [f"{f['rule']} has a place" for f in result.findings if f["start"] or f["end"]]
    else:
        file = RawFile(path.read_bytes())
        for index, findings in result.by_record().items():
            differences += wrong_places(file, undo, bench.documents[index - 1], findings)
    bench.checks.tell(f"{name} ({ending})", differences)
    path.unlink()


def unsound(result) -> list[str]:
    """A run over sound files finds something and complains about nothing."""
    if result.status == 1 and not result.errors:
        return []
    return [f"exit status {result.status}, standard error {result.errors[:300]!r}"]


def wrong_ids(findings: list[dict], ids: dict[int, str]) -> list[str]:
    """Records whose identifier is not the one that stands in the file."""
    wrong = {}
    for finding in findings:
        record = finding["record"]
        if record["id"] != ids.get(record["index"]):
            wrong[record["index"]] = f"record {record['index']} has the id {record['id']!r}, not {ids.get(record['index'])!r}"
    return list(wrong.values())


def check_packers(bench: Bench) -> None:
    """JSON Lines by every packer; the places are those in the unpacked file."""
    raw = writers.json_lines(bench.documents, ensure_ascii=False)
    file = RawFile(raw)
    plain_path = file_for(bench, "packed", ".jsonl")
    plain_path.write_bytes(raw)
    plain_output = bench.newslint.check(plain_path).output
    for name, (ending, pack) in writers.PACKERS.items():
        path = file_for(bench, "packed", f".jsonl{ending}")
        path.write_bytes(pack(raw))
        result, differences = bench.same_bytes_by_threads(path)
        differences += unsound(result)
        differences += compare_all(bench, result.by_record(), by_index(bench.documents))
        for index, findings in result.by_record().items():
            differences += wrong_places(file, json_text, bench.documents[index - 1], findings)
        # Only the path differs from what the plain file gives.
        if result.output.replace(str(path).encode(), str(plain_path).encode()) != plain_output:
            differences.append("not the output of the plain file")
        bench.checks.tell(f"{name} (.jsonl{ending})", differences)
        path.unlink()


def check_packed_tables(bench: Bench) -> None:
    """Other formats packed, by pandas itself where it packs."""
    kinds = {
        "pandas.to_csv, gzip": (".csv.gz", writers.pandas_csv()),
        "pandas.to_csv, zstd": (".csv.zst", writers.pandas_csv()),
        "pandas.to_csv, xz": (".csv.xz", writers.pandas_csv()),
        "pandas.to_json, bzip2": (".json.bz2", writers.pandas_json()),
        "pandas.to_json(lines=True), zstd": (".jsonl.zst", writers.pandas_json(lines=True)),
        "Parquet in gzip": (
            ".parquet.gz",
            lambda documents, path: path.write_bytes(
                writers.run("gzip", "-c", stdin=writers.memory(writers.parquet(), documents, bench.folder))
            ),
        ),
    }
    for name, (ending, write) in kinds.items():
        path = file_for(bench, name, ending)
        write(bench.documents, path)
        result, differences = bench.same_bytes_by_threads(path)
        differences += unsound(result) + compare_all(bench, result.by_record(), by_index(bench.documents))
        bench.checks.tell(f"{name} ({ending})", differences)


def check_wrong_endings(bench: Bench) -> None:
    """The first bytes tell the compression, and `--input-format` the format, whatever the name."""
    raw = writers.json_lines(bench.documents)
    kinds = {
        "gzip in a file named .jsonl": (".jsonl", writers.run("gzip", "-c", stdin=raw), []),
        "plain in a file named .jsonl.gz": (".jsonl.gz", raw, []),
        "zstd in a file without ending": ("", writers.run("zstd", "-c", stdin=raw), ["--input-format", "jsonl"]),
    }
    for name, (ending, packed, options) in kinds.items():
        path = file_for(bench, name, ending)
        path.write_bytes(packed)
        result, differences = bench.same_bytes_by_threads(*options, path)
        differences += unsound(result) + compare_all(bench, result.by_record(), by_index(bench.documents))
        bench.checks.tell(name, differences)


def check_web_archives(bench: Bench) -> None:
    """WARC and WET: record numbers, identifiers, and the offsets that other readers give."""
    for name, (ending, write) in web_archives.WRITERS.items():
        path = file_for(bench, name, ending)
        wanted = write(bench.documents, path)
        result, differences = bench.same_bytes_by_threads(path)
        differences += unsound(result) + compare_all(bench, result.by_record(), wanted)
        differences += wrong_ids(result.findings, {index: web_archives.record_id(d) for index, d in wanted.items()})
        differences += [f"{f['rule']} has a place" for f in result.findings if f["start"] or f["end"]]
        differences += wrong_urls(result.findings, wanted)
        readers = {"FastWARC": web_archives.offsets_by_fastwarc}
        # warcio reads no Zstandard.
        if not ending.endswith(".zst"):
            readers["warcio"] = web_archives.offsets_by_warcio
        for reader, offsets in readers.items():
            differences += wrong_offsets(result.findings, offsets(path), reader)
        bench.checks.tell(f"{name} ({ending})", differences)


def wrong_urls(findings: list[dict], wanted: dict[int, Document]) -> list[str]:
    """Records with another address than the file has."""
    return [
        f"record {f['record']['index']} has the address {f['record'].get('url')!r}"
        for f in findings
        if f["record"]["index"] in wanted and f["record"].get("url") != wanted[f["record"]["index"]].url
    ]


def wrong_offsets(findings: list[dict], offsets: dict[str, int], reader: str) -> list[str]:
    """Records that another reader finds elsewhere in the file."""
    wrong = {}
    for finding in findings:
        record = finding["record"]
        other = offsets.get(record["id"])
        if record.get("offset") != other:
            wrong[record["index"]] = f"record {record['index']} is at {record.get('offset')}, for {reader} at {other}"
    return list(wrong.values())


def check_archives(bench: Bench) -> None:
    """.zip and .tar of text files: records are the text files, named by their names in the archive."""
    folder = bench.folder / "to-archive"
    names = writers.text_files(bench.documents, folder)
    wanted = dict(zip(names, bench.documents))
    for name, (ending, write) in {**ZIP_FILES, **TAR_FILES}.items():
        path = file_for(bench, name, ending)
        write(folder, names, path)
        result, differences = bench.same_bytes_by_threads(path)
        differences += unsound(result) + compare_all(bench, result.by_record("id"), wanted)
        differences += wrong_member_places(result.findings, wanted)
        bench.checks.tell(f"{name} ({ending})", differences)


def wrong_member_places(findings: list[dict], wanted: dict[str, Document]) -> list[str]:
    """Places in a member, where they are given, are those in the file that was packed."""
    placed: dict[str, list[dict]] = {}
    for finding in findings:
        if finding["start"]:
            placed.setdefault(finding["record"]["id"], []).append(finding)
    differences = []
    for name, document in wanted.items():
        if name in placed:
            differences += wrong_places(RawFile(document.encoded), plain, document, placed[name])
    return differences


def check_packed_texts(bench: Bench) -> None:
    """story.txt.gz is one document like story.txt."""
    for name in ("gzip", "gzip, several members", "zstd", "bzip2", "xz"):
        ending, pack = writers.PACKERS[name]
        folder = bench.folder / f"texts{ending}-{len(name)}"
        folder.mkdir()
        # A process for each text: every fourth is enough.
        documents = bench.documents[::4]
        for document in documents:
            (folder / f"{document.id}.txt{ending}").write_bytes(pack(document.encoded))
        result, differences = bench.same_bytes_by_threads(folder)
        differences += unsound(result)
        found: dict[str, list] = {}
        for finding in result.findings:
            found.setdefault(Path(finding["path"]).name.split(".")[0], []).append(finding)
        differences += compare_all(bench, found, {document.id: document for document in documents})
        for document in documents:
            differences += wrong_places(RawFile(document.encoded), plain, document, found.get(document.id, []))
        bench.checks.tell(f"{name} (.txt{ending})", differences)


def check_folder(bench: Bench) -> None:
    """A folder with files of many kinds: all are found and read, each as by itself."""
    folder = bench.folder / "mixed"
    (folder / "deep").mkdir(parents=True)
    writers.jsonl()(bench.documents, folder / "a.jsonl")
    writers.pandas_csv()(bench.documents, folder / "b.csv")
    writers.parquet()(bench.documents, folder / "deep" / "c.parquet")
    web_archives.wet(True)(bench.documents, folder / "deep" / "d.warc.wet.gz")
    (folder / "deep" / "e.jsonl.zst").write_bytes(writers.run("zstd", "-c", stdin=writers.json_lines(bench.documents)))
    (folder / "deep" / "f.txt").write_bytes(bench.documents[0].encoded)
    result, differences = bench.same_bytes_by_threads(folder)
    differences += unsound(result)
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    apart = [bench.newslint.check(path).output for path in paths if path.suffix != ".txt"]
    for path, output in zip([path for path in paths if path.suffix != ".txt"], apart):
        marker = json_path(path)
        lines = b"".join(line for line in result.output.splitlines(keepends=True) if line.startswith(marker))
        if lines != output:
            differences.append(f"{path.name}: not the output of the file by itself")
    bench.checks.tell("a folder of many formats", differences)


def json_path(path: Path) -> bytes:
    """How a line of output about this file begins."""
    return b'{"path":"' + str(path).encode() + b'"'
