import type { Table } from "../../aws/dynamodb/client.js";
import type { DataKeys } from "../../aws/kms/data-keys.js";
import { openPace } from "../../aws/pace.js";
import { compareText, decodeUtf8 } from "../../core/bytes.js";
import type { Context } from "../../core/context.js";
import { findNameFault, findNamespaceFault, joinPath, quote, type SecretPath } from "../../core/name.js";
import type { Read, Scope, Secret, SecretInfo, VersionId, VersionInfo } from "../../core/secret-store.js";
import type { Sensitive } from "../../core/sensitive.js";
import { CofferError, isCofferError } from "../../errors.js";
import { type Entry, parseEntry, type StoredItem } from "./format.js";
import { AT_ONCE, collectVersions, findLatest, findVersion, listEntries, openVersion } from "./table.js";
import { findStoredVersions } from "./version.js";

/** What it takes to read. */
export interface Reader {
  readonly table: Table;
  readonly keys: DataKeys;
}

/** What is current in a scope, in byte order of the paths. Throws `INVALID` for a name that can be no path. */
export async function listCurrent(table: Table, scope: Scope, signal: AbortSignal | undefined): Promise<SecretInfo[]> {
  const latest = new Map<string, Entry>();
  for await (const entry of listEntries(table, signal)) {
    const known = latest.get(entry.name);
    if (isInScope(entry.name, scope) && (known === undefined || compareText(known.version, entry.version) < 0)) {
      latest.set(entry.name, entry);
    }
  }
  return inOrder(latest.values()).map((entry) => ({ ...splitName(entry.name), ...describeEntry(entry) }));
}

/** One secret, opened with exactly the context that was given; null where there is none. */
export async function readOne(
  { table, keys }: Reader,
  { namespace, name }: SecretPath,
  { version, context = {}, signal }: Read & { version?: VersionId },
): Promise<Secret | null> {
  const stored = joinPath(namespace, name);
  const item =
    version === undefined
      ? await findLatest(table, stored, signal)
      : await findVersion(table, stored, findStoredVersions(version), signal);
  return item === null ? null : asSecret(item, await openVersion(keys, item, context, signal));
}

/**
 * Every secret of a scope, or those that are named: by one scan, and a call of KMS for each, 64 at a time. Which pairs one takes is kept nowhere: it is opened
 * with all that are given, or with none.
 */
export async function readMany(
  { table, keys }: Reader,
  scope: Scope,
  { only, context = {}, signal }: Read & { only?: readonly string[] },
): Promise<Secret[]> {
  const items = only === undefined ? await scanFor(table, scope, signal) : await lookUp(table, scope, only, signal);
  const pace = openPace(AT_ONCE);
  const opening = items.map((item) =>
    pace(async () => asSecret(item, await openFromPool(keys, item, context, signal))),
  );
  return Promise.all(opening);
}

/** What a version is, as far as the table says it. */
export function describeEntry({ version, comment }: Entry): VersionInfo {
  return {
    ...{ version, comment, time: null, author: null, message: null, commit: null, stage: null },
    ...{ deleted: false, purged: false, type: "text", expires: null, context: [] },
  };
}

async function scanFor(table: Table, scope: Scope, signal: AbortSignal | undefined): Promise<StoredItem[]> {
  const latest = await collectVersions(table, (name) => isInScope(name, scope), null, signal);
  const names = [...latest.keys()].sort(compareText);
  for (const name of names) splitName(name);
  return names.flatMap((name) => latest.get(name) ?? []);
}

async function lookUp(
  table: Table,
  { namespace }: Scope,
  only: readonly string[],
  signal: AbortSignal | undefined,
): Promise<StoredItem[]> {
  signal?.throwIfAborted();
  const names = [...new Set(only)].sort(compareText);
  const pace = openPace(AT_ONCE);
  const looking = names.map((name) => pace(() => findLatest(table, joinPath(namespace, name), signal)));
  const items = await Promise.all(looking);
  const missing = names.filter((_, index) => items[index] === null);
  if (missing.length === 0) return items.flatMap((item) => item ?? []);
  throw new CofferError(
    "NOT_FOUND",
    `there is no secret ${missing.map((name) => joinPath(namespace, name)).join(", ")}`,
    {
      hint: "see what there is with `coffer list`",
    },
  );
}

async function openFromPool(
  keys: DataKeys,
  item: StoredItem,
  pool: Context,
  signal: AbortSignal | undefined,
): Promise<Sensitive> {
  try {
    return await openVersion(keys, item, pool, signal);
  } catch (error) {
    if (!isCofferError(error, "CONTEXT")) throw error;
    if (Object.keys(pool).length > 0) return openNamed(keys, item, {}, signal);
    throw named(error, item);
  }
}

async function openNamed(
  keys: DataKeys,
  item: StoredItem,
  context: Context,
  signal: AbortSignal | undefined,
): Promise<Sensitive> {
  try {
    return await openVersion(keys, item, context, signal);
  } catch (error) {
    throw isCofferError(error, "CONTEXT") ? named(error, item) : error;
  }
}

function named(cause: CofferError, item: StoredItem): CofferError {
  return new CofferError("CONTEXT", `KMS does not open ${quote(parseEntry(item).name)}`, {
    hint: "give the encryption context that it was stored with, exactly; a secret with another context is read alone",
    cause,
  });
}

function asSecret(item: StoredItem, value: Sensitive): Secret {
  const entry = parseEntry(item);
  const type = decodeUtf8(value.reveal()) === null ? "binary" : "text";
  return { ...splitName(entry.name), ...describeEntry(entry), type, value };
}

function inOrder(entries: Iterable<Entry>): Entry[] {
  return [...entries].sort((a, b) => compareText(a.name, b.name));
}

function isInScope(name: string, { namespace, recursive = false }: Scope): boolean {
  const own = name.slice(0, Math.max(name.lastIndexOf("/"), 0));
  return own === namespace || (recursive && (namespace === "" || own.startsWith(`${namespace}/`)));
}

/** A name of credstash as a path. Throws `INVALID`: to leave it out would be to say that it is not there. */
function splitName(stored: string): SecretPath {
  const slash = stored.lastIndexOf("/");
  const place = { namespace: stored.slice(0, Math.max(slash, 0)), name: stored.slice(slash + 1) };
  const fault =
    slash === 0 ? "begins with a slash" : (findNamespaceFault(place.namespace) ?? findNameFault(place.name));
  if (fault === null) return place;
  throw new CofferError("INVALID", `the table has a secret ${quote(stored)}, which can be no path: it ${fault}`, {
    hint: "`coffer as credstash` reads it; store it under another name",
  });
}
