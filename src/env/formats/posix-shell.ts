import type { EnvEntry } from "../entry.js";
import { readShellWord } from "../read-shell-word.js";
import { encodeText, IDENTIFIERS, NUL } from "./encode-text.js";
import type { Format } from "./format.js";
import { TextReader } from "./text-reader.js";

const NOTHING = /[ \t]*(?:#[^\n]*)?(?:\n|$)/y;
const NAME_AND_EQUALS = /[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)=/y;

/**
 * `export NAME='…'` for a shell of the POSIX family: between single quotes everything but the single quote stands for itself. `own` are the
 * variables that the shell keeps for itself, or makes something else of what is assigned to them.
 */
export function posixShell(title: string, own: string): Format {
  const kept = new Set(own.split(/\s+/));
  return {
    encode: (entries) =>
      encodeText(entries, {
        title,
        names: [IDENTIFIERS, [(name) => kept.has(name), "this shell keeps the variable for itself"]],
        values: [NUL],
        write: (name, value) => `export ${name}='${value.replaceAll("'", "'\\''")}'\n`,
      }),
    parse: parseAssignments,
  };
}

/** Assignments, with or without `export`, of words that no shell would expand. */
function parseAssignments(bytes: Uint8Array, file: string): EnvEntry[] {
  const reader = new TextReader(bytes, file);
  while (!reader.ended) {
    if (reader.take(NOTHING) !== null) continue;
    const start = reader.at;
    const name = reader.take(NAME_AND_EQUALS)?.[1];
    if (name === undefined) throw reader.fault("not an assignment", start);
    const word = readShellWord(reader.text, reader.at);
    if (word.value === null) throw reader.fault("a value that only the shell could expand");
    if (word.open !== "") throw reader.fault("a quote that is never closed");
    reader.at = word.end;
    if (reader.take(NOTHING) === null) throw reader.fault("something behind the value");
    reader.add(name, word.value, start);
  }
  return reader.entries;
}
