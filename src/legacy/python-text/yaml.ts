import { compareText } from "../../core/bytes.js";
import { isMultiline, styleOf } from "./yaml-scalar.js";

/** From this column on PyYAML folds. */
const WIDTH = 80;
/** How far the further lines of a text are indented. */
const INDENT = "  ";
/** Names from this length on stand behind a question mark; PyYAML counts 128, and the tag `!!str` with it. In code points. */
const LONG_NAME = 123;

/**
 * A mapping of texts as PyYAML's `dump(…, default_flow_style=False)` writes it: names in the order of their code points, ASCII alone, folded at 80 columns. What other readers of
 * YAML 1.1 would take for another type is quoted. https://pyyaml.org/wiki/PyYAMLDocumentation
 */
export function dumpYaml(pairs: Iterable<readonly [name: string, value: string]>): string {
  const sorted = [...pairs].sort(([a], [b]) => compareText(a, b));
  if (sorted.length === 0) return "{}\n";
  return sorted.map(([name, value]) => writePair(name, value)).join("");
}

function writePair(name: string, value: string): string {
  const length = [...name].length;
  if (length === 0 || length >= LONG_NAME || isMultiline(name)) {
    return `? ${writeScalar(name, 2, false)}\n: ${writeScalar(value, 2, false)}\n`;
  }
  const before = `${writeScalar(name, 0, true)}: `;
  return `${before}${writeScalar(value, before.length, false)}\n`;
}

/** `column` is where it begins. */
function writeScalar(text: string, column: number, inLine: boolean): string {
  const style = styleOf(text, inLine);
  if (style === "plain") return foldPlain(text, column, inLine);
  return style === "single" ? foldSingle(text, column, inLine) : foldDouble(text, column, inLine);
}

/** A single blank beyond the width becomes a new line. */
function foldPlain(text: string, start: number, inLine: boolean): string {
  let column = start;
  let written = "";
  for (const run of text.match(/ +|[^ ]+/g) ?? []) {
    const folds = run === " " && column > WIDTH && !inLine;
    written += folds ? `\n${INDENT}` : run;
    column = folds ? INDENT.length : column + run.length;
  }
  return written;
}

/** The same in quotes; line breaks stand doubled, since a reader takes one away. */
function foldSingle(text: string, start: number, inLine: boolean): string {
  let column = start + 1;
  let written = "'";
  let at = 0;
  for (const run of text.match(/ +|\n+|'|[^ \n']+/g) ?? []) {
    const end = at + run.length;
    const folds = run === " " && column > WIDTH && !inLine && at !== 0 && end !== text.length;
    const piece = folds ? `\n${INDENT}` : run.startsWith("\n") ? `\n${run}${INDENT}` : run === "'" ? "''" : run;
    written += piece;
    column = piece.startsWith("\n") ? INDENT.length : column + piece.length;
    at = end;
  }
  return `${written}'`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\0": "0",
  "\x07": "a",
  "\b": "b",
  "\t": "t",
  "\n": "n",
  "\v": "v",
  "\f": "f",
  "\r": "r",
  "\x1b": "e",
  '"': '"',
  "\\": "\\",
  "\x85": "N",
  "\xa0": "_",
  "\u2028": "L",
  "\u2029": "P",
};

/**
 * With escapes, and a backslash before the end of each line. PyYAML looks before each character whether what is not written yet would pass the width, so that a line may
 * end within a word only behind an escape.
 */
function foldDouble(text: string, start: number, inLine: boolean): string {
  const characters = [...text];
  let column = start + 1;
  let written = '"';
  let pending = "";
  const flush = (): void => {
    written += pending;
    column += pending.length;
    pending = "";
  };
  for (const [index, character] of characters.entries()) {
    const escaped = escapeCharacter(character);
    if (escaped !== null) {
      flush();
      written += escaped;
      column += escaped.length;
    }
    // What was just escaped counts one column less.
    const width = escaped === null ? column + pending.length : column - 1;
    const mayFold = index > 0 && index < characters.length - 1 && !inLine;
    if (mayFold && (character === " " || escaped !== null || pending === "") && width > WIDTH) {
      written += `${pending}\\\n${INDENT}`;
      pending = "";
      column = INDENT.length;
      const next = escaped === null ? character : characters[index + 1];
      if (next === " ") {
        written += "\\";
        column += 1;
      }
    }
    if (escaped === null) pending += character;
  }
  flush();
  return `${written}"`;
}

function escapeCharacter(character: string): string | null {
  if (/^[ !#-[\]-~]$/.test(character)) return null;
  const short = ESCAPES[character];
  if (short !== undefined) return `\\${short}`;
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, "0")}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}
