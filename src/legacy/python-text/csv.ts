/**
 * Rows as the writer of Python 3.11's `csv` writes them in its dialect `excel`, with this end of each line: quoted is only what holds a comma, a quote, or a character of
 * that end. https://docs.python.org/3.11/library/csv.html#csv.writer
 */
export function writeCsv(rows: Iterable<readonly [string, string]>, lineEnd: "\r\n" | "\n"): string {
  const needsQuotes = lineEnd === "\n" ? /[",\n]/ : /[",\r\n]/;
  const field = (text: string): string => (needsQuotes.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return Array.from(rows, ([name, value]) => `${field(name)},${field(value)}${lineEnd}`).join("");
}
