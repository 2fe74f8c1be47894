import { decodeUtf8 } from "../core/bytes.js";
import { CofferError } from "../errors.js";

const LF = 0x0a;

/**
 * The text of a file without its byte order mark. Throws `INVALID` with the line of the first byte that is not UTF-8.
 */
export function decodeFile(bytes: Uint8Array, file: string): string {
  const text = decodeUtf8(bytes);
  if (text === null) throw new CofferError("INVALID", `${file}:${firstBadLine(bytes)}: not UTF-8`);
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}

// A line feed is never part of a longer UTF-8 sequence, so each line can be looked at alone.
function firstBadLine(bytes: Uint8Array): number {
  let line = 1;
  let start = 0;
  for (let end = bytes.indexOf(LF); end !== -1; end = bytes.indexOf(LF, start)) {
    if (decodeUtf8(bytes.subarray(start, end)) === null) return line;
    start = end + 1;
    line++;
  }
  return line;
}
