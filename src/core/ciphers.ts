/**
 * The one file that calls the ciphers. Nothing else may import node:crypto (a lint rule holds it), because its defaults
 * are not ours: Node accepts cut GCM tags unless `authTagLength` is given, and any IV length.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  generateKeyPair,
  hash as hashAtOnce,
  hkdfSync,
  type KeyObject,
  randomBytes as nodeRandomBytes,
  scrypt as nodeScrypt,
  timingSafeEqual,
} from "node:crypto";

export const KEY_BYTES = 32;
export const IV_BYTES = 12;
export const TAG_BYTES = 16;

/** Random bytes from the operating system. */
export function randomBytes(length: number): Uint8Array {
  return nodeRandomBytes(length);
}

/** A new private key, as PKCS#8 (RFC 5958) in PEM: RSA of so many bits with the exponent 65537, or Ed25519 (RFC 8032). Off the main thread. */
export function generatePrivateKey(kind: { readonly rsa: number } | "ed25519"): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, _: KeyObject, key: KeyObject): void =>
      error === null ? resolve(Buffer.from(key.export({ type: "pkcs8", format: "pem" }))) : reject(error);
    if (kind === "ed25519") generateKeyPair("ed25519", {}, done);
    else generateKeyPair("rsa", { modulusLength: kind.rsa, publicExponent: 0x10001 }, done);
  });
}

/** SHA-256 (FIPS 180-4) of the parts joined. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  // Without the stream that `createHash` makes, which costs as much as the hash of a name.
  if (only !== undefined && parts.length === 1) return hashAtOnce("sha256", only, "buffer");
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** HMAC-SHA-256 (RFC 2104) of the parts joined. */
export function hmacSha256(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const hmac = createHmac("sha256", key);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}

/** The names under which Node knows the digests that older tools write. MD2, MD4 and Whirlpool are in no build of Node that we know. */
export type Digest = "md5" | "ripemd160" | "sha1" | "sha224" | "sha256" | "sha384" | "sha512";

/** The hash of the data: FIPS 180-4, RFC 1321 (MD5), ISO/IEC 10118-3 (RIPEMD-160). For older formats; ours has SHA-256 alone. */
export function hashWith(digest: Digest, data: Uint8Array): Uint8Array {
  return hashAtOnce(digest, data, "buffer");
}

/** HMAC (RFC 2104) with any of these digests, for older formats. */
export function hmacWith(digest: Digest, key: Uint8Array, data: Uint8Array): Uint8Array {
  return createHmac(digest, key).update(data).digest();
}

/** HKDF-SHA-256 (RFC 5869), extract and expand; `length` in bytes, at most 8,160. */
export function hkdfSha256(key: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", handleOf(key), salt, info, length));
}

// Node turns a key's bytes into a handle at every call, a third of the time that HKDF takes; a thousand values hang on one data key.
const handles = new WeakMap<Uint8Array, KeyObject>();

function handleOf(key: Uint8Array): KeyObject {
  const known = handles.get(key);
  if (known !== undefined) return known;
  const handle = createSecretKey(key);
  handles.set(key, handle);
  return handle;
}

/** What scrypt costs: memory is 128 · 2^cost · blockSize bytes. */
export interface ScryptParameters {
  readonly cost: number;
  readonly blockSize: number;
  readonly parallel: number;
}

/** scrypt (RFC 7914) to 32 bytes, off the main thread. */
export function scrypt(password: Uint8Array, salt: Uint8Array, parameters: ScryptParameters): Promise<Uint8Array> {
  const { cost, blockSize: r, parallel: p } = parameters;
  const N = 2 ** cost;
  // Node's own limit is 32 MiB; what is needed is 128·N·r and a little.
  const options = { N, r, p, maxmem: 128 * N * r + 128 * r * p + 1024 * 1024 };
  return new Promise((resolve, reject) => {
    nodeScrypt(password, salt, KEY_BYTES, options, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}

/** Equality in a time that does not depend on where the first difference is. */
export function isEqualInConstantTime(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}

/**
 * AES-256-GCM (NIST SP 800-38D): the ciphertext followed by its tag of 16 bytes. `ivBytes`: how long the IV has to be; ours has 12 bytes, an older tool's
 * has 32.
 */
export function encryptAesGcm(
  key: Uint8Array,
  iv: Uint8Array,
  plaintext: Uint8Array,
  additionalData: Uint8Array,
  ivBytes: number = IV_BYTES,
): Uint8Array {
  assertLengths(key, iv, ivBytes);
  const cipher = createCipheriv("aes-256-gcm", key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(additionalData);
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** The plaintext of what `encryptAesGcm` made, or null when key, IV, data or additional data are not the same. */
export function decryptAesGcm(
  key: Uint8Array,
  iv: Uint8Array,
  sealed: Uint8Array,
  additionalData: Uint8Array,
  ivBytes: number = IV_BYTES,
): Uint8Array | null {
  assertLengths(key, iv, ivBytes);
  const end = sealed.byteLength - TAG_BYTES;
  if (end < 0) return null;
  const decipher = createDecipheriv("aes-256-gcm", key, iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(additionalData);
  decipher.setAuthTag(sealed.subarray(end));
  const plaintext = decipher.update(sealed.subarray(0, end));
  try {
    decipher.final();
  } catch {
    return null;
  }
  return plaintext;
}

/**
 * AES-256-CTR (NIST SP 800-38A), which is its own inverse; `counter`: the first block, 16 bytes. It proves nothing of what it gives: for older formats that have a
 * MAC beside it.
 */
export function cryptAesCtr(key: Uint8Array, counter: Uint8Array, data: Uint8Array): Uint8Array {
  assertLengths(key, counter, 16);
  const cipher = createCipheriv("aes-256-ctr", key, counter);
  return Buffer.concat([cipher.update(data), cipher.final()]);
}

function assertLengths(key: Uint8Array, iv: Uint8Array, ivBytes: number): void {
  if (key.byteLength !== KEY_BYTES) throw new TypeError(`an AES-256 key has ${KEY_BYTES} bytes`);
  if (iv.byteLength !== ivBytes) throw new TypeError(`an IV has ${ivBytes} bytes`);
}
