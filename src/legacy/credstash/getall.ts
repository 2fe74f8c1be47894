import { compareText } from "../../core/bytes.js";
import { parsePairs } from "./context.js";
import { findForm } from "./forms.js";
import type { Request } from "./grammar.js";
import { readSeveral } from "./read-several.js";
import type { Run } from "./session.js";
import { collectVersions } from "./table.js";
import { requireStoredVersions } from "./version.js";

/**
 * `credstash getall`: prints all that opens, by name. For each that does not there is a line on stderr, and the exit code is 1. One scan, and a call of KMS for each name.
 */
export function prepareGetall(request: Request): Run {
  const context = parsePairs(request.context);
  const form = findForm(request.option("format"));
  const version = request.option("version") ?? "";
  return async ({ table, openKeys, world: { stdout, stderr, signal } }) => {
    const places = version === "" ? null : requireStoredVersions(version);
    const keys = openKeys();
    const items = await collectVersions(table, () => true, places, signal);
    const sorted = [...items].sort(([a], [b]) => compareText(a, b));
    const { pairs, failures } = await readSeveral(keys, sorted, { context, form, signal });
    await stdout.write(`${await form.write(pairs)}\n`);
    for (const line of failures) await stderr.write(line);
    return failures.length === 0 ? 0 : 1;
  };
}
