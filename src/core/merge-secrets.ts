import { compareText } from "./bytes.js";
import { hasSameValue, type Named } from "./compare-secrets.js";

/** A name that both sides changed, and not to the same; null where a side took it away. */
export interface Conflict {
  readonly name: string;
  readonly ours: Named | null;
  readonly theirs: Named | null;
}

/** What two changes of one state come to. */
export interface Merged {
  /** In byte order of the names; where there is a conflict, ours. */
  readonly items: readonly Named[];
  readonly conflicts: readonly Conflict[];
}

/** Joins two changes of a base: of each name the side that changed it counts, and where both have, to the same, either. */
export function mergeSecrets(base: readonly Named[], ours: readonly Named[], theirs: readonly Named[]): Merged {
  const [from, mine, other] = [base, ours, theirs].map((side) => new Map(side.map((item) => [item.name, item])));
  const names = [...new Set([...base, ...ours, ...theirs].map(({ name }) => name))].sort(compareText);
  const items: Named[] = [];
  const conflicts: Conflict[] = [];
  for (const name of names) {
    const before = from?.get(name) ?? null;
    const sides = { ours: mine?.get(name) ?? null, theirs: other?.get(name) ?? null };
    const isUntouched = isSame(before, sides.ours);
    if (!isUntouched && !isSame(before, sides.theirs) && !isSame(sides.ours, sides.theirs))
      conflicts.push({ name, ...sides });
    const kept = isUntouched ? sides.theirs : sides.ours;
    if (kept !== null) items.push(kept);
  }
  return { items, conflicts };
}

function isSame(a: Named | null, b: Named | null): boolean {
  if (a === null || b === null) return a === b;
  return hasSameValue(a, b);
}
