import { decodeBase64url, decodeUtf8, encodeHex, encodeUtf8 } from "./bytes.js";
import { findNamespaceFault } from "./name.js";

const HEADS = "heads/";
const ROOT = "!";
const PLAIN = /[A-Za-z0-9_.-]/;

/** A namespace as one segment of an object's key: docs/FORMAT.md section 3. */
export function namespaceSegment(namespace: string): string {
  if (namespace === "") return ROOT;
  return namespace.split("/").map(encodePart).join("!");
}

/** The namespace whose head lies under this key, or null for a key that no head has. */
export function namespaceOfHead(key: string): string | null {
  if (!key.startsWith(HEADS)) return null;
  const segment = key.slice(HEADS.length);
  if (segment === ROOT) return "";
  const bytes = Buffer.from(
    segment
      .replaceAll("!", "/")
      .replace(/\(([0-9a-f]{2})\)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    "latin1",
  );
  const namespace = decodeUtf8(bytes);
  if (namespace === null || findNamespaceFault(namespace) !== null) return null;
  return headKey(namespace) === key ? namespace : null;
}

/** The prefix of the heads' keys of a namespace and all below it; of every head for the root. */
export function headPrefix(namespace: string): string {
  return namespace === "" ? HEADS : headKey(namespace);
}

export function headKey(namespace: string): string {
  return HEADS + namespaceSegment(namespace);
}

export function commitKey(namespace: string, sequence: number, id: string): string {
  return `commits/${namespaceSegment(namespace)}/${digits(sequence)}-${id}`;
}

/** `hash` is the base64url SHA-256 of the sealed value. */
export function blobKey(namespace: string, sequence: number, hash: string): string {
  const digest = decodeBase64url(hash) ?? new Uint8Array(0);
  return `blobs/${namespaceSegment(namespace)}/${digits(sequence)}-b${encodeHex(digest)}`;
}

/** What the keys of a namespace's submissions begin with; behind it stands the id. */
export function inboxPrefix(namespace: string): string {
  return `inbox/${namespaceSegment(namespace)}/`;
}

/** The sequence of a commit or a blob, by its key; null where it is neither. */
export function sequenceOfKey(key: string): number | null {
  const found = /^(?:commits\/[^/]+\/(\d{16})-c|blobs\/[^/]+\/(\d{16})-b)[0-9a-f]{64}$/.exec(key);
  const sequence = Number(found?.[1] ?? found?.[2] ?? 0);
  return Number.isSafeInteger(sequence) && sequence > 0 ? sequence : null;
}

function digits(sequence: number): string {
  return String(sequence).padStart(16, "0");
}

function encodePart(part: string): string {
  return Array.from(encodeUtf8(part), (byte) => {
    const character = String.fromCharCode(byte);
    return PLAIN.test(character) ? character : `(${encodeHex(Uint8Array.of(byte))})`;
  }).join("");
}
