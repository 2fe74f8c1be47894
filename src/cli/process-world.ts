import { fstatSync, writeSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { isatty, type WriteStream } from "node:tty";
import { CofferError } from "../errors.js";
import { type Input, type Output, OutputClosed, type World } from "./world.js";

const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * The world of a real process. A second signal to stop ends it at once.
 *
 * Node's stream for stdout is made when it is first used and not before: it sets a pipe to non-blocking, for every process that shares it.
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
    stdout: dataOutput(),
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
    kind: inputKind(),
    get stream() {
      return process.stdin;
    },
  };
}

function inputKind(): Input["kind"] {
  if (isatty(0)) return "terminal";
  try {
    const stats = fstatSync(0);
    return stats.isFIFO() || stats.isFile() || stats.isSocket() ? "stream" : "none";
  } catch {
    return "none"; // No descriptor 0 at all.
  }
}

function dataOutput(): Output {
  let stream: WriteStream | undefined;
  return {
    isTerminal: isatty(1),
    write: (data) => {
      stream ??= openStdout();
      return handOver(stream, data);
    },
  };
}

function openStdout(): WriteStream {
  const { stdout } = process;
  // Without a listener a closed pipe would be an uncaught exception; each write reports its own error.
  stdout.on("error", () => {});
  return stdout;
}

function handOver(stream: WriteStream, data: Uint8Array | string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(data, (error) => (error == null ? resolve() : reject(outputError(error))));
  });
}

function outputError(error: NodeJS.ErrnoException): Error {
  const closed = error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED";
  if (closed) return new OutputClosed("nobody reads the output");
  return new CofferError("FAILED", `cannot write to stdout: ${error.code ?? "unknown"}`, { cause: error });
}

/** Talk that nobody can hear changes nothing. */
function talkOutput(): Output {
  return {
    isTerminal: isatty(2),
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
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return undefined; // A container's user id need not have a name.
  }
}
