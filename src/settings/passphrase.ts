import { Sensitive } from "../core/sensitive.js";
import { CofferError } from "../errors.js";
import type { Lookup } from "./lookup.js";
import { readFileBytes } from "./read-bytes.js";

const LF = 0x0a;
const MAX_BYTES = 4096;

/**
 * The passphrase, from `COFFER_PASSPHRASE`, or from the file that `COFFER_PASSPHRASE_FILE` names (without one line end); else what `ask` gives.
 * Throws `USAGE` where it is empty.
 */
export async function findPassphrase(world: Lookup["world"], ask: () => Promise<Uint8Array>): Promise<Sensitive> {
  const passphrase = (await findGiven(world)) ?? (await ask());
  if (passphrase.byteLength > 0) return Sensitive.from(passphrase);
  throw new CofferError("USAGE", "the passphrase is empty");
}

/** `USAGE`, for who has nobody to ask. */
export function noPassphrase(why: string): CofferError {
  return new CofferError("USAGE", `a passphrase is needed, and ${why}`, {
    hint: "set COFFER_PASSPHRASE_FILE to a file that holds it, or COFFER_PASSPHRASE",
  });
}

async function findGiven({ env, signal }: Lookup["world"]): Promise<Uint8Array | null> {
  const { COFFER_PASSPHRASE: words, COFFER_PASSPHRASE_FILE: file } = env;
  if (words) return Buffer.from(words, "utf8");
  return file ? withoutEnd(await readFileBytes(file, MAX_BYTES, signal)) : null;
}

function withoutEnd(bytes: Uint8Array): Uint8Array {
  return bytes.at(-1) === LF ? bytes.subarray(0, -1) : bytes;
}
