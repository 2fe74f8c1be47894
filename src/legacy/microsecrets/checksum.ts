import { encodeHex, encodeUtf8 } from "../../core/bytes.js";
import { type Digest, hashWith, isEqualInConstantTime } from "../../core/ciphers.js";
import { CofferError } from "../../errors.js";

/** By the number of hexadecimal digits. */
const DIGESTS: ReadonlyMap<number, Digest> = new Map([
  [40, "sha1"],
  [64, "sha256"],
  [96, "sha384"],
  [128, "sha512"],
]);

/** Throws `INVALID` for a checksum that has the length of none: before anything is asked. */
export function assertChecksumLength(checksum: string): void {
  digestFor(checksum);
}

/**
 * Compares the bytes with a checksum, whose length says which one it is (SHA-1, SHA-256, SHA-384 or SHA-512). Throws `INTEGRITY` where it is another, `INVALID` where its
 * length is none of these.
 */
export function assertChecksum(bytes: Uint8Array, checksum: string, place: string): void {
  const digest = digestFor(checksum);
  const computed = encodeHex(hashWith(digest, bytes));
  if (isEqualInConstantTime(encodeUtf8(computed), encodeUtf8(checksum))) return;
  const isSpelling = checksum.toLowerCase() === computed;
  throw new CofferError("INTEGRITY", `${place} does not match the checksum`, {
    hint: isSpelling
      ? "checksums are written in lower case"
      : `its ${digest} is ${computed}: find out who uploaded it, and whether the checksum is that of this upload`,
  });
}

function digestFor(checksum: string): Digest {
  const digest = DIGESTS.get(checksum.length);
  if (digest !== undefined) return digest;
  throw new CofferError("INVALID", `there is no checksum of ${checksum.length} digits`, {
    hint: "SHA-1 has 40, SHA-256 64, SHA-384 96, SHA-512 128",
  });
}
