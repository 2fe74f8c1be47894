/**
 * Passwords by service and user name, over any store.
 *
 * @module coffer/keyring
 */

import { decodeUtf8 } from "../core/bytes.js";
import type { Call } from "../core/call.js";
import { isHashedName, keyringName, keyringNamespace, readKeyringName } from "../core/keyring-name.js";
import { joinPath } from "../core/name.js";
import type { Change, Secret, SecretStore } from "../core/secret-store.js";
import { Sensitive } from "../core/sensitive.js";
import { CofferError, isCofferError } from "../errors.js";

/** The namespace below which services are, unless another is said. */
export const KEYRING_NAMESPACE = "keyring";

/** What somebody logs in with. */
export interface Credential {
  readonly username: string;
  readonly password: string;
}

/**
 * Passwords by service and user name, in any store: what Python's keyring and keytar keep in the desktop's keychain, versioned and shared. Both are any
 * texts; docs/FORMAT.md section 23 says where they lie. The passwords of a service are one namespace, `keyring/SERVICE`, and permitted together.
 *
 *     const keyring = new Keyring(await openStore({ url: "folder:/srv/secrets", key: "key-file:/etc/coffer.key" }));
 *     await keyring.setPassword("example.com", "ana", "correct horse");
 *     const password = await keyring.getPassword("example.com", "ana");
 *
 * All methods throw what the store's own throw, and `USAGE` for half a surrogate pair; those that read `INVALID` for a value that is no text.
 */
export class Keyring {
  readonly #store: SecretStore;
  readonly #base: string;

  /** The store stays its owner's to close. `namespace`: below which services are (`keyring`); `""` is the root. */
  constructor(store: SecretStore, { namespace = KEYRING_NAMESPACE }: { readonly namespace?: string } = {}) {
    this.#store = store;
    this.#base = namespace;
  }

  /** Keeps a password; one that was there before becomes an older version. */
  async setPassword(service: string, username: string, password: string, call?: Call): Promise<void> {
    await this.#store.commit(keyringNamespace(this.#base, service), [putOf(username, password)], call);
  }

  /** Keeps a password, unless it is the one that is kept: that makes no new version. */
  async keepPassword(service: string, username: string, password: string, call?: Call): Promise<void> {
    await this.#change(service, call, (secrets) => {
      const isKept = secrets.some((secret) => usernameOf(secret) === username && textOf(secret) === password);
      return isKept ? [] : [putOf(username, password)];
    });
  }

  /** The password, or null where there is none. */
  async getPassword(service: string, username: string, call?: Call): Promise<string | null> {
    const path = joinPath(keyringNamespace(this.#base, service), keyringName(username));
    const secret = await this.#store.read(path, call);
    return secret === null ? null : textOf(secret);
  }

  /** Takes a password away; its history stays. Throws `NOT_FOUND` where there is none. */
  async deletePassword(service: string, username: string, call?: Call): Promise<void> {
    await this.#store.commit(
      keyringNamespace(this.#base, service),
      [{ op: "delete", name: keyringName(username) }],
      call,
    );
  }

  /** Takes away the passwords of a service that `which` names, none that came in their place meanwhile; says how many. */
  async deletePasswords(service: string, which: (found: Credential) => boolean, call?: Call): Promise<number> {
    return this.#change(service, call, (secrets) =>
      secrets.flatMap((secret): Change[] => {
        const found = credentialOf(secret);
        if (found === null || !which(found)) return [];
        return [{ op: "delete", name: secret.name, expect: secret.version }];
      }),
    );
  }

  /** The credential of this user, or where none is named the first in byte order; null where there is none. */
  async getCredential(service: string, username?: string | null, call?: Call): Promise<Credential | null> {
    if (username == null) return (await this.findCredentials(service, call))[0] ?? null;
    const password = await this.getPassword(service, username, call);
    return password === null ? null : { username, password };
  }

  /** Every credential of a service, in byte order of the names; none: an empty list. */
  async findCredentials(service: string, call?: Call): Promise<Credential[]> {
    const { secrets } = await this.#store.readAll({ namespace: keyringNamespace(this.#base, service) }, call);
    return secrets.flatMap((secret) => credentialOf(secret) ?? []);
  }

  /** The first password of a service, whoever's it is, or null. */
  async findPassword(service: string, call?: Call): Promise<string | null> {
    return (await this.findCredentials(service, call))[0]?.password ?? null;
  }

  /** Changes a service by what is there. Naming the commit that was read spares a vault reading it again. */
  async #change(
    service: string,
    call: Call | undefined,
    plan: (secrets: readonly Secret[]) => readonly Change[],
  ): Promise<number> {
    const namespace = keyringNamespace(this.#base, service);
    const attempt = async (isFirst: boolean): Promise<number> => {
      const { secrets, heads } = await this.#store.readAll({ namespace }, call);
      const changes = plan(secrets);
      const isNamed = isFirst && this.#store.can.compareAndSet === "namespace";
      const expect = isNamed ? { expect: heads[0]?.commit ?? null } : {};
      if (changes.length > 0) await this.#store.commit(namespace, changes, { ...call, ...expect });
      return changes.length;
    };
    try {
      return await attempt(true);
    } catch (error) {
      if (!isCofferError(error, "CONFLICT")) throw error;
      return attempt(false);
    }
  }
}

function putOf(username: string, password: string): Change {
  const name = keyringName(username);
  // Whoever is too long for a name stands in the comment.
  const comment = isHashedName(name) ? { comment: username } : {};
  return { op: "put", name, value: Sensitive.fromText(password), type: "text", ...comment };
}

function credentialOf(secret: Secret): Credential | null {
  const username = usernameOf(secret);
  return username === null ? null : { username, password: textOf(secret) };
}

/** Null for what somebody keeps there who is no user of a keyring. */
function usernameOf({ name, comment }: Secret): string | null {
  if (!isHashedName(name)) return readKeyringName(name);
  return comment !== null && keyringName(comment) === name ? comment : null;
}

function textOf({ namespace, name, value }: Secret): string {
  const text = decodeUtf8(value.reveal());
  if (text !== null) return text;
  throw new CofferError("INVALID", `${joinPath(namespace, name)} holds bytes that are no text, and so no password`);
}
