import { openPace } from "../../aws/pace.js";
import { compareText, decodeUtf8 } from "../../core/bytes.js";
import type { Context } from "../../core/context.js";
import { findNameFault, findNamespaceFault, joinPath, quote, type SecretPath } from "../../core/name.js";
import type { Read, Scope, Secret, SecretInfo, VersionId, VersionInfo } from "../../core/secret-store.js";
import type { Sensitive } from "../../core/sensitive.js";
import { CofferError, isCofferError } from "../../errors.js";
import type { Entry } from "./format.js";
import { AT_ONCE, collectLatest, findLatest, listEntries, openVersion, type Shelf } from "./shelf.js";

/** What is current in a scope, in byte order of the paths. Throws `INVALID` for a name that can be no path. */
export async function listCurrent(shelf: Shelf, scope: Scope, signal: AbortSignal | undefined): Promise<SecretInfo[]> {
  const entries = await latestIn(shelf, scope, signal);
  return entries.map((entry) => ({ ...splitName(entry.name), ...describeEntry(entry) }));
}

/** One secret, opened with exactly the context that was given; null where there is none. */
export async function readOne(
  shelf: Shelf,
  { namespace, name }: SecretPath,
  { version, context = {}, signal }: Read & { version?: VersionId },
): Promise<Secret | null> {
  const stored = joinPath(namespace, name);
  const asked = version ?? (await findLatest(shelf, stored, signal))?.version;
  if (asked === undefined) return null;
  const place = { name: stored, version: asked };
  const opened = await openVersion(shelf, place, context, signal);
  return opened === null ? null : asSecret({ ...place, lastModified: opened.lastModified }, opened.value);
}

/**
 * Every secret of a scope, or those that are named: a read and a call of KMS for each, 64 at a time. Which pairs one takes is kept nowhere: it is opened with all
 * that are given, or with none.
 */
export async function readMany(
  shelf: Shelf,
  scope: Scope,
  { only, context = {}, signal }: Read & { only?: readonly string[] },
): Promise<Secret[]> {
  const entries = only === undefined ? await latestIn(shelf, scope, signal) : await lookUp(shelf, scope, only, signal);
  for (const { name } of entries) splitName(name);
  const pace = openPace(AT_ONCE);
  const secrets = await Promise.all(entries.map((entry) => pace(() => openEntry(shelf, entry, context, signal))));
  return secrets.flatMap((secret) => secret ?? []);
}

/** What a version is, as far as a list says it. */
export function describeEntry({ version, lastModified }: Entry): VersionInfo {
  return {
    ...{ version, time: lastModified, comment: null, author: null, message: null, commit: null, stage: null },
    ...{ deleted: false, purged: false, type: "text", expires: null, context: [] },
  };
}

async function latestIn(shelf: Shelf, scope: Scope, signal: AbortSignal | undefined): Promise<Entry[]> {
  const below = scope.namespace === "" ? "" : `${scope.namespace}/`;
  const latest = await collectLatest(listEntries(shelf, below, signal));
  const entries = [...latest.values()].filter(({ name }) => isInScope(name, scope));
  return entries.sort((a, b) => compareText(a.name, b.name));
}

async function lookUp(
  shelf: Shelf,
  { namespace }: Scope,
  only: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Entry[]> {
  signal?.throwIfAborted();
  const names = [...new Set(only)].sort(compareText);
  const pace = openPace(AT_ONCE);
  const entries = await Promise.all(
    names.map((name) => pace(() => findLatest(shelf, joinPath(namespace, name), signal))),
  );
  const missing = names.filter((_, index) => entries[index] === null);
  if (missing.length === 0) return entries.flatMap((entry) => entry ?? []);
  const paths = missing.map((name) => joinPath(namespace, name)).join(", ");
  throw new CofferError("NOT_FOUND", `there is no secret ${paths}`, { hint: "see what there is with `coffer list`" });
}

/** Null where it was deleted since it was listed. */
async function openEntry(
  shelf: Shelf,
  entry: Entry,
  pool: Context,
  signal: AbortSignal | undefined,
): Promise<Secret | null> {
  const opened = await openFromPool(shelf, entry, pool, signal);
  if (opened !== null) return asSecret(entry, opened.value);
  const other = await findLatest(shelf, entry.name, signal);
  const again = other === null ? null : await openFromPool(shelf, other, pool, signal);
  return other === null || again === null ? null : asSecret(other, again.value);
}

async function openFromPool(
  shelf: Shelf,
  entry: Entry,
  pool: Context,
  signal: AbortSignal | undefined,
): ReturnType<typeof openVersion> {
  const isPoolEmpty = Object.keys(pool).length === 0;
  try {
    return await openVersion(shelf, entry, pool, signal);
  } catch (error) {
    if (!isCofferError(error, "CONTEXT")) throw error;
    if (!isPoolEmpty) return openFromPool(shelf, entry, {}, signal);
    throw new CofferError("CONTEXT", `KMS does not open ${quote(entry.name)}`, {
      hint: "give the encryption context that it was stored with, exactly; a secret with another context is read alone",
      cause: error,
    });
  }
}

function asSecret(entry: Entry, value: Sensitive): Secret {
  const type = decodeUtf8(value.reveal()) === null ? "binary" : "text";
  return { ...splitName(entry.name), ...describeEntry(entry), type, value };
}

function isInScope(name: string, { namespace, recursive = false }: Scope): boolean {
  const own = name.slice(0, Math.max(name.lastIndexOf("/"), 0));
  return own === namespace || (recursive && (namespace === "" || own.startsWith(`${namespace}/`)));
}

/** A name of creds3 as a path. Throws `INVALID`: to leave it out would be to say that it is not there. */
function splitName(stored: string): SecretPath {
  const slash = stored.lastIndexOf("/");
  const place = { namespace: stored.slice(0, Math.max(slash, 0)), name: stored.slice(slash + 1) };
  const fault =
    slash === 0 ? "begins with a slash" : (findNamespaceFault(place.namespace) ?? findNameFault(place.name));
  if (fault === null) return place;
  throw new CofferError("INVALID", `the bucket has a secret ${quote(stored)}, which can be no path: it ${fault}`, {
    hint: "`coffer as creds3` reads it; store it under another name",
  });
}
