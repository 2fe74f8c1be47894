import type { SecretStore } from "../core/secret-store.js";
import type { Ground } from "./ground.js";

/** What opening a store of another format may take besides its URL. */
export interface ForeignOptions {
  /** Who writes; a function is asked when something is written. */
  readonly author?: string | (() => string | undefined | Promise<string | undefined>);
  readonly now?: () => Date;
  /** How long a call may take, in ms. */
  readonly timeout?: number;
}

type OpenForeign = (url: string, ground: Ground, options: ForeignOptions) => Promise<SecretStore>;

/** Stores in formats that are not ours. Each says in its URL what it needs, its KMS key too: `-k` is for vaults. */
export const FOREIGN_STORES: Readonly<Record<string, OpenForeign>> = {
  messer: async (url, ground, { now }) =>
    (await import("../legacy/messer/store.js")).openMesserStore(url, ground, now === undefined ? {} : { now }),
  ssm: async (url, { openAws }, { now }) =>
    (await import("../stores/ssm.js")).openSsmStore(url, await openAws(), now === undefined ? {} : { now }),
  creds3: async (url, ground) =>
    (await import("../legacy/creds3/store.js")).openCreds3Store(url, await ground.openAws()),
  credstash: async (url, ground) =>
    (await import("../legacy/credstash/store.js")).openCredstashStore(url, await ground.openAws()),
  microsecrets: async (url, ground, { author, now }) =>
    (await import("../legacy/microsecrets/store.js")).openMicrosecretsStore(url, await ground.openAws(), {
      ...(author === undefined ? {} : { author }),
      ...(now === undefined ? {} : { now }),
    }),
  s3keyring: async (url, ground) =>
    (await import("../legacy/s3keyring/store.js")).openS3KeyringStore(url, await ground.openAws()),
};

/** True for a URL of a store in another format than ours. */
export function isForeign(url: string): boolean {
  return Object.hasOwn(FOREIGN_STORES, url.slice(0, Math.max(url.indexOf(":"), 0)));
}
