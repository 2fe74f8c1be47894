import { quote } from "../core/name.js";
import type { Sensitive } from "../core/sensitive.js";
import { CofferError } from "../errors.js";

/** One variable: its name, and its value as bytes. */
export interface EnvEntry {
  readonly name: string;
  readonly value: Sensitive;
}

/** Throws `USAGE` when two entries have one name: no text can say which of them counts. */
export function assertDistinct(entries: readonly EnvEntry[]): void {
  const seen = new Set<string>();
  for (const { name } of entries) {
    if (seen.has(name)) throw new CofferError("USAGE", `${quote(name)} is given twice`);
    seen.add(name);
  }
}
