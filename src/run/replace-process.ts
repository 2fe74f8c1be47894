import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { CofferError } from "../errors.js";
import { findCommand, notExecutable, readHead } from "./find-command.js";
import type { NotStarted } from "./outcome.js";
import { isTerminal } from "./terminal.js";

export interface ReplaceOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

type Execve = (file: string, args: readonly string[], env: Readonly<Record<string, string>>) => void;

// What every Linux grants to arguments and environment together, whatever its limits are (execve(2), ARG_MAX), less a
// page for what the kernel adds. macOS grants more.
const SAFE_BYTES = 128 * 1024 - 4096;
// Node ignores these, and what is ignored stays so in the program: `cmd | head` would not end it.
const IGNORED_BY_NODE: readonly NodeJS.Signals[] = ["SIGPIPE", "SIGXFSZ"];

/** Throws `UNSUPPORTED` where this process cannot give its place to another program. */
export function assertReplaceable(): void {
  if (findExecve() !== undefined) return;
  throw new CofferError("UNSUPPORTED", `Node ${process.versions.node} cannot put a program in its own place`, {
    hint: "--replace needs Node 22.15 or 23.11 or later, and no Windows; without it coffer waits for the program",
  });
}

/**
 * Gives this process's place to a command: its process id, its stdin, stdout and stderr, nothing else. Returns only
 * when there is no such command, or it is none; else nothing of this process is left, not even to clean up.
 *
 * Throws `UNSUPPORTED` where that cannot be done, `FAILED` when arguments and environment are too long to be sure of.
 * Node aborts (134) when the system itself refuses the file after all: a program for another processor, say.
 */
export function replaceProcess({ command, args, env }: ReplaceOptions): NotStarted {
  assertReplaceable();
  const found = findCommand(command, { path: process.env.PATH, cwd: process.cwd(), platform: process.platform });
  if (found.kind !== "found") return found;
  if (!hasInterpreter(found.file)) return notExecutable(command, "its interpreter cannot be run", "see its first line");
  assertShort(command, args, env);
  unblockTerminal();
  // libuv sets a signal back to what it does by default when its last listener goes.
  for (const signal of IGNORED_BY_NODE) process.on(signal, ignore).off(signal, ignore);
  // Node would print that this is experimental in the next turn of the event loop, which never comes.
  findExecve()?.(found.file, [command, ...args], env);
  throw new Error("the program did not take this process's place");
}

function findExecve(): Execve | undefined {
  // Newer than the oldest Node that is supported, and so than its types.
  const { execve } = process as { execve?: Execve };
  return process.platform === "win32" ? undefined : execve;
}

function ignore(): void {}

/**
 * A prompt leaves the terminal non-blocking, and few programs can read from it then. Node has no fcntl; but it makes
 * blocking what a child inherits (uv_spawn), and that is the same open terminal.
 */
function unblockTerminal(): void {
  if (isTerminal(0)) spawnSync("/bin/sh", ["-c", ":"], { stdio: "inherit", env: {} });
}

function hasInterpreter(file: string): boolean {
  const interpreter = /^#![ \t]*([^\s\0]+)/.exec(readHead(file)?.toString("utf8") ?? "")?.[1];
  if (interpreter === undefined) return true;
  try {
    accessSync(interpreter, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function assertShort(command: string, args: readonly string[], env: ReplaceOptions["env"]): void {
  const strings = [command, ...args, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)];
  if (strings.some((text) => text.includes("\0"))) {
    throw new CofferError("USAGE", `cannot run ${JSON.stringify(command)}: an argument or a variable holds a NUL byte`);
  }
  // Each has a NUL at its end and a pointer to it.
  const bytes = strings.reduce((sum, text) => sum + Buffer.byteLength(text) + 1 + 8, 0);
  if (bytes <= SAFE_BYTES) return;
  throw new CofferError(
    "FAILED",
    `cannot run ${JSON.stringify(command)}: its arguments and environment are too long for --replace (124 KiB)`,
    { hint: "hand over fewer secrets with `--only`, or leave --replace out" },
  );
}
