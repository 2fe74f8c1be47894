/**
 * How things are printed. Data goes to stdout, talk to stderr. Text that was stored (names, comments, messages, authors) or typed
 * may hold characters that move a cursor or turn a line round: in text they are escaped; in JSON too, where that keeps it exact.
 */
import type { Task } from "../command.js";

// C0 and C1 controls, DEL, direction marks and overrides, line and paragraph separators, byte order mark, half surrogate pairs.
const ACTIVE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** The text on one line and without anything that acts on a terminal: `\u001b` and the like stand for it. */
export function printable(text: string): string {
  return text.replace(ACTIVE, escapeUnit);
}

/** One line of JSON. What parses it gets exactly what was stored. */
export function renderJson(document: unknown): string {
  return `${JSON.stringify(document).replace(ACTIVE, escapeUnit)}\n`;
}

/** Columns of equal width, two spaces apart, nothing behind the last. The cells are made printable here. */
export function renderTable(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map(printable));
  const widths: number[] = [];
  for (const row of cells) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  }
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ");
  return cells.map((row) => `${line(row).trimEnd()}\n`).join("");
}

/** A commit id short enough for people; any 8 hexadecimal digits of it are taken back. */
export function shortCommit(commit: string): string {
  return printable(commit.slice(0, 13));
}

/** A namespace as it is typed: with its slash. */
export function showNamespace(namespace: string): string {
  return printable(`${namespace}/`);
}

/** `2026-05-04 03:02:01Z`: exact to the second, the same everywhere. */
export function showTime(time: Date | null): string {
  return time === null
    ? "-"
    : time
        .toISOString()
        .replace("T", " ")
        .replace(/\.\d+Z$/, "Z");
}

/** "1 secret", "2 secrets". */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** Says what happened, in one line on stderr, unless `--quiet`. */
export async function say(task: Task, text: string): Promise<void> {
  if (!task.flags.has("quiet")) await task.world.stderr.write(`coffer: ${printable(text)}\n`);
}

/** Says how it is done, with `--verbose` alone. */
export async function explain(task: Task, text: string): Promise<void> {
  if (task.flags.has("verbose")) await task.world.stderr.write(`coffer: ${printable(text)}\n`);
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
