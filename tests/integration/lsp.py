"""The language server, as clients that were not written for it speak to it.

Starts `newslint lsp` hundreds of times: with the client of pytest-lsp (pygls) and the capabilities
of real editors, and with a small client of its own for what a well-behaved one cannot send. What the
server says is compared with `newslint check` and `newslint fix`, and places with plain Python.

    python3 tests/integration/lsp.py --newslint target/release/newslint
    python3 tests/integration/lsp.py --only edits --only 'lifecycle and huge'
"""

import argparse
import os
import re
import sys
import tempfile
from pathlib import Path

from environment import enter_environment

FOLDER = Path(__file__).resolve().parent
REPOSITORY = FOLDER.parents[1]
REQUIREMENTS = FOLDER / "requirements-lsp.txt"

# In this order; each is lsp_<name>.py.
SUBJECTS = [
    "lifecycle",
    "positions",
    "clients",
    "edits",
    "records",
    "actions",
    "commands",
    "hover",
    "diagnostics",
    "files",
    "addresses",
    "configuration",
    "large",
]

OPTIONS = [
    "--override-ini=asyncio_mode=strict",
    "--override-ini=asyncio_default_fixture_loop_scope=function",
    "--override-ini=python_files=lsp_*.py",
]
PLUGINS_OFF = ["no:cacheprovider", "no:terminal", "no:pastebin"]


# The subject and the test in the name that pytest gives it; what stands behind is shown as it is.
NAME = re.compile(r"^.*?lsp_(\w+)\.py::test_(\w+)")


class Teller:
    """Prints one line a check, as the other integration tests do."""

    def __init__(self, checks) -> None:
        self.checks = checks

    def pytest_configure(self, config) -> None:
        """Short tracebacks; the option belongs to the plugin that is off."""
        config.option.tbstyle = "short"

    def pytest_runtest_logreport(self, report) -> None:
        """A part of a test has ended."""
        name = NAME.sub(lambda match: f"{match[1]}: {match[2]}".replace("_", " "), report.nodeid)
        notes = [content for title, content in report.sections if title.startswith("Captured stdout")]
        if report.when == "call" and report.passed:
            self.checks.tell(name, [])
            print("".join(notes), end="", flush=True)
        elif report.failed:
            self.checks.tell(f"{name} ({report.when})", [first_error(report.longreprtext)])
            print("".join(notes), report.longreprtext, sep="", flush=True)

    def pytest_collectreport(self, report) -> None:
        """Tests were read."""
        if report.failed:
            self.checks.tell(f"reading {report.nodeid}", [report.longreprtext])


def first_error(text: str) -> str:
    """The line of a traceback that says what is wrong."""
    lines = [line[1:].strip() for line in text.splitlines() if line.startswith("E ")]
    return lines[0] if lines else text.strip()[-200:]


def run_checks(options: argparse.Namespace) -> int:
    """Runs the tests; the result is the exit status."""
    import pytest

    from harness import Checks

    os.environ["NEWSLINT_UNDER_TEST"] = str(options.newslint)
    checks = Checks()
    with tempfile.TemporaryDirectory(prefix="newslint-lsp-") as folder:
        arguments = [*OPTIONS, f"--rootdir={FOLDER}", "--config-file=/dev/null", f"--basetemp={folder}/tests"]
        arguments += [part for plugin in PLUGINS_OFF for part in ("-p", plugin)]
        subjects = [name for name in SUBJECTS if not options.only or any(one.startswith(name) for one in options.only)]
        if options.only:
            arguments += ["-k", " or ".join(f"({only})" for only in options.only)]
        arguments += [str(FOLDER / f"lsp_{name}.py") for name in subjects]
        status = pytest.main(arguments, plugins=[Teller(checks)])
    print(f"{checks.count - checks.failed} of {checks.count} checks passed")
    return 1 if checks.failed or status != 0 else 0


def main() -> int:
    """Prepares what the checks need, and runs them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--newslint", type=Path, default=REPOSITORY / "target/release/newslint")
    environment = REPOSITORY / "target" / "integration"
    parser.add_argument("--environment", type=Path, default=environment, metavar="FOLDER", help="where packages go")
    parser.add_argument(
        "--only",
        action="append",
        metavar="WORDS",
        help="only tests with these words in their names; the first is the subject",
    )
    options = parser.parse_args()
    options.newslint = options.newslint.resolve()
    if not options.newslint.is_file():
        print(f"there is no program {options.newslint}", file=sys.stderr)
        return 2
    enter_environment(options.environment, REQUIREMENTS)
    return run_checks(options)


if __name__ == "__main__":
    sys.exit(main())
