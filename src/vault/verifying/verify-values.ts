import { isEqualBytes } from "../../core/bytes.js";
import type { Call } from "../../core/call.js";
import type { CommitDocument, StoredChange, StoredPut } from "../../core/documents/commit.js";
import { type HeadDocument, liveVersions } from "../../core/documents/head.js";
import { blobKey, commitKey, headKey } from "../../core/layout.js";
import { quote } from "../../core/name.js";
import { isInRanges } from "../../core/ranges.js";
import { hashSealed } from "../../core/sealing.js";
import { damaged } from "../damaged.js";
import type { FoundHead } from "../heads/found-head.js";
import { proveCommit } from "../history/chain.js";
import { sealedOf } from "../history/versions.js";
import type { VaultParts } from "../parts.js";
import { openVersion, readSealed, type SealedVersion } from "../reading/open-version.js";
import type { Check } from "./verify-chain.js";

interface Manner {
  readonly withKey: boolean;
  readonly check: Check;
}

/** Checks every value of a chain (newest first) and of its head: that it is there, has its hash and, with a key, opens. */
export async function checkValues(
  parts: VaultParts,
  head: FoundHead,
  chain: readonly CommitDocument[],
  manner: Manner,
  options: Call,
): Promise<void> {
  const sealedSoFar = new Map<string, SealedVersion>();
  const oldestFirst = [...chain].reverse();
  const forgotten = lastForgotten(oldestFirst);
  for (const commit of oldestFirst) {
    const place = commitKey(head.owner.namespace, commit.header.sequence, commit.id);
    if (manner.withKey)
      await manner.check(place, async () => void (await proveCommit(parts, head.owner, commit, options)));
    for (const change of commit.header.changes) {
      await manner.check(place, () =>
        checkChange(parts, { head, commit, change, sealedSoFar, forgotten }, manner, options),
      );
    }
  }
  await checkHead(parts, head, manner, options);
}

interface Step {
  readonly head: FoundHead;
  readonly commit: CommitDocument;
  readonly change: StoredChange;
  /** What each version was sealed as until here, by version and name. */
  readonly sealedSoFar: Map<string, SealedVersion>;
  /** The highest version of each name that was ever forgotten with it. */
  readonly forgotten: ReadonlyMap<string, number>;
}

async function checkChange(
  parts: VaultParts,
  { head, commit, change, sealedSoFar, forgotten }: Step,
  manner: Manner,
  options: Call,
): Promise<void> {
  if (change.op !== "put" && change.op !== "reseal" && change.op !== "move") return;
  if (change.version <= (forgotten.get(change.name) ?? 0) || wasPurged(head.document, change)) return;
  const id = `${change.version} ${change.name}`;
  const before = sealedSoFar.get(id);
  if (change.op === "move") return checkMoved(parts, before, commit.header.sequence, options);
  const described = change.op === "put" ? describe(head, change) : before;
  if (described === undefined) return;
  const now = { ...described, key: change.key, keys: commit.body.keys, sealed: sealedOf(commit, change) };
  sealedSoFar.set(id, now);
  await checkOne(parts, now, manner, options);
  if (before !== undefined && opens(now, manner)) await assertSameValue(parts, before, now, options);
}

async function checkMoved(
  parts: VaultParts,
  before: SealedVersion | undefined,
  sequence: number,
  options: Call,
): Promise<void> {
  if (before === undefined || typeof before.sealed !== "string") return;
  await readSealed(parts, { owner: before.owner, sealed: { sequence, hash: hashSealed(before.sealed) } }, options);
}

async function assertSameValue(
  parts: VaultParts,
  before: SealedVersion,
  now: SealedVersion,
  options: Call,
): Promise<void> {
  const given = { pairs: {}, pool: false };
  const [old, resealed] = await Promise.all([
    openVersion(parts, before, given, options),
    openVersion(parts, now, given, options),
  ]);
  if (!isEqualBytes(old.reveal(), resealed.reveal()))
    throw damaged(`${quote(now.name)}, version ${now.version}, was resealed to another value`);
}

async function checkHead(parts: VaultParts, head: FoundHead, manner: Manner, options: Call): Promise<void> {
  const { entries, header } = head.document;
  for (const entry of entries.values()) {
    for (const version of liveVersions([entry])) {
      const inBlob = "blob" in version;
      const sealed = inBlob ? { sequence: version.blob, hash: version.hash } : version.value;
      const place = inBlob ? blobKey(head.owner.namespace, version.blob, version.hash) : headKey(head.owner.namespace);
      const item = { ...describe(head, { ...version, name: entry.name }), key: version.key, keys: header.keys, sealed };
      await manner.check(place, () => checkOne(parts, item, manner, options));
    }
  }
}

async function checkOne(parts: VaultParts, item: SealedVersion, manner: Manner, options: Call): Promise<void> {
  if (opens(item, manner)) await openVersion(parts, item, { pairs: {}, pool: false }, options);
  else await readSealed(parts, item, options);
}

function opens({ context }: SealedVersion, { withKey }: Manner): boolean {
  return withKey && context.length === 0;
}

function describe(
  { owner }: FoundHead,
  { name, version, type, context }: Pick<StoredPut, "name" | "version" | "type" | "context">,
): Pick<SealedVersion, "owner" | "name" | "version" | "type" | "context"> {
  return { owner, name, version, type, context: context ?? [] };
}

/** A name that is put again after it was forgotten begins above these: so they tell which of its versions were destroyed with it. */
function lastForgotten(oldestFirst: readonly CommitDocument[]): Map<string, number> {
  const tops = new Map<string, number>();
  const forgotten = new Map<string, number>();
  for (const change of oldestFirst.flatMap(({ header }) => header.changes)) {
    if (change.op === "forget") forgotten.set(change.name, tops.get(change.name) ?? 0);
    else if (change.op === "put" || change.op === "delete") tops.set(change.name, change.version);
  }
  return forgotten;
}

/** True where the version was destroyed, alone or with its name. */
function wasPurged(
  { entries, header }: HeadDocument,
  { name, version }: { readonly name: string; readonly version: number },
): boolean {
  const entry = entries.get(name);
  if (entry === undefined) return version <= (header.floor ?? 0);
  return isInRanges(entry.purged ?? [], version);
}
