import { compareText } from "../../core/bytes.js";
import type { Entry } from "./format.js";
import type { Session } from "./session.js";
import { listEntries } from "./shelf.js";

/** `creds3 list`: every version, by name and version as texts. */
export async function runList({ shelf, world: { signal, stdout } }: Session): Promise<number> {
  const entries: Entry[] = [];
  for await (const entry of listEntries(shelf, "", signal)) entries.push(entry);
  entries.sort((a, b) => compareText(a.name, b.name) || compareText(a.version, b.version));
  // In code points, as Python counts.
  const width = entries.reduce((widest, { name }) => Math.max(widest, [...name].length), 0);
  const pad = (name: string): string => name + " ".repeat(width - [...name].length);
  await stdout.write(entries.map(({ name, version }) => `${pad(name)} -- version ${version}\n`).join(""));
  return 0;
}
