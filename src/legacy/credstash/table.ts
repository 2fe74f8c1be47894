import type { ItemSelection, Table } from "../../aws/dynamodb/client.js";
import type { DataKeys, KeyContext } from "../../aws/kms/data-keys.js";
import { pauseFor } from "../../aws/retries.js";
import { compareText } from "../../core/bytes.js";
import type { Sensitive } from "../../core/sensitive.js";
import { CofferError } from "../../errors.js";
import { DATA_KEY_BYTES, type DigestName, openItem, requireDigest, sealItem } from "../sealed-item.js";
import {
  ENTRY_ATTRIBUTES,
  type Entry,
  encodeVersion,
  parseEntry,
  parseSealed,
  type SealedVersion,
  type StoredItem,
  showVersion,
} from "./format.js";
import { nextVersion } from "./version.js";

/** A value that is to be stored, and how. */
export interface NewVersion {
  readonly name: string;
  readonly value: Sensitive;
  readonly comment: string | null;
  readonly context: KeyContext;
  readonly digest: DigestName;
  /** An alias, an id or an ARN of KMS. */
  readonly masterKey: string;
}

/** The most that is asked of KMS at a time, as credstash has it. */
export const AT_ONCE = 64;

/** How often a race for the next version may be lost. */
const MAX_RACES = 100;
const LONGEST_PAUSE = 200;

const ENTRIES: ItemSelection = { attributes: ENTRY_ATTRIBUTES, consistent: true };
const WHOLE: ItemSelection = { consistent: true };

/** Every version that the table has, in no order. */
export async function* listEntries(table: Table, signal?: AbortSignal): AsyncGenerator<Entry> {
  for await (const item of table.scan(ENTRIES, signal)) yield parseEntry(item);
}

/** The version that sorts highest in the order of DynamoDB, which is what credstash calls the latest; null where there is none. */
export async function findLatest(table: Table, name: string, signal?: AbortSignal): Promise<StoredItem | null> {
  for await (const item of table.query({ name }, { ...WHOLE, descending: true, limit: 1 }, signal)) return item;
  return null;
}

/** The same without what is sealed. */
export async function findLatestEntry(table: Table, name: string, signal?: AbortSignal): Promise<Entry | null> {
  for await (const item of table.query({ name }, { ...ENTRIES, descending: true, limit: 1 }, signal)) {
    return parseEntry(item);
  }
  return null;
}

/** Every version of a secret, the highest first. */
export async function* listVersions(table: Table, name: string, signal?: AbortSignal): AsyncGenerator<Entry> {
  for await (const item of table.query({ name }, { ...ENTRIES, descending: true }, signal)) yield parseEntry(item);
}

/** The first of these versions, as they are stored, that is there. */
export async function findVersion(
  table: Table,
  name: string,
  places: readonly string[],
  signal?: AbortSignal,
): Promise<StoredItem | null> {
  for (const version of places) {
    const item = await table.get({ name, version }, WHOLE, signal);
    if (item !== null) return item;
  }
  return null;
}

/**
 * The whole items of the names that are wanted, in the order in which the table has the names: of each the highest version, or the first of `places` that it has, or null. One scan,
 * however many they are.
 */
export async function collectVersions(
  table: Table,
  isWanted: (name: string) => boolean,
  places: readonly string[] | null,
  signal?: AbortSignal,
): Promise<Map<string, StoredItem | null>> {
  const found = new Map<string, StoredItem | null>();
  const rank = (version: string): number => (places === null ? 0 : -places.indexOf(version));
  const best = new Map<string, string>();
  for await (const item of table.scan(WHOLE, signal)) {
    const { name, version } = parseEntry(item);
    if (!isWanted(name)) continue;
    if (!found.has(name)) found.set(name, null);
    if (places !== null && !places.includes(version)) continue;
    const known = best.get(name);
    const isBetter = known === undefined || (rank(version) - rank(known) || compareText(version, known)) > 0;
    if (!isBetter) continue;
    best.set(name, version);
    found.set(name, item);
  }
  return found;
}

/** Opens a version. Throws `CONTEXT`, `INTEGRITY`, `UNSUPPORTED` and what KMS answers. */
export async function openVersion(
  keys: DataKeys,
  item: StoredItem,
  context: KeyContext,
  signal?: AbortSignal,
): Promise<Sensitive> {
  const version = parseSealed(item);
  requireDigest(version.sealed.digest, showVersion(version));
  const { key } = await keys.decrypt(version.wrapped, context, signal);
  return openItem(version.sealed, key, showVersion(version));
}

/** Stores a value as a version that is not there yet; `"lost"` where it is. */
export async function putVersion(
  { table, keys }: Parts,
  version: string,
  value: NewVersion,
  signal?: AbortSignal,
): Promise<"done" | "lost"> {
  const sealed = await sealUnder(keys, value, signal);
  return table.putNew(encodeVersion({ ...sealed, version }), "name", signal);
}

/**
 * Stores a value as the version behind the latest one, whoever else does the same at the same time; gives the version. `check`: may refuse, by throwing, what it should come
 * behind; it is asked again when somebody else was first.
 */
export async function putNext(
  { table, keys }: Parts,
  value: NewVersion,
  signal?: AbortSignal,
  check: (latest: string | null) => void = () => {},
): Promise<{ readonly version: string; readonly before: string | null }> {
  let sealed: SealedVersion | null = null;
  for (let races = 0; races < MAX_RACES; races++) {
    const latest = (await findLatestEntry(table, value.name, signal))?.version ?? null;
    check(latest);
    const version = nextVersion(latest);
    // Nothing of what is sealed depends on the version, so a race that was lost costs no data key.
    sealed ??= await sealUnder(keys, value, signal);
    const outcome = await table.putNew(encodeVersion({ ...sealed, version }), "name", signal);
    if (outcome === "done") return { version, before: latest };
    await pauseFor(Math.random() * Math.min(5 * 2 ** races, LONGEST_PAUSE), signal);
  }
  throw new CofferError("CONFLICT", "others were always first to store the next version", { hint: "try again" });
}

/** What it takes to write. */
export interface Parts {
  readonly table: Table;
  readonly keys: DataKeys;
}

async function sealUnder(keys: DataKeys, value: NewVersion, signal: AbortSignal | undefined): Promise<SealedVersion> {
  const { name, comment, masterKey, context, digest } = value;
  const { key, wrapped } = await keys.generate(masterKey, DATA_KEY_BYTES, context, signal);
  return { name, version: "", comment, wrapped, sealed: sealItem(value.value, key, digest) };
}
