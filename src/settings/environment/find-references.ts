import { parsePath, type SecretPath } from "../../core/name.js";
import { isReference, parseReference, type Reference } from "../../env/references.js";
import { CofferError } from "../../errors.js";
import { resolveUrl } from "../../open/resolve-url.js";
import { findFolders } from "../folders.js";
import type { Lookup } from "../lookup.js";
import { resolvePath } from "../secret-path.js";
import { findSetting } from "../setting.js";
import { builtInUrl, findDefaultNamespace } from "../settings.js";

/** A reference, and the secret that it means here. Its store is null where it is the settings' own. */
export interface Resolved extends Reference {
  readonly secret: SecretPath;
}

/** The references in the environment that a program would inherit. Throws `USAGE` for what begins like one and is none. */
export function findReferences(lookup: Lookup): Resolved[] {
  return Object.entries(lookup.world.env).flatMap(([variable, value]) => {
    // Settings of ours are never handed on.
    if (value === undefined || /^COFFER_/i.test(variable) || !isReference(value)) return [];
    return [resolveReference(lookup, parseReference(variable, value))];
  });
}

/** What a reference means with these settings. In another store there is no default namespace. Throws `USAGE`. */
export function resolveReference(lookup: Lookup, reference: Reference): Resolved {
  if (reference.store === null) {
    return { ...reference, secret: resolvePath(reference.path, findDefaultNamespace(lookup) ?? "") };
  }
  const home = findFolders(lookup.world).home ?? undefined;
  const store = resolveStore(reference.variable, reference.store, home);
  const secret = parsePath(reference.path);
  const own = findSetting(lookup, "store")?.value ?? builtInUrl(lookup, "store");
  // One store is opened once, whatever it is called.
  return { ...reference, store: own !== null && store === resolveUrl("store", own, home) ? null : store, secret };
}

/** The other stores that references name, each once. */
export function findStores(references: readonly Resolved[]): string[] {
  return [...new Set(references.flatMap(({ store }) => (store === null ? [] : [store])))];
}

function resolveStore(variable: string, url: string, home: string | undefined): string {
  try {
    return resolveUrl("store", url, home);
  } catch (error) {
    if (!(error instanceof CofferError)) throw error;
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    throw new CofferError(error.code, `${variable} refers to another store: ${error.message}`, {
      ...hint,
      cause: error,
    });
  }
}
