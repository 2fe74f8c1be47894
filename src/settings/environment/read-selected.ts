import { joinPath } from "../../core/name.js";
import { printable } from "../../core/printable.js";
import type { Head, Read, Secret } from "../../core/secret-store.js";
import type { EnvEntry } from "../../env/entry.js";
import { type Selection, selectSecrets } from "../../env/select.js";
import { CofferError } from "../../errors.js";
import type { Project } from "../projects/project.js";
import type { Session } from "../session.js";

/** What is read, as of when, and what of it counts under which name. */
export interface SelectedRead {
  readonly namespaces: readonly string[];
  readonly recursive: boolean;
  readonly read: Omit<Read, "signal">;
  readonly selection: Selection;
  /** Namespaces of which other secrets are wanted too, so that all of them is read. */
  readonly whole?: readonly string[];
}

/** All that is chosen from the namespaces, as variables, the heads it was read from, and all secrets that were read. Throws `NOT_FOUND` for a namespace with nothing in it ever. */
export async function readSelected(
  { store, call }: Session,
  { namespaces, recursive, read, selection, whole = [] }: SelectedRead,
): Promise<{ entries: EnvEntry[]; heads: Head[]; secrets: Secret[] }> {
  const { only = [], map = [], strict } = selection;
  const wanted = [...only, ...map.map(({ name }) => name)];
  // Where one namespace has all that is wanted, no other secret of it need be opened.
  const isNarrow = namespaces.length === 1 && !recursive && selection.only !== undefined && strict !== true;
  const narrow = isNarrow && !whole.includes(namespaces[0] ?? "") ? { only: wanted } : {};
  const lists: Secret[][] = [];
  const heads: Head[] = [];
  for (const namespace of namespaces) {
    const found = await store.readAll({ namespace, recursive }, { ...read, ...call(), ...narrow });
    // A store that keeps no commits has no heads, and what is empty there never was.
    if (found.heads.length === 0 && (store.can.log || found.secrets.length === 0)) throw nothingThere(namespace);
    assertDistinctNames(found.secrets);
    lists.push(found.secrets);
    heads.push(...found.heads);
  }
  const selected = selectSecrets(lists, selection);
  const entries = selected.map(({ variable, secret }) => ({ name: variable, value: secret.value }));
  return { entries, heads, secrets: lists.flat() };
}

/** Throws `NOT_FOUND` where the project's program would lack a name it needs. Who chooses with `only` has chosen. */
export function assertNeeded(project: Project | null, { only }: Selection, entries: readonly EnvEntry[]): void {
  if (project === null || only !== undefined) return;
  const there = new Set(entries.map(({ name }) => name));
  const missing = project.names.filter((name) => !there.has(name));
  if (missing.length === 0) return;
  throw new CofferError("NOT_FOUND", `the program needs ${missing.join(", ")}, as ${project.file} says`, {
    hint: "store it with `coffer put`, name the namespace that has it, or choose with --only",
  });
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
  return new CofferError("NOT_FOUND", `nothing was ever written to ${printable(`${namespace}/`)}`, {
    hint: "see what there is with `coffer list`",
  });
}
