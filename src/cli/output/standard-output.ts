import { fstatSync, write, writeSync } from "node:fs";
import { CofferError } from "../../errors.js";
import { isNullDevice, isTerminal } from "../../run/terminal.js";
import { type Output, OutputClosed } from "../../world.js";

const STDOUT = 1;

/**
 * Stdout, for data. Node's stream for it is used only where nothing simpler does, as for a terminal: it takes 4 ms to load, and it
 * sets a pipe to non-blocking, for every process that shares it. A file is written as the stream itself would, by a call that returns
 * when all is handed over; a pipe or socket, whose reader may let us wait, off the main thread, which goes on hearing signals.
 */
export function openStandardOutput(): Output {
  return {
    get isTerminal() {
      return isTerminal(STDOUT);
    },
    async write(data) {
      const bytes = typeof data === "string" ? Buffer.from(data, "utf8") : data;
      const rest = bytes.subarray(await writeDirectly(bytes).catch(fail));
      if (rest.byteLength > 0) await writeToStream(rest).catch(fail);
    },
  };
}

/** How many bytes were handed over; the others are for the stream. */
async function writeDirectly(bytes: Uint8Array): Promise<number> {
  const writeSome = findCall();
  if (writeSome === null) return 0;
  let at = 0;
  try {
    while (at < bytes.byteLength) at += await writeSome(bytes, at);
  } catch (error) {
    // Somebody else has set the pipe to non-blocking, and it is full.
    if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) throw error;
  }
  return at;
}

type WriteSome = (bytes: Uint8Array, at: number) => number | Promise<number>;

function findCall(): WriteSome | null {
  // There, what a descriptor is and whether a call on it waits is another matter.
  if (process.platform === "win32") return null;
  const stats = fstatSync(STDOUT);
  if (stats.isFile() || isNullDevice(stats)) return (bytes, at) => writeSync(STDOUT, bytes, at);
  return stats.isFIFO() || stats.isSocket() ? writeOffThread : null;
}

function writeOffThread(bytes: Uint8Array, at: number): Promise<number> {
  return new Promise((resolve, reject) => {
    write(STDOUT, bytes, at, null, null, (error, written) => (error === null ? resolve(written) : reject(error)));
  });
}

function writeToStream(bytes: Uint8Array): Promise<void> {
  const { stdout } = process;
  return new Promise((resolve, reject) => {
    // Without a listener a closed pipe would be an uncaught exception; each write reports its own error.
    if (stdout.listenerCount("error") === 0) stdout.on("error", () => {});
    stdout.write(bytes, (error) => (error == null ? resolve() : reject(error)));
  });
}

function fail(error: NodeJS.ErrnoException): never {
  const closed = error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED";
  if (closed) throw new OutputClosed("nobody reads the output");
  throw new CofferError("FAILED", `cannot write to stdout: ${error.code ?? "unknown"}`, { cause: error });
}
