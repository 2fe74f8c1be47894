import { readdir } from "node:fs/promises";
import { CofferError, isCofferError } from "../../errors.js";
import { segmentOf } from "../../objects/folder/disk-name.js";
import type { ObjectStore } from "../../objects/object-store.js";
import { createMasterKey, isVault, openKeyProvider, openObjectStore, openStore, resolveUrl } from "../../open.js";
import { initVault } from "../../vault/init.js";
import type { Command, Task } from "../command.js";
import { renderJson, say } from "../output/render.js";
import { prepareProfile } from "../profiles/init-profile.js";
import { findFolders } from "../settings/folders.js";
import { findKeyUrl, findPinnedKey, findPinnedStore, findStoreUrl } from "../settings/settings.js";

/** `coffer init` */
export const init: Command = {
  arguments: [],
  options: ["recovery"],
  settings: "makes-profile",
  notes: [
    "Makes a store, and a master key if there is none. Where there is a store already nothing is changed. With -p NAME the profile of that name is made, or completed, and pins the ids of the store and the key.",
  ],
  examples: [
    ["coffer init", "a store in your own data folder"],
    ["coffer init -k keychain:", "the same, with the key in your system's keychain"],
    ["coffer init -p team -s folder:/srv/team -k key-file:~/team.key", "a store, and a profile that names it"],
    ["coffer init -s folder:/srv/secrets -k key-file:/etc/coffer.key", "a store somewhere else"],
  ],
  run: async (task) => {
    const home = findFolders(task.world).home ?? undefined;
    const { url, key } = { url: findStoreUrl(task), key: findKeyUrl(task) };
    const pin = await prepareProfile(task, {
      store: resolveUrl("store", url, home),
      key: resolveUrl("key", key, home),
    });
    const keyId = findPinnedKey(task);
    const objects = await openObjectStore(url, home);
    try {
      const foreign = await hasForeignFiles(objects);
      const existing = await findStoreId(url, home);
      if (existing === null && foreign) throw notOurs(objects);
      assertPinned(objects, existing, findPinnedStore(task));
      // A new key could not be the one that is pinned.
      const keyMade = existing === null && keyId === undefined && (await createMasterKey(key, home));
      const opened = await openKey({ key, home, keyId, storeExists: existing !== null });
      // A key that was made stays even if the next step fails: another `init` may be using it by now, and it opens nothing yet.
      const { store, created } = await initVault(objects);
      await report(task, { store, url: objects.url, key: opened.url, created, keyMade });
      await pin({ store_id: store, key_id: opened.id });
    } finally {
      await objects.close();
    }
    return 0;
  },
};

async function findStoreId(url: string, home: string | undefined): Promise<string | null> {
  const store = await openStore({ url, ...(home === undefined ? {} : { home }) });
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
  readonly home: string | undefined;
  readonly keyId: string | undefined;
  readonly storeExists: boolean;
}

async function openKey({ key, home, keyId, storeExists }: KeyToOpen): Promise<{ url: string; id: string }> {
  try {
    const { url, id, close } = await openKeyProvider(key, home === undefined ? {} : { home }, keyId);
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
}

async function report(task: Task, { store, url, key, created, keyMade }: Made): Promise<void> {
  if (task.flags.has("json")) return task.world.stdout.write(renderJson({ store, url, key, created }));
  if (!created) return say(task, `nothing to do: there is a store at ${url} already, its id is ${store}`);
  await say(task, `made a store at ${url}, its id is ${store}`);
  await say(task, `${keyMade ? "made the master key" : "its master key is"} ${key}`);
  if (keyMade) await say(task, "back this key up now: whoever loses it loses the secrets");
}
