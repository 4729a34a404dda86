// Starts, watches and stops `newslint lsp`.

/**
 * @import { Middleware, TextDocumentFilter } from "vscode-languageclient/node"
 * @import { Program } from "./find.js"
 * @import { DocumentFilter } from "./settings.js"
 * @import { Status } from "./status.js"
 */

import os from "node:os";
import * as vscode from "vscode";
import { DidChangeConfigurationNotification, ExecuteCommandRequest, LanguageClient, State } from "vscode-languageclient/node";
import { find, NotFound } from "./find.js";
import { OneCollection } from "./one_collection.js";
import { DOCUMENTS, firstFolder, settings, settingsForServer } from "./settings.js";

/** The settings that a running server cannot take over. */
const RESTARTING = ["newslint.path", "newslint.enable"];

export class Server {
  /** @type {LanguageClient | undefined} */
  client;
  /** @type {Program | undefined} */
  program;

  #log;
  #status;
  #extension;
  /** Whether the client ends because it was told to. */
  #stopping = false;
  /** What was asked for last; starts and stops follow one another. */
  #last = Promise.resolve();

  /**
   * @param {vscode.LogOutputChannel} log
   * @param {Status} status
   * @param {vscode.Uri} extension The folder of this extension.
   */
  constructor(log, status, extension) {
    this.#log = log;
    this.#status = status;
    this.#extension = extension;
  }

  /** Starts the server, or starts it anew. Failures are shown to the user. */
  restart() {
    return this.#next(async () => {
      await this.#stop();
      await this.#start();
    });
  }

  stop() {
    return this.#next(() => this.#stop());
  }

  /**
   * Passes changed settings on.
   *
   * @param {vscode.ConfigurationChangeEvent} change
   */
  async settingsChanged(change) {
    if (RESTARTING.some((key) => change.affectsConfiguration(key))) await this.restart();
    else if (change.affectsConfiguration("newslint") && this.client?.isRunning()) {
      const changed = { settings: { newslint: settingsForServer() } };
      await this.client.sendNotification(DidChangeConfigurationNotification.type, changed);
    }
  }

  /**
   * Runs one of the server's commands.
   *
   * @param {string} command
   * @param {object[]} values
   * @returns {Promise<boolean>} Whether it ran; if not, the user was told.
   */
  async execute(command, ...values) {
    if (!this.client?.isRunning()) {
      const answer = await vscode.window.showWarningMessage("newslint is not running.", "Restart", "Show the log");
      if (answer === "Restart") await this.restart();
      if (answer === "Show the log") this.#log.show();
      return false;
    }
    try {
      await this.client.sendRequest(ExecuteCommandRequest.type, { command, arguments: values });
      return true;
    } catch (error) {
      this.#log.error(`${command}: ${message(error)}`);
      void vscode.window.showErrorMessage(`newslint: ${message(error)}`);
      return false;
    }
  }

  /**
   * @param {() => Promise<void>} action
   * @returns {Promise<void>}
   */
  #next(action) {
    this.#last = this.#last.then(action).catch((error) => this.#log.error(message(error)));
    return this.#last;
  }

  async #start() {
    if (!settings().get("enable")) {
      this.#status.set("off", "turned off by the setting newslint.enable");
      return;
    }
    this.#status.set("starting", "starting");
    try {
      this.program = await find(settings().get("path", ""), {
        environment: process.env,
        platform: process.platform,
        home: os.homedir(),
        folder: firstFolder(),
      });
    } catch (error) {
      if (!(error instanceof NotFound)) throw error;
      this.#log.error(error.message);
      this.#status.set("error", error.message);
      void this.#tellHowToInstall(error.message);
      return;
    }
    this.#log.info(`newslint ${this.program.version}: ${this.program.path}`);
    const client = this.#newClient(this.program.path);
    this.client = client;
    client.onDidChangeState(({ newState }) => this.#stateChanged(client, newState));
    try {
      await client.start();
    } catch (error) {
      this.#log.error(message(error));
      this.#status.set("error", `cannot be started: ${message(error)}`);
    }
  }

  async #stop() {
    const client = this.client;
    if (client === undefined) return;
    this.#stopping = true;
    this.client = undefined;
    this.program = undefined;
    try {
      await client.dispose();
    } catch (error) {
      // It has crashed or hangs; the client has ended the process.
      this.#log.warn(message(error));
    } finally {
      this.#stopping = false;
      this.#status.set("stopped", "stopped");
    }
  }

  /**
   * @param {LanguageClient} client
   * @param {State} state
   */
  #stateChanged(client, state) {
    if (client !== this.client || this.#stopping) return;
    if (state === State.Running) this.#status.set("running", `${this.program?.version} is running\n${this.program?.path}`);
    else if (state === State.Starting) this.#status.set("starting", "starting");
    // The client starts a crashed server anew, unless that happens too often.
    else if (state === State.Stopped || state === State.StartFailed) this.#status.set("error", "the server has crashed");
  }

  /**
   * @param {string} program
   * @returns {LanguageClient}
   */
  #newClient(program) {
    const collection = new OneCollection();
    const serverOptions = { command: program, args: ["lsp"], options: { cwd: firstFolder() } };
    return new LanguageClient("newslint", "newslint", serverOptions, {
      documentSelector: DOCUMENTS.map(asFilter),
      outputChannel: this.#log,
      initializationOptions: settingsForServer,
      diagnosticCollectionProvider: collection,
      diagnosticPullOptions: {
        onChange: true,
        onSave: true,
        filter: (_document, mode) => mode === "onType" && settings().get("run") === "onSave",
      },
      middleware: {
        didClose: async (document, next) => {
          await next(document);
          collection.forget(document.uri);
        },
        executeCommand,
        workspace: {
          configuration: (params) => params.items.map(({ section }) => (section === "newslint" ? settingsForServer() : null)),
        },
      },
    });
  }

  /** @param {string} problem */
  async #tellHowToInstall(problem) {
    const answer = await vscode.window.showErrorMessage(problem, "Open settings", "How to install");
    if (answer === "Open settings") await vscode.commands.executeCommand("workbench.action.openSettings", "newslint.path");
    if (answer === "How to install") {
      // The name that vsce gives README.md in the package.
      const readme = vscode.Uri.joinPath(this.#extension, "readme.md").with({ fragment: "install" });
      await vscode.commands.executeCommand("markdown.showPreview", readme);
    }
  }
}

/**
 * A finding is ignored for a reason, which the server writes beside it into lint.toml.
 *
 * @type {NonNullable<Middleware["executeCommand"]>}
 */
async function executeCommand(command, values, next) {
  if (command !== "newslint.ignore" || values[0]?.reason !== undefined) return next(command, values);
  const reason = await vscode.window.showInputBox({
    title: "Ignore this finding",
    prompt: "Why is the text right as it is? The reason is written into lint.toml.",
    placeHolder: "Such as: quoted from a placard",
    ignoreFocusOut: true,
  });
  if (reason === undefined || reason.trim() === "") return undefined;
  return next(command, [{ ...values[0], reason: reason.trim() }]);
}

/**
 * @param {DocumentFilter} filter
 * @returns {TextDocumentFilter}
 */
function asFilter({ scheme, pattern, language }) {
  return pattern === undefined ? { scheme, language: language ?? "*" } : { scheme, pattern };
}

/**
 * @param {unknown} error
 * @returns {string}
 */
function message(error) {
  return error instanceof Error ? error.message : String(error);
}
