import { compareText } from "../../core/bytes.js";
import type { HeadEntry, LiveVersion, StagedVersion, Tombstone } from "../../core/documents/head.js";
import type { ReplayedEntry, ReplayedVersion } from "../../core/state.js";

type ReplayedLive = Exclude<ReplayedVersion, Tombstone>;

/** A name's entry in a head: the state of the name, and the values (by their hashes) that lie in the head itself. */
export function entryWithValues(
  { name, top, made, purged, current, staged }: ReplayedEntry,
  inlined: ReadonlyMap<string, string>,
): HeadEntry {
  const stages = [...staged].sort(([a], [b]) => compareText(a, b));
  return {
    name,
    top,
    made: [...made],
    ...(purged.length === 0 ? {} : { purged: purged.map(([from, to]) => [from, to]) }),
    ...(current === undefined ? {} : { current: "deleted" in current ? current : withValue(current, inlined) }),
    ...(stages.length === 0
      ? {}
      : { staged: stages.flatMap(([stage, version]) => stagedValue(stage, version, inlined)) }),
  };
}

function stagedValue(stage: string, version: ReplayedVersion, inlined: ReadonlyMap<string, string>): StagedVersion[] {
  return "deleted" in version ? [] : [{ stage, ...withValue(version, inlined) }];
}

function withValue(version: ReplayedLive, inlined: ReadonlyMap<string, string>): LiveVersion {
  const { version: number, sequence, commit, time, type, comment, expires, context, key, hash, blob } = version;
  const described = {
    version: number,
    sequence,
    commit,
    time,
    type,
    ...(comment === undefined ? {} : { comment }),
    ...(expires === undefined ? {} : { expires }),
    ...(context === undefined ? {} : { context }),
    key,
  };
  if (blob !== undefined) return { ...described, blob, hash };
  return { ...described, value: inlineOf(hash, inlined) };
}

/** A value that is in no blob: it is at hand, or the caller is mistaken. */
export function inlineOf(hash: string, inlined: ReadonlyMap<string, string>): string {
  const value = inlined.get(hash);
  if (value === undefined) throw new TypeError("a value that is in no blob is not at hand");
  return value;
}
