import { DOTTED_NAMES, encodeText, NUL } from "./encode-text.js";
import type { Format } from "./format.js";
import { replaceEscapes, TextReader } from "./text-reader.js";

// Replaced in every value, quoted or not, with no escape for it.
const isReplaced = (value: string): boolean =>
  value.includes("$" + "{") && value.includes("}", value.indexOf("$" + "{"));
const OPENS_COMMENT = /^#|\s#/;

const NOTHING = /\s*(?:#[^\n]*)?(?:\n|$)/y;
const NAME_AND_EQUALS = /\s*(?:export[^\S\n]+)?(?:'([^'\n]+)'|([^=#\s]+))[^\S\n]*=[^\S\n]*/y;
const BARE = /[^\n]*/y;
const REST = /[^\S\n]*(?:#[^\n]*)?(?:\n|$)/y;
const ESCAPE_IN_SINGLE = /\\[\\']/g;
const ESCAPE_IN_DOUBLE = /\\[\\'"abfnrtv]/g;

const MEANINGS: ReadonlyMap<string, string> = new Map(
  Object.entries({ a: "\u0007", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" }),
);

/**
 * For python-dotenv (https://github.com/theskumar/python-dotenv, `parser.py` and `variables.py`): single quotes with `\\` and `\'`; double quotes
 * where a carriage return needs an sequence. `${…}` is refused, since it is replaced in all of them.
 */
export const pythonDotenv: Format = {
  encode: (entries) =>
    encodeText(entries, {
      title: "a dotenv file for Python",
      names: [DOTTED_NAMES],
      values: [
        NUL,
        [isReplaced, "its value holds a ${, which would be replaced"],
        // Read as an escaped quote, and the value would go on behind it.
        [(value) => value.endsWith("\\") && !isBare(value), "its value ends in a backslash and needs quotes"],
      ],
      write: (name, value) => `${name}=${quoteValue(value)}\n`,
    }),
  parse: (bytes, file) => {
    const reader = new TextReader(bytes, file, (text) => text.replace(/\r\n?/g, "\n"));
    while (!reader.ended) {
      if (reader.take(NOTHING) !== null) continue;
      const start = reader.at;
      const [, quoted, bare] = reader.take(NAME_AND_EQUALS) ?? [];
      const name = quoted ?? bare;
      if (name === undefined) throw reader.fault("not NAME=VALUE", start);
      const place = reader.at;
      const value = readValue(reader);
      if (isReplaced(value)) throw reader.fault("a value with ${, which is not replaced here", place);
      reader.add(name, value, start);
    }
    return reader.entries;
  },
};

function isBare(value: string): boolean {
  return (
    value !== "" &&
    !/^['"`]|[\r\n\u0085\u2028\u2029]/.test(value) &&
    value.trim() === value &&
    !OPENS_COMMENT.test(value) &&
    /^[ -~]+$/.test(value)
  );
}

function quoteValue(value: string): string {
  if (/^[A-Za-z0-9_./:@%+,=-]+$/.test(value) || (value.endsWith("\\") && isBare(value))) return value;
  if (!value.includes("\r")) return `'${value.replace(/[\\']/g, "\\$&")}'`;
  return `"${value.replace(/["\\]/g, "\\$&").replaceAll("\r", "\\r")}"`;
}

function readValue(reader: TextReader): string {
  const first = reader.text[reader.at];
  if (first !== "'" && first !== '"') return readBare(reader);
  const start = reader.at;
  const quoted = reader.takeQuoted("quote");
  if (quoted === null) throw reader.fault("a quote that is never closed", start);
  if (reader.take(REST) === null) throw reader.fault("something behind the closing quote");
  const read = replaceEscapes(
    quoted,
    first === "'" ? ESCAPE_IN_SINGLE : ESCAPE_IN_DOUBLE,
    (sequence) => MEANINGS.get(sequence.slice(1)) ?? sequence.slice(1),
  );
  return "value" in read ? read.value : quoted;
}

function readBare(reader: TextReader): string {
  const line = reader.take(BARE)?.[0] ?? "";
  reader.take(/\n/y);
  return line.replace(/\s+#.*/, "").trimEnd();
}
