import type { Capabilities, SecretInfo, VersionId, VersionInfo } from "../core/secret-store.js";
import { CofferError } from "../errors.js";
import type { Contexts, CopyOrder } from "./contract.js";
import { pathOf, show } from "./find-targets.js";
import { findVersions } from "./find-versions.js";
import { digestOf, isSameContext, type Known, type Wanted } from "./known.js";
import { type Candidate, findMissing, findNumbered, plain } from "./match-versions.js";
import { type Item, idOf, openEach } from "./open-each.js";
import { originVersion } from "./to-change.js";

interface Compared {
  readonly order: CopyOrder;
  readonly wanted: readonly Wanted[];
  /** What the source has, by the ids of its versions. */
  readonly known: ReadonlyMap<string, Known>;
  /** The contexts that open what is there. */
  readonly contexts: Contexts;
}

/** Of one wanted secret, in their order, the versions that are to be made. */
interface Missing {
  readonly versions: readonly VersionInfo[];
  /** The version that is current there, where that is what counts; null: none. */
  readonly expect?: VersionId | null;
}

/** Of each wanted secret the version that is to be made: none where what is current there is the same, with all that the destination keeps beside it. */
export async function findMissingCurrent(compared: Compared): Promise<Missing[]> {
  const { order, wanted, known } = compared;
  const { store, call } = order.to;
  const there = new Map<string, SecretInfo>();
  for (const namespace of new Set(wanted.map(({ target }) => target.namespace)))
    for await (const info of store.list({ namespace }, call())) there.set(pathOf(info), info);
  const items = wanted.flatMap(({ target }): Item[] => {
    const info = there.get(pathOf(target));
    return info === undefined ? [] : [{ path: target, info, current: true }];
  });
  const opened = await openThere(compared, items);
  return wanted.map(({ source, target, versions }) => {
    const info = there.get(pathOf(target));
    const found = info === undefined ? undefined : opened.get(idOf(target, info));
    const isMissing = (version: VersionInfo): boolean => {
      if (info === undefined || found === undefined) return true;
      return !isSame(store.can, known.get(idOf(source, version)), found) || differs(store.can, version, info);
    };
    return { versions: versions.filter(isMissing), expect: info?.version ?? null };
  });
}

/** Of each wanted secret those versions that are not there yet. Throws `CONFLICT` naming those whose numbers are taken there for something else. */
export async function findMissingVersions(compared: Compared): Promise<Missing[]> {
  const { order, wanted, known } = compared;
  const { can } = order.to.store;
  const there = await findVersions(
    order.to,
    wanted.map(({ target }) => target),
    order.signal,
  );
  const items = wanted.flatMap(({ target, versions }) => {
    const numbers = new Set(versions.map(can.chooseVersion ? ({ version }) => plain(version) : originVersion));
    return (there.get(pathOf(target)) ?? [])
      .filter((info) => mayBeCopy(can, info, numbers))
      .map((info): Item => ({ path: target, info, current: can.versions === "none" }));
  });
  const opened = await openThere(compared, items);
  const taken: string[] = [];
  const missing = wanted.map(({ source, target, versions }) => {
    const candidates = (there.get(pathOf(target)) ?? []).map((info): Candidate => {
      const found = opened.get(idOf(target, info));
      const isCopy = (version: VersionInfo): boolean =>
        info.purged || (found !== undefined && isSame(can, known.get(idOf(source, version)), found));
      return { info, isSame: isCopy };
    });
    if (can.chooseVersion) taken.push(...findTaken(target, versions, candidates));
    return { versions: findMissing(versions, candidates, can) };
  });
  if (taken.length > 0)
    throw new CofferError("CONFLICT", `the destination has other values already as ${taken.join(", ")}`, {
      hint: "give these secrets other names with --map, or copy without --history",
    });
  return missing;
}

/** What does not open is something else. */
async function openThere(
  { order: { to, signal, onProgress }, contexts }: Compared,
  items: readonly Item[],
): Promise<ReadonlyMap<string, Known>> {
  const opened = new Map<string, Known>();
  for await (const { item, value, context } of openEach(to, items, contexts, { signal, lenient: true })) {
    opened.set(idOf(item.path, item.info), { digest: digestOf(value), context, bytes: value.byteLength });
    onProgress?.(`compared ${opened.size} of ${items.length} values`);
  }
  return opened;
}

/** Spares opening what cannot be one of those versions. */
function mayBeCopy(can: Capabilities, info: VersionInfo, numbers: ReadonlySet<string>): boolean {
  if (info.deleted || info.purged) return false;
  if (can.chooseVersion) return numbers.has(plain(info.version));
  return !can.metadata.includes("origin") || numbers.has(info.origin?.version ?? "");
}

function findTaken(target: Wanted["target"], versions: readonly VersionInfo[], there: readonly Candidate[]): string[] {
  return versions.flatMap((version) => {
    const found = findNumbered(there, version);
    return found === null || found.isSame(version) ? [] : [`version ${version.version} of ${show(target)}`];
  });
}

function isSame(can: Capabilities, known: Known | undefined, found: Known): boolean {
  if (known?.digest !== found.digest) return false;
  return !can.context || isSameContext(known.context, found.context);
}

/** Whether something differs that the destination keeps beside the value. */
function differs({ metadata }: Capabilities, version: VersionInfo, there: VersionInfo): boolean {
  if (metadata.includes("type") && version.type !== there.type) return true;
  if (metadata.includes("comment") && version.comment !== there.comment) return true;
  return metadata.includes("expires") && version.expires?.getTime() !== there.expires?.getTime();
}
