import { decodeUtf8 } from "../../core/bytes.js";
import { CofferError } from "../../errors.js";
import type { World } from "../../world.js";

/** More than any program asks or stores. */
const MAX_BYTES = 1024 * 1024;

/** All that the program says to us, as text. Throws `INVALID` where it is none, or too much. */
export async function readInput({ stdin, signal }: World): Promise<string> {
  if (stdin.kind === "none") return "";
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of stdin.stream) {
    signal.throwIfAborted();
    parts.push(part);
    length += part.byteLength;
    if (length > MAX_BYTES) throw new CofferError("INVALID", `more than ${MAX_BYTES} bytes came in`);
  }
  const text = decodeUtf8(Buffer.concat(parts));
  if (text === null) throw new CofferError("INVALID", "what came in is no text in UTF-8");
  return text;
}

/** What is said as one JSON object whose values are texts. Throws `INVALID`, and repeats nothing of it. */
export function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Its message would show what was said.
  }
  throw new CofferError("INVALID", "what came in is no JSON object");
}
