import type { DataKeys, KeyContext } from "../../aws/kms/data-keys.js";
import { pauseFor } from "../../aws/retries.js";
import type { BucketObjects } from "../../aws/s3/bucket-objects.js";
import type { Sensitive } from "../../core/sensitive.js";
import { CofferError } from "../../errors.js";
import { DATA_KEY_BYTES, type DigestName, openItem, requireDigest, sealItem } from "../sealed-item.js";
import {
  compareAge,
  type Entry,
  encodeVersion,
  keyOf,
  nextVersion,
  type Place,
  parseKey,
  parseVersion,
  showVersion,
} from "./format.js";

/** Where a store of creds3 lies, and the way to its keys. */
export interface Shelf {
  readonly objects: BucketObjects;
  readonly keys: DataKeys;
  /** Empty, or with a slash at its end. */
  readonly prefix: string;
}

/** A value that is to be stored, and how. */
export interface NewValue {
  readonly name: string;
  readonly value: Sensitive;
  readonly context: KeyContext;
  readonly digest: DigestName;
  /** An alias, an id or an ARN of KMS. */
  readonly masterKey: string;
}

/** How many objects are read at a time, which is as many as connections to each service. */
export const AT_ONCE = 64;

/** How often a race for the next version may be lost. */
const MAX_RACES = 100;
const LONGEST_PAUSE = 200;

/** Every version below a part of the names (`prod/`), or all; in byte order of the keys, as S3 lists them. */
export async function* listEntries(
  { objects, prefix }: Shelf,
  below: string,
  signal?: AbortSignal,
): AsyncGenerator<Entry> {
  for await (const { key, lastModified, size } of objects.list(prefix + below, { signal })) {
    const place = parseKey(prefix, key);
    // What consoles make as a folder is an empty object whose key ends with a slash.
    const isFolder = place?.version === "" && size === 0;
    if (place !== null && !isFolder) yield { ...place, lastModified };
  }
}

/** Every version of one secret, the latest first. */
export async function listVersions(shelf: Shelf, name: string, signal?: AbortSignal): Promise<Entry[]> {
  const { objects, prefix } = shelf;
  const entries: Entry[] = [];
  // The delimiter leaves out secrets whose names go on behind a slash.
  for await (const found of objects.list(`${prefix}${name}/`, { delimiter: "/", signal })) {
    const place = "key" in found ? parseKey(prefix, found.key) : null;
    if (place === null || !("key" in found) || place.name !== name) continue;
    if (place.version !== "" || found.size > 0) entries.push({ ...place, lastModified: found.lastModified });
  }
  return entries.sort((a, b) => compareAge(b, a));
}

/** Null where there is none. */
export async function findLatest(shelf: Shelf, name: string, signal?: AbortSignal): Promise<Entry | null> {
  return (await listVersions(shelf, name, signal))[0] ?? null;
}

/** The latest version of each secret. */
export async function collectLatest(entries: AsyncIterable<Entry>): Promise<Map<string, Entry>> {
  const latest = new Map<string, Entry>();
  for await (const entry of entries) {
    const known = latest.get(entry.name);
    if (known === undefined || compareAge(entry, known) > 0) latest.set(entry.name, entry);
  }
  return latest;
}

/** Opens a version; null where it is not there. Throws `CONTEXT`, `INTEGRITY`, `UNSUPPORTED` and what AWS answers. */
export async function openVersion(
  { objects, keys, prefix }: Shelf,
  place: Place,
  context: KeyContext,
  signal?: AbortSignal,
): Promise<{ readonly value: Sensitive; readonly lastModified: Date } | null> {
  const object = await objects.get(keyOf(prefix, place), signal);
  if (object === null) return null;
  const { wrapped, sealed } = parseVersion(object, place);
  requireDigest(sealed.digest, showVersion(place));
  const { key } = await keys.decrypt(wrapped, context, signal);
  return { value: openItem(sealed, key, showVersion(place)), lastModified: object.lastModified };
}

/** Stores a value as a version that is not there yet: one data key and one put. `lost` where it is. */
export async function putVersion(
  shelf: Shelf,
  version: string,
  value: NewValue,
  signal?: AbortSignal,
): Promise<"done" | "lost"> {
  return putSealed(shelf, { name: value.name, version }, await sealNew(shelf, value, signal), signal);
}

/**
 * Stores a value as the version behind the latest one, whoever else does the same at the same time; gives both. `check`: may refuse, by throwing, what it should come behind; it is
 * asked again when somebody else was first. Throws `CONFLICT` where that version is there already, but older than the latest.
 */
export async function putNext(
  shelf: Shelf,
  value: NewValue,
  signal?: AbortSignal,
  check: (latest: string | null) => void = () => {},
): Promise<{ readonly version: string; readonly before: string | null }> {
  const { name } = value;
  let sealed: Sealed | null = null;
  for (let races = 0; races < MAX_RACES; races++) {
    const versions = await listVersions(shelf, name, signal);
    const before = versions[0]?.version ?? null;
    check(before);
    const version = nextVersion(name, before);
    if (versions.some((entry) => entry.version === version)) throw takenBefore(name, version);
    // Nothing of what is sealed depends on the version, so a race that was lost costs no data key.
    sealed ??= await sealNew(shelf, value, signal);
    if ((await putSealed(shelf, { name, version }, sealed, signal)) === "done") return { version, before };
    await pauseFor(Math.random() * Math.min(5 * 2 ** races, LONGEST_PAUSE), signal);
  }
  throw new CofferError("CONFLICT", "others were always first to store the next version", { hint: "try again" });
}

type Sealed = ReturnType<typeof encodeVersion>;

async function sealNew(
  { keys }: Shelf,
  { masterKey, context, value, digest }: NewValue,
  signal?: AbortSignal,
): Promise<Sealed> {
  const { key, wrapped } = await keys.generate(masterKey, DATA_KEY_BYTES, context, signal);
  return encodeVersion({ wrapped, sealed: sealItem(value, key, digest) });
}

function putSealed(
  { objects, prefix }: Shelf,
  place: Place,
  sealed: Sealed,
  signal?: AbortSignal,
): Promise<"done" | "lost"> {
  const { body, metadata } = sealed;
  return objects.put(keyOf(prefix, place), body, { ifNoneMatch: true, metadata }, signal);
}

function takenBefore(name: string, version: string): CofferError {
  return new CofferError(
    "CONFLICT",
    `${showVersion({ name, version })} is already in the credential store, and older than the latest one`,
    { hint: "the version that was stored last counts as the latest: say with -v which version it is to be" },
  );
}
