import { encodeHex, encodeUtf8 } from "../core/bytes.js";
import type { Call } from "../core/call.js";
import { randomBytes } from "../core/ciphers.js";
import { CofferError } from "../errors.js";
import type { ObjectStore, PutCondition } from "./object-store.js";

/**
 * Tries out, on a random key below `probe/`, whether the storage really keeps the conditions of `put`: several
 * imitations of S3 ignore one or both, and commits would be lost on them. Leaves nothing behind that it can remove.
 * Throws `UNSUPPORTED` naming the condition that is not kept, and whatever the store itself throws.
 */
export async function probeCompareAndSet(store: ObjectStore, call: Call = {}): Promise<void> {
  const key = `probe/${encodeHex(randomBytes(16))}`;
  let finished = false;
  try {
    await tryConditions(store, key, call);
    finished = true;
  } finally {
    // What went wrong first is what the caller should hear of.
    await store.delete(key, call).catch((error: unknown) => {
      if (finished) throw error;
    });
  }
}

async function tryConditions(store: ObjectStore, key: string, call: Call): Promise<void> {
  const put = (text: string, condition: PutCondition): Promise<{ etag: string } | "refused"> =>
    store.put(key, encodeUtf8(text), condition, call);

  const first = await put("1", { absent: true });
  if (first === "refused") throw unsupported(store, "refuses to create an object where there is none");
  if ((await put("2", { absent: true })) !== "refused") {
    throw unsupported(store, "overwrites an object that was to be created only if absent");
  }
  const second = await put("3", { etag: first.etag });
  if (second === "refused") throw unsupported(store, "refuses to replace an object whose ETag is the expected one");
  // An ETag in this store's own form that is wrong by now: storage that merely checks for some ETag is found out.
  if ((await put("4", { etag: first.etag })) !== "refused") {
    throw unsupported(store, "overwrites an object whose ETag is not the expected one");
  }
  const held = await store.get(key, call);
  if (held === null || held.etag !== second.etag || Buffer.from(held.bytes).toString("latin1") !== "3") {
    throw unsupported(store, "does not give back what was last written");
  }
}

function unsupported(store: ObjectStore, what: string): CofferError {
  return new CofferError("UNSUPPORTED", `the storage at ${store.url} ${what}`, {
    hint: "keep the vault on storage with working conditional writes: Amazon S3, or a folder on a local disk",
  });
}
