import { fstatSync, write, writeSync } from "node:fs";
import { CofferError } from "../../errors.js";
import { isNullDevice, isTerminal } from "../../run/terminal.js";
import { type Output, OutputClosed } from "../../world.js";

const STDOUT = 1;

type Descriptor = 1 | 2;

/**
 * Stdout, for data; or stderr (2), where a program's own goes there. Node's stream for it is used only where nothing simpler does, as for a terminal: it takes 4 ms to load, and it
 * sets a pipe to non-blocking, for every process that shares it. A file is written as the stream itself would, by a call that returns
 * when all is handed over; a pipe or socket, whose reader may let us wait, off the main thread, which goes on hearing signals.
 */
export function openStandardOutput(descriptor: Descriptor = STDOUT): Output {
  const failed = (error: NodeJS.ErrnoException): never => fail(descriptor, error);
  return {
    get isTerminal() {
      return isTerminal(descriptor);
    },
    async write(data) {
      const bytes = typeof data === "string" ? Buffer.from(data, "utf8") : data;
      const rest = bytes.subarray(await writeDirectly(descriptor, bytes).catch(failed));
      if (rest.byteLength > 0) await writeToStream(descriptor, rest).catch(failed);
    },
  };
}

/** How many bytes were handed over; the others are for the stream. */
async function writeDirectly(descriptor: Descriptor, bytes: Uint8Array): Promise<number> {
  const writeSome = findCall(descriptor);
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

function findCall(descriptor: Descriptor): WriteSome | null {
  // There, what a descriptor is and whether a call on it waits is another matter.
  if (process.platform === "win32") return null;
  const stats = fstatSync(descriptor);
  if (stats.isFile() || isNullDevice(stats)) return (bytes, at) => writeSync(descriptor, bytes, at);
  return stats.isFIFO() || stats.isSocket() ? (bytes, at) => writeOffThread(descriptor, bytes, at) : null;
}

function writeOffThread(descriptor: Descriptor, bytes: Uint8Array, at: number): Promise<number> {
  return new Promise((resolve, reject) => {
    write(descriptor, bytes, at, null, null, (error, written) => (error === null ? resolve(written) : reject(error)));
  });
}

function writeToStream(descriptor: Descriptor, bytes: Uint8Array): Promise<void> {
  const stream = descriptor === STDOUT ? process.stdout : process.stderr;
  return new Promise((resolve, reject) => {
    // Without a listener a closed pipe would be an uncaught exception; each write reports its own error.
    if (stream.listenerCount("error") === 0) stream.on("error", () => {});
    stream.write(bytes, (error) => (error == null ? resolve() : reject(error)));
  });
}

function fail(descriptor: Descriptor, error: NodeJS.ErrnoException): never {
  const closed = error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED";
  if (closed) throw new OutputClosed("nobody reads the output");
  const name = descriptor === STDOUT ? "stdout" : "stderr";
  throw new CofferError("FAILED", `cannot write to ${name}: ${error.code ?? "unknown"}`, { cause: error });
}
