import type { Call } from "../core/call.js";
import type { SecretStore } from "../core/secret-store.js";
import { CofferError, isCofferError } from "../errors.js";
import { isVault, openStore } from "../open.js";
import type { Vault } from "../vault/contract.js";
import type { Task } from "./command.js";
import { askPassphrase } from "./input/passphrase-input.js";
import { explain } from "./output/render.js";
import { findFolders } from "./settings/folders.js";
import {
  findFurtherKeys,
  findKeyUrl,
  findMinimumHead,
  findPinnedKey,
  findPinnedStore,
  findStoreUrl,
  findTimeout,
} from "./settings/settings.js";

/** A store that is open for one verb. */
export interface Session {
  readonly store: SecretStore;
  /** For one call: it ends when the command is stopped or the timeout has passed since now. */
  readonly call: () => Call;
}

/**
 * Opens the store for a verb, lets it be used, and closes it. `key: "unused"` opens it without its key; `writes`: there must be a store
 * before anything is asked or made. What is not found because there is no store at all is said so.
 */
export async function withStore<T>(
  task: Task,
  use: (session: Session) => Promise<T>,
  options: { key?: "needed" | "unused"; writes?: boolean } = {},
): Promise<T> {
  const call = (): Call => callLimit(task);
  try {
    const store = await open(task, { needsKey: options.key !== "unused", writes: options.writes === true });
    try {
      if (options.writes === true) await assertStoreExists(task, store, call());
      return await use({ store, call });
    } finally {
      await store.close();
    }
  } catch (error) {
    if (isCofferError(error, "NOT_FOUND")) await explainNotFound(task, call());
    throw error;
  }
}

/** Throws `UNSUPPORTED` for a store that is not of our own format. */
export function asVault(store: SecretStore, verb: string): Vault {
  if (isVault(store)) return store;
  throw new CofferError("UNSUPPORTED", `${verb} needs a store of Coffer's own format`);
}

/** Throws `NOT_FOUND` where there is no store. */
export async function assertStoreExists(task: Task, store: SecretStore, call: Call): Promise<void> {
  if (!isVault(store) || (await store.storeId(call)) !== null) return;
  const { flags } = task;
  const given = [flags.has("profile") ? ["-p"] : [], flags.has("store") || flags.has("key") ? ["-s", "-k"] : []].flat();
  const same = given.length === 0 ? "" : ` and the same ${given.join(" and ")}`;
  throw new CofferError("NOT_FOUND", `there is no store at ${store.url}`, {
    hint: `make one with \`coffer init\`${same}`,
  });
}

async function explainNotFound(task: Task, call: Call): Promise<void> {
  const store = await open(task, { needsKey: false, writes: false });
  try {
    await assertStoreExists(task, store, call);
  } finally {
    await store.close();
  }
}

async function open(
  task: Task,
  { needsKey, writes }: { readonly needsKey: boolean; readonly writes: boolean },
): Promise<SecretStore> {
  const { home, heads } = findFolders(task.world);
  const url = findStoreUrl(task);
  const key = needsKey ? findKeyUrl(task) : undefined;
  const keyId = needsKey ? findPinnedKey(task) : undefined;
  const storeId = findPinnedStore(task);
  const minimumHead = findMinimumHead(task);
  const alsoWrap = findFurtherKeys(task);
  // Asking the system who somebody is takes a while.
  const author = writes ? task.world.author() : undefined;
  if (needsKey)
    await explain(task, heads === null ? "no home: heads are not remembered" : `heads are remembered in ${heads}`);
  const store = await openStore({
    url,
    ...(key === undefined ? {} : { key }),
    ...(keyId === undefined ? {} : { keyId }),
    alsoWrap,
    askPassphrase: (wanted) => askPassphrase(task, wanted),
    ...(heads === null ? {} : { memory: heads }),
    ...(home === null ? {} : { home }),
    ...(storeId === undefined ? {} : { storeId }),
    ...(minimumHead === undefined ? {} : { minimumHead }),
    ...(author === undefined ? {} : { author }),
    now: task.world.now,
    timeout: findTimeout(task),
  });
  if (needsKey) await explain(task, `store ${store.url}, key ${key}`);
  return store;
}

/** What one call may take, for who opens a store by itself. */
export function callLimit(task: Task): Call {
  return { signal: deadline(task) };
}

function deadline(task: Task): AbortSignal {
  const milliseconds = findTimeout(task);
  const timer = new AbortController();
  const late = new CofferError("UNREACHABLE", `the store did not answer within ${milliseconds / 1000} s`, {
    hint: "try again, or give it longer with --timeout SECONDS",
  });
  setTimeout(() => timer.abort(late), milliseconds).unref();
  return AbortSignal.any([task.world.signal, timer.signal]);
}
