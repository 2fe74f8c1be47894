/** The quote that a text ends inside of; empty where it ends outside of any. */
export type OpenQuote = "" | "'" | '"';

/** One word of a command line as a POSIX-like shell would read it. Nothing is ever expanded or run. */
export interface ShellWord {
  readonly start: number;
  readonly end: number;
  /** What the word means; null where only the shell could tell, because something in it would be expanded. */
  readonly value: string | null;
  readonly open: OpenQuote;
}

/** The words of the last command of a line, and whether its last word names the file of a redirection. */
export interface ShellLine {
  readonly words: readonly ShellWord[];
  readonly redirects: boolean;
}

const BLANK = /[ \t\n]/;
const OPERATOR = /[;|&()<>]/;
const EXPANDED = /^\$[A-Za-z0-9_{('"@*#?$!-]/;

/** Splits a line that ends where somebody is typing: its last word, which may be empty, is the one that is typed. */
export function splitShellLine(line: string): ShellLine {
  let words: ShellWord[] = [];
  let redirects = false;
  for (let at = 0; ; ) {
    while (BLANK.test(line.charAt(at))) at++;
    const next = line.charAt(at);
    if (OPERATOR.test(next)) {
      redirects = next === "<" || next === ">";
      if (!redirects) words = [];
      else if (isDescriptor(line, words.at(-1), at)) words.pop();
      at++;
      continue;
    }
    const word = readShellWord(line, at);
    if (word.end === line.length) return { words: [...words, word], redirects };
    if (!redirects) words.push(word);
    redirects = false;
    at = word.end;
  }
}

/** Reads the word that starts at `start`, up to the next blank or operator outside of quotes. */
export function readShellWord(text: string, start = 0): ShellWord {
  let open: OpenQuote = "";
  let value: string | null = "";
  let at = start;
  const add = (more: string): void => {
    if (value !== null) value += more;
  };
  while (at < text.length) {
    const unit = text.charAt(at);
    if (open === "" && (BLANK.test(unit) || OPERATOR.test(unit))) break;
    if (open === "'") {
      if (unit === "'") open = "";
      else add(unit);
    } else if (unit === "\\") {
      at++;
      add(escaped(text.charAt(at), open));
    } else if (unit === '"' || (unit === "'" && open === "")) {
      open = open === unit ? "" : unit;
    } else if (unit === "`" || EXPANDED.test(text.slice(at, at + 2)) || (unit === "~" && at === start)) {
      value = null;
      at = skipExpansion(text, at);
      continue;
    } else {
      add(unit);
    }
    at++;
  }
  return { start, end: Math.min(at, text.length), value, open };
}

function escaped(unit: string, open: OpenQuote): string {
  if (unit === "\n") return "";
  return open === '"' && !/[$`"\\]/.test(unit) ? `\\${unit}` : unit;
}

/** `2>` and not `2 >` */
function isDescriptor(line: string, word: ShellWord | undefined, operator: number): boolean {
  return word !== undefined && word.end === operator && /^\d+$/.test(line.slice(word.start, word.end));
}

/** Where an expansion ends, as far as it has to be known to find the words behind it: at the end of the text if it never does. */
function skipExpansion(text: string, start: number): number {
  const opener = text.charAt(start) === "$" ? text.charAt(start + 1) : text.charAt(start);
  if (opener === "`") return endOf(text.indexOf("`", start + 1), text);
  if (opener === "'") return endOf(/^\$'(?:[^\\']|\\.)*'/s.exec(text.slice(start))?.[0].length ?? 0, text, start - 1);
  const closer = opener === "(" ? ")" : opener === "{" ? "}" : "";
  if (closer === "") return start + 1;
  let depth = 0;
  for (let at = start + 1; at < text.length; at++) {
    const unit = text.charAt(at);
    if (unit === "\\") at++;
    else if (unit === "'" || unit === '"') {
      const quoteEnd = text.indexOf(unit, at + 1);
      if (quoteEnd === -1) return text.length;
      at = quoteEnd;
    } else if (unit === opener) depth++;
    else if (unit === closer && --depth === 0) return at + 1;
  }
  return text.length;
}

function endOf(found: number, text: string, offset = 0): number {
  return found <= 0 ? text.length : found + offset + 1;
}
