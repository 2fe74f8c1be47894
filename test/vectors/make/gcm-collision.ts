import { createCipheriv } from "node:crypto";
import { joinBytes } from "../../../src/core/bytes.js";
import type { Derived } from "./seal-by-hand.js";

/**
 * One ciphertext with one tag that AES-256-GCM opens under two keys, as in "Fast Message Franking" (Dodis and others, section 3.2,
 * https://eprint.iacr.org/2019/016): the tag is a polynomial in the hash key, so that one free block makes both tags equal. The block at `free`
 * (counted from 0) of the ciphertext is overwritten. The additional data is the same for both.
 */
export function collide(ciphertext: Uint8Array, free: number, a: Derived, b: Derived): Uint8Array {
  const blocks = Buffer.from(ciphertext);
  blocks.fill(0, 16 * free, 16 * free + 16);
  const [hashA, hashB] = [
    toNumber(encryptBlock(a.key, Buffer.alloc(16))),
    toNumber(encryptBlock(b.key, Buffer.alloc(16))),
  ];
  const difference = tagOf(a, hashA, blocks) ^ tagOf(b, hashB, blocks);
  // The free block X adds X·H^exponent to each tag.
  const exponent = BigInt(blocks.byteLength / 16 - free + 1);
  const solved = multiply(difference, power(power(hashA, exponent) ^ power(hashB, exponent), INVERSE));
  blocks.set(toBytes(solved), 16 * free);
  return joinBytes(blocks, toBytes(tagOf(a, hashA, blocks)));
}

/** The bytes that GCM combines a plaintext with. */
export function keystream({ key, iv }: Derived, length: number): Uint8Array {
  const counters = Buffer.alloc(Math.ceil(length / 16) * 16);
  for (let block = 0; block * 16 < counters.byteLength; block++) {
    counters.set(iv, block * 16);
    counters.writeUInt32BE(block + 2, block * 16 + 12);
  }
  return encryptBlock(key, counters).subarray(0, length);
}

// a^(2^128 − 2) is the inverse of a in a field of 2^128 elements.
const INVERSE = 2n ** 128n - 2n;

function tagOf({ key, iv, data }: Derived, hash: bigint, ciphertext: Uint8Array): bigint {
  const lengths = Buffer.alloc(16);
  lengths.writeBigUInt64BE(BigInt(data.byteLength) * 8n, 0);
  lengths.writeBigUInt64BE(BigInt(ciphertext.byteLength) * 8n, 8);
  const whole = joinBytes(
    data,
    Buffer.alloc(-data.byteLength & 15),
    ciphertext,
    Buffer.alloc(-ciphertext.byteLength & 15),
    lengths,
  );
  let sum = 0n;
  for (let start = 0; start < whole.byteLength; start += 16) {
    sum = multiply(sum ^ toNumber(whole.subarray(start, start + 16)), hash);
  }
  return sum ^ toNumber(encryptBlock(key, joinBytes(iv, Uint8Array.of(0, 0, 0, 1))));
}

/** The product in GCM's field, whose bits stand in the reverse order: NIST SP 800-38D, section 6.3. */
function multiply(a: bigint, b: bigint): bigint {
  let product = 0n;
  let shifted = b;
  for (let bit = 127n; bit >= 0n; bit--) {
    if ((a >> bit) & 1n) product ^= shifted;
    shifted = shifted & 1n ? (shifted >> 1n) ^ (0xe1n << 120n) : shifted >> 1n;
  }
  return product;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n << 127n;
  let square = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = multiply(result, square);
    square = multiply(square, square);
  }
  return result;
}

function encryptBlock(key: Uint8Array, blocks: Uint8Array): Buffer {
  const cipher = createCipheriv("aes-256-ecb", key, null).setAutoPadding(false);
  return Buffer.concat([cipher.update(blocks), cipher.final()]);
}

function toNumber(block: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(block).toString("hex")}`);
}

function toBytes(number: bigint): Uint8Array {
  return Buffer.from(number.toString(16).padStart(32, "0"), "hex");
}
