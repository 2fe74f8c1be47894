import { reprFloat } from "./float.js";
import type { WritableJson } from "./json.js";

/**
 * Writes JSON as `json.dumps` of Python 2.7 does: ASCII only, `", "` and `": "` between things, objects in their own order; with `indent`, one entry a line
 * behind so many blanks, and a blank at the end of each line but the last. A `number` is a float, a `bigint` an int.
 * https://docs.python.org/2.7/library/json.html
 */
export function writePython2Json(value: WritableJson, options: { readonly indent?: number } = {}): string {
  return write(value, options.indent, 1);
}

function write(value: WritableJson, indent: number | undefined, depth: number): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") return writeString(value);
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number") return reprFloat(value, { infinity: "Infinity", nan: "NaN" });
  if (isList(value))
    return enclose(
      "[",
      value.map((each) => write(each, indent, depth + 1)),
      "]",
      indent,
      depth,
    );
  const entries = Array.from(value, ([key, each]) => `${writeString(key)}: ${write(each, indent, depth + 1)}`);
  return enclose("{", entries, "}", indent, depth);
}

function isList(value: object): value is readonly WritableJson[] {
  return Array.isArray(value);
}

function enclose(
  open: string,
  parts: readonly string[],
  close: string,
  indent: number | undefined,
  depth: number,
): string {
  if (indent === undefined || parts.length === 0) return `${open}${parts.join(", ")}${close}`;
  const line = (level: number): string => `\n${" ".repeat(indent * level)}`;
  return `${open}${line(depth)}${parts.join(`, ${line(depth)}`)}${line(depth - 1)}${close}`;
}

const SHORT: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  '"': '\\"',
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

function writeString(text: string): string {
  // Without the u flag each half of a surrogate pair is escaped by itself, as Python does.
  const escaped = text.replace(/[\\"]|[^ -~]/g, (unit) => {
    return SHORT[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  return `"${escaped}"`;
}
