import type { Call } from "../../core/call.js";
import { isLive, type LiveVersion } from "../../core/documents/head.js";
import { joinPath, quote } from "../../core/name.js";
import { isInRanges } from "../../core/ranges.js";
import type { Read, SecretInfo, VersionId } from "../../core/secret-store.js";
import { CofferError } from "../../errors.js";
import type { VerifiedHead } from "../heads/found-head.js";
import { describeChange, describeVersion } from "../history/describe.js";
import type { PastState } from "../history/revision.js";
import type { VaultParts } from "../parts.js";
import type { SealedVersion } from "./open-version.js";

/** What is known of a secret and what opens it. */
export interface Readable {
  readonly info: SecretInfo;
  readonly sealed: SealedVersion;
}

/** What a READ asks for, of one name; null where there is none. */
export async function findOne(
  parts: VaultParts,
  head: VerifiedHead,
  name: string,
  options: Read,
): Promise<Readable | null> {
  if (options.at !== undefined) {
    const past = await findPast(parts, head, options.at, options);
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

/** A version by its number; null where there is none. Throws `NOT_FOUND` for one that was purged or is a deletion. */
export async function findNumbered(
  parts: VaultParts,
  head: VerifiedHead,
  name: string,
  version: VersionId,
  options: Call,
): Promise<Readable | null> {
  if (!/^[1-9]\d{0,15}$/.test(version))
    throw new CofferError("USAGE", `the version ${quote(version)} is no whole number from 1 on`);
  // Loaded for who asks for the past: most ask for the present.
  const { findVersion, sealedVersion } = await import("../history/versions.js");
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

/** Everything that is current, or was at a revision; what is staged under a named stage stands before it. */
export async function findAll(parts: VaultParts, head: VerifiedHead, options: Read): Promise<Map<string, Readable>> {
  const found = new Map<string, Readable>();
  const past = options.at === undefined ? null : await findPast(parts, head, options.at, options);
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

async function findPast(parts: VaultParts, head: VerifiedHead, at: string, options: Read): Promise<PastState | null> {
  const { parseRevision, readPast } = await import("../history/revision.js");
  return readPast(parts, head, parseRevision(at), options);
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
  return {
    info: describeVersion(head.owner.namespace, name, version, stage),
    sealed: sealedInHead(head, name, version),
  };
}

/** What to open for a version that is current or staged. */
export function sealedInHead({ owner, document }: VerifiedHead, name: string, live: LiveVersion): SealedVersion {
  const { version, type, context = [], key } = live;
  const sealed = "blob" in live ? { sequence: live.blob, hash: live.hash } : live.value;
  return { owner, name, version, type, context, key, keys: document.header.keys, sealed };
}
