// C0 and C1 controls, DEL, direction marks and overrides, line and paragraph separators, byte order mark, half surrogate pairs.
const ACTIVE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** The text on one line and without anything that acts on a terminal: `\u001b` and the like stand for it. */
export function printable(text: string): string {
  return text.replace(ACTIVE, escapeUnit);
}

/** One line of JSON. What parses it gets exactly what was stored. */
export function renderJson(document: unknown): string {
  return `${JSON.stringify(document).replace(ACTIVE, escapeUnit)}\n`;
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
