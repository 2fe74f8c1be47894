import type { Read } from "../../core/secret-store.js";
import type { EnvEntry } from "../../env/entry.js";
import type { Selection } from "../../env/select.js";
import type { Lookup, SettingFlag } from "../lookup.js";
import { parseNamespace } from "../namespace.js";
import { findPassphrase, noPassphrase } from "../passphrase.js";
import { readSources } from "../sources.js";
import type { EnvOptions } from "./env-options.js";
import { findProgramNamespaces, findProgramReferences, readProgram, useProgramStores } from "./read-program.js";
import { assertNeeded } from "./read-selected.js";

/** The settings of one call of the library. Throws as `readSources`. */
export async function openLookup(options: EnvOptions, around: Omit<Lookup["world"], "signal">): Promise<Lookup> {
  const { store, key, profile, region, project, timeout, signal = new AbortController().signal, tell } = options;
  const said: Readonly<Partial<Record<SettingFlag, string | undefined>>> = {
    store,
    key,
    profile,
    region,
    project,
    timeout: timeout === undefined ? undefined : String(timeout / 1000),
  };
  const bare = { flags: { text: (name: SettingFlag) => said[name] }, world: { ...around, signal } };
  return { ...bare, sources: await readSources(bare, { tell: tell ?? (() => {}) }) };
}

/**
 * The variables that `coffer exec` would give a program for these settings, and those of them that refer to secrets. Nobody is asked for a
 * passphrase.
 */
export async function readEntries(
  lookup: Lookup,
  options: EnvOptions,
): Promise<{ entries: readonly EnvEntry[]; referring: readonly string[] }> {
  const references = await findProgramReferences(lookup);
  const namespaces = options.namespaces?.map(parseNamespace) ?? findProgramNamespaces(lookup, references.length > 0);
  const [selection, read] = [selectionOf(options), readOf(options)];
  const askPassphrase = () =>
    findPassphrase(lookup.world, async () => {
      throw noPassphrase("nobody is asked for it here");
    });
  const request = { namespaces, references, read, selection };
  const { entries } = await useProgramStores(lookup, { askPassphrase }, request, (stores) =>
    readProgram(stores, request),
  );
  assertNeeded(lookup.sources.project, selection, entries);
  return { entries, referring: references.map(({ variable }) => variable) };
}

function selectionOf({ only, map, prefix, upper, strict }: EnvOptions): Selection {
  return {
    ...(only === undefined ? {} : { only }),
    ...(map === undefined ? {} : { map: Object.entries(map).map(([variable, name]) => ({ variable, name })) }),
    ...(prefix === undefined ? {} : { prefix }),
    upper: upper === true,
    strict: strict === true,
  };
}

function readOf({ at, stage, context }: EnvOptions): Omit<Read, "signal"> {
  return {
    ...(at === undefined ? {} : { at }),
    ...(stage === undefined ? {} : { stage }),
    ...(context === undefined ? {} : { context }),
  };
}
