import type { Call } from "../../core/call.js";
import { type ErrorCode, isCofferError } from "../../errors.js";
import type { Surroundings } from "../../open/ground.js";
import { openKeyProvider } from "../../open/key-providers.js";
import { isVault, openStore } from "../../open/open-store.js";
import type { Profile } from "./profile.js";

/** What could be pinned, and of what could not, why. */
export interface Pins {
  readonly pins: Pick<Profile, "store_id" | "key_id">;
  readonly unpinned: readonly string[];
}

/** What is not there yet or out of reach today may be so tomorrow; a URL that means nothing may not. */
const PASSING: readonly ErrorCode[] = ["NOT_FOUND", "ACCESS_DENIED", "UNREACHABLE", "INVALID", "FAILED"];

/** Asks a store and a key who they are. Throws `USAGE` for URLs of no kind that is known. */
export async function readPins(
  urls: { readonly store: string | null; readonly key: string | null },
  options: Call & Surroundings,
): Promise<Pins> {
  const { store, key } = urls;
  const storeId = await attempt("the store's id", store, (url) => readStoreId(url, options));
  const keyId = await attempt("the key's id", key, (url) => readKeyId(url, options));
  return {
    pins: {
      ...(storeId.value === undefined ? {} : { store_id: storeId.value }),
      ...(keyId.value === undefined ? {} : { key_id: keyId.value }),
    },
    unpinned: [storeId, keyId].flatMap(({ reason }) => reason ?? []),
  };
}

async function readStoreId(url: string, { signal, ...around }: Call & Surroundings): Promise<string | null> {
  const store = await openStore({ url, ...around });
  try {
    return isVault(store) ? await store.storeId(signal === undefined ? {} : { signal }) : null;
  } finally {
    await store.close();
  }
}

async function readKeyId(url: string, around: Surroundings): Promise<string> {
  const keys = await openKeyProvider(url, around);
  await keys.close();
  return keys.id;
}

async function attempt(
  what: string,
  url: string | null,
  read: (url: string) => Promise<string | null>,
): Promise<{ value?: string; reason?: string }> {
  if (url === null) return { reason: `${what} is not pinned: there is no home to look in` };
  try {
    const value = await read(url);
    return value === null ? { reason: `${what} is not pinned: there is no store at ${url} yet` } : { value };
  } catch (error) {
    if (!isCofferError(error) || !PASSING.includes(error.code)) throw error;
    return { reason: `${what} is not pinned: ${error.message}` };
  }
}
