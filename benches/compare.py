#!/usr/bin/env python3
"""Speed and memory of newslint beside other tools, on the same text, in one run.

    benches/compare.py                                  about 20 MB, put together from seeds/
    benches/compare.py --input FOLDER                   the text files below a folder
    benches/compare.py --input FILE.jsonl --field body  the texts in a field of the records
    benches/compare.py --python VENV/bin/python         where datatrove is installed

The tools do different work, so no line of the table says that a tool is better than another:

- newslint reports every defect that it finds, with its place and often with a fix.
- ripgrep searches for 200 phrases of the text: the price of one plain scan.
- typos corrects the spelling of each word, in source code above all.
- The filters of datatrove (Gopher repetition, Gopher quality, C4, FineWeb) decide whether a document
  stays in a corpus, and stop at the first reason against it. They run on the first megabytes only
  (--slow-megabytes). Imports and the first document are left out of their times; they weigh on short
  runs only.
- datamap-rs decides the same by the rules of Gopher and writes what is left.

Times are the least of several runs, memory is the most. CPU seconds are those of all threads in user
and kernel mode. Ratios of one run count: the figures move with the machine and with what else it
does. What is not installed is left out. Nothing but the standard library is needed.
"""
import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILTERS = ["GopherRepetitionFilter", "GopherQualityFilter", "C4QualityFilter", "FineWebQualityFilter"]
TEXT_ENDINGS = {".txt", ".text", ".md", ".markdown"}
PHRASES = 200
FILES_PER_FOLDER = 500
# A line of fewer characters is a menu item, a headline or a credit, and stays as it is.
PARAGRAPH_CHARACTERS = 60
# How often the memory of a running tool is looked up.
INTERVAL_SECONDS = 0.002

# The steps of datamap-rs that stand for Gopher's rules, with Gopher's limits.
DATAMAP_STEPS = [
    ("page_len_filter", {"length_type": "word", "lower_bound": 50, "upper_bound": 100000, "ignore_punctuation": True}),
    ("word_len_filter", {"lower_bound": 3, "upper_bound": 10}),
    ("symbol_ratio_filter", {"max_symbol_to_word_ratio": 0.1}),
    ("bullet_filter", {"max_bullet_ratio": 0.9}),
    ("ellipsis_line_ratio_filter", {"max_ratio": 0.3}),
    ("alphabetic_word_ratio_filter", {"max_ratio": 0.2}),
    ("stop_word_filter", {"count_unique": False, "min_stop_word": 2}),
    ("massive_web_repetition_filter", {}),
]


@dataclass
class Tool:
    """A command to measure. `fresh` is a folder to empty before each run; `reports` says that the
    command prints its own times as JSON, without those of its start."""

    name: str
    command: list[str]
    megabytes: float
    good_codes: tuple[int, ...] = (0,)
    fresh: Path | None = None
    reports: bool = False


@dataclass
class Cost:
    """What a run took; memory in units of a million bytes."""

    cpu: float
    wall: float
    peak: float

    def best(self, other):
        return Cost(min(self.cpu, other.cpu), min(self.wall, other.wall), max(self.peak, other.peak))


def generated(megabytes):
    """Articles in the shape of the seeds: their menus and headlines, and paragraphs put together
    from the sentences of all of them, with other figures in them, so that no two are the same."""
    rng = random.Random(7)
    seeds = [path.read_text(encoding="utf-8").splitlines() for path in sorted((ROOT / "seeds").glob("*.txt"))]
    paragraphs = [line for seed in seeds for line in seed if len(line) >= PARAGRAPH_CHARACTERS]
    sentences = [sentence for line in paragraphs for sentence in split_sentences(line)]
    done = 0
    while done < megabytes * 1e6:
        lines = []
        for line in rng.choice(seeds):
            if len(line) >= PARAGRAPH_CHARACTERS:
                chosen = rng.choices(sentences, k=len(split_sentences(line)))
                line = re.sub(r"\d", lambda _: str(rng.randrange(10)), " ".join(chosen))
            lines.append(line)
        text = "\n".join(lines) + "\n"
        done += len(text.encode())
        yield text


def split_sentences(line):
    return re.split(r'(?<=[.!?"”])\s+(?=[A-Z"“])', line.strip())


def given(path, field):
    """The texts of a folder or of a JSON Lines file."""
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.suffix.lower() in TEXT_ENDINGS and file.is_file():
                yield file.read_text(encoding="utf-8", errors="replace")
        return
    with open(path, encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except ValueError as error:
                sys.exit(f"{path}:{number}: {error}")
            text = record.get(field) if isinstance(record, dict) else None
            if isinstance(text, str):
                # Half a surrogate pair can stand in JSON, but not in a text file.
                yield text.encode(errors="replace").decode()


class Corpus:
    """The texts as files, as one JSON Lines file, and the first of them as another, smaller one."""

    def __init__(self, folder, texts, slow_megabytes):
        self.files, self.jsonl, self.few = folder / "files", folder / "jsonl" / "all.jsonl", folder / "few.jsonl"
        self.phrases = folder / "phrases.txt"
        self.count, self.megabytes, self.few_megabytes = 0, 0.0, 0.0
        self.files.mkdir()
        self.jsonl.parent.mkdir()
        phrases, rng = [], random.Random(3)
        with open(self.jsonl, "w", encoding="utf-8") as every, open(self.few, "w", encoding="utf-8") as few:
            for text in texts:
                line = json.dumps({"id": f"article-{self.count}", "text": text}) + "\n"
                size = len(text.encode()) / 1e6
                every.write(line)
                if self.few_megabytes < slow_megabytes:
                    few.write(line)
                    self.few_megabytes += size
                self.write_file(text)
                self.count += 1
                self.megabytes += size
                # Reservoir sampling: each article has the same chance to give a phrase.
                place = len(phrases) if len(phrases) < PHRASES else rng.randrange(self.count)
                words = text.split()
                if place < PHRASES and len(words) > 3:
                    start = rng.randrange(len(words) - 2)
                    phrases[place : place + 1] = [" ".join(words[start : start + 3])]
        self.phrases.write_text("".join(phrase + "\n" for phrase in phrases), encoding="utf-8")

    def write_file(self, text):
        folder = self.files / f"{self.count // FILES_PER_FOLDER:04}"
        folder.mkdir(exist_ok=True)
        (folder / f"{self.count:07}.txt").write_bytes(text.encode())


def tools(arguments, corpus, folder):
    """The tools that are installed; says which are not."""
    yield from newslint_tools(arguments, corpus)
    size = corpus.megabytes
    if program := installed("ripgrep", arguments.rg):
        options = ["--no-config", "--no-ignore", "-F", "-n", "--column", "-f", str(corpus.phrases)]
        yield Tool(f"ripgrep, {PHRASES} phrases, files", [program, *options, str(corpus.files)], size, (0, 1))
    if program := installed("typos", arguments.typos):
        options = ["--isolated", "--no-ignore", "--format", "json"]
        yield Tool("typos, files", [program, *options, str(corpus.files)], size, (0, 2))
    if program := installed("datamap-rs", arguments.datamap):
        yield datamap_tool(program, corpus, folder)
    if program := datatrove_python(arguments.python):
        for name in FILTERS:
            command = [program, __file__, "--run-filter", name, "--input", str(corpus.few)]
            yield Tool(f"datatrove {name}", command, corpus.few_megabytes, reports=True)


def newslint_tools(arguments, corpus):
    program = installed("newslint", arguments.newslint)
    if not program:
        return
    command = [program, "check", "--isolated", "--no-cache", "--quiet", "--format", "jsonl"]
    for name, options, path in [
        ("files", [], corpus.files),
        ("files, 1 thread", ["--threads", "1"], corpus.files),
        ("one .jsonl", [], corpus.jsonl),
        ("one .jsonl, 1 thread", ["--threads", "1"], corpus.jsonl),
    ]:
        yield Tool(f"newslint, {name}", [*command, *options, str(path)], corpus.megabytes, (0, 1))


def datamap_tool(program, corpus, folder):
    config, output = folder / "datamap.json", folder / "datamap-output"
    steps = [{"name": name, "kwargs": kwargs} for name, kwargs in DATAMAP_STEPS]
    config.write_text(json.dumps({"name": "gopher", "text_field": "text", "pipeline": steps}), encoding="utf-8")
    # Its README has underscores in the options, its code hyphens.
    usage = subprocess.run([program, "map", "--help"], capture_output=True, text=True, check=False)
    join = "_" if "--input_dir" in usage.stdout + usage.stderr else "-"
    folders = [f"--input{join}dir", str(corpus.jsonl.parent), f"--output{join}dir", str(output)]
    command = [program, "map", *folders, "--config", str(config)]
    return Tool("datamap-rs, Gopher, one .jsonl", command, corpus.megabytes, fresh=output)


def installed(name, program):
    found = shutil.which(program)
    if not found:
        print(f"{name} is left out: there is no {program}")
    return found


def datatrove_python(python):
    test = [python, "-c", "import datatrove.pipeline.filters, spacy"]
    if not shutil.which(python):
        print(f"datatrove is left out: there is no {python}")
    elif subprocess.run(test, capture_output=True, check=False).returncode != 0:
        print(f"datatrove is left out: {python} cannot import it (pip install 'datatrove[processing]' spacy)")
    else:
        return python
    return None


def run_filter(name, path):
    """Runs a filter of datatrove over a file and prints its times: what a child process does."""
    from datatrove.data import Document
    from datatrove.pipeline import filters

    documents = [Document(text=text, id=str(number)) for number, text in enumerate(given(path, "text"))]
    chosen = getattr(filters, name)()
    # The first call loads the tokenizer. C4 changes the text, so a copy goes through.
    chosen.filter(Document(text=documents[0].text, id="first"))
    wall, cpu = time.perf_counter(), time.process_time()
    kept = sum(chosen.filter(document) is True for document in documents)
    print(json.dumps({"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall, "kept": kept}))


def peak_megabytes(process):
    """The most memory that a process had at a time, where Linux tells it."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0.0
    found = re.search(r"^VmHWM:\s*(\d+) kB", status, re.MULTILINE)
    return int(found[1]) * 1024 / 1e6 if found else 0.0


def run(tool):
    """One run: its cost, or what went wrong."""
    if tool.fresh:
        shutil.rmtree(tool.fresh, ignore_errors=True)
    with tempfile.TemporaryFile() as output:
        stdout = output if tool.reports else subprocess.DEVNULL
        start = time.perf_counter()
        process = subprocess.Popen(tool.command, stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.DEVNULL)
        ended, peak = 0, 0.0
        while not ended:
            peak = max(peak, peak_megabytes(process.pid))
            time.sleep(INTERVAL_SECONDS)
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in tool.good_codes:
            return None, f"failed with status {process.returncode}"
        cpu = usage.ru_utime + usage.ru_stime
        if tool.reports:
            output.seek(0)
            report = json.loads(output.read().splitlines()[-1])
            cpu, wall = report["cpu"], report["wall"]
    # Linux counts the memory of this script into ru_maxrss, because the child begins as a copy.
    unit = 1 if sys.platform == "darwin" else 1024
    return Cost(cpu, wall, peak or usage.ru_maxrss * unit / 1e6), None


def measure(tool, runs):
    best = None
    for _ in range(runs):
        cost, problem = run(tool)
        if problem:
            return None, problem
        best = best.best(cost) if best else cost
    return best, None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--input", type=Path, help="a folder of text files, or a .jsonl file")
    parser.add_argument("--field", default="text", help="the field of the .jsonl file that holds the text")
    parser.add_argument("--megabytes", type=float, default=20, help="how much text to make without --input")
    parser.add_argument("--slow-megabytes", type=float, default=2, help="how much of it datatrove gets")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--newslint", default=str(ROOT / "target" / "release" / "newslint"))
    parser.add_argument("--rg", default="rg")
    parser.add_argument("--typos", default="typos")
    parser.add_argument("--datamap", default="datamap")
    parser.add_argument("--python", default=sys.executable, help="the Python that has datatrove")
    parser.add_argument("--run-filter", choices=FILTERS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.input and not arguments.input.exists():
        parser.error(f"there is no {arguments.input}")
    if arguments.run_filter:
        run_filter(arguments.run_filter, arguments.input)
        return
    texts = given(arguments.input, arguments.field) if arguments.input else generated(arguments.megabytes)
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        corpus = Corpus(folder, texts, arguments.slow_megabytes)
        if not corpus.count:
            sys.exit(f"{arguments.input} has no text, or no field `{arguments.field}`")
        chosen = list(tools(arguments, corpus, folder))
        print(f"{corpus.count} documents, {corpus.megabytes:.1f} MB of text, {os.cpu_count()} processors")
        print_table(chosen, arguments.runs)


def print_table(chosen, runs):
    """A line a tool. The last column is the MB per CPU second of newslint on files, divided by the
    tool's: above 1, newslint takes less CPU time for a megabyte."""
    print(f"{'':<34}{'MB':>7}{'CPU s':>9}{'wall s':>9}{'MB/CPU-s':>10}{'peak MB':>9}{'newslint/it':>13}")
    ours = None
    for tool in chosen:
        cost, problem = measure(tool, runs)
        if problem:
            print(f"{tool.name:<34}{problem}")
            continue
        speed = tool.megabytes / max(cost.cpu, 1e-3)
        if tool.name == "newslint, files":
            ours = speed
        ratio = f"{ours / speed:.2f}" if ours else "-"
        figures = f"{tool.megabytes:>7.1f}{cost.cpu:>9.2f}{cost.wall:>9.2f}{speed:>10.1f}{cost.peak:>9.0f}{ratio:>13}"
        print(f"{tool.name:<34}{figures}", flush=True)


if __name__ == "__main__":
    main()
