import { joinPath, quote } from "../../core/name.js";
import type { Change, ChangedName } from "../../core/secret-store.js";
import { CofferError } from "../../errors.js";
import { findParameterFault } from "./limits.js";
import type { Shelf } from "./shelf.js";

/** What is there before a commit, as far as it was looked for: the current version of each name, 0 where there is none. */
export type There = ReadonlyMap<string, number>;

/**
 * Looks what is there of the names for which it matters: those that are deleted or expected to be at some version; with `all`, of every name. No value is read, and
 * no key needed.
 */
export async function describeThere(
  { ssm, place }: Shelf,
  namespace: string,
  changes: readonly Change[],
  { all }: { all: boolean },
  signal: AbortSignal | undefined,
): Promise<There> {
  const matters = (change: Change): boolean =>
    all || change.op === "delete" || (change.op === "put" && change.expect != null);
  const names = new Map(changes.filter(matters).map(({ name }) => [name, place.nameOf({ namespace, name })] as const));
  const asked = [...names.values()].filter((name) => findParameterFault(name) === null);
  const found = new Map(
    (asked.length === 0 ? [] : await ssm.get(asked, { decrypt: false }, signal)).map(({ name, version }) => [
      name,
      version,
    ]),
  );
  return new Map([...names].map(([name, parameter]) => [name, found.get(parameter) ?? 0]));
}

/**
 * What the changes would come to, in order, after what was there. Versions of names that were not looked for are unknown, and empty. Throws `NOT_FOUND` for a
 * deletion of what is not there, `CONFLICT` where an expectation fails already.
 */
export function rehearse(namespace: string, changes: readonly Change[], there: There): ChangedName[] {
  const now = new Map(there);
  return changes.map((change) => {
    const { name } = change;
    const version = now.get(name);
    assertExpected(namespace, change, version);
    if (change.op === "delete") {
      if (version === 0) throw notThere(namespace, name);
      now.set(name, 0);
      return { name, version: String(version ?? ""), change: "deleted" };
    }
    const next = version === undefined ? undefined : version + 1;
    if (next !== undefined) now.set(name, next);
    return { name, version: String(next ?? ""), change: next === 1 ? "added" : "changed" };
  });
}

/** A deletion of what is not there. */
export function notThere(namespace: string, name: string): CofferError {
  return new CofferError("NOT_FOUND", `no secret named ${quote(joinPath(namespace, name))}`, {
    hint: "see what there is with `coffer list`",
  });
}

function assertExpected(namespace: string, change: Change, version: number | undefined): void {
  if (change.op === "promote" || change.expect === undefined || version === undefined) return;
  const expected = change.expect === null ? 0 : Number(change.expect);
  if (expected === version) return;
  const is = version === 0 ? "is not there" : `is at version ${version}`;
  const wanted = expected === 0 ? "not to exist" : `to be at version ${change.expect}`;
  throw new CofferError("CONFLICT", `${quote(joinPath(namespace, change.name))} ${is}, and was expected ${wanted}`, {
    hint: `see what has changed: coffer history ${joinPath(namespace, change.name)}`,
  });
}
