import { quote } from "../../core/name.js";
import { CofferError } from "../../errors.js";
import { parseNamespace } from "../../settings/namespace.js";

export { resolvePath } from "../../settings/secret-path.js";

/** A namespace as it is typed: `prod/billing/`, the root `/`. Throws `USAGE` for everything else. */
export function resolveNamespace(typed: string): string {
  if (!typed.endsWith("/")) {
    throw new CofferError("USAGE", `${quote(typed)} is no namespace: those end in a slash`, {
      hint: `write ${quote(`${typed}/`)} if that is what you mean`,
    });
  }
  return parseNamespace(typed);
}
