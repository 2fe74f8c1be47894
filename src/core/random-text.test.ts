import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomBytes } from "./ciphers.js";
import { ALPHANUMERIC, randomBelow, randomCharacters, randomUuid, randomWords } from "./random-text.js";

/** Gives these numbers, four bytes each, one after the other. */
function drawing(...numbers: readonly number[]): () => Uint8Array {
  let next = 0;
  return () => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(numbers[next++] ?? 0);
    return bytes;
  };
}

describe("randomBelow", () => {
  it("draws again what would favour the small numbers", () => {
    // 2³² is 42 · 102,261,126 + 4: the last four would be one more chance for 0, 1, 2 and 3.
    expect(randomBelow(42, drawing(2 ** 32 - 5))).toBe(41);
    expect(randomBelow(42, drawing(2 ** 32 - 4, 2 ** 32 - 1, 43))).toBe(1);
    expect(randomBelow(2 ** 32, drawing(2 ** 32 - 1))).toBe(2 ** 32 - 1);
  });

  it("gives every number, and about equally often", () => {
    const counts = new Array<number>(62).fill(0);
    const draws = 62_000;
    for (let draw = 0; draw < draws; draw++) {
      const number = randomBelow(62, randomBytes);
      counts[number] = (counts[number] ?? 0) + 1;
    }
    // Chi squared of 61 degrees: above 150 once in a thousand million runs.
    const chi = counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(chi).toBeLessThan(150);
  });
});

describe("random texts", () => {
  it("are of the alphabet alone, whatever the characters, and say their bits", () => {
    const alphabet = fc.uniqueArray(fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }), {
      minLength: 2,
      maxLength: 80,
    });
    fc.assert(
      fc.property(alphabet, fc.integer({ min: 1, max: 50 }), (characters, length) => {
        const { bits } = randomCharacters(characters, length, randomBytes);
        expect(bits).toBe(Math.floor(length * Math.log2(characters.length)));
      }),
    );
    expect(randomCharacters([...ALPHANUMERIC], 32, randomBytes)).toMatchObject({
      text: expect.stringMatching(/^[A-Za-z0-9]{32}$/),
      bits: 190,
    });
  });

  it("of words can be said, and each number is another word", () => {
    // The examples of the paper: 127.0.0.1 and 63.84.220.193.
    expect(randomWords(2, drawing(0x7f00, 0x0001))).toEqual({ text: "lusab-babad", bits: 32 });
    expect(randomWords(2, drawing(0x3f54, 0xdcc1)).text).toBe("gutih-tugad");
    const all = new Set(Array.from({ length: 65_536 }, (_, number) => randomWords(1, drawing(number)).text));
    expect(all.size).toBe(65_536);
  });

  it("of a UUID have its version and variant", () => {
    const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    const all = Array.from({ length: 100 }, () => randomUuid(randomBytes).text);
    expect(all.every((text) => pattern.test(text))).toBe(true);
    expect(new Set(all).size).toBe(100);
  });
});
