import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { printable, renderJson } from "./printable.js";

describe("printable", () => {
  it.each([
    ["plain, ünïcode 🔑", "plain, ünïcode 🔑"],
    ["\u001b]0;title\u0007", "\\u001b]0;title\\u0007"],
    ["two\nlines\r", "two\\u000alines\\u000d"],
    ["\u009b31m", "\\u009b31m"],
    ["\u202egnp.exe\u2066", "\\u202egnp.exe\\u2066"],
    ["\u200f\u061c\u2028\ufeff", "\\u200f\\u061c\\u2028\\ufeff"],
    ["half \ud83d", "half \\ud83d"],
  ])("shows %j as %j", (text, shown) => {
    expect(printable(text)).toBe(shown);
  });
});

describe("renderJson", () => {
  it("is one line without characters that act on a terminal, and says exactly what was stored", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const rendered = renderJson({ text });
        expect(JSON.parse(rendered)).toEqual({ text });
        expect(rendered.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      }),
    );
  });
});
