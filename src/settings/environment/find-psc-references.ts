import { CofferError } from "../../errors.js";
import { findReferences } from "../../legacy/psc/references.js";
import type { Lookup } from "../lookup.js";
import type { Resolved } from "./find-references.js";

/**
 * What `SECRET name` in the environment refers to: parameters of Parameter Store by their whole names, in the account and region of the settings, whichever store
 * these name. Throws `USAGE` for a name that no parameter has.
 */
export function findPscReferences({ world }: Lookup): Resolved[] {
  const inherited = Object.entries(world.env).filter(([name]) => !/^COFFER_/i.test(name));
  return findReferences(Object.fromEntries(inherited)).map(({ variable, parameter }) => ({
    variable,
    ...placeOf(variable, parameter),
    field: null,
    version: null,
  }));
}

/** `ssm:` has all names but those directly below `/`. */
function placeOf(variable: string, parameter: string): Pick<Resolved, "store" | "path" | "secret"> {
  const cut = parameter.lastIndexOf("/");
  if (cut === -1) return { store: "ssm:", path: parameter, secret: { namespace: "", name: parameter } };
  if (!parameter.startsWith("/") || parameter.includes("//")) {
    throw new CofferError("USAGE", `${variable} refers to a parameter by a path that does not begin with a slash`, {
      hint: "it is SECRET name, or SECRET /path/to/name",
    });
  }
  const path = parameter.slice(1);
  const secret = { namespace: parameter.slice(1, Math.max(cut, 1)), name: parameter.slice(cut + 1) };
  return { store: cut === 0 ? "ssm:/" : "ssm:", path, secret };
}
