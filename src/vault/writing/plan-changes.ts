import { compareText, encodeBase64url, utf8Length } from "../../core/bytes.js";
import type { Call } from "../../core/call.js";
import { sha256 } from "../../core/ciphers.js";
import { assertContext, type Context, contextNames, contextParts } from "../../core/context.js";
import type { StoredChange, StoredPut } from "../../core/documents/commit.js";
import {
  MAX_AUTHOR_BYTES,
  MAX_CHANGES,
  MAX_COMMENT_BYTES,
  MAX_NAMES,
  MAX_VALUE_BYTES,
} from "../../core/documents/fields.js";
import type { KeyRecord } from "../../core/documents/key-table.js";
import { assertName, assertStage, isWellFormed, joinPath, quote } from "../../core/name.js";
import { applyChange } from "../../core/replay.js";
import { dataKeyId, sealValue } from "../../core/sealing.js";
import type { Change } from "../../core/secret-store.js";
import type { Sensitive } from "../../core/sensitive.js";
import { nextEarlier, nextVersion, type State } from "../../core/state.js";
import { CofferError } from "../../errors.js";
import { type KeyUse, keyContext, keyHolders, type Owner, requireKeys } from "../key-ring.js";
import type { VaultParts } from "../parts.js";

/** Values longer than this lie in blobs, in bytes. */
export const MAX_INLINE_BYTES = 4096;
const MAX_ORIGIN_BYTES = 255;

/** The key that vouches for the namespace now, as stored and opened. */
export interface EpochKey {
  readonly record: KeyRecord;
  readonly key: Sensitive;
}

/** The changes of a commit as they will be stored, and what they need. */
export interface Plan {
  readonly changes: StoredChange[];
  /** The new sealed values by their hash. */
  readonly sealed: Map<string, Uint8Array>;
  /** New data keys of secrets that have their own. */
  readonly ownKeys: KeyRecord[];
}

interface Ground {
  readonly parts: VaultParts;
  readonly owner: Owner;
  readonly epoch: EpochKey;
  readonly state: State;
  readonly sequence: number;
  readonly options: Call;
}

/** Throws `USAGE` or `INVALID` for changes that no vault can make, before anything is read or sent. */
export function assertChanges(changes: readonly Change[]): void {
  if (changes.length === 0) throw new CofferError("USAGE", "a commit needs at least one change");
  if (changes.length > MAX_CHANGES)
    throw new CofferError("INVALID", `${changes.length} changes are more than ${MAX_CHANGES} of one commit`);
  for (const change of changes) {
    assertName(change.name);
    if ("stage" in change && change.stage !== undefined) assertStage(change.stage);
    if (change.op === "put") assertPut(change);
  }
}

/** Seals the changes' values and gives them their numbers; `state` is changed to what they make of it. Throws `CONFLICT`, `NOT_FOUND`. */
export async function planChanges(ground: Ground, changes: readonly Change[]): Promise<Plan> {
  const plan: Plan = { changes: [], sealed: new Map(), ownKeys: [] };
  const keyFor = ownKeyMaker(ground, plan);
  const moment = { sequence: ground.sequence, commit: "", time: "" };
  for (const change of changes) {
    assertExpected(ground, change);
    const stored = await planChange(ground, plan, change, keyFor);
    applyChange(ground.state, stored, moment, `the change of ${quote(change.name)}`);
    plan.changes.push(stored);
  }
  if (ground.state.entries.size > MAX_NAMES) {
    throw new CofferError("INVALID", `a namespace holds at most ${MAX_NAMES} names, deleted ones included`, {
      hint: "split the namespace",
    });
  }
  return plan;
}

type Put = Extract<Change, { op: "put" }>;
type KeyFor = (context: Context, own: boolean) => Promise<{ key: Sensitive; id: string }>;

async function planChange(ground: Ground, plan: Plan, change: Change, keyFor: KeyFor): Promise<StoredChange> {
  const { state, owner } = ground;
  const { name } = change;
  if (change.op === "put") return planPut(ground, plan, change, keyFor);
  const entry = state.entries.get(name);
  const path = joinPath(owner.namespace, name);
  if (change.op === "promote") {
    const version = entry?.staged.get(change.stage)?.version;
    if (version === undefined)
      throw new CofferError("NOT_FOUND", `${quote(path)} has nothing staged as ${change.stage}`);
    return { op: "promote", name, stage: change.stage, version };
  }
  if (entry?.current === undefined || "deleted" in entry.current)
    throw new CofferError("NOT_FOUND", `no secret named ${quote(path)}`);
  return { op: "delete", name, version: nextVersion(state, name), ...earlierOf(state, name) };
}

async function planPut({ state, owner, parts }: Ground, plan: Plan, change: Put, keyFor: KeyFor): Promise<StoredPut> {
  const { name, stage, comment, expires, origin, context = {}, ownKey = false } = change;
  const { key, id } = await keyFor(context, ownKey);
  const version = nextVersion(state, name);
  const type = change.type ?? "text";
  const sealed = sealValue(key, { ...owner, name, version, type, context }, change.value, parts.random);
  const hash = encodeBase64url(sha256(sealed));
  plan.sealed.set(hash, sealed);
  const names = contextNames(context);
  return {
    op: "put",
    name,
    version,
    ...(stage === undefined ? {} : { stage }),
    type,
    ...(comment === undefined || comment === "" ? {} : { comment }),
    ...(expires === undefined ? {} : { expires: expires.toISOString() }),
    ...(names.length === 0 ? {} : { context: names }),
    ...(origin === undefined ? {} : { origin: storedOrigin(origin) }),
    key: id,
    hash,
    ...(change.value.byteLength > MAX_INLINE_BYTES ? { inBlob: true as const } : {}),
    ...earlierOf(state, name),
  };
}

/** Makes data keys: one for all secrets of the commit with one context, one for each that wants its own. */
function ownKeyMaker({ parts, owner, epoch, options }: Ground, plan: Plan): KeyFor {
  const made = new Map<string, { key: Sensitive; id: string }>();
  return async (context, own) => {
    const names = contextNames(context);
    if (names.length === 0 && !own) return { key: epoch.key, id: epoch.record.id };
    const question = JSON.stringify(contextParts(context));
    const known = own ? undefined : made.get(question);
    if (known !== undefined) return known;
    const { record, key } = await makeKey(parts, owner, { epoch: epoch.record.epoch, use: "own", context }, options);
    plan.ownKeys.push(record);
    const entry = { key, id: record.id };
    if (!own) made.set(question, entry);
    return entry;
  };
}

/** Makes a data key of a namespace. */
export async function makeKey(
  parts: VaultParts,
  owner: Owner,
  { epoch, use, context }: { readonly epoch: string; readonly use: KeyUse; readonly context: Context },
  options: Call,
): Promise<EpochKey> {
  const keys = requireKeys(parts.keys);
  const full = keyContext(owner, epoch, use, context);
  const { key, wrapped } = await keys.generate(full, options);
  const names = contextNames(context);
  const others = await Promise.all(
    (await keyHolders(parts))
      .filter(({ id }) => id !== keys.id)
      .map(async (other) => ({ by: other.id, wrapped: await other.wrap(key, full, options) })),
  );
  const wrappings = [{ by: keys.id, wrapped }, ...others]
    .map((wrapping) => ({ ...wrapping, wrapped: encodeBase64url(wrapping.wrapped) }))
    .sort((a, b) => compareText(a.by, b.by));
  return { key, record: { id: dataKeyId(key), epoch, ...(names.length === 0 ? {} : { context: names }), wrappings } };
}

function assertPut(change: Put): void {
  if (change.type !== undefined && change.type !== "text" && change.type !== "binary") {
    throw new TypeError("a value's type is text or binary");
  }
  const path = quote(change.name);
  if (change.value.byteLength > MAX_VALUE_BYTES) {
    throw new CofferError(
      "INVALID",
      `the value of ${path} has ${change.value.byteLength} bytes, more than ${MAX_VALUE_BYTES} (16 MiB)`,
    );
  }
  if (change.comment !== undefined && !isText(change.comment, 0, MAX_COMMENT_BYTES)) {
    throw new CofferError("USAGE", `the comment of ${path} is longer than ${MAX_COMMENT_BYTES} bytes, or no text`);
  }
  if (change.expires !== undefined && !isStorable(change.expires))
    throw new CofferError("USAGE", `the expiry of ${path} is no date of the years 1 to 9999`);
  if (change.origin !== undefined && !isOrigin(change.origin))
    throw new CofferError("USAGE", `the origin of ${path} has a version, an author or a date that cannot be kept`);
  if (change.version !== undefined) throw new CofferError("UNSUPPORTED", "a vault numbers its versions itself");
  assertContext(change.context ?? {});
}

/** True for well-formed text of so many bytes. */
export function isText(candidate: string, least: number, most: number): boolean {
  const length = utf8Length(candidate);
  return length >= least && length <= most && isWellFormed(candidate);
}

function isOrigin({ version, time, author }: NonNullable<Put["origin"]>): boolean {
  return (
    isText(version, 1, MAX_ORIGIN_BYTES) &&
    (time === undefined || isStorable(time)) &&
    (author === undefined || isText(author, 1, MAX_AUTHOR_BYTES))
  );
}

function isStorable(date: Date): boolean {
  return !Number.isNaN(date.getTime()) && date.getUTCFullYear() >= 1 && date.getUTCFullYear() <= 9999;
}

function assertExpected({ state, owner }: Ground, change: Change): void {
  if (change.op === "promote" || change.expect === undefined) return;
  const current = state.entries.get(change.name)?.current;
  const version = current === undefined || "deleted" in current ? null : String(current.version);
  if (version === change.expect) return;
  const path = quote(joinPath(owner.namespace, change.name));
  const found = version === null ? "does not exist" : `is at version ${version}`;
  throw new CofferError(
    "CONFLICT",
    `${path} ${found}, not ${change.expect === null ? "absent" : `at version ${change.expect}`} as expected`,
    {
      hint: "somebody else changed it: look at it again, then repeat",
    },
  );
}

function earlierOf(state: State, name: string): { earlier?: number[] } {
  const earlier = nextEarlier(state, name);
  return earlier.length === 0 ? {} : { earlier };
}

function storedOrigin({ version, time, author }: NonNullable<Put["origin"]>): NonNullable<StoredPut["origin"]> {
  return {
    version,
    ...(time === undefined ? {} : { time: time.toISOString() }),
    ...(author === undefined ? {} : { author }),
  };
}
