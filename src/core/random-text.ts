import type { Random } from "./sealing.js";

/** A text made at random, and how many bits of chance are in it. */
export interface RandomText {
  readonly text: string;
  readonly bits: number;
}

/** A–Z, a–z and 0–9: what every place takes that takes a password, and no shell or URL escapes. */
export const ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

const CONSONANTS = "bdfghjklmnprstvz";
const VOWELS = "aiou";

/** So many characters, each of them any of the alphabet (at least two, each once) with the same chance. */
export function randomCharacters(alphabet: readonly string[], length: number, random: Random): RandomText {
  const characters = Array.from({ length }, () => alphabet[randomBelow(alphabet.length, random)] ?? "");
  return { text: characters.join(""), bits: Math.floor(length * Math.log2(alphabet.length)) };
}

/**
 * So many made-up words with `-` between them, each of five letters, consonants and vowels in turn, so that they can be said and typed: `lusab-babad`. A
 * word has 16 bits: the proquints of D. S. Wilkerson, https://arxiv.org/html/0901.4016.
 */
export function randomWords(count: number, random: Random): RandomText {
  const words = Array.from({ length: count }, () => wordOf(randomBelow(65_536, random)));
  return { text: words.join("-"), bits: 16 * count };
}

/** A UUID of version 4 (RFC 9562). */
export function randomUuid(random: Random): RandomText {
  const bytes = Buffer.from(random(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const text = bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  return { text, bits: 122 };
}

/** A number from 0 up to below `limit` (at most 2³²), each with the same chance: what would favour the small ones is drawn again. */
export function randomBelow(limit: number, random: Random): number {
  const fair = 2 ** 32 - (2 ** 32 % limit);
  for (;;) {
    const drawn = Buffer.from(random(4)).readUInt32BE(0);
    if (drawn < fair) return drawn % limit;
  }
}

function wordOf(number: number): string {
  const consonant = (shift: number): string => CONSONANTS[(number >> shift) & 15] ?? "";
  const vowel = (shift: number): string => VOWELS[(number >> shift) & 3] ?? "";
  return consonant(12) + vowel(10) + consonant(6) + vowel(4) + consonant(0);
}
