import { Sensitive } from "../../core/sensitive.js";
import { encodeEntries, NUL } from "./encode-text.js";
import type { Format } from "./format.js";
import { TextReader } from "./text-reader.js";

const BARE = /[^",\r\n]*/y;
const RECORD_END = /\r?\n|$/y;
const COMMA = /,/y;

/**
 * RFC 4180: a header, then one record for each entry, every field in quotes. Import finds the columns `name` and `value` by the header, and
 * leaves others alone.
 */
export const csv: Format = {
  encode: (entries) => {
    const records = encodeEntries(entries, {
      title: "CSV",
      names: [],
      values: [NUL],
      write: (name, value) => `${quoteField(name)},${quoteField(value)}\r\n`,
    });
    return Sensitive.fromText(`name,value\r\n${records.join("")}`);
  },
  parse: (bytes, file) => {
    const reader = new TextReader(bytes, file);
    const header = readRecord(reader);
    const [name, value] = [header.indexOf("name"), header.indexOf("value")];
    if (name === -1 || value === -1) throw reader.fault("the first line does not name the columns name and value", 0);
    while (!reader.ended) {
      const start = reader.at;
      const fields = readRecord(reader);
      // One empty field is an empty line.
      if (fields.length === 1 && fields[0] === "" && header.length > 1) continue;
      if (fields.length !== header.length) throw reader.fault("not as many fields as the first line has", start);
      reader.add(fields[name] ?? "", fields[value] ?? "", start);
    }
    return reader.entries;
  },
};

function quoteField(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

function readRecord(reader: TextReader): string[] {
  const fields: string[] = [];
  do fields.push(readField(reader));
  while (reader.take(COMMA) !== null);
  if (reader.take(RECORD_END) === null) throw reader.fault("expected `,` or the end of the line");
  return fields;
}

function readField(reader: TextReader): string {
  const start = reader.at;
  if (reader.text[start] !== '"') return reader.take(BARE)?.[0] ?? "";
  const quoted = reader.takeQuoted("doubled");
  if (quoted === null) throw reader.fault("a quote that is never closed", start);
  return quoted.replaceAll('""', '"');
}
