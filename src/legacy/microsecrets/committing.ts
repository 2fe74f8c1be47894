import type { DataKeys } from "../../aws/kms/data-keys.js";
import type { BucketObjects } from "../../aws/s3/bucket-objects.js";
import type { Call } from "../../core/call.js";
import { quote } from "../../core/name.js";
import type { Commit } from "../../core/secret-store.js";
import { CofferError } from "../../errors.js";
import { applyChanges, type PlainChange } from "./changes.js";
import { encodeEnvironment } from "./format.js";
import { keyOf } from "./layout.js";
import { withLock } from "./lock.js";
import { commitOfState } from "./log.js";
import { commitOfUpload, parseState } from "./states.js";
import { findKmsKey, gone, listUploads, putUpload, readUpload } from "./uploads.js";

/** What writing needs. */
export interface Writer {
  readonly objects: BucketObjects;
  readonly keys: DataKeys;
  /** The key of the URL; undefined: each service's own. */
  readonly kmsKey: string | undefined;
  readonly now: () => Date;
  readonly author: () => Promise<string>;
}

export interface CommitOptions extends Call {
  readonly expect?: string | null | undefined;
  readonly dryRun?: boolean;
}

/** How often it is made again on top of what others have uploaded at the same moment. */
const MAX_TRIES = 5;

/**
 * Uploads the environment of a service with the changes made, while no other Coffer writes to it. What microsecrets itself uploads at that moment cannot be kept away: then ours is
 * made again, on top of that. Throws `CONFLICT`, `NOT_FOUND`, and what AWS says.
 */
export async function commitEnvironment(
  writer: Writer,
  service: string,
  changes: readonly PlainChange[],
  options: CommitOptions,
): Promise<Commit> {
  const { objects, keys } = writer;
  const { signal } = options;
  if (options.dryRun === true) {
    const { commit } = await plan(writer, service, changes, options);
    return commit("");
  }
  const kmsKey = await findKmsKey(keys, service, writer.kmsKey, signal);
  return withLock(objects, service, signal, async (held) => {
    let { expect } = options;
    for (let tries = 1; tries <= MAX_TRIES; tries++) {
      const { ids, body, now, commit } = await plan(writer, service, changes, {
        expect,
        ...(signal === undefined ? {} : { signal }),
      });
      held.assertFresh();
      const place = { service, label: null };
      const id = await putUpload(objects, { place, body, now, newest: ids.at(-1) ?? null, kmsKey }, signal);
      const there = await listUploads(objects, place, signal);
      const others = there.filter((each) => each !== id && !ids.includes(each));
      if (others.length === 0) return withPuts(commit(id), id, changes);
      expect = undefined;
    }
    throw new CofferError("CONFLICT", `others upload to ${quote(service)} all the time`, { hint: "try again later" });
  });
}

interface Plan {
  /** Of the uploads that are there. */
  readonly ids: readonly string[];
  readonly body: Uint8Array;
  readonly now: Date;
  /** What it is as a commit, once it has an id. */
  readonly commit: (id: string) => Commit;
}

/** What has to be uploaded, on top of what is newest. */
async function plan(
  { objects, now: clock, author }: Writer,
  service: string,
  changes: readonly PlainChange[],
  { expect, signal }: CommitOptions,
): Promise<Plan> {
  const place = { service, label: null };
  const ids = await listUploads(objects, place, signal);
  const newest = ids.at(-1) ?? null;
  assertHead(service, newest === null ? null : commitOfUpload(newest), expect);
  const read = newest === null ? null : await readUpload(objects, place, newest, signal);
  if (newest !== null && read === null) throw gone(objects, keyOf(place, newest));
  const before = read === null ? null : parseState(objects, read);
  const environment = applyChanges(before, changes);
  const [now, user] = [clock(), await author()];
  return {
    ids,
    now,
    body: encodeEnvironment(environment, { time: now, user }),
    commit: (id) => commitOfState(service, before, { id, environment, time: now, author: user }, ids.length + 1),
  };
}

/** What was put counts as changed, though it be the same text. */
function withPuts(commit: Commit, version: string, changes: readonly PlainChange[]): Commit {
  const known = new Set(commit.changes.map(({ name }) => name));
  const same = [...new Set(changes.filter(({ op }) => op === "put").map(({ name }) => name))].filter(
    (n) => !known.has(n),
  );
  if (same.length === 0) return commit;
  const more = same.map((name) => ({ name, version, change: "changed" }) as const);
  return { ...commit, changes: [...commit.changes, ...more] };
}

/** Throws `CONFLICT` where another upload is newest than the one expected. */
export function assertHead(namespace: string, head: string | null, expected: string | null | undefined): void {
  if (expected === undefined || expected === head) return;
  throw new CofferError("CONFLICT", `somebody else has uploaded to ${quote(namespace)}`, {
    hint: "look at what is there, and decide again",
  });
}
