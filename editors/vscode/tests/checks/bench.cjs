// What the checks need: the channel to tests/integration/vscode.py, waiting, and comparing.

const http = require("node:http");
const path = require("node:path");
const vscode = require("vscode");

/** Milliseconds that a check waits for the server or the window; a busy machine with two processors takes several seconds. */
const MOST_MILLISECONDS = 60_000;
const PAUSE_MILLISECONDS = 50;

/**
 * @typedef {object} Finding As `newslint check --format json` has it.
 * @property {string} rule
 * @property {"error" | "warning" | "info"} severity
 * @property {string} message
 * @property {string} text
 * @property {{ line: number, column: number }} start
 * @property {{ line: number, column: number }} end
 */

/**
 * @typedef {object} Inputs What vscode.py has prepared.
 * @property {string} program The path of newslint.
 * @property {string} version Its version.
 * @property {Record<string, Record<"info" | "warning" | "error", Finding[]>>} findings By path in the workspace and least severity.
 * @property {Record<string, Record<"safe" | "unsafe", string>>} fixed What `newslint fix` makes of the files.
 */

/**
 * Sends something to vscode.py and gives its answer.
 *
 * @param {string} what
 * @param {unknown} [value]
 * @returns {Promise<any>}
 */
function send(what, value) {
  return new Promise((resolve, reject) => {
    const request = http.request(`${process.env.NEWSLINT_CHECKS}/${what}`, { method: "POST" }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk) => (body += chunk));
      response.on("end", () => resolve(JSON.parse(body)));
    });
    request.on("error", reject);
    request.end(JSON.stringify(value ?? null));
  });
}

/** @param {number} milliseconds */
function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/**
 * Waits until `probe` gives something that is neither false nor undefined.
 *
 * @template T
 * @param {string | (() => string)} what For the message when it never does.
 * @param {() => T | Promise<T>} probe
 * @returns {Promise<NonNullable<T>>}
 */
async function until(what, probe) {
  const end = Date.now() + MOST_MILLISECONDS;
  for (;;) {
    const value = await probe();
    if (value) return value;
    if (Date.now() > end) throw new Error(`not in ${MOST_MILLISECONDS / 1000} s: ${typeof what === "string" ? what : what()}`);
    await pause(PAUSE_MILLISECONDS);
  }
}

/** The exports of the extension, once it is active: its status and its server. */
function extension() {
  const installed = vscode.extensions.getExtension("newslint.newslint");
  return installed?.isActive ? installed.exports : undefined;
}

/**
 * Waits for a state of the server.
 *
 * @param {string} wanted
 */
function status(wanted) {
  return until(
    () => `status ${wanted}; it is ${extension()?.status.state}, ${extension()?.status.detail}`,
    () => extension()?.status.state === wanted,
  );
}

/**
 * The address of a file of the workspace.
 *
 * @param {string} name
 */
function file(name) {
  const [folder] = /** @type {vscode.WorkspaceFolder[]} */ (vscode.workspace.workspaceFolders);
  return vscode.Uri.joinPath(folder.uri, name);
}

/**
 * Writes a file of the workspace.
 *
 * @param {string} name
 * @param {string} text
 */
async function write(name, text) {
  await vscode.workspace.fs.writeFile(file(name), Buffer.from(text));
  return file(name);
}

/**
 * Opens a file of the workspace in the editor.
 *
 * @param {string} name
 */
function open(name) {
  return vscode.window.showTextDocument(file(name), { preview: false });
}

/**
 * The diagnostics of newslint for a file.
 *
 * @param {vscode.Uri} uri
 * @returns {vscode.Diagnostic[]}
 */
function diagnostics(uri) {
  return vscode.languages.getDiagnostics(uri).filter(({ source }) => source === "newslint");
}

/**
 * The rule, or whatever else the code says.
 *
 * @param {vscode.Diagnostic} diagnostic
 */
function code({ code: value }) {
  return typeof value === "object" ? String(value.value) : String(value);
}

/**
 * A place as VS Code counts it: from 0, columns in UTF-16 units.
 *
 * @param {vscode.TextDocument} document
 * @param {{ line: number, column: number }} place
 */
function position(document, { line, column }) {
  const before = [...document.lineAt(line - 1).text].slice(0, column - 1);
  return `${line - 1}:${before.join("").length}`;
}

/**
 * What the editor has to show for these findings.
 *
 * @param {vscode.TextDocument} document
 * @param {Finding[]} findings
 * @returns {string[]}
 */
function wanted(document, findings) {
  const severities = { error: "Error", warning: "Warning", info: "Information" };
  const lines = findings.map(({ rule, severity, start, end, message }) => {
    return `${position(document, start)}-${position(document, end)} ${severities[severity]} ${rule} ${message}`;
  });
  return lines.sort();
}

/**
 * What the editor shows, in the same words.
 *
 * @param {vscode.Uri} uri
 * @returns {string[]}
 */
function shown(uri) {
  const lines = diagnostics(uri).map((diagnostic) => {
    const { range, severity, message } = diagnostic;
    const place = `${range.start.line}:${range.start.character}-${range.end.line}:${range.end.character}`;
    return `${place} ${vscode.DiagnosticSeverity[severity]} ${code(diagnostic)} ${message}`;
  });
  return lines.sort();
}

/**
 * @param {string} what
 * @param {unknown} found
 * @param {unknown} expected
 * @returns {string[]} Nothing, or how the two differ.
 */
function differing(what, found, expected) {
  const [one, other] = [JSON.stringify(found), JSON.stringify(expected)];
  return one === other ? [] : [`${what}: ${one}, not ${other}`];
}

/**
 * @param {string[]} found
 * @param {string[]} expected
 * @returns {string[]}
 */
function differingLists(found, expected) {
  return [
    ...expected.filter((line) => !found.includes(line)).map((line) => `missing ${line}`),
    ...found.filter((line) => !expected.includes(line)).map((line) => `extra ${line}`),
    ...differing("number", found.length, expected.length),
  ];
}

/**
 * Waits until the editor shows these findings for a document; else says how it differs.
 *
 * @param {vscode.TextDocument} document
 * @param {Finding[]} findings
 * @returns {Promise<string[]>}
 */
async function shows(document, findings) {
  const expected = wanted(document, findings);
  const differences = () => differingLists(shown(document.uri), expected);
  return until("", () => differences().length === 0).then(
    () => [],
    () => differences(),
  );
}

/**
 * Waits until a file has as many diagnostics of this code, and gives them.
 *
 * @param {vscode.Uri} uri
 * @param {string} wantedCode
 * @param {number} number
 */
function count(uri, wantedCode, number) {
  const found = () => diagnostics(uri).filter((diagnostic) => code(diagnostic) === wantedCode);
  return until(
    () => `${number} times ${wantedCode} in ${path.basename(uri.path)}; there are ${shown(uri).join(", ") || "none"}`,
    () => (found().length === number ? found() : undefined),
  );
}

/**
 * Writes a file, opens it, and waits for its one finding of a rule.
 *
 * @param {string} name
 * @param {string} text
 * @param {string} rule
 */
async function opened(name, text, rule) {
  const uri = await write(name, text);
  const editor = await open(name);
  const [diagnostic] = await count(uri, rule, 1);
  return { uri, editor, document: editor.document, diagnostic };
}

/**
 * Types at the end of a file.
 *
 * @param {vscode.TextEditor} editor
 * @param {string} text
 */
async function append(editor, text) {
  const end = editor.document.positionAt(editor.document.getText().length);
  if (!(await editor.edit((edit) => edit.insert(end, text)))) throw new Error("the edit was refused");
}

/**
 * The code actions at a range.
 *
 * @param {vscode.Uri} uri
 * @param {vscode.Range} range
 * @param {string} [kind]
 * @returns {Promise<vscode.CodeAction[]>}
 */
async function actions(uri, range, kind) {
  const all = await vscode.commands.executeCommand("vscode.executeCodeActionProvider", uri, range, kind, 100);
  return /** @type {vscode.CodeAction[]} */ (all);
}

/**
 * The quick fix whose title begins so.
 *
 * @param {vscode.Uri} uri
 * @param {vscode.Range} range
 * @param {string} title
 */
async function quickFix(uri, range, title) {
  const all = await actions(uri, range, "quickfix");
  const found = all.find((action) => action.title.startsWith(title));
  if (found === undefined) throw new Error(`no action ${JSON.stringify(title)}, but ${all.map((action) => action.title).join(", ")}`);
  return found;
}

/**
 * Does what picking an action in the menu does.
 *
 * @param {vscode.CodeAction} action
 */
async function apply({ edit, command }) {
  if (edit !== undefined && !(await vscode.workspace.applyEdit(edit))) throw new Error("the edit was refused");
  if (command !== undefined) await vscode.commands.executeCommand(command.command, ...(command.arguments ?? []));
}

/**
 * Changes a setting of the user's.
 *
 * @param {string} key
 * @param {unknown} value `undefined` for the default.
 */
async function set(key, value) {
  await vscode.workspace.getConfiguration("newslint").update(key, value, vscode.ConfigurationTarget.Global);
}

/** Closes all editors without saving. */
async function closeAll() {
  while (vscode.window.activeTextEditor !== undefined) {
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  }
  await vscode.commands.executeCommand("workbench.action.closeAllEditors");
}

/**
 * Runs checks one after the other and sends their results.
 *
 * @param {Record<string, (inputs: Inputs) => Promise<string[] | void>>} checks
 */
async function run(checks) {
  const inputs = await send("inputs");
  const only = process.env.NEWSLINT_CHECKS_ONLY ?? "";
  for (const [name, check] of Object.entries(checks)) {
    if (!name.includes(only)) continue;
    /** @type {string[]} */
    let differences;
    try {
      differences = (await check(inputs)) ?? [];
    } catch (error) {
      differences = [error instanceof Error ? error.message : String(error)];
    }
    await send("tell", { name, differences });
    await closeAll();
  }
  await send("done");
}

module.exports = {
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
};
