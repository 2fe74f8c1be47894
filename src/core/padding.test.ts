import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_SEALED_BYTES, MAX_VALUE_BYTES } from "./documents/fields.js";
import { bucket, pad, unpad } from "./padding.js";

describe("a bucket", () => {
  it.each([
    [4, 32],
    [32, 32],
    [33, 64],
    [1023, 1024],
    [1024, 1024],
    [1025, 1088],
    [1088, 1088],
    [2047, 2048],
    [2048, 2048],
    [2049, 2176],
    [100_000, 100_352],
    [1_048_580, 1_081_344],
    [16_777_220, 17_301_504],
  ])("for %i bytes has %i", (length, expected) => {
    expect(bucket(length)).toBe(expected);
  });

  it("holds what is put into it, wastes at most 12 % above 1 KiB, and never shrinks", () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 16_777_220 }), (length) => {
        const size = bucket(length);
        expect(size).toBeGreaterThanOrEqual(length);
        expect(size - length).toBeLessThan(length <= 1024 ? 32 : length * 0.12);
        expect(bucket(size)).toBe(size);
        expect(bucket(length + 1)).toBeGreaterThanOrEqual(size);
      }),
    );
  });

  it("of the largest value is what the limit of sealed values allows", () => {
    expect(80 + bucket(4 + MAX_VALUE_BYTES)).toBe(MAX_SEALED_BYTES);
  });
});

describe("padding", () => {
  it("is taken off again", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), (value) => {
        expect(Array.from(unpad(pad(value)) ?? [])).toEqual(Array.from(value));
      }),
    );
  });

  it("makes lengths of one bucket alike", () => {
    const lengths = Array.from({ length: 29 }, (_, length) => pad(new Uint8Array(length)).byteLength);
    expect(new Set(lengths)).toEqual(new Set([32]));
  });

  it("is refused where its length states another bucket", () => {
    for (let stated = 0; stated < 100; stated++) {
      const padded = Buffer.alloc(64);
      padded.writeUInt32BE(stated);
      expect(unpad(padded) !== null, String(stated)).toBe(stated > 28 && stated <= 60);
    }
  });

  it("is refused where its length is beyond all bounds", () => {
    for (const stated of [61, 0x7fff_ffff, 0x8000_0000, 0xffff_fffb, 0xffff_fffc, 0xffff_ffff]) {
      const padded = Buffer.alloc(64);
      padded.writeUInt32BE(stated);
      expect(unpad(padded)).toBeNull();
    }
  });

  it("is refused where any byte after the value is not zero", () => {
    const padded = pad(new Uint8Array(5).fill(7));
    for (let index = 9; index < padded.byteLength; index++) {
      const changed = Uint8Array.from(padded);
      changed[index] = 1;
      expect(unpad(changed)).toBeNull();
    }
  });

  it("is refused where bytes are missing or added", () => {
    const padded = pad(new Uint8Array(5));
    for (let length = 0; length < padded.byteLength; length++) expect(unpad(padded.subarray(0, length))).toBeNull();
    expect(unpad(Buffer.concat([padded, new Uint8Array(32)]))).toBeNull();
  });

  it("is what it was taken for: any bytes are refused, or padded to the same again", () => {
    const nearly = fc
      .tuple(fc.integer({ min: 0, max: 70 }), fc.uint8Array({ minLength: 28, maxLength: 60 }))
      .map(([stated, rest]) => Buffer.concat([Uint8Array.of(0, 0, 0, stated), rest]));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 100 }), nearly), (bytes) => {
        const value = unpad(bytes);
        expect(value === null || Buffer.compare(pad(value), bytes) === 0).toBe(true);
      }),
    );
  });
});
