import { Sensitive } from "../core/sensitive.js";
import { CofferError } from "../errors.js";
import { decodeFile } from "./decode-file.js";
import type { EnvEntry } from "./entry.js";

/** A variable of a dotenv file and the line its name stands on, counted from 1. */
export interface DotenvEntry extends EnvEntry {
  readonly line: number;
}

interface Cursor {
  readonly file: string;
  /** The whole file; every line ends in LF alone. */
  readonly text: string;
  at: number;
  line: number;
}

// Each of these is tried at the cursor only (`y`) and goes over its text once.
const REST_OF_LINE = /[ \t]*(?:#[^\n]*)?(?:\n|$)/y;
const NAME_AND_EQUALS = /[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*=[ \t]*/y;
const QUOTE_OR_BACKSLASH = /["\\]/g;

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["\\", "\\"],
  ['"', '"'],
  ["$", "$"],
]);

/**
 * Reads a dotenv file, in the file's order. Dotenv has no standard; this is the grammar, and what is not in it is
 * refused:
 *
 * - UTF-8. A byte order mark at the start is dropped. Lines end in LF or CRLF; a CRLF inside quotes counts as LF. A
 *   carriage return elsewhere, and NUL anywhere, are errors.
 * - Blank lines, and lines whose first character after blanks is `#`, say nothing. *Blanks* are spaces and tabs.
 * - Every other line is `NAME=VALUE`, or `export NAME=VALUE`, with blanks allowed before it and around `=`. A name is
 *   a letter or `_`, then letters, digits, `_`, `.`, `-`. No name may stand twice.
 * - A value that does not begin with a quote goes to the end of the line or to the first `#` that follows a blank;
 *   outer blanks are dropped, everything else in it stands for itself: quotes, backslashes, `#` after another
 *   character. It may be empty.
 * - `'…'` and `` `…` `` hold everything up to the next such quote, line ends too, as it is.
 * - `"…"` may go over lines as well; in it `\n` `\r` `\t` `\\` `\"` `\$` are escapes, and no other backslash is
 *   allowed.
 * - After a closing quote only blanks and a `#` comment may follow.
 * - Nothing is expanded: `$NAME`, `${NAME}` and `$(command)` stand for themselves.
 *
 * Throws `INVALID` as `FILE:LINE: what`. The message never holds any text of the file but the name of a doubled
 * variable.
 */
export function parseDotenv(bytes: Uint8Array, file: string): DotenvEntry[] {
  const cursor: Cursor = { file, text: unifyLines(decodeFile(bytes, file), file), at: 0, line: 1 };
  const lines = new Map<string, number>();
  const entries: DotenvEntry[] = [];
  while (cursor.at < cursor.text.length) {
    if (advance(cursor, REST_OF_LINE) !== null) continue;
    const entry = readEntry(cursor);
    const earlier = lines.get(entry.name);
    if (earlier !== undefined) {
      throw invalid(cursor, `${entry.name} is given twice, first on line ${earlier}`, entry.line);
    }
    lines.set(entry.name, entry.line);
    entries.push(entry);
  }
  return entries;
}

function unifyLines(raw: string, file: string): string {
  const text = raw.replaceAll("\r\n", "\n");
  const bad = text.search(/[\r\0]/);
  if (bad === -1) return text;
  const what = text[bad] === "\r" ? "a carriage return that ends no line" : "a NUL byte";
  throw new CofferError("INVALID", `${file}:${1 + countLines(text.slice(0, bad))}: ${what}`);
}

function readEntry(cursor: Cursor): DotenvEntry {
  const { line } = cursor;
  const name = advance(cursor, NAME_AND_EQUALS)?.[1];
  if (name === undefined) throw invalid(cursor, whatIsWrong(restOfLine(cursor)));
  return { name, value: Sensitive.fromText(readValue(cursor)), line };
}

function whatIsWrong(line: string): string {
  return line.includes("=") ? "what stands before `=` is no name" : "no `=` in this line";
}

function readValue(cursor: Cursor): string {
  const quote = cursor.text[cursor.at];
  if (quote !== "'" && quote !== '"' && quote !== "`") return readPlain(cursor);
  const value = quote === '"' ? readEscaped(cursor) : readLiteral(cursor, quote);
  if (advance(cursor, REST_OF_LINE) === null) throw invalid(cursor, "text after the closing quote");
  return value;
}

function readPlain(cursor: Cursor): string {
  // One character back, at `=` or a blank: a `#` straight after `=` belongs to the value, one after `= ` does not.
  const start = cursor.at - 1;
  const line = cursor.text.slice(start, cursor.at) + restOfLine(cursor);
  const comment = line.search(/[ \t]#/);
  moveTo(cursor, start + line.length + 1);
  return withoutEndBlanks(line.slice(1, comment === -1 ? undefined : comment));
}

// Not /[ \t]+$/, which looks at a long run of blanks inside the value once for each of them.
function withoutEndBlanks(text: string): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === " " || text[end - 1] === "\t")) end--;
  return text.slice(0, end);
}

function readLiteral(cursor: Cursor, quote: string): string {
  const start = cursor.at + 1;
  const end = cursor.text.indexOf(quote, start);
  if (end === -1) throw unterminated(cursor);
  moveTo(cursor, end + 1);
  return cursor.text.slice(start, end);
}

function readEscaped(cursor: Cursor): string {
  const { text } = cursor;
  const parts: string[] = [];
  let start = cursor.at + 1;
  for (;;) {
    QUOTE_OR_BACKSLASH.lastIndex = start;
    const end = QUOTE_OR_BACKSLASH.exec(text)?.index;
    if (end === undefined) throw unterminated(cursor);
    parts.push(text.slice(start, end));
    start = end + 1;
    if (text[end] === '"') break;
    const meaning = ESCAPES.get(text[start] ?? "");
    if (meaning === undefined) throw unknownEscape(cursor, end);
    parts.push(meaning);
    start++;
  }
  moveTo(cursor, start);
  return parts.join("");
}

function unterminated(cursor: Cursor): CofferError {
  return invalid(cursor, "a quote that is never closed");
}

function unknownEscape(cursor: Cursor, at: number): CofferError {
  const line = cursor.line + countLines(cursor.text.slice(cursor.at, at));
  const hint = "in double quotes write a backslash as two; in single quotes it stands for itself";
  return invalid(cursor, "a backslash in double quotes that begins no known escape", line, hint);
}

/** Goes past what the pattern matches at the cursor; null, and no step, when it does not. */
function advance(cursor: Cursor, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = cursor.at;
  const match = pattern.exec(cursor.text);
  if (match !== null) moveTo(cursor, pattern.lastIndex);
  return match;
}

function moveTo(cursor: Cursor, position: number): void {
  const end = Math.min(position, cursor.text.length);
  cursor.line += countLines(cursor.text.slice(cursor.at, end));
  cursor.at = end;
}

function restOfLine(cursor: Cursor): string {
  const end = cursor.text.indexOf("\n", cursor.at);
  return cursor.text.slice(cursor.at, end === -1 ? undefined : end);
}

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

function invalid(cursor: Cursor, what: string, line = cursor.line, hint?: string): CofferError {
  return new CofferError("INVALID", `${cursor.file}:${line}: ${what}`, hint === undefined ? {} : { hint });
}
