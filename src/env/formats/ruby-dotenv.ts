import { encodeText, LINE_END, NUL } from "./encode-text.js";
import type { Format } from "./format.js";
import { replaceEscapes, TextReader } from "./text-reader.js";

const NOTHING = /\s*(?:#[^\n]*)?(?:\n|$)/y;
const NAME_AND_EQUALS = /\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.]*)[ \t]*=[ \t]*/y;
const BARE = /[^#\n]*/y;
const REST = /[ \t]*(?:#[^\n]*)?(?:\n|$)/y;
const ESCAPE = /\\./gs;

/**
 * For the `dotenv` gem of Ruby, 2 and 3 (https://github.com/bkeepers/dotenv, `parser.rb`): single quotes, which keep everything on
 * their line; double quotes
 * where the value has a single one, with escapes for `"` and `$` alone, since the versions disagree about a backslash.
 */
export const rubyDotenv: Format = {
  encode: (entries) =>
    encodeText(entries, {
      title: "a dotenv file for Ruby",
      names: [[(name) => !/^[A-Za-z_][A-Za-z0-9_.]*$/.test(name), "it cannot carry this name"]],
      values: [
        NUL,
        // Gems before 2.8 take a file apart at its line ends before they look at quotes.
        LINE_END,
        [/\\$/, "its value ends in a backslash"],
        [(value) => value.includes("'") && value.includes("\\"), "its value holds a single quote and a backslash"],
        [(value) => value.includes("'") && value.includes("$("), "its value holds a single quote and $("],
      ],
      write: (name, value) => `${name}=${quoteValue(value)}\n`,
    }),
  parse: (bytes, file) => {
    const reader = new TextReader(bytes, file, (text) => text.replace(/\r\n?/g, "\n"));
    while (!reader.ended) {
      if (reader.take(NOTHING) !== null) continue;
      const start = reader.at;
      const name = reader.take(NAME_AND_EQUALS)?.[1];
      if (name === undefined) throw reader.fault("not NAME=VALUE", start);
      const value = readValue(reader);
      if (reader.take(REST) === null) throw reader.fault("something behind the value");
      reader.add(name, value, start);
    }
    return reader.entries;
  },
};

function quoteValue(value: string): string {
  if (/^[A-Za-z0-9_./:@%+,=-]+$/.test(value)) return value;
  return value.includes("'") ? `"${value.replace(/["$]/g, "\\$&")}"` : `'${value}'`;
}

function readValue(reader: TextReader): string {
  const start = reader.at;
  const first = reader.text[start];
  if (first === "'" || first === '"') {
    const quoted = reader.takeQuoted("quote");
    if (quoted === null) throw reader.fault("a quote that is never closed", start);
    return first === "'" ? quoted : readEscaped(quoted, reader, start + 1);
  }
  return readEscaped((reader.take(BARE)?.[0] ?? "").trim(), reader, start);
}

/** What versions disagree about, or the environment would decide, is refused. */
function readEscaped(text: string, reader: TextReader, start: number): string {
  const expanded = text.search(/(?<!\\)\$[A-Za-z0-9_{(]/);
  if (expanded !== -1) throw reader.fault("a value with $, which is not expanded here", start + expanded);
  const read = replaceEscapes(text, ESCAPE, (sequence) => (/[nr]/.test(sequence) ? null : sequence.slice(1)));
  if ("value" in read) return read.value;
  throw reader.fault("an escape that not every version reads alike", start + read.badAt);
}
