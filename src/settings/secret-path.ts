import { parsePath, quote, type SecretPath } from "../core/name.js";
import { CofferError } from "../errors.js";

/**
 * A secret's path as it is typed: `ns/…/NAME`, `NAME` in the default namespace, `/NAME` in the root.
 * Throws `USAGE` for a namespace (it ends in a slash) and for names that break a rule.
 */
export function resolvePath(typed: string, defaultNamespace: string): SecretPath {
  if (typed.endsWith("/")) {
    throw new CofferError("USAGE", `${quote(typed)} is a namespace, and this verb takes the path of a secret`, {
      hint: "leave the slash at the end out, or name a secret behind it",
    });
  }
  if (typed.startsWith("/")) return parsePath(typed.slice(1));
  if (typed.includes("/")) return parsePath(typed);
  return { ...parsePath(typed), namespace: defaultNamespace };
}
