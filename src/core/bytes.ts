const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The UTF-8 bytes of a text. */
export function encodeUtf8(text: string): Uint8Array {
  return Buffer.from(text, "utf8");
}

/** The text of UTF-8 bytes, a byte order mark included; null where they are not well-formed. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return null;
  }
}

/** How many bytes a text has in UTF-8. */
export function utf8Length(text: string): number {
  return Buffer.byteLength(text, "utf8");
}

/** base64url without padding (RFC 4648 section 5). */
export function encodeBase64url(bytes: Uint8Array): string {
  return asBuffer(bytes).toString("base64url");
}

/** The bytes of an unpadded base64url text, or null where it is not the one spelling of any bytes. */
export function decodeBase64url(text: string): Uint8Array | null {
  const bytes = Buffer.from(text, "base64url");
  return bytes.toString("base64url") === text ? bytes : null;
}

/** Lower-case hexadecimal digits. */
export function encodeHex(bytes: Uint8Array): string {
  return asBuffer(bytes).toString("hex");
}

/** The parts, one after the other. */
export function joinBytes(...parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}

/** Each text as four bytes of length (big-endian) and its UTF-8 bytes: no two different lists give the same bytes. */
export function encodeParts(...texts: readonly string[]): Uint8Array {
  // All texts at once, and then their lengths: half the time of one after the other.
  const bytes = Buffer.from(texts.map((text) => `\0\0\0\0${text}`).join(""), "utf8");
  let at = 0;
  for (const text of texts) {
    const length = utf8Length(text);
    bytes.writeUInt32BE(length, at);
    at += 4 + length;
  }
  return bytes;
}

export function isEqualBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && Buffer.compare(a, b) === 0;
}

/** The order of the UTF-8 bytes: below zero, zero or above it. JavaScript's own `<` goes by UTF-16 units, which is another order. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  // Up to U+D7FF both orders agree, and nearly all names are ASCII.
  if (isBelowSurrogates(a) && isBelowSurrogates(b)) return a < b ? -1 : 1;
  return Buffer.compare(Buffer.from(a, "utf8"), Buffer.from(b, "utf8"));
}

/** True when the texts stand in byte order and none stands twice. */
export function isStrictlyAscending(texts: readonly string[]): boolean {
  return texts.every((text, index) => index === 0 || compareText(texts[index - 1] ?? "", text) < 0);
}

function isBelowSurrogates(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) >= 0xd800) return false;
  }
  return true;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
