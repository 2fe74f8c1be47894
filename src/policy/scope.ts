import { namespaceSegment } from "../core/layout.js";

/** The namespaces that a policy is about. */
export interface Scope {
  /** `""` is the root. An empty list is all of them. */
  readonly namespaces: readonly string[];
  /** All that lie below these, too. */
  readonly recursive: boolean;
}

const ALL: Scope = { namespaces: [], recursive: false };

/** The same scope, said in the shortest way: each namespace once, and everything where all lies below the root. */
export function normalizeScope({ namespaces, recursive }: Scope): Scope {
  if (namespaces.length === 0 || (recursive && namespaces.includes(""))) return ALL;
  const once = [...new Set(namespaces)];
  const isBelowAnother = (namespace: string): boolean =>
    once.some((other) => namespace !== other && namespace.startsWith(`${other}/`));
  return { namespaces: recursive ? once.filter((namespace) => !isBelowAnother(namespace)) : once, recursive };
}

/**
 * The keys of one folder (docs/FORMAT.md section 3) that belong to a scope, as patterns in which `*` stands for anything. A namespace is one
 * segment of a key, and `!` in it stands for a slash in its name alone: so `prod!*` is all below `prod`, and nothing else.
 */
export function keysInScope(folder: "heads" | "commits" | "blobs" | "inbox", scope: Scope): string[] {
  if (scope.namespaces.length === 0) return [`${folder}/*`];
  const behind = folder === "heads" ? "" : "/*";
  return scope.namespaces.flatMap((namespace) => {
    const here = `${folder}/${namespaceSegment(namespace)}`;
    return [`${here}${behind}`, ...(scope.recursive ? [`${here}!*`] : [])];
  });
}
