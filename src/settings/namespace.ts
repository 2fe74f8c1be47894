import { assertNamespace } from "../core/name.js";
import { CofferError } from "../errors.js";

/** A namespace as settings have it: the slash at its end may be left out; `/` and nothing are the root. Throws `USAGE`. */
export function parseNamespace(typed: string): string {
  if (typed === "/" || typed === "") return "";
  const namespace = typed.replace(/^\//, "").replace(/\/$/, "");
  if (namespace === "") throw new CofferError("USAGE", "the namespace // has an empty part");
  assertNamespace(namespace);
  return namespace;
}
