import { openPace } from "../../aws/pace.js";
import { compareText } from "../../core/bytes.js";
import { quote } from "../../core/name.js";
import { CofferError } from "../../errors.js";
import { keyOf } from "./format.js";
import type { Request } from "./grammar.js";
import type { Run } from "./session.js";
import { AT_ONCE, listVersions } from "./shelf.js";

/** `creds3 delete`: all versions of exactly this name; a line for each that is gone. */
export function prepareDelete(request: Request): Run {
  const name = request.positional("credential");
  return async ({ shelf, location, world: { signal, stdout } }) => {
    const entries = await listVersions(shelf, name, signal);
    if (entries.length === 0) throw notThere(name, location);
    const keys = entries.map((entry) => keyOf(shelf.prefix, entry)).sort(compareText);
    const pace = openPace(AT_ONCE);
    const deleting = keys.map((key) => pace(() => shelf.objects.delete(key, signal)));
    // Whatever fails is heard of when it is its turn.
    for (const each of deleting) each.catch(() => {});
    for (const [index, key] of keys.entries()) {
      await deleting[index];
      await stdout.write(`Deleting ${name} -- version ${key}\n`);
    }
    return 0;
  };
}

/** The same for every command that looks for a name. */
export function notThere(name: string, location: string): CofferError {
  return new CofferError("NOT_FOUND", `there is no credential ${quote(name)} in ${location}`, {
    hint: "see what there is with `creds3 list`",
  });
}
