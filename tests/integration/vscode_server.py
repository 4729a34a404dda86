"""Visual Studio Code in a browser: its server from npm, and the window in Chromium.

The package code-server ships the server and the workbench of Visual Studio Code as built from its
source. Only these are used, without code-server's own part, and without the compiled modules
(terminals, crash watching): the server starts without them.
"""

import base64
import hashlib
import json
import shutil
import socket
import subprocess
import tarfile
import time
import urllib.request
from pathlib import Path
from urllib.parse import quote

# The newest one for Node.js 20; it holds Visual Studio Code 1.100.3.
VERSION = "4.100.3"
INTEGRITY = "sha512-q/Fh2DOxCRNhC/WiG/6sAhSKnj7ZACTVBaeeZ+rWjol//0FCbl/qg1ln5ecZ99jYcfqMxZZAyWcN+YBIo0DgpA=="

# A server that is not up after this many seconds never will be.
MOST_SECONDS = 60

# As on a desktop; no first steps, no requests to the outside.
SETTINGS = {
    "chat.commandCenter.enabled": False,
    "extensions.autoCheckUpdates": False,
    "extensions.autoUpdate": False,
    "extensions.ignoreRecommendations": True,
    # In a browser files are saved by themselves.
    "files.autoSave": "off",
    "git.enabled": False,
    "telemetry.telemetryLevel": "off",
    "workbench.enableExperiments": False,
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": False,
}


class NotToBeHad(Exception):
    """The packages cannot be installed here."""


def install(environment: Path) -> Path:
    """The folder of Visual Studio Code; installs it below `environment` where it is not there."""
    place = environment / f"code-server-{VERSION}"
    code = place / "package" / "lib" / "vscode"
    if (place / "complete").exists():
        return code
    print(f"installing Visual Studio Code in {place}", flush=True)
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    npm("pack", "--silent", f"code-server@{VERSION}", folder=place)
    archive = place / f"code-server-{VERSION}.tgz"
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if f"sha512-{digest}" != INTEGRITY:
        raise NotToBeHad(f"the package code-server {VERSION} is not the one it was")
    with tarfile.open(archive) as files:
        files.extractall(place, filter="data")
    archive.unlink()
    # As the package's own installation does; `npm ci` would demand more than its lockfile has.
    npm("install", "--silent", "--omit=dev", "--ignore-scripts", folder=code)
    # The workbench looks here for the modules that a desktop has in an archive.
    (code / "node_modules.asar").symlink_to("node_modules")
    # Searching for files needs ripgrep; the package would download it.
    ripgrep = code / "node_modules" / "@vscode" / "ripgrep" / "bin"
    ripgrep.mkdir(exist_ok=True)
    (ripgrep / "rg").symlink_to(shutil.which("rg"))
    (place / "complete").touch()
    return code


def npm(*arguments: str, folder: Path) -> None:
    """Runs npm in a folder."""
    try:
        subprocess.run(["npm", *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError) as error:
        raise NotToBeHad(str(error)) from error


class Server:
    """A running server of Visual Studio Code, with data and extensions of its own."""

    def __init__(self, code: Path, data: Path, settings: dict, environment: dict[str, str], *extensions: Path) -> None:
        user = data / "data" / "User"
        user.mkdir(parents=True)
        (user / "settings.json").write_text(json.dumps({**SETTINGS, **settings}))
        self.log = data / "server.log"
        # There is no gallery of extensions.
        environment = {**environment, "EXTENSIONS_GALLERY": "{}"}
        command = ["node", str(code / "out" / "server-main.js"), "--server-data-dir", str(data)]
        command.append("--accept-server-license-terms")
        # On its own, not what the user's shell makes of it.
        command.append("--force-disable-user-env")
        with self.log.open("w") as log:
            for extension in extensions:
                install = [*command, "--install-extension", str(extension), "--force"]
                subprocess.run(install, env=environment, check=True, stdout=log, stderr=log)
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                self.port = free.getsockname()[1]
            command += ["--host", "127.0.0.1", "--port", str(self.port), "--without-connection-token"]
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        self.wait()

    def wait(self) -> None:
        """Waits until the server answers."""
        end = time.monotonic() + MOST_SECONDS
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/version", timeout=5).read()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError(f"Visual Studio Code does not start: {self.log.read_text()[-2000:]}") from None
                time.sleep(0.1)

    def address(self, folder: Path, payload: dict[str, Path]) -> str:
        """The page of a window on a folder. The payload is of what a command line would name."""
        remote = f"vscode-remote://127.0.0.1:{self.port}"
        values = [[key, f"{remote}{quote(str(path))}"] for key, path in payload.items()]
        return f"http://127.0.0.1:{self.port}/?folder={quote(str(folder))}&payload={quote(json.dumps(values))}"

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(MOST_SECONDS)
