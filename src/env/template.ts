import { decodeUtf8, encodeUtf8, joinBytes } from "../core/bytes.js";
import { quote } from "../core/name.js";
import { Sensitive } from "../core/sensitive.js";
import { CofferError } from "../errors.js";
import { TextReader } from "./formats/text-reader.js";
import { quoteYaml } from "./formats/yaml-document.js";

/** A piece of a template: text that stays, or a place for a value. */
export type Piece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "value"; readonly path: string; readonly filters: readonly FilterName[] };

/** What a value can be written as; each takes what the one before it gave. All but `base64` take text alone. */
const FILTERS = {
  json: (text: string) => JSON.stringify(text),
  yaml: quoteYaml,
  sh: (text: string) => `'${text.replaceAll("'", "'\\''")}'`,
  base64: null,
  // RFC 3986 reserves these as well.
  urlencode: (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (unit) => `%${unit.charCodeAt(0).toString(16).toUpperCase()}`),
} as const satisfies Readonly<Record<string, ((text: string) => string) | null>>;

export type FilterName = keyof typeof FILTERS;

const OPEN = /\{\{\s*/y;
const CLOSE = /\s*\}\}/y;
const LITERAL = /"(?:[^"\\\n]|\\.)*"/y;
const COFFER = /coffer\s+/y;
const FILTER = /\s*\|\s*([A-Za-z0-9_]+)/y;

/**
 * Reads a template: text, with `{{ coffer "PATH" }}` where a value goes, `{{ coffer "PATH" | json }}` where it is to be written as something,
 * and `{{ "{{" }}` for braces that stay. Throws `INVALID` with the place of everything else that stands in double braces.
 */
export function parseTemplate(bytes: Uint8Array, file: string): Piece[] {
  const reader = new TextReader(bytes, file);
  const hasMark = Buffer.from(bytes.subarray(0, 3)).equals(Buffer.from("\ufeff", "utf8"));
  const pieces: Piece[] = hasMark ? [{ kind: "text", text: "\ufeff" }] : [];
  while (!reader.ended) {
    pieces.push({ kind: "text", text: takeText(reader) });
    if (!reader.ended) pieces.push(readBraces(reader));
  }
  return pieces;
}

/** The text with its values. They are put in as they are: what looks like a template in them stays. Throws `UNSUPPORTED` naming a value that a filter cannot take. */
export function fillTemplate(pieces: readonly Piece[], findValue: (path: string) => Sensitive): Sensitive {
  const parts = pieces.map((piece) =>
    piece.kind === "text" ? encodeUtf8(piece.text) : applyFilters(piece.path, piece.filters, findValue(piece.path)),
  );
  return Sensitive.from(joinBytes(...parts));
}

function takeText(reader: TextReader): string {
  const braces = reader.text.indexOf("{{", reader.at);
  const text = reader.text.slice(reader.at, braces === -1 ? undefined : braces);
  reader.at += text.length;
  return text;
}

function readBraces(reader: TextReader): Piece {
  const start = reader.at;
  reader.take(OPEN);
  const isValue = reader.take(COFFER) !== null;
  const literal = readLiteral(reader);
  const filters: FilterName[] = [];
  for (let at = reader.at, match = reader.take(FILTER); match !== null; at = reader.at, match = reader.take(FILTER)) {
    const name = match[1] ?? "";
    if (!isFilter(name)) throw reader.fault(`there is no filter ${quote(name)}`, at, HINT);
    filters.push(name);
  }
  if (literal === null || (!isValue && filters.length > 0) || reader.take(CLOSE) === null)
    throw reader.fault("what stands in these braces is not known", start, HINT);
  return isValue ? { kind: "value", path: literal, filters } : { kind: "text", text: literal };
}

const HINT =
  'a value is {{ coffer "PATH" }}, or with | json, yaml, sh, base64 or urlencode; braces that stay are {{ "{{" }}';

function readLiteral(reader: TextReader): string | null {
  const literal = reader.take(LITERAL)?.[0];
  if (literal === undefined) return null;
  try {
    return String(JSON.parse(literal));
  } catch {
    return null;
  }
}

function isFilter(name: string): name is FilterName {
  return Object.hasOwn(FILTERS, name);
}

function applyFilters(path: string, filters: readonly FilterName[], value: Sensitive): Uint8Array {
  return filters.reduce((bytes, name) => applyFilter(path, name, bytes), value.reveal());
}

function applyFilter(path: string, name: FilterName, bytes: Uint8Array): Uint8Array {
  const write = FILTERS[name];
  if (write === null) return encodeUtf8(Buffer.from(bytes).toString("base64"));
  const text = decodeUtf8(bytes);
  const why =
    text === null
      ? "its value is not UTF-8"
      : name === "sh" && text.includes("\0")
        ? "its value holds a NUL byte"
        : null;
  if (text === null || why !== null)
    throw new CofferError("UNSUPPORTED", `cannot write ${quote(path)} as ${name}: ${why}`);
  return encodeUtf8(write(text));
}
