import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isCofferError } from "../errors.js";
import {
  assertName,
  assertNamespace,
  assertStage,
  findNameFault,
  findNamespaceFault,
  isStage,
  isWellFormed,
  joinPath,
  parsePath,
  quote,
} from "./name.js";

/** Every range of docs/FORMAT.md section 2, by its first and last code point. */
const FORBIDDEN = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x61c, 0x61c],
  [0x200b, 0x200b],
  [0x200e, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x2064],
  [0x2066, 0x2069],
  [0xfeff, 0xfeff],
] as const;
const UNSEEN = new RegExp(
  `[${FORBIDDEN.map((ends) => ends.map((point) => `\\u{${point.toString(16)}}`).join("-")).join("")}]`,
  "u",
);
const BLANKS = [0x20, 0xa0, 0x1680, ...range(0x2000, 0x200a), 0x202f, 0x205f, 0x3000];

describe("a name", () => {
  it.each([
    "DB_URL",
    "a",
    "...",
    ".env",
    "with space",
    "a:b=c!(d)$e%f*g",
    "münchen",
    "日本語",
    "😀",
    "\u200c\u200d", // joiners that some scripts need
    "\u00e9",
    "a".repeat(255),
    "é".repeat(127),
  ])("may be %j", (name) => {
    expect(findNameFault(name)).toBeNull();
    assertName(name);
  });

  it.each([
    ["", "is empty"],
    [".", "is . or .."],
    ["..", "is . or .."],
    ["a/b", "has one of / \\ # ?"],
    ["a\\b", "has one of / \\ # ?"],
    ["a#b", "has one of / \\ # ?"],
    ["a?b", "has one of / \\ # ?"],
    ["a\nb", "has a control or invisible character"],
    ["\ud800", "is not well-formed Unicode"],
    ["a\udc00b", "is not well-formed Unicode"],
    ["\udc00\ud800", "is not well-formed Unicode"],
    [" a", "begins or ends with a blank"],
    ["a\u3000", "begins or ends with a blank"],
    ["e\u0301", "is not in Unicode normal form C"],
    ["\u212b", "is not in Unicode normal form C"],
    ["a".repeat(256), "is longer than 255 bytes"],
    [`${"é".repeat(127)}aa`, "is longer than 255 bytes"],
  ])("may not be %j: it %s", (name, fault) => {
    expect(findNameFault(name)).toBe(fault);
    expect(() => assertName(name)).toThrow(expect.objectContaining({ code: "USAGE" }));
  });

  it("has none of the forbidden characters, in the middle neither", () => {
    const forbidden = FORBIDDEN.flatMap(([from, to]) => range(from, to));
    for (const point of forbidden)
      expect(findNameFault(`a${String.fromCodePoint(point)}b`), hexOf(point)).not.toBeNull();
  });

  it("may have the neighbours of the forbidden characters", () => {
    const isForbidden = (point: number): boolean => FORBIDDEN.some(([from, to]) => point >= from && point <= to);
    const neighbours = FORBIDDEN.flatMap(([from, to]) => [from - 1, to + 1]).filter(
      (point) => point >= 0 && !isForbidden(point) && !isOwnKind(point),
    );
    for (const point of neighbours) expect(findNameFault(`a${String.fromCodePoint(point)}b`), hexOf(point)).toBeNull();
  });

  it("has no blank at either end, but may have one inside where normal form C leaves it", () => {
    for (const blank of BLANKS.map((point) => String.fromCodePoint(point))) {
      expect(findNameFault(`${blank}a`)).not.toBeNull();
      expect(findNameFault(`a${blank}`)).not.toBeNull();
      const kept = `a${blank}b`.normalize("NFC") === `a${blank}b`;
      const isSeparator = blank === "\u2028";
      expect(findNameFault(`a${blank}b`) === null).toBe(kept && !isSeparator);
    }
  });

  it("may be spelt in one normal form only", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }), (candidate) => {
        fc.pre(candidate.normalize("NFD") !== candidate.normalize("NFC"));
        expect(findNameFault(candidate.normalize("NFD"))).not.toBeNull();
      }),
    );
  });
});

describe("a namespace", () => {
  it.each([
    "",
    "prod",
    "prod/billing",
    "a/b/c/d/e/f",
    "Prod/München",
    "a b/c d",
    "a".repeat(80),
    `${"a".repeat(80)}/${"b".repeat(80)}/${"c".repeat(78)}`,
    "é".repeat(30), // 60 bytes that count 240
    "A".repeat(60),
  ])("may be %j", (namespace) => {
    expect(findNamespaceFault(namespace)).toBeNull();
    assertNamespace(namespace);
  });

  it.each([
    "/",
    "/prod",
    "prod/",
    "prod//billing",
    ".",
    "prod/..",
    "prod/./billing",
    "prod/ billing",
    "prod#1",
    "prod?",
    "prod\\billing",
    "prod/e\u0301",
    "prod\u200b",
    "a".repeat(81),
    `a/${"b".repeat(81)}`,
    `${"a".repeat(80)}/${"b".repeat(80)}/${"c".repeat(79)}`, // 241 bytes
    "é".repeat(31), // counts 248
    "A".repeat(61), // counts 244
    `${"A".repeat(59)}abcde`, // counts 241
  ])("may not be %j", (namespace) => {
    expect(findNamespaceFault(namespace)).not.toBeNull();
    expect(() => assertNamespace(namespace)).toThrow(expect.objectContaining({ code: "USAGE" }));
  });
});

describe("a stage", () => {
  it.each(["next", "A", "v1.2_3-4", "...", "a".repeat(64)])("may be %j", (stage) => {
    expect(isStage(stage)).toBe(true);
    assertStage(stage);
  });

  it.each(["", "a b", "a/b", "é", "a\n", "a".repeat(65)])("may not be %j", (stage) => {
    expect(isStage(stage)).toBe(false);
    expect(() => assertStage(stage)).toThrow(expect.objectContaining({ code: "USAGE" }));
  });
});

describe("a path", () => {
  it.each([
    ["DB_URL", "", "DB_URL"],
    ["prod/DB_URL", "prod", "DB_URL"],
    ["prod/billing/DB_URL", "prod/billing", "DB_URL"],
  ])("%s is a namespace and a name, and the other way round", (path, namespace, name) => {
    expect(parsePath(path)).toEqual({ namespace, name });
    expect(joinPath(namespace, name)).toBe(path);
  });

  it.each(["", "/", "/A", "prod/", "prod//A", "prod/../A", "prod/A#1", "a\n/b"])("%j is none", (path) => {
    expect(() => parsePath(path)).toThrow(expect.objectContaining({ code: "USAGE" }));
  });

  it("is read, or refused with USAGE; and what was read is written again", () => {
    const anything = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ unit: fc.constantFrom("a", "B", "/", ".", "é", " ", "\u0301", "#") }),
    );
    fc.assert(
      fc.property(anything, (candidate) => {
        try {
          const { namespace, name } = parsePath(candidate);
          expect(joinPath(namespace, name)).toBe(candidate);
        } catch (error) {
          expect(isCofferError(error, "USAGE")).toBe(true);
        }
      }),
    );
  });
});

describe("a quoted text", () => {
  it.each([
    ["plain", '"plain"'],
    ['say "hi"', '"say \\"hi\\""'],
    ["\u001b[31m", '"\\u001b[31m"'],
    ["a\u202eb", '"a\\u202eb"'],
    ["\u009b31m", '"\\u009b31m"'],
    ["\ud800", '"\\ud800"'],
    ["a\u200fb\u061c\u00ad", '"a\\u200fb\\u061c\\u00ad"'],
    ["münchen 😀", '"münchen 😀"'],
  ])("shows %j as %s", (given, shown) => {
    expect(quote(given)).toBe(shown);
  });

  it("cannot act on a terminal, and is not endless", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (given) => {
        expect(quote(given)).not.toMatch(UNSEEN);
        expect(isWellFormed(quote(given))).toBe(true);
        expect(quote(given).length).toBeLessThan(6 * 81 + 3);
      }),
    );
  });
});

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** Forbidden by another rule than that of control characters: half a pair, and what normal form C writes otherwise. */
function isOwnKind(point: number): boolean {
  const character = String.fromCodePoint(point);
  return character === "/" || character.normalize("NFC") !== character;
}

function hexOf(point: number): string {
  return `U+${point.toString(16)}`;
}
