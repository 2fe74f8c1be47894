import type { Call } from "../../core/call.js";
import type { FoundHead } from "../heads/found-head.js";
import { type StoredCommit, walkStored } from "../history/chain.js";
import type { VaultParts } from "../parts.js";
import { openConcerned, type Rewrapping } from "./concerned-keys.js";
import type { LeftVersion } from "./contract.js";
import { type Rewrapped, rewrapCommit } from "./rewrap-commit.js";

/** How many commits are written at once. */
const AT_ONCE = 8;

/** What going through a chain has come to. */
export interface RewrappedChain {
  /** The sequences of the commits that change, or have changed. */
  readonly changed: ReadonlySet<number>;
  readonly closed: number;
  readonly left: readonly LeftVersion[];
}

export interface Pass {
  /** Only commits of higher sequences. */
  readonly above: number;
  /** False: nothing is written, but everything is opened that would have to be. */
  readonly write: boolean;
  readonly onProgress: ((done: number, of: number) => void) | undefined;
}

/** Examines or rewrites the commits of a chain, newest first. Throws at the first that cannot be; the others stay as they are, or have become. */
export async function rewrapChain(
  parts: VaultParts,
  head: FoundHead,
  order: Rewrapping,
  { above, write, onProgress }: Pass,
  options: Call,
): Promise<RewrappedChain> {
  const act = write
    ? (stored: StoredCommit): Promise<Rewrapped> => rewrapCommit(parts, order, stored, options)
    : ({ commit }: StoredCommit): Promise<Rewrapped> => openConcerned(parts, order, commit, options);
  const changed = new Set<number>();
  const left: LeftVersion[] = [];
  let closed = 0;
  let done = 0;
  const { sequence } = head.document.header;
  for await (const batch of inBatches(walkStored(parts, head, options), above)) {
    options.signal?.throwIfAborted();
    const results = await settled(batch.map(act));
    for (const [index, result] of results.entries()) {
      if (result.changes) changed.add(batch[index]?.commit.header.sequence ?? 0);
      if (result.closed) closed++;
      left.push(...result.left);
    }
    done += batch.length;
    onProgress?.(done, sequence - above);
  }
  return { changed, closed, left };
}

async function* inBatches(commits: AsyncIterable<StoredCommit>, above: number): AsyncGenerator<StoredCommit[]> {
  let batch: StoredCommit[] = [];
  for await (const stored of commits) {
    if (stored.commit.header.sequence <= above) break;
    batch.push(stored);
    if (batch.length < AT_ONCE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** All of them, or the first failure, once nothing is under way any more. */
async function settled(acts: readonly Promise<Rewrapped>[]): Promise<Rewrapped[]> {
  await Promise.allSettled(acts);
  return Promise.all(acts);
}
