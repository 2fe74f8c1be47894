import type { StoredChange } from "../../core/documents/commit.js";
import { replay } from "../../core/replay.js";
import type { ReplayedVersion, State } from "../../core/state.js";
import { CofferError } from "../../errors.js";
import { shownNamespace } from "../heads/found-head.js";
import type { Owner } from "../key-ring.js";

/** About what stands in a head in the place of a value that lies in a blob, in bytes. */
const REFERENCE_BYTES = 80;

interface Inline {
  readonly name: string;
  readonly version: number;
  /** Bytes that the head has less when the value lies in a blob. */
  readonly gain: number;
}

/**
 * The changes of a commit with the largest inline values of the coming head sent to blobs, as many as make up for the excess (in bytes).
 * Throws `INVALID` when all of them are not enough.
 */
export function spillLargest(
  changes: readonly StoredChange[],
  ground: {
    readonly owner: Owner;
    readonly state: State;
    readonly sequence: number;
    readonly inlined: ReadonlyMap<string, string>;
  },
  excess: number,
): StoredChange[] {
  const candidates = inlineAfter(changes, ground).sort((a, b) => b.gain - a.gain);
  let spilt: StoredChange[] = [...changes];
  for (let left = excess; left > 0; ) {
    const next = candidates.shift();
    if (next === undefined || next.gain <= 0) throw tooLarge(ground.owner);
    spilt = spill(spilt, next);
    left -= next.gain;
  }
  return spilt;
}

/** The hashes of the older values that these changes move to blobs. */
export function hashesOfMoved(state: State, changes: readonly StoredChange[]): string[] {
  return changes.flatMap((change) => {
    if (change.op !== "move") return [];
    const version = versionsOf(state, change.name).find((candidate) => candidate.version === change.version);
    return version === undefined || "deleted" in version ? [] : [version.hash];
  });
}

function inlineAfter(
  changes: readonly StoredChange[],
  {
    state,
    sequence,
    inlined,
  }: { readonly state: State; readonly sequence: number; readonly inlined: ReadonlyMap<string, string> },
): Inline[] {
  const after = { floor: state.floor, entries: new Map(state.entries) };
  replay(after, "", { sequence, time: "", changes: [...changes] });
  return [...after.entries.keys()].flatMap((name) =>
    versionsOf(after, name).flatMap((version) => {
      const value = "deleted" in version || version.blob !== undefined ? undefined : inlined.get(version.hash);
      return value === undefined ? [] : [{ name, version: version.version, gain: value.length - REFERENCE_BYTES }];
    }),
  );
}

function spill(changes: readonly StoredChange[], { name, version }: Inline): StoredChange[] {
  const index = changes.findLastIndex(
    (change) => (change.op === "put" || change.op === "reseal") && change.name === name && change.version === version,
  );
  const sealed = changes[index];
  if (sealed?.op === "reseal") return changes.with(index, { ...sealed, inBlob: true });
  if (sealed?.op !== "put") return [...changes, { op: "move", name, version }];
  // `earlier` stands last in the format.
  const { earlier, ...rest } = sealed;
  return changes.with(index, { ...rest, inBlob: true, ...(earlier === undefined ? {} : { earlier }) });
}

function versionsOf(state: State, name: string): ReplayedVersion[] {
  const entry = state.entries.get(name);
  return entry === undefined ? [] : [...(entry.current === undefined ? [] : [entry.current]), ...entry.staged.values()];
}

function tooLarge(owner: Owner): CofferError {
  return new CofferError(
    "INVALID",
    `${shownNamespace(owner.namespace)} would hold more than its head has room for (4 MiB)`,
    {
      hint: "split the namespace",
    },
  );
}
