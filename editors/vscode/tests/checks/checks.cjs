// The checks that run inside VS Code, beside the installed extension, against the real server.

const { readFileSync, rmSync, existsSync } = require("node:fs");
const vscode = require("vscode");
const {
  actions,
  append,
  apply,
  code,
  count,
  diagnostics,
  differing,
  differingLists,
  extension,
  file,
  open,
  opened,
  pause,
  quickFix,
  run,
  send,
  set,
  shown,
  shows,
  status,
  until,
  write,
} = require("./bench.cjs");

/** Milliseconds after which something that must not come would have come. */
const NOTHING_MILLISECONDS = 1_500;

/** A text with a safe fix, and one whose fix has to be looked at. */
const SAFE = "Ministers said that the talks went well &amp; ended early on Monday afternoon.\n";
const NAME = "Leader Xi Jingping met officials in Beijing on Monday afternoon.\n";

/** @param {string} name */
function onDisk(name) {
  return readFileSync(file(name).fsPath, "utf8");
}

/**
 * Deletes a folder of the workspace.
 *
 * @param {string} name
 */
function remove(name) {
  rmSync(file(name).fsPath, { recursive: true });
}

/** Ends the server's process as a crash does. */
async function crash() {
  const before = extension().server.client.serverProcess.pid;
  process.kill(before, "SIGKILL");
  await until("another process", () => extension().status.state === "error" || extension().server.client.serverProcess?.pid !== before);
  await until("an end of the restart", () => ["running", "error"].includes(extension().status.state));
}

/**
 * What a command makes of the files that `newslint fix` was run on.
 *
 * @param {Record<string, string>} fixed
 * @param {string} command
 */
async function fixedBy(fixed, command) {
  const differences = [];
  for (const [name, text] of Object.entries(fixed)) {
    const { document } = await open(name);
    await until(`findings in ${name}`, () => diagnostics(document.uri).length > 0);
    await vscode.commands.executeCommand(command);
    await until("the edit", () => document.isDirty);
    const [found, expected] = [document.getText().split("\n"), text.split("\n")];
    differences.push(...differingLists(found, expected).map((line) => `${name}: ${line}`));
    await vscode.commands.executeCommand("workbench.action.files.revert");
  }
  return differences;
}

/** @type {Record<string, (inputs: import("./bench.cjs").Inputs) => Promise<string[] | void>>} */
const CHECKS = {
  "a text file starts the server, found on PATH, and the status bar tells its version": async ({ program, version }) => {
    await open("articles/first.txt");
    await status("running");
    const { status: item, server } = extension();
    // The window draws what the extension says when it comes to it.
    await until("newslint in the status bar", async () => (await send("status bar")).includes("newslint"));
    return [
      ...differing("program", server.program, { path: program, version }),
      ...differing("shown", item.shown, true),
      ...differing(`version in ${item.detail}`, item.detail.includes(version), true),
    ];
  },

  "every command of the palette is there": async () => {
    const installed = vscode.extensions.getExtension("newslint.newslint");
    await installed?.activate();
    const there = await vscode.commands.getCommands(true);
    /** @type {{ command: string }[]} */
    const commands = installed?.packageJSON.contributes.commands;
    return commands.map(({ command }) => command).filter((command) => !there.includes(command));
  },

  "the findings of each file are those of the command line, at the same places": async ({ findings }) => {
    const differences = [];
    for (const [name, { warning }] of Object.entries(findings)) {
      const { document } = await open(name);
      differences.push(...(await shows(document, warning)).map((line) => `${name}: ${line}`));
    }
    return differences;
  },

  "after emoji a range covers the text of its finding": async ({ findings }) => {
    const { document } = await open("emoji.txt");
    await shows(document, findings["emoji.txt"].warning);
    const found = diagnostics(document.uri).map(({ range }) => document.getText(range));
    const expected = findings["emoji.txt"].warning.map(({ text }) => text);
    return differingLists(found, expected);
  },

  "a diagnostic links to its rule, and a text to be deleted is drawn as unnecessary": async ({ findings }) => {
    const { document } = await open("articles/first.txt");
    await shows(document, findings["articles/first.txt"].warning);
    const all = diagnostics(document.uri);
    const links = all.map((one) => (typeof one.code === "object" ? one.code.target.toString(true) : String(one.code)));
    const wrong = links.filter((link) => !/^https:\/\/docs\.rs\/crate\/newslint\/[^/]+\/source\/rules\/.+\.toml$/.test(link));
    const tagged = all.some(({ tags }) => tags?.includes(vscode.DiagnosticTag.Unnecessary));
    return [...wrong, ...differing("a tag", tagged, true)];
  },

  "pointing at a finding tells its rule": async () => {
    const { uri, diagnostic } = await opened("hover.txt", NAME, "names/misspelled");
    const answer = await vscode.commands.executeCommand("vscode.executeHoverProvider", uri, diagnostic.range.start);
    const contents = /** @type {vscode.Hover[]} */ (answer).flatMap((hover) => hover.contents);
    const text = contents.map((one) => (typeof one === "string" ? one : one.value)).join("\n");
    return differing(`names/misspelled in ${JSON.stringify(text)}`, text.includes("names/misspelled"), true);
  },

  "a safe fix is preferred; after it the finding is gone": async () => {
    const { uri, document, diagnostic } = await opened("safe.txt", SAFE, "encoding/html-entity");
    const preferred = (await actions(uri, diagnostic.range, "quickfix")).filter(({ isPreferred }) => isPreferred);
    const differences = differing("preferred", preferred.length, 1);
    await apply(preferred[0]);
    await count(uri, "encoding/html-entity", 0);
    return [...differences, ...differing("text", document.getText(), SAFE.replace("&amp;", "&"))];
  },

  "an unsafe fix says so and is not preferred": async () => {
    const { uri, document, diagnostic } = await opened("unsafe.txt", NAME, "names/misspelled");
    const fix = await quickFix(uri, diagnostic.range, "Replace with");
    const differences = [
      ...differing(`end of ${fix.title}`, fix.title.endsWith(" (unsafe)"), true),
      ...differing("preferred", fix.isPreferred ?? false, false),
    ];
    await apply(fix);
    await count(uri, "names/misspelled", 0);
    return [...differences, ...differing("text", document.getText(), NAME.replace("Jingping", "Jinping"))];
  },

  "one action fixes all findings of a rule in the file": async () => {
    const text = "Ministers spoke &amp; left on Monday , said one.\nMinisters came &amp; went on Tuesday afternoon.\n";
    const uri = await write("rule.txt", text);
    const { document } = await open("rule.txt");
    const [diagnostic] = await count(uri, "encoding/html-entity", 2);
    await apply(await quickFix(uri, diagnostic.range, "Fix all `encoding/html-entity` in this file"));
    await count(uri, "encoding/html-entity", 0);
    return differing("text", document.getText(), text.replaceAll("&amp;", "&"));
  },

  "all safe fixes, by the command, are those of `newslint fix`": ({ fixed }) => {
    return fixedBy(Object.fromEntries(Object.entries(fixed).map(([name, { safe }]) => [name, safe])), "newslint.fixSafe");
  },

  "all fixes, by the command, are those of `newslint fix --unsafe`": ({ fixed }) => {
    return fixedBy(Object.fromEntries(Object.entries(fixed).map(([name, { unsafe }]) => [name, unsafe])), "newslint.fixUnsafe");
  },

  "the command says when there is nothing to fix": async () => {
    await write("clean.txt", "Ministers said that the talks went well.\n");
    await open("clean.txt");
    await vscode.commands.executeCommand("newslint.fixSafe");
    await until("the remark", async () => (await send("status bar")).includes("nothing to fix"));
  },

  "safe fixes are made on saving, where the user wants it": async () => {
    const editorSettings = vscode.workspace.getConfiguration("editor");
    await editorSettings.update("codeActionsOnSave", { "source.fixAll.newslint": "explicit" }, vscode.ConfigurationTarget.Global);
    try {
      const { editor, document } = await opened("saving.txt", SAFE, "encoding/html-entity");
      await append(editor, "More is to come on Tuesday.\n");
      await document.save();
      const expected = `${SAFE.replace("&amp;", "&")}More is to come on Tuesday.\n`;
      return differing("on the disk", onDisk("saving.txt"), expected);
    } finally {
      await editorSettings.update("codeActionsOnSave", undefined, vscode.ConfigurationTarget.Global);
    }
  },

  "a fix in a file of records edits the escaped text": async () => {
    const text = 'He said "the talks" \u{1f600} went well &amp; ended.\nMore is to come on Tuesday.';
    const line = `${JSON.stringify({ id: "1", text }).replace("\u{1f600}", "\\ud83d\\ude00")}\n`;
    const { uri, document, diagnostic } = await opened("fix.jsonl", line, "encoding/html-entity");
    const differences = differing("range", document.getText(diagnostic.range), "&amp;");
    const [fix] = (await actions(uri, diagnostic.range, "quickfix")).filter(({ isPreferred }) => isPreferred);
    await apply(fix);
    await count(uri, "encoding/html-entity", 0);
    return [...differences, ...differing("line", document.getText(), line.replace("&amp;", "&"))];
  },

  "findings follow the typing": async () => {
    const { uri, editor } = await opened("typing.txt", SAFE, "encoding/html-entity");
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), "\u{1f600} is the first line of it.\nAnother line comes after it.\n"));
    await until("the finding on line 3", () => diagnostics(uri)[0]?.range.start.line === 2);
    await append(editor, "They met &lt; 3 times and left on Friday.\n");
    await until("a second finding", () => diagnostics(uri).some(({ range }) => range.start.line === 3));
    await editor.edit((edit) => edit.delete(new vscode.Range(2, 0, 4, 0)));
    await until("no finding", () => diagnostics(uri).length === 0);
  },

  "an untitled editor is checked": async () => {
    const document = await vscode.workspace.openTextDocument({ language: "plaintext", content: NAME });
    await vscode.window.showTextDocument(document);
    await count(document.uri, "names/misspelled", 1);
  },

  "files that are no text of newslint's are left alone": async () => {
    const text = `text = "${NAME.trim()}"\n`;
    for (const name of ["Cargo.toml", "notes.yaml"]) {
      await write(name, text);
      await open(name);
    }
    await pause(NOTHING_MILLISECONDS);
    return [...shown(file("Cargo.toml")), ...shown(file("notes.yaml"))];
  },

  "ignoring asks for a reason; without one nothing is written": async () => {
    await write("ignored/lint.toml", "# House rules\n");
    const { uri, diagnostic } = await opened("ignored/story.txt", NAME, "names/misspelled");
    const ignore = await quickFix(uri, diagnostic.range, "Ignore this finding in lint.toml");
    for (const key of ["Escape", "Enter"]) {
      const applied = apply(ignore);
      await send("input box", { text: "", key });
      await applied;
    }
    const differences = [
      ...differing("lint.toml", onDisk("ignored/lint.toml"), "# House rules\n"),
      ...differing("findings", diagnostics(uri).map(code), ["names/misspelled"]),
    ];
    remove("ignored");
    return differences;
  },

  "the reason goes into lint.toml and the finding is gone": async () => {
    await write("reason/lint.toml", "# House rules\n");
    const { uri, diagnostic } = await opened("reason/story.txt", NAME, "names/misspelled");
    const applied = apply(await quickFix(uri, diagnostic.range, "Ignore this finding in lint.toml"));
    await send("input box", { text: 'quoted from a "placard"', key: "Enter" });
    await applied;
    await count(uri, "names/misspelled", 0);
    const written = onDisk("reason/lint.toml");
    remove("reason");
    const parts = ["# House rules", "[[ignore-text]]", "names/misspelled", "placard"];
    return parts.filter((part) => !written.includes(part)).map((part) => `no ${part} in ${written}`);
  },

  "an accepted name is no finding any more": async () => {
    await write("accepted/lint.toml", "");
    const { uri, diagnostic } = await opened("accepted/story.txt", NAME, "names/misspelled");
    await apply(await quickFix(uri, diagnostic.range, "Accept the name"));
    await count(uri, "names/misspelled", 0);
    const written = onDisk("accepted/lint.toml");
    remove("accepted");
    return differing(`the name in ${written}`, /accept = \[\s*"[^"]*Jingping",?\s*\]/.test(written), true);
  },

  "broken lint.toml is told in its place, and the last good one goes on": async () => {
    const settings = await write("broken/lint.toml", 'ignore = ["encoding/html-entity"]\n');
    const { uri } = await opened("broken/story.txt", NAME + SAFE, "names/misspelled");
    await count(uri, "encoding/html-entity", 0);
    await write("broken/lint.toml", 'ignore = ["encoding/html-entity"]\nselec = ["all"]\n');
    const [problem] = await count(settings, "configuration", 1);
    const differences = [
      ...differing("place", [problem.range.start.line, problem.range.start.character], [1, 0]),
      ...differing("severity", problem.severity, vscode.DiagnosticSeverity.Error),
      ...differing("findings", diagnostics(uri).map(code), ["names/misspelled"]),
    ];
    await write("broken/lint.toml", 'ignore = ["names/misspelled"]\n');
    await count(settings, "configuration", 0);
    await count(uri, "names/misspelled", 0);
    await count(uri, "encoding/html-entity", 1);
    remove("broken");
    return differences;
  },

  "lint.toml is checked and completed while it is edited": async () => {
    const settings = await write("edited/lint.toml", "\n");
    const editor = await open("edited/lint.toml");
    const start = new vscode.Position(0, 0);
    const answer = await vscode.commands.executeCommand("vscode.executeCompletionItemProvider", settings, start);
    const { items } = /** @type {vscode.CompletionList} */ (answer);
    const labels = items.map(({ label }) => (typeof label === "string" ? label : label.label));
    await append(editor, 'selec = ["all"]\n');
    await count(settings, "configuration", 1);
    await vscode.commands.executeCommand("undo");
    await count(settings, "configuration", 0);
    remove("edited");
    return differing(`"ignore" among ${labels.slice(0, 20)}`, labels.some((label) => label.startsWith("ignore")), true);
  },

  "a deleted file has no findings any more, once its editor is closed": async () => {
    const { uri } = await opened("deleted.txt", NAME, "names/misspelled");
    await vscode.workspace.fs.delete(uri);
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await until("no finding", () => diagnostics(uri).length === 0);
  },

  "a file that is closed without saving has the findings of the disk": async () => {
    const { uri, editor } = await opened("reverted.txt", SAFE, "encoding/html-entity");
    await append(editor, NAME);
    await count(uri, "names/misspelled", 1);
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    await count(uri, "names/misspelled", 0);
    await count(uri, "encoding/html-entity", 1);
  },

  "a renamed file takes its findings along": async () => {
    const { uri } = await opened("before.txt", NAME, "names/misspelled");
    const edit = new vscode.WorkspaceEdit();
    edit.renameFile(uri, file("after.txt"));
    await vscode.workspace.applyEdit(edit);
    await count(file("after.txt"), "names/misspelled", 1);
    await count(uri, "names/misspelled", 0);
  },

  "the setting minSeverity is heeded at once": async ({ findings }) => {
    const name = "articles/first.txt";
    const { document } = await open(name);
    const differences = [];
    try {
      for (const severity of /** @type {const} */ (["info", "error", "warning"])) {
        await set("minSeverity", severity);
        const wrong = await shows(document, findings[name][severity]);
        differences.push(...wrong.map((line) => `${severity}: ${line}`));
      }
    } finally {
      await set("minSeverity", undefined);
    }
    return differences;
  },

  "the setting run: while typing, or on saving only": async () => {
    await set("run", "onSave");
    try {
      const { uri, editor, document } = await opened("on-save.txt", SAFE, "encoding/html-entity");
      await append(editor, NAME);
      await pause(NOTHING_MILLISECONDS);
      const differences = differing("while typing", diagnostics(uri).map(code), ["encoding/html-entity"]);
      await document.save();
      await count(uri, "names/misspelled", 1);
      return differences;
    } finally {
      await set("run", undefined);
    }
  },

  "the setting configuration names one lint.toml for all": async () => {
    await write("settings/lint.toml", 'ignore = ["names/misspelled"]\n');
    const { uri } = await opened("one-for-all.txt", NAME + SAFE, "names/misspelled");
    await set("configuration", "settings/lint.toml");
    try {
      await count(uri, "names/misspelled", 0);
      await count(uri, "encoding/html-entity", 1);
      await vscode.commands.executeCommand("newslint.openConfiguration");
      const active = vscode.window.activeTextEditor?.document.uri.path;
      return differing("opened", active, file("settings/lint.toml").path);
    } finally {
      await set("configuration", undefined);
      await open("one-for-all.txt");
      await count(uri, "names/misspelled", 1);
    }
  },

  "the setting maxDiagnostics: the rest is counted": async ({ findings }) => {
    const name = "articles/first.txt";
    const { document } = await open(name);
    const hidden = findings[name].warning.length - 2;
    await set("maxDiagnostics", 2);
    try {
      await until("two findings and a remark", () => diagnostics(document.uri).length === 3);
      const remark = diagnostics(document.uri).find(({ severity }) => severity === vscode.DiagnosticSeverity.Information);
      return differing(`${hidden} in ${remark?.message}`, remark?.message.includes(String(hidden)), true);
    } finally {
      await set("maxDiagnostics", undefined);
    }
  },

  "the whole workspace is checked by the command, no finding twice": async ({ findings }) => {
    const name = "articles/first.txt";
    const { document } = await open(name);
    await vscode.commands.executeCommand("newslint.checkAll");
    const closed = file("closed/story.txt");
    await until("findings of a file that is not open", () => diagnostics(closed).length > 0);
    await pause(NOTHING_MILLISECONDS);
    const differences = differing("closed", diagnostics(closed).map(code), ["names/misspelled"]);
    return [...differences, ...(await shows(document, findings[name].warning))];
  },

  "the nearest lint.toml of a file is opened": async () => {
    await write("nearest/lint.toml", "# near\n");
    await write("nearest/deep/story.txt", SAFE);
    await open("nearest/deep/story.txt");
    await vscode.commands.executeCommand("newslint.openConfiguration");
    return differing("opened", vscode.window.activeTextEditor?.document.getText(), "# near\n");
  },

  "the server is restarted by the command": async () => {
    const { uri, editor } = await opened("restart.txt", SAFE, "encoding/html-entity");
    const before = extension().server.client.serverProcess.pid;
    await vscode.commands.executeCommand("newslint.restart");
    await status("running");
    const differences = differing("the same process", extension().server.client.serverProcess.pid === before, false);
    await count(uri, "encoding/html-entity", 1);
    await append(editor, NAME);
    await count(uri, "names/misspelled", 1);
    return differences;
  },

  "a crashed server comes back by itself, with the unsaved text": async () => {
    const { uri, editor } = await opened("crash.txt", SAFE, "encoding/html-entity");
    await append(editor, NAME);
    await count(uri, "names/misspelled", 1);
    await crash();
    const differences = differing("status", extension().status.state, "running");
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), "\u{1f600}\n"));
    await until("the findings on lines 2 and 3", () => {
      const lines = diagnostics(uri).map(({ range }) => range.start.line);
      return lines.sort().join() === "1,2";
    });
    return differences;
  },

  "a server that crashes again and again is left alone, and restarted on demand": async () => {
    const { uri } = await opened("crashes.txt", SAFE, "encoding/html-entity");
    for (let crashes = 0; crashes < 8 && extension().status.state !== "error"; crashes += 1) await crash();
    const differences = differing("status", extension().status.state, "error");
    await vscode.commands.executeCommand("newslint.restart");
    await status("running");
    await count(uri, "encoding/html-entity", 1);
    return differences;
  },

  "a wrong path is an error with a way out; a right one starts the server": async ({ program }) => {
    const { uri } = await opened("path.txt", SAFE, "encoding/html-entity");
    await set("path", "/nowhere/newslint");
    try {
      await status("error");
      await count(uri, "encoding/html-entity", 0);
      for (const part of ["no newslint program at /nowhere/newslint", "Open settings", "How to install"]) {
        await until(`${part} in a notification`, async () => (await send("notifications")).join("\n").includes(part));
      }
      await set("path", program);
      await status("running");
      await count(uri, "encoding/html-entity", 1);
    } finally {
      await set("path", undefined);
      await status("running");
    }
  },

  "turned off, nothing is shown and nothing runs": async () => {
    const { uri } = await opened("off.txt", SAFE, "encoding/html-entity");
    await set("enable", false);
    await status("off");
    await count(uri, "encoding/html-entity", 0);
    const differences = differing("a client", extension().server.client !== undefined, false);
    await set("enable", undefined);
    await status("running");
    await count(uri, "encoding/html-entity", 1);
    return differences;
  },
};

/**
 * In a workspace that is not trusted, whose settings name a program of its own.
 *
 * @type {typeof CHECKS}
 */
const UNTRUSTED = {
  "an untrusted workspace does not choose the program": async ({ program }) => {
    await open("story.txt");
    await status("running");
    await count(file("story.txt"), "names/misspelled", 1);
    return [
      ...differing("trusted", vscode.workspace.isTrusted, false),
      ...differing("program", extension().server.program?.path, program),
      ...differing("the workspace's program has run", existsSync(file("has-run").fsPath), false),
    ];
  },
};

exports.run = () => run(process.env.NEWSLINT_CHECKS_SET === "untrusted" ? UNTRUSTED : CHECKS);
