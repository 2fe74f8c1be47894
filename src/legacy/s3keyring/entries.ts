import { openPace } from "../../aws/pace.js";
import type { BucketObject, BucketObjects } from "../../aws/s3/bucket-objects.js";
import { quote } from "../../core/name.js";
import type { Sensitive } from "../../core/sensitive.js";
import { CofferError } from "../../errors.js";
import {
  decodeBody,
  type Entry,
  encodeBody,
  escapePart,
  escapePartBefore,
  guessPart,
  keyOf,
  NAME_METADATA,
  prefixOf,
  readName,
  SUFFIX,
  unescapePartBefore,
  writeName,
} from "./format.js";

/** A keyring in a bucket. */
export interface Shelf {
  readonly objects: BucketObjects;
  readonly namespace: string;
  /** The KMS key that S3 encrypts objects with, as it is written. */
  readonly kmsKey: string | null;
}

/** What is found of an entry. */
export interface Found {
  readonly object: BucketObject;
  readonly value: Sensitive;
}

/** How many objects are asked for at a time. */
const IN_FLIGHT = 64;

/** How often a put is tried again that another came before. */
const MAX_TRIES = 16;

/** The entry, wherever either escape puts it; null where there is none. */
export async function findEntry(shelf: Shelf, entry: Entry, signal?: AbortSignal): Promise<Found | null> {
  for (const key of keysOf(shelf, entry)) {
    const object = await shelf.objects.get(key, signal);
    if (object === null || !isOf(object, entry)) continue;
    return { object, value: decodeBody(object.body, `s3://${shelf.objects.bucket}/${key}`) };
  }
  return null;
}

/**
 * Writes an entry over what is there. `check` sees the ETag of what is there, and throws where it must not be so. Throws `CONFLICT` where the object is another name's that the escape
 * makes equal.
 */
export async function putEntry(
  shelf: Shelf,
  entry: Entry,
  value: Sensitive,
  {
    check = () => {},
    signal,
  }: { readonly check?: (etag: string | null) => void; readonly signal?: AbortSignal | undefined } = {},
): Promise<{ readonly before: string | null }> {
  const key = keyOf(shelf.namespace, entry);
  const kms = shelf.kmsKey === null ? {} : { kmsKey: shelf.kmsKey };
  const metadata = { [NAME_METADATA]: writeName(entry) };
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const there = await shelf.objects.get(key, signal);
    if (there !== null && !isOf(there, entry)) throw isTaken(entry, readName(there.metadata[NAME_METADATA]));
    const before = there?.etag ?? null;
    check(before);
    const condition = there === null ? { ifNoneMatch: true as const } : { ifMatch: there.etag };
    const body = encodeBody(value);
    const done = await shelf.objects.put(key, body, { ...condition, ...kms, acl: "private", metadata }, signal);
    if (done === "done") return { before };
  }
  throw new CofferError("CONFLICT", `others keep writing ${quote(entry.key)}`, { hint: "try again" });
}

/** Takes an entry away, wherever it lies. False where there was none. */
export async function deleteEntry(
  shelf: Shelf,
  entry: Entry,
  {
    check = () => {},
    signal,
  }: { readonly check?: (etag: string) => void; readonly signal?: AbortSignal | undefined } = {},
): Promise<boolean> {
  let found = false;
  for (const key of keysOf(shelf, entry)) {
    const object = await shelf.objects.get(key, signal);
    if (object === null || !isOf(object, entry)) continue;
    if (!found) check(object.etag);
    await shelf.objects.delete(key, signal);
    found = true;
  }
  return found;
}

/** Which entries are wanted: of one group, of those below it as well, or of all. */
export interface Wanted {
  readonly group: string | null;
  readonly below?: boolean;
}

/** Every such entry with its object. Names come from the metadata; where there is none from the key. */
export async function listEntries(
  shelf: Shelf,
  { group, below = false }: Wanted,
  signal?: AbortSignal,
): Promise<readonly (Entry & Found)[]> {
  const keys = new Map<string, Guess>();
  const prefixes = new Map<string, Guess["read"]>();
  for (const [write, read] of ESCAPES) {
    const prefix = `${prefixOf(shelf.namespace, write)}${group === null ? "" : `${write(group)}/`}`;
    if (!prefixes.has(prefix)) prefixes.set(prefix, read);
  }
  for (const [prefix, read] of prefixes) {
    for await (const { key } of shelf.objects.list(prefix, { signal })) {
      if (!key.endsWith(SUFFIX) || keys.has(key)) continue;
      keys.set(key, { group, rest: key.slice(prefix.length, -SUFFIX.length), read });
    }
  }
  const all = await readAll(shelf, [...keys], signal);
  const isWanted = (entry: Entry): boolean =>
    group === null || entry.group === group || (below && entry.group.startsWith(`${group}/`));
  return withoutOlder(shelf, all.filter(isWanted)).toSorted(byName);
}

/** Where both escapes have an entry, what `findEntry` finds first is the one that counts. */
function withoutOlder(shelf: Shelf, all: readonly Listed[]): Listed[] {
  const newest = new Map<string, Listed>();
  for (const each of all) {
    const name = JSON.stringify([each.group, each.key]);
    if (!newest.has(name) || each.at === keyOf(shelf.namespace, each)) newest.set(name, each);
  }
  return [...newest.values()];
}

type Listed = Entry & Found & { readonly at: string };

interface Guess {
  readonly group: string | null;
  readonly rest: string;
  readonly read: (part: string) => string;
}

// Only where the namespace or group has characters that the two write otherwise is there a second prefix, and that is certain.
const ESCAPES = [
  [escapePart, guessPart],
  [escapePartBefore, unescapePartBefore],
] as const;

async function readAll(
  shelf: Shelf,
  keys: readonly (readonly [key: string, guess: Guess])[],
  signal: AbortSignal | undefined,
): Promise<Listed[]> {
  const pace = openPace(IN_FLIGHT);
  const found = await Promise.all(
    keys.map(([key, guess]) =>
      pace(async () => {
        const object = await shelf.objects.get(key, signal);
        // Deleted since it was listed.
        if (object === null) return [];
        const entry = readName(object.metadata[NAME_METADATA]) ?? guessEntry(guess);
        return [{ ...entry, at: key, object, value: decodeBody(object.body, `s3://${shelf.objects.bucket}/${key}`) }];
      }),
    ),
  );
  return found.flat();
}

/** A group's name has a slash less often than a key's. */
function guessEntry({ group, rest, read }: Guess): Entry {
  if (group !== null) return { group, key: read(rest) };
  const slash = rest.indexOf("/");
  return { group: read(rest.slice(0, Math.max(slash, 0))), key: read(rest.slice(slash + 1)) };
}

function keysOf({ namespace }: Shelf, entry: Entry): Set<string> {
  return new Set([keyOf(namespace, entry), keyOf(namespace, entry, escapePartBefore)]);
}

/** The objects of s3keyring say nothing, and are whose their key says. */
function isOf({ metadata }: BucketObject, { group, key }: Entry): boolean {
  const said = readName(metadata[NAME_METADATA]);
  return said === null || (said.group === group && said.key === key);
}

function byName(one: Entry, other: Entry): number {
  return Buffer.compare(Buffer.from(`${one.group}\0${one.key}`), Buffer.from(`${other.group}\0${other.key}`));
}

function isTaken(entry: Entry, other: Entry | null): CofferError {
  const who = other === null ? "another" : `${quote(other.key)} of ${quote(other.group)}`;
  return new CofferError("CONFLICT", `where ${quote(entry.key)} of ${quote(entry.group)} would lie is ${who} already`, {
    hint: "s3keyring's format cannot hold both; give one of them another name",
  });
}
