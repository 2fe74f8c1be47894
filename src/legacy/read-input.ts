import { promises } from "node:fs";
import type { Readable } from "node:stream";

/** Reads a stream to its end. Throws the signal's reason. */
export async function readInput(stream: Readable, signal: AbortSignal): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  // A stream does not end by itself when the person does: destroying it ends the loop.
  const stop = (): void => void stream.destroy();
  signal.addEventListener("abort", stop, { once: true });
  try {
    signal.throwIfAborted();
    for await (const chunk of stream) chunks.push(chunk);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener("abort", stop);
  }
  signal.throwIfAborted();
  return Buffer.concat(chunks);
}

/** Reads a file, or what comes out of a pipe of that name. Throws the system's error, or the signal's reason. */
export async function readInputFile(file: string, signal: AbortSignal): Promise<Uint8Array> {
  try {
    return await promises.readFile(file, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
