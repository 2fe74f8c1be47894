import type { OpenQuote } from "./read-shell-word.js";

// Characters that mean themselves to bash in any place of a word, at a prompt too; `!` does not. All of Unicode beyond ASCII does.
const PLAIN = /^[A-Za-z0-9_./:@%+=,\u0080-\u{10ffff}-]$/u;

/**
 * The characters to type to bash so that the word goes on with this text: outside of quotes, or inside of one that is open. An open
 * quote is left open, to be closed by who completes the word, unless the text ends in that very quote: then nothing is left to close.
 */
export function continueBashWord(text: string, open: OpenQuote): string {
  const units = [...text];
  if (open === "") return units.map((unit) => (PLAIN.test(unit) ? unit : `\\${unit}`)).join("");
  const last = units.length - 1;
  return units
    .map((unit, index) => {
      const again = index === last && unit === open ? "" : open;
      if (open === "'") return unit === "'" ? `'\\'${again}` : unit;
      // Inside of double quotes a backslash before ! would stay there.
      if (unit === '"' && index === last) return `"\\"`;
      if (unit === "!") return index === last ? `"\\!""` : `"\\!"`;
      return /[$`"\\]/.test(unit) ? `\\${unit}` : unit;
    })
    .join("");
}

// PowerShell takes typographic quotes for quotes.
const POWERSHELL_QUOTES = /['\u2018-\u201b]/g;
const POWERSHELL_PLAIN = /^(--[a-z-]+|(--[a-z-]+=)?[A-Za-z0-9_/][A-Za-z0-9_./:+-]*)$/;

/** The text as one PowerShell argument: bare where that is safe, else in single quotes. */
export function quotePowerShell(text: string): string {
  if (POWERSHELL_PLAIN.test(text)) return text;
  return `'${text.replace(POWERSHELL_QUOTES, "$&$&")}'`;
}
