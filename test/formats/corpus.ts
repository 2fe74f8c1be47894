import fc from "fast-check";
import { Sensitive } from "../../src/core/sensitive.js";
import type { EnvEntry } from "../../src/env/entry.js";

const ASCII = String.fromCharCode(...Array.from({ length: 127 }, (_, index) => index + 1));

const PEM = `-----BEGIN PRIVATE KEY-----\n${Array.from({ length: 26 }, (_, line) => `${"MIIEvQ+/"[line % 8]}`.repeat(64)).join("\n")}\n-----END PRIVATE KEY-----\n`;

/** Values that some format or other cannot carry, by what is nasty about them. */
export const CORPUS = {
  plain: "postgres://me@db:5432/x?y=%41",
  empty: "",
  words: "two words",
  "every byte": ASCII,
  LF: "a\nb",
  "LF at the end": "a\n",
  CR: "a\rb",
  "CR at the end": "a\r",
  "CR LF": "a\r\nb\r\n",
  tab: "\ta\tb\t",
  BOM: "\ufeffa\ufeff",
  emoji: "🔑 ключ ü",
  "not NFC": "u\u0308",
  "line separators": "a\u0085b\u2028c\u2029d",
  "all quotes": `'"\`‘’‚‛“”`,
  "single quote": "it's",
  "double quotes": 'say "hi"',
  "single quote, then backslash": "it's \\ here",
  "doubled quotes": `''""`,
  command: "$(id)",
  "command, and single quote": "it's $(id)",
  variable: "$HOME $\u007bHOME} $\u007bX:-y}",
  "variable, and single quote": "it's $HOME",
  "lone dollars": "$ $$ a$",
  backtick: "`id`",
  "exclamation mark": "a!b !! !$",
  "percent variable": "%PATH%",
  "percent alone": "100%",
  "escape as text": "\\n \\r\\t \\u0041 \\x41 \\\\ \\$",
  "backslash at the end": "C:\\dir\\",
  "bare backslash": "a\\b",
  "blanks around": "  a  ",
  "number sign": "#a #b",
  semicolon: "a;b ; c",
  "number sign behind a blank": "a #b",
  hyphen: "-n",
  equals: "=a=b",
  brackets: "[a]",
  template: "%{if} $\u007ba} {{b}}",
  true: "true",
  null: "null",
  number: "012345",
  delimiters: "EOF\nEOT\n::add-mask::x",
  "shell metacharacters": "a;b|c&d<e>f(g)*?[h]~^{i,j}",
  "100 KiB": "0123456789abcdef".repeat(6400),
  PEM,
} as const satisfies Readonly<Record<string, string>>;

export type Nasty = keyof typeof CORPUS;

export function entry(name: string, text: string): EnvEntry {
  return { name, value: Sensitive.fromText(text) };
}

/** Further values, the same in every run: pieces that mean something to some reader, in any order. */
export function randomValues(count: number): string[] {
  const pieces = [
    "'",
    '"',
    "`",
    "\\",
    "$",
    "{",
    "}",
    "(",
    ")",
    "#",
    "!",
    "%",
    ";",
    "=",
    ":",
    "\n",
    "\r",
    " ",
    "\t",
    ",",
    "-",
    "<<",
    "n",
    "r",
    "u0041",
    "A",
    "x",
    "ü",
    "🔑",
    "\ufeff",
    "\u2028",
    "\u0001",
    "\u007f",
    "@",
    "*",
    "[",
    "]",
    "&",
    "|",
    "^",
    "/",
    "export ",
    "V1=",
  ];
  const value = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join(""));
  return fc.sample(value, { numRuns: count, seed: 7 });
}
