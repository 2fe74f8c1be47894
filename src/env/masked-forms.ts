import { decodeUtf8 } from "../core/bytes.js";
import { quote } from "../core/name.js";
import { CofferError } from "../errors.js";
import type { EnvEntry } from "./entry.js";

/** A value that is shorter is hidden only where that is asked for: it may stand anywhere by chance. */
export const SHORTEST_MASKED_BYTES = 8;
/** A value that is longer is hidden as it is, and line by line, and in no other form. */
const LONGEST_OF_ALL_FORMS = 64 * 1024;
const LONGEST_MASKED = 1024 * 1024;

/** How long the lines are that `base64` and `openssl base64` print. */
const BASE64_LINES = [76, 64] as const;

/** What stays as it is in a percent-encoded text besides letters, digits, `-`, `_` and `.`, by who writes it; and whether a blank is `+`. */
const PERCENT_ENCODINGS: readonly (readonly [kept: string, plus: boolean])[] = [
  ["~", false], // RFC 3986; Python with nothing safe
  ["~!*'()", false], // encodeURIComponent
  ["~!*'();,/?:@&=+$#", false], // encodeURI
  ["~/", false], // Python's quote
  ["~$&+=:@", false], // Go's PathEscape
  ["~$&+,;=", false], // Go's user information
  ["*", true], // forms, as the URL standard has them
  ["~", true], // Python's quote_plus, Go's QueryEscape
  ["", true], // PHP's urlencode
];

/** Text in which each character is a byte: what is compared and cut is bytes, whatever they mean. */
type Bytes = string;

/**
 * The patterns by which these values are found in a program's output: as they are, each line of 8 bytes or more, and what becomes of
 * both in base64 (wherever it stands in what was encoded; both alphabets, padded or not), in JSON and in URLs. `short`: also the values
 * that are shorter than 8 bytes. None twice, the longest first.
 *
 * Throws `USAGE` for a value that is too long to be looked for.
 */
export function maskedForms(entries: readonly EnvEntry[], { short }: { short: boolean }): Uint8Array[] {
  const forms = new Set<Bytes>();
  for (const { name, value } of entries) {
    if (value.byteLength > LONGEST_MASKED) throw tooLong(name);
    for (const form of formsOf(value.reveal(), short)) forms.add(form);
  }
  return [...forms].sort((left, right) => right.length - left.length).map((form) => Buffer.from(form, "latin1"));
}

function* formsOf(value: Uint8Array, short: boolean): Generator<Bytes> {
  const whole = Buffer.from(value).toString("latin1");
  for (const text of [whole, ...linesOf(whole)]) {
    if (text.length === 0 || (text.length < SHORTEST_MASKED_BYTES && !short)) continue;
    yield text;
    if (whole.length > LONGEST_OF_ALL_FORMS) continue;
    yield* base64Forms(text);
    yield* percentForms(text);
    yield* jsonForms(text);
  }
}

/** Without the blanks around them, by which a text is indented. */
function linesOf(whole: Bytes): Bytes[] {
  const lines = whole.split(/[\r\n]+/).map((line) => line.replace(/^[ \t]+|[ \t]+$/g, ""));
  return lines.filter((line) => line.length >= SHORTEST_MASKED_BYTES && line !== whole);
}

function* base64Forms(text: Bytes): Generator<Bytes> {
  for (const form of [...alignedForms(text), ...wrappedForms(text), ...wrappedForms(`${text}\n`)]) {
    if (form.length < SHORTEST_MASKED_BYTES) continue;
    yield form;
    yield form.replaceAll("+", "-").replaceAll("/", "_");
  }
}

/** Behind 0, 1 or 2 other bytes (and any multiple of three): what the value alone says, and, where it or its line ends the text, all of it. */
function* alignedForms(text: Bytes): Generator<Bytes> {
  for (const before of [0, 1, 2]) {
    const first = Math.ceil((before * 8) / 6);
    const end = Math.floor(((before + text.length) * 8) / 6);
    yield encodeBase64("\0".repeat(before) + text).slice(first, end);
    for (const last of ["", "\n"]) {
      const padded = encodeBase64("\0".repeat(before) + text + last).slice(first);
      yield padded;
      yield padded.replace(/=+$/, "");
    }
  }
}

function* wrappedForms(text: Bytes): Generator<Bytes> {
  const encoded = encodeBase64(text);
  for (const width of BASE64_LINES) {
    for (let at = 0; encoded.length > width && at < encoded.length; at += width) yield encoded.slice(at, at + width);
  }
}

function encodeBase64(text: Bytes): string {
  return Buffer.from(text, "latin1").toString("base64");
}

function* percentForms(text: Bytes): Generator<Bytes> {
  for (const [kept, plus] of PERCENT_ENCODINGS) {
    for (const upper of [true, false]) {
      yield text.replace(/[^A-Za-z0-9_.-]/g, (byte) => {
        if (kept.includes(byte)) return byte;
        if (plus && byte === " ") return "+";
        const digits = byte.charCodeAt(0).toString(16).padStart(2, "0");
        return `%${upper ? digits.toUpperCase() : digits}`;
      });
    }
  }
}

/** As the usual writers of JSON have it: letters beyond ASCII as they are or escaped, slashes escaped (PHP), and what HTML minds (Go). */
function* jsonForms(text: Bytes): Generator<Bytes> {
  const characters = decodeUtf8(Buffer.from(text, "latin1"));
  if (characters === null) return;
  const plain = JSON.stringify(characters).slice(1, -1);
  const ascii = plain.replace(/[\u007f-\uffff]/g, escapeUnit);
  const html = plain.replace(/[<>&\u2028\u2029]/g, escapeUnit);
  for (const form of [
    plain,
    ascii,
    ascii.replace(/\\u[0-9a-f]{4}/g, (unit) => `\\u${unit.slice(2).toUpperCase()}`),
    html,
  ]) {
    for (const written of [form, form.replaceAll("/", "\\/")]) yield Buffer.from(written, "utf8").toString("latin1");
  }
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function tooLong(name: string): CofferError {
  return new CofferError("USAGE", `cannot hide ${quote(name)} in the program's output: it is longer than 1 MiB`, {
    hint: "leave it out with `--only`, or leave --mask out",
  });
}
