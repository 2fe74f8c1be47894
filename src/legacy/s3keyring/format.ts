import { decodeUtf8, encodeUtf8 } from "../../core/bytes.js";
import { keyringName, readKeyringName } from "../../core/keyring-name.js";
import { Sensitive } from "../../core/sensitive.js";
import { CofferError } from "../../errors.js";

/** Whose password it is: s3keyring calls them group and key, its README service and user name. */
export interface Entry {
  readonly group: string;
  readonly key: string;
}

/** What stands behind every entry's own part of a key. */
export const SUFFIX = "/secret.b64";

/** The metadata in which we say whose password an object is: its key alone does not always tell. */
export const NAME_METADATA = "coffer-name";

const LINE_BYTES = 57;

/** How texts become parts of keys. */
export type Escape = (text: string) => string;

/**
 * s3keyring's escape: bytes of UTF-8 other than `A-Z a-z 0-9 / _ -` are `_`, the byte in decimal digits, and `02X`. (A mistake of its own, for `_%02X`; not to be mended, for
 * objects lie there.) Two texts can have one escape.
 */
export const escapePart: Escape = (text) => escapeWith(text, /[A-Za-z0-9/_-]/, (byte) => `_${byte}02X`);

/** The escape before 2015-10-14: bytes other than `A-Z a-z 0-9` are `_XX`, in hexadecimal digits. Only read. */
export const escapePartBefore: Escape = (text) =>
  escapeWith(text, /[A-Za-z0-9]/, (byte) => `_${byte.toString(16).toUpperCase().padStart(2, "0")}`);

/** The text that a part of a key probably stands for; a literal `_3202X` looks like a blank. */
export function unescapePart(part: string): string {
  return unescapeWith(part, /_(\d{1,3})02X/g, 10);
}

/** The same for the older escape, which is certain. */
export function unescapePartBefore(part: string): string {
  return unescapeWith(part, /_([0-9A-F]{2})/g, 16);
}

/** The text that a part of a key probably stands for, by whichever escape: the older one where nothing else would write so. */
export function guessPart(part: string): string {
  const before = unescapePartBefore(part);
  const isBefore = before !== part && escapePartBefore(before) === part && !/_\d{1,3}02X/.test(part);
  // `db_20` is more often a name of its own than one with a blank at its end.
  return isBefore && /^[\p{L}\p{N}](?:.*[\p{L}\p{N}])?$/u.test(before) ? before : unescapePart(part);
}

/** Where everything of a namespace begins. */
export function prefixOf(namespace: string, write: Escape): string {
  return `${write(namespace)}/`;
}

/** The key of an entry's object. */
export function keyOf(namespace: string, { group, key }: Entry, write: Escape = escapePart): string {
  return `${prefixOf(namespace, write)}${write(group)}/${write(key)}${SUFFIX}`;
}

/** The body of an object: Python's base64.encodebytes, lines of 76 characters, each with its end; of nothing it is nothing. */
export function encodeBody(value: Sensitive): Uint8Array {
  const bytes = value.reveal();
  const lines: string[] = [];
  for (let at = 0; at < bytes.byteLength; at += LINE_BYTES) {
    lines.push(`${Buffer.from(bytes.subarray(at, at + LINE_BYTES)).toString("base64")}\n`);
  }
  return encodeUtf8(lines.join(""));
}

/** The value in a body. What is no base64 between is passed over, as Python does. Throws `INTEGRITY` where the padding is wrong. */
export function decodeBody(body: Uint8Array, place: string): Sensitive {
  const text = Buffer.from(body)
    .toString("latin1")
    .replace(/[^A-Za-z0-9+/=]/g, "");
  const end = text.indexOf("=");
  const digits = end < 0 ? text : text.slice(0, end);
  const padding = end < 0 ? 0 : (/^=*/.exec(text.slice(end))?.[0].length ?? 0);
  const needed = (4 - (digits.length % 4)) % 4;
  if (needed === 3 || padding < needed) {
    throw new CofferError("INTEGRITY", `${place} is no whole base64`, { hint: "look at who wrote it" });
  }
  return Sensitive.from(Buffer.from(digits, "base64"));
}

/** What the metadata of our objects says: ASCII, whatever the names are. */
export function writeName({ group, key }: Entry): string {
  return `${keyringName(group)}/${keyringName(key)}`;
}

/** Null where it says nothing, or nothing that can be read. */
export function readName(text: string | undefined): Entry | null {
  const [group = "", key = "", ...more] = (text ?? "").split("/").map(readKeyringName);
  return text === undefined || group === null || key === null || more.length > 0 || !text.includes("/")
    ? null
    : { group, key };
}

function escapeWith(text: string, legal: RegExp, write: (byte: number) => string): string {
  return Array.from(encodeUtf8(text), (byte) => {
    const character = String.fromCharCode(byte);
    return legal.test(character) ? character : write(byte);
  }).join("");
}

/** Runs of escapes are taken for what they are where they are UTF-8, and else left as they stand. */
function unescapeWith(part: string, pattern: RegExp, base: number): string {
  const run = new RegExp(`(?:${pattern.source})+`, "g");
  return part.replace(run, (escaped) => {
    const bytes = Array.from(escaped.matchAll(pattern), ([, digits = ""]) => Number.parseInt(digits, base));
    return bytes.some((byte) => byte > 255) ? escaped : (decodeUtf8(Uint8Array.from(bytes)) ?? escaped);
  });
}
