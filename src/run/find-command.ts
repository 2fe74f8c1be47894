import { accessSync, closeSync, constants, openSync, readSync, statSync } from "node:fs";
import { delimiter, extname, isAbsolute, resolve } from "node:path";
import { CofferError } from "../errors.js";
import { EXIT_NOT_EXECUTABLE, EXIT_NOT_FOUND, type NotStarted } from "./outcome.js";

/** Where to look: `path` is the PATH variable, undefined if there is none. */
export interface Where {
  readonly path: string | undefined;
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
}

export interface Found {
  readonly kind: "found";
  /** Absolute. */
  readonly file: string;
}

// What execvp takes when there is no PATH (confstr _CS_PATH).
const DEFAULT_PATH = "/bin:/usr/bin";
// Windows takes a name without extension for each of these; PATHEXT could add interpreters, which we would refuse
// anyway.
const WINDOWS_EXTENSIONS = [".com", ".exe", ".bat", ".cmd"];
const HEAD_BYTES = 256;

type State = "absent" | "blocked" | "folder" | "runnable";

/**
 * Finds the file that a command means, as execvp does: a name with a slash is a path from `cwd`; any other is looked
 * for in each folder of PATH, past what may not be run. Unlike execvp it gives no script without `#!` to a shell, and
 * unlike Windows it does not look into the working folder first.
 */
export function findCommand(command: string, where: Where): Found | NotStarted {
  let best: State = "absent";
  for (const file of candidates(command, where)) {
    const state = look(file, where.platform);
    if (state === "runnable") return refusal(command, file, where.platform) ?? { kind: "found", file };
    if (best === "absent") best = state;
  }
  if (best === "folder") return notExecutable(command, "it is no file but a folder or the like");
  if (best === "blocked")
    return notExecutable(command, "it may not be executed", "see its permissions: `ls -l`, `chmod +x`");
  return notFound(command);
}

export function notExecutable(command: string, why: string, hint?: string): NotStarted {
  const options = hint === undefined ? {} : { hint };
  const error = new CofferError("FAILED", `cannot run ${JSON.stringify(command)}: ${why}`, options);
  return { kind: "not-executable", code: EXIT_NOT_EXECUTABLE, error };
}

function notFound(command: string): NotStarted {
  const error = new CofferError("NOT_FOUND", `no command ${JSON.stringify(command)}`, {
    hint: "check its spelling and PATH; shell syntax needs a shell: `sh -c '…'`",
  });
  return { kind: "not-found", code: EXIT_NOT_FOUND, error };
}

function candidates(command: string, { path, cwd, platform }: Where): string[] {
  if (command === "") return [];
  const names = platform === "win32" ? withExtensions(command) : [command];
  const isPath = command.includes("/") || (platform === "win32" && (command.includes("\\") || isAbsolute(command)));
  // An empty part of PATH means the working folder: `resolve` sees to that.
  const folders = isPath ? [""] : (path ?? DEFAULT_PATH).split(delimiter);
  return folders.flatMap((folder) => names.map((name) => resolve(cwd, folder, name)));
}

function withExtensions(command: string): string[] {
  const extended = WINDOWS_EXTENSIONS.map((extension) => command + extension);
  return extname(command) === "" ? extended : [command, ...extended];
}

function look(file: string, platform: NodeJS.Platform): State {
  try {
    const stats = statSync(file);
    if (!stats.isFile()) return "folder";
    if (platform !== "win32") accessSync(file, constants.X_OK);
    return "runnable";
  } catch (error) {
    // A folder on the way that may not be entered counts as well: there may be a file.
    return error instanceof Error && "code" in error && error.code === "EACCES" ? "blocked" : "absent";
  }
}

function refusal(command: string, file: string, platform: NodeJS.Platform): NotStarted | null {
  if (platform === "win32") {
    // cmd.exe would read the arguments once more, by its own rules:
    // https://nodejs.org/en/blog/vulnerability/april-2024-security-releases-2
    if (!/\.(bat|cmd)$/i.test(file)) return null;
    return notExecutable(
      command,
      "it is a batch file, which only cmd.exe could run",
      "run it as `cmd /c …` if its arguments are safe there",
    );
  }
  if (!isScriptWithoutInterpreter(file)) return null;
  return notExecutable(
    command,
    "it is a text without `#!` in its first line",
    "add such a line, or run it as `sh FILE`",
  );
}

// The kernel refuses such a file (ENOEXEC), and the C library under Node then quietly runs /bin/sh on it. Programs
// have NUL bytes in their first header; what cannot be read is no script, since its interpreter could not read it
// either.
function isScriptWithoutInterpreter(file: string): boolean {
  const head = readHead(file);
  return head !== null && !head.includes(0) && head.subarray(0, 2).toString("latin1") !== "#!";
}

/** The first 256 bytes of a file, as far as it has them; null if it cannot be read. */
export function readHead(file: string): Buffer | null {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, "r");
    const head = Buffer.alloc(HEAD_BYTES);
    return head.subarray(0, readSync(descriptor, head, 0, HEAD_BYTES, 0));
  } catch {
    return null;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
