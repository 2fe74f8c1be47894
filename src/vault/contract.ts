import type { Call } from "../core/call.js";
import type { Context } from "../core/context.js";
import type { Head, SecretInfo, SecretStore } from "../core/secret-store.js";
import type { Sensitive } from "../core/sensitive.js";
import type { KeyProvider, KeyWrapper } from "../keys/key-provider.js";
import type { ObjectStore } from "../objects/object-store.js";
import type { HeadMemory, NamespaceState } from "./heads/contract.js";
import type { PurgeOptions, PurgeReport, PurgeSelection } from "./purging/contract.js";
import type { RecoverOptions, RekeyOptions, RekeyReport } from "./rekeying/contract.js";
import type { Acceptance, AcceptOptions, InboxItem, Submission, Submittable } from "./submitting/contract.js";
import type { NamespaceReport } from "./verifying/contract.js";

/** What a vault stands on, and what it is held to. */
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

  /**
   * Every version that was ever made in a namespace, newest first, of deleted secrets too: as `history`, for all of them at once, and each commit is read once.
   * Those that `open` says true of are opened as well, with the pairs of `context` that they name; the others, and deletions, have null. Throws `CONTEXT`
   * where pairs are missing, and what reading throws.
   */
  versions(
    namespace: string,
    options?: Call & { context?: Context; open?: (info: SecretInfo) => boolean },
  ): AsyncIterable<SecretInfo & { readonly value: Sensitive | null }>;

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
