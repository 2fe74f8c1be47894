import type { Head, Read } from "../../core/secret-store.js";
import type { EnvEntry } from "../../env/entry.js";
import type { Selection } from "../../env/select.js";
import type { Lookup } from "../lookup.js";
import { type Host, useStore } from "../session.js";
import { findDefaultNamespace, findExecNamespaces } from "../settings.js";
import type { Resolved } from "./find-references.js";
import { readSelected } from "./read-selected.js";
import type { ProgramStores, SourceHead } from "./referenced-stores.js";

/** What a program is to get: what is chosen of namespaces, and what its environment refers to. */
export interface ProgramRequest {
  readonly namespaces: readonly string[];
  readonly read: Omit<Read, "signal">;
  readonly selection: Selection;
  readonly references: readonly Resolved[];
}

/** What a program gets, and what it was read from. */
export interface ProgramSecrets {
  readonly entries: readonly EnvEntry[];
  /** Of the chosen namespaces. */
  readonly heads: readonly Head[];
  /** Of all namespaces, those that are referred to as well. */
  readonly sources: readonly SourceHead[];
}

/** Looking for them is all that is done, and loaded, where there are none. Throws `USAGE` for what begins like a reference and is none. */
export async function findProgramReferences(lookup: Lookup): Promise<readonly Resolved[]> {
  if (!Object.values(lookup.world.env).some((value) => value?.startsWith("coffer"))) return [];
  return (await import("./find-references.js")).findReferences(lookup);
}

/** Who refers to what he wants, and names no namespace anywhere, wants nothing of the root. */
export function findProgramNamespaces(lookup: Lookup, refers: boolean): readonly string[] {
  const isSaid = lookup.sources.project?.exec != null || findDefaultNamespace(lookup) !== null;
  return refers && !isSaid ? [] : findExecNamespaces(lookup);
}

/** Opens the stores that are asked, lets them be used, and closes them. Throws as `useStore`. */
export async function useProgramStores<T>(
  lookup: Lookup,
  host: Host,
  { namespaces, references }: Pick<ProgramRequest, "namespaces" | "references">,
  use: (stores: ProgramStores) => Promise<T>,
): Promise<T> {
  if (references.length === 0 && namespaces.length === 0) return use({ own: null, others: new Map() });
  if (references.length === 0) return useStore(lookup, host, (own) => use({ own, others: new Map() }));
  const { findStores } = await import("./find-references.js");
  const { useReferencedStores } = await import("./referenced-stores.js");
  const own = namespaces.length > 0 || references.some(({ store }) => store === null);
  return useReferencedStores(lookup, host, { own, urls: findStores(references) }, use);
}

/** Reads all of it, or throws. What is chosen from namespaces stands before a reference of the same name. */
export async function readProgram(stores: ProgramStores, request: ProgramRequest): Promise<ProgramSecrets> {
  const { namespaces, references, read, selection } = request;
  const whole = references.flatMap(({ store, secret }) => (store === null ? [secret.namespace] : []));
  const { entries, heads, secrets } =
    stores.own === null
      ? { entries: [], heads: [], secrets: [] }
      : await readSelected(stores.own, { namespaces, recursive: false, read, selection, whole });
  const sources = heads.map((head) => ({ store: null, head }));
  const taken = new Set(entries.map(({ name }) => name));
  const wanted = references.filter(({ variable }) => !taken.has(variable));
  if (wanted.length === 0) return { entries, heads, sources };
  const { readAllReferences } = await import("./read-references.js");
  const referred = await readAllReferences(stores, wanted, { read, known: secrets });
  return { entries: [...entries, ...referred.entries], heads, sources: [...sources, ...referred.sources] };
}
