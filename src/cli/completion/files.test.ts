import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { findFiles, folderOf } from "./files.js";

it("offers what a path may become, folders with a slash", async () => {
  const folder = mkdtempSync(join(tmpdir(), "coffer-files-"));
  mkdirSync(join(folder, "keys"));
  for (const name of ["key.pem", "other", ".kept"]) writeFileSync(join(folder, name), "");
  expect(await findFiles(`${folder}/k`)).toEqual([`${folder}/key.pem`, `${folder}/keys/`]);
  rmSync(folder, { recursive: true });
});

it.each([
  ["linux", "a/b", "a/"],
  ["linux", "a\\b", ""],
  ["darwin", "/b", "/"],
  ["win32", "a\\b", "a\\"],
  ["win32", "C:\\keys/b\\c", "C:\\keys/b\\"],
  ["win32", "a/b", "a/"],
  ["win32", "b", ""],
] as const)("on %s, %j is being typed in the folder %j", (platform, typed, folder) => {
  expect(folderOf(typed, platform)).toBe(folder);
});
