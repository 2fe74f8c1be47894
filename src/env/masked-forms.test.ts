import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Sensitive } from "../core/sensitive.js";
import { maskedForms } from "./masked-forms.js";

const entry = (value: string | Uint8Array) => ({
  name: "A",
  value: typeof value === "string" ? Sensitive.fromText(value) : Sensitive.from(value),
});

function formsOf(value: string | Uint8Array, short = false): string[] {
  return maskedForms([entry(value)], { short }).map((form) => Buffer.from(form).toString("latin1"));
}

/** True where every byte of `text` belongs to a pattern, but for those of `rest` at its ends. */
function isHidden(
  value: string | Uint8Array,
  text: string,
  [before, after]: readonly [string, string] = ["", ""],
): boolean {
  const covered = new Uint8Array(text.length);
  for (const form of formsOf(value)) {
    for (let at = text.indexOf(form); at !== -1; at = text.indexOf(form, at + 1)) covered.fill(1, at, at + form.length);
  }
  const inner = covered.subarray(before.length, text.length - after.length);
  return text.startsWith(before) && text.endsWith(after) && inner.every((byte) => byte === 1);
}

const PEM = `-----BEGIN PRIVATE KEY-----\n${Array.from({ length: 4 }, (_, index) => `${index}+/a`.repeat(16)).join("\n")}\n-----END PRIVATE KEY-----\n`;

describe("the forms in which a value is hidden", () => {
  it.each<[string, string, string]>([
    ["as it is", "hunter22", "hunter22"],
    ["in base64", "hunter22", "aHVudGVyMjI="],
    ["in base64 without padding", "hunter22", "aHVudGVyMjI"],
    ["in base64 with the end of its line", "hunter22", "aHVudGVyMjIK"],
    ["in base64 for URLs", "~~~???>>>", "fn5-Pz8_Pj4-"],
    [
      "in base64, in lines as base64 prints them",
      "x".repeat(100),
      Buffer.from("x".repeat(100)).toString("base64").slice(76),
    ],
    ["in a URL", "p@ss w/rd%", "p%40ss%20w%2Frd%25"],
    ["in a URL with small digits", "p@ss w/rd%", "p%40ss%20w%2frd%25"],
    ["in a path", "p@ss w/rd%", "p%40ss%20w/rd%25"],
    ["in a form", "p@ss w/rd%", "p%40ss+w%2Frd%25"],
    ["beyond ASCII in a URL", "grün~grün", "gr%C3%BCn~gr%C3%BCn"],
    ["in JSON", 'a"b\\c\nd\te', 'a\\"b\\\\c\\nd\\te'],
    ["beyond ASCII in JSON", "grün-😀-grün", "gr\\u00fcn-\\ud83d\\ude00-gr\\u00fcn"],
    ["with slashes escaped in JSON", "https://a.b/c", "https:\\/\\/a.b\\/c"],
    ["with signs of HTML escaped in JSON", "a<b>c&d123", "a\\u003cb\\u003ec\\u0026d123"],
    ["a line of several", PEM, "0+/a".repeat(16)],
    ["a line of several in base64", PEM, Buffer.from("1+/a".repeat(16)).toString("base64")],
    ["a line that was indented", "password: x\n    hunter22hunter22\n", "hunter22hunter22"],
    ["several lines in JSON", PEM, PEM.replaceAll("\n", "\\n")],
  ])("has it %s", (_, value, form) => {
    expect(formsOf(value)).toContain(Buffer.from(form, "utf8").toString("latin1"));
  });

  it("finds every byte of a value in base64 that depends on nothing else, wherever it stands in what was encoded", () => {
    const value = fc.uint8Array({ minLength: 8, maxLength: 60 });
    const ends = fc.uint8Array({ maxLength: 6 });
    fc.assert(
      fc.property(value, ends, ends, fc.constantFrom("base64", "base64url"), (bytes, before, after, alphabet) => {
        const encoded = Buffer.concat([before, bytes, after]).toString(alphabet as "base64");
        const first = Math.ceil((before.length * 8) / 6);
        const end = Math.floor(((before.length + bytes.length) * 8) / 6);
        expect(isHidden(bytes, encoded, [encoded.slice(0, first), encoded.slice(end)])).toBe(true);
        if (after.length > 0) return;
        expect(isHidden(bytes, encoded, [encoded.slice(0, first), ""])).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("finds any text in JSON and in URLs, as Node writes them", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 8, maxLength: 40 }), (text) => {
        const forms = formsOf(text);
        expect(forms).toContain(Buffer.from(JSON.stringify(text).slice(1, -1)).toString("latin1"));
        expect(forms).toContain(encodeURIComponent(text));
        expect(forms).toContain(new URLSearchParams({ a: text }).toString().slice(2));
      }),
      { numRuns: 300 },
    );
  });

  it("leaves values that are shorter than 8 bytes alone, unless that is asked for", () => {
    expect(formsOf("1234567")).toEqual([]);
    expect(formsOf("1234567", true)).toContain("1234567");
    expect(formsOf("a b", true)).toEqual(expect.arrayContaining(["a b", "a%20b", "a+b"]));
    expect(formsOf("", true)).toEqual([]);
  });

  it("has no short line of a value and no short piece of base64, even then", () => {
    expect(formsOf("{\n}\n12345678", true).filter((form) => form.length < 8)).toEqual([]);
    expect(formsOf("ab", true)).toEqual(["ab"]);
  });

  it("has bytes that are no text as they are, in base64 and percent-encoded", () => {
    const forms = formsOf(new Uint8Array([0xff, 0, 1, 2, 3, 4, 5, 0xfe]));
    expect(forms).toEqual(
      expect.arrayContaining(["\xff\0\x01\x02\x03\x04\x05\xfe", "/wABAgMEBf4=", "%FF%00%01%02%03%04%05%FE"]),
    );
  });

  it("has a value of more than 64 KiB as it is and line by line, and refuses one of more than 1 MiB by name", () => {
    const lines = `${"a".repeat(70_000)}\nfirst+line\n`;
    expect(formsOf(lines)).toStrictEqual([lines, "a".repeat(70_000), "first+line"]);
    expect(() => formsOf(new Uint8Array(1_048_577))).toThrow(/cannot hide "A" .* longer than 1 MiB/);
  });
});
