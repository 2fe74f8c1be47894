import type { Call } from "../core/call.js";
import type { SecretStore } from "../core/secret-store.js";
import { CofferError, isCofferError } from "../errors.js";
import type { AskPassphrase } from "../keys/passphrase.js";
import { isForeign } from "../open/foreign-stores.js";
import { isVault, openStore } from "../open/open-store.js";
import { findFolders } from "./folders.js";
import type { Lookup, Tell } from "./lookup.js";
import { findSetting } from "./setting.js";
import {
  findFurtherKeys,
  findKeyUrl,
  findMinimumHead,
  findPinnedKey,
  findPinnedStore,
  findStoreUrl,
  findTimeout,
} from "./settings.js";
import { findSurroundings } from "./surroundings.js";

/** A store that is open for one use. */
export interface Session {
  readonly store: SecretStore;
  /** For one call: it ends when the user's signal says so or the timeout has passed since now. */
  readonly call: () => Call;
}

/** What opening a store takes besides settings. */
export interface Host {
  readonly askPassphrase: AskPassphrase;
  /** Asks for the code that an MFA device of AWS shows. */
  readonly askMfaCode?: (serial: string) => Promise<string>;
  /** Called once, when the store or the key has been waited for for 2 seconds. */
  readonly onSlow?: () => void;
  /** Hears how it is done. */
  readonly explain?: Tell;
  /** `person@machine`, as far as it is known; asked by who writes. */
  readonly author?: () => string | undefined;
  readonly now?: () => Date;
}

/**
 * `key: "unused"` opens a store without its key. `writes`: there must be a store before anything is asked or made; `"blindly"`: who writes can read nothing, so
 * that nothing is looked for. `store`: another one than the settings name, by its URL, and by the same key; what is pinned of theirs says nothing of it.
 */
export interface Use {
  readonly key?: "needed" | "unused";
  readonly writes?: boolean | "blindly";
  readonly store?: string;
}

/**
 * Opens the store that the settings name, lets it be used, and closes it. What is not found because there is no store at all is said so.
 * Throws what `openStore` and the settings throw.
 */
export async function useStore<T>(
  lookup: Lookup,
  host: Host,
  use: (session: Session) => Promise<T>,
  options: Use = {},
): Promise<T> {
  const call = (): Call => callLimit(lookup);
  try {
    const store = await openNamedStore(lookup, host, options);
    try {
      // A request that a store that is known is spared: its first commit, too, looks whether it is still there.
      if (options.writes === true && !(await isKnown(lookup, store))) await assertStoreExists(lookup, store, call());
      if (options.writes === true && store.url.startsWith("s3:")) {
        const { tryOutStorage } = await import("./storage-trial.js");
        await tryOutStorage(lookup, store.url, host.explain, call());
      }
      return await use({ store, call });
    } finally {
      await store.close();
    }
  } catch (error) {
    if (isCofferError(error, "NOT_FOUND") && options.writes !== "blindly")
      await explainNotFound(lookup, host, options, call());
    throw error;
  }
}

/** True where a store was seen at this place before, or is pinned. */
async function isKnown(lookup: Lookup, { url }: SecretStore): Promise<boolean> {
  if (findPinnedStore(lookup) !== undefined) return true;
  const { heads } = findFolders(lookup.world);
  if (heads === null) return false;
  const { openFileMemory } = await import("../vault/heads/file-memory.js");
  return (await openFileMemory(heads).findStore(url)) !== null;
}

/** Throws `NOT_FOUND` where there is no store. */
export async function assertStoreExists({ flags }: Lookup, store: SecretStore, call: Call): Promise<void> {
  if (!isVault(store) || (await store.storeId(call)) !== null) return;
  const isSaid = (name: "profile" | "store" | "key"): boolean => flags.text(name) !== undefined;
  const given = [isSaid("profile") ? ["-p"] : [], isSaid("store") || isSaid("key") ? ["-s", "-k"] : []].flat();
  const same = given.length === 0 ? "" : ` and the same ${given.join(" and ")}`;
  throw new CofferError("NOT_FOUND", `there is no store at ${store.url}`, {
    hint: `make one with \`coffer init\`${same}`,
  });
}

/** What one call may take, for who opens a store by itself. */
export function callLimit(lookup: Lookup): Call {
  const milliseconds = findTimeout(lookup);
  const timer = new AbortController();
  const late = new CofferError("UNREACHABLE", `the store did not answer within ${milliseconds / 1000} s`, {
    hint: "try again, or give it longer with --timeout SECONDS",
  });
  setTimeout(() => timer.abort(late), milliseconds).unref();
  return { signal: AbortSignal.any([lookup.world.signal, timer.signal]) };
}

async function explainNotFound(lookup: Lookup, host: Host, { store: other }: Use, call: Call): Promise<void> {
  const store = await openNamedStore(lookup, host, { key: "unused", ...(other === undefined ? {} : { store: other }) });
  try {
    await assertStoreExists(lookup, store, call);
  } finally {
    await store.close();
  }
}

/** The store that the settings name, for who closes it by himself. Throws what `openStore` and the settings throw. */
export async function openNamedStore(
  lookup: Lookup,
  host: Host,
  { key: use, writes, store: other }: Use = {},
): Promise<SecretStore> {
  const url = other ?? findStoreUrl(lookup);
  const needsKey = use !== "unused";
  const { heads, signers } = findFolders(lookup.world);
  const { aws, ...around } = findSurroundings(lookup);
  const { askMfaCode, onSlow } = host;
  const foreign = isForeign(url);
  if (foreign && other === undefined && lookup.flags.text("key") !== undefined) throw keyInUrl();
  const key = needsKey && !foreign ? findKeyUrl(lookup) : undefined;
  const keyId = needsKey ? findPinnedKey(lookup) : undefined;
  const storeId = other === undefined ? findPinnedStore(lookup) : undefined;
  const minimumHead = other === undefined ? findMinimumHead(lookup) : undefined;
  const alsoWrap = findFurtherKeys(lookup);
  // Asking the system who somebody is takes a while.
  const onlyReads = writes === undefined || writes === false;
  const named = onlyReads ? undefined : findSetting(lookup, "author")?.value;
  const author = onlyReads ? undefined : (named ?? host.author?.());
  const onUnknown = (): void =>
    void host.explain?.("AWS does not say who signs: who works at this machine is the commit's author");
  if (needsKey)
    await host.explain?.(heads === null ? "no home: heads are not remembered" : `heads are remembered in ${heads}`);
  const store = await openStore({
    url,
    ...(key === undefined ? {} : { key }),
    ...(keyId === undefined ? {} : { keyId }),
    alsoWrap,
    askPassphrase: host.askPassphrase,
    ...(heads === null ? {} : { memory: heads }),
    ...around,
    aws: {
      ...aws,
      ...(askMfaCode === undefined ? {} : { askMfaCode }),
      ...(onSlow === undefined ? {} : { onSlow }),
    },
    ...(storeId === undefined ? {} : { storeId }),
    ...(minimumHead === undefined ? {} : { minimumHead }),
    ...(author === undefined ? {} : { author }),
    ...(onlyReads || named !== undefined ? {} : { signers: { folder: signers, onUnknown } }),
    ...(host.now === undefined ? {} : { now: host.now }),
    timeout: findTimeout(lookup),
  });
  if (needsKey) await host.explain?.(key === undefined ? `store ${store.url}` : `store ${store.url}, key ${key}`);
  return store;
}

function keyInUrl(): CofferError {
  return new CofferError("USAGE", "-k names the master key of a vault, and this store is none", {
    hint: "such a store says its KMS key in its URL, as in ?kms-key=alias/NAME",
  });
}
