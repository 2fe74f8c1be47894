import type { Call } from "../core/call.js";
import type { Context } from "../core/context.js";
import type { Change, Commit, Head, SecretStore, ValueType, VersionId } from "../core/secret-store.js";
import type { ErrorCode } from "../errors.js";
import type { KeyOpener, KeyProvider, KeyWrapper } from "../keys/key-provider.js";
import type { ObjectStore } from "../objects/object-store.js";
import type { PurgeOptions, PurgeReport, PurgeSelection } from "./purging/contract.js";

/** Something that is not as it was written. */
export interface Problem {
  /** The object's key in the store. */
  readonly object: string;
  readonly code: ErrorCode;
  readonly message: string;
}

/** What `verify` found in one namespace. */
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
  /** What was seen of the namespace at last, or null. */
  find(url: string, namespace: string): Promise<RememberedHead | null>;
  /** Null forgets it. */
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
  /** Written into commits: who makes them, or how that is found out. It is begun together with the first request of a change, and must not fail. */
  readonly author?: string | (() => Promise<string | undefined>);
  /** The clock that commits are stamped by; the machine's if nothing is said. */
  readonly now?: () => Date;
  /** How long one call may last in all, in ms (30,000). */
  readonly timeout?: number;
}

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

/** A new value of a name, to be handed in. */
export type Submittable = Pick<Extract<Change, { op: "put" }>, "name" | "value" | "type" | "comment" | "expires">;

/** A change that was handed in and waits to be accepted. All of it is what the submitter claims. Absent is null. */
export interface Submission {
  readonly id: string;
  readonly namespace: string;
  readonly time: Date;
  readonly author: string | null;
  readonly message: string | null;
  /** The names of the context pairs needed to open it, sorted. */
  readonly context: readonly string[];
  readonly puts: readonly SubmittedValue[];
  /** SHA-256 of its bytes in hex: what was looked at is what is accepted. */
  readonly digest: string;
}

/** One new value of a submission, without the value. */
export interface SubmittedValue {
  readonly name: string;
  readonly type: ValueType;
  readonly comment: string | null;
  readonly expires: Date | null;
}

/** An object of an inbox: a submission, or something that is none, under what its key ends in. */
export type InboxItem =
  | { readonly id: string; readonly submission: Submission; readonly problem: null }
  | { readonly id: string; readonly submission: null; readonly problem: Problem };

/** How submissions are accepted. */
export interface AcceptOptions extends Call {
  /** A pool of pairs: each submission that has a context takes those it names. */
  readonly context?: Context;
  readonly message?: string;
  /** They wait under this stage instead of being current. */
  readonly stage?: string;
  /** The version that must be current of each name; null: it must not exist. */
  readonly expectVersion?: VersionId | null;
  /** The commit that must be the head; null: there must be none. */
  readonly expect?: string | null;
  readonly dryRun?: boolean;
}

/** What accepting has come to. */
export interface Acceptance {
  /** The commit that has them all, by which they count; null where every one had been accepted before. */
  readonly commit: Commit | null;
  /** The ids that this commit accepts, in its order. */
  readonly accepted: readonly string[];
  /** The ids of those that an earlier commit had accepted: nothing was committed for them. */
  readonly already: readonly string[];
  /** The ids of those of both whose objects could not be removed. They are never accepted again. */
  readonly left: readonly string[];
}

/** A namespace as its head shows it; times are claims of those who wrote them. */
export interface NamespaceState {
  readonly namespace: string;
  readonly commit: string;
  readonly sequence: number;
  /** The latest time that it has of any secret; 1970 where it has none. */
  readonly newest: Date;
  /** When the data keys in use were made: the time of the first commit of their epoch. */
  readonly keysSince: Date;
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

  /**
   * Purges: one commit that says what goes, and then every copy of these values is destroyed, and whatever an interrupted purge has left. As `purge`, but it
   * tells what it did, or would do. Throws `NOT_FOUND`, and `CONFLICT` for a version that is current or staged.
   */
  destroy(namespace: string, selection: PurgeSelection, options?: PurgeOptions): Promise<PurgeReport>;

  /** Removes the objects that interrupted writers left behind, and resolves to their keys. */
  sweep(namespace: string, options?: Call & { readonly dryRun?: boolean }): Promise<readonly string[]>;

  /** The names, in byte order, that had a value at a revision (commit id, RFC 3339 time or date) which was destroyed since: reading `at` passes over them. */
  destroyed(namespace: string, at: string, options?: Call): Promise<readonly string[]>;

  /** Reads and proves the head of a namespace, and tells its state; null where nothing was ever written to it. Throws as reading it does. */
  examine(namespace: string, options?: Call): Promise<NamespaceState | null>;

  /** Every namespace that was ever written to, in byte order. Needs no key, and proves nothing. */
  namespaces(options?: Call): Promise<string[]>;

  /**
   * Begins a new epoch: a new data key, wrapped for the vault's own key and `alsoWrap`, under which everything that is current or staged is sealed anew;
   * no version changes its number. `newKey` and `dropKey` also change for whom older commits are wrapped. Whoever could read before or is to read
   * afterwards can read meanwhile; after an interruption the same call goes on. Throws `NOT_FOUND`, `CONTEXT`, `ACCESS_DENIED`, `USAGE`.
   */
  rekey(namespace: string, options?: RekeyOptions): Promise<RekeyReport>;

  /**
   * Gives a namespace whose master key is lost a new one, by the recovery key. Needs no key of the vault itself. Throws `ACCESS_DENIED` where neither what is
   * remembered, nor the least head, nor `head` proves that the namespace is what was written, and what reading and `verify` find wrong.
   */
  recover(namespace: string, options: RecoverOptions): Promise<RekeyReport>;

  /**
   * Hands in new values for somebody else to accept. Makes one data key and puts one object; reads and lists nothing, so the store's id must be pinned or remembered
   * (`USAGE`). They all have the one context. Throws `OUTCOME_UNKNOWN`, naming the id, where no answer came.
   */
  submit(
    namespace: string,
    puts: readonly Submittable[],
    options?: Call & { context?: Context; message?: string; dryRun?: boolean },
  ): Promise<Submission>;

  /**
   * What waits in a namespace, in the order in which it would be accepted; then what is no submission. Needs no key, and proves nothing. `only`: those whose ids it
   * says true of; the others are not read.
   */
  inbox(namespace: string, options?: Call & { only?: (id: string) => boolean }): AsyncIterable<InboxItem>;

  /**
   * Opens submissions and makes one commit of them, the older first, in which each value has its submission as origin; then removes them. None is ever accepted twice. All, or
   * none: throws `NOT_FOUND` for one that is gone, `CONFLICT` for one that is not what was looked at, `CONTEXT`, `ACCESS_DENIED`, `INTEGRITY`, and what `commit` throws.
   */
  acceptSubmissions(
    namespace: string,
    submissions: readonly Pick<Submission, "id" | "digest">[],
    options?: AcceptOptions,
  ): Promise<Acceptance>;

  /** Removes objects of an inbox, whatever they are, by what their keys end in. Opens none. Needs no key. */
  rejectSubmissions(namespace: string, ids: readonly string[], options?: Call): Promise<void>;
}
