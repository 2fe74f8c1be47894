import type { Call } from "../core/call.js";

/** An object as it was read: its bytes and the tag that a later `put` may insist on. */
export interface StoredObject {
  readonly bytes: Uint8Array;
  readonly etag: string;
}

/** What must be true of the key for a `put` to happen: nothing is stored there, or exactly what this ETag names. */
export type PutCondition = { readonly absent: true } | { readonly etag: string };

/**
 * Bytes under keys, with compare-and-set: the ground that the vault stands on. A key is made of one or more segments
 * of `A–Z a–z 0–9 _ . - ! ( )` joined by `/`; for anything else every method throws a TypeError. No key goes on where
 * another one ends (`a` and `a/b`): what a driver does then is its own affair. Two objects of equal bytes under one key
 * may have equal ETags. Objects below `heads/` and `probe/`, one segment deep, and below `commits/` can be replaced;
 * elsewhere a driver may throw `UNSUPPORTED` for `{ etag }`. Bytes that were replaced are destroyed, as far as the storage
 * keeps no versions of its own; those go by `destroyEarlier`.
 *
 * An aborted call throws the signal's reason; one that was aborted before it began did nothing. Every failure is a
 * rejection. Bytes belong to the caller once they are handed out, and to the store only while `put` runs.
 *
 * Every driver passes the contract tests of `coffer/testing`.
 */
export interface ObjectStore {
  readonly url: string;

  /**
   * Reads an object whole, or null when there is none; `"unchanged"` when `unless` is its ETag.
   * Throws `UNREACHABLE` when no answer came, `ACCESS_DENIED`, or `INTEGRITY` when the storage contradicts itself.
   */
  get(key: string, options: Call & { unless: string }): Promise<StoredObject | "unchanged" | null>;
  /** The same where nothing is known of it yet. */
  get(key: string, options?: Call): Promise<StoredObject | null>;

  /**
   * Stores the bytes if the condition holds, at one instant for all readers, and durably before it answers.
   *
   * - resolves to the new ETag: done;
   * - resolves to `"refused"`: the condition did not hold. After a lost answer it may have been this very put that changed it;
   * - throws `UNREACHABLE`: it may or may not have happened, or happen yet: look again;
   * - throws `OUTCOME_UNKNOWN`: it happened as far as can be seen, but the storage did not vouch for it;
   * - throws anything else: nothing was changed.
   */
  put(key: string, bytes: Uint8Array, condition: PutCondition, options?: Call): Promise<{ etag: string } | "refused">;

  /**
   * Every key that begins with the prefix, in byte order; all of them, or it throws. A prefix is the beginning of a key,
   * at whatever place it is cut; the empty one is every key's. Keys that come or go meanwhile may be in it or not.
   */
  list(prefix: string, options?: Call): AsyncIterable<string>;

  /** Removes an object; no error when there is none. After an error it may be there or not: delete it again. */
  delete(key: string, options?: Call): Promise<void>;

  /**
   * Destroys for good what the storage itself keeps, as versions of its own, of bytes that were replaced or removed, under keys that begin with the prefix and are
   * `meant`. What is there now stays, and nothing comes back. Resolves to how many versions went: none in storage that keeps none. After an error some may
   * be left: call it again.
   */
  destroyEarlier(prefix: string, meant: (key: string) => boolean, options?: Call): Promise<number>;

  /** Lets go of connections and the like; nothing may be called afterwards. */
  close(): Promise<void>;
}
