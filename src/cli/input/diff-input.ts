import type { Named } from "../../core/compare-secrets.js";
import type { Context } from "../../core/context.js";
import { joinPath, quote, type SecretPath } from "../../core/name.js";
import type { Secret } from "../../core/secret-store.js";
import { CofferError, isCofferError } from "../../errors.js";
import { resolveNamespace, resolvePath } from "../arguments/path.js";
import type { Task } from "../command.js";
import { showNamespace } from "../output/render.js";
import type { Session } from "../session.js";
import { readEntries } from "./import-input.js";
import { findDestroyed, findRevision } from "./revision-input.js";

/** A namespace, or one secret of it where it has a name. */
export interface Place {
  readonly namespace: string;
  readonly name: string | null;
}

/** What is compared: a place now or at a revision, or a file. */
export type Side = (Place & { readonly at: string | undefined }) | { readonly file: string };

/** A side as it was read. */
export interface ReadSide {
  readonly namespace: string | null;
  readonly commit: string | null;
  readonly file: string | null;
  readonly items: readonly (Named & Partial<Secret>)[];
  /** Names whose value of then was destroyed since. */
  readonly destroyed: readonly string[];
}

/** A place as it is typed: `NS/`, or the path of a secret. Throws `USAGE`. */
export function parsePlace(typed: string, defaultNamespace: string): Place {
  if (typed.endsWith("/")) return { namespace: resolveNamespace(typed), name: null };
  return resolvePath(typed, defaultNamespace);
}

/** Reads a side. Throws `NOT_FOUND` where nothing was ever written there, `CONTEXT` naming what is not given, and what reading throws. */
export async function readSide(task: Task, session: Session, side: Side, context: Context): Promise<ReadSide> {
  if (!("file" in side)) return readPlace(session, side, context);
  const items = await readEntries(task, side.file);
  return { namespace: null, commit: null, file: side.file, items, destroyed: [] };
}

/** A place as it is, or as it was; `null` in the place of the revision means before there was anything. `details`: comments and dates count as well. */
export async function readPlace(
  session: Session,
  { namespace, name, at }: Place & { readonly at?: string | undefined },
  context: Context,
  { details = false }: { readonly details?: boolean } = {},
): Promise<ReadSide & { readonly items: readonly Secret[] }> {
  const commit = at === undefined ? undefined : await findRevision(session, namespace, at);
  const place = { namespace, file: null };
  if (commit === null) return { ...place, commit: null, items: [], destroyed: [] };
  const { secrets, head } = await readSecrets(session, { namespace, name }, { at: commit?.commit, context, details });
  // A store that keeps no commits has no heads; a secret that is not there is the other side's business.
  if (head === null && (session.store.can.log || (secrets.length === 0 && name === null)))
    throw neverWritten(namespace);
  const destroyed = commit === undefined ? [] : await findDestroyed(session, namespace, commit);
  return {
    ...place,
    commit: commit?.commit ?? head,
    items: secrets,
    destroyed: destroyed.filter((gone) => name === null || gone === name),
  };
}

/** Throws `NOT_FOUND` for a secret that neither side has. */
export function assertAnything(sides: readonly ReadSide[], places: readonly SecretPath[]): void {
  if (places.length === 0 || sides.some(({ items, destroyed }) => items.length + destroyed.length > 0)) return;
  const named = places.map(({ namespace, name }) => quote(joinPath(namespace, name)));
  throw new CofferError("NOT_FOUND", `no secret named ${[...new Set(named)].join(" or ")}`, {
    hint: "see what there is with `coffer list`",
  });
}

async function readSecrets(
  { store, call }: Session,
  { namespace, name }: Place,
  { at, context, details }: { at: string | undefined; context: Context; details: boolean },
): Promise<{ secrets: readonly Secret[]; head: string | null }> {
  const options = { context, details, ...(at === undefined ? {} : { at }) };
  try {
    const only = name === null ? {} : { only: [name] };
    const { secrets, heads } = await store.readAll({ namespace }, { ...options, ...only, ...call() });
    return { secrets, head: heads[0]?.commit ?? null };
  } catch (error) {
    // The revision was found before: so it is the name that is not there.
    if (name === null || !isCofferError(error, "NOT_FOUND")) throw error;
    const head = await store.head(namespace, call());
    return { secrets: [], head: head === null || head === "unchanged" ? null : head.commit };
  }
}

function neverWritten(namespace: string): CofferError {
  return new CofferError("NOT_FOUND", `nothing was ever written to ${showNamespace(namespace)}`, {
    hint: "see what there is with `coffer list`",
  });
}
