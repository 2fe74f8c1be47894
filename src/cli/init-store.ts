import { readdir } from "node:fs/promises";
import type { Call } from "../core/call.js";
import { CofferError, isCofferError } from "../errors.js";
import { segmentOf } from "../objects/folder/disk-name.js";
import type { ObjectStore } from "../objects/object-store.js";
import type { Surroundings } from "../open/ground.js";
import { createMasterKey, openKeyProvider } from "../open/key-providers.js";
import { openObjectStore } from "../open/object-stores.js";
import { isVault, openStore } from "../open/open-store.js";
import { resolveUrl } from "../open/resolve-url.js";
import { findFolders } from "../settings/folders.js";
import { prepareProfile } from "../settings/profiles/init-profile.js";
import { findKeyUrl, findPinnedKey, findPinnedStore, findStoreUrl } from "../settings/settings.js";
import { rememberTrial } from "../settings/storage-trial.js";
import { findSurroundings } from "../settings/surroundings.js";
import { initVault } from "../vault/init.js";
import type { Task } from "./command.js";
import { say } from "./output/render.js";
import { adviseOnRest, makeRecovery, type NewRecoveryKey, wantsRecovery } from "./recovery-key.js";
import { hostOf } from "./session.js";

/** What `init` has come to. */
export interface MadeStore {
  readonly store: string;
  readonly url: string;
  readonly key: string;
  readonly created: boolean;
  readonly keyMade: boolean;
  readonly recovery: NewRecoveryKey | null;
}

/**
 * Makes a store, and a master key if there is none, and the profile that is named. Where there is a store already it changes nothing but the profile. `report` shows what was made
 * before it is used: nothing may be wrapped for a recovery key that nobody has seen. `region` is written into a new profile.
 */
export async function initStore(
  task: Task,
  report: (made: MadeStore) => Promise<void>,
  { region }: { readonly region?: string } = {},
): Promise<void> {
  const { url, key } = { url: findStoreUrl(task), key: findKeyUrl(task) };
  const makesRecovery = wantsRecovery(task);
  const pin = await prepareProfile(task, resolveUrls(task), (text) => say(task, text), region);
  const keyId = findPinnedKey(task);
  const around = findPlaces(task);
  const objects = await openObjectStore(url, around);
  try {
    const foreign = await hasForeignFiles(objects);
    const existing = await findStoreId(url, around);
    if (existing === null && foreign) throw notOurs(objects);
    assertPinned(objects, existing, findPinnedStore(task));
    // A new key could not be the one that is pinned.
    const keyMade = existing === null && keyId === undefined && (await createMasterKey(key, around.home));
    const opened = await openKey({ key, around, keyId, storeExists: existing !== null });
    // A key that was made stays even if the next step fails: another `init` may be using it by now, and it opens nothing yet.
    const { store, created } = await initVault(objects);
    if (created) await rememberTrial(task, objects.url, hostOf(task).explain);
    const recovery = makesRecovery ? await makeRecovery() : null;
    await report({ store, url: objects.url, key: opened.url, created, keyMade, recovery });
    await pin({ store_id: store, key_id: opened.id }, recovery === null ? undefined : `age:${recovery.recipient}`);
    if (recovery !== null && !created) await adviseOnRest(task, url, recovery.recipient);
  } finally {
    await objects.close();
  }
}

/** The URLs of store and key, written in full. */
export function resolveUrls(task: Task): { store: string; key: string } {
  const home = findFolders(task.world).home ?? undefined;
  return { store: resolveUrl("store", findStoreUrl(task), home), key: resolveUrl("key", findKeyUrl(task), home) };
}

/** What URLs refer to; a person may be asked for the code of an MFA device. */
export function findPlaces(task: Task): Pick<Surroundings, "home" | "aws"> {
  const { askMfaCode, onSlow } = hostOf(task);
  const { aws, ...around } = findSurroundings(task);
  return {
    ...around,
    aws: { ...aws, ...(askMfaCode === undefined ? {} : { askMfaCode }), ...(onSlow === undefined ? {} : { onSlow }) },
  };
}

/** The id of the store that is there, or null. */
export async function findStoreId(url: string, around: Surroundings, call: Call = {}): Promise<string | null> {
  const store = await openStore({ url, ...around });
  try {
    return isVault(store) ? await store.storeId(call) : null;
  } finally {
    await store.close();
  }
}

/** A folder with somebody's files in it is not ours to fill. What an `init` that was killed has left is. */
async function hasForeignFiles({ url }: ObjectStore): Promise<boolean> {
  if (!url.startsWith("folder:")) return false;
  const folder = url.slice("folder:".length);
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    if (error.code === "ENOTDIR") throw new CofferError("USAGE", `${folder} is not a folder`, { cause: error });
    throw error;
  });
  return names.some((name) => name !== "tmp" && segmentOf(name) === null);
}

function notOurs({ url }: ObjectStore): CofferError {
  return new CofferError("USAGE", `${url.slice("folder:".length)} has files in it that are not Coffer's`, {
    hint: "name an empty folder, or one that is not there yet",
  });
}

/** Throws `NOT_FOUND` or `ROLLBACK` where another store than the pinned one is there. */
export function assertPinned(
  { url }: Pick<ObjectStore, "url">,
  existing: string | null,
  pinned: string | undefined,
): void {
  if (pinned === undefined || existing === pinned) return;
  if (existing === null) {
    throw new CofferError("NOT_FOUND", `there is no store at ${url}, and the pinned one is ${pinned}`, {
      hint: "restore it from your backup; for a new one remove the pin: the profile's store_id, or COFFER_STORE_ID",
    });
  }
  throw new CofferError("ROLLBACK", `the store at ${url} is ${existing}, and not the pinned ${pinned}`, {
    hint: "name the right store; if it was exchanged on purpose, change the profile's store_id",
  });
}

interface KeyToOpen {
  readonly key: string;
  readonly around: Surroundings;
  readonly keyId: string | undefined;
  readonly storeExists: boolean;
}

async function openKey({ key, around, keyId, storeExists }: KeyToOpen): Promise<{ url: string; id: string }> {
  try {
    const { url, id, close } = await openKeyProvider(key, around, keyId);
    await close();
    return { url, id };
  } catch (error) {
    if (!storeExists || !isCofferError(error, "NOT_FOUND")) throw error;
    throw new CofferError("NOT_FOUND", "the store is there, but its master key is not", {
      hint: `restore ${key} from your backup, or say where it is with -k; a new key could not open what is stored`,
      cause: error,
    });
  }
}
