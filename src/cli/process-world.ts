import { fstatSync, writeSync } from "node:fs";
import { CofferError } from "../errors.js";
import { isTerminal } from "../run/terminal.js";
import type { Input, Output, World } from "../world.js";
import { openStandardOutput } from "./output/standard-output.js";

const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * The world of a real process. A second signal to stop ends it at once. What few commands use is looked at or loaded when it is asked for.
 */
export function openProcessWorld(): World {
  const stop = new AbortController();
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stop.signal.aborted) endAtOnce(signal, onSignal);
    else stop.abort(new CofferError("INTERRUPTED", `stopped by ${signal}`));
  };
  for (const signal of STOP_SIGNALS) process.on(signal, onSignal);
  return {
    stdin: processInput(),
    stdout: openStandardOutput(),
    stderr: talkOutput(),
    env: process.env,
    platform: process.platform,
    now: () => new Date(),
    author: findAuthor,
    signal: stop.signal,
    releaseSignals: () => {
      for (const signal of STOP_SIGNALS) process.off(signal, onSignal);
    },
  };
}

/** By the signal itself: `process.exit` would wait for a call of the system that does not come back, such as a keychain's dialog. */
function endAtOnce(signal: NodeJS.Signals, listener: NodeJS.SignalsListener): void {
  process.off(signal, listener);
  process.kill(process.pid, signal);
}

function processInput(): Input {
  return {
    get kind() {
      return inputKind();
    },
    get stream() {
      return process.stdin;
    },
  };
}

function inputKind(): Input["kind"] {
  if (isTerminal(0)) return "terminal";
  try {
    const stats = fstatSync(0);
    return stats.isFIFO() || stats.isFile() || stats.isSocket() ? "stream" : "none";
  } catch {
    return "none"; // No descriptor 0 at all.
  }
}

/** Talk that nobody can hear changes nothing. */
function talkOutput(): Output {
  return {
    get isTerminal() {
      return isTerminal(2);
    },
    write: async (data) => {
      try {
        const bytes = Buffer.from(data);
        for (let at = 0; at < bytes.byteLength; ) at += writeSync(2, bytes, at);
      } catch {
        // Closed, full, or nobody there.
      }
    },
  };
}

function findAuthor(): string | undefined {
  const { hostname, userInfo } = process.getBuiltinModule("node:os");
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return undefined; // A container's user id need not have a name.
  }
}
