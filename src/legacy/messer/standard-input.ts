import type { Readable } from "node:stream";
import { CofferError } from "../../errors.js";
import type { ToolWorld } from "../tool-world.js";

/** No answer is longer. In characters. */
const MOST = 1024;

/** The first line of stdin, without its end. Throws `INVALID` where there is none, and the signal's reason. */
export async function readAnswer({ stdin, signal }: ToolWorld): Promise<string> {
  const text = stdin.kind === "none" ? "" : await readLine(stdin.stream, signal);
  const [line = "", rest] = text.split("\n", 2);
  if (line === "" && rest === undefined) {
    throw new CofferError("INVALID", "nobody answers", { hint: "--no-prompt does not ask" });
  }
  return line.trim();
}

async function readLine(stream: Readable, signal: AbortSignal): Promise<string> {
  // A terminal does not end by itself when the person stops us: destroying the stream ends the loop.
  const stop = (): void => void stream.destroy();
  signal.addEventListener("abort", stop, { once: true });
  let text = "";
  try {
    signal.throwIfAborted();
    for await (const chunk of stream) {
      text += String(chunk);
      if (text.includes("\n") || text.length > MOST) break;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener("abort", stop);
  }
  signal.throwIfAborted();
  return text;
}
