"""Memory: a file of a gigabyte takes no more of it than a small one does."""

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

from documents import REPOSITORY, sentence
from harness import Bench

MEGABYTE = 1_000_000
LARGE = 1000
SIZES = (50, 500, LARGE)

# What a large file may take beyond a tiny one, in megabytes.
MOST_MORE = 150

# Runs a program and tells its peak memory in kilobytes, its seconds and its exit status. In a process of its own:
# Linux counts the memory of the process that starts another one as memory of that one, and ours is large.
MEASURE = """
import os, sys, time
nowhere = os.open(os.devnull, os.O_RDWR)
begin = time.monotonic()
actions = [(os.POSIX_SPAWN_DUP2, nowhere, 0), (os.POSIX_SPAWN_DUP2, nowhere, 1)]
process = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=actions)
_, status, usage = os.wait4(process, 0)
print(usage.ru_maxrss, time.monotonic() - begin, os.waitstatus_to_exitcode(status))
"""


def measure(program: Path, path: Path) -> tuple[float, float, int]:
    """Peak memory in megabytes, seconds, and exit status of linting a file."""
    arguments = [str(program), "check", "--isolated", "--no-cache", "--format", "jsonl", str(path)]
    command = [sys.executable, "-I", "-S", "-c", MEASURE, *arguments]
    peak, seconds, status = subprocess.run(command, capture_output=True, check=True, text=True).stdout.split()
    return int(peak) * 1024 / MEGABYTE, float(seconds), int(status)


def write_corpus(path: Path, megabytes: int) -> None:
    """JSON Lines of so many megabytes through a pipe into zstd."""
    source = random.Random(7)
    # Escaped once; what varies is which paragraphs stand together, and sentences with numbers.
    paragraphs = [json.dumps(text)[1:-1] for text in plain_paragraphs()]
    with path.open("wb") as packed:
        packer = subprocess.Popen(["zstd", "-1", "-T2", "-q", "-c"], stdin=subprocess.PIPE, stdout=packed)
        written, number = 0, 0
        while written < megabytes * MEGABYTE:
            lines = []
            for _ in range(500):
                number += 1
                parts = source.sample(paragraphs, 10) + [json.dumps(sentence(source))[1:-1]]
                lines.append(f'{{"id": "{number}", "text": "' + "\\n".join(parts) + '"}\n')
            data = "".join(lines).encode()
            packer.stdin.write(data)
            written += len(data)
        packer.stdin.close()
        if packer.wait() != 0:
            raise OSError("zstd failed")


def plain_paragraphs() -> list[str]:
    """Paragraphs of the sample documents, and generated ones."""
    source = random.Random(8)
    found = []
    for path in sorted((REPOSITORY / "seeds").glob("*.txt")):
        found += [line for line in path.read_text("utf-8").splitlines() if len(line) > 80]
    return found + [" ".join(sentence(source) for _ in range(4)) for _ in range(200)]


def check_memory(bench: Bench) -> None:
    """Peak memory of a gigabyte against that of one record, and the time for each megabyte."""
    program = bench.newslint.program
    folder = bench.folder / "memory"
    folder.mkdir()
    tiny = folder / "tiny.jsonl"
    tiny.write_text('{"id": "1", "text": "He said , so."}\n')
    base = measure(program, tiny)[0]
    times = {}
    for megabytes in SIZES:
        path = folder / f"{megabytes}.jsonl.zst"
        write_corpus(path, megabytes)
        peak, seconds, status = measure(program, path)
        times[megabytes] = seconds / megabytes * 1000
        print(f"        {megabytes} MB: {seconds:.1f} s, {times[megabytes]:.1f} ms/MB, peak {peak:.0f} MB", flush=True)
        differences = [] if status == 1 else [f"exit status {status}"]
        if peak > base + MOST_MORE:
            differences.append(f"{peak:.0f} MB, and one record takes {base:.0f} MB")
        bench.checks.tell(f"memory: {megabytes} MB of JSON Lines in at most {MOST_MORE} MB more than one record", differences)
        path.unlink()
    difference = times[500] / times[50] - 1
    word = "within" if abs(difference) <= 0.1 else "NOT within"
    # Told, not asserted: the machine may have other work.
    print(f"        500 MB take {difference:+.1%} of the time per MB that 50 MB take: {word} 10 %", flush=True)
    shutil.rmtree(folder)
    os.sync()
