import { type HeadEntry, hashOf, isLive, type LiveVersion, type Tombstone } from "./documents/head.js";
import { climb } from "./ladder.js";
import type { Ranges } from "./ranges.js";

type Described = Omit<LiveVersion, "value" | "blob" | "hash">;

/** A version whose value is known by its hash; `blob` is the sequence of the blob that holds it, if one does. */
export type ReplayedVersion = Tombstone | (Described & { readonly hash: string; readonly blob?: number });

export interface ReplayedEntry {
  readonly name: string;
  readonly top: number;
  readonly made: readonly number[];
  readonly purged: Ranges;
  readonly current?: ReplayedVersion;
  readonly staged: ReadonlyMap<string, ReplayedVersion>;
}

/** What a namespace holds, without the values themselves. */
export interface State {
  floor: number;
  readonly entries: Map<string, ReplayedEntry>;
}

/** A namespace before its first commit. */
export function emptyState(): State {
  return { floor: 0, entries: new Map() };
}

/** The state that a head describes. */
export function stateOfHead(floor: number | undefined, entries: Iterable<HeadEntry>): State {
  const state: State = { floor: floor ?? 0, entries: new Map() };
  for (const { name, top, made, purged = [], current, staged } of entries) {
    const stages = new Map((staged ?? []).map(({ stage, ...version }) => [stage, byHash(version)]));
    state.entries.set(name, {
      name,
      top,
      made,
      purged,
      staged: stages,
      ...(current === undefined ? {} : { current: byHash(current) }),
    });
  }
  return state;
}

/** The number that the next version of a name takes. */
export function nextVersion(state: State, name: string): number {
  return (state.entries.get(name)?.top ?? state.floor) + 1;
}

/** What `earlier` is for the next version of a name. */
export function nextEarlier(state: State, name: string): number[] {
  const entry = state.entries.get(name);
  return entry === undefined ? [] : climb(entry.top, entry.made);
}

function byHash(version: Tombstone | LiveVersion): ReplayedVersion {
  if (!isLive(version)) return version;
  const hash = hashOf(version);
  if ("blob" in version) return { ...version, hash };
  const { value: _, ...described } = version;
  return { ...described, hash };
}
