import { appendFileSync } from "node:fs";
import { printable } from "../../core/printable.js";
import { CofferError } from "../../errors.js";
import type { Request } from "./grammar.js";

/** The levels of Python's logging, and whether a failure is logged at them. */
const LEVELS: Readonly<Record<string, boolean>> = {
  ...{ CRITICAL: false, FATAL: false },
  ...{ ERROR: true, WARN: true, WARNING: true, INFO: true, DEBUG: true, NOTSET: true },
};

/**
 * Where failures are written besides stderr: into the file that was asked for, and without one nowhere. Like stderr it gets no value. Throws `INVALID` for a level or a file
 * that cannot be.
 */
export function openLog(request: Request, now: () => Date): (error: unknown) => void {
  const isLogged = LEVELS[request.option("log-level") ?? "WARNING"];
  if (isLogged === undefined) {
    throw new CofferError("INVALID", "--log-level is no level of logging", {
      hint: `one of ${Object.keys(LEVELS).join(", ")}`,
    });
  }
  const file = request.option("log-file");
  if (file === undefined) return () => {};
  append(file, "");
  return (error) => {
    if (isLogged) append(file, `${timeOf(now())} ERROR ${describe(error)}\n`);
  };
}

function describe(error: unknown): string {
  if (!(error instanceof CofferError)) return "something unexpected";
  return printable(error.hint === undefined ? error.message : `${error.message}; ${error.hint}`);
}

function append(file: string, text: string): void {
  try {
    appendFileSync(file, text);
  } catch (cause) {
    throw new CofferError("INVALID", "the log file cannot be written to", { hint: "leave --log-file out", cause });
  }
}

/** `2026-01-31 10:20:30,456`, in UTC. */
function timeOf(time: Date): string {
  return time.toISOString().slice(0, -1).replace("T", " ").replace(".", ",");
}
