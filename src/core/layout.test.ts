import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assertKey } from "../objects/object-key.js";
import { blobKey, commitKey, headKey, headPrefix, namespaceOfHead, namespaceSegment } from "./layout.js";
import { findNamespaceFault } from "./name.js";

const segment = fc.string({ unit: fc.constantFrom(..."aB0_.-!() é😀\u00df%*"), minLength: 1, maxLength: 6 });
const namespace = fc
  .array(segment, { maxLength: 4 })
  .map((segments) => segments.join("/"))
  .filter((candidate) => findNamespaceFault(candidate) === null);

describe("a namespace as one segment", () => {
  it.each([
    ["", "!"],
    ["prod", "prod"],
    ["prod/billing", "prod!billing"],
    ["prod/münchen", "prod!m(c3)(bc)nchen"],
    ["A-b_c.d", "A-b_c.d"],
    ["a!b", "a(21)b"],
    ["(21)", "(28)21(29)"],
    ["a b", "a(20)b"],
    ["😀", "(f0)(9f)(98)(80)"],
  ])("%j is %s", (given, expected) => {
    expect(namespaceSegment(given)).toBe(expected);
  });

  it("is the same for no two namespaces", () => {
    fc.assert(
      fc.property(namespace, namespace, (a, b) => {
        expect(namespaceSegment(a) === namespaceSegment(b)).toBe(a === b);
      }),
    );
  });

  it("is one segment of a key that every object store takes", () => {
    fc.assert(
      fc.property(namespace, (given) => {
        expect(namespaceSegment(given)).toMatch(/^[A-Za-z0-9_.!()-]+$/);
        assertKey(headKey(given));
      }),
    );
  });
});

describe("the key of a head", () => {
  it("tells its namespace", () => {
    fc.assert(
      fc.property(namespace, (given) => {
        expect(namespaceOfHead(headKey(given))).toBe(given);
      }),
    );
  });

  it.each([
    "",
    "heads/",
    "head/prod",
    "commits/prod",
    "heads/prod!",
    "heads/!prod",
    "heads/!!",
    "heads/a/b",
    "heads/(61)", // `a` stands for itself
    "heads/(C3)(BC)",
    "heads/(c3)",
    "heads/(2f)",
    "heads/a(2f)b",
    "heads/(21)(", // half an escape
    "heads/ü",
    "heads/a b",
    "heads/..",
    "heads/e(cc)(81)", // e and an accent: not in normal form C
  ])("%j is none", (key) => {
    expect(namespaceOfHead(key)).toBeNull();
  });

  it("is the only one for which a namespace is told", () => {
    const key = fc
      .string({ unit: fc.constantFrom(..."aB!()c3bc2f21/ é"), maxLength: 12 })
      .map((rest) => `heads/${rest}`);
    fc.assert(
      fc.property(key, (candidate) => {
        const told = namespaceOfHead(candidate);
        expect(told === null || headKey(told) === candidate).toBe(true);
      }),
    );
  });

  it("begins as the prefix of its namespace and of those above it", () => {
    expect("heads/prod!billing".startsWith(headPrefix("prod"))).toBe(true);
    expect(headPrefix("")).toBe("heads/");
  });
});

describe("the keys of commits and blobs", () => {
  it("have the sequence in 16 digits, so that their order is that of the sequence", () => {
    expect(commitKey("prod/billing", 7, "cabc")).toBe("commits/prod!billing/0000000000000007-cabc");
    expect(commitKey("", Number.MAX_SAFE_INTEGER, "cabc")).toBe("commits/!/9007199254740991-cabc");
  });

  it("have a blob's hash in hexadecimal digits", () => {
    const hash = Buffer.alloc(32, 0xab).toString("base64url");
    expect(blobKey("prod", 12, hash)).toBe(`blobs/prod/0000000000000012-b${"ab".repeat(32)}`);
  });
});
