import { masterKeyId } from "../core/master-key-id.js";
import { CofferError } from "../errors.js";
import type { KeyProvider, KeyWrapper } from "../keys/key-provider.js";
import { openRecoveryRecipient, RECOVERY_SCHEME } from "../keys/recovery-recipient.js";
import { findByScheme, type Ground, groundOf, resolveFile, type Surroundings } from "./ground.js";

type Home = string | undefined;

interface KeyKind {
  readonly open: (address: string, ground: Ground, pinned: string | undefined) => Promise<KeyProvider>;
  readonly create: (address: string, home: Home) => Promise<boolean>;
}

/** Where master keys can lie, and whether we can make one there. */
export const KEY_PROVIDERS: Readonly<Record<string, KeyKind>> = {
  "key-file": {
    open: async (address, { home }) =>
      (await import("../keys/key-file.js")).openKeyFile(resolveFile("key-file", address, home)),
    create: async (address, home) =>
      (await import("../keys/key-file.js")).createKeyFile(resolveFile("key-file", address, home)),
  },
  keychain: {
    open: async (address) => (await import("../keys/keychain.js")).openKeychain(nameAccount(address)),
    create: async (address) => (await import("../keys/keychain.js")).createKeychainKey(nameAccount(address)),
  },
  passphrase: {
    open: async (address, { askPassphrase }) => {
      if (address !== "") throw new CofferError("USAGE", "passphrase: stands alone; the words are asked for");
      return (await import("../keys/passphrase.js")).openPassphrase(askPassphrase ?? askNobody);
    },
    // It is made when the first namespace is.
    create: async () => false,
  },
  "aws-kms": {
    open: async (address, { openAws }, pinned) =>
      (await import("../keys/aws-kms.js")).openAwsKms(address, await openAws(), pinned),
    // Its owner makes it: it costs money, and says who may use it.
    create: async () => false,
  },
};

/** What is the name of a master key and no place where one lies. */
const KEY_ID = /^(?:key-file:[A-Za-z0-9_-]{22}|passphrase:|age:.+|arn:.+)$/;

/** `pinned`: the id that it must have. Throws `USAGE`, `NOT_FOUND`, `ACCESS_DENIED`. */
export async function openKeyProvider(url: string, around: Surroundings, pinned?: string): Promise<KeyProvider> {
  if (url.startsWith(RECOVERY_SCHEME)) throw onlyWraps();
  const { entry, address } = findByScheme("key", KEY_PROVIDERS, url);
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

/** Makes a master key where the URL says; false when there is one already. Throws `USAGE`. */
export async function createMasterKey(url: string, home?: string): Promise<boolean> {
  if (url.startsWith(RECOVERY_SCHEME)) throw onlyWraps();
  const { entry, address } = findByScheme("key", KEY_PROVIDERS, url);
  return entry.create(address, home);
}

/** The item that the address of a `keychain:` means. */
export function nameAccount(address: string): string {
  return address === "" ? "default" : address;
}

function onlyWraps(): CofferError {
  return new CofferError("USAGE", "a recovery key (age:) only has keys wrapped for it, and opens nothing by its URL", {
    hint: "name it in also_wrap, or with --new-key; its identity opens with `coffer recover`",
  });
}

async function askNobody(): Promise<never> {
  throw new CofferError("USAGE", "a passphrase is needed, and there is nobody to ask for it");
}
