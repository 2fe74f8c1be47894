import { encodeBase64url, encodeUtf8, joinBytes } from "../../../src/core/bytes.js";
import { decryptAesGcm, sha256, TAG_BYTES } from "../../../src/core/ciphers.js";
import { unpad } from "../../../src/core/padding.js";
import { Sensitive } from "../../../src/core/sensitive.js";
import { collide, keystream } from "./gcm-collision.js";
import { Hand } from "./hand.js";
import { type Derived, derive } from "./seal-by-hand.js";
import { type Named, read, refused, value, vector } from "./vector.js";

/** One sealed value that plain AES-256-GCM opens, to well padded values, under two data keys: only the commitment tells which is meant. */
export async function* twoKeyVectors(): AsyncGenerator<Named> {
  const [honest, planted] = ["honest", "planted"].map((whose) => Sensitive.from(fixed(whose)));
  if (honest === undefined || planted === undefined) throw new TypeError("there are two keys");
  const store = encodeBase64url(fixed("store").subarray(0, 16));
  const place = { store, namespace: "prod", name: "TWO_KEYS", version: 1, type: "binary", context: {} };
  const a = derive(honest, SALT, place);
  const b = derive(planted, SALT, place);
  const ciphertext = collide(writeForBoth(a, b), FREE_BLOCK, a, b);
  const [valueA, valueB] = [openPlainly(a, ciphertext), openPlainly(b, ciphertext)];
  for (const [seed, commitment, about] of [
    ["two-keys", a.commitment, "The commitment is for the other key: refused."],
    ["two-keys-committed", b.commitment, "The commitment is for this key: that value and no other."],
  ] as const) {
    const hand = new Hand(seed, { store });
    await hand.beginEpoch();
    const key = await hand.makeOwnKey({}, planted);
    const sealed = joinBytes(SALT, commitment, ciphertext);
    await hand.commit([hand.put("TWO_KEYS", "", { key, type: "binary", sealed })]);
    const expected = commitment === b.commitment ? value(valueB) : refused("INTEGRITY");
    yield vector(
      seed,
      `A ciphertext that AES-GCM opens under two data keys. ${about}`,
      hand.scene(),
      read("TWO_KEYS"),
      expected,
    );
  }
  if (Buffer.compare(valueA, valueB) === 0) throw new TypeError("the two values are not two");
}

// Found by trying one after the other: with this salt the first 32 bits of both keystreams differ by exactly the two lengths.
const SALT = fixed("salt 24759078");
const LENGTH_A = 8700;
const LENGTH_B = 8286;
const PADDED = 8704;
const MIDDLE = 4096;
const FREE_BLOCK = 100;

/** A ciphertext that is a long value under one key, and a shorter one with its zeros under the other. */
function writeForBoth(a: Derived, b: Derived): Uint8Array {
  const [streamA, streamB] = [keystream(a, PADDED), keystream(b, PADDED)];
  const plainA = Buffer.alloc(PADDED, "honest ");
  const plainB = Buffer.alloc(PADDED, "planted ");
  plainA.writeUInt32BE(LENGTH_A);
  plainB.fill(0, 4 + LENGTH_B);
  return Buffer.from(streamA).map((byte, index) => {
    const isOfA = index < MIDDLE;
    return isOfA ? byte ^ (plainA[index] ?? 0) : (streamB[index] ?? 0) ^ (plainB[index] ?? 0);
  });
}

/** What AES-GCM makes of it where nobody compares a commitment; it must be something, or the vector would show nothing. */
function openPlainly({ key, iv, data }: Derived, ciphertext: Uint8Array): Uint8Array {
  if (ciphertext.byteLength !== PADDED + TAG_BYTES) throw new TypeError("the ciphertext has another length");
  const padded = decryptAesGcm(key, iv, ciphertext, data);
  const opened = padded === null ? null : unpad(padded);
  if (opened === null) throw new TypeError("plain AES-GCM does not open it");
  return opened;
}

function fixed(what: string): Uint8Array {
  return sha256(encodeUtf8(`coffer vectors: two keys: ${what}`));
}
