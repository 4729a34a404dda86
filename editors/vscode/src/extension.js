// The extension: the language client of `newslint lsp`, its status and its commands.

import * as vscode from "vscode";
import { registerCommands } from "./commands.js";
import { Server } from "./server.js";
import { Status } from "./status.js";

/** @type {Server | undefined} */
let server;

/**
 * @param {vscode.ExtensionContext} context
 * @returns {{ status: Status, server: Server }} For the tests.
 */
export function activate(context) {
  const log = vscode.window.createOutputChannel("newslint", { log: true });
  const status = new Status();
  const started = new Server(log, status, context.extensionUri);
  server = started;
  context.subscriptions.push(
    log,
    status,
    ...registerCommands(started, log),
    vscode.workspace.onDidChangeConfiguration((change) => started.settingsChanged(change)),
  );
  // Not waited for: commands are there at once, and a missing program is no failure of the extension.
  void started.restart();
  return { status, server: started };
}

/** @returns {Promise<void> | undefined} */
export function deactivate() {
  return server?.stop();
}
