import type { Call } from "../core/call.js";
import type { Context } from "../core/context.js";
import type { Sensitive } from "../core/sensitive.js";

/** A master key that a writer wraps data keys for without being able, or needing, to open them. */
export type KeyWrapper = Pick<KeyProvider, "id" | "wrap">;

/** A master key with which data keys are opened, and none is made. */
export type KeyOpener = Pick<KeyProvider, "id" | "unwrap">;

/** A new data key and its wrapping. */
export interface GeneratedKey {
  /** 32 random bytes. */
  readonly key: Sensitive;
  readonly wrapped: Uint8Array;
}

/**
 * A master key: what turns data keys into wrappings that may lie in the open, and back. A wrapping opens under exactly
 * the context it was made with.
 *
 * Every driver passes the contract tests of `coffer/testing`.
 */
export interface KeyProvider {
  readonly url: string;

  /** Names the master key itself, wherever it lies: `key-file:…`, a KMS key's ARN. Stored beside every wrapping. */
  readonly id: string;

  /** Makes a data key. Throws `ACCESS_DENIED` or `UNREACHABLE`. */
  generate(context: Context, options?: Call): Promise<GeneratedKey>;

  /** Wraps a data key that exists already. Throws `ACCESS_DENIED` or `UNREACHABLE`. */
  wrap(key: Sensitive, context: Context, options?: Call): Promise<Uint8Array>;

  /**
   * Opens a wrapping. Throws `INTEGRITY` when it does not open under this key and context (`ACCESS_DENIED` where it tells that it was made
   * under another master key), `ACCESS_DENIED`, `UNREACHABLE`.
   */
  unwrap(wrapped: Uint8Array, context: Context, options?: Call): Promise<Sensitive>;

  /** Lets go of connections and the like. */
  close(): Promise<void>;
}
