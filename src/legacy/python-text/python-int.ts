// What `int` takes away at both ends is what str.isspace calls a blank, but for U+001C to U+001F.
const BLANKS = "[\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]*";
const INTEGER = new RegExp(`^${BLANKS}([+-]?)(\\p{Nd}+(?:_\\p{Nd}+)*)${BLANKS}$`, "u");

/**
 * The number that a text is to Python's `int`: with a sign, blanks around it, underscores between its digits, and digits of any script. Null where `int` throws
 * `ValueError`. https://docs.python.org/3.11/library/functions.html#int
 */
export function parsePythonInt(text: string): bigint | null {
  const [, sign, digits] = INTEGER.exec(text) ?? [];
  if (digits === undefined) return null;
  const value = BigInt(
    [...digits]
      .filter((digit) => digit !== "_")
      .map(digitValue)
      .join(""),
  );
  return sign === "-" ? -value : value;
}

/** Decimal digits stand in Unicode by tens, each ten from its zero on, and several tens may follow one another. */
function digitValue(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  let before = 0;
  while (/^\p{Nd}$/u.test(String.fromCodePoint(code - before - 1))) before += 1;
  return before % 10;
}
