import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readPython2Json } from "./read-json.js";
import { writePython2Json } from "./write-json.js";

interface Vectors {
  readonly floats: readonly { bits: string; json: string }[];
  readonly documents: readonly { text: string; again: string; indented: string }[];
}

const file = new URL("../../../test/vectors/legacy/python2.json", import.meta.url);
// The file is ours, and every field is compared.
const vectors = JSON.parse(readFileSync(file, "utf8")) as Vectors;

describe("JSON as Python 2 has it", () => {
  test("is written in ASCII, with blanks, and one at the end of each line", () => {
    const value = new Map([
      ["naïve", "a\n"],
      ["b", "😀"],
    ]);
    expect(writePython2Json(value)).toBe('{"na\\u00efve": "a\\n", "b": "\\ud83d\\ude00"}');
    expect(writePython2Json(value, { indent: 2 })).toBe('{\n  "na\\u00efve": "a\\n", \n  "b": "\\ud83d\\ude00"\n}');
  });

  test(`${vectors.floats.length} floats are written as CPython writes them`, () => {
    for (const { bits, json } of vectors.floats) {
      const value = Buffer.from(bits, "hex").readDoubleBE();
      expect(writePython2Json(value)).toBe(json);
    }
  });

  test(`${vectors.documents.length} documents are read and written again as CPython does`, () => {
    for (const { text, again, indented } of vectors.documents) {
      const value = readPython2Json(text, "the text");
      expect(writePython2Json(value)).toBe(again);
      expect(writePython2Json(value, { indent: 2 })).toBe(indented);
    }
  });

  test.each([
    "",
    "{",
    "[1,]",
    "{,}",
    '{"a" 1}',
    "{a: 1}",
    "'a'",
    "1.",
    ".5",
    "01",
    "+1",
    '"\t"',
    '"\\x41"',
    '"\\u12"',
    '"open',
    "nul",
    "1 2",
    "\ufeff{}",
    "[".repeat(2000),
  ])("%j is refused without being repeated", (text) => {
    expect(() => readPython2Json(text, "the text")).toThrow(/^the text is no JSON that can be read$/);
  });
});
