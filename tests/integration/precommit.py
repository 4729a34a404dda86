#!/usr/bin/env python3
"""Shows that newslint's hooks do their work in the real pre-commit, on repositories of the real git.

    python3 tests/integration/precommit.py --newslint target/release/newslint

The hooks come from a clone of this repository, and by `repo: local`. Nothing is fetched: cargo, which
installs the hooks of language rust, is a stand-in that hands out the program under test.

Python 3.11, pip and git; the packages are installed in a virtual environment below target/.
"""

import argparse
import gzip
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

# No __pycache__ in the source tree.
sys.dont_write_bytecode = True

from environment import enter_environment

REPOSITORY = Path(__file__).resolve().parents[2]
MANIFEST = ".pre-commit-hooks.yaml"

GOOD = "The council approved the bridge on Monday, he said.\n"
BAD = GOOD + "\nSubscribe to unlock more articles\n"
# The safe fix is to close the gap.
GAP = "The council approved the bridge on Monday , he said.\n"

# Files of the test with many, and text in each: enough for seconds of work, after one of which the bar is shown.
MANY = 1000
PARAGRAPHS = 250

# A thread that has done so much of all work was at work, and did not only coordinate.
LEAST_SHARE = 0.15

# A run that hangs is a failure, not a wait without end.
MOST_SECONDS = 300

# Stands for cargo: says what it was asked, and installs the program under test.
CARGO = """#!/bin/bash
[ "$1" = --version ] && exec echo "cargo 1.91.0"
echo "$PWD $*" >> {log}
while [ $# -gt 0 ]; do [ "$1" = --root ] && root=$2; shift; done
mkdir -p "$root/bin" && cp {newslint} "$root/bin/newslint"
"""

# Stands before newslint: writes down the number of arguments and the times of each run.
RECORDER = """#!/bin/bash
TIMEFORMAT="$# %R %U %S"
{{ time {newslint} "$@" 2>&3; }} 3>&2 2>> {log}
"""


class Workshop:
    """A folder with the programs, the clone that has the hooks, and room for repositories."""

    def __init__(self, folder: Path, newslint: Path) -> None:
        self.folder, self.newslint = folder, newslint
        self.runs, self.cargo_runs = folder / "runs", folder / "cargo-runs"
        programs = folder / "programs"
        programs.mkdir()
        names = {"newslint": shlex.quote(str(newslint)), "log": shlex.quote(str(self.runs))}
        write_program(programs / "newslint", RECORDER.format(**names))
        write_program(folder / "cargo" / "cargo", CARGO.format(newslint=names["newslint"], log=shlex.quote(str(self.cargo_runs))))
        (folder / "gitconfig").write_text("[safe]\n\tdirectory = *\n[init]\n\tdefaultBranch = main\n[user]\n\tname = n\n\temail = n@example.com\n")
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT"))},
            "PATH": os.pathsep.join([str(programs), str(Path(sys.prefix) / "bin"), os.environ["PATH"]]),
            "PRE_COMMIT_HOME": str(folder / "pre-commit"),
            "GIT_CONFIG_GLOBAL": str(folder / "gitconfig"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_ALLOW_PROTOCOL": "file",
            "XDG_CACHE_HOME": str(folder / "cache"),
        }
        # A clone has what is committed; the hooks are those of the working tree.
        self.hooks = folder / "newslint"
        self.run(["git", "clone", "--quiet", REPOSITORY, self.hooks], folder)
        shutil.copy(REPOSITORY / MANIFEST, self.hooks)
        self.run(["git", "add", MANIFEST], self.hooks)
        self.run(["git", "commit", "--quiet", "--allow-empty", "--no-verify", "--message", "hooks"], self.hooks)
        self.revision = self.run(["git", "rev-parse", "HEAD"], self.hooks).strip()

    def run(self, command: list, folder: Path, **environment: str) -> str:
        """The output of a command that has to work."""
        result = self.attempt(command, folder, **environment)
        if result.returncode != 0:
            raise RuntimeError(f"{command[:3]} failed: {result.stdout[-2000:]}")
        return result.stdout

    def attempt(self, command: list, folder: Path, **environment: str) -> subprocess.CompletedProcess:
        """A command's exit status, and what it printed to either stream."""
        return subprocess.run(command, cwd=folder, env=self.environment | environment, stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=MOST_SECONDS)

    def recorded(self) -> list[list[float]]:
        """Arguments, wall time, user and system time of each run of newslint since the last call."""
        lines = self.runs.read_text().splitlines() if self.runs.exists() else []
        self.runs.unlink(missing_ok=True)
        return [[float(word.replace(",", ".")) for word in line.split()] for line in lines]


class Repository:
    """A repository with hooks."""

    def __init__(self, workshop: Workshop, source: str, hooks: list[dict], top: dict | None = None) -> None:
        import yaml

        self.workshop = workshop
        self.folder = Path(tempfile.mkdtemp(prefix="repository-", dir=workshop.folder))
        if source == "local":
            shipped = {hook["id"]: hook for hook in yaml.safe_load((REPOSITORY / MANIFEST).read_text())}
            repo = {"repo": "local", "hooks": [shipped[hook["id"]] | hook for hook in hooks]}
        else:
            repo = {"repo": str(workshop.hooks), "rev": workshop.revision, "hooks": hooks}
        workshop.run(["git", "init", "--quiet"], self.folder)
        self.write(".pre-commit-config.yaml", yaml.safe_dump({"repos": [repo]} | (top or {})))
        workshop.run(["git", "add", "."], self.folder)
        workshop.run(["git", "commit", "--quiet", "--message", "start"], self.folder)
        workshop.run(["pre-commit", "install"], self.folder)

    def write(self, name: str, content: str | bytes) -> None:
        """Writes a file, not yet staged."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    def commit(self, **environment: str) -> tuple[bool, str]:
        """Stages all and tries to commit it: whether there is a commit, and what was printed."""
        before = self.workshop.run(["git", "rev-parse", "HEAD"], self.folder)
        self.workshop.run(["git", "add", "--all"], self.folder)
        result = self.workshop.attempt(["git", "commit", "--message", "change"], self.folder, **environment)
        is_done = self.workshop.run(["git", "rev-parse", "HEAD"], self.folder) != before
        if is_done != (result.returncode == 0):
            raise RuntimeError(f"git says {result.returncode}: {result.stdout}")
        return is_done, result.stdout


class Watch:
    """Looks at the threads of a program that runs in a folder, and keeps their processor time."""

    def __init__(self, program: Path, folder: Path) -> None:
        self.program, self.folder = str(program), str(folder)
        # Clock ticks by thread.
        self.ticks: dict[str, int] = {}
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self.look)

    def __enter__(self) -> "Watch":
        self.thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.is_over.set()
        self.thread.join()

    def look(self) -> None:
        """Looks again and again."""
        while not self.is_over.wait(0.05):
            for process in Path("/proc").glob("[0-9]*"):
                try:
                    if os.readlink(process / "exe") == self.program and os.readlink(process / "cwd") == self.folder:
                        for task in (process / "task").iterdir():
                            # User and system time stand behind the name, which can hold anything.
                            fields = (task / "stat").read_text().rpartition(")")[2].split()
                            self.ticks[task.name] = int(fields[11]) + int(fields[12])
                except OSError:
                    pass  # It has ended.


def write_program(path: Path, text: str) -> None:
    """An executable script."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


def stopped(attempt: tuple[bool, str], *patterns: str) -> list[str]:
    """What is wrong unless the commit was stopped, with lines of these patterns."""
    is_done, output = attempt
    missing = [f"no line like {pattern!r} in {output!r}" for pattern in patterns if not re.search(pattern, output, re.M)]
    return ["the commit was made"] * is_done + missing


def passed(attempt: tuple[bool, str]) -> list[str]:
    """What is wrong unless the commit was made."""
    is_done, output = attempt
    return [] if is_done else [f"the commit was stopped: {output!r}"]


def check_manifest(workshop: Workshop, tell) -> None:
    """pre-commit takes the manifest; the hooks of either language differ in nothing else; endings."""
    import yaml

    result = workshop.attempt(["pre-commit", "validate-manifest", MANIFEST], REPOSITORY)
    tell("pre-commit takes the manifest", [result.stdout] * (result.returncode != 0))
    hooks = {hook["id"]: hook for hook in yaml.safe_load((REPOSITORY / MANIFEST).read_text())}
    differences = []
    for name in ("newslint", "newslint-fix"):
        built, found = hooks[name], hooks[f"{name}-system"]
        if (built["language"], found["language"]) != ("rust", "system"):
            differences.append(f"languages of {name}")
        differences += [f"{key} of {name}" for key in ("name", "entry", "args", "files", "require_serial") if built.get(key) != found.get(key)]
    tell("the -system hooks differ in their language only", differences)
    # (name, checked, fixed)
    names = [("a.txt", 1, 1), ("a b/é.TEXT", 1, 1), ("a.md", 1, 1), ("a.jsonl.gz", 1, 1), ("a.ndjson", 1, 1), ("a.csv.zst", 1, 1), ("a.tsv", 1, 1),
             ("a.txt.xz", 1, 1), ("a.warc.gz", 1, 0), ("a.wet.bz2", 1, 0), ("a.parquet", 1, 0), ("a.json", 0, 0), ("a.zip", 0, 0), ("a.gz", 0, 0),
             ("txt", 0, 0), ("a.txt~", 0, 0), ("a.txt.bak", 0, 0), ("atxt", 0, 0), ("a.py", 0, 0), ("a.txt/b.py", 0, 0)]
    matches = lambda hook, name: int(bool(re.search(hooks[hook]["files"], name)))
    tell("the hooks take files by their ending", [name for name, *wanted in names if [matches("newslint", name), matches("newslint-fix", name)] != wanted])


def check_commits(workshop: Workshop, source: str, tell) -> None:
    """A bad file stops a commit, and the mended one does not; names that look like options; records."""
    repository = Repository(workshop, source, [{"id": "newslint-system"}])
    workshop.recorded()
    repository.write("articles/good.txt", GOOD)
    repository.write("package.json", "{}")
    repository.write("tool.py", "print('the the')\n")
    tell(f"a good file is committed ({source})", passed(repository.commit()))
    repository.write("articles/bad.txt", BAD)
    shown = [r"^newslint\.+Failed$", r"^- exit code: 1$", r"^error\[paywall/subscription-offer\]: ", r"articles/bad\.txt:3:1$",
             r"^3 . Subscribe to unlock more articles$", r"^Found 1 problem \(1 error\) in 1 of 1 file"]
    tell(f"a bad file is not, and its line is shown ({source})", stopped(repository.commit(), *shown))
    repository.write("articles/bad.txt", GOOD)
    tell(f"the mended file is committed ({source})", passed(repository.commit()))
    # newslint and what follows it: the options, `--` and one name.
    tell(f"only changed files are linted ({source})", [str(run) for run in workshop.recorded() if run[0] != 3])
    repository.write("-ooutput.txt", BAD)
    differences = stopped(repository.commit(), r"-ooutput\.txt:3:1$") + ["a report was written"] * (repository.folder / "output.txt").exists()
    tell(f"a name with a dash is no option ({source})", differences)
    (repository.folder / "-ooutput.txt").unlink()
    repository.write("articles.jsonl.gz", gzip.compress("".join(json.dumps({"id": name, "text": text}) + "\n" for name, text in {"a": GOOD, "b": BAD}.items()).encode()))
    tell(f"a bad record of a compressed file stops the commit ({source})", stopped(repository.commit(), r"articles\.jsonl\.gz:2:\d+ \{b\}:3:1$"))
    repository.write("articles.jsonl.gz", b"\x1f\x8b broken")
    tell(f"so does a file that cannot be read ({source})", stopped(repository.commit(), r"^- exit code: 2$", r"^error: .*articles\.jsonl\.gz"))


def check_options(workshop: Workshop, source: str, tell) -> None:
    """The arguments of a configuration reach newslint."""
    repository = Repository(workshop, source, [{"id": "newslint-system", "args": ["--format", "concise", "--fail-on", "error", "--"]}])
    repository.write("bad.txt", BAD)
    tell(f"concise output ({source})", stopped(repository.commit(), r"^bad\.txt:3:1: error\[paywall/subscription-offer\] "))
    repository.write("bad.txt", "The the bridge was approved by the council on Monday.\n")
    tell(f"a warning passes with --fail-on error ({source})", passed(repository.commit()))
    repository = Repository(workshop, source, [{"id": "newslint-system", "files": r"\.json$"}])
    repository.write("bad.txt", BAD)
    repository.write("stories.json", json.dumps([{"text": GOOD}]))
    tell(f"files of a configuration stand in place of the hook's ({source})", passed(repository.commit()))
    repository.write("package.json", '{"name": "x"}')
    tell(f"a file without text stops the commit ({source})", stopped(repository.commit(), r"^- exit code: 2$", "^error: .*package.json: no field looks like the text"))


def check_known(workshop: Workshop, source: str, tell) -> None:
    """What stood there before does not stop a commit, by `--since` and by a baseline."""
    for name, args in {"--since HEAD": ["--since", "HEAD", "--"], "a baseline": ["--baseline", "newslint.baseline", "--"]}.items():
        repository = Repository(workshop, source, [{"id": "newslint-system", "args": args}])
        repository.write("old.txt", BAD)
        workshop.run([workshop.newslint, "baseline", "--quiet"], repository.folder)
        workshop.run(["git", "add", "--all"], repository.folder)
        workshop.run(["git", "commit", "--quiet", "--no-verify", "--message", "old"], repository.folder)
        first = "Snow closed two roads in the north on Sunday.\n"
        repository.write("old.txt", first + BAD)
        tell(f"an old finding passes with {name} ({source})", passed(repository.commit()))
        repository.write("old.txt", first + BAD + "\nSubscribe to read more stories\n")
        tell(f"a new one does not with {name} ({source})", stopped(repository.commit(), r"old\.txt:6:1$", r"^Found 1 problem "))
        # git gives the hook an index of its own then.
        result = workshop.attempt(["git", "commit", "--message", "part", "--", "old.txt"], repository.folder)
        tell(f"nor in a commit of some files ({source})", stopped((result.returncode == 0, result.stdout), r"old\.txt:6:1$", r"^Found 1 problem "))


def check_fix(workshop: Workshop, source: str, tell) -> None:
    """The fixing hook changes files and stops the commit; the checking one shows what is left."""
    repository = Repository(workshop, source, [{"id": "newslint-fix-system"}, {"id": "newslint-system"}])
    repository.write("gap.txt", GAP)
    repository.write("table.csv", f'id,text\n1,"{GAP.strip()}"\n')
    attempt = repository.commit()
    differences = stopped(attempt, r"^newslint fix\.+Failed$", r"^- files were modified by this hook$", r"^Fixed 2 problems in 2 of 2 documents", r"^newslint\.+Passed$")
    tell(f"the fixing hook stops the commit ({source})", differences)
    contents = {"gap.txt": GOOD, "table.csv": f'id,text\n1,"{GOOD.strip()}"\n'}
    tell(f"and has mended the files ({source})", [name for name, wanted in contents.items() if (repository.folder / name).read_text() != wanted])
    tell(f"the second attempt passes ({source})", passed(repository.commit()))
    repository.write("left.txt", "The bridge was approved by the the council on Monday.\n")
    tell(f"what has no safe fix is shown by the checking hook ({source})", stopped(repository.commit(), r"^newslint fix\.+Passed$", r"^newslint\.+Failed$", r"left\.txt:1:32$"))


def check_excludes(workshop: Workshop, source: str, tell) -> None:
    """Both excludes hold: that of lint.toml for the names that pre-commit passes, and pre-commit's own."""
    repository = Repository(workshop, source, [{"id": "newslint-system", "exclude": "^raw/"}, {"id": "newslint-fix-system"}], {"exclude": "^old/"})
    repository.write("lint.toml", 'exclude = ["quoted/"]\n')
    repository.write("quoted/bad.txt", GAP + BAD)
    tell(f"excludes of lint.toml hold, also for all files of a commit ({source})", passed(repository.commit()))
    repository.write("old/bad.txt", GAP + BAD)
    repository.write("raw/bad.txt", "The bridge was approved by the the council on Monday.\n")
    tell(f"excludes of pre-commit hold ({source})", passed(repository.commit()))
    repository.write("lint.toml", "")
    repository.write("quoted/bad.txt", BAD + "\n")
    tell(f"without them, the file is bad ({source})", stopped(repository.commit(), r"quoted/bad\.txt:3:1$"))


def check_many(workshop: Workshop, tell) -> None:
    """A thousand files go to one process, which uses all processors; no bar is drawn into its output.

    With statistics in place of findings: pre-commit takes long to collect megabytes of them.
    """
    repository = Repository(workshop, "local", [{"id": "newslint-system", "args": ["--statistics", "--no-cache", "--"]}])
    sample = "".join(path.read_text("utf-8") for path in sorted((REPOSITORY / "seeds").glob("*.txt")))
    paragraphs = [line for line in sample.splitlines() if len(line) > 80]
    for at in range(MANY):
        lines = [f"{paragraphs[(at + place) % len(paragraphs)]} {place}" for place in range(PARAGRAPHS)]
        repository.write(f"articles/{at // 100}/article-{at:04}.txt", "\n\n".join(lines) + "\n")
    workshop.run(["git", "add", "--all"], repository.folder)
    configuration = repository.folder / ".pre-commit-config.yaml"
    workshop.recorded()
    for threads in ("0", "1"):
        text = configuration.read_text()
        configuration.write_text(text.replace("- --no-cache", f"- --no-cache\n    - --threads={threads}\n"))
        workshop.run(["git", "add", "--all"], repository.folder)
        with Watch(workshop.newslint, repository.folder) as watch:
            result = workshop.attempt(["pre-commit", "run", "--color", "always"], repository.folder)
        configuration.write_text(text)
        runs = workshop.recorded()
        # `check` and four arguments of the hook.
        one = len(runs) == 1 and runs[0][0] == MANY + 5
        name = "one thread" if threads == "1" else "all processors"
        tell(f"{MANY} files go to one process ({name})", [] if one else [f"{runs}"])
        shares = sorted((ticks / sum(watch.ticks.values()) for ticks in watch.ticks.values() if ticks), reverse=True)
        if one:
            _, wall, user, system = runs[0]
            # Times say little on a busy machine; the shares of the threads do.
            print(f"        {user + system:.1f} s of processor time in {wall:.1f} s, a factor of {(user + system) / max(wall, 0.01):.2f}; "
                  f"shares of the threads: {', '.join(f'{share:.0%}' for share in shares)}", flush=True)
        working = sum(share > LEAST_SHARE for share in shares)
        wanted = 1 if threads == "1" else len(os.sched_getaffinity(0))
        if sys.platform == "linux":
            tell(f"the files are shared out ({name})", [] if min(working, 2) == min(wanted, 2) else [f"{working} threads work, of {wanted}"])
        drawn = re.findall(r"[^\n]{0,40}(?:\r|\x1b\[\d*[AK])[^\n]{0,40}", result.stdout)
        tell(f"no progress bar is drawn into the output of a hook ({name})", drawn[:1])


def check_rust(workshop: Workshop, tell) -> None:
    """The hooks of language rust: pre-commit has cargo build the clone, and runs what was built."""
    repository = Repository(workshop, "clone", [{"id": "newslint-fix"}, {"id": "newslint"}])
    path = os.pathsep.join([str(workshop.folder / "cargo"), workshop.environment["PATH"]])
    workshop.recorded()
    repository.write("bad.txt", BAD.replace("Monday,", "Monday ,"))
    tell("the hooks of language rust fix", stopped(repository.commit(PATH=path), r"^newslint fix\.+Failed$", r"^- files were modified by this hook$"))
    repository.write("bad.txt", "The bridge was approved by the the council on Monday.\n")
    tell("and check", stopped(repository.commit(PATH=path), r"^newslint\.+Failed$", r"bad\.txt:1:32$"))
    calls = workshop.cargo_runs.read_text().splitlines() if workshop.cargo_runs.exists() else []
    folders = [Path(call.split(" ")[0]) for call in calls]
    wanted = len(calls) == 1 and " install --bins --root " in calls[0] and calls[0].endswith(" --path .") and (folders[0] / "Cargo.lock").exists()
    tell("cargo was asked once, in a clone of the repository", [] if wanted else calls or ["cargo was not called"])
    tell("what it built ran, not what is on the PATH", [str(run) for run in workshop.recorded()])


def check_try_repo(workshop: Workshop, tell) -> None:
    """`pre-commit try-repo`, which people use before they write a configuration."""
    repository = Repository(workshop, "local", [{"id": "newslint-system"}])
    repository.write("bad.txt", BAD)
    workshop.run(["git", "add", "--all"], repository.folder)
    result = workshop.attempt(["pre-commit", "try-repo", workshop.hooks, "newslint-system", "--verbose"], repository.folder)
    tell("pre-commit try-repo", stopped((result.returncode == 0, result.stdout), r"^newslint\.+Failed$", r"bad\.txt:3:1$"))


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--newslint", type=Path, required=True, help="the program to test")
    parser.add_argument("--environment", type=Path, default=REPOSITORY / "target" / "integration", metavar="FOLDER",
                        help="where the packages are installed (default: %(default)s)")
    return parser.parse_args()


def main() -> int:
    """Runs all checks; the result is the exit status."""
    options = arguments()
    if not options.newslint.is_file():
        print(f"there is no program {options.newslint}", file=sys.stderr)
        return 2
    enter_environment(options.environment)
    from harness import Checks

    checks = Checks()
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="newslint-precommit-") as name:
        workshop = Workshop(Path(name).resolve(), options.newslint.resolve())
        check_manifest(workshop, checks.tell)
        for source in ("local", "clone"):
            for group in (check_commits, check_options, check_known, check_fix, check_excludes):
                group(workshop, source, checks.tell)
        check_rust(workshop, checks.tell)
        check_try_repo(workshop, checks.tell)
        check_many(workshop, checks.tell)
    print(f"{checks.count} checks, {checks.failed} failed ({time.monotonic() - begin:.0f} s)")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
