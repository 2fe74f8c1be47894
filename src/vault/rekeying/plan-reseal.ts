import { encodeBase64url } from "../../core/bytes.js";
import type { Call } from "../../core/call.js";
import { sha256 } from "../../core/ciphers.js";
import { type Context, pickContext } from "../../core/context.js";
import type { StoredReseal } from "../../core/documents/commit.js";
import { isLive, type LiveVersion } from "../../core/documents/head.js";
import type { KeyRecord } from "../../core/documents/key-table.js";
import { sealValue } from "../../core/sealing.js";
import { CofferError, isCofferError } from "../../errors.js";
import type { VerifiedHead } from "../heads/found-head.js";
import type { VaultParts } from "../parts.js";
import { sealedInHead } from "../reading/find-readable.js";
import { openVersion } from "../reading/open-version.js";
import { type EpochKey, MAX_INLINE_BYTES, makeKey, type Plan } from "../writing/plan-changes.js";
import type { LeftVersion } from "./contract.js";
import { isLeft, type Leniency } from "./left-out.js";

/** How many values are opened at once. */
const AT_ONCE = 8;

export interface Ground {
  readonly parts: VaultParts;
  readonly head: VerifiedHead;
  readonly pool: Context;
  readonly leniency: Leniency;
}

/** A version that is current or staged, and its name. */
interface LiveOne {
  readonly name: string;
  readonly live: LiveVersion;
}

/** The keys of a head that open, with their contexts; and what is sealed under the others. */
export interface OpenedKeys {
  readonly contexts: ReadonlyMap<string, Context>;
  readonly left: readonly LeftVersion[];
}

/** Opens every key of a head. Throws what opening throws, but where it may be passed over. */
export async function openHeadKeys({ parts, head, pool, leniency }: Ground, options: Call): Promise<OpenedKeys> {
  const contexts = new Map<string, Context>();
  const left: LeftVersion[] = [];
  const [epochKey, ...ownKeys] = head.document.header.keys;
  if (epochKey !== undefined) contexts.set(epochKey.id, {});
  for (const record of ownKeys) {
    try {
      const context = pick(pool, record);
      await parts.ring.open(record, head.owner, "own", context, options);
      contexts.set(record.id, context);
    } catch (error) {
      if (!isLeft(error, leniency)) throw error;
      const names = isCofferError(error, "CONTEXT") ? (record.context ?? []) : [];
      left.push(...sealedUnder(head, record, names));
    }
  }
  return { contexts, left };
}

/** Seals everything that is current or staged, and opens, under a new epoch's keys. What shared a key shares one again. */
export async function planReseal(
  ground: Ground,
  { contexts }: OpenedKeys,
  epoch: EpochKey,
  options: Call,
): Promise<Plan> {
  const { parts, head } = ground;
  const plan = { changes: [] as StoredReseal[], sealed: new Map<string, Uint8Array>(), ownKeys: [] as KeyRecord[] };
  const newKeys = new Map<string, EpochKey>();
  const former = head.document.header.keys[0]?.id;
  if (former !== undefined) newKeys.set(former, epoch);
  for (const [id, context] of contexts) {
    if (newKeys.has(id)) continue;
    const made = await makeKey(parts, head.owner, { epoch: epoch.record.epoch, use: "own", context }, options);
    newKeys.set(id, made);
    plan.ownKeys.push(made.record);
  }
  const ones = [...liveOnes(head)].filter(({ live }) => contexts.has(live.key));
  for (let start = 0; start < ones.length; start += AT_ONCE) {
    const some = ones.slice(start, start + AT_ONCE);
    const resealed = await Promise.all(
      some.map((one) => reseal(ground, one, newKeys.get(one.live.key), contexts.get(one.live.key) ?? {}, options)),
    );
    for (const { change, sealed } of resealed) {
      plan.changes.push(change);
      plan.sealed.set(change.hash, sealed);
    }
  }
  return plan;
}

async function reseal(
  { parts, head }: Ground,
  { name, live }: LiveOne,
  to: EpochKey | undefined,
  context: Context,
  options: Call,
): Promise<{ change: StoredReseal; sealed: Uint8Array }> {
  if (to === undefined) throw new TypeError("every key that opens has one that follows it");
  const value = await openVersion(parts, sealedInHead(head, name, live), { pairs: context, pool: false }, options);
  const { version, type } = live;
  const sealed = sealValue(to.key, { ...head.owner, name, version, type, context }, value, parts.random);
  const hash = encodeBase64url(sha256(sealed));
  const inBlob = value.byteLength > MAX_INLINE_BYTES || "blob" in live;
  const change = { op: "reseal" as const, name, version, key: to.record.id, hash };
  return { change: inBlob ? { ...change, inBlob: true } : change, sealed };
}

function pick(pool: Context, { context = [] }: KeyRecord): Context {
  const picked = pickContext(pool, context);
  if (picked === null) throw new CofferError("CONTEXT", `the context ${context.join(", ")} is not given`);
  return picked;
}

function sealedUnder(head: VerifiedHead, record: KeyRecord, context: readonly string[]): LeftVersion[] {
  return [...liveOnes(head)].flatMap(({ name, live }) =>
    live.key === record.id ? [{ name, version: live.version, context }] : [],
  );
}

function* liveOnes({ document }: VerifiedHead): Generator<LiveOne> {
  for (const { name, current, staged = [] } of document.entries.values()) {
    if (current !== undefined && isLive(current)) yield { name, live: current };
    for (const live of staged) yield { name, live };
  }
}
