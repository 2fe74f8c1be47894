import { decodeBase64url, encodeBase64url, encodeParts, encodeUtf8, joinBytes } from "./bytes.js";
import {
  decryptAesGcm,
  encryptAesGcm,
  hkdfSha256,
  hmacSha256,
  IV_BYTES,
  isEqualInConstantTime,
  KEY_BYTES,
  randomBytes,
  sha256,
  TAG_BYTES,
} from "./ciphers.js";
import { type Context, contextParts } from "./context.js";
import { pad, unpad } from "./padding.js";
import { Sensitive } from "./sensitive.js";

const SALT_BYTES = 32;
const COMMITMENT_BYTES = 32;
const DATA = SALT_BYTES + COMMITMENT_BYTES;

/** Where a value belongs: a sealed value opens nowhere else. */
export interface Place {
  readonly store: string;
  readonly namespace: string;
  readonly name: string;
  readonly version: number;
  readonly type: string;
  readonly context: Context;
}

/** Where a value that is handed in belongs: to one name of one submission. */
export interface SubmittedPlace extends Omit<Place, "version"> {
  /** The submission's id. */
  readonly submission: string;
}

/** Random bytes as a parameter: `randomBytes`, or a fixed source where test vectors are made. */
export type Random = (length: number) => Uint8Array;

/** The number of bytes of a wrapped data key. */
export const WRAPPED_KEY_BYTES = DATA + KEY_BYTES + TAG_BYTES;

/** Seals a value for its place: docs/FORMAT.md section 5. */
export function sealValue(key: Sensitive, place: Place, value: Sensitive, random: Random = randomBytes): Uint8Array {
  return seal(key, "coffer/v1/seal", placeData(place), pad(value.reveal()), random);
}

/** The value, or null where key, place or bytes are not those it was sealed with. */
export function openValue(key: Sensitive, place: Place, sealed: Uint8Array): Sensitive | null {
  const padded = open(key, "coffer/v1/seal", placeData(place), sealed);
  const value = padded === null ? null : unpad(padded);
  return value === null ? null : Sensitive.from(value);
}

/** Seals a value that is handed in. It opens as no version of a secret, and none opens as it: docs/FORMAT.md section 21. */
export function sealSubmitted(
  key: Sensitive,
  place: SubmittedPlace,
  value: Sensitive,
  random: Random = randomBytes,
): Uint8Array {
  return seal(key, "coffer/v1/submit", submittedData(place), pad(value.reveal()), random);
}

/** The value that was handed in, or null where key, place or bytes are not those it was sealed with. */
export function openSubmitted(key: Sensitive, place: SubmittedPlace, sealed: Uint8Array): Sensitive | null {
  const padded = open(key, "coffer/v1/submit", submittedData(place), sealed);
  const value = padded === null ? null : unpad(padded);
  return value === null ? null : Sensitive.from(value);
}

/** The hash by which a sealed value (in base64url) is known: SHA-256 in base64url. */
export function hashSealed(sealed: string): string {
  return encodeBase64url(sha256(decodeBase64url(sealed) ?? new Uint8Array(0)));
}

/** Wraps a data key by a master key of 32 bytes, under a context: docs/FORMAT.md section 17. */
export function wrapKey(master: Sensitive, context: Context, key: Sensitive, random: Random = randomBytes): Uint8Array {
  return seal(master, "coffer/v1/wrap", wrapData(context), key.reveal(), random);
}

/** The data key, or null where master key, context or bytes are not those it was wrapped with. */
export function unwrapKey(master: Sensitive, context: Context, wrapped: Uint8Array): Sensitive | null {
  const key = open(master, "coffer/v1/wrap", wrapData(context), wrapped);
  return key?.byteLength === KEY_BYTES ? Sensitive.from(key) : null;
}

/** A data key's public name, which binds: no two keys have the same. docs/FORMAT.md section 6. */
export function dataKeyId(key: Sensitive): string {
  return `k${encodeBase64url(sha256(encodeUtf8("coffer data key 1\0"), key.reveal()))}`;
}

/** Authenticates the bytes of a head or a commit by its epoch key, those of a submission by its data key. */
export function authenticate(
  key: Sensitive,
  kind: "head" | "commit" | "submission",
  ...bytes: readonly Uint8Array[]
): Uint8Array {
  const macKey = hkdfSha256(key.reveal(), new Uint8Array(0), encodeUtf8(`coffer/v1/mac/${kind}`), KEY_BYTES);
  return hmacSha256(macKey, ...bytes);
}

function placeData(place: Place): Uint8Array {
  const { store, namespace, name, version, type, context } = place;
  return encodeParts("coffer/v1/value", store, namespace, name, String(version), type, ...contextParts(context));
}

function submittedData({ store, namespace, submission, name, type, context }: SubmittedPlace): Uint8Array {
  return encodeParts("coffer/v1/submission", store, namespace, submission, name, type, ...contextParts(context));
}

function wrapData(context: Context): Uint8Array {
  return encodeParts("coffer/v1/wrap", ...contextParts(context));
}

function seal(key: Sensitive, purpose: string, data: Uint8Array, plaintext: Uint8Array, random: Random): Uint8Array {
  const salt = random(SALT_BYTES);
  const derived = derive(key, salt, purpose, data);
  return joinBytes(salt, derived.commitment, encryptAesGcm(derived.key, derived.iv, plaintext, data));
}

function open(key: Sensitive, purpose: string, data: Uint8Array, sealed: Uint8Array): Uint8Array | null {
  if (sealed.byteLength < DATA + TAG_BYTES) return null;
  const derived = derive(key, sealed.subarray(0, SALT_BYTES), purpose, data);
  // Before decrypting: GCM alone lets one ciphertext open under two keys (CVE-2025-14760 and its siblings).
  if (!isEqualInConstantTime(derived.commitment, sealed.subarray(SALT_BYTES, DATA))) return null;
  return decryptAesGcm(derived.key, derived.iv, sealed.subarray(DATA), data);
}

function derive(
  key: Sensitive,
  salt: Uint8Array,
  purpose: string,
  data: Uint8Array,
): { key: Uint8Array; iv: Uint8Array; commitment: Uint8Array } {
  const info = joinBytes(encodeUtf8(purpose), sha256(data));
  const okm = hkdfSha256(key.reveal(), salt, info, KEY_BYTES + IV_BYTES + COMMITMENT_BYTES);
  return {
    key: okm.subarray(0, KEY_BYTES),
    iv: okm.subarray(KEY_BYTES, KEY_BYTES + IV_BYTES),
    commitment: okm.subarray(KEY_BYTES + IV_BYTES),
  };
}
