import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareText } from "./bytes.js";
import {
  assertContext,
  type Context,
  contextNames,
  contextParts,
  findContextNameFault,
  pickContext,
} from "./context.js";

const usage = expect.objectContaining({ code: "USAGE" });

describe("a context", () => {
  it("is listed in byte order of its names, whatever order it was given in", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: "binary" }), fc.string()), (context) => {
        const names = contextNames(context);
        expect(names).toEqual(Object.keys(context).sort(compareText));
        const turned = Object.fromEntries(Object.entries(context).reverse());
        expect(contextParts(turned)).toEqual(contextParts(context));
        expect(contextParts(context)).toEqual(names.flatMap((name) => [name, context[name]]));
      }),
    );
  });

  it("may have a pair named __proto__, which is a pair like any other", () => {
    const context: Context = JSON.parse('{"__proto__":"x","a":"y"}');
    assertContext(context);
    expect(contextParts(context)).toEqual(["__proto__", "x", "a", "y"]);
    expect(contextParts(pickContext(context, ["__proto__"]) ?? {})).toEqual(["__proto__", "x"]);
  });

  it.each(["a", "App Name", "é", "x:coffer:y", "coffe:x", "awsx", "a".repeat(128), " "])(
    "may have the name %j",
    (name) => {
      expect(findContextNameFault(name)).toBeNull();
      assertContext({ [name]: "value" });
    },
  );

  it.each([
    "",
    "a\0",
    "a\u0085b",
    "\u007f",
    "\ud800",
    "coffer:",
    "coffer:x",
    "CoFfEr:x",
    "aws:x",
    "AWS:",
    "a".repeat(129),
    "é".repeat(65),
  ])("may not have the name %j", (name) => {
    expect(findContextNameFault(name)).not.toBeNull();
    expect(() => assertContext({ [name]: "value" })).toThrow(usage);
  });

  it.each(["", "a", "\0\n\u0085", "a".repeat(1024), "é".repeat(512)])("may have the value %j", (value) => {
    assertContext({ a: value });
    expect(contextParts({ a: value })).toEqual(["a", value]);
  });

  it.each(["\ud800", "a".repeat(1025), "é".repeat(513)])("may not have the value %j", (value) => {
    expect(() => assertContext({ a: value })).toThrow(usage);
  });

  it("may have 16 pairs and not 17", () => {
    const pairs = (count: number): Context =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`name${index}`, ""]));
    assertContext(pairs(16));
    expect(() => assertContext(pairs(17))).toThrow(usage);
  });

  it("never shows a value in its errors", () => {
    const value = `canary${"x".repeat(1025)}`;
    expect(() => assertContext({ a: value })).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining("canary") }),
    );
  });
});

describe("a pool of pairs", () => {
  it("gives exactly those that are named", () => {
    expect(pickContext({ a: "1", b: "2", c: "" }, ["a", "c"])).toEqual({ a: "1", c: "" });
    expect(pickContext({ a: "1" }, [])).toEqual({});
  });

  it.each(["b", "toString", "__proto__", "constructor"])("gives null where %s is not there", (name) => {
    expect(pickContext({ a: "1" }, ["a", name])).toBeNull();
  });
});
