import { compareText } from "../../core/bytes.js";

/** How Python's `json.dumps` is called. */
export interface JsonStyle {
  /** Blanks before each pair, which then stands on a line of its own; without it all is one line. */
  readonly indent?: number;
  /** Pairs in the order of their names' code points; else in the order given. */
  readonly sorted?: boolean;
}

/**
 * An object of texts as Python's `json.dumps` writes it, in ASCII alone; indented with the separators `","` and `": "`, in one line with `", "` and `": "`.
 * https://docs.python.org/3.11/library/json.html#json.dumps
 */
export function dumpJson(
  pairs: Iterable<readonly [name: string, value: string]>,
  { indent, sorted = false }: JsonStyle = {},
): string {
  const all = [...pairs];
  if (sorted) all.sort(([a], [b]) => compareText(a, b));
  const written = all.map(([name, value]) => `${quote(name)}: ${quote(value)}`);
  if (written.length === 0) return "{}";
  if (indent === undefined) return `{${written.join(", ")}}`;
  return `{\n${written.map((pair) => " ".repeat(indent) + pair).join(",\n")}\n}`;
}

const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\b": "\\b",
  "\f": "\\f",
};

function quote(text: string): string {
  // By UTF-16 units, of which Python, too, writes two for what lies beyond the first plane.
  const escaped = text.replace(
    /["\\]|[^ -~]/g,
    (unit) => SHORT[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `"${escaped}"`;
}
