import { isAbsolute, join, resolve } from "node:path";
import type { Aws, AwsSettings } from "./aws/aws.js";
import { masterKeyId } from "./core/master-key-id.js";
import type { SecretStore } from "./core/secret-store.js";
import { CofferError } from "./errors.js";
import type { KeyProvider, KeyWrapper } from "./keys/key-provider.js";
import type { AskPassphrase } from "./keys/passphrase.js";
import { openRecoveryRecipient, RECOVERY_SCHEME } from "./keys/recovery-recipient.js";
import type { ObjectStore } from "./objects/object-store.js";
import type { Vault, VaultOptions } from "./vault/contract.js";

/** Which store, with which key, and what to hold it to. */
export interface StoreSettings extends Omit<VaultOptions, "objects" | "keys" | "alsoWrap" | "memory"> {
  /** `folder:/srv/secrets`, `folder:./here`, `folder:~/there`, `s3://bucket/prefix`, `memory:` */
  readonly url: string;
  /** `key-file:/etc/coffer.key`, `keychain:`, `passphrase:`, `aws-kms:alias/coffer` or the key's ARN. Without it only what needs no key can be done. */
  readonly key?: string;
  /** The id that this key must have, where it is pinned. */
  readonly keyId?: string;
  /** URLs of further master keys that new data keys are wrapped for; `age:age1…` is the public half of a recovery key. */
  readonly alsoWrap?: readonly string[];
  /** Where a passphrase comes from; asked only when a key of `passphrase:` is needed. */
  readonly askPassphrase?: AskPassphrase;
  /** The folder that keeps what was seen of heads; without it nothing is remembered. */
  readonly memory?: string;
  /** What `~` stands for in URLs. */
  readonly home?: string;
  /** With this, and a store or a key on AWS, commits carry the ARN of who signs the requests instead of the author. */
  readonly signers?: {
    /** Keeps what AWS said of whom; null: it is asked every time. */
    readonly folder: string | null;
    /** Called where AWS does not say it, so that the author counts. */
    readonly onUnknown?: () => void;
  };
  /** How AWS is reached, where store or key are there; what is not said comes from AWS's own variables and files. */
  readonly aws?: AwsSettings;
}

/** What a URL may refer to besides what it says. */
export interface Surroundings {
  readonly home?: string;
  readonly askPassphrase?: AskPassphrase;
  readonly aws?: AwsSettings;
}

/** The same with AWS, opened by the first who needs it: store and key share who asks. */
interface Ground extends Surroundings {
  readonly openAws: () => Promise<Aws>;
}

type Home = string | undefined;

/** Where objects can lie. An engine is loaded when its scheme is asked for, and not before. */
const OBJECT_STORES: Readonly<Record<string, (address: string, ground: Ground) => Promise<ObjectStore>>> = {
  folder: async (address, { home }) =>
    (await import("./objects/folder.js")).openFolderStore(resolveFile("folder", address, home)),
  memory: async () => (await import("./objects/memory.js")).openMemoryStore(),
  s3: async (address, { openAws }) => (await import("./objects/s3.js")).openS3Store(address, await openAws()),
};

/** Where master keys can lie, and whether we can make one there. */
const KEY_PROVIDERS: Readonly<
  Record<
    string,
    {
      readonly open: (address: string, ground: Ground, pinned: string | undefined) => Promise<KeyProvider>;
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
  "aws-kms": {
    open: async (address, { openAws }, pinned) =>
      (await import("./keys/aws-kms.js")).openAwsKms(address, await openAws(), pinned),
    // Its owner makes it: it costs money, and says who may use it.
    create: async () => false,
  },
};

/** What is the name of a master key and no place where one lies. */
const KEY_ID = /^(?:key-file:[A-Za-z0-9_-]{22}|passphrase:|age:.+|arn:.+)$/;

/** Whose addresses are paths. */
const FILE_SCHEMES: readonly string[] = ["folder", "key-file"];

/**
 * Opens the store that a URL names. Nothing of it is read yet, but its key is. Throws `USAGE` for a URL of no kind that we know,
 * `NOT_FOUND` and `ACCESS_DENIED` for the key, also where it is another than the one that is pinned.
 */
export async function openStore(settings: StoreSettings): Promise<SecretStore> {
  const { url, key, keyId, alsoWrap = [], askPassphrase, memory, home, aws, signers, ...options } = settings;
  const around = groundOf({
    ...(home === undefined ? {} : { home }),
    ...(askPassphrase === undefined ? {} : { askPassphrase }),
    ...(aws === undefined ? {} : { aws }),
  });
  const objects = await openObjectStore(url, around);
  const keys = key === undefined ? null : await openKeyProvider(key, around, keyId);
  let others: Promise<KeyWrapper[]> | undefined;
  const openOthers = (): Promise<KeyWrapper[]> => {
    others ??= Promise.all(alsoWrap.map((other) => openKeyWrapper(other, around)));
    return others;
  };
  const { openVault } = await import("./vault/vault.js");
  const heads = memory === undefined ? null : (await import("./vault/heads/file-memory.js")).openFileMemory(memory);
  const isOnAws = /^s3:/.test(url) || /^aws-kms:/.test(key ?? "");
  const { author } = options;
  const said = signers !== undefined && isOnAws ? { author: signedBy(around, signers, author) } : {};
  return openVault({ ...options, ...said, objects, keys, alsoWrap: openOthers, memory: heads });
}

/** Who signs our requests, or where AWS does not say it, the author that was given. */
function signedBy(
  { openAws }: Ground,
  { folder, onUnknown }: NonNullable<StoreSettings["signers"]>,
  author: StoreSettings["author"],
): () => Promise<string | undefined> {
  return async () => {
    const { findSigner } = await import("./aws/author.js");
    const found = await findSigner(await openAws(), folder);
    if (found !== null) return found;
    onUnknown?.();
    return typeof author === "function" ? author() : author;
  };
}

/** True for stores of our own format: those can be verified. */
export function isVault(store: SecretStore): store is Vault {
  return "verify" in store && "accept" in store && "storeId" in store;
}

/** The bare storage under a URL. Throws `USAGE`. */
export async function openObjectStore(url: string, around: Surroundings = {}): Promise<ObjectStore> {
  const { entry, address } = find("store", OBJECT_STORES, url);
  return entry(address, groundOf(around));
}

/** `pinned`: the id that it must have. Throws `USAGE`, `NOT_FOUND`, `ACCESS_DENIED`. */
export async function openKeyProvider(url: string, around: Surroundings, pinned?: string): Promise<KeyProvider> {
  if (url.startsWith(RECOVERY_SCHEME)) throw onlyWraps();
  const { entry, address } = find("key", KEY_PROVIDERS, url);
  const keys = await entry.open(address, groundOf(around), pinned);
  if (pinned === undefined || keys.id === masterKeyId(pinned)) return keys;
  await keys.close();
  throw new CofferError("ACCESS_DENIED", `the master key at ${keys.url} is ${keys.id}, and not the pinned ${pinned}`, {
    hint: "name the right key; if it was changed on purpose, change key_id in the profile",
  });
}

/** A key that data keys are wrapped for: every master key, and the public half of a recovery key. Throws as `openKeyProvider`. */
export async function openKeyWrapper(url: string, around: Surroundings): Promise<KeyProvider | KeyWrapper> {
  if (!url.startsWith(RECOVERY_SCHEME)) return openKeyProvider(url, around);
  return openRecoveryRecipient(url.slice(RECOVERY_SCHEME.length));
}

/** The id of the master key that a URL names. An id may stand in its place: who drops a key need not have it any more. Throws as `openKeyProvider`. */
export async function findKeyId(url: string, around: Surroundings): Promise<string> {
  if (KEY_ID.test(url)) return masterKeyId(url);
  const keys = await openKeyProvider(url, around);
  await keys.close();
  return keys.id;
}

/** The URL with its file or account written in full: two that mean the same are the same, in every folder. Throws `USAGE`. */
export function resolveUrl(what: "store" | "key", url: string, home?: string): string {
  if (what === "key" && url.startsWith(RECOVERY_SCHEME)) {
    return openRecoveryRecipient(url.slice(RECOVERY_SCHEME.length)).id;
  }
  const { scheme, address } = what === "store" ? find(what, OBJECT_STORES, url) : find(what, KEY_PROVIDERS, url);
  if (scheme === "keychain") return `${scheme}:${nameAccount(address)}`;
  if (scheme === "s3") return url.replace(/\/+$/, "");
  return FILE_SCHEMES.includes(scheme) ? `${scheme}:${resolveFile(scheme, address, home)}` : url;
}

/** Makes a master key where the URL says; false when there is one already. Throws `USAGE`. */
export async function createMasterKey(url: string, home?: string): Promise<boolean> {
  if (url.startsWith(RECOVERY_SCHEME)) throw onlyWraps();
  const { entry, address } = find("key", KEY_PROVIDERS, url);
  return entry.create(address, home);
}

function groundOf(around: Surroundings | Ground): Ground {
  if ("openAws" in around) return around;
  let aws: Promise<Aws> | undefined;
  return {
    ...around,
    openAws: () => {
      aws ??= import("./aws/aws.js").then(({ openAws }) => openAws(around.aws ?? {}));
      return aws;
    },
  };
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

function onlyWraps(): CofferError {
  return new CofferError("USAGE", "a recovery key (age:) only has keys wrapped for it, and opens nothing by its URL", {
    hint: "name it in also_wrap, or with --new-key; its identity opens with `coffer recover`",
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
