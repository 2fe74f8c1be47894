// What takes two columns, or none, as far as names and descriptions have it: https://www.unicode.org/reports/tr11/
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{1fa70}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const NO_WIDTH = /[\p{Mn}\p{Me}\p{Cf}\p{Cc}]/u;
const COLOURS = /\u001b\[.*?m/g;
const TAB = 8;

/** A table as Python's PrettyTable draws it, with all columns aligned to the left: https://github.com/prettytable/prettytable */
export function renderPrettyTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [header, ...rows].map((row) => row.map((cell) => cell.split("\n").map(expandTabs)));
  const widths = header.map((_, column) =>
    Math.max(...cells.flatMap((row) => (row[column] ?? []).map((line) => widthOf(line)))),
  );
  const rule = `+${widths.map((width) => "-".repeat(width + 2)).join("+")}+`;
  const [first = [], ...others] = cells.map((row) => drawRow(row, widths));
  return [rule, ...first, rule, ...others.flat(), rule, ""].join("\n");
}

function drawRow(row: readonly (readonly string[])[], widths: readonly number[]): string[] {
  const height = Math.max(...row.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) => {
    const parts = widths.map((width, column) => pad(row[column]?.[line] ?? "", width));
    return `| ${parts.join(" | ")} |`;
  });
}

function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(width - widthOf(text), 0));
}

function widthOf(text: string): number {
  let width = 0;
  for (const character of text.replace(COLOURS, "")) {
    if (!NO_WIDTH.test(character)) width += WIDE.test(character) ? 2 : 1;
  }
  return width;
}

function expandTabs(line: string): string {
  let text = "";
  for (const character of line) {
    text += character === "\t" ? " ".repeat(TAB - ([...text].length % TAB)) : character;
  }
  return text;
}
