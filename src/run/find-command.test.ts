import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findCommand } from "./find-command.js";

let root: string;

function file(path: string, mode: number, text = "#!/bin/sh\n"): void {
  mkdirSync(join(root, path, ".."), { recursive: true });
  writeFileSync(join(root, path), text);
  chmodSync(join(root, path), mode);
}

/** The path found, below the root, or the exit code and what was said. */
function find(command: string, ...folders: string[]): string {
  const path = folders.map((folder) => (folder === "" ? "" : join(root, folder))).join(delimiter);
  const found = findCommand(command, { path, cwd: root, platform: "linux" });
  return found.kind === "found" ? found.file.replace(root, "") : `${found.code} ${found.error.message}`;
}

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "coffer-find-"));
  file("one/tool", 0o755);
  file("two/tool", 0o755);
  file("two/other", 0o755);
  file("plain/other", 0o644);
  file("here", 0o755);
  file("text", 0o755, "echo hello\n");
  file("empty", 0o755, "");
  file("binary", 0o755, "\x7fELF\x02\x01\x01\0");
  symlinkSync("nowhere", join(root, "dangling"));
  mkdirSync(join(root, "one/folder"));
});

afterAll(() => rmSync(root, { recursive: true }));

describe("findCommand", () => {
  it("takes the first in PATH that may be run", () => {
    expect([find("tool", "one", "two"), find("tool", "missing", "here", "two", "one")]).toEqual([
      "/one/tool",
      "/two/tool",
    ]);
  });

  it("goes past a file that may not be executed", () => {
    expect(find("other", "plain", "two")).toBe("/two/other");
  });

  it("takes a name with a slash as a path from the working folder", () => {
    expect([find("./here"), find("one/tool", "two")]).toEqual(["/here", "/one/tool"]);
  });

  it("takes an empty part of PATH as the working folder", () => {
    expect([find("here", "one", ""), find("here", "one")]).toEqual(["/here", '127 no command "here"']);
  });

  it("looks into the system's folders when there is no PATH", () => {
    const found = findCommand("sh", { path: undefined, cwd: root, platform: "linux" });
    expect(found).toMatchObject({ kind: "found", file: expect.stringMatching(/bin\/sh$/) });
  });

  it.each([
    ["", '127 no command ""'],
    ["nothing", '127 no command "nothing"'],
    ["./nothing", '127 no command "./nothing"'],
    ["./dangling", '127 no command "./dangling"'],
    ["here/below", '127 no command "here/below"'],
    ["other", '126 cannot run "other": it may not be executed'],
    ["plain/other", '126 cannot run "plain/other": it may not be executed'],
    ["folder", '126 cannot run "folder": it is no file but a folder or the like'],
    ["./text", '126 cannot run "./text": it is a text without `#!` in its first line'],
    ["./empty", '126 cannot run "./empty": it is a text without `#!` in its first line'],
    ["./binary", "/binary"],
  ])("answers %j with %s", (command, answer) => {
    expect(find(command, "one", "plain")).toBe(answer);
  });
});

describe("findCommand on Windows", () => {
  it("adds the extensions of programs, and refuses batch files", () => {
    file("win/node.exe", 0o644, "MZ\0");
    file("win/npm.cmd", 0o644, "@echo off");
    const at = { path: join(root, "win"), cwd: root, platform: "win32" } as const;
    expect(findCommand("node", at)).toEqual({ kind: "found", file: join(root, "win/node.exe") });
    expect(findCommand("node.exe", at)).toEqual({ kind: "found", file: join(root, "win/node.exe") });
    expect(findCommand("npm", at)).toMatchObject({
      code: 126,
      error: { message: expect.stringContaining("batch file") },
    });
  });
});
