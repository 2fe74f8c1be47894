import { cryptAesCtr, type Digest, hmacWith, isEqualInConstantTime } from "../core/ciphers.js";
import { Sensitive } from "../core/sensitive.js";
import { CofferError } from "../errors.js";

/** What creds3 and credstash seal a value with: 32 bytes for AES-256, and 32 for the HMAC. In bytes. */
export const DATA_KEY_BYTES = 64;

/** The digests that may be written, by the names that both tools store. */
export const DIGESTS = ["SHA", "SHA224", "SHA256", "SHA384", "SHA512", "MD5"] as const;
export type DigestName = (typeof DIGESTS)[number];

/** What is meant where an item names none: releases of credstash before 1.12 did not. */
export const DEFAULT_DIGEST: DigestName = "SHA256";

/** A value as both tools keep it, but for its wrapped data key. */
export interface SealedItem {
  /** The ciphertext in base64. */
  readonly contents: string;
  /** Hexadecimal, over the bytes of the ciphertext and nothing else. */
  readonly hmac: string;
  readonly digest: string;
}

/** `RIPEMD` was written before 2018. MD2, MD4 and WHIRLPOOL were, too, which Node cannot compute. */
const READABLE: Readonly<Record<string, Digest>> = {
  SHA: "sha1",
  SHA224: "sha224",
  SHA256: "sha256",
  SHA384: "sha384",
  SHA512: "sha512",
  MD5: "md5",
  RIPEMD: "ripemd160",
};

/** The first block of the counter: 1 in 128 bits, always. Each value has a data key of its own, or it would give both away. */
const FIRST_BLOCK = Uint8Array.from({ length: 16 }, (_, index) => (index === 15 ? 1 : 0));

/** Seals a value as both tools do, byte for byte. The data key has 64 bytes, and seals nothing else ever. */
export function sealItem(value: Sensitive, dataKey: Sensitive, digest: DigestName): SealedItem {
  const { cipherKey, macKey } = splitKey(dataKey.reveal());
  const ciphertext = cryptAesCtr(cipherKey, FIRST_BLOCK, value.reveal());
  const hmac = hmacWith(READABLE[digest] ?? "sha256", macKey, ciphertext);
  return { contents: encodeBase64(ciphertext), hmac: Buffer.from(hmac).toString("hex"), digest };
}

/**
 * Opens what `sealItem`, creds3 or credstash sealed. `what` names it in errors. Throws `INTEGRITY` where it is not what was written, `UNSUPPORTED` for a digest that cannot
 * be computed.
 */
export function openItem({ contents, hmac, digest }: SealedItem, dataKey: Sensitive, what: string): Sensitive {
  const { cipherKey, macKey } = splitKey(dataKey.reveal(), what);
  const ciphertext = requireBase64(contents, `the contents of ${what}`);
  const expected = hmacWith(requireDigest(digest, what), macKey, ciphertext);
  if (!isEqualInConstantTime(expected, decodeHex(hmac) ?? new Uint8Array())) {
    throw damaged(`${what} does not have the HMAC that is stored with it`);
  }
  return Sensitive.from(cryptAesCtr(cipherKey, FIRST_BLOCK, ciphertext));
}

/** Throws `UNSUPPORTED` for the name of a digest that cannot be computed, before anything is asked for the item's sake. */
export function requireDigest(name: string, what: string): Digest {
  const digest = Object.hasOwn(READABLE, name) ? READABLE[name] : undefined;
  if (digest !== undefined) return digest;
  const known = /^(MD2|MD4|WHIRLPOOL)$/.test(name) ? `the digest ${name}` : "a digest that is not known";
  throw new CofferError("UNSUPPORTED", `${what} was stored with ${known}, which cannot be checked here`, {
    hint: "store the value again with the tool that wrote it, under SHA256",
  });
}

/** The wrapped data key of an item. Throws `INTEGRITY` for what is no base64. */
export function wrappedKeyOf(key: string, what: string): Uint8Array {
  const wrapped = requireBase64(key, `the data key of ${what}`);
  if (wrapped.byteLength === 0) throw damaged(`the data key of ${what} is missing`);
  return wrapped;
}

/** Base64 as both tools write it: RFC 4648 section 4, padded, in one line. */
export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

/**
 * The bytes of a text in base64 as Python reads it (`b64decode`, not validating): what is not of the alphabet is passed over, and whatever follows the padding. Null where
 * Python fails: bytes are cut off, or the text is not ASCII. https://docs.python.org/3/library/binascii.html#binascii.a2b_base64
 */
export function decodeBase64Loosely(text: string): Uint8Array | null {
  if (!/^[\0-\x7f]*$/.test(text)) return null;
  let digits = "";
  let pads = 0;
  for (const character of text) {
    const place = digits.length % 4;
    if (character === "=" && place >= 2) {
      pads += 1;
      if (place + pads >= 4) return Buffer.from(digits, "base64");
    } else if (/[A-Za-z0-9+/]/.test(character)) {
      digits += character;
      pads = 0;
    }
  }
  return digits.length % 4 === 0 ? Buffer.from(digits, "base64") : null;
}

function requireBase64(text: string, what: string): Uint8Array {
  // Nearly all is in the one spelling, which takes no loop to read.
  const bytes = /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0 ? Buffer.from(text, "base64") : null;
  const read = bytes ?? decodeBase64Loosely(text);
  if (read === null) throw damaged(`${what} cannot be read: it is no base64`);
  return read;
}

function decodeHex(text: string): Uint8Array | null {
  return /^([0-9A-Fa-f]{2})*$/.test(text) ? Buffer.from(text, "hex") : null;
}

function splitKey(key: Uint8Array, what?: string): { cipherKey: Uint8Array; macKey: Uint8Array } {
  if (key.byteLength === DATA_KEY_BYTES) return { cipherKey: key.subarray(0, 32), macKey: key.subarray(32) };
  if (what === undefined) throw new TypeError(`a data key has ${DATA_KEY_BYTES} bytes`);
  throw damaged(`the data key of ${what} is none`);
}

function damaged(message: string): CofferError {
  return new CofferError("INTEGRITY", message, {
    hint: "somebody changed what is stored, or it was damaged: restore it from a copy, or store the value again",
  });
}
