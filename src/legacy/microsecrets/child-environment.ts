import { isWellFormed, quote } from "../../core/name.js";
import { CofferError } from "../../errors.js";
import { writePython2Json } from "../python2/write-json.js";
import type { StoredEnvironment } from "./format.js";

/** Which variables may be set: every one (null), or those on the list; others stop everything, or are left out. */
export interface Whitelist {
  readonly names: ReadonlySet<string> | null;
  readonly ignoreOthers: boolean;
}

/** Variables that were let through, in stored order, and the names of those that were left out. */
export interface Chosen {
  readonly variables: readonly (readonly [string, string])[];
  readonly skipped: readonly string[];
}

/** Lets variables through by the whitelist. Throws `INVALID`, naming those that are not on it. */
export function chooseVariables({ environment }: StoredEnvironment, { names, ignoreOthers }: Whitelist): Chosen {
  const all = [...environment];
  const skipped = all.map(([name]) => name).filter((name) => names !== null && !names.has(name));
  if (skipped.length > 0 && !ignoreOthers) {
    const listed = skipped.map(quote).join(", ");
    throw new CofferError("INVALID", `the environment has variables that are not on the whitelist: ${listed}`, {
      hint: "let them through with -w/--whitelist, or leave them out with -i/--ignore-extra",
    });
  }
  return { variables: all.filter(([name]) => !skipped.includes(name)), skipped };
}

/** What the environment of a command is made of. */
export interface ChildParts {
  /** What it inherits. */
  readonly base: Readonly<Record<string, string | undefined>>;
  readonly variables: readonly (readonly [string, string])[];
  readonly metadata: StoredEnvironment["metadata"];
  /** The key that the variables were read from. */
  readonly source: string;
  /** What it does not get, wherever it comes from. */
  readonly removed: ReadonlySet<string>;
}

/**
 * What is inherited, over it the variables, `MICROSECRETS_METADATA` and `MICROSECRETS_SOURCE`, less what is removed. Throws `INVALID` naming what no environment can
 * carry.
 */
export function buildChildEnvironment(parts: ChildParts): Record<string, string> {
  const given = [
    ...parts.variables,
    ["MICROSECRETS_METADATA", writePython2Json(parts.metadata)] as const,
    ["MICROSECRETS_SOURCE", parts.source] as const,
  ].filter(([name]) => !parts.removed.has(name));
  assertPossible(given);
  const inherited = Object.entries(parts.base).flatMap(([name, value]) =>
    value === undefined || parts.removed.has(name) ? [] : [[name, value] as const],
  );
  // A null prototype is what makes `__proto__` a name like any other; the cast says what Object.create cannot.
  const environment = Object.create(null) as Record<string, string>;
  for (const [name, value] of [...inherited, ...given]) environment[name] = value;
  return environment;
}

function assertPossible(variables: readonly (readonly [string, string])[]): void {
  const impossible = variables.filter(([name, value]) => {
    return name === "" || /[=\0]/.test(name) || value.includes("\0") || !isWellFormed(name + value);
  });
  if (impossible.length === 0) return;
  const listed = impossible.map(([name]) => quote(name)).join(", ");
  throw new CofferError("INVALID", `no environment can carry ${listed}`, {
    hint: "a name is not empty and has no =, and neither name nor value has a NUL; leave it out with -D, or with -w and -i",
  });
}
