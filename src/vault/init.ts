import { encodeBase64url } from "../core/bytes.js";
import type { Call } from "../core/call.js";
import { randomBytes } from "../core/ciphers.js";
import { encodeStoreRecord, STORE_RECORD_KEY } from "../core/documents/store-record.js";
import type { Random } from "../core/sealing.js";
import { CofferError } from "../errors.js";
import type { ObjectStore } from "../objects/object-store.js";
import { probeCompareAndSet } from "../objects/probe.js";
import { readStoreId } from "./heads/load-head.js";

/**
 * Makes a store in storage that exists, after seeing that it honours conditions. Where there is one already, it says which, and changes
 * nothing. Throws `UNSUPPORTED` for storage that ignores conditions.
 */
export async function initVault(
  objects: ObjectStore,
  options: Call & { random?: Random } = {},
): Promise<{ store: string; created: boolean }> {
  const { random = randomBytes, ...call } = options;
  const existing = await readStoreId({ objects }, call);
  if (existing !== null) return { store: existing, created: false };
  await probeCompareAndSet(objects);
  const store = encodeBase64url(random(16));
  const answer = await objects.put(STORE_RECORD_KEY, encodeStoreRecord(store), { absent: true }, call);
  if (answer !== "refused") return { store, created: true };
  // Somebody else made it at the same moment: theirs counts.
  const theirs = await readStoreId({ objects }, call);
  if (theirs === null)
    throw new CofferError("FAILED", `${objects.url} refuses to keep ${STORE_RECORD_KEY}, and has none`);
  return { store: theirs, created: false };
}
