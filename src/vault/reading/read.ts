import { type Context, pickContext } from "../../core/context.js";
import { assertNamespace, joinPath, parsePath, quote } from "../../core/name.js";
import type { Head, Read, Scope, Secret, Seen, VersionId } from "../../core/secret-store.js";
import { CofferError } from "../../errors.js";
import { shownNamespace, type VerifiedHead } from "../heads/found-head.js";
import { loadHead } from "../heads/load-head.js";
import type { VaultParts } from "../parts.js";
import { findAll, findNumbered, findOne, type Readable } from "./find-readable.js";
import { findNamespaces } from "./list.js";
import { openVersion, openVersions } from "./open-version.js";

/** How many namespaces are read at a time, so that what one takes while it is read is not held for all. */
const AT_ONCE = 16;

/** Reads one secret: see `SecretStore.read`. */
export async function readSecret(
  parts: VaultParts,
  path: string,
  options: Read & { version?: VersionId } = {},
): Promise<Secret | null> {
  const { namespace, name } = parsePath(path);
  const { version, context, ...call } = options;
  if (version !== undefined && (call.at !== undefined || call.stage !== undefined)) {
    throw new CofferError("USAGE", "a version is named by its number, by --at or by --stage, not by two of them");
  }
  const head = await loadHead(parts, namespace, call);
  if (head === null) return null;
  const found =
    version === undefined
      ? await findOne(parts, head, name, call)
      : await findNumbered(parts, head, name, version, call);
  if (found === null) return null;
  return { ...found.info, value: await openVersion(parts, found.sealed, { pairs: context ?? {}, pool: false }, call) };
}

/** Reads the secrets of a scope: see `SecretStore.readAll`. Where a stage is named, what is staged there stands before what is current. */
export async function readScope(
  parts: VaultParts,
  scope: Scope,
  options: Read & Seen & { only?: readonly string[] } = {},
): Promise<{ secrets: Secret[]; heads: Head[] }> {
  assertNamespace(scope.namespace);
  const namespaces = await findNamespaces(parts, scope, options);
  const read: Awaited<ReturnType<typeof readNamespace>>[] = [];
  for (let start = 0; start < namespaces.length; start += AT_ONCE) {
    const some = namespaces.slice(start, start + AT_ONCE);
    read.push(...(await Promise.all(some.map((namespace) => readNamespace(parts, namespace, options)))));
  }
  const secrets = read.flatMap((part) => part.secrets);
  assertAllFound(secrets, options.only ?? [], scope);
  return { secrets, heads: read.flatMap(({ head }) => head ?? []) };
}

async function readNamespace(
  parts: VaultParts,
  namespace: string,
  options: Read & Seen & { only?: readonly string[] } = {},
): Promise<{ secrets: Secret[]; head: Head | null }> {
  const { only, context, ...call } = options;
  const head = await loadHead(parts, namespace, call);
  const all = head === null ? new Map<string, Readable>() : await findAll(parts, head, call);
  const chosen = only === undefined ? [...all.values()] : [...new Set(only)].flatMap((name) => all.get(name) ?? []);
  const given = { pairs: context ?? {}, pool: true };
  assertContextGiven(chosen, given.pairs);
  const values = await openVersions(
    parts,
    chosen.map(({ sealed }) => sealed),
    given,
    call,
  );
  const secrets = chosen.flatMap(({ info }, index) => {
    const value = values[index];
    return value === undefined ? [] : [{ ...info, value }];
  });
  return { secrets, head: head === null ? null : describeHeadState(head, true) };
}

/** A head as the contract has it. */
export function describeHeadState({ owner, etag, document }: Omit<VerifiedHead, "key">, verified: boolean): Head {
  const { commit, sequence } = document.header;
  return { namespace: owner.namespace, commit, sequence, etag, verified };
}

/** Names everything that lacks a pair at once, before the first key is asked for. */
function assertContextGiven(chosen: readonly Readable[], pairs: Context): void {
  const lacking = chosen.filter(({ sealed }) => pickContext(pairs, sealed.context) === null);
  if (lacking.length === 0) return;
  const named = lacking.map(
    ({ info, sealed }) => `${quote(joinPath(info.namespace, info.name))} (${sealed.context.join(", ")})`,
  );
  throw new CofferError("CONTEXT", `context is needed, and not given, for ${named.join(", ")}`, {
    hint: "give the pairs with -c NAME=VALUE or --contexts FILE, or leave these out with --only",
  });
}

function assertAllFound(secrets: readonly Secret[], only: readonly string[], { namespace }: Scope): void {
  const found = new Set(secrets.map(({ name }) => name));
  const missing = only.filter((name) => !found.has(name));
  if (missing.length === 0) return;
  const shown = shownNamespace(namespace);
  throw new CofferError("NOT_FOUND", `${shown} has no secret named ${missing.map(quote).join(", ")}`, {
    hint: `see what it has: coffer list ${shown}`,
  });
}
