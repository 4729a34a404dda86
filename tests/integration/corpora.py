#!/usr/bin/env python3
"""Shows that newslint reads real files of many records, made by real tools.

    python3 tests/integration/corpora.py --newslint target/release/newslint

The same 300 texts are written in every format by the programs that people use for it. Whatever
newslint finds in a text that is a file of its own, it has to find in each of them: the same
findings, in the right record, at the right place of the raw file. Then the files are broken.

Python 3.11 and pip; the packages are installed in a virtual environment below target/.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

# No __pycache__ in the source tree.
sys.dont_write_bytecode = True

from environment import enter_environment, install_tools

REPOSITORY = Path(__file__).resolve().parents[2]


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--newslint", type=Path, required=True, help="the program to test")
    parser.add_argument("--environment", type=Path, default=REPOSITORY / "target" / "integration", metavar="FOLDER",
                        help="where the packages are installed (default: %(default)s)")
    parser.add_argument("--files", type=Path, metavar="FOLDER", help="write the files here and keep them")
    parser.add_argument("--only", default="", metavar="WORD", help="only the groups of checks with this in their name")
    parser.add_argument("--skip-memory", action="store_true", help="leave out the test with a gigabyte")
    return parser.parse_args()


def groups() -> list:
    """All checks, in the order in which they run."""
    import broken
    import formats
    import memory
    import sorting
    import streams

    return [
        formats.check_json,
        formats.check_csv,
        formats.check_parquet,
        formats.check_packers,
        formats.check_packed_tables,
        formats.check_wrong_endings,
        formats.check_web_archives,
        formats.check_archives,
        formats.check_packed_texts,
        formats.check_folder,
        streams.check_standard_input,
        broken.check_broken_lines,
        broken.check_broken_arrays,
        broken.check_broken_csv,
        broken.check_broken_parquet,
        broken.check_missing_field,
        broken.check_truncated,
        broken.check_damaged_members,
        sorting.check_split,
        sorting.check_fix,
        memory.check_memory,
    ]


def run(options: argparse.Namespace, folder: Path) -> int:
    """Runs the checks; gives the exit status."""
    from documents import build_documents
    from harness import Bench, Checks, Newslint, expect_from_files

    begin = time.monotonic()
    newslint = Newslint(options.newslint.resolve(), folder / "cache")
    bench = Bench(newslint, Checks(), folder, build_documents())
    expect_from_files(bench)
    for group in groups():
        is_left_out = options.skip_memory and group.__name__ == "check_memory"
        if options.only in group.__name__ and not is_left_out:
            group(bench)
    print(f"{bench.checks.count} checks, {bench.checks.failed} failed ({time.monotonic() - begin:.0f} s)")
    return 1 if bench.checks.failed else 0


def main() -> int:
    """Prepares what the checks need, and runs them."""
    options = arguments()
    if not options.newslint.is_file():
        print(f"there is no program {options.newslint}", file=sys.stderr)
        return 2
    enter_environment(options.environment)
    install_tools()
    if options.files:
        options.files.mkdir(parents=True)
        return run(options, options.files)
    with tempfile.TemporaryDirectory(prefix="newslint-integration-") as folder:
        return run(options, Path(folder))


if __name__ == "__main__":
    sys.exit(main())
