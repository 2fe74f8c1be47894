import type { StoredChange } from "../../core/documents/commit.js";
import { joinPath, quote } from "../../core/name.js";
import { isInRanges, joinRanges, type Ranges } from "../../core/ranges.js";
import { applyChange } from "../../core/replay.js";
import { nextEarlier, nextVersion, type ReplayedEntry, type State } from "../../core/state.js";
import { CofferError } from "../../errors.js";
import type { PurgeTarget } from "./choose-targets.js";

/** A name and which of its versions go: numbers, or all with the name itself. */
export interface PlannedPurge {
  readonly name: string;
  readonly versions: Ranges | "all";
}

/** The changes of a commit that purges, and what they come to; targets that were purged before need none. */
export interface PurgePlan {
  readonly changes: readonly StoredChange[];
  readonly purged: readonly PlannedPurge[];
}

/** Plans what takes the targets away; `state` becomes what it makes of it. Throws `NOT_FOUND`, and `CONFLICT` for versions that are in use. */
export function planPurge(
  state: State,
  targets: readonly PurgeTarget[],
  { namespace, sequence }: { readonly namespace: string; readonly sequence: number },
): PurgePlan {
  const changes: StoredChange[] = [];
  const purged: PlannedPurge[] = [];
  const moment = { sequence, commit: "", time: "" };
  for (const { name, versions } of targets) {
    const entry = state.entries.get(name);
    if (entry === undefined) continue;
    const path = quote(joinPath(namespace, name));
    const planned = versions === "all" ? planForget(state, entry) : planVersions(entry, versions, path);
    for (const change of planned) applyChange(state, change, moment, `the purge of ${path}`);
    changes.push(...planned);
    if (planned.length > 0) purged.push({ name, versions: versions === "all" ? "all" : rangesOf(planned) });
  }
  return { changes, purged };
}

/** A name that is in use is deleted first, which takes away what is staged; then it is forgotten. */
function planForget(state: State, { name, current, staged }: ReplayedEntry): StoredChange[] {
  const forget: StoredChange = { op: "forget", name };
  if (current !== undefined && !("deleted" in current)) {
    const earlier = nextEarlier(state, name);
    const version = nextVersion(state, name);
    return [{ op: "delete", name, version, ...(earlier.length === 0 ? {} : { earlier }) }, forget];
  }
  return [...[...staged.keys()].map((stage): StoredChange => ({ op: "unstage", name, stage })), forget];
}

function planVersions(entry: ReplayedEntry, versions: Ranges, path: string): StoredChange[] {
  const beyond = versions.find(([, to]) => to > entry.top);
  if (beyond !== undefined) throw new CofferError("NOT_FOUND", `${path} has no version ${beyond[1]}`);
  assertUnused(entry, versions, path);
  const left = without(versions, entry.purged);
  return left.length === 0 ? [] : [{ op: "purge", name: entry.name, versions: left.map(([from, to]) => [from, to]) }];
}

function assertUnused({ current, staged }: ReplayedEntry, versions: Ranges, path: string): void {
  if (current !== undefined && !("deleted" in current) && isInRanges(versions, current.version)) {
    throw new CofferError("CONFLICT", `version ${current.version} of ${path} is the current one`, {
      hint: "put another value or delete the secret before; or purge all of it, by its path alone",
    });
  }
  for (const [stage, { version }] of staged) {
    if (!isInRanges(versions, version)) continue;
    throw new CofferError("CONFLICT", `version ${version} of ${path} is staged as ${stage}`, {
      hint: "promote it, or put another value under that stage, before",
    });
  }
}

/** The numbers that are in the first and not in the second. Both are ascending. */
function without(ranges: Ranges, others: Ranges): Ranges {
  return others.reduce<Ranges>(
    (left, [first, last]) =>
      left.flatMap(([from, to]): [number, number][] => {
        if (last < from || first > to) return [[from, to]];
        const below: [number, number] = [from, first - 1];
        const above: [number, number] = [last + 1, to];
        return [below, above].filter(([a, b]) => a <= b);
      }),
    joinRanges([], ranges),
  );
}

function rangesOf(planned: readonly StoredChange[]): Ranges {
  return planned.flatMap((change) => (change.op === "purge" ? change.versions : []));
}
