import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compareText,
  decodeBase64url,
  decodeUtf8,
  encodeBase64url,
  encodeHex,
  encodeParts,
  encodeUtf8,
  isEqualBytes,
  isStrictlyAscending,
  joinBytes,
  utf8Length,
} from "./bytes.js";

const text = fc.string({ unit: "binary" });
/** Texts about the places where the order of UTF-16 units and that of bytes differ. */
const awkward = fc.string({
  unit: fc.constantFrom("a", "\u007f", "é", "\ud7ff", "\ue000", "\uffff", "😀", "\u{10ffff}"),
});

describe("text", () => {
  it("survives encoding and decoding", () => {
    fc.assert(
      fc.property(text, (given) => {
        const bytes = encodeUtf8(given);
        expect(decodeUtf8(bytes)).toBe(given);
        expect(utf8Length(given)).toBe(bytes.byteLength);
      }),
    );
  });

  it("keeps a byte order mark", () => {
    expect(decodeUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe("\ufeffa");
  });

  it.each([
    ["a lone continuation", [0x80]],
    ["a cut sequence", [0xe2, 0x82]],
    ["an overlong form", [0xc0, 0xaf]],
    ["half a surrogate pair", [0xed, 0xa0, 0x80]],
    ["a code point above U+10FFFF", [0xf4, 0x90, 0x80, 0x80]],
  ])("is not in %s", (_, bytes) => {
    expect(decodeUtf8(Uint8Array.from(bytes))).toBeNull();
  });
});

describe("the order of texts", () => {
  it("is that of their UTF-8 bytes", () => {
    fc.assert(
      fc.property(fc.oneof(text, awkward), fc.oneof(text, awkward), (a, b) => {
        expect(Math.sign(compareText(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });

  it("puts U+FFFF before a character of two UTF-16 units, which JavaScript's own order does not", () => {
    expect(compareText("\uffff", "😀")).toBeLessThan(0);
    expect("\uffff" < "😀").toBe(false);
  });

  it.each([
    [[], true],
    [["a"], true],
    [["", "a", "b"], true],
    [["a", "a"], false],
    [["b", "a"], false],
    [["\uffff", "😀"], true],
    [["😀", "\uffff"], false],
  ])("finds %j strictly ascending: %j", (texts, expected) => {
    expect(isStrictlyAscending(texts)).toBe(expected);
  });
});

describe("base64url", () => {
  it("gives any bytes back, in an alphabet of its own and without padding", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const digits = encodeBase64url(bytes);
        expect(digits).toMatch(/^[A-Za-z0-9_-]*$/);
        expect(Array.from(decodeBase64url(digits) ?? [])).toEqual(Array.from(bytes));
      }),
    );
  });

  it("knows one spelling of any bytes: what it reads, it would write", () => {
    const nearly = fc.string({ unit: fc.constantFrom(..."AQgwZ_-+/= \n") });
    fc.assert(
      fc.property(nearly, (candidate) => {
        const bytes = decodeBase64url(candidate);
        expect(bytes === null || encodeBase64url(bytes) === candidate).toBe(true);
      }),
    );
  });

  it.each(["A", "QQ==", "QR", "QUJ", "+A", "/w", "Q Q", "QQ\n", "QQé", "QUFB="])("refuses %j", (digits) => {
    expect(decodeBase64url(digits)).toBeNull();
  });

  it("takes a view of a larger buffer for what it shows", () => {
    const view = Uint8Array.of(1, 2, 3, 4).subarray(1, 3);
    expect(encodeBase64url(view)).toBe("AgM");
    expect(encodeHex(view)).toBe("0203");
  });
});

describe("bytes", () => {
  it("are joined in order", () => {
    expect(Array.from(joinBytes(Uint8Array.of(1), new Uint8Array(0), Uint8Array.of(2, 3)))).toEqual([1, 2, 3]);
  });

  it("are equal when they are the same, whatever class holds them", () => {
    expect(isEqualBytes(Uint8Array.of(1, 2), Buffer.from([1, 2]))).toBe(true);
    expect(isEqualBytes(Uint8Array.of(1, 2), Uint8Array.of(1))).toBe(false);
    expect(isEqualBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
  });
});

describe("parts", () => {
  it("stand behind their lengths", () => {
    expect(encodeHex(encodeParts("a", "", "é"))).toBe("0000000161" + "00000000" + "00000002c3a9");
  });

  it("are never the same for two different lists", () => {
    const list = fc.array(fc.string({ unit: fc.constantFrom("a", "\0", "\u0001", "é"), maxLength: 4 }), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(list, list, (a, b) => {
        const same = JSON.stringify(a) === JSON.stringify(b);
        expect(isEqualBytes(encodeParts(...a), encodeParts(...b))).toBe(same);
      }),
    );
  });
});
