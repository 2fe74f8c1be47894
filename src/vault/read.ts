import type { Call } from "../core/call.js";
import { type Context, pickContext } from "../core/context.js";
import { isLive, type LiveVersion } from "../core/documents/head.js";
import { joinPath, parsePath, quote } from "../core/name.js";
import { isInRanges } from "../core/ranges.js";
import type { Head, Read, Secret, SecretInfo, VersionId } from "../core/secret-store.js";
import { CofferError } from "../errors.js";
import { describeChange, describeVersion } from "./describe.js";
import { shownNamespace, type VerifiedHead } from "./found-head.js";
import { loadHead } from "./load-head.js";
import { type GivenContext, openVersion, type SealedVersion } from "./open-version.js";
import type { VaultParts } from "./parts.js";
import { type PastState, parseRevision, readPast } from "./revision.js";
import { findVersion, sealedVersion } from "./versions.js";

/** What is known of a secret and what opens it. */
interface Readable {
  readonly info: SecretInfo;
  readonly sealed: SealedVersion;
}

/** Reads one secret: see `SecretStore.read`. */
export async function readSecret(
  parts: VaultParts,
  path: string,
  options: Read & { version?: VersionId } = {},
): Promise<Secret | null> {
  const { namespace, name } = parsePath(path);
  const { version, context, ...call } = options;
  if (version !== undefined && (call.at !== undefined || call.stage !== undefined)) {
    throw new CofferError("USAGE", "a version is named by its number, by --at or by --stage, not by two of them");
  }
  const head = await loadHead(parts, namespace, call);
  if (head === null) return null;
  const found =
    version === undefined
      ? await findOne(parts, head, name, call)
      : await findNumbered(parts, head, name, version, call);
  if (found === null) return null;
  return openReadable(parts, found, { pairs: context ?? {}, pool: false }, call);
}

/** Reads the secrets of one namespace: see `SecretStore.readAll`. Where a stage is named, what is staged there stands before what is current. */
export async function readNamespace(
  parts: VaultParts,
  namespace: string,
  options: Read & { only?: readonly string[] } = {},
): Promise<{ secrets: Secret[]; head: Head | null }> {
  const { only, context, ...call } = options;
  const head = await loadHead(parts, namespace, call);
  const all = head === null ? new Map<string, Readable>() : await findAll(parts, head, call);
  const chosen = only === undefined ? [...all.values()] : pickNames(all, only, namespace);
  const given = { pairs: context ?? {}, pool: true };
  assertContextGiven(chosen, given.pairs);
  const secrets = await Promise.all(chosen.map((item) => openReadable(parts, item, given, call)));
  return { secrets, head: head === null ? null : describeHeadState(head, true) };
}

/** A head as the contract has it. */
export function describeHeadState({ owner, etag, document }: Omit<VerifiedHead, "key">, verified: boolean): Head {
  const { commit, sequence } = document.header;
  return { namespace: owner.namespace, commit, sequence, etag, verified };
}

async function findOne(parts: VaultParts, head: VerifiedHead, name: string, options: Read): Promise<Readable | null> {
  if (options.at !== undefined) {
    const past = await readPast(parts, head, parseRevision(options.at), options);
    return past === null ? null : findInPast(past, head, name, options.stage, { stageOnly: true });
  }
  const entry = head.document.entries.get(name);
  const { stage } = options;
  if (stage !== undefined) {
    const staged = entry?.staged?.find((item) => item.stage === stage);
    return staged === undefined ? null : readable(head, name, staged, stage);
  }
  return entry?.current !== undefined && isLive(entry.current) ? readable(head, name, entry.current, null) : null;
}

async function findNumbered(
  parts: VaultParts,
  head: VerifiedHead,
  name: string,
  version: VersionId,
  options: Call,
): Promise<Readable | null> {
  if (!/^[1-9]\d{0,15}$/.test(version))
    throw new CofferError("USAGE", `the version ${quote(version)} is no whole number from 1 on`);
  const entry = head.document.entries.get(name);
  const found = entry === undefined ? null : await findVersion(parts, head, entry, Number(version), options);
  if (found === null) return null;
  const { commit, change } = found;
  const path = quote(joinPath(head.owner.namespace, name));
  if (change.op === "delete") throw new CofferError("NOT_FOUND", `version ${version} of ${path} is its deletion`);
  if (isInRanges(entry?.purged ?? [], change.version))
    throw new CofferError("NOT_FOUND", `version ${version} of ${path} was purged`);
  const sealed = sealedVersion(head, { commit, change });
  const info = {
    ...describeChange(commit, change, { stage: null, purged: false }),
    namespace: head.owner.namespace,
    name,
  };
  return { info, sealed };
}

async function findAll(parts: VaultParts, head: VerifiedHead, options: Read): Promise<Map<string, Readable>> {
  const found = new Map<string, Readable>();
  const past = options.at === undefined ? null : await readPast(parts, head, parseRevision(options.at), options);
  if (options.at !== undefined) {
    for (const name of past?.state.entries.keys() ?? []) {
      const item = past === null ? null : findInPast(past, head, name, options.stage, { stageOnly: false });
      if (item !== null) found.set(name, item);
    }
    return found;
  }
  for (const [name, entry] of head.document.entries) {
    const staged = entry.staged?.find(({ stage }) => stage === options.stage);
    if (staged !== undefined) found.set(name, readable(head, name, staged, staged.stage));
    else if (entry.current !== undefined && isLive(entry.current))
      found.set(name, readable(head, name, entry.current, null));
  }
  return found;
}

function findInPast(
  past: PastState,
  head: VerifiedHead,
  name: string,
  stage: string | undefined,
  { stageOnly }: { stageOnly: boolean },
): Readable | null {
  const entry = past.state.entries.get(name);
  const staged = stage === undefined ? undefined : entry?.staged.get(stage);
  const version = staged ?? (stageOnly && stage !== undefined ? undefined : entry?.current);
  if (version === undefined || "deleted" in version) return null;
  const info = describeVersion(head.owner.namespace, name, version, staged === undefined ? null : (stage ?? null));
  return { info, sealed: past.locate(name, version) };
}

function readable(head: VerifiedHead, name: string, version: LiveVersion, stage: string | null): Readable {
  const { owner, document } = head;
  const sealed = "blob" in version ? { sequence: version.blob, hash: version.hash } : version.value;
  const { type, context, key } = version;
  return {
    info: describeVersion(owner.namespace, name, version, stage),
    sealed: {
      owner,
      name,
      version: version.version,
      type,
      context: context ?? [],
      key,
      keys: document.header.keys,
      sealed,
    },
  };
}

async function openReadable(
  parts: VaultParts,
  { info, sealed }: Readable,
  given: GivenContext,
  options: Call,
): Promise<Secret> {
  return { ...info, value: await openVersion(parts, sealed, given, options) };
}

/** Names everything that lacks a pair at once, before the first key is asked for. */
function assertContextGiven(chosen: readonly Readable[], pairs: Context): void {
  const lacking = chosen.filter(({ sealed }) => pickContext(pairs, sealed.context) === null);
  if (lacking.length === 0) return;
  const named = lacking.map(
    ({ info, sealed }) => `${quote(joinPath(info.namespace, info.name))} (${sealed.context.join(", ")})`,
  );
  throw new CofferError("CONTEXT", `context is needed, and not given, for ${named.join(", ")}`, {
    hint: "give the pairs with -c NAME=VALUE or --contexts FILE, or leave these out with --only",
  });
}

function pickNames(all: ReadonlyMap<string, Readable>, only: readonly string[], namespace: string): Readable[] {
  const missing = only.filter((name) => !all.has(name));
  if (missing.length > 0) {
    throw new CofferError(
      "NOT_FOUND",
      `${shownNamespace(namespace)} has no secret named ${missing.map(quote).join(", ")}`,
      {
        hint: `see what it has: coffer list ${shownNamespace(namespace)}`,
      },
    );
  }
  return [...new Set(only)].flatMap((name) => all.get(name) ?? []);
}
