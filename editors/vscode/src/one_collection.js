// One collection for the diagnostics that the server pushes and for those that the client pulls.

/** @import { DiagnosticCollectionProvider } from "vscode-languageclient" */

import { existsSync } from "node:fs";
import * as vscode from "vscode";

/**
 * `newslint.checkWorkspace` pushes what it finds, open files and workspaces are pulled. In two
 * collections the same finding would be shown twice.
 *
 * @implements {DiagnosticCollectionProvider}
 */
export class OneCollection {
  /** @type {vscode.DiagnosticCollection | undefined} */
  #collection;
  /** @type {vscode.Disposable | undefined} */
  #listener;
  #users = 0;

  create() {
    this.#users += 1;
    this.#listener ??= vscode.window.tabGroups.onDidChangeTabs(({ closed }) => this.#tabsClosed(closed));
    this.#collection ??= vscode.languages.createDiagnosticCollection("newslint");
    return this.#collection;
  }

  /**
   * Takes the diagnostics of a closed file away. If it lies in the workspace, the next report on that
   * brings them back; if it was deleted, renamed or lies elsewhere, nothing else would end them.
   *
   * @param {vscode.Uri} uri
   */
  forget(uri) {
    this.#collection?.delete(uri);
  }

  dispose() {
    this.#users -= 1;
    if (this.#users > 0) return;
    this.#listener?.dispose();
    this.#collection?.dispose();
    this.#listener = undefined;
    this.#collection = undefined;
  }

  /**
   * VS Code keeps a deleted file's document for a long time after its editor is closed.
   *
   * @param {readonly vscode.Tab[]} tabs
   */
  #tabsClosed(tabs) {
    for (const { input } of tabs) {
      if (!(input instanceof vscode.TabInputText) || input.uri.scheme !== "file") continue;
      if (!existsSync(input.uri.fsPath)) this.forget(input.uri);
    }
  }
}
