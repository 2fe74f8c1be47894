/**
 * What keytar's programs import, on a store of Coffer's: `import keytar from "coffer/keytar"` in place of `"keytar"`, or a bundler's alias. Each call looks up the settings
 * as `coffer` itself does (`COFFER_*`, the profile), opens the store and closes it. What rejects is a `CofferError`.
 *
 * @module coffer/keytar
 */

import { isCofferError } from "../errors.js";
import { openLookup } from "../settings/environment/read-entries.js";
import { findPassphrase, noPassphrase } from "../settings/passphrase.js";
import { useStore } from "../settings/session.js";
import { Keyring } from "./keyring.js";

/** A user name and a password, in keytar's words. */
export interface KeytarCredential {
  readonly account: string;
  readonly password: string;
}

/** The password, or null where there is none. */
export async function getPassword(service: string, account: string): Promise<string | null> {
  return useKeyring({ service, account }, (keyring) => keyring.getPassword(service, account));
}

/** Keeps a password. */
export async function setPassword(service: string, account: string, password: string): Promise<void> {
  return useKeyring({ service, account, password }, (keyring) => keyring.setPassword(service, account, password), true);
}

/** True where there was one, and is none any more. */
export async function deletePassword(service: string, account: string): Promise<boolean> {
  return useKeyring({ service, account }, async (keyring) => {
    try {
      await keyring.deletePassword(service, account);
      return true;
    } catch (error) {
      if (isCofferError(error, "NOT_FOUND")) return false;
      throw error;
    }
  });
}

/** The first password of a service, or null. */
export async function findPassword(service: string): Promise<string | null> {
  return useKeyring({ service }, (keyring) => keyring.findPassword(service));
}

/** Every credential of a service. */
export async function findCredentials(service: string): Promise<KeytarCredential[]> {
  return useKeyring({ service }, async (keyring) =>
    (await keyring.findCredentials(service)).map(({ username, password }) => ({ account: username, password })),
  );
}

/** @hidden For those who import it as a whole, as keytar is. */
// biome-ignore lint/style/noDefaultExport: a replacement has the form of what it replaces.
export default { getPassword, setPassword, deletePassword, findPassword, findCredentials };

async function useKeyring<T>(
  given: Readonly<Record<string, unknown>>,
  use: (keyring: Keyring) => Promise<T>,
  writes = false,
): Promise<T> {
  assertGiven(given);
  const { env, platform } = process;
  const lookup = await openLookup({}, { env, platform });
  const askPassphrase = () =>
    findPassphrase(lookup.world, async () => {
      throw noPassphrase("nobody is asked for it here");
    });
  return useStore(lookup, { askPassphrase }, ({ store }) => use(new Keyring(store)), { writes });
}

/** keytar takes nothing that is empty, and so its programs need not. */
function assertGiven(given: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(given)) {
    if (typeof value !== "string" || value === "") throw new TypeError(`${name} has to be a text that is not empty`);
  }
}
