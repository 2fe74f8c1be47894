import type { SecretPath } from "../../core/name.js";
import { CofferError } from "../../errors.js";
import { findParameterFault } from "./limits.js";

/** Where the secrets of a store lie in Parameter Store, and back. */
export interface Place {
  /** The store's URL, written in one way. */
  readonly url: string;
  /** `/prefix/prod`: what all parameters of a namespace lie directly below, `/` for those of the top. Null where they are not below anything: the root of `ssm:`. */
  pathOf(namespace: string): string | null;
  nameOf(path: SecretPath): string;
  /** The secret that a parameter is here; null for one that is none. */
  find(parameter: string): SecretPath | null;
}

/**
 * The place that a URL names. `ssm:/prefix` is all below that path: the namespace `prod/billing` is `/prefix/prod/billing/`. `ssm:` has names without any slash
 * (`staging.billing.db_url`) in its root, and below that the same as `ssm:/`. Throws `USAGE`.
 */
export function parsePlace(url: string): Place {
  const [, address = ""] = /^ssm:([^?#]*)/.exec(url) ?? [];
  if (address !== "" && !/^\/(?!\/)/.test(address)) throw noPlace();
  const isFlat = address === "";
  const prefix = address.replace(/\/+$/, "");
  if (prefix !== "" && findParameterFault(`${prefix}/x`) !== null) throw noPlace();
  const pathOf = (namespace: string): string | null => {
    if (isFlat && namespace === "") return null;
    const whole = namespace === "" ? prefix : `${prefix}/${namespace}`;
    return whole === "" ? "/" : whole;
  };
  return {
    url: isFlat ? "ssm:" : `ssm:${prefix === "" ? "/" : prefix}`,
    pathOf,
    nameOf({ namespace, name }) {
      const path = pathOf(namespace);
      if (path === null) return name;
      return path === "/" ? `/${name}` : `${path}/${name}`;
    },
    find(parameter) {
      if (!parameter.includes("/")) return isFlat ? { namespace: "", name: parameter } : null;
      if (!parameter.startsWith(`${prefix}/`)) return null;
      const below = parameter.slice(prefix.length + 1);
      const cut = below.lastIndexOf("/");
      // `/NAME` is no name of `ssm:`, whose root has names without a slash.
      if (below === "" || (isFlat && cut < 1)) return null;
      return { namespace: below.slice(0, Math.max(cut, 0)), name: below.slice(cut + 1) };
    },
  };
}

function noPlace(): CofferError {
  return new CofferError("USAGE", "that is no place in Parameter Store", {
    hint: "ssm:/PREFIX is all below a path, of A-Z a-z 0-9 _ . - and slashes; ssm: alone has the names without a slash",
  });
}
