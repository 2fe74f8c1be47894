import type { Call } from "../../core/call.js";
import { type Context, pickContext } from "../../core/context.js";
import { type CommitDocument, sealedChanges } from "../../core/documents/commit.js";
import type { KeyRecord } from "../../core/documents/key-table.js";
import type { Sensitive } from "../../core/sensitive.js";
import { CofferError, isCofferError } from "../../errors.js";
import type { KeyWrapper } from "../../keys/key-provider.js";
import { shownNamespace } from "../heads/found-head.js";
import { proveCommit } from "../history/chain.js";
import { type KeyUse, keyContext, type Owner } from "../key-ring.js";
import type { VaultParts } from "../parts.js";
import { idleKeys } from "../writing/idle-keys.js";
import type { LeftVersion } from "./contract.js";
import { isLeft, type Leniency } from "./left-out.js";

/** The most wrappings that a key has: docs/FORMAT.md section 2. */
const MAX_WRAPPINGS = 16;

/** For whom the keys of older commits are to be wrapped besides, and for whom no longer. */
export interface Rewrapping {
  readonly owner: Owner;
  readonly add: readonly KeyWrapper[];
  readonly drop: string | null;
  /** The pairs that own keys with context take theirs from. */
  readonly pool: Context;
  readonly leniency: Leniency;
  /** Wrappings that were made already, by key and master key: one epoch key stands in many commits. */
  readonly made: Map<string, Promise<string>>;
}

/** A key whose wrappings change, and the context that it is wrapped under. */
export interface Concerned {
  readonly key: Sensitive;
  readonly full: Context;
}

/** What a commit is concerned with by a change of wrappings. */
export interface Concern {
  /** False: it may stay as it is. */
  readonly changes: boolean;
  /** The keys that open, by their ids. */
  readonly keys: ReadonlyMap<string, Concerned>;
  /** True where its epoch key does not open, which only who recovers may pass over. */
  readonly closed: boolean;
  readonly left: readonly LeftVersion[];
}

/**
 * Opens the keys of a commit whose wrappings are to change, once its MAC was seen to hold. Throws what opening throws, `INTEGRITY` where the commit is not as it was
 * written, `CONFLICT` where a key would have more wrappings than it may.
 */
export async function openConcerned(
  parts: VaultParts,
  order: Rewrapping,
  commit: CommitDocument,
  options: Call,
): Promise<Concern> {
  const keys = new Map<string, Concerned>();
  const left: LeftVersion[] = [];
  const idle = idleKeys(commit);
  const losesIdle = commit.body.keys.some((record) => idle.has(record.id) && isWrappedFor(record, order.drop));
  const concerned = commit.body.keys.filter((record) => !idle.has(record.id) && isConcerned(order, record));
  if (concerned.length === 0 && !losesIdle) return { changes: false, keys, closed: false, left };
  try {
    await proveCommit(parts, order.owner, commit, options);
  } catch (error) {
    if (order.leniency.closed && isCofferError(error, "ACCESS_DENIED"))
      return { changes: false, keys, closed: true, left };
    throw error;
  }
  for (const record of concerned) {
    assertRoom(order, record);
    const use: KeyUse = record.id === commit.header.key ? "epoch" : "own";
    try {
      const context = pick(order, record);
      const key = await parts.ring.open(record, order.owner, use, context, options);
      keys.set(record.id, { key, full: keyContext(order.owner, record.epoch, use, context) });
    } catch (error) {
      if (!isLeft(error, order.leniency)) throw error;
      left.push(...sealedUnder(commit, record, isCofferError(error, "CONTEXT")));
    }
  }
  return { changes: keys.size > 0 || losesIdle, keys, closed: false, left };
}

function isConcerned({ add, drop }: Rewrapping, record: KeyRecord): boolean {
  return add.some(({ id }) => !isWrappedFor(record, id)) || isWrappedFor(record, drop);
}

function isWrappedFor({ wrappings }: KeyRecord, id: string | null): boolean {
  return wrappings.some(({ by }) => by === id);
}

function pick({ pool }: Rewrapping, { context = [] }: KeyRecord): Context {
  const picked = pickContext(pool, context);
  if (picked === null) throw new CofferError("CONTEXT", `the context ${context.join(", ")} is not given`);
  return picked;
}

function sealedUnder({ header, body }: CommitDocument, record: KeyRecord, lacksContext: boolean): LeftVersion[] {
  const context = lacksContext ? (record.context ?? []) : [];
  return sealedChanges(header).flatMap(({ name, version, key }, index) =>
    key === record.id && body.values[index] !== null ? [{ name, version, context }] : [],
  );
}

function assertRoom({ owner, add, drop }: Rewrapping, { wrappings }: KeyRecord): void {
  const holders = new Set([...wrappings.map(({ by }) => by).filter((by) => by !== drop), ...add.map(({ id }) => id)]);
  if (holders.size > 0 && holders.size <= MAX_WRAPPINGS) return;
  const what = holders.size === 0 ? "no master key" : `more than ${MAX_WRAPPINGS} master keys`;
  throw new CofferError("CONFLICT", `a data key of ${shownNamespace(owner.namespace)} would be wrapped for ${what}`, {
    hint: "add another key before, or drop one: --new-key, --drop-key",
  });
}
