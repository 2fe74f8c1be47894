/** One statement of a TOML document: a header such as `[profiles.prod]`, or a key with its value. */
export interface Statement {
  readonly kind: "header" | "pair";
  /** All keys that lead to it, those of its header included. */
  readonly path: readonly string[];
  /** Where it begins and ends, as indexes of the text; a comment behind it belongs to it, its line's end does not. */
  readonly start: number;
  readonly end: number;
}

const BLANK = /(?:[ \t\r\n\ufeff]|#[^\n]*)*/y;
const KEY = /[ \t]*("(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s."'=#[\]]+)[ \t]*/y;
// A string of each of the four kinds, a comment, a bracket, a line's end, or anything that stands between these.
const TOKEN =
  /"""(?:[^"\\]|\\[\s\S]|"{1,2}(?!"))*"{3,5}|'''(?:[^']|'{1,2}(?!'))*'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|#[^\n]*|[[\]{}\n]|[^"'#[\]{}\n]+/y;

/**
 * The statements of a text that the parser has accepted. The parser gives values without their places; who names or changes a line
 * needs these. Of a text that is no TOML it gives anything, but it ends.
 */
export function listStatements(text: string): Statement[] {
  const statements: Statement[] = [];
  let header: readonly string[] = [];
  for (let start = skip(BLANK, text, 0); start < text.length; ) {
    const opens = /^\[{1,2}/.exec(text.slice(start, start + 2))?.[0].length ?? 0;
    const { keys, end: behindKeys } = readKeys(text, start + opens);
    const end = findEnd(text, behindKeys + opens);
    const path = opens > 0 ? keys : [...header, ...keys];
    if (opens > 0) header = keys;
    statements.push({ kind: opens > 0 ? "header" : "pair", path, start, end });
    start = skip(BLANK, text, Math.max(end, start + 1));
  }
  return statements;
}

/** The line and column, from 1, of what these keys lead to; of what is nearest to it where it has no statement of its own. */
export function locate(text: string, path: readonly string[]): { line: number; column: number } {
  const statements = listStatements(text);
  const own = statements.find((statement) => statement.path.length === path.length && leadsTo(statement.path, path));
  const below = statements.find((statement) => leadsTo(path, statement.path));
  const above = statements.findLast((statement) => statement.path.length > 0 && leadsTo(statement.path, path));
  const before = text.slice(0, (own ?? below ?? above)?.start ?? 0).split("\n");
  return { line: before.length, column: (before.at(-1) ?? "").length + 1 };
}

/** True where the keys of `path` are the first ones of `longer`, or all of them. */
export function leadsTo(path: readonly string[], longer: readonly string[]): boolean {
  return path.length <= longer.length && path.every((key, index) => key === longer[index]);
}

function readKeys(text: string, start: number): { keys: string[]; end: number } {
  const keys: string[] = [];
  for (let at = start; ; at++) {
    KEY.lastIndex = at;
    const [all, key] = KEY.exec(text) ?? [];
    if (all === undefined || key === undefined) return { keys, end: at };
    keys.push(decodeKey(key));
    at += all.length;
    if (text[at] !== ".") return { keys, end: at };
  }
}

function decodeKey(written: string): string {
  if (written.startsWith("'")) return written.slice(1, -1);
  if (!written.startsWith('"')) return written;
  try {
    return String(JSON.parse(written));
  } catch {
    return written; // One of the few escapes that JSON has not.
  }
}

/** The end of the line on which the value ends. */
function findEnd(text: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.[0] ?? text.slice(at, at + 1);
    if (token === "\n" && depth <= 0) break;
    if (token === "[" || token === "{") depth++;
    if (token === "]" || token === "}") depth--;
    at += token.length;
  }
  return text[at - 1] === "\r" ? at - 1 : at;
}

function skip(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return from + (pattern.exec(text)?.[0].length ?? 0);
}
