import { compareText, isEqualBytes } from "./bytes.js";
import type { Sensitive } from "./sensitive.js";

/** A name and its value: of a store, or of a file. */
export interface Named {
  readonly name: string;
  readonly value: Sensitive;
}

/** What became of a name from one side to the other. */
export type Outcome = "added" | "removed" | "changed" | "same";

/** One name of either side; null where a side has not got it. */
export interface Difference<From extends Named = Named, To extends Named = From> {
  readonly name: string;
  readonly change: Outcome;
  readonly from: From | null;
  readonly to: To | null;
}

/**
 * Every name of both sides, in byte order, and whether its value is the same. It is the values that count, whatever their versions: what was
 * put back is the same. Each side has a name once.
 */
export function compareSecrets<From extends Named, To extends Named>(
  from: readonly From[],
  to: readonly To[],
  isSame: (from: From, to: To) => boolean = hasSameValue,
): Difference<From, To>[] {
  const before = new Map(from.map((item) => [item.name, item]));
  const after = new Map(to.map((item) => [item.name, item]));
  const names = [...new Set([...before.keys(), ...after.keys()])].sort(compareText);
  return names.map((name) => {
    const [old, now] = [before.get(name) ?? null, after.get(name) ?? null];
    return { name, change: outcomeOf(old, now, isSame), from: old, to: now };
  });
}

/** Whether two values are the same, byte for byte. */
export function hasSameValue(a: Named, b: Named): boolean {
  return isEqualBytes(a.value.reveal(), b.value.reveal());
}

function outcomeOf<From, To>(from: From | null, to: To | null, isSame: (from: From, to: To) => boolean): Outcome {
  if (to === null) return "removed";
  if (from === null) return "added";
  return isSame(from, to) ? "same" : "changed";
}
