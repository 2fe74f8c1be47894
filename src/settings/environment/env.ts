import { buildEnvironment } from "../../env/merge.js";
import { assertEnvOptions, type EnvName, type EnvOptions } from "./env-options.js";
import { openLookup, readEntries } from "./read-entries.js";

/**
 * Reads the secrets of a program, all of them or none: what `coffer exec` would add to its environment for the same settings, under the
 * same rules for names; also what variables of `process.env` refer to (`coffer:PATH`). The record is frozen and has no prototype, so every
 * name is an ordinary one. `process.env` is read and never changed, nothing is printed, and nobody is asked: a passphrase comes from `COFFER_PASSPHRASE` or `COFFER_PASSPHRASE_FILE`.
 *
 * With `only` the names are typed; each of them is there:
 *
 *     const { DB_URL, TOKEN } = await env({ namespaces: ["prod/billing"], only: ["DB_URL", "TOKEN"] });
 *
 * Rejects with `NOT_FOUND` for a store, profile, namespace or secret that is not there, also one that the project's `names` ask for;
 * `ACCESS_DENIED` for a `coffer.toml` that has changed since it was trusted, and for a key that does not open the store; `USAGE` for settings
 * that cannot be and for what no environment may or can carry, by name; `CONFLICT` for what `strict` forbids; and with whatever
 * `openStore` and `readAll` throw. `TypeError` for options that there are not.
 */
export function env<
  const Only extends string,
  const Mapping extends Readonly<Record<string, string>> = Readonly<Record<never, never>>,
  const Prefix extends string = "",
>(
  options: EnvOptions & {
    readonly only: readonly Only[];
    readonly map?: Mapping;
    readonly prefix?: Prefix;
    readonly upper?: false;
  },
): Promise<Readonly<Record<EnvName<Only, Mapping, Prefix>, string>>>;
/** The same where the names are not known beforehand. */
export function env(options?: EnvOptions): Promise<Readonly<Record<string, string>>>;
export async function env(options: EnvOptions = {}): Promise<Readonly<Record<string, string>>> {
  assertEnvOptions(options);
  const { env: base, platform } = process;
  const lookup = await openLookup(options, { env: base, platform });
  const { entries, referring } = await readEntries(lookup, options);
  // Who refers to a secret has chosen the variable.
  const allow = [...(options.allow ?? []), ...referring];
  return Object.freeze(buildEnvironment({ base: {}, pristine: true, entries, allow, platform }));
}
