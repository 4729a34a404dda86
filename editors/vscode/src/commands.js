// The commands of the palette.

/** @import { Server } from "./server.js" */

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import * as vscode from "vscode";
import { firstFolder, settings } from "./settings.js";

/** Milliseconds that a remark stays in the status bar. */
const REMARK_MILLISECONDS = 5_000;

/**
 * @param {Server} server
 * @param {vscode.LogOutputChannel} log
 * @returns {vscode.Disposable[]}
 */
export function registerCommands(server, log) {
  const commands = {
    "newslint.fixSafe": () => fixAll(server, false),
    "newslint.fixUnsafe": () => fixAll(server, true),
    "newslint.checkAll": () => checkAll(server),
    "newslint.restart": () => server.restart(),
    "newslint.showLog": () => log.show(),
    "newslint.openConfiguration": () => openConfiguration(server),
  };
  return Object.entries(commands).map(([name, run]) => vscode.commands.registerCommand(name, run));
}

/**
 * @param {Server} server
 * @param {boolean} unsafe
 */
async function fixAll(server, unsafe) {
  const document = vscode.window.activeTextEditor?.document;
  if (document === undefined) return remark("no file is open");
  const before = document.version;
  const ran = await server.execute("newslint.fixAll", { uri: document.uri.toString(), unsafe });
  if (ran && document.version === before) remark("nothing to fix");
}

/** @param {Server} server */
async function checkAll(server) {
  if (await server.execute("newslint.checkWorkspace")) {
    await vscode.commands.executeCommand("workbench.actions.view.problems");
  }
}

/**
 * Opens the lint.toml that holds for the file in the editor, or makes one.
 *
 * @param {Server} server
 */
async function openConfiguration(server) {
  const active = vscode.window.activeTextEditor?.document.uri;
  const folder = (active && vscode.workspace.getWorkspaceFolder(active)?.uri.fsPath) ?? firstFolder();
  const found = configurationFor(active?.scheme === "file" ? active.fsPath : undefined, folder);
  if (found !== undefined) return vscode.window.showTextDocument(vscode.Uri.file(found));
  if (folder === undefined || server.program === undefined) return remark("there is no lint.toml");
  const answer = await vscode.window.showInformationMessage("There is no lint.toml yet.", `Make one in ${path.basename(folder)}`);
  if (answer === undefined) return undefined;
  await promisify(execFile)(server.program.path, ["init"], { cwd: folder });
  return vscode.window.showTextDocument(vscode.Uri.file(path.join(folder, "lint.toml")));
}

/**
 * The path of the lint.toml that holds for a file: that of the settings, or the nearest.
 *
 * @param {string | undefined} file
 * @param {string | undefined} folder The folder of the workspace.
 * @returns {string | undefined}
 */
function configurationFor(file, folder) {
  const configured = settings().get("configuration");
  if (typeof configured === "string" && configured !== "") return path.resolve(firstFolder() ?? "", configured);
  let place = file === undefined ? folder : path.dirname(file);
  while (place !== undefined) {
    const candidate = path.join(place, "lint.toml");
    if (existsSync(candidate)) return candidate;
    const above = path.dirname(place);
    place = above === place ? undefined : above;
  }
  return undefined;
}

/** @param {string} text */
function remark(text) {
  vscode.window.setStatusBarMessage(`newslint: ${text}`, REMARK_MILLISECONDS);
}
