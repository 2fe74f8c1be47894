/**
 * How a value stands behind `NAME=` so that a shell that sources it runs nothing, and readers of dotenv files get it whole: bare where creds3 writes it so and it is harmless; else in
 * quotes. Values without NUL only.
 */
export function quoteForDotenv(value: string): string {
  if (/^[A-Za-z0-9_./:@%+,=-]*$/.test(value)) return value;
  if (!value.includes("'")) return `'${value}'`;
  if (!/["$`\\!]/.test(value)) return `"${value}"`;
  return `'${value.replaceAll("'", "'\\''")}'`;
}

/** What a name is as a variable, in capitals; null where it could be anything else for a shell. Dots and dashes stay, as they always did. */
export function dotenvName(name: string): string | null {
  return /^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u.test(name) ? name.toUpperCase() : null;
}
