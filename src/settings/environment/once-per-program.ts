import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { getEnvironmentData, setEnvironmentData } from "node:worker_threads";

const MARK = "coffer/env";

/** True in a worker thread of a program that was filled: it has what its parent gives it. */
export function isFilledAlready(): boolean {
  return getEnvironmentData(MARK) === true;
}

/**
 * Worker threads and what Node forks are given our flags again, but no `COFFER_*`: they would read other settings, and so perhaps other secrets, than
 * their parent, whose environment they have. So a thread is told, and `--import` of this module is taken out of what a fork is given.
 */
export function keepToOnce(moduleUrl: string): void {
  setEnvironmentData(MARK, true);
  const { execArgv } = process;
  for (let at = execArgv.length - 1; at >= 0; at--) {
    const [, joined] = /^--import=(.+)$/s.exec(execArgv[at] ?? "") ?? [];
    const isOwn =
      joined === undefined
        ? execArgv[at] === "--import" && leadsTo(execArgv[at + 1], moduleUrl)
        : leadsTo(joined, moduleUrl);
    if (isOwn) execArgv.splice(at, joined === undefined ? 2 : 1);
  }
}

function leadsTo(specifier: string | undefined, moduleUrl: string): boolean {
  if (specifier === undefined) return false;
  try {
    const isPath = /^(\.{0,2}[/\\]|[A-Za-z]:)/.test(specifier) && !specifier.startsWith("file:");
    const file = isPath ? resolve(specifier) : fileURLToPath(import.meta.resolve(specifier));
    return realpathSync(file) === realpathSync(fileURLToPath(moduleUrl));
  } catch {
    return false;
  }
}
