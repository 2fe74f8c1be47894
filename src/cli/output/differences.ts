import { decodeUtf8 } from "../../core/bytes.js";
import type { Difference, Named, Outcome } from "../../core/compare-secrets.js";
import type { Sensitive } from "../../core/sensitive.js";
import { printable } from "./render.js";

const MARKS: Readonly<Record<Outcome, string>> = { added: "+", removed: "-", changed: "~", same: "=" };

/** A line for each name: `+` added, `-` removed, `~` changed, `=` the same. With `reveal`, the values of both sides below those that differ. */
export function renderDifferences(changes: readonly Difference[], { reveal }: { readonly reveal: boolean }): string {
  return changes.map((change) => renderName(change) + (reveal ? renderValues(change) : "")).join("");
}

/** The mark, the name, and in brackets what there is to say of it. */
export function renderName({ name, change }: Pick<Difference, "name" | "change">, note = ""): string {
  return `${MARKS[change]} ${printable(name)}${note === "" ? "" : ` (${printable(note)})`}\n`;
}

/** "1 added, 2 changed, 4 same". */
export function summarizeDifferences(changes: readonly Difference[]): string {
  const counts = (Object.keys(MARKS) as Outcome[]) // The keys of the line above.
    .map((kind) => ({ kind, number: changes.filter(({ change }) => change === kind).length }))
    .filter(({ number }) => number > 0);
  return counts.map(({ kind, number }) => `${number} ${kind}`).join(", ") || "nothing to compare";
}

/** A value as JSON has it: its text, or Base64 where it is none. */
export function valueJson(value: Sensitive): { readonly encoding: "utf8" | "base64"; readonly value: string } {
  const text = decodeUtf8(value.reveal());
  if (text !== null) return { encoding: "utf8", value: text };
  return { encoding: "base64", value: Buffer.from(value.reveal()).toString("base64") };
}

function renderValues({ change, from, to }: Difference): string {
  return change === "same" ? "" : renderValue("-", from) + renderValue("+", to);
}

/** On one line, in quotes, and with nothing that acts on a terminal; bytes that are no text in Base64. */
function renderValue(mark: string, item: Named | null): string {
  if (item === null) return "";
  const { encoding, value } = valueJson(item.value);
  const shown = encoding === "utf8" ? printable(JSON.stringify(value)) : `base64:${value}`;
  return `    ${mark} ${shown}\n`;
}
