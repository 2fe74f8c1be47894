import { compareText, decodeUtf8 } from "../core/bytes.js";
import { isWellFormed, quote } from "../core/name.js";
import { Sensitive } from "../core/sensitive.js";
import { CofferError } from "../errors.js";
import { decodeFile } from "./decode-file.js";
import { assertDistinct, type EnvEntry } from "./entry.js";

interface Cursor {
  readonly file: string;
  readonly text: string;
  at: number;
}

const BLANKS = /[ \t\n\r]*/y;

/**
 * Reads one JSON object whose values are all strings, in the file's order. `JSON.parse` would keep the last of two
 * equal keys, lose `__proto__` in whoever copies the result, and quote the text in its errors; here a key is only a
 * name, equal keys are refused, and messages give `FILE:LINE:COLUMN` (in characters, from 1) and at most a key.
 *
 * Throws `INVALID` for everything else: other JSON, values that are no strings, half surrogate pairs, bytes that are
 * not UTF-8.
 */
export function parseJsonEnv(bytes: Uint8Array, file: string): EnvEntry[] {
  const cursor: Cursor = { file, text: decodeFile(bytes, file), at: 0 };
  const entries = readObject(cursor);
  if (peek(cursor) !== undefined) throw invalid(cursor, "something after the end of the object");
  return entries;
}

/** What an object holds whose values may be such objects themselves. */
export interface JsonGroups {
  readonly entries: readonly EnvEntry[];
  /** Those of the objects in it, by their names. */
  readonly groups: ReadonlyMap<string, readonly EnvEntry[]>;
}

/** As `parseJsonEnv`, but a value may also be an object of strings. */
export function parseJsonGroups(bytes: Uint8Array, file: string): JsonGroups {
  const cursor: Cursor = { file, text: decodeFile(bytes, file), at: 0 };
  const groups = new Map<string, readonly EnvEntry[]>();
  const entries = readObject(cursor, (name) => {
    if (peek(cursor) !== "{") return false;
    groups.set(name, readObject(cursor));
    return true;
  });
  if (peek(cursor) !== undefined) throw invalid(cursor, "something after the end of the object");
  return { entries, groups };
}

/**
 * Writes `{"NAME":"value",…}`, names in byte order, as one line with an LF at its end: what `jq`, `diff` and
 * line-wise tools take without ado (`jq .` sets it in lines). Throws `UNSUPPORTED` naming an entry whose value is not
 * UTF-8, `USAGE` for two entries of one name.
 */
export function encodeJsonEnv(entries: readonly EnvEntry[]): Sensitive {
  assertDistinct(entries);
  const members = [...entries].sort((left, right) => compareText(left.name, right.name)).map(encodeMember);
  return Sensitive.fromText(`{${members.join(",")}}\n`);
}

function encodeMember({ name, value }: EnvEntry): string {
  const text = decodeUtf8(value.reveal());
  if (text === null) {
    throw new CofferError("UNSUPPORTED", `cannot write ${quote(name)} as JSON: its value is not UTF-8`, {
      hint: "read it alone with `coffer get`, or leave it out by choosing names",
    });
  }
  return `${JSON.stringify(name)}:${JSON.stringify(text)}`;
}

/** `take`: reads the value of that name by itself, or leaves it. */
function readObject(cursor: Cursor, take: (name: string) => boolean = () => false): EnvEntry[] {
  if (peek(cursor) !== "{") throw invalid(cursor, "not a JSON object");
  cursor.at++;
  const entries: EnvEntry[] = [];
  const seen = new Set<string>();
  if (peek(cursor) !== "}") {
    do {
      const name = readName(cursor, seen);
      if (!take(name)) entries.push({ name, value: readText(cursor, name) });
    } while (skip(cursor, ","));
  }
  if (!skip(cursor, "}")) throw invalid(cursor, "expected `,` or `}`");
  return entries;
}

function readName(cursor: Cursor, seen: Set<string>): string {
  if (peek(cursor) !== '"') throw invalid(cursor, "expected a name in double quotes");
  const start = cursor.at;
  const name = readString(cursor, "a name");
  if (seen.has(name)) throw invalid(cursor, `${quote(name)} is given twice`, start);
  seen.add(name);
  if (!skip(cursor, ":")) throw invalid(cursor, `expected \`:\` after ${quote(name)}`);
  return name;
}

function readText(cursor: Cursor, name: string): Sensitive {
  if (peek(cursor) !== '"') throw invalid(cursor, `the value of ${quote(name)} is not a string`);
  return Sensitive.fromText(readString(cursor, `the value of ${quote(name)}`));
}

/** Reads the string whose opening quote is at the cursor. */
function readString(cursor: Cursor, what: string): string {
  const start = cursor.at;
  const end = closingQuote(cursor.text, start + 1);
  if (end === -1) throw invalid(cursor, `${what} has no closing quote`);
  const value = parseLiteral(cursor.text.slice(start, end + 1));
  if (value === null) throw invalid(cursor, `${what} is not a valid JSON string`);
  if (!isWellFormed(value)) throw invalid(cursor, `${what} holds half a surrogate pair`);
  cursor.at = end + 1;
  return value;
}

function closingQuote(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '"') return at;
    if (text[at] === "\\") at++;
  }
  return -1;
}

function parseLiteral(literal: string): string | null {
  try {
    const value: unknown = JSON.parse(literal);
    return typeof value === "string" ? value : null;
  } catch {
    return null; // V8's message quotes the text, so it must go no further.
  }
}

/** The next character that is no blank, with the cursor on it; undefined at the end. */
function peek(cursor: Cursor): string | undefined {
  BLANKS.lastIndex = cursor.at;
  BLANKS.exec(cursor.text);
  cursor.at = BLANKS.lastIndex;
  return cursor.text[cursor.at];
}

function skip(cursor: Cursor, character: string): boolean {
  if (peek(cursor) !== character) return false;
  cursor.at++;
  return true;
}

function invalid({ file, text, at }: Cursor, what: string, position = at): CofferError {
  const lines = text.slice(0, position).split("\n");
  const column = 1 + [...(lines.at(-1) ?? "")].length;
  return new CofferError("INVALID", `${file}:${lines.length}:${column}: ${what}`);
}
