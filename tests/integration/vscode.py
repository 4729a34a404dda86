"""The extension for Visual Studio Code: built, type-checked, packaged, and at work in the real editor.

The package is installed in Visual Studio Code, whose window is open in Chromium. The checks of
editors/vscode/tests/checks run inside it, in the process where extensions run, against the real
server; for what only a user can do (typing into a box, looking at the window) they ask this program.
Installs what it needs: packages from npm, Chromium and ripgrep by apt-get, and the program that drives
the browser in a virtual environment.

    python3 tests/integration/vscode.py --newslint target/release/newslint

`--screenshot FILE` takes the picture for the README as well.
"""

import argparse
import http.server
import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from pathlib import Path

import vscode_server
from environment import enter_environment, install_tools
from harness import Checks

REPOSITORY = Path(__file__).resolve().parents[2]
EXTENSION = REPOSITORY / "editors" / "vscode"
REQUIREMENTS = Path(__file__).with_name("requirements-browser.txt")

TOOLS = {"chromium": "chromium", "rg": "ripgrep"}
BROWSER_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# Between two messages of the checks. A check waits at most some 60 s, a few times in a row.
MOST_SECONDS = 300

# The window's answer to a key; it takes seconds on a busy machine.
MOST_MILLISECONDS_OF_A_STEP = 60_000

# The files of the package, beside those that vsce makes.
PACKAGED = {
    "extension/LICENSE.txt",
    "extension/changelog.md",
    "extension/dist/THIRD-PARTY.txt",
    "extension/dist/extension.cjs",
    "extension/icon.png",
    "extension/package.json",
    "extension/readme.md",
}
MADE_BY_VSCE = {"[Content_Types].xml", "extension.vsixmanifest"}

EMOJI = """\
\U0001f600\U0001f600 Ministers said that the the talks went well , and of of course \
\U0001f469\u200d\U0001f469\u200d\U0001f467 they did &amp; more .
Secretary Bl\u0131ngen met Leader Xi Jingping \U0001f1e8\U0001f1f3 in Beijing on on Monday.
"""
RECORDS = [
    {"id": "a", "text": 'He said "the the" talks \U0001f600 went went well .\nSecond line &amp; more , so far.'},
    {"id": "b", "text": "Leader Xi Jingping met officials\tin Beijing on Monday."},
]
TABLE = 'id,text\n1,"He said ""so"" &amp; left \U0001f600 , at at last."\n2,Leader Xi Jingping met officials.\n'
# The picture: of which seed, with the menu at which of its findings.
PICTURED = "001.txt"
PICTURED_FINDING = 1
SEVERITIES = ["info", "warning", "error"]


def write_workspace(folder: Path) -> list[str]:
    """Writes the files of the workspace; gives those whose findings are compared."""
    texts = {}
    names = ["first", "second", "third", "fourth", "fifth"]
    for name, seed in zip(names, sorted((REPOSITORY / "seeds").glob("*.txt"))):
        texts[f"articles/{name}.txt"] = seed.read_bytes()
    texts["crlf.md"] = texts["articles/first.txt"].replace(b"\n", b"\r\n")
    texts["emoji.txt"] = EMOJI.encode()
    lines = [json.dumps(record, ensure_ascii=number == 0) for number, record in enumerate(RECORDS)]
    texts["records.jsonl"] = "".join(f"{line}\n" for line in lines).encode()
    texts["table.csv"] = TABLE.encode()
    for name, text in {**texts, "closed/story.txt": b"Leader Xi Jingping met officials in Beijing on Monday.\n"}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(text)
    return list(texts)


def inputs(newslint: Path, folder: Path, names: list[str]) -> dict:
    """What the command line makes of the files, for comparison."""

    def run(*arguments: str, cwd: Path = folder) -> str:
        return subprocess.run([newslint, *arguments], cwd=cwd, check=True, stdout=subprocess.PIPE, text=True).stdout

    findings: dict = {name: {} for name in names}
    for severity in SEVERITIES:
        options = ["--isolated", "--no-cache", "--fail-on", "never", "--quiet", "--format", "json", "--min-severity", severity]
        for name in names:
            findings[name][severity] = json.loads(run("check", *options, name))
    fixed: dict = {name: {} for name in names}
    for safety, options in {"safe": [], "unsafe": ["--unsafe"]}.items():
        with tempfile.TemporaryDirectory() as place:
            shutil.copytree(folder, place, dirs_exist_ok=True)
            subprocess.run([newslint, "fix", "--isolated", "--quiet", *options, *names], cwd=place)
            for name in names:
                fixed[name][safety] = (Path(place) / name).read_bytes().decode()
    version = run("--version").split()[1]
    return {"program": str(newslint), "version": version, "findings": findings, "fixed": fixed}


class Channel:
    """Takes what the checks in the editor send, to be answered by the thread that drives the browser."""

    def __init__(self) -> None:
        self.messages: queue.Queue = queue.Queue()
        messages = self.messages

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                value = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or "null")
                answer: queue.Queue = queue.Queue()
                messages.put((self.path[1:].replace("%20", " "), value, answer))
                body = json.dumps(answer.get()).encode()
                self.send_response(200)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def answer(page, checks: Checks, prepared: dict, what: str, value) -> object:
    """Does what a check asks for."""
    if what == "inputs":
        return prepared
    if what == "tell":
        checks.tell(f"in the editor: {value['name']}", value["differences"])
    elif what == "status bar":
        return page.locator(".statusbar").inner_text()
    elif what == "notifications":
        return page.locator(".notification-toast").all_inner_texts()
    elif what == "input box":
        box = page.locator(".quick-input-widget input[type=text]")
        box.wait_for(state="visible")
        box.fill(value["text"])
        box.press(value["key"])
        page.locator(".quick-input-widget").wait_for(state="hidden")
    return None


def run_in_editor(checks: Checks, chromium, server: vscode_server.Server, channel: Channel, folder: Path, prepared: dict) -> None:
    """Opens a window on the folder, with the checks in it, and answers them until they are done."""
    place = EXTENSION / "tests" / "checks"
    payload = {"extensionDevelopmentPath": place, "extensionTestsPath": place / "checks.cjs"}
    page = chromium.new_page(viewport={"width": 1280, "height": 800})
    page.set_default_timeout(MOST_MILLISECONDS_OF_A_STEP)
    page.goto(server.address(folder, payload))
    last = time.monotonic()
    try:
        while True:
            # Lets the browser's events be handled.
            page.wait_for_timeout(20)
            try:
                what, value, reply = channel.messages.get_nowait()
            except queue.Empty:
                if time.monotonic() - last > MOST_SECONDS:
                    said = server.log.read_text()[-1000:]
                    checks.tell("the checks in the editor come to an end", [f"nothing for {MOST_SECONDS} s: {said}"])
                    return
                continue
            last = time.monotonic()
            try:
                result = answer(page, checks, prepared, what, value)
            except Exception as error:  # The check that asked for it fails, not the rest.
                result = None
                checks.tell(f"in the editor: {what}", [str(error)])
            reply.put(result)
            if what == "done":
                return
    finally:
        page.close()


def check_package(checks: Checks, folder: Path) -> Path | None:
    """Builds and checks the extension without an editor; the package, where there is one."""

    def step(name: str, *command: str) -> bool:
        result = subprocess.run(command, cwd=EXTENSION, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return checks.tell(name, [] if result.returncode == 0 else [result.stdout[-2000:]])

    lock = json.loads((EXTENSION / "package-lock.json").read_text())
    addresses = [name for name, entry in lock["packages"].items() if "resolved" in entry]
    checks.tell("the lockfile names no registry", addresses)
    if not step("the packages of the lockfile are installed", "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"):
        return None
    step("the types are right", "npm", "run", "types")
    step("the tests of the search for the program", "npm", "test")
    package = folder / "newslint.vsix"
    if not step("the package is made by vsce", "npm", "run", "package", "--", "--out", str(package)):
        return None
    with zipfile.ZipFile(package) as files:
        names = set(files.namelist())
    wanted = PACKAGED | MADE_BY_VSCE
    differences = [f"{name} is missing" for name in wanted - names] + [f"{name} is too much" for name in names - wanted]
    checks.tell("the package holds the bundle and what belongs to it, nothing else", differences)
    return package


def check_untrusted(checks: Checks, chromium, code: Path, package: Path, folder: Path, prepared: dict, environment: dict) -> None:
    """A workspace that is not trusted and names a program of its own."""
    workspace = folder / "untrusted"
    (workspace / ".vscode").mkdir(parents=True)
    program = workspace / "newslint"
    program.write_text(f"#!/bin/sh\ntouch '{workspace}/has-run'\necho newslint 9.9.9\n")
    program.chmod(0o755)
    (workspace / ".vscode" / "settings.json").write_text(json.dumps({"newslint.path": str(program)}))
    (workspace / "story.txt").write_text("Leader Xi Jingping met officials in Beijing on Monday.\n")
    channel = Channel()
    environment = {**environment, "NEWSLINT_CHECKS": channel.address, "NEWSLINT_CHECKS_SET": "untrusted"}
    settings = {"security.workspace.trust.startupPrompt": "never"}
    with vscode_server.Server(code, folder / "untrusted-data", settings, environment, package) as server:
        run_in_editor(checks, chromium, server, channel, workspace, prepared)


def take_screenshot(chromium, code: Path, package: Path, folder: Path, environment: dict, picture: Path) -> None:
    """The window with findings, the list of problems and the menu of fixes."""
    workspace = folder / "articles"
    workspace.mkdir()
    for seed in sorted((REPOSITORY / "seeds").glob("*.txt")):
        shutil.copy(seed, workspace / f"{seed.name[:3]}.txt")
    settings = {
        "breadcrumbs.enabled": False,
        "editor.fontSize": 13,
        "editor.minimap.enabled": False,
        "editor.wordWrap": "on",
        "security.workspace.trust.enabled": False,
        "window.commandCenter": False,
        "workbench.colorTheme": "Default Light Modern",
        "workbench.layoutControl.enabled": False,
    }
    with vscode_server.Server(code, folder / "screenshot-data", settings, environment, package) as server:
        page = chromium.new_page(viewport={"width": 1200, "height": 760})
        page.goto(server.address(workspace, {"openFile": workspace / PICTURED}))
        page.locator(".squiggly-error").first.wait_for()
        page.keyboard.press("Control+Shift+M")
        page.locator(".markers-panel .monaco-list-row").first.wait_for()
        page.locator(".monaco-editor .view-lines").first.click()
        page.keyboard.press("Control+Home")
        # To the next finding.
        for _ in range(PICTURED_FINDING):
            page.keyboard.press("F8")
        page.keyboard.press("Escape")
        page.keyboard.press("Control+.")
        page.locator(".action-widget").wait_for()
        page.wait_for_timeout(1_000)
        page.screenshot(path=picture)
        page.close()


def run_checks(options: argparse.Namespace, folder: Path, chromium, checks: Checks) -> None:
    """Runs all checks."""
    package = check_package(checks, folder)
    if package is None:
        return
    try:
        code = vscode_server.install(options.environment)
    except vscode_server.NotToBeHad as error:
        print(f"skipped: Visual Studio Code cannot be installed here: {error}")
        return
    programs = folder / "bin"
    programs.mkdir()
    (programs / "newslint").symlink_to(options.newslint)
    environment = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "XDG_CACHE_HOME": str(folder / "cache")}
    workspace = folder / "workspace"
    workspace.mkdir()
    prepared = inputs(options.newslint, workspace, write_workspace(workspace)) | {"program": str(programs / "newslint")}
    channel = Channel()
    trusting = {"security.workspace.trust.enabled": False}
    checking = {**environment, "NEWSLINT_CHECKS": channel.address, "NEWSLINT_CHECKS_ONLY": options.only}
    with vscode_server.Server(code, folder / "data", trusting, checking, package) as server:
        run_in_editor(checks, chromium, server, channel, workspace, prepared)
    check_untrusted(checks, chromium, code, package, folder, prepared, environment)
    if options.screenshot:
        take_screenshot(chromium, code, package, folder, environment, options.screenshot)


def main() -> int:
    """Prepares what the checks need, and runs them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--newslint", type=Path, default=REPOSITORY / "target/release/newslint")
    environment = REPOSITORY / "target" / "integration"
    parser.add_argument("--environment", type=Path, default=environment, metavar="FOLDER", help="where packages go")
    parser.add_argument("--only", default="", metavar="TEXT", help="of the checks in the editor those whose name holds this")
    parser.add_argument("--screenshot", type=Path, metavar="FILE", help="where the picture for the README goes")
    options = parser.parse_args()
    options.newslint = options.newslint.resolve()
    options.environment = options.environment.resolve()
    if not options.newslint.is_file():
        print(f"there is no program {options.newslint}", file=sys.stderr)
        return 2
    if shutil.which("npm") is None:
        print("the test of the extension needs Node.js and npm", file=sys.stderr)
        return 2
    enter_environment(options.environment, REQUIREMENTS)
    install_tools(TOOLS)
    from playwright.sync_api import sync_playwright

    checks = Checks()
    with sync_playwright() as playwright, tempfile.TemporaryDirectory(prefix="newslint-vscode-") as folder:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=BROWSER_OPTIONS)
        try:
            run_checks(options, Path(folder).resolve(), chromium, checks)
        finally:
            chromium.close()
    print(f"{checks.count} checks, {checks.failed} failed")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
