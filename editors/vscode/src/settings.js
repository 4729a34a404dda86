// The user's settings, and which documents the server is told of.

import * as vscode from "vscode";

/** The settings that the server knows; the others are for the extension alone. */
const FOR_SERVER = ["configuration", "minSeverity", "run", "maxDiagnostics", "workspaceFiles"];

/** @typedef {{ scheme: string, pattern?: string, language?: string }} DocumentFilter */

/**
 * Texts, files of records, lint.toml and rule files. The server passes over TOML files that are neither.
 *
 * By the ending rather than the language: VS Code calls every file plain text that it does not know.
 *
 * @type {DocumentFilter[]}
 */
export const DOCUMENTS = [
  { scheme: "file", pattern: "**/*.{txt,text,md,markdown,jsonl,ndjson,csv,tsv}" },
  { scheme: "file", pattern: "**/*.toml" },
  ...["plaintext", "markdown", "jsonl", "csv", "tsv"].map((language) => ({ scheme: "untitled", language })),
];

/** @returns {vscode.WorkspaceConfiguration} */
export function settings() {
  return vscode.workspace.getConfiguration("newslint");
}

/**
 * What the server is told.
 *
 * @returns {Record<string, unknown>}
 */
export function settingsForServer() {
  const all = settings();
  return Object.fromEntries(FOR_SERVER.map((key) => [key, all.get(key)]));
}

/**
 * The first folder of the workspace.
 *
 * @returns {string | undefined}
 */
export function firstFolder() {
  return vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
}
