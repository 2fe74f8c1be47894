import { compareText } from "../core/bytes.js";
import { CofferError } from "../errors.js";

/** What the SELECT flags ask for. */
export interface Selection {
  /** `--only`: these secrets and no others. */
  readonly only?: readonly string[];
  /** `--map VAR=NAME`: the secret NAME goes by VAR, as it is written here, and no longer by its own name. */
  readonly map?: readonly { readonly variable: string; readonly name: string }[];
  /** `--prefix`: stands before every name that `map` did not give. */
  readonly prefix?: string;
  /** `--upper`: makes identifiers of the names that `map` did not give, before `prefix` is added. */
  readonly upper?: boolean;
  /** `--strict`: a secret that neither `only` nor `map` names is an error. */
  readonly strict?: boolean;
}

/** A secret and the name it goes by. */
export interface Selected<T> {
  readonly variable: string;
  readonly secret: T;
}

/**
 * Chooses and names secrets, in byte order of the names they go by. `namespaces` are lists in the order they were
 * asked for: of two secrets of one name the later wins.
 *
 * - Without `only`, all secrets are chosen; with it, those it names and those that `map` names.
 * - A mapped secret goes by its new name alone, also when `only` names it. Map it twice to have it twice, `NAME=NAME`
 *   to keep its own.
 * - `upper` turns every character that no identifier holds into `_`, and puts `_` before a leading digit if no prefix
 *   does better.
 *
 * Throws `NOT_FOUND` naming every missing secret, `CONFLICT` naming all that `strict` forbids, `USAGE` naming two
 * secrets that would go by one name, or when `strict` stands alone.
 */
export function selectSecrets<T extends { readonly name: string }>(
  namespaces: readonly (readonly T[])[],
  selection: Selection = {},
): Selected<T>[] {
  const secrets = new Map(namespaces.flat().map((secret) => [secret.name, secret]));
  assertPresent(secrets, selection);
  if (selection.strict === true) assertNoOthers(secrets, selection);
  const selected = [...mapped(secrets, selection), ...unmapped(secrets, selection)];
  assertDistinctVariables(selected);
  return selected.sort((left, right) => compareText(left.variable, right.variable));
}

function wanted({ only = [], map = [] }: Selection): Set<string> {
  return new Set([...only, ...map.map(({ name }) => name)]);
}

function assertPresent(secrets: ReadonlyMap<string, unknown>, selection: Selection): void {
  const missing = [...wanted(selection)].filter((name) => !secrets.has(name));
  if (missing.length === 0) return;
  throw new CofferError("NOT_FOUND", `no secret named ${missing.join(", ")}`, {
    hint: "see what there is with `coffer list`",
  });
}

function assertNoOthers(secrets: ReadonlyMap<string, unknown>, selection: Selection): void {
  if (selection.only === undefined && selection.map === undefined) {
    throw new CofferError("USAGE", "`--strict` says nothing without names to be strict about", {
      hint: "name them with `--only A,B` or `--map VAR=NAME`",
    });
  }
  const named = wanted(selection);
  const others = [...secrets.keys()].filter((name) => !named.has(name)).sort(compareText);
  if (others.length === 0) return;
  throw new CofferError("CONFLICT", `there are secrets that were not asked for: ${others.join(", ")}`, {
    hint: "add them to `--only`, or drop `--strict`",
  });
}

function mapped<T>(secrets: ReadonlyMap<string, T>, { map = [] }: Selection): Selected<T>[] {
  return map.flatMap(({ variable, name }) => {
    const secret = secrets.get(name);
    return secret === undefined ? [] : [{ variable, secret }];
  });
}

function unmapped<T>(secrets: ReadonlyMap<string, T>, selection: Selection): Selected<T>[] {
  const { only, map = [], prefix = "", upper = false } = selection;
  const chosen = only === undefined ? null : new Set(only);
  const renamed = new Set(map.map(({ name }) => name));
  return [...secrets]
    .filter(([name]) => (chosen === null || chosen.has(name)) && !renamed.has(name))
    .map(([name, secret]) => ({ variable: prefix + (upper ? toIdentifier(name, prefix) : name), secret }));
}

function toIdentifier(name: string, prefix: string): string {
  const upper = name.replace(/[^A-Za-z0-9_]/gu, "_").toUpperCase();
  return prefix === "" && /^[0-9]/.test(upper) ? `_${upper}` : upper;
}

function assertDistinctVariables(selected: readonly Selected<{ readonly name: string }>[]): void {
  const owners = new Map<string, string>();
  for (const { variable, secret } of selected) {
    const owner = owners.get(variable);
    if (owner !== undefined) {
      const both = owner === secret.name ? `${owner} twice` : `both ${owner} and ${secret.name}`;
      throw new CofferError("USAGE", `${variable} would be ${both}`, {
        hint: "leave one out with `--only`, or give it another name with `--map VAR=NAME`",
      });
    }
    owners.set(variable, secret.name);
  }
}
