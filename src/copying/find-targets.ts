import { findNameFault, findNamespaceFault, joinPath, quote, type SecretPath } from "../core/name.js";
import type { SecretInfo } from "../core/secret-store.js";
import { CofferError } from "../errors.js";
import type { CopyOrder } from "./contract.js";
import { groupBy } from "./group-by.js";

/** A secret at the source, and where it goes. */
export interface Target {
  readonly source: SecretPath;
  readonly target: SecretPath;
  /** What is current, or the deletion that is; null where there is only what is staged. */
  readonly current: SecretInfo | null;
}

/**
 * Where each of these secrets goes. Throws `USAGE` for paths that no secret can have, for two that would become one, and for what would be copied onto
 * something that is itself copied: all by name.
 */
export function findTargets(
  order: CopyOrder,
  found: readonly (SecretPath & { current: SecretInfo | null })[],
): Target[] {
  const targets = found.map(({ current, namespace, name }) => {
    const source = { namespace, name };
    return { source, current, target: targetOf(order, source) };
  });
  const isSameStore = order.from.store.url === order.to.store.url;
  const moved = isSameStore ? targets.filter(({ source, target }) => pathOf(source) !== pathOf(target)) : targets;
  assertPossible(moved);
  assertDistinct(moved);
  if (isSameStore) assertApart(moved, targets);
  return moved;
}

/** The full name of a secret, which is also what it is known by here. */
export function pathOf({ namespace, name }: SecretPath): string {
  return joinPath(namespace, name);
}

/** The same as it stands in messages. */
export function show(path: SecretPath): string {
  return quote(pathOf(path));
}

function targetOf({ source: from, target, rename }: CopyOrder, source: SecretPath): SecretPath {
  if (target.name !== null) return { namespace: target.namespace, name: target.name };
  const skipped = from.namespace === "" ? 0 : from.namespace.length + 1;
  const renamed = rename(joinPath(source.namespace, source.name).slice(skipped));
  const path = joinPath(target.namespace, renamed);
  const slash = path.lastIndexOf("/");
  return { namespace: path.slice(0, Math.max(slash, 0)), name: path.slice(slash + 1) };
}

function assertPossible(targets: readonly Target[]): void {
  const faults = targets.flatMap(({ source, target: { namespace, name } }) => {
    const fault = findNamespaceFault(namespace) ?? findNameFault(name);
    return fault === null ? [] : [`${show(source)} would be ${show({ namespace, name })}, which ${fault}`];
  });
  if (faults.length === 0) return;
  throw new CofferError("USAGE", faults.join("; "), { hint: "give them other names with --map" });
}

function assertDistinct(targets: readonly Target[]): void {
  const byTarget = groupBy(targets, ({ target }) => pathOf(target));
  const doubled = [...byTarget.values()].filter((sources) => sources.length > 1);
  if (doubled.length === 0) return;
  const told = doubled.map(
    (sources) =>
      `${sources.map(({ source }) => show(source)).join(" and ")} would be ${sources.slice(0, 1).map(({ target }) => show(target))}`,
  );
  throw new CofferError("USAGE", told.join("; "), { hint: "give them different names with --map" });
}

/** In one store, what is copied must not change while it is. */
function assertApart(moved: readonly Target[], all: readonly Target[]): void {
  if (moved.length === 0) throw new CofferError("USAGE", "that would copy everything onto itself");
  const sources = new Set(all.map(({ source }) => pathOf(source)));
  const clashes = moved.filter(({ target }) => sources.has(pathOf(target)));
  if (clashes.length === 0) return;
  const told = clashes.map(({ source, target }) => `${show(source)} would be ${show(target)}, which is copied itself`);
  throw new CofferError("USAGE", told.join("; "), { hint: "copy them one after the other" });
}
