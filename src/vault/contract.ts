import type { Call } from "../core/call.js";
import type { Head, SecretStore } from "../core/secret-store.js";
import type { ErrorCode } from "../errors.js";
import type { KeyProvider, KeyWrapper } from "../keys/key-provider.js";
import type { ObjectStore } from "../objects/object-store.js";

/** Something that is not as it was written. */
export interface Problem {
  /** The object's key in the store. */
  readonly object: string;
  readonly code: ErrorCode;
  readonly message: string;
}

export interface NamespaceReport {
  readonly namespace: string;
  /** How many commits were walked. */
  readonly commits: number;
  /** The head's commit id, or null where it could not be read. */
  readonly head: string | null;
  readonly problems: readonly Problem[];
}

/** What a client has seen of one namespace: FORMAT.md section 13. */
export interface RememberedHead {
  readonly store: string;
  readonly epoch: string;
  /** The id of the epoch's data key. */
  readonly key: string;
  readonly sequence: number;
  readonly commit: string;
  /** The master key that opened it. */
  readonly masterKey: string;
}

/**
 * Where a client keeps what it has seen, so that a store cannot go back in time unnoticed. Keyed by the store's URL
 * and the namespace. `find` throws only where something is there that it cannot understand; `save` never throws: it answers
 * false where nothing can be kept (a read-only home).
 */
export interface HeadMemory {
  /** The store id seen under this URL, or null. */
  findStore(url: string): Promise<string | null>;
  find(url: string, namespace: string): Promise<RememberedHead | null>;
  save(url: string, namespace: string, head: RememberedHead | null): Promise<boolean>;
}

export interface VaultOptions {
  readonly objects: ObjectStore;
  /** Null: only what needs no key can be done (`list`, `verify` without a key). */
  readonly keys: KeyProvider | null;
  /** Further master keys that every new data key is wrapped for; asked only when something is written. Where a namespace is sealed for others than `keys` and these, a commit throws `CONFLICT`. */
  readonly alsoWrap?: () => Promise<readonly KeyWrapper[]>;
  /** The pinned store id; without it the remembered one counts, else the one found at first use. */
  readonly storeId?: string;
  /** Null: nothing is remembered (CI without writable state). */
  readonly memory: HeadMemory | null;
  /** The lowest head to accept, pinned from outside. */
  readonly minimumHead?: { readonly sequence: number; readonly commit: string };
  /** Written into commits: who makes them. */
  readonly author?: string;
  readonly now?: () => Date;
  /** How long one call may last in all, in ms (30,000). */
  readonly timeout?: number;
}

/** Our own engine: a SecretStore with history that can be checked. */
export interface Vault extends SecretStore {
  /**
   * Walks and replays the chains of the given namespaces, all of them where none is given. Reports what is wrong; throws only
   * where the storage cannot be reached.
   */
  verify(options?: Call & { namespaces?: readonly string[]; noKey?: boolean }): AsyncIterable<NamespaceReport>;

  /**
   * Takes the present head of a namespace as the one to trust from now on, if its commit id is `commit` (`"none"`: if there is no head).
   * Throws `CONFLICT` when another is found, `INTEGRITY` when it does not verify.
   */
  accept(namespace: string, commit: string, options?: Call): Promise<Head | null>;

  /** Resolves to the store's id when there is a store, else null. Reads one object; proves nothing. */
  storeId(options?: Call): Promise<string | null>;
}
