import { closeSync, constants, createReadStream, lstatSync, openSync, readFileSync, statSync } from "node:fs";
import type { Readable } from "node:stream";
import { CofferError } from "../errors.js";

/** Reads a file whole, but not more than `limit` bytes. Throws `NOT_FOUND`, `INVALID` for what is too long or no file. */
export async function readFileBytes(file: string, limit: number, signal: AbortSignal): Promise<Uint8Array> {
  // A stream that nobody has begun to read throws its error at the whole process.
  signal.throwIfAborted();
  try {
    return readPlainFile(file, limit) ?? (await readBytes(createReadStream(file), file, limit, signal));
  } catch (error) {
    throw fileError(error, file);
  }
}

/** True where this user can tell that there is such a file; he need not be able to read it. */
export function isSeen(file: string): boolean {
  try {
    return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/** True where there is no such file for sure, not even a link to nowhere. Every command asks this of files that most people do not have. */
export function isMissing(file: string): boolean {
  try {
    return lstatSync(file, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}

/** Reads a stream to its end, but not more than `limit` bytes: then it stops at once and throws `INVALID`. */
export async function readBytes(
  stream: Readable,
  what: string,
  limit: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // A stream does not end by itself when the person does: destroying it ends the loop.
  const stop = (): void => void stream.destroy();
  signal.addEventListener("abort", stop, { once: true });
  try {
    signal.throwIfAborted();
    for await (const chunk of stream) {
      const bytes: Uint8Array = chunk;
      length += bytes.byteLength;
      if (length > limit) throw tooLong(what, limit);
      chunks.push(bytes);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener("abort", stop);
  }
  signal.throwIfAborted();
  return Buffer.concat(chunks);
}

/**
 * A file with something in it, which is there at once: a stream takes 3 ms more, most of it for loading. Null for all else: a pipe may let
 * us wait, and is only looked at here, since to open and close it would end who writes into it.
 */
function readPlainFile(file: string, limit: number): Uint8Array | null {
  const status = statSync(file, { throwIfNoEntry: false });
  if (status?.isFile() !== true || status.size === 0 || status.size > limit) return null;
  // Should it have become a pipe meanwhile, it is not waited for. Windows has no such flag.
  const descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const bytes = readFileSync(descriptor);
    if (bytes.byteLength > limit) throw tooLong(file, limit);
    return bytes;
  } finally {
    closeSync(descriptor);
  }
}

function tooLong(what: string, limit: number): CofferError {
  return new CofferError("INVALID", `${what} is longer than ${limit} bytes`, {
    hint: limit >= 1_048_576 ? `the limit is ${Math.floor(limit / 1_048_576)} MiB` : "is it the right one?",
  });
}

function fileError(error: unknown, file: string): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return new CofferError("NOT_FOUND", `there is no file ${file}`, { cause: error });
    case "EACCES":
    case "EPERM":
      return new CofferError("ACCESS_DENIED", `the file ${file} may not be read`, { cause: error });
    case "EISDIR":
      return new CofferError("INVALID", `${file} is a folder`, { cause: error });
    default:
      return error;
  }
}
