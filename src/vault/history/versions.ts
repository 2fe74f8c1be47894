import type { Call } from "../../core/call.js";
import {
  type CommitDocument,
  IN_BLOB,
  type StoredChange,
  type StoredPut,
  type StoredReseal,
  sealedChanges,
} from "../../core/documents/commit.js";
import type { HeadEntry } from "../../core/documents/head.js";
import { ladder, nearestRung } from "../../core/ladder.js";
import { quote } from "../../core/name.js";
import { isInRanges } from "../../core/ranges.js";
import type { VersionInfo } from "../../core/secret-store.js";
import { damaged } from "../damaged.js";
import type { VerifiedHead } from "../heads/found-head.js";
import type { VaultParts } from "../parts.js";
import type { SealedVersion } from "../reading/open-version.js";
import { commitAt, proveCommit } from "./chain.js";
import { describeChange } from "./describe.js";

type Making = Extract<StoredChange, { op: "put" | "delete" }>;

/** A version and the commit that made it. */
export interface FoundVersion {
  readonly commit: CommitDocument;
  readonly change: Making;
}

/** Finds the change that made a version of a name, or null when there is no such version. docs/FORMAT.md section 10. */
export async function findVersion(
  parts: VaultParts,
  head: VerifiedHead,
  entry: HeadEntry,
  version: number,
  options: Call = {},
): Promise<FoundVersion | null> {
  if (version > entry.top) return null;
  let top = entry.top;
  let made: readonly number[] = entry.made;
  for (;;) {
    const rung = nearestRung(top, version);
    const sequence = made[[top, ...ladder(top)].indexOf(rung)];
    if (sequence === undefined) return null;
    const found = await readChange(parts, head, entry.name, rung, sequence, options);
    if (rung === version) return found;
    top = rung;
    made = [sequence, ...(found.change.earlier ?? [])];
  }
}

/** Every version of a name, newest first. */
export async function* walkVersions(
  parts: VaultParts,
  head: VerifiedHead,
  entry: HeadEntry,
  options: Call = {},
): AsyncGenerator<VersionInfo> {
  let made: readonly number[] = entry.made;
  for (let version = entry.top; made[0] !== undefined; version--) {
    const found = await readChange(parts, head, entry.name, version, made[0], options);
    yield describeChange(found.commit, found.change, {
      stage: entry.staged?.find((staged) => staged.version === version)?.stage ?? null,
      purged: isInRanges(entry.purged ?? [], version),
    });
    made = found.change.earlier ?? [];
  }
}

/** What to open for a version that was put. Who wants many of a commit says which of its values it is. Throws `INTEGRITY` where its value is gone. */
export function sealedVersion(
  head: VerifiedHead,
  { commit, change, position }: FoundVersion & { readonly change: StoredPut; readonly position?: number | undefined },
): SealedVersion {
  const sealed = sealedOf(commit, change, position);
  const { name, version, type, context, key } = change;
  return { owner: head.owner, name, version, type, context: context ?? [], key, keys: commit.body.keys, sealed };
}

/** Where the sealed value of a change lies. Throws `INTEGRITY` where it is gone, which only a purge explains. */
export function sealedOf(
  commit: CommitDocument,
  change: StoredPut | StoredReseal,
  position = sealedChanges(commit.header).indexOf(change),
): SealedVersion["sealed"] {
  const value = commit.body.values[position] ?? null;
  if (value === null)
    throw damaged(`the value of ${quote(change.name)}, version ${change.version}, is gone but was not purged`);
  return value === IN_BLOB ? { sequence: commit.header.sequence, hash: change.hash } : value;
}

async function readChange(
  parts: VaultParts,
  head: VerifiedHead,
  name: string,
  version: number,
  sequence: number,
  options: Call,
): Promise<FoundVersion> {
  const commit = await commitAt(parts, head, sequence, options);
  await proveCommit(parts, head.owner, commit, options);
  const change = commit.header.changes.find(
    (candidate): candidate is Making =>
      (candidate.op === "put" || candidate.op === "delete") && candidate.name === name && candidate.version === version,
  );
  if (change === undefined)
    throw damaged(`commit ${sequence} does not make version ${version} of ${quote(name)}, as the head says`);
  return { commit, change };
}
