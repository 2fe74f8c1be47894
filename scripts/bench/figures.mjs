// Numbers made from many runs, and the tables that show them.

export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Rounded for people and JSON alike: more digits would claim more than was measured. */
export function round(number, digits = 1) {
  return Number(number.toFixed(digits));
}

/** Rows under a header; the first and the last column are text, those between are numbers. */
export function renderTable(header, rows) {
  const lines = [header, ...rows].map((row) => row.map((cell) => (cell === null ? "-" : String(cell))));
  const widths = header.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const pad = (cell, column) =>
    column === 0 || column === header.length - 1 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]);
  return lines.map((line) => line.map(pad).join("  ").trimEnd()).join("\n");
}
