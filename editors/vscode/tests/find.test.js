// Where the newslint program is looked for, and what is told when it is not there.

import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { candidates, find, NotFound } from "../src/find.js";

const base = mkdtempSync(path.join(os.tmpdir(), "newslint-find-"));
after(() => rmSync(base, { recursive: true }));

/** @type {import("../src/find.js").Surroundings} */
const linux = { environment: { PATH: "/usr/bin:/opt/bin" }, platform: "linux", home: "/home/ida", folder: "/home/ida/articles" };

/**
 * Makes a program in a folder of its own, and gives that folder.
 *
 * @param {string} name
 * @param {string} script
 */
function program(name, script) {
  const folder = path.join(base, name);
  mkdirSync(folder);
  writeFileSync(path.join(folder, "newslint"), `#!/bin/sh\n${script}\n`);
  chmodSync(path.join(folder, "newslint"), 0o755);
  return folder;
}

/**
 * @param {string[]} folders
 * @returns {import("../src/find.js").Surroundings}
 */
function searching(...folders) {
  return { ...linux, environment: { PATH: folders.join(":") }, home: path.join(base, "nobody") };
}

test("without a setting PATH is searched, then cargo's folder", () => {
  assert.deepEqual(candidates("", linux), ["/usr/bin/newslint", "/opt/bin/newslint", "/home/ida/.cargo/bin/newslint"]);
  const elsewhere = { ...linux, environment: { PATH: "/usr/bin", CARGO_HOME: "/cargo" } };
  assert.deepEqual(candidates("  ", elsewhere), ["/usr/bin/newslint", "/cargo/bin/newslint"]);
  assert.deepEqual(candidates("", { ...linux, environment: {} }), ["/home/ida/.cargo/bin/newslint"]);
});

test("relative folders and repetitions on PATH are passed over", () => {
  const odd = { ...linux, environment: { PATH: ".::bin:/usr/bin:/usr/bin/:/home/ida/.cargo/bin" } };
  assert.deepEqual(candidates("", odd), ["/usr/bin/newslint", "/home/ida/.cargo/bin/newslint"]);
});

test("on Windows the program ends in .exe and PATH may be called Path", () => {
  const environment = { Path: "C:\\tools;tools;D:\\bin" };
  const windows = { ...linux, environment, platform: /** @type {const} */ ("win32"), home: "C:\\Users\\ida" };
  const places = ["C:\\tools\\newslint.exe", "D:\\bin\\newslint.exe", "C:\\Users\\ida\\.cargo\\bin\\newslint.exe"];
  assert.deepEqual(candidates("", windows), places);
});

test("the setting is the only place, and is expanded", () => {
  assert.deepEqual(candidates("/opt/newslint", linux), ["/opt/newslint"]);
  assert.deepEqual(candidates("~/bin/newslint", linux), ["/home/ida/bin/newslint"]);
  assert.deepEqual(candidates("${workspaceFolder}/newslint", linux), ["/home/ida/articles/newslint"]);
  assert.deepEqual(candidates("tools/newslint", linux), ["/home/ida/articles/tools/newslint"]);
  assert.deepEqual(candidates("tools/newslint", { ...linux, folder: undefined }), ["/home/ida/tools/newslint"]);
  assert.deepEqual(candidates("/opt/~/newslint", linux), ["/opt/~/newslint"]);
});

test("the first program that tells its version is taken", async () => {
  const broken = program("broken", "exit 3");
  const other = program("other", "echo something else 1.0.0");
  const right = program("right", "echo newslint 1.2.3-beta.1");
  assert.deepEqual(await find("", searching(path.join(base, "absent"), broken, other, right)), {
    path: path.join(right, "newslint"),
    version: "1.2.3-beta.1",
  });
});

test("the message says what is wrong", async () => {
  const broken = program("broken-alone", "exit 3");
  const other = program("other-alone", "echo rustc 1.90.0");
  /** @type {(message: RegExp) => (error: unknown) => boolean} */
  const says = (message) => (error) => error instanceof NotFound && message.test(error.message);
  await assert.rejects(find("", searching(base)), says(/found neither on PATH nor in ~\/\.cargo\/bin/));
  await assert.rejects(find("", searching(broken)), says(/broken-alone\/newslint does not run/));
  await assert.rejects(find("", searching(other)), says(/other-alone\/newslint is not newslint/));
  await assert.rejects(find("~/gone", linux), says(/at \/home\/ida\/gone, where the setting newslint\.path points to/));
  await assert.rejects(find(base, linux), says(/where the setting newslint\.path points to/));
});
