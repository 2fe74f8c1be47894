import { joinPath } from "../../core/name.js";
import type { Head, Read, Secret } from "../../core/secret-store.js";
import type { EnvEntry } from "../../env/entry.js";
import { readJsonField } from "../../env/json-field.js";
import { CofferError } from "../../errors.js";
import type { Session } from "../session.js";
import type { Resolved } from "./find-references.js";
import { readPaths } from "./read-paths.js";
import type { ProgramStores, SourceHead } from "./referenced-stores.js";

interface References {
  /** Which state of the settings' own store is meant; of it, only the context counts for others. */
  readonly read: Omit<Read, "signal">;
  /** Of the own store, and read already. */
  readonly known?: readonly Secret[];
}

/** What references refer to, under the names of the variables, and the heads that it comes from. Throws `NOT_FOUND` for what is not there. */
export async function readAllReferences(
  { own, others }: ProgramStores,
  references: readonly Resolved[],
  { read, known = [] }: References,
): Promise<{ entries: EnvEntry[]; sources: SourceHead[] }> {
  const { context } = read;
  const elsewhere = context === undefined ? {} : { context };
  const found = await Promise.all(
    [...new Set(references.map(({ store }) => store))].map(async (store) => {
      const session = store === null ? own : others.get(store);
      if (session == null) throw new TypeError("a reference into a store that is not open");
      const those = references.filter((reference) => reference.store === store);
      const { entries, heads } = await readStore(
        session,
        those,
        store === null ? { read, known } : { read: elsewhere, known: [] },
      );
      return { entries, sources: heads.map((head) => ({ store, head })) };
    }),
  );
  return { entries: found.flatMap(({ entries }) => entries), sources: found.flatMap(({ sources }) => sources) };
}

async function readStore(
  session: Session,
  references: readonly Resolved[],
  { read, known }: Required<References>,
): Promise<{ entries: EnvEntry[]; heads: Head[] }> {
  const current = references.filter(({ version }) => version === null).map(({ secret }) => secret);
  const { found, heads } = await readPaths(session, current, { read, known });
  const entries: EnvEntry[] = [];
  for (const reference of references) {
    const path = joinPath(reference.secret.namespace, reference.secret.name);
    const secret = isMeant(reference, found.get(path)) ?? (await readVersion(session, reference, path, read));
    entries.push({ name: reference.variable, value: pickField(reference, secret) });
  }
  return { entries, heads };
}

function isMeant({ version }: Resolved, secret: Secret | undefined): Secret | undefined {
  return version === null || secret?.version === version ? secret : undefined;
}

async function readVersion(
  { store, call }: Session,
  { variable, version }: Resolved,
  path: string,
  { context }: Omit<Read, "signal">,
): Promise<Secret> {
  const options = {
    ...call(),
    ...(context === undefined ? {} : { context }),
    ...(version === null ? {} : { version }),
  };
  const secret = await store.read(path, options);
  if (secret !== null) return secret;
  const what = version === null ? path : `${path} in version ${version}`;
  throw new CofferError("NOT_FOUND", `there is no ${what}, to which ${variable} refers`);
}

function pickField({ variable, field }: Resolved, { value }: Secret): EnvEntry["value"] {
  if (field === null) return value;
  try {
    return readJsonField(value, field);
  } catch (error) {
    if (!(error instanceof CofferError)) throw error;
    throw new CofferError(error.code, `${variable}: ${error.message}`, { cause: error });
  }
}
