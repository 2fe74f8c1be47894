import { joinPath, type SecretPath } from "../../core/name.js";
import type { Head, Read, Secret } from "../../core/secret-store.js";
import type { Session } from "../session.js";

/**
 * The secrets at these paths, by their full names, with one request for each namespace, and the heads that these were read from; `known` are
 * looked at first. Throws `NOT_FOUND` naming those of a namespace that are not there.
 */
export async function readPaths(
  { store, call }: Session,
  paths: readonly SecretPath[],
  { read, known = [] }: { read: Omit<Read, "signal">; known?: readonly Secret[] },
): Promise<{ found: ReadonlyMap<string, Secret>; heads: Head[] }> {
  const found = new Map(known.map((secret) => [joinPath(secret.namespace, secret.name), secret]));
  const missing = new Map<string, Set<string>>();
  for (const { namespace, name } of paths) {
    if (found.has(joinPath(namespace, name))) continue;
    missing.set(namespace, (missing.get(namespace) ?? new Set()).add(name));
  }
  const heads: Head[] = [];
  for (const [namespace, names] of missing) {
    const scope = await store.readAll({ namespace }, { ...read, ...call(), only: [...names] });
    for (const secret of scope.secrets) found.set(joinPath(namespace, secret.name), secret);
    heads.push(...scope.heads);
  }
  return { found, heads };
}
