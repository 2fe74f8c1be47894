import { compareText } from "../core/bytes.js";
import type { Context } from "../core/context.js";
import type { VersionInfo } from "../core/secret-store.js";
import { CofferError } from "../errors.js";
import { findMissingCurrent, findMissingVersions } from "./compare-there.js";
import type { Contexts, CopyOrder, Step } from "./contract.js";
import { findTargets, pathOf, show, type Target } from "./find-targets.js";
import { chooseVersions, type FoundSecret, findSecrets } from "./find-versions.js";
import { Holding } from "./holding.js";
import { digestOf, type Known, type Wanted } from "./known.js";
import { type Item, idOf, openEach } from "./open-each.js";

/** What is left to copy, and what was opened on the way. */
export interface Survey {
  /** In the order of the source's names; the versions of each in the order in which they are to be made. */
  readonly steps: readonly Step[];
  /** All namespaces of the destination that are concerned, in byte order. */
  readonly namespaces: readonly string[];
  readonly same: number;
  readonly shortened: readonly string[];
  readonly below: number;
  /** What the source has, by the ids of its versions. */
  readonly known: ReadonlyMap<string, Known>;
  /** The head that each of these namespaces had before it was looked at, where the destination can be held to it: null where there was none. */
  readonly heads: ReadonlyMap<string, string | null>;
  /** Values that are still at hand. */
  readonly holding: Holding;
}

/**
 * Looks at both sides and opens everything that is to be copied, so that whatever stands in the way is found, and named, before anything is written. Throws `NOT_FOUND`,
 * `USAGE`, `CONTEXT`, `INVALID` for values that are too large for the destination, `CONFLICT` where it has other values under the same versions.
 */
export async function survey(order: CopyOrder): Promise<Survey> {
  const { secrets, below } = await findSecrets(order);
  const { wanted, shortened } = chooseWanted(order, secrets);
  const holding = new Holding();
  const known = await openSource(order, wanted, holding);
  const namespaces = [...new Set(wanted.map(({ target }) => target.namespace))].sort(compareText);
  const heads = await findHeads(order, namespaces);
  const compared = { order, wanted, known, contexts: contextsThere(order, wanted) };
  const missing = await (order.history ? findMissingVersions : findMissingCurrent)(compared);
  const steps = wanted.flatMap(({ source, target }, index) => {
    const { versions = [], ...rest } = missing[index] ?? {};
    const contextOf = (info: VersionInfo): Context => known.get(idOf(source, info))?.context ?? {};
    return versions.map((info): Step => ({ source, target, info, context: contextOf(info), ...rest }));
  });
  holding.keepOnly(new Set(steps.map(({ source, info }) => idOf(source, info))));
  const all = wanted.reduce((sum, { versions }) => sum + versions.length, 0);
  return { steps, namespaces, same: all - steps.length, shortened, below, known, heads, holding };
}

/** How a version of the source is asked for: a store without versions has only what is current. */
export function itemOf({ from, history }: CopyOrder, { source, info }: Pick<Step, "source" | "info">): Item {
  return { path: source, info, current: !history || from.store.can.versions === "none" };
}

function chooseWanted(
  order: CopyOrder,
  found: readonly FoundSecret[],
): { readonly wanted: Wanted[]; readonly shortened: string[] } {
  const byPath = new Map(found.map((secret) => [pathOf(secret), secret]));
  const shortened: string[] = [];
  const choose = ({ source, current }: Target): readonly VersionInfo[] => {
    if (!order.history) return current === null ? [] : [current];
    const choice = chooseVersions(byPath.get(pathOf(source)) ?? { current, versions: [] }, order.to.store.can);
    if (choice.shortened) shortened.push(pathOf(source));
    return choice.versions;
  };
  const wanted = findTargets(order, found).map((target) => ({ ...target, versions: choose(target) }));
  return { wanted, shortened };
}

async function findHeads({ to }: CopyOrder, namespaces: readonly string[]): Promise<Map<string, string | null>> {
  const heads = new Map<string, string | null>();
  if (to.store.can.compareAndSet !== "namespace" || !to.store.can.log) return heads;
  for (const namespace of namespaces) {
    const head = await to.store.head(namespace, to.call());
    heads.set(namespace, head === null || head === "unchanged" ? null : head.commit);
  }
  return heads;
}

async function openSource(
  order: CopyOrder,
  wanted: readonly Wanted[],
  holding: Holding,
): Promise<ReadonlyMap<string, Known>> {
  const { from, to, contexts, signal, onProgress } = order;
  const items = wanted.flatMap(({ source, versions }) =>
    versions.filter(({ deleted }) => !deleted).map((info) => itemOf(order, { source, info })),
  );
  const known = new Map<string, Known>();
  const large: string[] = [];
  for await (const { item, value, context } of openEach(from, items, contexts, { signal, lenient: false })) {
    const id = idOf(item.path, item.info);
    known.set(id, { digest: digestOf(value), context, bytes: value.byteLength });
    if (value.byteLength > to.store.can.maxValueBytes) large.push(`${show(item.path)} (${value.byteLength} bytes)`);
    else holding.add(id, value);
    onProgress?.(`read ${known.size} of ${items.length} values`);
  }
  if (large.length === 0) return known;
  const most = to.store.can.maxValueBytes;
  throw new CofferError("INVALID", `the destination takes ${most} bytes at most: ${large.join(", ")}`, {
    hint: "nothing was copied",
  });
}

/** The contexts under which they would be at the destination: as at the source. */
function contextsThere({ contexts }: CopyOrder, wanted: readonly Wanted[]): Contexts {
  const byPath = new Map<string, Context>();
  for (const { source, target } of wanted) {
    const said = contexts.byPath.get(pathOf(source)) ?? contexts.byPath.get(`${source.namespace}/`);
    if (said !== undefined) byPath.set(pathOf(target), said);
  }
  return { pool: contexts.pool, byPath };
}
