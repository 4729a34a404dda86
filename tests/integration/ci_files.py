#!/usr/bin/env python3
"""Shows that action.yml and the examples of docs/ are what GitHub and GitLab take, and that their scripts work.

    python3 tests/integration/ci_files.py --newslint target/release/newslint

The files are held against the schemas that check-jsonschema carries. The scripts of action.yml and of the
GitLab example then run in bash, as their runners run them, with a stand-in for what would build newslint.

Python 3.11, pip, git and bash; the packages are installed in a virtual environment below target/.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

# No __pycache__ in the source tree.
sys.dont_write_bytecode = True

from environment import enter_environment

REPOSITORY = Path(__file__).resolve().parents[2]
ACTION = REPOSITORY / "action.yml"
WORKFLOW = REPOSITORY / "docs" / "examples" / "github-workflow.yml"
PIPELINE = REPOSITORY / "docs" / "examples" / "gitlab-ci.yml"

SCHEMAS = {
    ACTION: ["--builtin-schema", "vendor.github-actions"],
    WORKFLOW: ["--builtin-schema", "vendor.github-workflows"],
    PIPELINE: ["--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci"],
}

GOOD = "The council approved the bridge on Monday, he said.\n"
BAD = GOOD + "\nSubscribe to unlock more articles\n"
ANNOTATION = r"^::error file=articles/bad\.txt,line=3,.*title=newslint \(paywall/subscription-offer\)::"

# Stands for cargo: installs the program under test.
CARGO = """#!/bin/bash
echo "$*" >> "$HOME/cargo-runs"
while [ $# -gt 0 ]; do [ "$1" = --root ] && root=$2; shift; done
mkdir -p "$root/bin" && cp "$NEWSLINT_UNDER_TEST" "$root/bin/newslint"
"""


class Runner:
    """A folder with articles where the scripts run, and what runners give them."""

    def __init__(self, folder: Path, newslint: Path) -> None:
        self.folder, self.newslint = folder, newslint
        self.work, self.home, self.programs = folder / "work", folder / "home", folder / "programs"
        for place in (self.work / "articles", self.work / "more", self.home, self.programs, folder / "temp"):
            place.mkdir(parents=True)
        (self.work / "articles" / "bad.txt").write_text(BAD)
        (self.work / "more" / "bad.txt").write_text(BAD)
        (self.work / "good.txt").write_text(GOOD)

    def program(self, name: str, text: str | None = None) -> None:
        """Puts a script on the PATH, or the program under test."""
        if text is None:
            (self.programs / name).symlink_to(self.newslint)
        else:
            (self.programs / name).write_text(text)
            (self.programs / name).chmod(0o755)

    def run(self, script: str, **variables: str) -> tuple[int, str, dict[str, str]]:
        """Exit status, what was printed, and the step's outputs."""
        outputs = self.folder / "outputs"
        outputs.write_text("")
        environment = {
            # Neither a newslint nor a cargo of this machine.
            "PATH": f"{self.programs}:/usr/bin:/bin",
            "HOME": str(self.home),
            "NEWSLINT_UNDER_TEST": str(self.newslint),
            "GITHUB_ACTION_PATH": str(REPOSITORY),
            "GITHUB_OUTPUT": str(outputs),
            "GITHUB_PATH": str(self.folder / "path"),
            "RUNNER_TEMP": str(self.folder / "temp"),
            "CI_PROJECT_DIR": str(self.work),
        }
        # How both runners call bash.
        result = subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script], cwd=self.work, env=environment | variables,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
        pairs = dict(line.split("=", 1) for line in outputs.read_text().splitlines())
        return result.returncode, result.stdout, pairs


def problems(result: tuple[int, str, dict[str, str]], status: int, *patterns: str) -> list[str]:
    """What is wrong unless a script ended so, with lines of these patterns."""
    wrong = [] if result[0] == status else [f"exit status {result[0]}, not {status}: {result[1]!r}"]
    return wrong + [f"no line like {pattern!r} in {result[1]!r}" for pattern in patterns if not re.search(pattern, result[1], re.M)]


def check_schemas(tell) -> None:
    """The schemas of the two services."""
    for file, options in SCHEMAS.items():
        checker = [sys.executable, "-m", "check_jsonschema", *options, file]
        result = subprocess.run(checker, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        tell(f"the schema takes {file.relative_to(REPOSITORY)}", [] if result.returncode == 0 else [result.stdout])


def check_names(tell) -> None:
    """What schemas do not see: names of inputs and steps that do not exist, inputs inside scripts."""
    import yaml

    text, action = ACTION.read_text(), yaml.safe_load(ACTION.read_text())
    steps = action["runs"]["steps"]
    used = set(re.findall(r"\binputs\.([\w-]+)", text))
    tell("each input of action.yml is used, and no other", sorted(used ^ set(action["inputs"])))
    ids = {step["id"] for step in steps if "id" in step}
    tell("steps of action.yml that others name exist", sorted(set(re.findall(r"\bsteps\.([\w-]+)", text)) - ids))
    tell("no script of action.yml holds an expression", [step["name"] for step in steps if "${{" in step.get("run", "")])
    workflow = yaml.safe_load(WORKFLOW.read_text())
    given = [step["with"] for job in workflow["jobs"].values() for step in job["steps"] if "newslint@" in step["uses"]]
    tell("the workflow gives inputs that exist", [name for inputs in given for name in inputs if name not in action["inputs"]] if given else ["none"])


def check_action(runner: Runner, tell) -> None:
    """The scripts of action.yml."""
    import yaml

    scripts = {step["name"]: step["run"] for step in yaml.safe_load(ACTION.read_text())["runs"]["steps"] if "run" in step}
    find, build, put, lint = (scripts[name] for name in ("Look for newslint", "Build newslint", "Put newslint on the PATH", "Lint"))
    version = subprocess.run([runner.newslint, "--version"], capture_output=True, text=True, check=True).stdout.split()[1]

    first, second = runner.run(find, WANTED=""), runner.run(find, WANTED="")
    is_key = re.fullmatch("[0-9a-f]{40}", first[2].get("source", "")) and first == second
    tell("without newslint, there is a key for the cache", problems(first, 0) + ([] if is_key else [f"{first}, {second}"]))
    target = str(runner.folder / "temp" / "newslint-target")
    tell("without cargo, the action says so", problems(runner.run(build, CARGO_TARGET_DIR=target), 2, r"^::error::newslint is not on the PATH"))
    runner.program("cargo", CARGO)
    built = runner.run(build, CARGO_TARGET_DIR=target)
    wanted = f"install --locked --path {REPOSITORY} --root {runner.folder}/temp/newslint\n"
    tell("with cargo, it builds its own source", problems(built, 0) + ([] if (runner.home / "cargo-runs").read_text() == wanted else ["other arguments"]))
    differences = problems(runner.run(put, WANTED=version), 0) + problems(runner.run(put, WANTED="99.0.0"), 2, r"^::error::version 99\.0\.0 is wanted")
    on_path = (runner.folder / "path").read_text()
    tell("the version is checked", differences + ([] if on_path == f"{runner.folder}/temp/newslint/bin\n" else [on_path]))
    runner.program("newslint")
    differences = [str(found) for found in (runner.run(find, WANTED=""), runner.run(find, WANTED=version)) if found[2] or found[0]]
    tell("a newslint on the PATH is taken, of the right version only", differences + ([] if runner.run(find, WANTED="99.0.0")[2] else ["99.0.0"]))

    inputs = {"PATHS": ".", "ARGS": "", "FORMAT": "github", "FAIL_ON": "", "BASELINE": "", "SARIF": "false"}
    run = lambda **changed: runner.run(lint, **(inputs | changed))
    found = run(PATHS="articles")
    tell("findings are annotations and fail the step", problems(found, 1, ANNOTATION) + [str(found[2])] * bool(found[2]))
    tell("what is good passes", problems(run(PATHS="good.txt"), 0))
    tell("paths stand one a line", problems(run(PATHS="articles\r\n\nmore\n"), 1, ANNOTATION, "file=more/bad.txt"))
    tell("fail-on and args are heeded", problems(run(FAIL_ON="never"), 0, ANNOTATION) + problems(run(ARGS="--ignore paywall\n--verbose"), 0))
    subprocess.run([runner.newslint, "baseline", "--quiet", "articles"], cwd=runner.work, check=True)
    differences = problems(run(PATHS="articles", BASELINE="newslint.baseline"), 0) + problems(run(PATHS="more", BASELINE="newslint.baseline"), 1, "file=more/bad.txt")
    tell("baseline is heeded", differences)
    hostile = run(PATHS="$(touch x)\n`touch x`; touch x", ARGS="--ignore * $(touch${IFS}x)")
    tell("inputs are no commands", problems(hostile, 2) + ["a command ran"] * (runner.work / "x").exists())
    found = run(PATHS="articles", SARIF="true")
    report = Path(found[2].get("sarif", "/missing"))
    results = json.loads(report.read_text())["runs"][0]["results"] if report.exists() else []
    tell("SARIF is written beside the annotations", problems(found, 1, ANNOTATION) + ([] if len(results) == 1 else [f"{len(results)} results"]))
    report.unlink(missing_ok=True)
    (runner.work / "lint.toml").write_text("unknown = 1\n")
    found = run(SARIF="true")
    (runner.work / "lint.toml").unlink()
    tell("a mistake in lint.toml ends the step, without SARIF", problems(found, 2, "unknown") + [str(found[2])] * bool(found[2]))


def check_pipeline(runner: Runner, tell) -> None:
    """The scripts of the GitLab example."""
    import yaml

    job = yaml.safe_load(PIPELINE.read_text())["newslint"]
    script = "\n".join(job["before_script"] + job["script"])
    variables = job["variables"]
    found = runner.run(script, **variables)
    report = runner.work / job["artifacts"]["reports"]["codequality"]
    issues = json.loads(report.read_text()) if report.exists() else []
    differences = problems(found, 1, r"^articles/bad\.txt:3:1: error\[") + ([] if len(issues) == 1 else [f"{len(issues)} issues"])
    tell("the GitLab job fails with a report and a log", differences)
    (runner.work / "articles" / "bad.txt").write_text(GOOD)
    tell("and passes", problems(runner.run(script, **variables), 0))
    (runner.programs / "newslint").unlink()
    (runner.home / "cargo-runs").unlink()
    found = [runner.run(script, **variables) for _ in range(2)]
    wanted = f"install --locked --git {variables['NEWSLINT']} --tag {variables['VERSION']} --root .newslint newslint\n"
    calls = (runner.home / "cargo-runs").read_text()
    tell("newslint is built once", problems(found[0], 0) + problems(found[1], 0) + ([] if calls == wanted else [calls]))


def main() -> int:
    """Runs all checks; the result is the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--newslint", type=Path, required=True, help="the program to test")
    parser.add_argument("--environment", type=Path, default=REPOSITORY / "target" / "integration", metavar="FOLDER",
                        help="where the packages are installed (default: %(default)s)")
    options = parser.parse_args()
    if not options.newslint.is_file():
        print(f"there is no program {options.newslint}", file=sys.stderr)
        return 2
    enter_environment(options.environment)
    from harness import Checks

    checks = Checks()
    check_schemas(checks.tell)
    check_names(checks.tell)
    with tempfile.TemporaryDirectory(prefix="newslint-ci-") as name:
        runner = Runner(Path(name).resolve(), options.newslint.resolve())
        check_action(runner, checks.tell)
        check_pipeline(runner, checks.tell)
    print(f"{checks.count} checks, {checks.failed} failed")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
