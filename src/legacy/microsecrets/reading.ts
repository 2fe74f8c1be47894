import type { BucketObjects } from "../../aws/s3/bucket-objects.js";
import { compareText } from "../../core/bytes.js";
import type { Call } from "../../core/call.js";
import { joinPath, parsePath, quote } from "../../core/name.js";
import type { Head, Scope, Secret, SecretInfo, VersionInfo } from "../../core/secret-store.js";
import { Sensitive } from "../../core/sensitive.js";
import { CofferError } from "../../errors.js";
import { areaOf, assertNamed, findUploads, type NamespaceUploads, placeOf } from "./namespaces.js";
import {
  commitOfFile,
  commitOfUpload,
  describeFile,
  describeVariable,
  parseState,
  readStates,
  type State,
} from "./states.js";
import { listUploads, type ReadUpload, readNewest, readUpload } from "./uploads.js";

/** The head of what was found in a namespace: its newest upload. */
export function headOf({ namespace, area, ids }: NamespaceUploads): Head | null {
  const all = [...ids].flatMap(([name, each]) => each.map((id) => ({ name, id, etag: `${id}/${name}` })));
  const newest = all.sort((a, b) => compareText(a.etag, b.etag)).at(-1);
  if (newest === undefined) return null;
  const { name, id, etag } = newest;
  const commit = area.kind === "files" ? commitOfFile(name, id) : commitOfUpload(id);
  return { namespace, commit, sequence: all.length, etag, verified: false };
}

/** One secret, or null. `version`: the id of an upload; without it the newest. */
export async function readSecret(
  objects: BucketObjects,
  path: string,
  { version, signal }: Call & { version?: string },
): Promise<Secret | null> {
  const { namespace, name } = parsePath(path);
  signal?.throwIfAborted();
  const area = areaOf(namespace);
  const upload = await findUpload(objects, placeOf(area, name), version, signal);
  if (upload === null) return null;
  if (area.kind === "files") return fileOf(namespace, name, upload);
  return variableOf(namespace, name, parseState(objects, upload));
}

async function findUpload(
  objects: BucketObjects,
  place: ReturnType<typeof placeOf>,
  version: string | undefined,
  signal: AbortSignal | undefined,
): Promise<ReadUpload | null> {
  if (version === undefined) return readNewest(objects, place, signal);
  return version === "" || version.includes("/") ? null : readUpload(objects, place, version, signal);
}

/** All secrets of a scope, or those named in `only`, by path. Throws `NOT_FOUND` naming those that are missing. */
export async function readSecrets(
  objects: BucketObjects,
  scope: Scope,
  { only, signal }: Call & { only?: readonly string[] },
): Promise<{ secrets: Secret[]; heads: Head[] }> {
  const found = await findUploads(objects, scope, signal);
  const isWanted = (name: string): boolean => only === undefined || only.includes(name);
  const secrets = (await Promise.all(found.map((each) => readNamespace(objects, each, isWanted, signal)))).flat();
  const missing = [...new Set(only)].filter((name) => !secrets.some((secret) => secret.name === name));
  if (missing.length > 0) throw missingSecrets(scope, missing);
  if (only === undefined) for (const { namespace, name } of secrets) assertNamed(namespace, [name]);
  const heads = found.flatMap((each) => headOf(each) ?? []);
  return { secrets: secrets.sort(byPath), heads };
}

async function readNamespace(
  objects: BucketObjects,
  { namespace, area, ids }: NamespaceUploads,
  isWanted: (name: string) => boolean,
  signal: AbortSignal | undefined,
): Promise<Secret[]> {
  if (area.kind === "environment") {
    const state = await readCurrent(objects, area.service, ids.get("") ?? [], signal);
    const names = Array.from(state?.environment ?? [], ([name]) => name).filter(isWanted);
    return names.flatMap((name) => (state === null ? [] : (variableOf(namespace, name, state) ?? [])));
  }
  const names = [...ids.keys()].filter(isWanted);
  const files = names.map(async (name) => {
    const upload = await readNewest(objects, placeOf(area, name), signal);
    return upload === null ? [] : [fileOf(namespace, name, upload)];
  });
  return (await Promise.all(files)).flat();
}

/** What is newest of what was listed, or of what is there by now. */
async function readCurrent(
  objects: BucketObjects,
  service: string,
  ids: readonly string[],
  signal: AbortSignal | undefined,
): Promise<State | null> {
  const place = { service, label: null };
  const listed = await readUpload(objects, place, ids.at(-1) ?? "", signal);
  const upload = listed ?? (await readNewest(objects, place, signal));
  return upload === null ? null : parseState(objects, upload);
}

/** What is known of the secrets of a scope, by path; with `deleted` also of variables that are there no more. */
export async function listSecrets(
  objects: BucketObjects,
  scope: Scope,
  { deleted = false, signal }: Call & { deleted?: boolean },
): Promise<SecretInfo[]> {
  const found = await findUploads(objects, scope, signal);
  const listed = await Promise.all(
    found.map(async ({ namespace, area, ids }): Promise<SecretInfo[]> => {
      if (area.kind === "files") {
        return [...ids].flatMap(([name, each]) => each.slice(-1).map((id) => describeFile(namespace, name, id)));
      }
      const current = await readCurrent(objects, area.service, ids.get("") ?? [], signal);
      if (current === null) return [];
      const living = Array.from(current.environment, ([name]) => describeVariable(namespace, name, current));
      if (!deleted) return living;
      return [...living, ...(await findDeleted(objects, namespace, area.service, ids.get("") ?? [], signal))];
    }),
  );
  const all = listed.flat().sort(byPath);
  for (const { namespace, name } of all) assertNamed(namespace, [name]);
  return all;
}

async function findDeleted(
  objects: BucketObjects,
  namespace: string,
  service: string,
  ids: readonly string[],
  signal: AbortSignal | undefined,
): Promise<SecretInfo[]> {
  const seen = new Set<string>();
  const deleted: SecretInfo[] = [];
  let later: State | null = null;
  for await (const state of readStates(objects, service, ids, signal)) {
    for (const [name] of state.environment) {
      if (!seen.has(name) && later !== null) deleted.push(describeVariable(namespace, name, later, { deleted: true }));
      seen.add(name);
    }
    later = state;
  }
  return deleted;
}

/** Each upload in which a secret stands, newest first, and each with which it went. */
export async function* tellHistory(
  objects: BucketObjects,
  path: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<VersionInfo> {
  const { namespace, name } = parsePath(path);
  signal?.throwIfAborted();
  const area = areaOf(namespace);
  const ids = await listUploads(objects, placeOf(area, name), signal);
  if (area.kind === "files") {
    for (const id of ids.reverse()) yield versionOf(describeFile(namespace, name, id));
    return;
  }
  let later: State | null = null;
  for await (const state of readStates(objects, area.service, ids, signal)) {
    const isThere = state.environment.has(name);
    if (isThere && later !== null && !later.environment.has(name)) {
      yield versionOf(describeVariable(namespace, name, later, { deleted: true }));
    }
    if (isThere) yield versionOf(describeVariable(namespace, name, state));
    later = state;
  }
}

function versionOf({ namespace: _, name: __, ...info }: SecretInfo): VersionInfo {
  return info;
}

function variableOf(namespace: string, name: string, state: State): Secret | null {
  const text = state.environment.get(name);
  if (text === undefined) return null;
  return { ...describeVariable(namespace, name, state), value: Sensitive.fromText(text) };
}

function fileOf(namespace: string, name: string, { id, body }: ReadUpload): Secret {
  return { ...describeFile(namespace, name, id), value: Sensitive.from(body) };
}

function byPath(a: SecretInfo, b: SecretInfo): number {
  return compareText(joinPath(a.namespace, a.name), joinPath(b.namespace, b.name));
}

function missingSecrets({ namespace }: Scope, names: readonly string[]): CofferError {
  return new CofferError("NOT_FOUND", `${quote(joinPath(namespace, ""))} has no ${names.map(quote).join(", ")}`, {
    hint: "see what there is with `coffer list`",
  });
}
