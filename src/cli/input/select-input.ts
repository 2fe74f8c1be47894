import { joinPath } from "../../core/name.js";
import type { Head, Secret } from "../../core/secret-store.js";
import type { EnvEntry } from "../../env/entry.js";
import { type Selection, selectSecrets } from "../../env/select.js";
import { CofferError } from "../../errors.js";
import type { Task } from "../command.js";
import { showNamespace } from "../output/render.js";
import type { Session } from "../session.js";
import { type ReadInput, readOfMany } from "./read-input.js";

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

/** All that is chosen from the namespaces, as variables, and the heads it was read from. Throws `NOT_FOUND` for a namespace with nothing in it ever. */
export async function readSelected(
  session: Session,
  namespaces: readonly string[],
  options: { read: ReadInput; selection: Selection; recursive: boolean },
): Promise<{ entries: EnvEntry[]; heads: Head[] }> {
  const { read, selection, recursive } = options;
  const { only = [], map = [], strict } = selection;
  const wanted = [...only, ...map.map(({ name }) => name)];
  // Where one namespace has all that is wanted, no other secret of it need be opened.
  const narrow =
    namespaces.length === 1 && !recursive && selection.only !== undefined && strict !== true ? { only: wanted } : {};
  const lists: Secret[][] = [];
  const heads: Head[] = [];
  for (const namespace of namespaces) {
    const found = await session.store.readAll({ namespace, recursive }, { ...readOfMany(read, session), ...narrow });
    if (found.heads.length === 0) throw nothingThere(namespace);
    assertDistinctNames(found.secrets);
    lists.push(found.secrets);
    heads.push(...found.heads);
  }
  const selected = selectSecrets(lists, selection);
  return { entries: selected.map(({ variable, secret }) => ({ name: variable, value: secret.value })), heads };
}

function parseMapping(mapping: string): { variable: string; name: string } {
  const equals = mapping.indexOf("=");
  if (equals > 0 && equals < mapping.length - 1)
    return { variable: mapping.slice(0, equals), name: mapping.slice(equals + 1) };
  throw new CofferError("USAGE", "--map takes VAR=NAME");
}

/** Of namespaces that are asked for one after the other the later wins; but within one tree there is no order. */
function assertDistinctNames(secrets: readonly Secret[]): void {
  const paths = new Map<string, string>();
  for (const { namespace, name } of secrets) {
    const path = joinPath(namespace, name);
    const other = paths.get(name);
    if (other !== undefined) {
      throw new CofferError("USAGE", `${name} would be both ${other} and ${path}`, {
        hint: "name the namespaces one by one: the later wins",
      });
    }
    paths.set(name, path);
  }
}

function nothingThere(namespace: string): CofferError {
  return new CofferError("NOT_FOUND", `nothing was ever written to ${showNamespace(namespace)}`, {
    hint: "see what there is with `coffer list`",
  });
}
