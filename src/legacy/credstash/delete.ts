import { openPace } from "../../aws/pace.js";
import type { Request } from "./grammar.js";
import type { Run } from "./session.js";
import { AT_ONCE, listVersions } from "./table.js";

/** `credstash delete`: all versions of a name, a line for each that is gone; for a name that is not there nothing at all. */
export function prepareDelete(request: Request): Run {
  const name = request.positional("credential");
  return async ({ table, world: { signal, stdout } }) => {
    const versions: string[] = [];
    for await (const { version } of listVersions(table, name, signal)) versions.unshift(version);
    const latest = versions.pop();
    if (latest === undefined) return 0;
    const pace = openPace(AT_ONCE);
    const remove = (version: string): Promise<void> => table.delete({ name, version }, signal);
    const deleting = versions.map((version) => pace(() => remove(version)));
    // Whatever fails is heard of when it is its turn.
    for (const each of deleting) each.catch(() => {});
    for (const [index, version] of versions.entries()) {
      await deleting[index];
      await stdout.write(`Deleting ${name} -- version ${version}\n`);
    }
    // The one that is current goes last: who is stopped before leaves it as it was.
    await remove(latest);
    await stdout.write(`Deleting ${name} -- version ${latest}\n`);
    return 0;
  };
}
