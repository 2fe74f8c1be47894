import type { Call } from "../../core/call.js";
import type { Context } from "../../core/context.js";
import type { KeyRecord } from "../../core/documents/key-table.js";
import type { KeyWrapper } from "../../keys/key-provider.js";
import { keysSince } from "../heads/examine.js";
import type { VerifiedHead } from "../heads/found-head.js";
import type { VaultParts } from "../parts.js";
import { type BegunEpoch, beginEpoch } from "./begin-epoch.js";
import type { Rewrapping } from "./concerned-keys.js";
import type { RekeyReport } from "./contract.js";
import { assertNothingLeft, type Leniency, withoutRepeats } from "./left-out.js";
import { openHeadKeys } from "./plan-reseal.js";
import { type RewrappedChain, rewrapChain } from "./rewrap-chain.js";

/** From whose hands a namespace's keys pass into whose. */
export interface Transfer {
  /** The vault as it is for who shall have the keys: makes them, wraps them for all holders, opens what can be opened now. */
  readonly parts: VaultParts;
  /** The same, but it opens nothing by the key that is dropped. */
  readonly after: VaultParts;
  readonly holders: readonly KeyWrapper[];
  /** For whom older commits are wrapped besides. */
  readonly add: readonly KeyWrapper[];
  readonly drop: string | null;
  readonly pool: Context;
  readonly leniency: Leniency;
  /** Reads the head as it is now, proven. */
  readonly load: (options: Call) => Promise<VerifiedHead>;
  readonly message: string | undefined;
  readonly olderThan: number | undefined;
  readonly dryRun: boolean;
  readonly onProgress: ((done: number, of: number) => void) | undefined;
}

const NOTHING: RewrappedChain = { changed: new Set(), closed: 0, left: [] };

/**
 * Passes a namespace's keys on, in the order of docs/FORMAT.md section 11: every key is in the hands of all who had it before, or of all who shall have it,
 * at each moment. What is done already is not done again. Nothing is changed before everything has opened that has to.
 */
export async function transferKeys(transfer: Transfer, options: Call): Promise<RekeyReport> {
  const head = await transfer.load(options);
  const begins = await needsEpoch(transfer, head, options);
  const survey = await surveyKeys(transfer, head, { ...options, begins });
  if (transfer.dryRun) {
    const begun = begins ? await beginEpoch(transfer, options) : null;
    return report(transfer, head, { begun, passes: [survey] });
  }
  const added = await add(transfer, head, 0, options);
  const begun = begins ? await beginEpoch(transfer, options) : null;
  const top = begun?.head ?? head;
  const { sequence } = head.document.header;
  const between = await add(transfer, top, sequence, options);
  const { drop, onProgress } = transfer;
  const dropping = { ...rewrapping(transfer, head), add: [], drop };
  const dropped =
    drop === null
      ? NOTHING
      : await rewrapChain(transfer.after, top, dropping, { above: 0, write: true, onProgress }, options);
  return report(transfer, head, { begun, passes: [added, between, dropped] });
}

function add(transfer: Transfer, head: VerifiedHead, above: number, options: Call): Promise<RewrappedChain> {
  if (transfer.add.length === 0) return Promise.resolve(NOTHING);
  const { parts, onProgress } = transfer;
  const order = { ...rewrapping(transfer, head), drop: null };
  return rewrapChain(parts, head, order, { above, write: true, onProgress }, options);
}

/** Opens all that will have to be opened, and writes nothing. Throws what must keep everything as it is. */
export async function surveyKeys(
  transfer: Pick<Transfer, "parts" | "add" | "drop" | "pool" | "leniency" | "onProgress">,
  head: VerifiedHead,
  { begins, ...options }: Call & { begins: boolean },
): Promise<RewrappedChain> {
  const { parts, add, drop, pool, leniency, onProgress } = transfer;
  const ofHead = begins ? await openHeadKeys({ parts, head, pool, leniency }, options) : { left: [] };
  const pass = { above: 0, write: false, onProgress };
  const isIdle = add.length === 0 && drop === null;
  const ofChain = isIdle ? NOTHING : await rewrapChain(parts, head, rewrapping(transfer, head), pass, options);
  const left = withoutRepeats([...ofHead.left, ...ofChain.left]);
  assertNothingLeft(head.owner, left, leniency);
  return { ...ofChain, left };
}

function rewrapping(
  { add, drop, pool, leniency }: Pick<Transfer, "add" | "drop" | "pool" | "leniency">,
  { owner }: VerifiedHead,
): Rewrapping {
  return { owner, add, drop, pool, leniency, made: new Map() };
}

/** Not where the caller wants only old ones changed, and this one is young and in the right hands. */
async function needsEpoch(transfer: Transfer, head: VerifiedHead, options: Call): Promise<boolean> {
  const { parts, olderThan, holders, pool } = transfer;
  if (olderThan === undefined) return true;
  const { keys } = head.document.header;
  const wanted = holders.map(({ id }) => id);
  const isOurs = ({ wrappings, context = [] }: KeyRecord): boolean =>
    context.some((name) => !Object.hasOwn(pool, name)) ||
    isSameList(
      wrappings.map(({ by }) => by),
      wanted,
    );
  if (!keys.every(isOurs)) return true;
  const since = await keysSince(parts, head, options);
  return parts.now().getTime() - since.getTime() >= olderThan;
}

function report(
  { holders }: Transfer,
  head: VerifiedHead,
  { begun, passes }: { readonly begun: BegunEpoch | null; readonly passes: readonly RewrappedChain[] },
): RekeyReport {
  const { header } = begun?.head.document ?? head.document;
  return {
    namespace: head.owner.namespace,
    commit: header.commit,
    sequence: header.sequence,
    begun: begun !== null,
    resealed: begun?.resealed ?? 0,
    rewrapped: new Set(passes.flatMap(({ changed }) => [...changed])).size,
    closed: Math.max(...passes.map(({ closed }) => closed)),
    left: withoutRepeats([...(begun?.left ?? []), ...passes.flatMap(({ left }) => left)]),
    before: (head.document.header.keys[0]?.wrappings ?? []).map(({ by }) => by),
    holders: begun === null ? (header.keys[0]?.wrappings.map(({ by }) => by) ?? []) : holders.map(({ id }) => id),
  };
}

function isSameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((item, index) => item === other[index]);
}
