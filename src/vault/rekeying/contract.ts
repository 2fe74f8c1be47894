import type { Call } from "../../core/call.js";
import type { Context } from "../../core/context.js";
import type { KeyOpener, KeyProvider, KeyWrapper } from "../../keys/key-provider.js";

/** How a namespace gets new data keys. */
export interface RekeyOptions extends Call {
  /** Another master key, for which all that can still be read is wrapped as well. One that only wraps will do. */
  readonly newKey?: KeyProvider | KeyWrapper;
  /** The id of a master key whose wrappings are taken away, once everything was seen to open without it. */
  readonly dropKey?: string;
  /** In ms: where the first commit of the present epoch claims to be younger, and its keys are wrapped for whom they should be, no new one is begun. */
  readonly olderThan?: number;
  /** A pool of pairs: each secret that has a context takes those it names. */
  readonly context?: Context;
  /** What these do not open stays under its own key and is named in the report; without this nothing is changed then (`CONTEXT`). */
  readonly skipContext?: boolean;
  readonly message?: string;
  readonly dryRun?: boolean;
  /** Called now and then: how many commits were looked at, of how many. */
  readonly onProgress?: (done: number, of: number) => void;
}

/** How a namespace is recovered. */
export interface RecoverOptions extends Omit<RekeyOptions, "newKey" | "dropKey" | "olderThan"> {
  /** What opens it in the place of the master key that is lost. */
  readonly identities: readonly KeyOpener[];
  /** The master key that takes its place: asked for once everything was proven. */
  readonly to: () => Promise<KeyProvider>;
  /** The id of a commit, in full, that is known to be genuine. Where it is the head's own, what is remembered does not count. */
  readonly head?: string;
  /** Takes it for granted that the namespace is what was written. */
  readonly acceptUnproven?: boolean;
}

/** A version that keeps its key. */
export interface LeftVersion {
  readonly name: string;
  readonly version: number;
  /** The names of the context that was not given, or another; empty where its key is not wrapped for who recovers. */
  readonly context: readonly string[];
}

/** What new data keys have come to in one namespace. */
export interface RekeyReport {
  readonly namespace: string;
  /** The head's commit afterwards; the new epoch's first, if one was begun. */
  readonly commit: string;
  readonly sequence: number;
  /** True where a new epoch was begun. */
  readonly begun: boolean;
  /** How many values were sealed anew. */
  readonly resealed: number;
  /** How many older commits have other wrappings now. */
  readonly rewrapped: number;
  /** How many commits stay closed to the new key, because they were not wrapped for the recovery key. */
  readonly closed: number;
  readonly left: readonly LeftVersion[];
  /** The ids of the master keys that the head was wrapped for, and is now. */
  readonly before: readonly string[];
  readonly holders: readonly string[];
}
