import { encodeUtf8 } from "../../../src/core/bytes.js";
import { sha256 } from "../../../src/core/ciphers.js";
import type { Random } from "../../../src/core/sealing.js";

/** Bytes that look random and are the same each time for one seed: SHA-256 of the seed and a counter. */
export function seeded(seed: string): Random {
  let drawn = 0;
  return (length) => {
    const bytes = Buffer.alloc(length);
    for (let start = 0; start < length; start += 32) {
      bytes.set(sha256(encodeUtf8(`coffer vectors: ${seed}: ${drawn}`)).subarray(0, length - start), start);
      drawn += 1;
    }
    return bytes;
  };
}

/** Milliseconds of the first moment of every vector; each commit is a minute later. */
export const FIRST_MOMENT = Date.UTC(2026, 0, 1);
export const MINUTE = 60_000;
