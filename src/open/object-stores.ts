import { CofferError } from "../errors.js";
import type { ObjectStore } from "../objects/object-store.js";
import { isForeign } from "./foreign-stores.js";
import { findByScheme, type Ground, groundOf, resolveFile, type Surroundings } from "./ground.js";

/** Where a vault's objects can lie. A driver is loaded when its scheme is asked for, and not before. */
export const OBJECT_STORES: Readonly<Record<string, (address: string, ground: Ground) => Promise<ObjectStore>>> = {
  folder: async (address, { home }) =>
    (await import("../objects/folder.js")).openFolderStore(resolveFile("folder", address, home)),
  memory: async () => (await import("../objects/memory.js")).openMemoryStore(),
  s3: async (address, { openAws }) => (await import("../objects/s3.js")).openS3Store(address, await openAws()),
};

/** The bare storage under a vault's URL. Throws `USAGE`, `UNSUPPORTED` for a store in another format. */
export async function openObjectStore(url: string, around: Surroundings = {}): Promise<ObjectStore> {
  assertVault(url);
  const { entry, address } = findByScheme("store", OBJECT_STORES, url);
  return entry(address, groundOf(around));
}

/** Throws `UNSUPPORTED` for the URL of a store in another format than ours. */
export function assertVault(url: string): void {
  if (!isForeign(url)) return;
  const scheme = url.slice(0, url.indexOf(":"));
  throw new CofferError("UNSUPPORTED", `${scheme}: is not a store of Coffer's own format`, {
    hint: "it is used as it is: it needs no `coffer init`, and there is nothing of ours to look after",
  });
}
