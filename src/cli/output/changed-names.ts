import type { Change } from "../../core/secret-store.js";
import { printable } from "./render.js";

/** The names that changes would add (`+`), change (`~`) and remove (`-`), a line for each, and no values. */
export function renderChangedNames(changes: readonly Change[], there: ReadonlySet<string>): string {
  return changes.map((change) => `  ${markOf(change, there)} ${printable(change.name)}\n`).join("");
}

function markOf({ op, name }: Change, there: ReadonlySet<string>): string {
  if (op === "delete") return "-";
  return there.has(name) ? "~" : "+";
}
