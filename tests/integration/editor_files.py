"""The settings in docs/editors.md for editors that these tests do not run.

Each block has to be of its format, and its keys have to be those that the editor documents. The Lua of
Neovim and the Lisp of Emacs run in neovim.py and emacs.py.

    python3 tests/integration/editor_files.py
"""

import json
import re
import sys
import tomllib

from editor_settings import settings
from harness import Checks

# docs.helix-editor.com, Languages (25.07).
HELIX_TOP = {"language", "language-server"}
HELIX_SERVER = {"command", "args", "config", "timeout", "environment", "required-root-patterns"}
HELIX_LANGUAGE = {
    "name",
    "language-id",
    "scope",
    "injection-regex",
    "file-types",
    "shebangs",
    "roots",
    "auto-format",
    "diagnostic-severity",
    "comment-tokens",
    "block-comment-tokens",
    "indent",
    "language-servers",
    "grammar",
    "formatter",
    "soft-wrap",
    "text-width",
    "rulers",
    "path-completion",
    "word-completion",
    "workspace-lsp-roots",
    "persistent-diagnostic-sources",
}
HELIX_FEATURES = {"diagnostics", "completion", "hover", "code-action", "workspace-command"}

# Languages that Helix has itself; another one needs a scope and file types, too.
HELIX_KNOWN = {"markdown", "toml", "json"}

# Packages of sublimelsp, Client Configuration; docs.kde.org, LSP Client Plugin.
SUBLIME_CLIENT = {"enabled", "command", "selector", "settings", "initializationOptions", "env"}
KATE_SERVER = {
    "command",
    "root",
    "rootIndicationFileNames",
    "rootIndicationFilePatterns",
    "initializationOptions",
    "settings",
    "highlightingModeRegex",
    "url",
}

SETTINGS = {"configuration", "minSeverity", "run", "maxDiagnostics", "workspaceFiles"}
COMMAND = ["newslint", "lsp"]


def strangers(what: str, found: set[str], known: set[str]) -> list[str]:
    """Keys that nobody knows."""
    return [f"{what}: the key {key}" for key in sorted(found - known)]


def without_comments(text: str) -> str:
    """JSON of JSON with comments on lines of their own."""
    return re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE)


def helix(text: str) -> list[str]:
    """What is wrong with languages.toml."""
    read = tomllib.loads(text)
    server = read["language-server"]["newslint"]
    differences = strangers("the top", set(read), HELIX_TOP) + strangers("the server", set(server), HELIX_SERVER)
    if [server["command"], *server["args"]] != COMMAND:
        differences.append("the command")
    # Helix sends this table as initialization options, as changed settings, and looks up `newslint` in it.
    differences += strangers("the settings", set(server["config"]), {"newslint"})
    differences += strangers("the settings", set(server["config"]["newslint"]), SETTINGS)
    for language in read["language"]:
        name = language["name"]
        differences += strangers(name, set(language), HELIX_LANGUAGE)
        if name not in HELIX_KNOWN and not {"scope", "file-types"} <= set(language):
            differences.append(f"{name}: neither known nor complete")
        servers = [one if isinstance(one, dict) else {"name": one} for one in language["language-servers"]]
        if "newslint" not in [one["name"] for one in servers]:
            differences.append(f"{name}: without newslint")
        for one in servers:
            differences += strangers(f"{name}, {one['name']}", set(one.get("only-features", [])), HELIX_FEATURES)
    return differences


def sublime(text: str) -> list[str]:
    """What is wrong with LSP.sublime-settings."""
    read = json.loads(without_comments(text))
    client = read["clients"]["newslint"]
    differences = strangers("the top", set(read), {"clients", "lsp_code_actions_on_save"})
    differences += strangers("the client", set(client), SUBLIME_CLIENT)
    differences += strangers("the settings", {key.removeprefix("newslint.") for key in client["settings"]}, SETTINGS)
    return differences + ([] if client["command"] == COMMAND else ["the command"])


def kate(text: str) -> list[str]:
    """What is wrong with the settings of Kate."""
    server = json.loads(text)["servers"]["newslint"]
    differences = strangers("the server", set(server), KATE_SERVER)
    differences += strangers("the settings", set(server["initializationOptions"]), SETTINGS)
    re.compile(server["highlightingModeRegex"])
    return differences + ([] if server["command"] == COMMAND else ["the command"])


def vscode(text: str) -> list[str]:
    """What is wrong with settings.json."""
    read = json.loads(without_comments(text))
    wanted = {"editor.codeActionsOnSave": {"source.fixAll.newslint": "explicit"}}
    return [] if read == wanted else [f"{read}"]


# The blocks that other tests run.
RUN_ELSEWHERE = {
    "neovim-0.11",
    "neovim-0.8",
    "neovim-0.7",
    "neovim-fix-on-save",
    "neovim-workspace",
    "eglot",
    "eglot-markdown",
    "lsp-mode",
}


def main() -> int:
    """Runs the checks."""
    checks = Checks()
    blocks = settings()
    for name, check in (("helix", helix), ("sublime", sublime), ("kate", kate), ("vscode", vscode)):
        try:
            differences = check(blocks[name])
        except (ValueError, KeyError, re.error) as error:
            differences = [f"{type(error).__name__}: {error}"]
        checks.tell(f"settings of {name}", differences)
    left = set(blocks) - RUN_ELSEWHERE - {"helix", "sublime", "kate", "vscode"}
    missing = RUN_ELSEWHERE - set(blocks)
    checks.tell("every block is checked", [f"{name} is not checked" for name in left] + [f"{name} is gone" for name in missing])
    print(f"{checks.count} checks, {checks.failed} failed")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
