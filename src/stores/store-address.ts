import { CofferError } from "../errors.js";

/** What the URL of a store in another format says: `SCHEME://authority/path?name=value`. */
export interface StoreAddress {
  /** A bucket or a table; empty where the URL has no `//`. */
  readonly authority: string;
  /** Without slashes at its ends; empty where there is none. */
  readonly path: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * Takes a store's URL apart. `known`: the parameters that there are. Percent-encoding counts in parameters only: buckets, tables and paths are written as they
 * are. Throws `USAGE` for anything else.
 */
export function parseStoreAddress(url: string, known: readonly string[] = []): StoreAddress {
  const [, scheme = "", slashes, place = "", query] = /^([a-z0-9-]+):(\/\/)?([^?#]*)(?:\?([^#]*))?$/.exec(url) ?? [];
  if (scheme === "") throw new CofferError("USAGE", "the store is no URL that can be read");
  const [authority = "", ...path] = slashes === undefined ? ["", place] : place.split("/");
  return {
    authority,
    path: path.join("/").replace(/^\/+|\/+$/g, ""),
    parameters: parseParameters(scheme, query, known),
  };
}

function parseParameters(scheme: string, query: string | undefined, known: readonly string[]): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const part of query?.split("&") ?? []) {
    const [, name = "", value = ""] = /^([a-z-]+)=(.+)$/.exec(part) ?? [];
    if (!known.includes(name)) {
      throw new CofferError("USAGE", `a ${scheme}: URL does not take this parameter`, {
        hint: known.length === 0 ? "it takes none" : `it takes ${known.map((each) => `${each}=…`).join(", ")}`,
      });
    }
    if (parameters.has(name)) throw new CofferError("USAGE", `the ${scheme}: URL has ${name} twice`);
    parameters.set(name, decode(scheme, value));
  }
  return parameters;
}

function decode(scheme: string, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new CofferError("USAGE", `the ${scheme}: URL is not properly percent-encoded`);
  }
}
