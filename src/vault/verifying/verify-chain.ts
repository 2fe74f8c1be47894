import { isDeepStrictEqual } from "node:util";
import type { CommitDocument } from "../../core/documents/commit.js";
import { epochSince } from "../../core/documents/fields.js";
import { climb } from "../../core/ladder.js";
import { commitKey, headKey } from "../../core/layout.js";
import { quote } from "../../core/name.js";
import { replay } from "../../core/replay.js";
import { emptyState, type State, stateOfHead } from "../../core/state.js";
import { damaged } from "../damaged.js";
import type { FoundHead } from "../heads/found-head.js";

/** Runs a check on an object and notes what it throws; false when it threw. */
export type Check = (object: string, act: () => Promise<void>) => Promise<boolean>;

/** Checks that a chain (newest first) holds together and gives exactly the head. */
export async function checkChain(head: FoundHead, chain: readonly CommitDocument[], check: Check): Promise<void> {
  const { header, entries } = head.document;
  const { namespace } = head.owner;
  const oldestFirst = [...chain].reverse();
  await check(headKey(namespace), async () => {
    const [newest] = chain;
    if (newest === undefined) return;
    if (newest.header.epoch !== header.epoch || newest.header.key !== header.keys[0]?.id)
      throw damaged("the head has another epoch than its commit");
    if (!isDeepStrictEqual(newest.header.ancestors, header.ancestors))
      throw damaged("the head has other ancestors than its commit");
  });
  const state = emptyState();
  let whole = oldestFirst[0]?.header.sequence === 1;
  for (const [index, commit] of oldestFirst.entries()) {
    const place = commitKey(namespace, commit.header.sequence, commit.id);
    const linked = await check(place, async () => assertLinked(commit, oldestFirst[index - 1]));
    whole = whole && linked && (await check(place, async () => replay(state, commit.id, commit.header)));
  }
  if (whole)
    await check(headKey(namespace), async () => assertSameState(state, stateOfHead(header.floor, entries.values())));
}

/** Throws `INTEGRITY` where a commit does not follow its parent as it says. */
export function assertLinked({ header }: CommitDocument, parent: CommitDocument | undefined): void {
  const since = epochSince(header.epoch);
  if (parent === undefined) {
    if (header.sequence === 1 && since !== 1) throw damaged("the first commit is not of a new epoch");
    return;
  }
  const expected = climb(parent.header.sequence, [parent.id, ...parent.header.ancestors]);
  if (!isDeepStrictEqual(header.ancestors, expected)) throw damaged("its ancestors are not those of its parent");
  const same = header.epoch === parent.header.epoch;
  if (same ? header.key !== parent.header.key : since !== header.sequence)
    throw damaged("it changes the epoch in a way that no commit may");
}

function assertSameState(replayed: State, stated: State): void {
  if (replayed.floor !== stated.floor) throw damaged("the head has another floor than its commits give");
  for (const name of new Set([...replayed.entries.keys(), ...stated.entries.keys()])) {
    if (isDeepStrictEqual(replayed.entries.get(name), stated.entries.get(name))) continue;
    throw damaged(`the head says something else of ${quote(name)} than its commits do`);
  }
}
