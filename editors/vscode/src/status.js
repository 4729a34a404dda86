// The item in the status bar: how the server is.

import * as vscode from "vscode";
import { DOCUMENTS } from "./settings.js";

/** @typedef {"starting" | "running" | "off" | "stopped" | "error"} State */

/** @type {Record<State, string>} */
const TEXTS = {
  starting: "$(loading~spin) newslint",
  running: "$(check) newslint",
  off: "$(circle-slash) newslint",
  stopped: "$(debug-stop) newslint",
  error: "$(error) newslint",
};

/** Shown beside documents that the server reads, and beside all when something is wrong. */
export class Status {
  /** @type {State} */
  state = "stopped";
  detail = "not started";
  /** Whether the item is in the status bar. */
  shown = false;

  #item = vscode.window.createStatusBarItem("newslint.status", vscode.StatusBarAlignment.Right, 100);
  #listener = vscode.window.onDidChangeActiveTextEditor(() => this.#draw());

  constructor() {
    this.#item.name = "newslint";
    this.#item.command = "newslint.showLog";
  }

  /**
   * @param {State} state
   * @param {string} detail One line for the tooltip.
   */
  set(state, detail) {
    this.state = state;
    this.detail = detail;
    this.#draw();
  }

  #draw() {
    this.#item.text = TEXTS[this.state];
    this.#item.tooltip = `newslint: ${this.detail}\nClick for the log.`;
    const wrong = this.state === "error";
    this.#item.backgroundColor = wrong ? new vscode.ThemeColor("statusBarItem.errorBackground") : undefined;
    const document = vscode.window.activeTextEditor?.document;
    this.shown = wrong || (document !== undefined && vscode.languages.match(DOCUMENTS, document) > 0);
    if (this.shown) this.#item.show();
    else this.#item.hide();
  }

  dispose() {
    this.#listener.dispose();
    this.#item.dispose();
  }
}
