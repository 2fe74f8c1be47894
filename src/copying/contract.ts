import type { Call } from "../core/call.js";
import type { Context } from "../core/context.js";
import type { SecretPath } from "../core/name.js";
import type { ChangedName, SecretStore, VersionId, VersionInfo } from "../core/secret-store.js";

/** One side of a copy: a store that is open, and what one call to it may take. */
export interface Side {
  readonly store: SecretStore;
  readonly call: () => Call;
}

/**
 * What contexts are made of: a pool, from which each secret takes the pairs that it names; and the whole context of single paths, or of a namespace's
 * (`NS/`), for stores that do not keep the names of the pairs.
 */
export interface Contexts {
  readonly pool: Context;
  readonly byPath: ReadonlyMap<string, Context>;
}

/** A namespace with what lies in it, and below it where it is `recursive`; or one secret. */
export interface Source {
  readonly namespace: string;
  readonly name: string | null;
  readonly recursive: boolean;
}

/** What is to be copied where. */
export interface CopyOrder {
  readonly from: Side;
  readonly to: Side;
  readonly source: Source;
  /** The namespace to copy into; with a name, what the one secret is called there. */
  readonly target: { readonly namespace: string; readonly name: string | null };
  /** The path that a secret gets below the target, for the one that it has below the source. */
  readonly rename: (path: string) => string;
  /** All versions, oldest first, deletions too; else what is current. */
  readonly history: boolean;
  readonly contexts: Contexts;
  /** The message of each commit. */
  readonly message: string;
  /** Ends what takes longer than one call. */
  readonly signal: AbortSignal;
  readonly onProgress?: (text: string) => void;
}

/** One version on its way: put there, or deleted where that is what the version is. */
export interface Step {
  readonly source: SecretPath;
  readonly target: SecretPath;
  readonly info: VersionInfo;
  /** The pairs that opened it, under which it is sealed again. */
  readonly context: Context;
  /** The version that is current there; null: none. Left out where several versions are copied. */
  readonly expect?: VersionId | null;
}

/** What the destination does not keep, and of how many versions. */
export type Losses = Readonly<Record<"comment" | "expires" | "type" | "context" | "origin", number>>;

/** What became of a namespace. Of stores without commits of several changes it is the last commit. */
export interface CopiedNamespace {
  readonly namespace: string;
  readonly commit: string | null;
  readonly sequence: number;
  readonly changed: readonly ChangedName[];
}

export interface CopyReport {
  /** All that were concerned, in byte order. */
  readonly namespaces: readonly CopiedNamespace[];
  /** What was, or with `dryRun` would be, copied, in its order within each namespace. */
  readonly steps: readonly Step[];
  /** How many versions were there already. */
  readonly same: number;
  /** Paths at the source whose oldest values were destroyed, or are more than the destination keeps. */
  readonly shortened: readonly string[];
  /** How many secrets below the source's namespace were not asked for, as far as that is known. */
  readonly below: number;
  readonly losses: Losses;
  /** Paths there whose values are not those of the source; null where that was not looked at afterwards. */
  readonly differing: readonly string[] | null;
}
