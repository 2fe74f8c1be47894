import { assertContext, type Context } from "../core/context.js";
import { assertName, assertNamespace, joinPath, quote } from "../core/name.js";
import type { Change, ChangedName, Commit, SecretStore } from "../core/secret-store.js";
import type { Sensitive } from "../core/sensitive.js";
import { CofferError } from "../errors.js";
import { PartialCommit } from "../stores/partial-commit.js";

/** A store that keeps versions of secrets side by side, each written by itself, and the latest of them being what is current. */
export interface EachStore {
  /** As errors call it: `a store of creds3`. */
  readonly kind: string;
  readonly maxValueBytes: number;
  readonly takesComment: boolean;
  /** All versions of a secret, the latest first. */
  versionsOf(name: string, signal?: AbortSignal): Promise<readonly string[]>;
  /** Whether a version that somebody names is the one that is stored so; without it they are as they are spelt. */
  isSameVersion?(named: string, stored: string): boolean;
  /** The version behind the latest. Throws `CONFLICT` where there can be none. */
  nextVersion(name: string, latest: string | null): string;
  /** `lost`: that version is there. */
  put(value: EachValue, version: string, signal?: AbortSignal): Promise<"done" | "lost">;
  /** `check` throws for what it must not come behind. */
  putNext(
    value: EachValue,
    check: (latest: string | null) => void,
    signal?: AbortSignal,
  ): Promise<{ readonly version: string; readonly before: string | null }>;
  delete(name: string, version: string, signal?: AbortSignal): Promise<void>;
}

/** A value that becomes a version. */
export interface EachValue {
  readonly name: string;
  readonly value: Sensitive;
  readonly context: Context;
  readonly comment: string | null;
}

type Put = Extract<Change, { op: "put" }>;
type Delete = Extract<Change, { op: "delete" }>;
type CommitOptions = Parameters<SecretStore["commit"]>[2];

/**
 * Makes one change after the other, for a store that knows no commit of several. What cannot be at all is refused before the first. Throws `PARTIAL` where a later one fails, with
 * what was done.
 */
export async function commitEach(
  store: EachStore,
  namespace: string,
  changes: readonly Change[],
  { expect, dryRun = false, signal }: NonNullable<CommitOptions> = {},
): Promise<Commit> {
  assertNamespace(namespace);
  if (changes.length === 0) throw new CofferError("USAGE", "a commit without a change");
  if (expect !== undefined) throw unsupported(store, "has no commits that could be expected");
  for (const change of changes) assertChange(store, change);
  signal?.throwIfAborted();
  const make = dryRun ? rehearse(store, namespace) : (change: Change) => makeOne(store, namespace, change, signal);
  const done: ChangedName[] = [];
  for (const [index, change] of changes.entries()) {
    try {
      done.push(await make(change, signal));
    } catch (cause) {
      if (done.length === 0 || dryRun) throw cause;
      throw new PartialCommit(namespace, { done, failed: change.name, rest: changes.slice(index + 1), cause });
    }
  }
  const none = { commit: "", parent: null, sequence: 0, author: null, message: null };
  return { namespace, ...none, time: new Date(), changes: done };
}

async function makeOne(
  store: EachStore,
  namespace: string,
  change: Change,
  signal: AbortSignal | undefined,
): Promise<ChangedName> {
  const name = joinPath(namespace, change.name);
  if (change.op === "put") return putOne(store, name, change, signal);
  if (change.op === "delete") return deleteOne(store, name, change, signal);
  throw unsupported(store, "has no stages");
}

async function putOne(
  store: EachStore,
  name: string,
  change: Put,
  signal: AbortSignal | undefined,
): Promise<ChangedName> {
  const { value, context = {}, comment = null, version } = change;
  const whole = { name, value, context, comment };
  if (version === undefined) {
    const check = (latest: string | null): void => assertExpected(store, name, change, latest);
    const made = await store.putNext(whole, check, signal);
    return { name: change.name, version: made.version, change: made.before === null ? "added" : "changed" };
  }
  const [latest = null] = await store.versionsOf(name, signal);
  assertExpected(store, name, change, latest);
  if ((await store.put(whole, version, signal)) === "lost") throw taken(name, version);
  return { name: change.name, version, change: latest === null ? "added" : "changed" };
}

/** Deletes the versions that were there when it began, and no other, the latest last: who is stopped in between leaves what is current. */
async function deleteOne(
  store: EachStore,
  name: string,
  change: Delete,
  signal: AbortSignal | undefined,
): Promise<ChangedName> {
  const [latest, ...older] = await store.versionsOf(name, signal);
  if (latest === undefined) throw notThere(name, change);
  assertExpected(store, name, change, latest);
  await Promise.all(older.map((version) => store.delete(name, version, signal)));
  await store.delete(name, latest, signal);
  return { name: change.name, version: latest, change: "deleted" };
}

/** Says what would be done, as one change after the other would find it. */
function rehearse(
  store: EachStore,
  namespace: string,
): (change: Change, signal: AbortSignal | undefined) => Promise<ChangedName> {
  const planned = new Map<string, string | null>();
  return async (change, signal) => {
    const name = joinPath(namespace, change.name);
    const known = planned.get(name);
    const latest = known === undefined ? ((await store.versionsOf(name, signal))[0] ?? null) : known;
    if (change.op === "promote") throw unsupported(store, "has no stages");
    if (change.op === "delete" && latest === null) throw notThere(name, change);
    assertExpected(store, name, change, latest);
    const next = change.op === "delete" ? null : (change.version ?? store.nextVersion(name, latest));
    planned.set(name, next);
    const kind = change.op === "delete" ? "deleted" : latest === null ? "added" : "changed";
    return { name: change.name, version: next ?? latest ?? "", change: kind };
  };
}

function assertChange(store: EachStore, change: Change): void {
  assertName(change.name);
  if (change.op === "promote") throw unsupported(store, "has no stages");
  if (change.op === "delete") return;
  if (change.stage !== undefined) throw unsupported(store, "has no stages");
  if (change.expires !== undefined) throw unsupported(store, "keeps no expiry");
  if (change.comment !== undefined && !store.takesComment) throw unsupported(store, "keeps no comment");
  assertContext(change.context ?? {});
  if (change.value.byteLength > store.maxValueBytes) {
    throw new CofferError("INVALID", `the value of ${quote(change.name)} is bigger than ${store.maxValueBytes} bytes`);
  }
}

function assertExpected(
  { isSameVersion = Object.is }: EachStore,
  name: string,
  { expect }: Put | Delete,
  latest: string | null,
): void {
  if (expect === undefined || expect === latest) return;
  if (expect !== null && latest !== null && isSameVersion(expect, latest)) return;
  const found = latest === null ? "it is not there" : `it is at ${quote(latest)}`;
  const wanted = expect === null ? "is not new" : `is not at version ${quote(expect)}`;
  throw new CofferError("CONFLICT", `${quote(name)} ${wanted}: ${found}`, { hint: "look at it again, then decide" });
}

function taken(name: string, version: string): CofferError {
  return new CofferError("CONFLICT", `${quote(name)} has a version ${quote(version)} already`, {
    hint: "choose another version, or none for the next one",
  });
}

function notThere(name: string, { expect }: Delete): CofferError {
  if (expect !== undefined) return new CofferError("CONFLICT", `there is no secret ${quote(name)} any more`);
  return new CofferError("NOT_FOUND", `there is no secret ${quote(name)}`, {
    hint: "see what there is with `coffer list`",
  });
}

function unsupported({ kind }: EachStore, what: string): CofferError {
  return new CofferError("UNSUPPORTED", `${kind} ${what}`);
}
