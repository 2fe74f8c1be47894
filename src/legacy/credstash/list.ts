import { compareText } from "../../core/bytes.js";
import type { Entry } from "./format.js";
import type { Session } from "./session.js";
import { listEntries } from "./table.js";

/** `credstash list`: every version, by name and version as texts. */
export async function runList({ table, world: { signal, stdout } }: Session): Promise<number> {
  const entries: Entry[] = [];
  for await (const entry of listEntries(table, signal)) entries.push(entry);
  entries.sort((a, b) => compareText(a.name, b.name) || compareText(a.version, b.version));
  // In code points, as Python counts.
  const width = entries.reduce((widest, { name }) => Math.max(widest, [...name].length), 0);
  const lines = entries.map(({ name, version, comment }) => {
    const padding = " ".repeat(width - [...name].length);
    return `${name}${padding} -- version ${version} -- comment ${comment ?? ""}\n`;
  });
  await stdout.write(lines.join(""));
  return 0;
}

/** `credstash keys`: every name, once. */
export async function runKeys({ table, world: { signal, stdout } }: Session): Promise<number> {
  const names = new Set<string>();
  for await (const { name } of listEntries(table, signal)) names.add(name);
  await stdout.write(
    [...names]
      .sort(compareText)
      .map((name) => `${name}\n`)
      .join(""),
  );
  return 0;
}
