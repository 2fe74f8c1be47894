import { compareText } from "../../core/bytes.js";
import type { Call } from "../../core/call.js";
import { type CommitDocument, IN_BLOB, sealedChanges } from "../../core/documents/commit.js";
import type { KeyRecord } from "../../core/documents/key-table.js";
import { quote } from "../../core/name.js";
import { isInRanges } from "../../core/ranges.js";
import { replay } from "../../core/replay.js";
import { emptyState, type ReplayedVersion, type State } from "../../core/state.js";
import { CofferError } from "../../errors.js";
import { damaged } from "../damaged.js";
import { shownNamespace, type VerifiedHead } from "../heads/found-head.js";
import type { VaultParts } from "../parts.js";
import type { SealedVersion } from "../reading/open-version.js";
import { assertLinked } from "../verifying/verify-chain.js";
import { proveCommit, walkChain } from "./chain.js";

/** A revision as a person names it: a commit by (the beginning of) its id, or a moment. */
export type Revision = { readonly commit: string } | { readonly time: number };

/** What a namespace held at a revision, and where its values are. */
export interface PastState {
  readonly commit: CommitDocument;
  readonly state: State;
  /** The names, in byte order, whose value of then was destroyed since. */
  readonly destroyed: readonly string[];
  locate(name: string, version: Exclude<ReplayedVersion, { deleted: true }>): SealedVersion;
}

const TIME = /^\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:\d\d))?$/;

/** Reads `--at` and its like: commit id (8 hex digits at least), RFC 3339 time, or date (00:00 UTC). Throws `USAGE`. */
export function parseRevision(text: string): Revision {
  const commit = /^c?([0-9a-f]{8,64})$/.exec(text);
  if (commit?.[1] !== undefined) return { commit: `c${commit[1]}` };
  const time = TIME.test(text) ? Date.parse(text.replace(" ", "T")) : Number.NaN;
  if (!Number.isNaN(time)) return { time };
  throw new CofferError(
    "USAGE",
    "a revision is a commit id (8 or more hex digits), a time such as 2026-01-31T12:00:00Z, or a date",
  );
}

/** The names, in byte order, that had a value at a revision which was destroyed since. Throws as `readPast`. */
export async function findDestroyed(
  parts: VaultParts,
  head: VerifiedHead,
  at: string,
  options: Call = {},
): Promise<readonly string[]> {
  return (await readPast(parts, head, parseRevision(at), options))?.destroyed ?? [];
}

/** The state of a namespace at a revision, or null when it was before the first commit. Throws `NOT_FOUND` for a commit that is not there, `USAGE` for an id that several begin with. */
export async function readPast(
  parts: VaultParts,
  head: VerifiedHead,
  revision: Revision,
  options: Call = {},
): Promise<PastState | null> {
  const chain: CommitDocument[] = [];
  for await (const commit of walkChain(parts, head, options)) chain.push(commit);
  const commit = "time" in revision ? chain.find(isNotAfter(revision.time)) : findCommit(chain, revision.commit, head);
  if (commit === undefined) return null;
  const past = chain.filter(({ header }) => header.sequence <= commit.header.sequence).reverse();
  const state = emptyState();
  for (const [index, item] of past.entries()) {
    assertLinked(item, past[index - 1]);
    replay(state, item.id, item.header);
  }
  const destroyed = dropPurged(state, head, chain.slice(0, chain.length - past.length));
  const sealed = await collectSealed(parts, head, past, options);
  return { commit, state, destroyed, locate: sealed };
}

/** What was destroyed since, or forgotten with its name, is not there any more at any time. Gives the names that had a value before. */
function dropPurged(state: State, { document }: VerifiedHead, since: readonly CommitDocument[]): string[] {
  const before = namesOf(state);
  // A name that was put again since is in the head, but none of what it was before.
  for (const change of since.flatMap(({ header }) => header.changes)) {
    if (change.op === "forget") state.entries.delete(change.name);
  }
  for (const [name, entry] of state.entries) {
    const now = document.entries.get(name);
    const gone = ({ version }: ReplayedVersion): boolean => now === undefined || isInRanges(now.purged ?? [], version);
    const { current, ...rest } = entry;
    const staged = new Map([...entry.staged].filter(([, version]) => !gone(version)));
    state.entries.set(name, { ...rest, staged, ...(current === undefined || gone(current) ? {} : { current }) });
  }
  const left = new Set(namesOf(state));
  return before.filter((name) => !left.has(name)).sort(compareText);
}

function namesOf({ entries }: State): string[] {
  return [...entries.values()].flatMap(({ name, current }) =>
    current === undefined || "deleted" in current ? [] : [name],
  );
}

function isNotAfter(time: number): (commit: CommitDocument) => boolean {
  return ({ header }) => Date.parse(header.time) <= time;
}

function findCommit(chain: readonly CommitDocument[], prefix: string, head: VerifiedHead): CommitDocument {
  const [found, another] = chain.filter(({ id }) => id.startsWith(prefix));
  if (another !== undefined)
    throw new CofferError("USAGE", `several commits begin with ${prefix}`, { hint: "give more digits" });
  if (found !== undefined) return found;
  const namespace = shownNamespace(head.owner.namespace);
  throw new CofferError("NOT_FOUND", `${namespace} has no commit ${prefix}`, {
    hint: `see them: coffer log ${namespace}`,
  });
}

/** Where the sealed values of past commits lie: known by their hashes. */
async function collectSealed(
  parts: VaultParts,
  { owner }: VerifiedHead,
  past: readonly CommitDocument[],
  options: Call,
): Promise<PastState["locate"]> {
  const places = new Map<string, { keys: readonly KeyRecord[]; value: string | null; commit: CommitDocument }>();
  for (const commit of past) {
    sealedChanges(commit.header).forEach(({ hash }, index) => {
      places.set(hash, { keys: commit.body.keys, value: commit.body.values[index] ?? null, commit });
    });
  }
  await Promise.all(past.map((commit) => proveCommit(parts, owner, commit, options)));
  return (name, { version, type, context, key, hash, blob }) => {
    const place = places.get(hash);
    if (place === undefined) throw damaged(`the value of version ${version} is in no commit`);
    if (place.value === null)
      throw damaged(`the value of ${quote(name)}, version ${version}, is gone but was not purged`);
    const sealed = place.value === IN_BLOB ? { sequence: blob ?? 0, hash } : place.value;
    return { owner, name, version, type, context: context ?? [], key, keys: place.keys, sealed };
  };
}
