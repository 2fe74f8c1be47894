import { decodeUtf8, encodeUtf8, isEqualBytes } from "../core/bytes.js";
import { quote } from "../core/name.js";
import { Sensitive } from "../core/sensitive.js";
import { CofferError } from "../errors.js";
import { assertDistinct, type EnvEntry } from "./entry.js";
import { parseDotenv } from "./parse-dotenv.js";

/**
 * Who will read the file: `"any"` keeps to what our parser, Node's `--env-file` and the `dotenv` package read alike;
 * `"coffer"` needs our own parser for values that those cannot carry, and carries every text without NUL.
 */
export type DotenvReader = "any" | "coffer";

/**
 * Writes a dotenv file, one entry after the other as they come, and reads it back before handing it out.
 *
 * Each value has the first of these forms that cannot be misread: bare, when it is made of letters, digits and
 * `_ . / : @ % + , = -`; in single quotes; in double quotes without escapes; in backticks; bare to the end of the line;
 * and, for our parser alone, in double quotes with escapes.
 *
 * Throws `UNSUPPORTED` naming what does not fit (a name that is none in dotenv, a value that is not UTF-8 or holds
 * NUL, for `"any"` also one with a carriage return, or with all three quotes and a line end, and the like), `USAGE`
 * for two entries of one name.
 */
export function encodeDotenv(entries: readonly EnvEntry[], options: { reader?: DotenvReader } = {}): Sensitive {
  const { reader = "any" } = options;
  assertDistinct(entries);
  const bytes = encodeUtf8(entries.map((entry) => encodeEntry(entry, reader)).join(""));
  assertReadsBack(bytes, entries);
  return Sensitive.from(bytes);
}

function encodeEntry({ name, value }: EnvEntry, reader: DotenvReader): string {
  if (!isDotenvName(name, reader)) throw unsupported(name, "a dotenv file cannot carry this name");
  const text = decodeUtf8(value.reveal());
  if (text === null) throw unsupported(name, "its value is not UTF-8");
  if (text.includes("\0")) throw unsupported(name, "its value holds a NUL byte");
  const form = FORMS.find(({ fits, readers }) => fits(text) && readers.includes(reader));
  if (form === undefined)
    throw unsupported(name, "there is no way to write its value that all dotenv readers read alike");
  return `${name}=${form.write(text)}\n`;
}

function isDotenvName(name: string, reader: DotenvReader): boolean {
  // Node and `dotenv` put what they read into a plain object, where this name vanishes without a word.
  if (name === "__proto__") return reader === "coffer";
  return /^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name);
}

interface Form {
  readonly readers: readonly DotenvReader[];
  readonly fits: (value: string) => boolean;
  readonly write: (value: string) => string;
}

const EVERYONE = ["any", "coffer"] as const;

// Node drops every CR, `dotenv` makes LF of it, and neither has an escape for it that the other knows.
const hasReturn = (value: string): boolean => value.includes("\r");

// `dotenv` takes a quote after a backslash for an escaped one, in all three kinds of quotes, and would read on into
// the next lines.
const fitsLiteral = (value: string, mark: string): boolean =>
  !value.includes(mark) && !value.endsWith("\\") && !hasReturn(value);

const FORMS: readonly Form[] = [
  { readers: EVERYONE, fits: (value) => /^[A-Za-z0-9_./:@%+,=-]+$/.test(value), write: (value) => value },
  { readers: EVERYONE, fits: (value) => fitsLiteral(value, "'"), write: (value) => `'${value}'` },
  {
    readers: EVERYONE,
    // Every reader has escapes of its own in double quotes: with no backslash there is nothing to disagree about.
    fits: (value) => fitsLiteral(value, '"') && !value.includes("\\"),
    write: (value) => `"${value}"`,
  },
  { readers: EVERYONE, fits: (value) => fitsLiteral(value, "`"), write: (value) => `\`${value}\`` },
  { readers: EVERYONE, fits: fitsBare, write: (value) => value },
  {
    readers: ["coffer"],
    fits: () => true,
    write: (value) => `"${value.replace(/["\\]/g, "\\$&").replaceAll("\r", "\\r")}"`,
  },
];

// `trim` is the strictest idea of blanks among the readers; JavaScript's patterns also end lines at U+2028 and U+2029.
function fitsBare(value: string): boolean {
  return value !== "" && value.trim() === value && !/^['"`]|[#\r\n\u2028\u2029]/.test(value);
}

function assertReadsBack(bytes: Uint8Array, entries: readonly EnvEntry[]): void {
  const read = parseDotenv(bytes, "dotenv");
  const differs = entries.find(({ name, value }, index) => {
    const found = read[index];
    return found?.name !== name || !isEqualBytes(found.value.reveal(), value.reveal());
  });
  if (differs !== undefined) throw unsupported(differs.name, "its value did not survive being written and read back");
  if (read.length !== entries.length)
    throw new CofferError("UNSUPPORTED", "the dotenv text did not read back as it was written");
}

function unsupported(name: string, why: string): CofferError {
  return new CofferError("UNSUPPORTED", `cannot write ${quote(name)} as dotenv: ${why}`, {
    hint: "JSON carries every name and every text; leave the others out by choosing names",
  });
}
