import { CofferError } from "../errors.js";

/**
 * What the whole value of a variable refers to: `coffer:PATH[?field=F][#VERSION]`, or in another store `coffer+URL/NAME` and
 * `coffer+URL//PATH`, with the same behind it.
 */
export interface Reference {
  /** The variable that holds it, or what else it was found in. */
  readonly variable: string;
  /** The other store's URL; null where none is named. */
  readonly store: string | null;
  /** As it would be typed: `prod/billing/DB_URL`, `DB_URL` in the default namespace, `/DB_URL` in the root. In another store all are in full. */
  readonly path: string;
  /** One field of a value that is a JSON object; null for the whole value. */
  readonly field: string | null;
  /** Null for the current one. */
  readonly version: string | null;
}

const REFERENCE = /^coffer(?::|\+([a-z][a-z0-9-]*:))([^?#\s]+)(?:\?([^?#\s]+))?(?:#([^?#\s]+))?$/;

/** True for a value that is, or was meant to be, a reference. */
export function isReference(value: string): boolean {
  return value.startsWith("coffer:") || /^coffer\+[a-z0-9-]+:/.test(value);
}

/**
 * Reads a reference, whose parts are percent-encoded (RFC 3986 section 2.1). Throws `USAGE` naming the variable where there is none. What
 * was found is not repeated: it may be a value.
 */
export function parseReference(variable: string, value: string): Reference {
  const [, scheme, place, query, version] = REFERENCE.exec(value) ?? [];
  if (place === undefined) throw noReference(variable);
  const { field, others } = readQuery(variable, query);
  const found = scheme === undefined ? { store: null, path: place } : splitPlace(scheme, place);
  // A vault in this very place is meant without a scheme; and its path takes no parameters.
  if (found === null || (found.store === null && others !== "")) throw noReference(variable);
  return {
    variable,
    store: found.store === null ? null : decodeParts(variable, found.store) + others,
    path: decodeParts(variable, found.path),
    field,
    version: version === undefined ? null : decode(variable, version),
  };
}

/**
 * A store's URL ends before the last slash, and behind it is a name in its root; or before a double one, and behind it is a path. Null
 * where there is no name.
 */
function splitPlace(scheme: string, place: string): { store: string; path: string } | null {
  const authority = /^\/\//.test(place) ? 2 : 0;
  const double = place.indexOf("//", authority);
  const end = double === -1 ? place.lastIndexOf("/") : double;
  // Without a bucket, or without any slash.
  if (authority === 2 ? end <= authority : end < 0) return null;
  const path = place.slice(end + (double === -1 ? 1 : 2));
  // The first slash of a path is no end of it: `ssm:/`.
  return path === "" ? null : { store: scheme + (place.slice(0, end) || "/"), path };
}

/** `field` is ours; all else stands in the store's URL as it is written here. */
function readQuery(variable: string, query: string | undefined): { field: string | null; others: string } {
  const parts = query?.split("&") ?? [];
  const fields = parts.filter((part) => part.startsWith("field="));
  const others = parts.filter((part) => !part.startsWith("field="));
  const [field] = fields;
  if (fields.length > 1 || field === "field=" || others.includes("")) throw noReference(variable);
  return {
    field: field === undefined ? null : decode(variable, field.slice("field=".length)),
    others: others.length === 0 ? "" : `?${others.join("&")}`,
  };
}

function decodeParts(variable: string, path: string): string {
  return path
    .split("/")
    .map((part) => decode(variable, part))
    .join("/");
}

function decode(variable: string, part: string): string {
  try {
    const text = decodeURIComponent(part);
    // A slash in a name would be another path.
    if (!text.includes("/")) return text;
  } catch {
    // Told below.
  }
  throw noReference(variable);
}

function noReference(variable: string): CofferError {
  return new CofferError("USAGE", `${variable} begins like a reference and is none`, {
    hint: "it is coffer:PATH, or coffer+URL/NAME for another store; then ?field=NAME, #VERSION; percent-encoded",
  });
}
