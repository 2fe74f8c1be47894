import { isAbsolute, join, resolve } from "node:path";
import type { SecretStore } from "./core/secret-store.js";
import { CofferError } from "./errors.js";
import type { KeyProvider } from "./keys/key-provider.js";
import type { AskPassphrase } from "./keys/passphrase.js";
import type { ObjectStore } from "./objects/object-store.js";
import type { Vault, VaultOptions } from "./vault/contract.js";

/** Which store, with which key, and what to hold it to. */
export interface StoreSettings extends Omit<VaultOptions, "objects" | "keys" | "alsoWrap" | "memory"> {
  /** `folder:/srv/secrets`, `folder:./here`, `folder:~/there`, `memory:` */
  readonly url: string;
  /** `key-file:/etc/coffer.key`, `keychain:`, `passphrase:`. Without it only what needs no key can be done. */
  readonly key?: string;
  /** The id that this key must have, where it is pinned. */
  readonly keyId?: string;
  /** URLs of further master keys that new data keys are wrapped for. */
  readonly alsoWrap?: readonly string[];
  /** Where a passphrase comes from; asked only when a key of `passphrase:` is needed. */
  readonly askPassphrase?: AskPassphrase;
  /** The folder that keeps what was seen of heads; without it nothing is remembered. */
  readonly memory?: string;
  /** What `~` stands for in URLs. */
  readonly home?: string;
}

/** What a URL may refer to besides what it says. */
export interface Surroundings {
  readonly home?: string;
  readonly askPassphrase?: AskPassphrase;
}

type Home = string | undefined;

/** Where objects can lie. An engine is loaded when its scheme is asked for, and not before. */
const OBJECT_STORES: Readonly<Record<string, (address: string, home: Home) => Promise<ObjectStore>>> = {
  folder: async (address, home) =>
    (await import("./objects/folder.js")).openFolderStore(resolveFile("folder", address, home)),
  memory: async () => (await import("./objects/memory.js")).openMemoryStore(),
};

/** Where master keys can lie, and whether we can make one there. */
const KEY_PROVIDERS: Readonly<
  Record<
    string,
    {
      readonly open: (address: string, around: Surroundings) => Promise<KeyProvider>;
      readonly create: (address: string, home: Home) => Promise<boolean>;
    }
  >
> = {
  "key-file": {
    open: async (address, { home }) =>
      (await import("./keys/key-file.js")).openKeyFile(resolveFile("key-file", address, home)),
    create: async (address, home) =>
      (await import("./keys/key-file.js")).createKeyFile(resolveFile("key-file", address, home)),
  },
  keychain: {
    open: async (address) => (await import("./keys/keychain.js")).openKeychain(nameAccount(address)),
    create: async (address) => (await import("./keys/keychain.js")).createKeychainKey(nameAccount(address)),
  },
  passphrase: {
    open: async (address, { askPassphrase }) => {
      if (address !== "") throw new CofferError("USAGE", "passphrase: stands alone; the words are asked for");
      return (await import("./keys/passphrase.js")).openPassphrase(askPassphrase ?? askNobody);
    },
    // It is made when the first namespace is.
    create: async () => false,
  },
};

/** Whose addresses are paths. */
const FILE_SCHEMES: readonly string[] = ["folder", "key-file"];

/**
 * Opens the store that a URL names. Nothing of it is read yet, but its key is. Throws `USAGE` for a URL of no kind that we know,
 * `NOT_FOUND` and `ACCESS_DENIED` for the key, also where it is another than the one that is pinned.
 */
export async function openStore(settings: StoreSettings): Promise<SecretStore> {
  const { url, key, keyId, alsoWrap = [], askPassphrase, memory, home, ...options } = settings;
  const objects = await openObjectStore(url, home);
  const around = { ...(home === undefined ? {} : { home }), ...(askPassphrase === undefined ? {} : { askPassphrase }) };
  const keys = key === undefined ? null : await openKeyProvider(key, around, keyId);
  let others: Promise<KeyProvider[]> | undefined;
  const openOthers = (): Promise<KeyProvider[]> => {
    others ??= Promise.all(alsoWrap.map((other) => openKeyProvider(other, around)));
    return others;
  };
  const { openVault } = await import("./vault/vault.js");
  const heads = memory === undefined ? null : (await import("./vault/heads/file-memory.js")).openFileMemory(memory);
  return openVault({ ...options, objects, keys, alsoWrap: openOthers, memory: heads });
}

/** True for stores of our own format: those can be verified. */
export function isVault(store: SecretStore): store is Vault {
  return "verify" in store && "accept" in store && "storeId" in store;
}

/** The bare storage under a URL. Throws `USAGE`. */
export async function openObjectStore(url: string, home?: string): Promise<ObjectStore> {
  const { entry, address } = find("store", OBJECT_STORES, url);
  return entry(address, home);
}

/** `pinned`: the id that it must have. Throws `USAGE`, `NOT_FOUND`, `ACCESS_DENIED`. */
export async function openKeyProvider(url: string, around: Surroundings, pinned?: string): Promise<KeyProvider> {
  const { entry, address } = find("key", KEY_PROVIDERS, url);
  const keys = await entry.open(address, around);
  if (pinned === undefined || keys.id === pinned) return keys;
  await keys.close();
  throw new CofferError("ACCESS_DENIED", `the master key at ${keys.url} is ${keys.id}, and not the pinned ${pinned}`, {
    hint: "name the right key; if it was changed on purpose, change key_id in the profile",
  });
}

/** The URL with its file or account written in full: two that mean the same are the same, in every folder. Throws `USAGE`. */
export function resolveUrl(what: "store" | "key", url: string, home?: string): string {
  const { scheme, address } = what === "store" ? find(what, OBJECT_STORES, url) : find(what, KEY_PROVIDERS, url);
  if (scheme === "keychain") return `${scheme}:${nameAccount(address)}`;
  return FILE_SCHEMES.includes(scheme) ? `${scheme}:${resolveFile(scheme, address, home)}` : url;
}

/** Makes a master key where the URL says; false when there is one already. Throws `USAGE`. */
export async function createMasterKey(url: string, home?: string): Promise<boolean> {
  const { entry, address } = find("key", KEY_PROVIDERS, url);
  return entry.create(address, home);
}

function find<T>(
  what: string,
  table: Readonly<Record<string, T>>,
  url: string,
): { scheme: string; entry: T; address: string } {
  const colon = url.indexOf(":");
  const scheme = url.slice(0, Math.max(colon, 0));
  const entry = Object.hasOwn(table, scheme) ? table[scheme] : undefined;
  if (entry !== undefined) return { scheme, entry, address: url.slice(colon + 1) };
  const known = Object.keys(table).map((name) => `${name}:`);
  throw new CofferError("USAGE", `the ${what} is no URL of a kind that this version knows`, {
    hint: `it begins with ${known.join(" or ")}`,
  });
}

function nameAccount(address: string): string {
  return address === "" ? "default" : address;
}

async function askNobody(): Promise<never> {
  throw new CofferError("USAGE", "a passphrase is needed, and there is nobody to ask for it");
}

function resolveFile(scheme: string, address: string, home: Home): string {
  if (isAbsolute(address)) return resolve(address);
  if (/^\.\.?([/\\]|$)/.test(address)) return resolve(address);
  if (/^~[/\\]./.test(address)) {
    if (home !== undefined) return join(home, address.slice(2));
    throw new CofferError("USAGE", `there is no home for ~ in ${scheme}:~`, {
      hint: "set HOME, or write the path in full",
    });
  }
  throw new CofferError("USAGE", `${scheme}: takes a path that begins with /, ./ or ~/`, {
    hint: `for instance ${scheme}:./here or ${scheme}:/srv/there`,
  });
}
