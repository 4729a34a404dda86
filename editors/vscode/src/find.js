// Finds the newslint program: where the setting says, on PATH, or where cargo installs programs.

import { execFile } from "node:child_process";
import { statSync } from "node:fs";
import path from "node:path";

/** Milliseconds that the program may take to tell its version; a slow disk takes one or two seconds. */
const MOST_MILLISECONDS = 10_000;

/**
 * @typedef {object} Surroundings What the search depends on, beside the setting.
 * @property {NodeJS.ProcessEnv} environment
 * @property {NodeJS.Platform} platform
 * @property {string} home The user's home folder.
 * @property {string | undefined} folder The first folder of the workspace.
 */

/**
 * @typedef {object} Program
 * @property {string} path Absolute.
 * @property {string} version Such as `0.1.0`.
 */

/** There is no newslint program, or it does not answer. The message says so to the user. */
export class NotFound extends Error {}

/**
 * The paths where the program may lie, best first.
 *
 * @param {string} setting The value of `newslint.path`; may be empty.
 * @param {Surroundings} surroundings
 * @returns {string[]} Absolute paths.
 */
export function candidates(setting, { environment, platform, home, folder }) {
  const places = platform === "win32" ? path.win32 : path.posix;
  if (setting.trim() !== "") {
    const expanded = setting
      .trim()
      .replace(/^~(?=$|[\\/])/, () => home)
      .replaceAll("${userHome}", () => home)
      .replaceAll("${workspaceFolder}", () => folder ?? "");
    return [places.resolve(folder ?? home, expanded)];
  }
  const name = platform === "win32" ? "newslint.exe" : "newslint";
  const searched = environment.PATH ?? environment.Path ?? "";
  // Relative folders would let the workspace choose which program runs.
  const folders = searched.split(places.delimiter).filter((entry) => places.isAbsolute(entry));
  folders.push(places.join(environment.CARGO_HOME || places.join(home, ".cargo"), "bin"));
  return [...new Set(folders.map((entry) => places.join(entry, name)))];
}

/**
 * The first program among the candidates that tells its version.
 *
 * @param {string} setting The value of `newslint.path`; may be empty.
 * @param {Surroundings} surroundings
 * @returns {Promise<Program>}
 * @throws {NotFound}
 */
export async function find(setting, surroundings) {
  const problems = [];
  for (const candidate of candidates(setting, surroundings)) {
    if (!statSync(candidate, { throwIfNoEntry: false })?.isFile()) continue;
    try {
      return { path: candidate, version: await version(candidate) };
    } catch (error) {
      problems.push(`${candidate} ${/** @type {Error} */ (error).message}`);
    }
  }
  if (problems.length > 0) throw new NotFound(`The newslint program does not work: ${problems.join("; ")}.`);
  if (setting.trim() !== "") {
    const [wanted] = candidates(setting, surroundings);
    throw new NotFound(`There is no newslint program at ${wanted}, where the setting newslint.path points to.`);
  }
  throw new NotFound("The newslint program was found neither on PATH nor in ~/.cargo/bin.");
}

/**
 * Asks a program for its version.
 *
 * @param {string} program
 * @returns {Promise<string>}
 */
function version(program) {
  return new Promise((resolve, reject) => {
    execFile(program, ["--version"], { timeout: MOST_MILLISECONDS, windowsHide: true }, (error, output) => {
      const found = /^newslint (\d+\.\d+\.\d+\S*)\s*$/.exec(output);
      if (error?.killed) reject(new Error(`does not answer within ${MOST_MILLISECONDS / 1000} s`));
      else if (error !== null) reject(new Error(`does not run (${error.message.trim()})`));
      else if (found === null) reject(new Error("is not newslint: it tells no version of it"));
      else resolve(found[1]);
    });
  });
}
