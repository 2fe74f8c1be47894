import { readdir } from "node:fs/promises";
import { CofferError, isCofferError } from "../../errors.js";
import { segmentOf } from "../../objects/folder/disk-name.js";
import type { ObjectStore } from "../../objects/object-store.js";
import {
  createMasterKey,
  isVault,
  openKeyProvider,
  openObjectStore,
  openStore,
  resolveUrl,
  type Surroundings,
} from "../../open.js";
import { findFolders } from "../../settings/folders.js";
import { prepareProfile } from "../../settings/profiles/init-profile.js";
import { findKeyUrl, findPinnedKey, findPinnedStore, findStoreUrl } from "../../settings/settings.js";
import { findSurroundings } from "../../settings/surroundings.js";
import { initVault } from "../../vault/init.js";
import type { Command, Task } from "../command.js";
import { renderJson, say } from "../output/render.js";
import {
  adviseOnRest,
  findRecovery,
  makeRecovery,
  type NewRecoveryKey,
  recoveryJson,
  showRecoveryKey,
  wantsRecovery,
} from "../recovery-key.js";

/** `coffer init` */
export const init: Command = {
  arguments: [],
  options: ["recovery"],
  settings: "makes-profile",
  notes: [
    "Makes a store, and a master key if there is none. Where there is a store already nothing is changed. With -p NAME the profile of that name is made, or completed, and pins the ids of the store and the key.",
    "--recovery makes a recovery key as well, prints it as an age identity file, once, and writes its public half into the profile: from then on every new data key is wrapped for it too, and `coffer recover` can replace a master key that is lost.",
  ],
  examples: [
    ["coffer init", "a store in your own data folder"],
    ["coffer init -k keychain:", "the same, with the key in your system's keychain"],
    ["coffer init -p team -s folder:/srv/team -k key-file:~/team.key", "a store, and a profile that names it"],
    ["coffer init -s folder:/srv/secrets -k key-file:/etc/coffer.key", "a store somewhere else"],
    [
      "(umask 077; coffer init -p team --recovery > /media/usb/recovery.txt)",
      "and a recovery key, on a medium of its own",
    ],
  ],
  json: ["store", "url", "key", "created", "recovery"],
  run: async (task) => {
    const home = findFolders(task.world).home ?? undefined;
    const { url, key } = { url: findStoreUrl(task), key: findKeyUrl(task) };
    const urls = { store: resolveUrl("store", url, home), key: resolveUrl("key", key, home) };
    const makesRecovery = wantsRecovery(task);
    const pin = await prepareProfile(task, urls, (text) => say(task, text));
    const keyId = findPinnedKey(task);
    const around = findSurroundings(task);
    const objects = await openObjectStore(url, around);
    try {
      const foreign = await hasForeignFiles(objects);
      const existing = await findStoreId(url, around);
      if (existing === null && foreign) throw notOurs(objects);
      assertPinned(objects, existing, findPinnedStore(task));
      // A new key could not be the one that is pinned.
      const keyMade = existing === null && keyId === undefined && (await createMasterKey(key, home));
      const opened = await openKey({ key, around, keyId, storeExists: existing !== null });
      // A key that was made stays even if the next step fails: another `init` may be using it by now, and it opens nothing yet.
      const { store, created } = await initVault(objects);
      const recovery = makesRecovery ? await makeRecovery() : null;
      // It is shown before it is used: nothing may be wrapped for a key that nobody has seen.
      await report(task, { store, url: objects.url, key: opened.url, created, keyMade, recovery });
      await pin({ store_id: store, key_id: opened.id }, recovery === null ? undefined : `age:${recovery.recipient}`);
      if (recovery !== null && !created) await adviseOnRest(task, url, recovery.recipient);
    } finally {
      await objects.close();
    }
    return 0;
  },
};

async function findStoreId(url: string, around: Surroundings): Promise<string | null> {
  const store = await openStore({ url, ...around });
  try {
    return isVault(store) ? await store.storeId() : null;
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
function assertPinned({ url }: ObjectStore, existing: string | null, pinned: string | undefined): void {
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

interface Made {
  readonly store: string;
  readonly url: string;
  readonly key: string;
  readonly created: boolean;
  readonly keyMade: boolean;
  readonly recovery: NewRecoveryKey | null;
}

async function report(task: Task, { store, url, key, created, keyMade, recovery }: Made): Promise<void> {
  const isAsked = task.flags.has("recovery");
  if (task.flags.has("json")) {
    const shown = recovery === null ? null : recoveryJson(recovery);
    return task.world.stdout.write(renderJson({ store, url, key, created, recovery: shown }));
  }
  if (!created) await say(task, `nothing to do: there is a store at ${url} already, its id is ${store}`);
  else {
    await say(task, `made a store at ${url}, its id is ${store}`);
    await say(task, `${keyMade ? "made the master key" : "its master key is"} ${key}`);
    if (keyMade) await say(task, "back this key up now: whoever loses it loses the secrets");
  }
  const { chosen } = task.sources;
  if (recovery !== null) await showRecoveryKey(task, recovery, store);
  else if (isAsked)
    await say(task, `the profile ${chosen?.name} has a recovery key already, ${findRecovery(chosen?.profile ?? null)}`);
}
