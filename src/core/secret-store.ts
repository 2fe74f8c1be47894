import type { Call } from "./call.js";
import type { Context } from "./context.js";
import type { Sensitive } from "./sensitive.js";

/** Opaque; the vault's are decimal integers, other stores' may be any text. */
export type VersionId = string;

/** Whether a value was stored as text (UTF-8) or as bytes; it is shown accordingly, and given back unchanged either way. */
export type ValueType = "text" | "binary";

/** A namespace (`""` is the root), alone or with all that lie below it. */
export interface Scope {
  readonly namespace: string;
  readonly recursive?: boolean;
}

/** Which state to read: now, at a revision (`at`: commit id, RFC 3339 time or date), or as staged; and the context to open it with. */
export interface Read extends Call {
  readonly at?: string;
  readonly stage?: string;
  readonly context?: Context;
  /** Also what stands beside the value (comment, author) where that has to be asked for on its own; else it may be null. A vault has it at hand. */
  readonly details?: boolean;
}

/** Which version of another store a version was copied from. */
export interface Origin {
  readonly version: VersionId;
  readonly time?: Date;
  readonly author?: string;
}

/** What is known of one version without opening it. Absent is null. */
export interface VersionInfo {
  readonly version: VersionId;
  readonly time: Date | null;
  readonly author: string | null;
  readonly message: string | null;
  /** The id of the commit that made it. */
  readonly commit: string | null;
  readonly stage: string | null;
  readonly deleted: boolean;
  readonly purged: boolean;
  readonly type: ValueType;
  readonly comment: string | null;
  readonly expires: Date | null;
  /** The names of the context pairs needed to open it, sorted; their values are stored nowhere. Empty where `can.metadata` lacks them. */
  readonly context: readonly string[];
  /** Told where a version is described by the commit that made it, in stores that keep it; else left out. */
  readonly origin?: Origin;
}

export interface SecretInfo extends VersionInfo {
  readonly namespace: string;
  readonly name: string;
}

export interface Secret extends SecretInfo {
  readonly value: Sensitive;
}

/** What a namespace holds now, by its commit. `verified` is false where no key was used to prove it. */
export interface Head {
  readonly namespace: string;
  readonly commit: string;
  readonly sequence: number;
  /** The storage's tag of this state, for `head(…, { unless })`. */
  readonly etag: string;
  readonly verified: boolean;
}

/** What the caller knows already. A store that still has this head tells what it says, and does not ask again; so several calls have one state before them. */
export interface Seen {
  readonly seen?: Head;
}

/**
 * One change of a commit. `put` makes a new version, `delete` takes the name away and keeps its history, `promote` makes current what is staged
 * under a word.
 */
export type Change =
  | {
      readonly op: "put";
      readonly name: string;
      readonly value: Sensitive;
      readonly type?: ValueType;
      readonly comment?: string;
      readonly expires?: Date;
      readonly context?: Context;
      /** Seal it under a data key of its own. */
      readonly ownKey?: boolean;
      readonly stage?: string;
      readonly version?: VersionId;
      /** The version that must be current; null: the name must not exist. */
      readonly expect?: VersionId | null;
      /** Kept where `can.metadata` has it, and told by `history`. */
      readonly origin?: Origin;
    }
  | { readonly op: "delete"; readonly name: string; readonly expect?: VersionId }
  | { readonly op: "promote"; readonly name: string; readonly stage: string };

/** What became of a name in a commit. */
export type ChangeKind = "added" | "changed" | "deleted";

/** A name that a commit changed, and the version it made. */
export interface ChangedName {
  readonly name: string;
  readonly version: VersionId;
  readonly change: ChangeKind;
}

/** One atomic change of one namespace. `commit` is its id, empty where the store keeps no commits; `parent` that of the one before, null for the first; absent is null. */
export interface Commit {
  readonly namespace: string;
  readonly commit: string;
  readonly parent: string | null;
  readonly sequence: number;
  readonly time: Date;
  readonly author: string | null;
  readonly message: string | null;
  readonly changes: readonly ChangedName[];
}

/** How stores differ, as data. */
export interface Capabilities {
  readonly commit: "atomic" | "each";
  readonly compareAndSet: "namespace" | "secret" | "none";
  readonly versions: "integer" | "text" | "none";
  readonly chooseVersion: boolean;
  readonly context: boolean;
  /** `"read"`: versions have labels, which are read as stages; but what is put is current at once, so that none can wait. */
  readonly stages: boolean | "read";
  readonly log: boolean;
  readonly at: boolean;
  readonly purge: boolean;
  readonly listNeedsKey: boolean;
  readonly metadata: readonly ("comment" | "expires" | "type" | "author" | "message" | "origin" | "context")[];
  /** How many versions of a secret are kept; `Infinity` for all. */
  readonly keptVersions: number;
  readonly maxValueBytes: number;
}

/**
 * The one contract that every verb speaks. A method that a store cannot fulfil (`can` says so) throws `UNSUPPORTED`.
 * A commit of kind "each" that fails midway throws `PARTIAL` with what was done and what was not.
 */
export interface SecretStore {
  readonly url: string;
  readonly can: Capabilities;

  /** The state of a namespace, or null when nothing was ever written to it, or the store keeps no commits (`can.log`); `"unchanged"` when `unless` is its ETag. */
  head(namespace: string, options?: Call & { unless?: string }): Promise<Head | "unchanged" | null>;

  /**
   * Metadata only, in byte order of the path: everything, or it throws. What is current; `deleted`: deleted secrets too; `stage`: instead of these
   * what is staged under that word.
   */
  list(scope: Scope, options?: Call & Seen & { deleted?: boolean; stage?: string }): AsyncIterable<SecretInfo>;

  /** One secret, or null when there is none. Throws for everything else. */
  read(path: string, options?: Read & { version?: VersionId }): Promise<Secret | null>;

  /** Every secret of the scope, or of those named in `only` each one (`NOT_FOUND` names the missing): all, or it throws. */
  readAll(
    scope: Scope,
    options?: Read & Seen & { only?: readonly string[] },
  ): Promise<{ secrets: Secret[]; heads: Head[] }>;

  /** Makes the changes, in order. `expect`: the commit that must be the head; null: there must be none. Throws `CONFLICT` where an expectation fails. */
  commit(
    namespace: string,
    changes: readonly Change[],
    options?: Call & { expect?: string | null; message?: string; dryRun?: boolean },
  ): Promise<Commit>;

  /** The commits of a namespace, newest first. */
  log(namespace: string, options?: Call): AsyncIterable<Commit>;

  /** Every version of a secret, newest first; empty when there never was one. */
  history(path: string, options?: Call): AsyncIterable<VersionInfo>;

  /** Destroys the values of versions for good. */
  purge(path: string, versions: readonly VersionId[] | "all", options?: Call): Promise<void>;

  /** Lets go of connections and keys; nothing may be called afterwards. */
  close(): Promise<void>;
}
