import { CofferError } from "../errors.js";

/** What the whole value of a variable refers to: `coffer:PATH[?field=F][#VERSION]`. */
export interface Reference {
  /** The variable that holds it. */
  readonly variable: string;
  /** As it would be typed: `prod/billing/DB_URL`, `DB_URL` in the default namespace, `/DB_URL` in the root. */
  readonly path: string;
  /** One field of a value that is a JSON object; null for the whole value. */
  readonly field: string | null;
  /** Null for the current one. */
  readonly version: string | null;
}

const REFERENCE = /^coffer:([^?#\s]+)(?:\?field=([^?#&=\s]+))?(?:#([^?#\s]+))?$/;

/** True for a value that is, or was meant to be, a reference. */
export function isReference(value: string): boolean {
  return value.startsWith("coffer:") || /^coffer\+[a-z0-9-]+:/.test(value);
}

/**
 * Reads a reference, whose parts are percent-encoded (RFC 3986 section 2.1). Throws `USAGE` naming the variable where there is none,
 * `UNSUPPORTED` for one into another store. What was found is not repeated: it may be a value.
 */
export function parseReference(variable: string, value: string): Reference {
  if (!value.startsWith("coffer:")) {
    throw new CofferError("UNSUPPORTED", `${variable} refers to another store, which this version does not reach`, {
      hint: "start the program with `coffer exec -s STORE` inside of another",
    });
  }
  const [, path, field, version] = REFERENCE.exec(value) ?? [];
  if (path === undefined) throw noReference(variable);
  return {
    variable,
    path: path
      .split("/")
      .map((part) => decode(variable, part))
      .join("/"),
    field: field === undefined ? null : decode(variable, field),
    version: version === undefined ? null : decode(variable, version),
  };
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
    hint: "it is coffer:PATH, coffer:PATH?field=NAME or coffer:PATH#VERSION, percent-encoded",
  });
}
