import { encodeText } from "./encode-text.js";
import type { Format } from "./format.js";
import { replaceEscapes, TextReader } from "./text-reader.js";

const NOTHING = /[ \t\f]*(?:[#!][^\r\n]*)?(?:\r\n|\n|\r|$)/y;
const LINE_OR_ESCAPE = /\\(?:\r\n|.)|[\r\n]|$/gs;
const NAME = /^[^\\=: \t\f]*(?:\\.[^\\=: \t\f]*)*/s;
const LINE_END = /\r\n|\n|\r|$/y;
const SEPARATOR = /^[ \t\f]*[=:]?[ \t\f]*/;
const ESCAPE = /\\(?:\r\n[ \t\f]*|[\r\n][ \t\f]*|u[0-9A-Fa-f]{4}|.)/gs;

const LETTERS: ReadonlyMap<string, string> = new Map([
  ["\t", "\\t"],
  ["\n", "\\n"],
  ["\f", "\\f"],
  ["\r", "\\r"],
]);
const MEANINGS = new Map([...LETTERS].map(([character, sequence]) => [sequence, character]));

/**
 * Java's properties (https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/util/Properties.html#load(java.io.Reader)), in ASCII, so
 * that it does not matter which encoding they are loaded in. Carries every name and every text.
 */
export const properties: Format = {
  encode: (entries) =>
    encodeText(entries, {
      title: "Java properties",
      names: [],
      values: [],
      write: (name, value) => `${escapeText(name, /[ =:#!]/g)}=${escapeText(value, /^[ ]|[#!=:]/g)}\n`,
    }),
  parse: (bytes, file) => {
    const reader = new TextReader(bytes, file);
    while (!reader.ended) {
      if (reader.take(NOTHING) !== null) continue;
      const start = reader.at;
      const line = takeLine(reader);
      const name = NAME.exec(line)?.[0] ?? "";
      const rest = line.slice(name.length).replace(SEPARATOR, "");
      reader.add(readText(name, reader, start), readText(rest, reader, start), start);
    }
    return reader.entries;
  },
};

/** To the end of a line that no backslash continues; a blank before it is dropped. */
function takeLine(reader: TextReader): string {
  const { text } = reader;
  const start = reader.at + (/^[ \t\f]*/.exec(text.slice(reader.at, reader.at + 4096))?.[0].length ?? 0);
  LINE_OR_ESCAPE.lastIndex = start;
  let end = LINE_OR_ESCAPE.exec(text);
  while (end?.[0].startsWith("\\")) end = LINE_OR_ESCAPE.exec(text);
  reader.at = end?.index ?? text.length;
  const line = text.slice(start, reader.at);
  reader.take(LINE_END);
  return line;
}

function escapeText(text: string, marks: RegExp): string {
  return text
    .replaceAll("\\", "\\\\")
    .replace(marks, "\\$&")
    .replace(/[^ -~]/g, (unit) => LETTERS.get(unit) ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function readText(escaped: string, reader: TextReader, start: number): string {
  const read = replaceEscapes(escaped, ESCAPE, (sequence) => {
    if (/^\\[\r\n]/.test(sequence) && sequence !== "\\") return "";
    if (sequence.length === 6) return String.fromCharCode(Number.parseInt(sequence.slice(2), 16));
    // As Java does: before any other character a backslash is dropped.
    return sequence === "\\u" ? null : (MEANINGS.get(sequence) ?? sequence.slice(1));
  });
  if ("value" in read) return read.value;
  throw reader.fault("\\u without four hexadecimal digits", start);
}
