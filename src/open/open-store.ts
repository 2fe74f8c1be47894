import type { AwsSettings } from "../aws/aws.js";
import type { SecretStore } from "../core/secret-store.js";
import type { KeyWrapper } from "../keys/key-provider.js";
import type { AskPassphrase } from "../keys/passphrase.js";
import type { Vault, VaultOptions } from "../vault/contract.js";
import { FOREIGN_STORES } from "./foreign-stores.js";
import { type Ground, groundOf } from "./ground.js";
import { openKeyProvider, openKeyWrapper } from "./key-providers.js";
import { openObjectStore } from "./object-stores.js";

/** Which store, with which key, and what to hold it to. */
export interface StoreSettings extends Omit<VaultOptions, "objects" | "keys" | "alsoWrap" | "memory"> {
  /** `folder:/srv/secrets`, `folder:./here`, `folder:~/there`, `s3://bucket/prefix`, `memory:`; or a store in another format, `creds3://bucket`. */
  readonly url: string;
  /**
   * `key-file:/etc/coffer.key`, `keychain:`, `passphrase:`, `aws-kms:alias/coffer` or the key's ARN. Without it only what needs no key can be done. Stores in
   * other formats have no use for it.
   */
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

/**
 * Opens the store that a URL names. Nothing of it is read yet, but its key is. Throws `USAGE` for a URL of no kind that we know,
 * `NOT_FOUND` and `ACCESS_DENIED` for the key, also where it is another than the one that is pinned.
 */
export async function openStore(settings: StoreSettings): Promise<SecretStore> {
  const { url, askPassphrase, home, aws } = settings;
  const around = groundOf({
    ...(home === undefined ? {} : { home }),
    ...(askPassphrase === undefined ? {} : { askPassphrase }),
    ...(aws === undefined ? {} : { aws }),
  });
  const openForeign = FOREIGN_STORES[url.slice(0, Math.max(url.indexOf(":"), 0))];
  return openForeign === undefined ? openVaultAt(settings, around) : openForeign(url, around, settings);
}

async function openVaultAt(settings: StoreSettings, around: Ground): Promise<Vault> {
  const { url, key, keyId, alsoWrap = [], memory, signers, ...options } = settings;
  const objects = await openObjectStore(url, around);
  const keys = key === undefined ? null : await openKeyProvider(key, around, keyId);
  let others: Promise<KeyWrapper[]> | undefined;
  const openOthers = (): Promise<KeyWrapper[]> => {
    others ??= Promise.all(alsoWrap.map((other) => openKeyWrapper(other, around)));
    return others;
  };
  const { openVault } = await import("../vault/vault.js");
  const heads = memory === undefined ? null : (await import("../vault/heads/file-memory.js")).openFileMemory(memory);
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
    const { findSigner } = await import("../aws/author.js");
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
