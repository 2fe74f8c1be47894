import { encodeText, IDENTIFIERS, NUL } from "./encode-text.js";
import type { Format } from "./format.js";
import { replaceEscapes, TextReader } from "./text-reader.js";

const NOTHING = /[ \t\r]*(?:[#;](?:\\.|[^\\\n])*)?(?:\n|$)/sy;
const NAME_AND_EQUALS = /[ \t]*([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*/y;
const BARE = /[^\r\n'"\\]*/y;
const ESCAPE = /\\./gs;

/**
 * Lines for `EnvironmentFile=` of systemd, every value in double quotes, in which a backslash takes its meaning from the four characters
 * that need one: https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#EnvironmentFile=
 */
export const systemd: Format = {
  encode: (entries) =>
    encodeText(entries, {
      title: "a systemd environment file",
      names: [IDENTIFIERS],
      values: [NUL],
      write: (name, value) => `${name}="${value.replace(/["\\`$]/g, "\\$&")}"\n`,
    }),
  parse: (bytes, file) => {
    const reader = new TextReader(bytes, file);
    while (!reader.ended) {
      if (reader.take(NOTHING) !== null) continue;
      const start = reader.at;
      const name = reader.take(NAME_AND_EQUALS)?.[1];
      if (name === undefined) throw reader.fault("not NAME=VALUE", start);
      const value = readValue(reader);
      if (reader.take(NOTHING) === null)
        throw reader.fault("a value that is partly quoted, or holds a backslash outside of quotes");
      reader.add(name, value, start);
    }
    return reader.entries;
  },
};

function readValue(reader: TextReader): string {
  const start = reader.at;
  const first = reader.text[start];
  if (first !== '"' && first !== "'") return (reader.take(BARE)?.[0] ?? "").trimEnd();
  const quoted = reader.takeQuoted(first === '"' ? "any" : "none");
  if (quoted === null) throw reader.fault("a quote that is never closed", start);
  if (first === "'") return quoted;
  const read = replaceEscapes(quoted, ESCAPE, (sequence) =>
    sequence === "\\\n" ? "" : /^\\["\\`$]$/.test(sequence) ? sequence.slice(1) : sequence,
  );
  return "value" in read ? read.value : quoted;
}
