import { encodeText, NUL } from "./encode-text.js";
import type { Format } from "./format.js";
import { replaceEscapes, TextReader } from "./text-reader.js";

const NOTHING = /(?:[ \t\r]|\/\*.*?\*\/)*(?:(?:#|\/\/)[^\n]*)?(?:\n|$)/sy;
const NAME_AND_EQUALS = /[ \t]*([A-Za-z_][A-Za-z0-9_-]*)[ \t]*=[ \t]*/y;
const ESCAPE = /\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)|\$\$\{|%%\{|[$%]\{/gs;

// https://developer.hashicorp.com/terraform/language/block/variable
const RESERVED = /^(source|version|providers|count|for_each|lifecycle|depends_on|locals)$/;

const LETTERS: ReadonlyMap<string, string> = new Map([
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
  ['"', '\\"'],
  ["\\", "\\\\"],
]);
const MEANINGS = new Map([...LETTERS].map(([character, sequence]) => [sequence, character]));

/**
 * Assignments for a `.tfvars` file: quoted templates of HCL in which nothing is left to be replaced,
 * https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#template-expressions. Terraform brings all texts into normal form C.
 */
export const tfvars: Format = {
  encode: (entries) =>
    encodeText(entries, {
      title: "tfvars",
      names: [
        [(name) => !/^[A-Za-z_][A-Za-z0-9_-]*$/.test(name), "no variable of Terraform can have this name"],
        [RESERVED, "Terraform keeps this name for itself"],
      ],
      values: [NUL, [(value) => value.normalize("NFC") !== value, "its value is not in Unicode normal form C"]],
      write: (name, value) => `${name} = ${quoteHcl(value)}\n`,
    }),
  parse: (bytes, file) => {
    const reader = new TextReader(bytes, file);
    while (!reader.ended) {
      if (reader.take(NOTHING) !== null) continue;
      const start = reader.at;
      const name = reader.take(NAME_AND_EQUALS)?.[1];
      if (name === undefined) throw reader.fault("not NAME = VALUE", start);
      const value = readQuoted(reader);
      if (reader.take(NOTHING) === null) throw reader.fault("something behind the value");
      reader.add(name, value, start);
    }
    return reader.entries;
  },
};

function quoteHcl(text: string): string {
  const escaped = text
    .replace(/[$%](?=\{)/g, "$&$&")
    .replace(/[\u0000-\u001f"\\\u007f-\u009f\u2028\u2029\ufeff]/g, escapeUnit);
  return `"${escaped}"`;
}

function escapeUnit(unit: string): string {
  return LETTERS.get(unit) ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function readQuoted(reader: TextReader): string {
  const start = reader.at;
  const quoted = reader.text[start] === '"' ? reader.takeQuoted("any") : null;
  if (quoted === null || quoted.includes("\n"))
    throw reader.fault("a value that is not a text in double quotes", start);
  const read = replaceEscapes(quoted, ESCAPE, meaningOf);
  if ("value" in read) return read.value;
  throw reader.fault("an unknown escape, or a template", start + 1 + read.badAt);
}

function meaningOf(sequence: string): string | null {
  if (/^(\$\$|%%)\{$/.test(sequence)) return sequence.slice(1);
  if (!/^\\[uU]./.test(sequence)) return MEANINGS.get(sequence) ?? null;
  const point = Number.parseInt(sequence.slice(2), 16);
  return point > 0x10ffff ? null : String.fromCodePoint(point);
}
