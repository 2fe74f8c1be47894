/**
 * What a failure looks like from outside. What we know is told in two lines: what happened to what, and what to do next. Anything
 * else is a bug of ours: where it happened, without its message, which may repeat what it was working on.
 */

import { printable, renderJson } from "./core/printable.js";
import { CofferError, type ErrorCode, isCofferError } from "./errors.js";

const EXIT_CODES: Readonly<Record<ErrorCode, number>> = {
  FAILED: 1,
  INVALID: 1,
  PARTIAL: 1,
  USAGE: 2,
  UNSUPPORTED: 2,
  NOT_FOUND: 3,
  CONFLICT: 4,
  ACCESS_DENIED: 5,
  CONTEXT: 5,
  INTEGRITY: 6,
  ROLLBACK: 6,
  UNREACHABLE: 7,
  OUTCOME_UNKNOWN: 8,
  INTERRUPTED: 130,
};

/** The exit code for a failure, known or not. */
export function exitCodeOf(error: unknown): number {
  const known = asKnown(error);
  return known === null ? 1 : EXIT_CODES[known.code];
}

/** What stderr says about a failure: two lines, or with `json` one. */
export function renderFailure(
  error: unknown,
  options: { json?: boolean; verbose?: boolean; color?: boolean } = {},
): string {
  const known = asKnown(error);
  const { code, message, hint = null } = known ?? unexpected(error);
  const trace = known === null ? traceOf(error) : [];
  if (options.json === true) {
    return renderJson({ error: { code, message, hint, ...(trace.length === 0 ? {} : { trace }) } });
  }
  const paint = (sgr: number, word: string): string =>
    options.color === true ? `\u001b[${sgr}m${word}\u001b[0m` : word;
  return [
    `coffer: ${paint(31, "error:")} ${printable(message)}`,
    ...(hint === null ? [] : [`coffer: ${paint(36, "hint:")} ${printable(hint)}`]),
    ...(options.verbose === true ? causesOf(known).map((line) => `coffer: ${printable(line)}`) : []),
    ...trace.map(printable),
    "",
  ].join("\n");
}

/** Failures of the operating system are known too: their messages hold a call and a path, never what was in it. */
function asKnown(
  error: unknown,
): { code: ErrorCode; message: string; hint?: string | undefined; cause?: unknown } | null {
  if (isCofferError(error)) return error;
  if (!isSystemError(error)) return null;
  return new CofferError("FAILED", `${describe(error.code)}${error.path === undefined ? "" : `: ${error.path}`}`, {
    cause: error,
  });
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error && "code" in error && typeof error.code === "string";
}

function describe(code: string | undefined): string {
  switch (code) {
    case "EACCES":
    case "EPERM":
      return "the system does not permit it";
    case "ENOSPC":
    case "EDQUOT":
      return "no space left";
    case "EROFS":
      return "the disk is read-only";
    case "ENOENT":
      return "no such file or folder";
    default:
      return `the system refuses with ${code}`;
  }
}

function unexpected(error: unknown): { code: ErrorCode; message: string; hint: string | null } {
  const name = error instanceof Error ? error.name : typeof error;
  return {
    code: "FAILED",
    message: `an unexpected ${name}: this is a mistake in Coffer`,
    hint: "please report it with the lines below; they hold no values",
  };
}

/** Where it happened: the frames of the stack, and nothing of the message before them. */
function traceOf(error: unknown): string[] {
  if (!(error instanceof Error) || error.stack === undefined) return [];
  return error.stack.split("\n").filter((line) => /^ {4}at /.test(line));
}

function causesOf(known: { cause?: unknown } | null): string[] {
  const lines: string[] = [];
  for (let cause = known?.cause; cause instanceof Error && lines.length < 8; cause = cause.cause) {
    const code = "code" in cause && typeof cause.code === "string" ? ` ${cause.code}` : "";
    lines.push(`caused by: ${cause.name}${code}`);
  }
  return lines;
}
