import type { SecretPath } from "../core/name.js";
import type { Capabilities, SecretInfo, VersionInfo } from "../core/secret-store.js";
import { CofferError } from "../errors.js";
import { isVault } from "../open/open-store.js";
import type { CopyOrder, Side } from "./contract.js";
import { pathOf, show } from "./find-targets.js";
import { inParallel } from "./in-parallel.js";

/** A secret at the source and, where its history is wanted, its versions, oldest first. */
export interface FoundSecret extends SecretPath {
  readonly current: SecretInfo | null;
  readonly versions: readonly VersionInfo[];
}

/** What there is to copy, in byte order of the paths, and how many secrets below are left. Throws `NOT_FOUND` where there is nothing. */
export async function findSecrets(
  order: CopyOrder,
): Promise<{ readonly secrets: FoundSecret[]; readonly below: number }> {
  const { from, source, history, signal } = order;
  const current = new Map<string, SecretInfo>();
  const { namespace, name, recursive } = source;
  // In a store of one list it costs nothing to see what lies below; a vault's namespaces have nothing to do with each other.
  const scope = { namespace, recursive: recursive || (name === null && from.store.can.commit === "each") };
  let below = 0;
  for await (const info of from.store.list(scope, { ...from.call(), deleted: history })) {
    if (!recursive && info.namespace !== namespace) below++;
    else if (name === null || info.name === name) current.set(pathOf(info), info);
  }
  const found = new Map<string, FoundSecret>();
  for (const [path, info] of current)
    found.set(path, { namespace: info.namespace, name: info.name, current: info, versions: [] });
  if (history) await addVersions(from, source, found, signal);
  if (found.size > 0) return { secrets: [...found.values()], below };
  const [what, hint] =
    name === null
      ? [
          `there is nothing to copy in ${namespace}/`,
          "see what there is with `coffer list`; -R takes what is below too",
        ]
      : [`no secret named ${show({ namespace, name })}`, "see what there is with `coffer list`"];
  throw new CofferError("NOT_FOUND", what, { hint });
}

/** The versions of these secrets, oldest first, by their paths: of a vault whole namespaces at a time. */
export async function findVersions(
  side: Side,
  paths: readonly SecretPath[],
  signal: AbortSignal,
): Promise<Map<string, VersionInfo[]>> {
  const versions = new Map<string, VersionInfo[]>();
  if (isVault(side.store)) {
    const wanted = new Set(paths.map(pathOf));
    for (const namespace of new Set(paths.map((path) => path.namespace)))
      for await (const { value: _, ...info } of side.store.versions(namespace, { signal }))
        if (wanted.has(pathOf(info))) add(versions, pathOf(info), info);
  } else if (side.store.can.versions === "none") {
    const wanted = new Set(paths.map(pathOf));
    for (const namespace of new Set(paths.map((path) => path.namespace)))
      for await (const info of side.store.list({ namespace }, side.call()))
        if (wanted.has(pathOf(info))) add(versions, pathOf(info), info);
  } else {
    const read = async (path: SecretPath): Promise<void> => {
      for await (const info of side.store.history(pathOf(path), side.call())) add(versions, pathOf(path), info);
    };
    for await (const _ of inParallel(paths, read)) signal.throwIfAborted();
  }
  for (const list of versions.values()) list.reverse();
  return versions;
}

/** A vault may have secrets of which there is only what is staged: those are in no list. */
async function addVersions(
  side: Side,
  { namespace, name, recursive }: CopyOrder["source"],
  found: Map<string, FoundSecret>,
  signal: AbortSignal,
): Promise<void> {
  const paths = [...found.values()];
  if (isVault(side.store)) {
    const all = recursive ? await side.store.namespaces(side.call()) : [namespace];
    for (const each of all.filter((one) => isWithin(one, namespace)))
      for await (const { value: _, ...info } of side.store.versions(each, { signal }))
        if ((name === null || info.name === name) && info.stage !== null && !found.has(pathOf(info)))
          paths.push({ namespace: each, name: info.name, current: null, versions: [] });
  }
  const versions = await findVersions(side, paths, signal);
  for (const secret of paths) found.set(pathOf(secret), { ...secret, versions: versions.get(pathOf(secret)) ?? [] });
}

function isWithin(namespace: string, scope: string): boolean {
  return scope === "" || namespace === scope || namespace.startsWith(`${scope}/`);
}

function add(versions: Map<string, VersionInfo[]>, path: string, info: VersionInfo): void {
  const list = versions.get(path);
  if (list === undefined) versions.set(path, [info]);
  else list.push(info);
}

/** What of a secret's versions a destination can take, in the order in which they are made there. */
interface Choice {
  readonly versions: readonly VersionInfo[];
  /** True where older ones are missing. */
  readonly shortened: boolean;
}

/**
 * Oldest first; but what is current stands behind all that is not, whatever its number, and behind it what is staged. A deletion counts where something stands before it. What was
 * purged is not there, and neither is more than the destination keeps.
 */
export function chooseVersions({ current, versions }: Omit<FoundSecret, keyof SecretPath>, can: Capabilities): Choice {
  const there = versions.filter(({ purged }) => !purged);
  const isCurrent = ({ version }: VersionInfo): boolean => version === current?.version;
  const plain = there.filter((info) => info.stage === null && !isCurrent(info));
  const staged = can.stages === true ? there.filter(({ stage }) => stage !== null) : [];
  const ordered = [...plain, ...there.filter((info) => info.stage === null && isCurrent(info))];
  const puts = can.log ? withoutIdleDeletions(ordered) : untilDeleted(ordered);
  const kept = puts.slice(Math.max(puts.length - can.keptVersions, 0));
  return { versions: [...kept, ...staged], shortened: there.length < versions.length || kept.length < puts.length };
}

function withoutIdleDeletions(ordered: readonly VersionInfo[]): VersionInfo[] {
  return ordered.filter(({ deleted }, index) => !deleted || ordered[index - 1]?.deleted === false);
}

/** A store that tells of no deletions has nothing of what is deleted now. */
function untilDeleted(ordered: readonly VersionInfo[]): VersionInfo[] {
  return ordered.at(-1)?.deleted === true ? [] : ordered.filter(({ deleted }) => !deleted);
}
