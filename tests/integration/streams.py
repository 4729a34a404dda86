"""Standard input: a pipe from an unpacker, and packed bytes as they are."""

import subprocess
from pathlib import Path

import web_archives
import writers
from formats import file_for, unsound
from harness import Bench, Result, by_index, compare_all
from places import RawFile, json_text, wrong_places


def check_standard_input(bench: Bench) -> None:
    """Each format on standard input gives the findings that it gives as a file."""
    raw = writers.json_lines(bench.documents, ensure_ascii=False)
    inputs = {
        ("jsonl", "plain"): raw,
        ("jsonl", "gzip"): writers.run("gzip", "-c", stdin=raw),
        ("jsonl", "zstd"): writers.run("zstd", "-c", stdin=raw),
        ("jsonl", "bzip2"): writers.run("bzip2", "-c", stdin=raw),
        ("jsonl", "xz"): writers.run("xz", "-c", stdin=raw),
        ("json", "plain"): writers.memory(writers.json_array(), bench.documents, bench.folder),
        ("csv", "plain"): writers.memory(writers.pandas_csv(), bench.documents, bench.folder),
        ("tsv", "gzip"): writers.run(
            "gzip", "-c", stdin=writers.memory(writers.python_csv(dialect="excel-tab"), bench.documents, bench.folder)
        ),
        ("parquet", "plain"): writers.memory(writers.parquet(), bench.documents, bench.folder),
    }
    for (form, packing), data in inputs.items():
        result, differences = bench.same_bytes_by_threads("-", "--input-format", form, stdin=data)
        differences += unsound(result) + compare_all(bench, result.by_record(), by_index(bench.documents))
        differences += [f"the path is {f['path']}" for f in result.findings[:1] if f["path"] != "<stdin>"]
        if form == "jsonl":
            file = RawFile(raw)
            for index, findings in result.by_record().items():
                differences += wrong_places(file, json_text, bench.documents[index - 1], findings)
        bench.checks.tell(f"standard input, {form}, {packing}", differences)
    check_warc_on_standard_input(bench)
    check_pipe(bench, raw)
    check_named_standard_input(bench, raw)


def check_warc_on_standard_input(bench: Bench) -> None:
    """`newslint check - --input-format wet < x.warc.wet.gz`."""
    path = file_for(bench, "for-standard-input", ".warc.wet.gz")
    wanted = web_archives.wet(True)(bench.documents, path)
    result, differences = bench.same_bytes_by_threads("-", "--input-format", "wet", stdin=path.read_bytes())
    differences += unsound(result) + compare_all(bench, result.by_record(), wanted)
    bench.checks.tell("standard input, wet, gzip", differences)


def check_pipe(bench: Bench, raw: bytes) -> None:
    """`zstdcat x | newslint check - --input-format jsonl`: a true pipe, whose bytes come in small pieces."""
    path = file_for(bench, "for-the-pipe", ".zst")
    path.write_bytes(writers.run("zstd", "-c", stdin=raw))
    result = piped(bench, ["zstdcat", path])
    differences = unsound(result) + compare_all(bench, result.by_record(), by_index(bench.documents))
    bench.checks.tell("zstdcat … | newslint check - --input-format jsonl", differences)
    result = piped(bench, ["cat", path])
    differences = unsound(result) + compare_all(bench, result.by_record(), by_index(bench.documents))
    bench.checks.tell("cat x.zst | newslint check - --input-format jsonl", differences)


def piped(bench: Bench, command: list[str | Path]) -> Result:
    """A run of newslint behind a command."""
    source = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE)
    arguments = ["check", "--isolated", "--no-cache", "--min-severity", "info", "--format", "jsonl"]
    result = bench.newslint.run(
        [bench.newslint.program, *arguments, "-", "--input-format", "jsonl"], stdin=source.stdout
    )
    source.stdout.close()
    source.wait()
    return result


def check_named_standard_input(bench: Bench, raw: bytes) -> None:
    """`--stdin-filename` names standard input in reports."""
    arguments = ["-", "--input-format", "jsonl", "--stdin-filename", "crawl/may.jsonl"]
    result, differences = bench.same_bytes_by_threads(*arguments, stdin=raw)
    differences += compare_all(bench, result.by_record(), by_index(bench.documents))
    differences += [f"the path is {f['path']}" for f in result.findings[:1] if f["path"] != "crawl/may.jsonl"]
    bench.checks.tell("standard input, --stdin-filename", differences)
