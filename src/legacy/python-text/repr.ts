/** What Python does not print as it is: controls, marks, unassigned characters, and every blank but the ordinary one. */
const UNPRINTABLE = /(?! )[\p{C}\p{Z}]/u;
const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\" };

/** A text as Python 3's `repr` writes it. https://docs.python.org/3/library/functions.html#repr */
export function reprText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const inner = Array.from(text, (character) => reprCharacter(character, quote)).join("");
  return `${quote}${inner}${quote}`;
}

/** A list of texts, likewise. */
export function reprTexts(texts: readonly string[]): string {
  return `[${texts.map(reprText).join(", ")}]`;
}

function reprCharacter(character: string, quote: string): string {
  const short = SHORT[character];
  if (short !== undefined) return short;
  if (character === quote) return `\\${quote}`;
  if (!UNPRINTABLE.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  const [mark, digits] = code <= 0xff ? ["x", 2] : code <= 0xffff ? ["u", 4] : ["U", 8];
  return `\\${mark}${code.toString(16).padStart(Number(digits), "0")}`;
}
