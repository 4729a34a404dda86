#!/usr/bin/env python3
"""Shows that other programs can read newslint's reports, and that findings stand where the reports say.

    python3 tests/integration/reports.py --newslint target/release/newslint

| format | read by |
|---|---|
| sarif | the schema of SARIF 2.1.0 and the rules of Microsoft's SARIF Multitool |
| rdjson, rdjsonl | rdformat-validator |
| junit | Jenkins' schema (as pytest carries it) and junitparser |
| checkstyle | lxml |
| gitlab | the properties that GitLab's documentation lists |
| github | a reader that goes by the runner's source |

Python 3.11, pip, Node.js and npm; packages are installed below target/.
"""

import argparse
import hashlib
import io
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.parse
import zipfile
from pathlib import Path

# No __pycache__ in the source tree.
sys.dont_write_bytecode = True

from environment import enter_environment

REPOSITORY = Path(__file__).resolve().parents[2]

FORMATS = ("sarif", "github", "gitlab", "junit", "checkstyle", "rdjson", "rdjsonl")

NODE_PACKAGES = ("@microsoft/sarif-multitool@5.7.0", "@umbrelladocs/rdformat-validator@1.0.1")

# Its source has junit-10.xsd, the schema of Jenkins' xUnit plugin.
PYTEST = "pytest==9.2.0"

# https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
GITLAB_SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "minLength": 1},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}, "end": {"type": "integer"}},
                    },
                },
            },
        },
    },
}

# What an article and a path can hold to break out of a report.
HOSTILE = (
    "::error::x%0A\r::stop-commands::x\n##[error]x\u2028::warning::x\u202e \x1b[2J ]]> </script> <b a=\"'\"> &amp; {0} "
    "[the the](http://example.com) `@all` \x01 \ufffe 😀 the the end \"\"\"\n\nSubscribe to unlock more articles `</error>`\n"
)


class Failure(Exception):
    """A report that is not as it should be."""


def main() -> int:
    """Runs all checks; the result is the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--newslint", type=Path, required=True, help="the program to test")
    parser.add_argument("--environment", type=Path, default=REPOSITORY / "target" / "integration", metavar="FOLDER",
                        help="where the packages are installed (default: %(default)s)")
    parser.add_argument("--files", type=Path, metavar="FOLDER", help="write the reports here and keep them")
    options = parser.parse_args()
    options.newslint = options.newslint.resolve()
    enter_environment(options.environment)
    tools = install_node_packages(options.environment)
    schema = junit_schema(options.environment)
    failed = passed = 0
    with tempfile.TemporaryDirectory() as name:
        reports = (options.files or Path(name) / "reports").resolve()
        reports.mkdir(parents=True, exist_ok=True)
        for corpus, folder in corpora(Path(name)).items():
            bench = Bench(options.newslint, folder, reports, corpus)
            for format in FORMATS:
                try:
                    report = bench.report(format)
                    CHECKS[format](bench, report, tools, schema)
                    print(f"ok      {format} of {corpus}", flush=True)
                    passed += 1
                except Exception as failure:  # The readers have exceptions of their own.
                    print(f"FAILED  {format} of {corpus}: {type(failure).__name__}: {failure}", flush=True)
                    failed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def install_node_packages(environment: Path) -> Path:
    """The folder of the programs from npm."""
    wanted = hashlib.sha256(" ".join(NODE_PACKAGES).encode()).hexdigest()[:12]
    place = environment / f"node-{wanted}"
    if not (place / "complete").exists():
        if shutil.which("npm") is None:
            sys.exit("the test of the reports needs Node.js and npm")
        place.mkdir(parents=True, exist_ok=True)
        (place / "package.json").write_text("{}")
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", *NODE_PACKAGES], cwd=place, check=True)
        (place / "complete").touch()
    return place / "node_modules"


def junit_schema(environment: Path) -> Path:
    """Jenkins' schema, out of pytest's source."""
    place = environment / "junit-10.xsd"
    if not place.exists():
        with tempfile.TemporaryDirectory() as name:
            download = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
            subprocess.run([*download, "--no-binary", ":all:", "--dest", name, PYTEST], check=True)
            with tarfile.open(next(Path(name).iterdir())) as archive:
                member = next(name for name in archive.getnames() if name.endswith("/junit-10.xsd"))
                place.write_bytes(archive.extractfile(member).read())
    return place


def corpora(folder: Path) -> dict[str, Path]:
    """The sample documents, files of records and all that is hostile, and nothing to find."""
    seeds, records, hostile, nothing = (folder / name for name in ("seeds", "records", "hostile", "nothing"))
    shutil.copytree(REPOSITORY / "seeds", seeds)
    texts = [path.read_text("utf-8") for path in sorted(seeds.glob("*.txt"))]
    write_records(records, texts)
    hostile.mkdir()
    write_records(hostile / "records", [HOSTILE, "the the\n"])
    names = ["a b,c:d%é.txt", "line\nend\r::error::x.txt", "\u202eevil\u2028`@all`.txt", "<b>&\"'.txt", "\x01\ufffe.txt", "[x](y).txt"]
    for name in names:
        (hostile / name).write_text(HOSTILE, "utf-8", newline="")
    (hostile / "mark.txt").write_text("\ufeffé 😀 the the end\r\n", "utf-8", newline="")
    (hostile / "utf-16.txt").write_text("é 😀 the the end\r\n", "utf-16", newline="")
    (hostile / "cr.txt").write_text("one.\rthe the end.\r", "utf-8", newline="")
    (hostile / "latin.txt").write_bytes("café the the end, naïve “no”".encode("cp1252"))
    nothing.mkdir()
    (nothing / "bridge.txt").write_text("The council approved the bridge on Monday.\n")
    return {"seeds": seeds, "records": records, "hostile files": hostile, "nothing found": nothing}


def write_records(folder: Path, texts: list[str]) -> None:
    """The texts in files of many documents."""
    import csv

    import pyarrow
    import pyarrow.parquet

    folder.mkdir()
    rows = [{"id": f"id-{index} `@all`\u202e](x", "text": text} for index, text in enumerate(texts)]
    (folder / "lines.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    (folder / "array.json").write_text(json.dumps([{"é": "😀", **row} for row in rows], ensure_ascii=False), "utf-8")
    without_ids = [json.dumps({"text": row["text"]}, ensure_ascii=False) + "\n" for row in rows + rows]
    (folder / "no-ids.jsonl").write_text("".join(without_ids), "utf-8")
    with open(folder / "table.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["id", "text"])
        writer.writeheader()
        writer.writerows(rows)
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), folder / "table.parquet")
    with zipfile.ZipFile(folder / "archive.zip", "w") as archive:
        for index, text in enumerate(texts):
            archive.writestr(f"in/{index}.txt", text)


class Bench:
    """A corpus and what newslint says of it."""

    def __init__(self, newslint: Path, folder: Path, reports: Path, corpus: str) -> None:
        self.newslint, self.folder, self.reports, self.corpus = newslint, folder, reports, corpus
        self.findings = [json.loads(line) for line in self.report("jsonl").splitlines()]

    def report(self, format: str) -> bytes:
        """The report over the corpus, which must not depend on the threads."""
        outputs = []
        for threads in ("1", "2"):
            command = [self.newslint, "check", "--isolated", "--min-severity", "info", "--format", format]
            run = subprocess.run([*command, "--threads", threads, "."], cwd=self.folder, capture_output=True)
            if run.returncode not in (0, 1) or run.stderr:
                raise Failure(f"exit status {run.returncode}, standard error {run.stderr[:500]!r}")
            outputs.append(run.stdout)
        if outputs[0] != outputs[1]:
            raise Failure("one thread and two give different reports")
        path = self.reports / f"{self.corpus.replace(' ', '-')}.{format}"
        path.write_bytes(outputs[0])
        self.path = path
        if any(byte < 0x20 and byte not in b"\n" for byte in outputs[0]) or any(c in outputs[0].decode() for c in "\u202e\u2028"):
            raise Failure("the report holds characters that a terminal obeys")
        return outputs[0]

    def raw(self, path: str) -> bytes:
        """The bytes of a file."""
        return (self.folder / path).read_bytes()


def expect(condition: bool, message: str) -> None:
    """Fails unless the condition holds."""
    if not condition:
        raise Failure(message)


def has_region(finding: dict) -> bool:
    """Whether its place is one in the raw file, and not in a member of an archive."""
    return finding["start"] is not None and not finding["path"].endswith(".zip")


def line_starts(text, ends) -> list[int]:
    """Where each line begins; CRLF, LF and CR end lines. `ends`: LF and CR, as the text has them."""
    starts, at = [0], 0
    while at < len(text):
        if text[at : at + 1] == ends[1] and text[at + 1 : at + 2] == ends[0]:
            at += 1
        if text[at : at + 1] in ends:
            starts.append(at + 1)
        at += 1
    return starts


def check_sarif(bench: Bench, report: bytes, tools: Path, _schema: Path) -> None:
    """Schema, Multitool, and regions that hold what was found."""
    import jsonschema

    log = json.loads(report)
    schema = json.loads((tools / "@microsoft" / "sarif-multitool-linux" / "sarif-2.1.0.json").read_text("utf-8-sig"))
    validator = jsonschema.validators.validator_for(schema)(schema, format_checker=jsonschema.FormatChecker())
    errors = [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(log)]
    expect(not errors, "; ".join(errors[:3]))
    [run] = log["runs"]
    expect(len(run["results"]) == len(bench.findings), f"{len(run['results'])} results")
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    expect(len(rules) > 90 and list(rules) == sorted(rules), f"{len(rules)} rules")
    expect(len(report) - sum(len(json.dumps(r)) for r in run["results"]) < 300_000, "the rules take too much room")
    for result, finding in zip(run["results"], bench.findings):
        expect(result["ruleId"] == finding["rule"] and finding["rule"] in rules, result["ruleId"])
        physical = result["locations"][0]["physicalLocation"]
        path = urllib.parse.unquote(physical["artifactLocation"]["uri"])
        expect(path == finding["path"], f"the path {path!r} for {finding['path']!r}")
        region = physical["region"]
        nowhere = {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1}
        expect(has_region(finding) or region == nowhere, f"the region {region} in {path!r}")
        if has_region(finding) and not path.endswith(("utf-16.txt", "latin.txt")):
            check_region(bench, region, finding)
        for fix in result.get("fixes", []):
            check_sarif_fix(bench, fix, finding)
    sarif_rules(bench, tools)


def utf16_offset(raw: bytes, line: int, column: int) -> int:
    """The byte at a line and a UTF-16 column of a file in UTF-8."""
    text = raw.decode("utf-8-sig")
    start = line_starts(text, "\n\r")[line - 1]
    units = text[start:].encode("utf-16-le", "surrogatepass")[: 2 * (column - 1)]
    return len(raw) - len(text.encode()) + len(text[:start].encode()) + len(units.decode("utf-16-le").encode())


def check_region(bench: Bench, region: dict, finding: dict) -> None:
    """The lines and columns lead to the bytes that JSON gives."""
    raw = bench.raw(finding["path"])
    place = [utf16_offset(raw, region[f"{end}Line"], region[f"{end}Column"]) for end in ("start", "end")]
    wanted = [finding["start"]["byte"], finding["end"]["byte"]]
    expect(place == wanted, f"{finding['path']!r}: the region is {place}, not {wanted}")
    if "byteOffset" in region:
        bytes_ = [region["byteOffset"], region["byteOffset"] + region["byteLength"]]
        expect(bytes_ == wanted, f"{finding['path']!r}: bytes {bytes_}, not {wanted}")
    if "snippet" in region:
        expect(region["snippet"]["text"].encode() == raw[slice(*wanted)], f"the snippet {region['snippet']}")


def check_sarif_fix(bench: Bench, fix: dict, finding: dict) -> None:
    """A fix of a plain file replaces the bytes that JSON names; one of a record leaves the file readable."""
    [change] = fix["artifactChanges"]
    raw = bench.raw(finding["path"])
    if finding["path"].endswith(("utf-16.txt", "latin.txt")):
        return
    edits = []
    for replacement in change["replacements"]:
        region = replacement["deletedRegion"]
        start, end = (utf16_offset(raw, region[f"{end}Line"], region[f"{end}Column"]) for end in ("start", "end"))
        edits.append((start, end, replacement["insertedContent"]["text"]))
    if finding["record"] is None:
        wanted = [(edit["start"], edit["end"], edit["replacement"]) for edit in finding["fix"]["edits"]]
        expect(edits == wanted, f"the edits {edits}, not {wanted}")
    else:
        check_fixed_record(finding, raw, edits)


def check_fixed_record(finding: dict, raw: bytes, edits: list[tuple[int, int, str]]) -> None:
    """The record's text after the raw edits is its text after the edits that JSON names."""
    import csv

    def texts(data: bytes) -> list[str]:
        text = data.decode()
        if finding["path"].endswith(".jsonl"):
            return [json.loads(line)["text"] for line in text.split("\n") if line]
        if finding["path"].endswith(".json"):
            return [record["text"] for record in json.loads(text)]
        return [row["text"] for row in csv.DictReader(io.StringIO(text, newline=""))]

    index = finding["record"]["index"] - 1
    wanted = texts(raw)[index].encode()
    for edit in reversed(finding["fix"]["edits"]):
        wanted = wanted[: edit["start"]] + edit["replacement"].encode() + wanted[edit["end"] :]
    fixed = raw
    for start, end, text in reversed(edits):
        fixed = fixed[:start] + text.encode() + fixed[end:]
    is_text = texts(fixed)[index]
    expect(is_text == wanted.decode(), f"{finding['path']}, {finding['rule']}: fixed otherwise than JSON says")


def sarif_rules(bench: Bench, tools: Path) -> None:
    """What Microsoft's Multitool says of the report, by its own rules and those for GitHub; errors and warnings."""
    output = bench.path.with_suffix(".multitool.sarif")
    # It goes by the ending.
    report = bench.path.with_suffix(".copy.sarif")
    shutil.copy(bench.path, report)
    program = tools / "@microsoft" / "sarif-multitool-linux" / "Sarif.Multitool"
    command = [program, "validate", report, "--rule-kind", "Sarif;Ghas", "--log", "ForceOverwrite", "--output", output]
    run = subprocess.run(command, capture_output=True, text=True, env={"DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"})
    expect(output.exists(), f"the Multitool wrote nothing: {run.stdout[-500:]}{run.stderr[-500:]}")
    results = json.loads(output.read_text("utf-8-sig"))["runs"][0].get("results", [])
    found = {result["ruleId"]: result for result in results}
    expect(not found, "; ".join(f"{rule}: {json.dumps(result['message'])[:300]}" for rule, result in found.items()))


def check_rdformat(bench: Bench, report: bytes, tools: Path, _schema: Path) -> None:
    """rdformat-validator, and columns in bytes."""
    lines = bench.path.suffix == ".rdjsonl"
    diagnostics = [json.loads(line) for line in report.splitlines()] if lines else json.loads(report)["diagnostics"]
    expect(len(diagnostics) == len(bench.findings), f"{len(diagnostics)} diagnostics")
    # The validator reads no lines.
    whole = json.dumps({"diagnostics": diagnostics}) if lines else report.decode()
    program = tools / "@umbrelladocs" / "rdformat-validator" / "bin" / "rdformat-validator.js"
    command = ["node", program, "--strict", "--no-extra-fields"]
    run = subprocess.run(command, input=whole, capture_output=True, text=True)
    expect(run.returncode == 0, (run.stdout + run.stderr)[-800:])
    for diagnostic, finding in zip(diagnostics, bench.findings):
        location = diagnostic["location"]
        expect(location["path"] == finding["path"], f"the path {location['path']!r}")
        expect(diagnostic["code"]["value"] == finding["rule"], diagnostic["code"]["value"])
        expect(("range" in location) == has_region(finding), f"a range in {finding['path']!r}")
        if "range" not in location or finding["path"].endswith(("utf-16.txt", "latin.txt")):
            continue
        raw = bench.raw(finding["path"])
        starts = line_starts(raw, (b"\n", b"\r"))
        wanted = [finding["start"]["byte"], finding["end"]["byte"]]
        range_ = [location["range"]["start"], location["range"]["end"]]
        if "column" in range_[0]:
            place = [starts[position["line"] - 1] + position["column"] - 1 for position in range_]
            expect(place == wanted, f"{finding['path']!r}: the range is {place}, not {wanted}")
        else:
            expect(finding["path"].endswith("array.json"), f"no columns in {finding['path']!r}")
        for suggestion in diagnostic.get("suggestions", []):
            start, end = (suggestion["range"][end] for end in ("start", "end"))
            start, end = (starts[position["line"] - 1] + position["column"] - 1 for position in (start, end))
            if finding["record"] is None:
                edits = finding["fix"]["edits"]
                fixed = raw[edits[0]["start"] : edits[-1]["end"]]
                for edit in reversed(edits):
                    at, to = (edit[key] - edits[0]["start"] for key in ("start", "end"))
                    fixed = fixed[:at] + edit["replacement"].encode() + fixed[to:]
                expect((start, end) == (edits[0]["start"], edits[-1]["end"]), f"the suggestion is at {start}..{end}")
                expect(suggestion["text"].encode() == fixed, f"the suggestion is {suggestion['text']!r}, not {fixed!r}")
            else:
                check_fixed_record(finding, raw, [(start, end, suggestion["text"])])


def check_gitlab(bench: Bench, report: bytes, _tools: Path, _schema: Path) -> None:
    """GitLab's properties, unique fingerprints, lines."""
    import jsonschema

    issues = json.loads(report)
    jsonschema.validate(issues, GITLAB_SCHEMA)
    expect(len(issues) == len(bench.findings), f"{len(issues)} issues")
    expect(len({issue["fingerprint"] for issue in issues}) == len(issues), "fingerprints are not unique")
    for issue, finding in zip(issues, bench.findings):
        line = finding["start"]["line"] if has_region(finding) else 1
        expect((issue["location"]["path"], issue["location"]["lines"]["begin"]) == (finding["path"], line), str(issue))


def visible_path(path: str) -> str:
    """A path as XML shows it: characters that XML cannot hold are named."""
    named = lambda c: f"<U+{ord(c):04X}>" if c in "\x01\ufffe" else c
    return "".join(map(named, path))


def check_junit(bench: Bench, report: bytes, _tools: Path, schema: Path) -> None:
    """Jenkins' schema and junitparser."""
    import junitparser
    from lxml import etree

    tree = etree.fromstring(report)
    xsd = etree.XMLSchema(etree.parse(schema))
    expect(xsd.validate(tree), str(xsd.error_log)[:500])
    suites = list(junitparser.JUnitXml.fromstring(report))
    cases = [(suite.name, case) for suite in suites for case in suite]
    wanted = {(f["path"], f["record"] and f["record"]["index"], f["rule"]) for f in bench.findings}
    expect(len(cases) == len(wanted) + 1, f"{len(cases)} tests for {len(wanted)} rules in documents, and the run")
    lines = sum(len(result.text.split("\n")) for _, case in cases for result in case.result)
    expect(lines == len(bench.findings), f"{lines} lines for {len(bench.findings)} findings")
    expect(cases[-1][0] == "newslint" and cases[-1][1].is_passed, "the last test is that of the run, and passes")
    for suite in suites:
        expect(suite.tests == len(list(suite)) and suite.failures == sum(not case.is_passed for case in suite), suite.name)


def check_checkstyle(bench: Bench, report: bytes, _tools: Path, _schema: Path) -> None:
    """XML as Jenkins' analysis-model reads it."""
    from lxml import etree

    root = etree.fromstring(report)
    errors = [(file.get("name"), error) for file in root.findall("file") for error in file.findall("error")]
    expect(root.tag == "checkstyle" and len(errors) == len(bench.findings), f"{len(errors)} errors")
    for (name, error), finding in zip(errors, bench.findings):
        expect(name == visible_path(finding["path"]), f"the path {name!r}, not {finding['path']!r}")
        place = (error.get("line"), error.get("column"))
        start = finding["start"]
        wanted = (str(start["line"]), str(start["column"])) if has_region(finding) else ("1", None)
        expect(place == wanted, f"{name}: {place}, not {wanted}")
        expect(error.get("source") == f"newslint.{finding['rule'].replace('/', '.')}", error.get("source"))


def runner_command(line: str) -> tuple[str, dict[str, str], str] | None:
    """A line as GitHub's runner reads it (ActionCommand.TryParseV2 in actions/runner)."""
    line = line.lstrip()
    end = line.find("::", 2)
    if not line.startswith("::") or end < 0:
        return None
    name, _, properties = line[2:end].partition(" ")
    pairs = (pair.split("=", 1) for pair in properties.strip().split(",") if pair)

    def unescaped(text: str, escapes: dict[str, str]) -> str:
        for escape, mark in escapes.items():
            text = text.replace(escape, mark)
        return text

    data = {"%0D": "\r", "%0A": "\n", "%25": "%"}
    values = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}
    return name, {pair[0]: unescaped(pair[1], values) for pair in pairs}, unescaped(line[end + 2 :], data)


def check_github(bench: Bench, report: bytes, _tools: Path, _schema: Path) -> None:
    """A command a line, none of the article's."""
    # The runner's lines end with LF, CRLF or CR.
    lines = io.StringIO(report.decode(), newline=None).read().splitlines() if report else []
    expect(len(lines) == len(bench.findings), f"{len(lines)} lines")
    kinds = {"error": "error", "warning": "warning", "info": "notice"}
    for line, finding in zip(lines, bench.findings):
        command = runner_command(line)
        expect(command is not None, f"no command: {line!r}")
        name, properties, _ = command
        expect(name == kinds[finding["severity"]], name)
        shown = "".join(f"<U+{ord(c):04X}>" if c in "\x01\u202e\u2028" else c for c in finding["path"])
        expect(properties["file"] == shown, f"the path {properties['file']!r}")
        expect(properties["title"] == f"newslint ({finding['rule']})", properties["title"])
        expect(("line" in properties) == has_region(finding), line)
        if "line" in properties:
            expect(properties["line"] == str(finding["start"]["line"]), line)


CHECKS = {
    "sarif": check_sarif,
    "github": check_github,
    "gitlab": check_gitlab,
    "junit": check_junit,
    "checkstyle": check_checkstyle,
    "rdjson": check_rdformat,
    "rdjsonl": check_rdformat,
}

if __name__ == "__main__":
    sys.exit(main())
