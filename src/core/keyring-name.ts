import { CofferError } from "../errors.js";
import { encodeHex, encodeUtf8, utf8Length } from "./bytes.js";
import { sha256 } from "./ciphers.js";
import { findNamespaceFault, isWellFormed, joinPath, MAX_NAME_BYTES } from "./name.js";

/** What stands for the empty text: no percent-encoding gives it. */
const EMPTY = "%";
/** What a text begins with that stands as its hash. */
const HASHED = "~";
/** What stands for itself: nothing that a name may not have, nothing that a shell or a URL would take for something else. */
const ITSELF = /[A-Za-z0-9_.@:+=,-]/;

/**
 * The name that stands for any text, a user's name for instance: no two texts have one name. Bytes other than `A-Z a-z 0-9 _ . @ : + = , -` are written `%xx`;
 * what would be too long is `~` and its SHA-256 in hexadecimal digits (docs/FORMAT.md section 23). Throws `USAGE` for half a surrogate pair.
 */
export function keyringName(text: string): string {
  const escaped = escapeText(text);
  return utf8Length(escaped) <= MAX_NAME_BYTES ? escaped : hashText(text);
}

/** The namespace below `base` that stands for any text, a service for instance; as `keyringName`. */
export function keyringNamespace(base: string, service: string): string {
  const plain = joinPath(base, escapeText(service));
  return findNamespaceFault(plain) === null ? plain : joinPath(base, hashText(service));
}

/** The text that a name stands for; null where it is only known as its hash, or is no such name. */
export function readKeyringName(name: string): string | null {
  if (name === EMPTY) return "";
  const text = decode(name);
  return text !== null && escapeText(text) === name ? text : null;
}

/** True for a name that only holds the hash of what it stands for. */
export function isHashedName(name: string): boolean {
  return name.startsWith(HASHED);
}

function escapeText(text: string): string {
  if (!isWellFormed(text)) throw new CofferError("USAGE", "a service or user name is not well-formed Unicode");
  if (text === "") return EMPTY;
  const escaped = Array.from(encodeUtf8(text), escapeByte).join("");
  // Neither of these can be a name.
  return escaped === "." || escaped === ".." ? escaped.replaceAll(".", "%2e") : escaped;
}

function escapeByte(byte: number): string {
  const character = String.fromCharCode(byte);
  return ITSELF.test(character) ? character : `%${byte.toString(16).padStart(2, "0")}`;
}

function hashText(text: string): string {
  return `${HASHED}${encodeHex(sha256(encodeUtf8(text)))}`;
}

function decode(name: string): string | null {
  try {
    return decodeURIComponent(name);
  } catch {
    return null;
  }
}
