"""The page that `--format html` writes, in a real browser.

Opens pages in Chromium, from a server that notes what is asked of it, and compares what they show
with the findings that `--format jsonl` has: counts, filters, links, copying. Texts, names, ids and
addresses try to become markup or script. Installs what it needs: Chromium by apt-get, and the
program that drives it in a virtual environment.

    python3 tests/integration/html.py --newslint target/release/newslint
"""

import argparse
import functools
import http.server
import json
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from environment import enter_environment, install_tools
from harness import Checks

REPOSITORY = Path(__file__).resolve().parents[2]
REQUIREMENTS = Path(__file__).with_name("requirements-browser.txt")

BROWSER = {"chromium": "chromium"}
BROWSER_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# Findings that a page lists at most, as src/report/html.rs has it.
MOST_LISTED = 20_000

# A step takes milliseconds on an idle machine; CI machines are not idle.
MOST_MILLISECONDS = 60_000

# Findings of the long lists: one that a page holds, and one that it does not; and of one record in them.
MANY = (10_000, 24_000)
FINDINGS_OF_ONE = 4

ATTACK = '</script><script>window.attacked = 1</script><img src=x onerror="window.attacked = 1">'


class Run:
    """A run over some files: its page, and its findings as JSON Lines."""

    def __init__(self, newslint: Path, folder: Path, name: str, *arguments: str) -> None:
        self.name = f"{name}.html"
        self.page = folder / self.name
        command = [str(newslint), "check", "--isolated", "--no-cache", "--min-severity", "info", "--fail-on", "never"]
        command += arguments
        subprocess.run([*command, "--quiet", "--format", "html", "--output", str(self.page)], cwd=folder, check=True)
        again = [*command, "--quiet", "--format", "html", "--threads", "1"]
        self.one_thread = subprocess.run(again, cwd=folder, check=True, stdout=subprocess.PIPE).stdout
        lines = subprocess.run([*command, "--quiet", "--format", "jsonl"], cwd=folder, check=True, stdout=subprocess.PIPE)
        self.findings = [json.loads(line) for line in lines.stdout.splitlines()]


class Server:
    """Serves a folder on this machine and notes every request."""

    def __init__(self, folder: Path) -> None:
        self.requests: list[str] = []
        noted = self.requests

        class Handler(http.server.SimpleHTTPRequestHandler):
            def log_request(self, *_: object) -> None:
                noted.append(self.path)

        handler = functools.partial(Handler, directory=str(folder))
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"


class Browser:
    """Chromium, with a fresh profile for every page."""

    def __init__(self, chromium, server: Server) -> None:
        self.chromium = chromium
        self.server = server
        self.context = None
        self.faults: list[str] = []

    def open(self, run: Run, fragment: str = "", **options):
        """Opens the page of a run. Whatever it asks for, beside itself, and every error is a fault."""
        if self.context is not None:
            self.context.close()
        self.context = self.chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        self.context.set_default_timeout(MOST_MILLISECONDS)
        self.context.grant_permissions(["clipboard-read", "clipboard-write"])
        address = f"{self.server.address}/{run.name}"
        page = self.context.new_page()

        def on_request(request) -> None:
            if request.url.split("#")[0] != address and not request.url.startswith("data:"):
                self.faults.append(f"{run.name} asks for {request.url}")

        page.on("request", on_request)
        page.on("pageerror", lambda error: self.faults.append(f"{run.name}: {error}"))
        page.on("console", lambda message: self.faults.append(f"{run.name}: {message.type}: {message.text}"))
        page.goto(address + fragment)
        return page


def shown(page) -> int:
    """The number of findings that the page says it shows."""
    return int(page.text_content("#count").split()[1].replace(",", ""))


def drawn(page) -> int:
    """The number of findings drawn, after scrolling through all of them."""
    for _ in range(500):
        page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        if not page.evaluate("[...document.querySelectorAll('.more')].some((more) => !more.hidden)"):
            break
        page.wait_for_timeout(20)
    return page.locator(".finding").count()


def search(page, text: str) -> int:
    """Types into the search field; the number of findings that the page shows then."""
    page.fill("#query", text)
    # The page waits for the typing to end, and writes the address when it has searched.
    page.wait_for_function("text => (new URLSearchParams(location.hash.slice(1)).get('q') ?? '') === text", arg=text)
    return shown(page)


def differing(what: str, found: object, wanted: object) -> list[str]:
    """Nothing, or how the two differ."""
    return [] if found == wanted else [f"{what}: {found!r}, not {wanted!r}"]


def host(finding: dict) -> str | None:
    """The host of a finding's record, as newslint counts it."""
    address = (finding["record"] or {}).get("url", "")
    return address.split("://")[1].split("/")[0].removeprefix("www.") if address.startswith("http") else None


def check_counts(checks: Checks, browser: Browser, run: Run) -> None:
    """What the page shows is what the run found."""
    page = browser.open(run)
    differences = differing("bytes by threads", run.page.read_bytes() == run.one_thread, True)
    differences += differing("findings told", shown(page), len(run.findings))
    differences += differing("findings drawn", drawn(page), len(run.findings))
    rules = page.locator(".finding .line-of-facts a").all_text_contents()
    differences += differing("rules in order", rules, [finding["rule"] for finding in run.findings])
    tiles = dict(zip(page.locator(".tiles dt").all_text_contents(), page.locator(".tiles dd").all_text_contents()))
    differences += differing("total", int(tiles["Findings"].replace(",", "")), len(run.findings))
    checks.tell(f"{run.name}: {len(run.findings)} findings shown", differences)


def check_filters(checks: Checks, browser: Browser, run: Run) -> None:
    """Each filter leaves the findings that it has to, and a link brings the same view."""
    page = browser.open(run)
    differences = []
    keys: dict[str, Callable[[dict], str | None]] = {
        "family": lambda finding: finding["rule"].split("/")[0],
        "rule": lambda finding: finding["rule"],
        "host": host,
    }
    for name, key in keys.items():
        counts = Counter(key(finding) for finding in run.findings if key(finding) is not None)
        if not counts:
            continue
        for value, count in counts.items():
            page.select_option(f"#{name}", value)
            differences += differing(f"{name} {value}", shown(page), count)
            label = page.locator(f"#{name} option:checked").text_content()
            differences += differing(f"label of {value}", label, f"{value} ({count:,})")
        page.click("#reset")
        differences += differing("after clearing", shown(page), len(run.findings))
        value = sorted(counts)[0]
        page = browser.open(run, f"#{name}={quote(value)}")
        differences += differing(f"the link to {value}", shown(page), counts[value])
        page = browser.open(run)
    severities = Counter(finding["severity"] for finding in run.findings)
    for box in page.locator("#severities label").all():
        box.click()
        name = box.locator("input").get_attribute("value")
        differences += differing(f"without {name}", shown(page), len(run.findings) - severities[name])
        box.click()
    page.focus("#severities input >> nth=0")
    page.keyboard.press("Space")
    differences += differing("without errors, by key", shown(page), len(run.findings) - severities["error"])
    differences += differing("the address", page.evaluate("location.hash"), "#severity=warning,info")
    page.reload()
    differences += differing("read anew", shown(page), len(run.findings) - severities["error"])
    checks.tell(f"{run.name}: filters", differences)


def check_search(checks: Checks, browser: Browser, run: Run) -> None:
    """The search finds messages, texts and paths."""
    page = browser.open(run)
    differences = []
    for finding in run.findings[:: max(1, len(run.findings) // 8)]:
        wanted = " ".join(finding["message"].lower().split())
        same = [one for one in run.findings if wanted in " ".join(one["message"].lower().split())]
        number = search(page, finding["message"].upper())
        if number < len(same):
            differences.append(f"{finding['message']!r}: {number}, not {len(same)}")
    path = run.findings[0]["path"]
    differences += differing("the path", search(page, path), sum(path in finding["path"] for finding in run.findings))
    found = search(page, "no text has this")
    differences += differing("nothing", (found, page.locator("#nothing").is_visible()), (0, True))
    checks.tell(f"{run.name}: search", differences)


def check_copy(checks: Checks, browser: Browser, run: Run) -> None:
    """The buttons copy replacement and place, also where the browser refuses its clipboard."""
    edits = [edit["replacement"] for finding in run.findings for edit in (finding["fix"] or {"edits": []})["edits"]]
    first = next(replacement for replacement in edits if replacement)
    differences = []
    for refuses in (False, True):
        page = browser.open(run)
        if refuses:
            page.evaluate("void (navigator.clipboard.writeText = () => Promise.reject(new Error('refused')))")
        page.click(".copy-fix >> nth=0")
        page.wait_for_selector("#toast:not(:empty)")
        differences += differing("replacement", page.evaluate("navigator.clipboard.readText()"), first)
        page.click(".copy-place >> nth=0")
        page.wait_for_function("document.getElementById('toast').textContent.includes('place')")
        copied = page.evaluate("navigator.clipboard.readText()")
        start = run.findings[0]["start"]
        if not copied.endswith(f":{start['line']}:{start['column']}"):
            differences.append(f"place: {copied!r}")
    checks.tell(f"{run.name}: copying", differences)


def check_harmless(checks: Checks, browser: Browser, run: Run) -> None:
    """Nothing in a text, name, id or address has become markup, script, or hidden."""
    page = browser.open(run)
    drawn(page)
    differences = differing("attacked", page.evaluate("window.attacked"), None)
    differences += differing("images", page.locator("img").count(), 0)
    differences += differing("scripts", page.locator("script").count(), 1)
    links = page.evaluate("[...document.querySelectorAll('a')].map((a) => [a.protocol, a.rel, a.getAttribute('href')])")
    for protocol, rel, target in links:
        if not target.startswith("#") and (protocol not in ("http:", "https:") or rel != "noreferrer noopener"):
            differences.append(f"a link to {target!r} with {rel!r}")
    text = page.evaluate("document.body.textContent")
    differences += [f"{character!r} is there as it is" for character in "\u202e\u2028\u200b\x1b" if character in text]
    differences += [f"{text_!r} is not shown" for text_ in ("U+202E", "<img src=x") if text_ not in text]
    marks = page.locator("mark .hidden-character").all_text_contents()
    differences += [] if "U+202E" in marks else [f"no mark shows U+202E: {marks[:5]}"]
    checks.tell(f"{run.name}: hostile text is only text", differences)


def check_views(checks: Checks, browser: Browser, run: Run) -> None:
    """Narrow, zoomed, dark, folded, printed, and without script."""
    differences = []
    for width in (360, 853, 1280):
        page = browser.open(run, viewport={"width": width, "height": 800})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            differences.append(f"{wide} pixels wide in a window of {width}")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.click("#theme")
    dark = page.evaluate(ground)
    page.reload()
    differences += differing("the theme is kept", page.evaluate(ground), dark)
    differences += [] if light != dark else [f"light and dark are {light}"]
    page = browser.open(run, color_scheme="dark")
    differences += differing("the system's dark", page.evaluate(ground), dark)
    page.click("#fold")
    differences += differing("folded", page.locator(".finding").count(), 0)
    page.click(".document > summary >> nth=0")
    page.wait_for_selector(".finding")
    page = browser.open(run)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    differences += differing("for print", page.locator(".finding").count(), min(len(run.findings), 2000))
    page.locator(".why summary >> nth=0").click()
    page.wait_for_selector(".why p")
    page = browser.open(run, java_script_enabled=False)
    differences += differing("the list without script", page.locator("#list").is_visible(), False)
    differences += differing("totals without script", page.locator("#totals table").first.is_visible(), True)
    checks.tell(f"{run.name}: views", differences)


def check_empty(checks: Checks, browser: Browser, run: Run, wanted: str) -> None:
    """A page without findings says so."""
    page = browser.open(run)
    differences = differing("the list", page.locator("#list").is_visible(), False)
    differences += [] if wanted in page.inner_text("main") else [f"it does not say {wanted!r}"]
    checks.tell(f"{run.name}: nothing found", differences)


def check_totals_only(checks: Checks, browser: Browser, run: Run) -> None:
    """With --statistics the page has totals and says why it has no list."""
    page = browser.open(run)
    differences = differing("filters", page.locator("#filters").is_visible(), False)
    differences += differing("tables", page.locator("#totals table").first.is_visible(), True)
    differences += [] if "--statistics" in page.inner_text("#shortened") else ["it does not say why it has no list"]
    checks.tell(f"{run.name}: totals only", differences)


def check_many(checks: Checks, browser: Browser, run: Run) -> None:
    """A long list is whole, and its times are told; one that is too long is cut, and the page says so."""
    page = browser.open(run)
    listed = min(len(run.findings), MOST_LISTED)
    differences = differing("is what it was made for", len(run.findings), int(run.name.removesuffix(".html").split("-")[1]))
    differences += differing("listed", shown(page), listed)
    differences += differing("says that it is cut", page.locator("#shortened").is_visible(), listed < len(run.findings))
    total = page.locator(".tiles dd").nth(2).text_content().strip()
    differences += differing("total", total, f"{len(run.findings):,}")
    time = """async () => {
        const start = performance.now();
        document.querySelector("#severities input").click();
        document.body.offsetHeight;
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
        return performance.now() - start;
    }"""
    times = [page.evaluate(time) for _ in range(6)]
    interactive = page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
    told = f"{listed} listed, ready after {interactive:.0f} ms, filtered in {min(times):.0f} to {max(times):.0f} ms"
    checks.tell(f"{run.name}: {told}", differences)


def write_inputs(folder: Path) -> None:
    """Files that attack the page, clean ones, and many findings."""
    hostile = [
        f"The minister said the the talks went well {ATTACK} and so on.",
        "A zero\u200bwidth, a bidi \u202etrick\u202c and an \x1b[31mescape , in one line.",
        "Line\u2028separator and &amp; and &lt;b&gt; and <b>bold</b> , too.",
    ]
    text = "\n\n".join(hostile)
    (folder / f"{ATTACK.replace('/', '_')}\u202e.txt").write_text(text)
    addresses = ["javascript:window.attacked=1//", "https://www.example.com/a?b=<c>&d='e'", "http://b.example/\u202e"]
    addresses += [f"https://{ATTACK.replace('/', '')}.example/", "data:text/html,<script>1</script>", "vbscript:x", "//c.d"]
    records = [{"id": f"{ATTACK}{number}\n", "url": url, "text": text, "title": ATTACK} for number, url in enumerate(addresses)]
    (folder / "hostile.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    clean = "The bridge opened on Monday. Thousands of people walked across it in the first hours.\n"
    (folder / "clean.txt").write_text(clean)
    for count in MANY:
        with (folder / f"many-{count}.jsonl").open("w") as many:
            for number in range(count // FINDINGS_OF_ONE):
                text = f"Number {number} said that the the talks of of the day &amp; night , so far, went well."
                record = {"id": number, "url": f"https://host-{number % 40}.example/{number}", "text": text}
                many.write(json.dumps(record) + "\n")


def run_checks(newslint: Path, folder: Path, chromium) -> int:
    """Runs all checks; the result is the exit status."""
    checks = Checks()
    write_inputs(folder)
    server = Server(folder)
    browser = Browser(chromium, server)
    seeds = Run(newslint, folder, "seeds", str(REPOSITORY / "seeds"))
    names = [path.name for path in folder.iterdir() if path.name.endswith("\u202e.txt")]
    hostile = Run(newslint, folder, "hostile", "hostile.jsonl", *names)
    for run in (seeds, hostile):
        check_counts(checks, browser, run)
        check_filters(checks, browser, run)
        check_search(checks, browser, run)
        check_copy(checks, browser, run)
        check_views(checks, browser, run)
    check_harmless(checks, browser, hostile)
    check_empty(checks, browser, Run(newslint, folder, "clean", "clean.txt"), "No problems found")
    (folder / "nothing").mkdir()
    check_empty(checks, browser, Run(newslint, folder, "nothing", "nothing"), "no documents to lint")
    check_totals_only(checks, browser, Run(newslint, folder, "totals", "--statistics", "hostile.jsonl"))
    for count in MANY:
        check_many(checks, browser, Run(newslint, folder, f"many-{count}", f"many-{count}.jsonl"))
    strangers = sorted({path for path in server.requests if not path.endswith(".html")})
    checks.tell("no page asks for anything", browser.faults + [f"asked for {path}" for path in strangers])
    print(f"{checks.count - checks.failed} of {checks.count} checks passed")
    return 1 if checks.failed else 0


def main() -> int:
    """Prepares what the checks need, and runs them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--newslint", type=Path, default=REPOSITORY / "target/release/newslint")
    environment = REPOSITORY / "target" / "integration"
    parser.add_argument("--environment", type=Path, default=environment, metavar="FOLDER", help="where packages go")
    options = parser.parse_args()
    options.newslint = options.newslint.resolve()
    if not options.newslint.is_file():
        print(f"there is no program {options.newslint}", file=sys.stderr)
        return 2
    enter_environment(options.environment, REQUIREMENTS)
    install_tools(BROWSER)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, tempfile.TemporaryDirectory(prefix="newslint-html-") as folder:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=BROWSER_OPTIONS)
        try:
            return run_checks(options.newslint, Path(folder), chromium)
        finally:
            chromium.close()


if __name__ == "__main__":
    sys.exit(main())
