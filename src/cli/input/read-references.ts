import { joinPath, type SecretPath } from "../../core/name.js";
import type { Read, Secret } from "../../core/secret-store.js";
import type { EnvEntry } from "../../env/entry.js";
import { isReference, parseReference, type Reference } from "../../env/references.js";
import { CofferError } from "../../errors.js";
import { findDefaultNamespace } from "../../settings/settings.js";
import { resolvePath } from "../arguments/path.js";
import type { Task } from "../command.js";
import type { Session } from "../session.js";
import { readJsonField } from "./json-field.js";
import { readPaths } from "./read-paths.js";

/** A reference, and the secret that it means here. */
export interface Resolved extends Reference {
  readonly secret: SecretPath;
}

/** The references in the environment that a program would inherit. Throws `USAGE` for what begins like one and is none. */
export function findReferences(task: Task): Resolved[] {
  const home = findDefaultNamespace(task) ?? "";
  return Object.entries(task.world.env).flatMap(([variable, value]) => {
    // Settings of ours are never handed on.
    if (value === undefined || /^COFFER_/i.test(variable) || !isReference(value)) return [];
    const reference = parseReference(variable, value);
    return [{ ...reference, secret: resolvePath(reference.path, home) }];
  });
}

/** What they refer to, under the names of the variables. `known` has been read already. Throws `NOT_FOUND` for what is not there. */
export async function readReferences(
  session: Session,
  references: readonly Resolved[],
  { read, known }: { read: Omit<Read, "signal">; known: readonly Secret[] },
): Promise<EnvEntry[]> {
  const current = references.filter(({ version }) => version === null).map(({ secret }) => secret);
  const found = await readPaths(session, current, { read, known });
  const entries: EnvEntry[] = [];
  for (const reference of references) {
    const path = joinPath(reference.secret.namespace, reference.secret.name);
    const secret = isMeant(reference, found.get(path)) ?? (await readVersion(session, reference, path, read));
    entries.push({ name: reference.variable, value: pickField(reference, secret) });
  }
  return entries;
}

function isMeant({ version }: Reference, secret: Secret | undefined): Secret | undefined {
  return version === null || secret?.version === version ? secret : undefined;
}

async function readVersion(
  { store, call }: Session,
  { variable, version }: Reference,
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

function pickField({ variable, field }: Reference, { value }: Secret): EnvEntry["value"] {
  if (field === null) return value;
  try {
    return readJsonField(value, field);
  } catch (error) {
    if (!(error instanceof CofferError)) throw error;
    throw new CofferError(error.code, `${variable}: ${error.message}`, { cause: error });
  }
}
