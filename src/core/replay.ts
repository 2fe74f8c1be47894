import type { CommitHeader, StoredChange, StoredPut, StoredReseal } from "./documents/commit.js";
import { MAX_NAMES } from "./documents/fields.js";
import type { Tombstone } from "./documents/head.js";
import { misshapen } from "./documents/shape.js";
import { quote } from "./name.js";
import { isInRanges, joinRanges } from "./ranges.js";
import { nextEarlier, nextVersion, type ReplayedEntry, type ReplayedVersion, type State } from "./state.js";

/** Where a change takes effect. */
interface Moment {
  readonly sequence: number;
  readonly commit: string;
  readonly time: string;
}

/**
 * Changes the state as a commit does, change by change: docs/FORMAT.md section 9. Throws `INTEGRITY` for what does not fit; the state is
 * then of no use any more.
 */
export function replay(
  state: State,
  commit: string,
  header: Pick<CommitHeader, "sequence" | "time" | "changes">,
): void {
  const moment = { sequence: header.sequence, commit, time: header.time };
  header.changes.forEach((change, index) => {
    applyChange(state, change, moment, `commit ${header.sequence}, change ${index + 1}`);
  });
  if (state.entries.size > MAX_NAMES) throw misshapen(`commit ${header.sequence}`, "makes too many names");
}

/** Changes the state by one change. Throws `INTEGRITY`, naming `place`, for what does not fit. */
export function applyChange(state: State, change: StoredChange, moment: Moment, place: string): void {
  const entry = state.entries.get(change.name);
  if (change.op === "put") state.entries.set(change.name, afterPut(state, change, moment, place));
  else if (entry === undefined) throw misfit(place, change, "is not there");
  else if (change.op === "forget") forget(state, entry, change, place);
  else state.entries.set(change.name, afterChange(state, entry, change, moment, place));
}

type Op<Name extends StoredChange["op"]> = Extract<StoredChange, { op: Name }>;

function afterChange(
  state: State,
  entry: ReplayedEntry,
  change: Exclude<StoredChange, StoredPut | Op<"forget">>,
  moment: Moment,
  place: string,
): ReplayedEntry {
  switch (change.op) {
    case "delete":
      return afterDelete(state, entry, change, moment, place);
    case "promote":
      return afterPromote(entry, change, place);
    case "unstage":
      return afterUnstage(entry, change, place);
    case "move":
      return afterMove(entry, change, moment, place);
    case "reseal":
      return afterReseal(entry, change, moment, place);
    case "purge":
      return afterPurge(entry, change, place);
  }
}

function afterPut(state: State, change: StoredPut, moment: Moment, place: string): ReplayedEntry {
  const entry = state.entries.get(change.name);
  const made = takeNumber(state, change, moment, place);
  const version = describePut(change, moment);
  const staged = new Map(entry?.staged);
  if (change.stage !== undefined) staged.set(change.stage, version);
  const current = change.stage === undefined ? version : entry?.current;
  const purged = entry?.purged ?? [];
  return {
    name: change.name,
    top: change.version,
    made,
    purged,
    staged,
    ...(current === undefined ? {} : { current }),
  };
}

function afterDelete(
  state: State,
  entry: ReplayedEntry,
  change: Op<"delete">,
  moment: Moment,
  place: string,
): ReplayedEntry {
  if (entry.current === undefined || "deleted" in entry.current) throw misfit(place, change, "is deleted already");
  const made = takeNumber(state, change, moment, place);
  const current = { version: change.version, ...moment, deleted: true as const };
  return { ...entry, top: change.version, made, current: ordered(current), staged: new Map() };
}

function afterPromote(entry: ReplayedEntry, change: Op<"promote">, place: string): ReplayedEntry {
  const version = entry.staged.get(change.stage);
  if (version?.version !== change.version) throw misfit(place, change, "is not staged so");
  const staged = new Map(entry.staged);
  staged.delete(change.stage);
  return { ...entry, current: version, staged };
}

function afterUnstage(entry: ReplayedEntry, change: Op<"unstage">, place: string): ReplayedEntry {
  const staged = new Map(entry.staged);
  if (!staged.delete(change.stage)) throw misfit(place, change, "is not staged so");
  return { ...entry, staged };
}

function afterMove(entry: ReplayedEntry, change: Op<"move">, moment: Moment, place: string): ReplayedEntry {
  return withVersion(entry, change, place, (version) => {
    if (version.blob !== undefined) throw misfit(place, change, "is in a blob already");
    return { ...version, blob: moment.sequence };
  });
}

function afterReseal(entry: ReplayedEntry, change: StoredReseal, moment: Moment, place: string): ReplayedEntry {
  return withVersion(entry, change, place, ({ blob: _, ...version }) => ({
    ...version,
    key: change.key,
    hash: change.hash,
    ...(change.inBlob === undefined ? {} : { blob: moment.sequence }),
  }));
}

function afterPurge(entry: ReplayedEntry, change: Op<"purge">, place: string): ReplayedEntry {
  const kept = [...entry.staged.values(), ...(entry.current === undefined ? [] : [entry.current])];
  const inUse = kept.filter((version) => !("deleted" in version)).map(({ version }) => version);
  const wrong = change.versions.some(
    ([from, to]) => to > entry.top || inUse.some((version) => isInRanges([[from, to]], version)),
  );
  if (wrong) throw misfit(place, change, "has not these versions to purge");
  return { ...entry, purged: joinRanges(entry.purged, change.versions) };
}

function forget(state: State, entry: ReplayedEntry, change: Op<"forget">, place: string): void {
  const inUse = entry.staged.size > 0 || (entry.current !== undefined && !("deleted" in entry.current));
  if (inUse) throw misfit(place, change, "is in use");
  state.entries.delete(entry.name);
  state.floor = Math.max(state.floor, entry.top);
}

/** The `made` of a name after a change takes its next number. */
function takeNumber(state: State, change: StoredPut | Op<"delete">, moment: Moment, place: string): number[] {
  if (change.version !== nextVersion(state, change.name)) throw misfit(place, change, "takes a number out of turn");
  const earlier = nextEarlier(state, change.name);
  const stated = change.earlier ?? [];
  if (stated.length !== earlier.length || stated.some((sequence, index) => sequence !== earlier[index])) {
    throw misfit(place, change, "points to other earlier versions");
  }
  return [moment.sequence, ...earlier];
}

function withVersion(
  entry: ReplayedEntry,
  change: Op<"move"> | StoredReseal,
  place: string,
  next: (version: Exclude<ReplayedVersion, Tombstone>) => ReplayedVersion,
): ReplayedEntry {
  const { current } = entry;
  if (current?.version === change.version && !("deleted" in current)) return { ...entry, current: next(current) };
  for (const [stage, version] of entry.staged) {
    if (version.version !== change.version || "deleted" in version) continue;
    return { ...entry, staged: new Map(entry.staged).set(stage, next(version)) };
  }
  throw misfit(place, change, "has no such version in use");
}

function describePut(change: StoredPut, moment: Moment): ReplayedVersion {
  const { type, comment, expires, context, key, hash, inBlob } = change;
  return {
    version: change.version,
    sequence: moment.sequence,
    commit: moment.commit,
    time: moment.time,
    type,
    ...(comment === undefined ? {} : { comment }),
    ...(expires === undefined ? {} : { expires }),
    ...(context === undefined ? {} : { context }),
    key,
    hash,
    ...(inBlob === undefined ? {} : { blob: moment.sequence }),
  };
}

/** The fields of a deleted version in the order of the format. */
function ordered({ version, sequence, commit, time }: Moment & { version: number }): Tombstone {
  return { version, sequence, commit, time, deleted: true };
}

function misfit(place: string, change: StoredChange, fault: string): Error {
  return misshapen(place, `does not fit: ${quote(change.name)} ${fault}`);
}
