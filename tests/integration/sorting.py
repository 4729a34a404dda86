"""`newslint split` and `newslint fix`: no byte of a record is lost, and none changes that need not."""

import csv
import gzip
import hashlib
import io
import json
import os
import signal
import subprocess
import tarfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet
import zstandard
from warcio.archiveiterator import ArchiveIterator

import web_archives
import writers
from formats import file_for
from harness import Bench

csv.field_size_limit(1 << 30)

# How a file's records are read back, each as something to compare.
Reader = Callable[[Path], list]


def lines(path: Path) -> list[str]:
    """The lines of a JSON Lines file by their hashes, decompressed by Python."""
    packed = {".gz": gzip.decompress, ".zst": unpacked_zstd}.get(path.suffix, bytes)
    return [hashlib.sha256(line).hexdigest() for line in packed(path.read_bytes()).splitlines(keepends=True)]


def unpacked_zstd(packed: bytes) -> bytes:
    """All frames of Zstandard data."""
    return zstandard.ZstdDecompressor().stream_reader(packed, read_across_frames=True).read()


def elements(path: Path) -> list[str]:
    """The elements of a JSON array."""
    return [json.dumps(element, sort_keys=True) for element in json.loads(path.read_bytes())]


def csv_rows(path: Path) -> list[tuple]:
    """The rows of a CSV file below its header."""
    with open(path, newline="", encoding="utf-8") as file:
        return [tuple(row) for row in csv.reader(file)][1:]


def table_rows(path: Path) -> list[str]:
    """The rows of a Parquet file."""
    return [repr(row) for row in pyarrow.parquet.read_table(path).to_pylist()]


def web_records(path: Path) -> list[tuple]:
    """The records of a WARC file, as warcio reads them."""
    with open(path, "rb") as file:
        return [(str(record.rec_headers), record.raw_stream.read()) for record in ArchiveIterator(file)]


def zip_members(path: Path) -> list[tuple]:
    """The files of a ZIP archive."""
    with zipfile.ZipFile(path) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


def tar_members(path: Path) -> list[tuple]:
    """The files of a tar archive."""
    with tarfile.open(path) as archive:
        return [(member.name, archive.extractfile(member).read()) for member in archive if member.isfile()]


def zipped_texts(documents, path: Path) -> None:
    """The documents as text files in a ZIP archive."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for document in documents:
            archive.writestr(f"{document.id}.txt", document.encoded)


def tarred_texts(documents, path: Path) -> None:
    """The documents as text files in a packed tar archive."""
    with tarfile.open(path, "w:gz") as archive:
        for document in documents:
            member = tarfile.TarInfo(f"{document.id}.txt")
            member.size = len(document.encoded)
            archive.addfile(member, io.BytesIO(document.encoded))


def packed_lines(pack: Callable[[bytes], bytes]) -> writers.Writer:
    """JSON Lines by a packer, in several members."""
    return lambda documents, path: path.write_bytes(writers.in_parts(pack)(writers.json_lines(documents)))


FILES = {
    ".jsonl": (writers.jsonl(), lines),
    ".jsonl.gz": (packed_lines(writers.packed_by("gzip", "-c")), lines),
    ".jsonl.zst": (packed_lines(writers.packed_by("zstd", "-c")), lines),
    ".json": (writers.json_array(indent=2), elements),
    ".csv": (writers.pandas_csv(), csv_rows),
    ".parquet": (writers.pandas_parquet(), table_rows),
    ".warc.gz": (web_archives.warcio_conversions(True), web_records),
    ".zip": (zipped_texts, zip_members),
    ".tar.gz": (tarred_texts, tar_members),
}


def split(bench: Bench, path: Path, *options: str) -> tuple[Path, Path, subprocess.CompletedProcess]:
    """Splits a file; gives the two outputs."""
    ending = path.name[path.name.index("."):]
    clean, flagged = file_for(bench, "clean", ending), file_for(bench, "flagged", ending)
    command = [bench.newslint.program, "split", "--isolated", path, "--clean", clean, "--flagged", flagged, *options]
    result = subprocess.run([str(part) for part in command], capture_output=True, env=bench.newslint.environment)
    return clean, flagged, result


def check_split(bench: Bench) -> None:
    """Each record goes to one of the two files as it was, in order; the clean file has no findings."""
    for ending, (write, read) in FILES.items():
        path = file_for(bench, "to-split", ending)
        write(bench.documents, path)
        clean, flagged, result = split(bench, path)
        differences = [] if result.returncode == 0 else [f"exit status {result.returncode}: {result.stderr[:300]!r}"]
        if not differences:
            before, halves = read(path), (read(clean), read(flagged))
            differences += lost_records(before, *halves)
            if not all(halves):
                differences.append("one of the two is empty")
            again = bench.newslint.run([bench.newslint.program, "check", "--isolated", "--format", "jsonl", clean])
            differences += [f"{len(again.findings)} findings in the clean file"] if again.findings else []
        bench.checks.tell(f"split {ending}: no record lost or changed", differences)
    check_annotated(bench)


def lost_records(before: list, clean: list, flagged: list) -> list[str]:
    """What is missing, added or out of order."""
    differences = []
    if Counter(before) != Counter(clean + flagged):
        differences.append(f"{len(before)} records became {len(clean)} and {len(flagged)}")
    for half in (clean, flagged):
        places = iter(before)
        if not all(record in places for record in half):
            differences.append("the records are out of order")
    return differences


def check_annotated(bench: Bench) -> None:
    """--annotate adds the findings and nothing else."""
    for ending, read in ((".jsonl", json_objects), (".csv", csv_objects), (".parquet", table_objects)):
        path = file_for(bench, "to-annotate", ending)
        FILES[ending][0](bench.documents, path)
        _, flagged, result = split(bench, path, "--annotate=found")
        differences = [] if result.returncode == 0 else [f"exit status {result.returncode}: {result.stderr[:300]!r}"]
        if not differences:
            before = [json.dumps(record, sort_keys=True, default=str) for record in read(path)]
            for record in read(flagged):
                found = record.pop("found")
                found = json.loads(found) if isinstance(found, str) else found
                if not found or not all(finding["rule"] for finding in found):
                    differences.append("a flagged record without findings")
                if json.dumps(record, sort_keys=True, default=str) not in before:
                    differences.append("a record changed")
        bench.checks.tell(f"split {ending} --annotate", differences)


def json_objects(path: Path) -> list[dict]:
    """The objects of a JSON Lines file."""
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def csv_objects(path: Path) -> list[dict]:
    """The rows of a CSV file as objects."""
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def table_objects(path: Path) -> list[dict]:
    """The rows of a Parquet file as objects."""
    return pyarrow.parquet.read_table(path).to_pylist()


def check_fix(bench: Bench) -> None:
    """A record is fixed as the same text in a file of its own is, and all other fields stay."""
    folder = bench.folder / "texts-to-fix"
    folder.mkdir()
    for document in bench.documents:
        (folder / f"{document.id}.txt").write_bytes(document.encoded)
    fix(bench, folder)
    # Python's own newline handling must not touch what is compared.
    wanted = {document.id: (folder / f"{document.id}.txt").read_bytes().decode() for document in bench.documents}
    changed = sum(wanted[document.id] != document.text for document in bench.documents)
    readers = {".jsonl": json_objects, ".csv": csv_objects, ".json": lambda path: json.loads(path.read_bytes()),
               ".jsonl.gz": lambda path: [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]}
    for ending, read in readers.items():
        path = file_for(bench, "to-fix", ending)
        FILES[ending][0](bench.documents, path)
        before = read(path)
        mode = path.stat().st_mode
        fix(bench, path)
        differences = [f"only {changed} texts have something to fix"] if changed < 50 else []
        for old, new in zip(before, read(path), strict=True):
            if new["text"] != wanted[old["id"]]:
                differences.append(f"{old['id']} is fixed in another way")
            if {**old, "text": None} != {**new, "text": None}:
                differences.append(f"{old['id']}: another field changed")
        if path.stat().st_mode != mode:
            differences.append("the permissions changed")
        content = path.read_bytes()
        fix(bench, path)
        if path.read_bytes() != content:
            differences.append("fixing twice changes more")
        bench.checks.tell(f"fix {ending}: {changed} texts", differences)
    check_killed(bench)


def fix(bench: Bench, path: Path) -> None:
    """Fixes a file or folder in place."""
    command = [str(bench.newslint.program), "fix", "--isolated", "--unsafe", "--quiet", str(path)]
    subprocess.run(command, check=False, env=bench.newslint.environment)


def check_killed(bench: Bench) -> None:
    """However early it is killed, each file is whole: the old one or the new one."""
    rows = writers.json_lines(bench.documents) * 4
    path = file_for(bench, "to-kill", ".jsonl")
    path.write_bytes(rows)
    begin = time.monotonic()
    fix(bench, path)
    duration = time.monotonic() - begin
    whole = {hashlib.sha256(rows).digest(), hashlib.sha256(path.read_bytes()).digest()}
    differences, kept = [], 0
    for step in range(40):
        path.write_bytes(rows)
        command = [str(bench.newslint.program), "fix", "--isolated", "--unsafe", "--quiet", str(path)]
        process = subprocess.Popen(command, env=bench.newslint.environment)
        # From at once to shortly after it would be done.
        time.sleep(duration * step / 33)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        content = hashlib.sha256(path.read_bytes()).digest()
        kept += content == hashlib.sha256(rows).digest()
        if content not in whole:
            differences.append("the file is neither old nor new")
    bench.checks.tell(f"fix killed 40 times, {kept} times before it was done", differences)
