import { CofferError } from "../../errors.js";

/** Python's `shlex.quote` leaves these bare: https://docs.python.org/3.11/library/shlex.html#shlex.quote */
const BARE = /^[A-Za-z0-9_@%+=:,./-]+$/;
/** zsh takes `=ls`, at the beginning of a word and behind a colon, for the path of a command. */
const EQUALS_FOR_ZSH = /(^|:)=/;
/** What does not survive an unquoted `$(…)`, whose words are put together again with one blank between them. */
const LOST = /[\n\t]| {2}/;

/**
 * The lines that export a value in bash, dash and zsh, whether they are sourced, or go through `eval "$(…)"` or `eval $(…)`. A value without newline, tab and
 * run of blanks is quoted as the original does; others are printed by the shell, in octal, with one blank in all, which stands alone. Throws `INVALID` for a NUL, which no variable holds.
 */
export function exportLine(variable: string, value: string): string {
  if (value.includes("\0")) {
    throw new CofferError("INVALID", `the secret for ${variable} holds a NUL byte, which no variable does`);
  }
  if (!LOST.test(value)) return `export ${variable}=${quoteValue(value)}\n`;
  // `$(…)` takes all newlines from the end; a point behind them holds them, and is taken off again.
  if (!value.endsWith("\n")) return `export ${variable}="$(printf '${octal(value)}')"\n`;
  return `export ${variable}="$(printf '${octal(`${value}.`)}')";${variable}="\${${variable}%.}";\n`;
}

/** The text as one word of a shell. */
export function quoteValue(text: string): string {
  if (BARE.test(text) && !EQUALS_FOR_ZSH.test(text)) return text;
  return `'${text.replaceAll("'", `'"'"'`)}'`;
}

/** As `printf` prints it in every shell: all bytes but letters and digits as `\ooo`. */
function octal(text: string): string {
  return text.replace(/[^A-Za-z0-9]+/g, (part) =>
    Array.from(Buffer.from(part, "utf8"), (byte) => `\\${byte.toString(8).padStart(3, "0")}`).join(""),
  );
}
