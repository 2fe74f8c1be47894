/**
 * How things are printed. Data goes to stdout, talk to stderr. Text that was stored (names, comments, messages, authors) or typed
 * may hold characters that move a cursor or turn a line round: in text they are escaped; in JSON too, where that keeps it exact.
 */
import { printable } from "../../core/printable.js";
import type { Task } from "../command.js";

export { printable, renderJson } from "../../core/printable.js";

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
