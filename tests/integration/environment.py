"""What the tests need beside Python: packages in a virtual environment of their own, and programs.

Runs with the system's Python, before any package is there: the standard library only.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

REQUIREMENTS = Path(__file__).with_name("requirements.txt")

# Command and the Debian package that has it.
TOOLS = {
    "gzip": "gzip",
    "zstd": "zstd",
    "zstdcat": "zstd",
    "bzip2": "bzip2",
    "xz": "xz-utils",
    "zip": "zip",
    "tar": "tar",
}


def enter_environment(folder: Path, requirements: Path = REQUIREMENTS) -> None:
    """Starts this program anew in the virtual environment below `folder`, unless it runs there.

    The environment's name holds a hash of what is in it: other versions make another one, and
    the same ones are installed once.
    """
    wanted = requirements.read_bytes() + sys.version.encode()
    place = folder / f"venv-{hashlib.sha256(wanted).hexdigest()[:12]}"
    if Path(sys.prefix).resolve() == place.resolve():
        return
    python = place / "bin" / "python"
    complete = place / "complete"
    if not complete.exists():
        print(f"installing packages in {place}", flush=True)
        venv.create(place, with_pip=True, clear=True)
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements]
        if subprocess.run(install).returncode != 0:
            sys.exit("the packages of the integration test cannot be installed")
        complete.touch()
    os.execv(python, [str(python), *sys.argv])


def install_tools(tools: dict[str, str] = TOOLS) -> None:
    """Installs the programs that are missing, where this machine and user allow it."""
    packages = sorted({package for tool, package in tools.items() if shutil.which(tool) is None})
    if not packages:
        return
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        sys.exit(f"the integration test needs these packages: {', '.join(packages)}")
    subprocess.run(["apt-get", "update", "-qq"], check=True)
    subprocess.run(["apt-get", "install", "-y", "-qq", *packages], check=True, stdout=subprocess.DEVNULL)
