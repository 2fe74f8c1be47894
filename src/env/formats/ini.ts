import { DOTTED_NAMES, encodeText, NUL } from "./encode-text.js";
import type { Format } from "./format.js";
import { replaceEscapes, TextReader } from "./text-reader.js";

const NOTHING = /[ \t]*(?:[;#][^\r\n]*)?(?:\r?\n|$)/y;
const NAME_AND_EQUALS = /[ \t]*([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*=[ \t]*/y;
const BARE = /[^;#\\\r\n]*(?:\\[^\r\n][^;#\\\r\n]*)*/y;
const SECTION = /[ \t]*\[/y;

// JSON leaves these as they are; npm's reader takes lines apart with a pattern whose `.` stops at them.
const SEPARATORS = /[\u2028\u2029]/g;

/**
 * Lines as the `ini` package of npm reads them (https://github.com/npm/ini): plain words bare, all else as a JSON string. Other readers of
 * INI keep the quotes.
 */
export const ini: Format = {
  encode: (entries) =>
    encodeText(entries, {
      title: "INI",
      names: [DOTTED_NAMES, [/^__proto__$/, "readers drop this name"]],
      values: [NUL, [/^(true|false|null)$/, "readers make something else than a text of its value"]],
      write: (name, value) => `${name}=${quoteIni(value)}\n`,
    }),
  parse: (bytes, file) => {
    const reader = new TextReader(bytes, file);
    while (!reader.ended) {
      if (reader.take(NOTHING) !== null) continue;
      const start = reader.at;
      const name = reader.take(NAME_AND_EQUALS)?.[1];
      if (name === undefined) throw reader.fault(whatIsWrong(reader), start);
      reader.add(name, readValue(reader), start);
    }
    return reader.entries;
  },
};

function quoteIni(text: string): string {
  if (/^[A-Za-z0-9_./:@+,-]+$/.test(text)) return text;
  return JSON.stringify(text).replace(SEPARATORS, (unit) => (unit === "\u2028" ? "\\u2028" : "\\u2029"));
}

function whatIsWrong(reader: TextReader): string {
  if (reader.take(SECTION) !== null) return "a section, and secrets of a namespace have none";
  return "not NAME=VALUE";
}

function readValue(reader: TextReader): string {
  const start = reader.at;
  const first = reader.text.charAt(start);
  const value = first === '"' ? readQuoted(reader) : first === "'" ? reader.takeQuoted("none") : readBare(reader);
  const text = reader.text.slice(start, reader.at);
  if (value === null || /[\r\n]/.test(text) || reader.take(NOTHING) === null)
    throw reader.fault("a quote that is not closed at the end of the line", start);
  return value;
}

function readQuoted(reader: TextReader): string | null {
  const start = reader.at;
  const quoted = reader.takeQuoted("any");
  if (quoted === null || /[\r\n]/.test(quoted)) return null;
  try {
    return String(JSON.parse(`"${quoted}"`));
  } catch {
    throw reader.fault("a quoted value that is not a JSON string", start);
  }
}

function readBare(reader: TextReader): string {
  const bare = reader.take(BARE)?.[0] ?? "";
  const read = replaceEscapes(bare, /\\./g, (sequence) => (/^\\[\\;#]$/.test(sequence) ? sequence.slice(1) : sequence));
  return "value" in read ? read.value.trim() : bare;
}
