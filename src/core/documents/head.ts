import { compareText, isStrictlyAscending, joinBytes } from "../bytes.js";
import { ladder } from "../ladder.js";
import { isInRanges } from "../ranges.js";
import { hashSealed } from "../sealing.js";
import {
  assertAncestors,
  assertLadder,
  comment,
  commitId,
  context,
  epoch,
  hash,
  keyId,
  MAX_HEAD_BYTES,
  MAX_NAMES,
  MAX_SEALED_BYTES,
  MIN_SEALED_BYTES,
  mac,
  name,
  namespace,
  nonce,
  ranges,
  sequence,
  sequences,
  stage,
  version,
} from "./fields.js";
import { assertKeysUsed, keyTable } from "./key-table.js";
import { encodeLine, FORMAT, parseLine, splitLines } from "./lines.js";
import { array, base64url, misshapen, type Of, object, optional, type Shape, time, whole, word } from "./shape.js";

const made = { version, sequence, commit: commitId, time };
const described = {
  ...made,
  type: word("text", "binary"),
  comment: optional(comment),
  expires: optional(time),
  context: optional(context),
  key: keyId,
};
const inline = { value: base64url(MIN_SEALED_BYTES, MAX_SEALED_BYTES) };
const inBlob = { blob: sequence, hash };
const staged = { stage };

const tombstone = object({ ...made, deleted: word(true) });
const withValue = object({ ...described, ...inline });
const withBlob = object({ ...described, ...inBlob });
const stagedValue = object({ ...staged, ...described, ...inline });
const stagedBlob = object({ ...staged, ...described, ...inBlob });

/** A deleted version. */
export type Tombstone = Of<typeof tombstone>;
/** A version with a value, inline or in a blob. docs/FORMAT.md section 8. */
export type LiveVersion = Of<typeof withValue> | Of<typeof withBlob>;
export type StagedVersion = LiveVersion & { readonly stage: string };

const current: Shape<Tombstone | LiveVersion> = (value, place) => {
  if (hasField(value, "deleted")) return tombstone(value, place);
  return hasField(value, "blob") ? withBlob(value, place) : withValue(value, place);
};
const stagedVersion: Shape<StagedVersion> = (value, place) =>
  hasField(value, "blob") ? stagedBlob(value, place) : stagedValue(value, place);

const entry = object({
  name,
  top: version,
  made: sequences(1),
  purged: optional(ranges),
  current: optional(current),
  staged: optional(array(stagedVersion, 1, MAX_NAMES)),
});

/** What a head says of one name. */
export type HeadEntry = Of<typeof entry>;

const first = object({
  coffer: word(FORMAT),
  kind: word("head"),
  store: nonce,
  namespace,
  epoch,
  sequence,
  commit: commitId,
  ancestors: array(commitId, 0, Number.MAX_SAFE_INTEGER),
  nonce,
  floor: optional(whole(1)),
  keys: keyTable,
});
const trailer = object({ mac });

export type HeadHeader = Of<typeof first>;

/** A head as read: `authenticated` are the bytes that `mac` covers. */
export interface HeadDocument {
  readonly header: HeadHeader;
  readonly entries: ReadonlyMap<string, HeadEntry>;
  readonly mac: string;
  readonly authenticated: Uint8Array;
}

/** Reads a head's bytes. Throws `INTEGRITY` or `UNSUPPORTED`; does not check its MAC. */
export function parseHead(bytes: Uint8Array, place: string): HeadDocument {
  const lines = splitLines(bytes, place, MAX_HEAD_BYTES);
  if (lines.length < 2) throw misshapen(place, `has ${lines.length} lines`);
  const header = parseLine(lines[0], first, place);
  assertAncestors(header.ancestors, header.sequence, place);
  const entries = parseEntries(lines.slice(1, -1), header.sequence, place);
  const used = Array.from(liveVersions(entries.values()), ({ key, context }) => ({ key, context: context ?? [] }));
  assertKeysUsed(header.keys, header, used, place);
  const last = lines.at(-1) ?? bytes;
  const authenticated = bytes.subarray(0, bytes.byteLength - last.byteLength);
  return { header, entries, mac: parseLine(last, trailer, place).mac, authenticated };
}

/** The bytes of a head; `entries` in any order. */
export function encodeHead(
  header: HeadHeader,
  entries: Iterable<HeadEntry>,
  sign: (authenticated: Uint8Array) => string,
): Uint8Array {
  const sorted = [...entries].sort((a, b) => compareText(a.name, b.name));
  const authenticated = joinBytes(encodeLine(header), ...sorted.map(encodeLine));
  return joinBytes(authenticated, encodeLine({ mac: sign(authenticated) }));
}

/** Every version of a head that has a value: current and staged ones. */
export function* liveVersions(entries: Iterable<HeadEntry>): Generator<LiveVersion> {
  for (const item of entries) {
    if (item.current !== undefined && isLive(item.current)) yield item.current;
    yield* item.staged ?? [];
  }
}

export function isLive(candidate: Tombstone | LiveVersion): candidate is LiveVersion {
  return !("deleted" in candidate);
}

/** The hash of a version's sealed value, wherever it lies. */
export function hashOf(live: LiveVersion): string {
  return "hash" in live ? live.hash : hashSealed(live.value);
}

function parseEntries(lines: readonly Uint8Array[], newest: number, place: string): Map<string, HeadEntry> {
  if (lines.length > MAX_NAMES) throw misshapen(place, `has ${lines.length} names`);
  const entries = new Map<string, HeadEntry>();
  let before: string | undefined;
  lines.forEach((line, index) => {
    const item = parseLine(line, entry, `${place}, line ${index + 2}`);
    assertEntry(item, newest, `${place}, line ${index + 2}`);
    if (before !== undefined && compareText(before, item.name) >= 0) throw misshapen(place, "is not in order");
    before = item.name;
    entries.set(item.name, item);
  });
  return entries;
}

function assertEntry(item: HeadEntry, newest: number, place: string): void {
  assertLadder(item.made.slice(1), item.top, place);
  if (!isStrictlyAscending((item.staged ?? []).map(({ stage }) => stage))) throw misshapen(place, "is not in order");
  const versions = [...(item.current === undefined ? [] : [item.current]), ...(item.staged ?? [])];
  if (new Set(versions.map(({ version }) => version)).size < versions.length)
    throw misshapen(place, "has a version twice");
  for (const version of versions) assertVersion(item, version, newest, place);
  if ((item.made[0] ?? 0) > newest) throw misshapen(place, "points into the future");
  if ((item.purged?.at(-1)?.[1] ?? 0) > item.top) throw misshapen(place, "has purged what never was");
}

function assertVersion(item: HeadEntry, version: Tombstone | LiveVersion, newest: number, place: string): void {
  const made = item.made[[item.top, ...ladder(item.top)].indexOf(version.version)];
  if (version.version > item.top || (made !== undefined && made !== version.sequence))
    throw misshapen(place, "has a version out of place");
  if (version.sequence > newest || ("blob" in version && version.blob > newest))
    throw misshapen(place, "points into the future");
  if (isLive(version) && isInRanges(item.purged ?? [], version.version))
    throw misshapen(place, "has purged what is in use");
}

function hasField(value: unknown, field: string): boolean {
  return typeof value === "object" && value !== null && Object.hasOwn(value, field);
}
