import { compareText } from "../../core/bytes.js";
import { joinPath, type SecretPath } from "../../core/name.js";

/** What is known of a store's names. */
export interface StoreNames {
  readonly secrets: readonly SecretPath[];
  /** Where names without a slash are looked up. */
  readonly defaultNamespace: string;
}

/**
 * What a path may become, one part at a time as with files, in byte order: namespaces with their slash, and `secrets` too where they are
 * wanted. What begins with a hyphen would be taken for a flag: unless `hyphens` may be, it is offered by another of its spellings.
 */
export function offerPaths(
  { secrets, defaultNamespace }: StoreNames,
  typed: string,
  wanted: { readonly secrets: boolean; readonly hyphens: boolean },
): string[] {
  const shown = typed.slice(0, typed.lastIndexOf("/") + 1);
  const namespace = shown.replace(/^\/(?!\/)/, "").slice(0, -1);
  const home = shown === "" ? defaultNamespace : namespace;
  const bare = (name: string): string => {
    if (wanted.hyphens || shown !== "" || !name.startsWith("-")) return `${shown}${name}`;
    return `/${joinPath(home, name)}`;
  };
  const names = wanted.secrets
    ? secrets.filter((secret) => secret.namespace === home).map(({ name }) => bare(name))
    : [];
  const deeper = secrets.flatMap((secret) => {
    const next = findNextPart(secret.namespace, namespace);
    if (next === null) return [];
    return [wanted.hyphens || shown !== "" || !next.startsWith("-") ? `${shown}${next}/` : `/${next}/`];
  });
  // A namespace that has namespaces below it is one by itself as well.
  const own =
    !wanted.secrets && secrets.some((secret) => secret.namespace === namespace) ? [shown === "" ? "/" : shown] : [];
  return [...new Set([...own, ...names, ...deeper])]
    .filter((text) => typed === "" || text.startsWith(typed))
    .sort(compareText);
}

/** `billing` for `prod/billing/eu` below `prod`; null for what is not below it. */
function findNextPart(namespace: string, above: string): string | null {
  const start = above === "" ? "" : `${above}/`;
  if (namespace === "" || !namespace.startsWith(start)) return null;
  return namespace.slice(start.length).split("/", 1)[0] ?? null;
}
