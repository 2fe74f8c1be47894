import type { Selection } from "../../env/select.js";
import { CofferError } from "../../errors.js";
import type { Task } from "../command.js";

/** What the SELECT flags ask for. Throws `USAGE`. */
export function readSelection({ flags }: Task): Selection {
  const only = splitLists(flags.all("only"));
  const map = flags.all("map").map(parseMapping);
  const prefix = flags.text("prefix");
  return {
    ...(only.length === 0 ? {} : { only }),
    ...(map.length === 0 ? {} : { map }),
    ...(prefix === undefined ? {} : { prefix }),
    upper: flags.has("upper"),
    strict: flags.has("strict"),
  };
}

/** `A,B` and repeats of it. Throws `USAGE` for an empty name. */
export function splitLists(lists: readonly string[]): string[] {
  const names = lists.flatMap((list) => list.split(","));
  if (names.includes(""))
    throw new CofferError("USAGE", "a list of names has an empty one", { hint: "names are joined by single commas" });
  return names;
}

function parseMapping(mapping: string): { variable: string; name: string } {
  const equals = mapping.indexOf("=");
  if (equals > 0 && equals < mapping.length - 1)
    return { variable: mapping.slice(0, equals), name: mapping.slice(equals + 1) };
  throw new CofferError("USAGE", "--map takes VAR=NAME");
}
