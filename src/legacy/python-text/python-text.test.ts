import { describe, expect, it } from "vitest";
import { writeCsv } from "./csv.js";
import { dumpJson } from "./json.js";
import { dumpYaml } from "./yaml.js";

describe("json.dumps", () => {
  it("escapes all that is not printable ASCII, and sorts by code points", () => {
    const pairs = [
      ["é", '"\\\n\u007f\u{1f600}'],
      ["\uffff", ""],
      ["\u{10000}", "\b\f\t\r\0/"],
    ] as const;
    expect(dumpJson(pairs, { indent: 4, sorted: true })).toBe(
      '{\n    "\\u00e9": "\\"\\\\\\n\\u007f\\ud83d\\ude00",\n    "\\uffff": "",\n    "\\ud800\\udc00": "\\b\\f\\t\\r\\u0000/"\n}',
    );
    expect(
      dumpJson([
        ["b", "1"],
        ["a", "2"],
      ]),
    ).toBe('{"b": "1", "a": "2"}');
    expect(dumpJson([], { indent: 4 })).toBe("{}");
  });
});

describe("csv.writer", () => {
  it("quotes what it must, and no more", () => {
    const rows = [
      ["a", "1,2"],
      ["b c", ' "x" '],
      ["d", "1\n2"],
      ["e", "\r"],
      ["", "'"],
    ] as const;
    expect(writeCsv(rows, "\r\n")).toBe('a,"1,2"\r\nb c," ""x"" "\r\nd,"1\n2"\r\ne,"\r"\r\n,\'\r\n');
    expect(writeCsv([["e", "\r"]], "\n")).toBe("e,\r\n");
  });
});

describe("yaml.dump", () => {
  it.each([
    ["plain", "plain text", "plain text"],
    ["another type", "yes", "'yes'"],
    ["a number", "012", "'012'"],
    ["a date", "2020-01-01", "'2020-01-01'"],
    ["a name within", "a: b", "'a: b'"],
    ["a URL", "http://x/#y", "http://x/#y"],
    ["a comment", "a #b", "'a #b'"],
    ["nothing", "", "''"],
    ["lines", "a\nb\n", "'a\n\n  b\n\n  '"],
    ["a quote at the start", "'x", "'''x'"],
    ["other letters", "pässwörd", '"p\\xE4ssw\\xF6rd"'],
    ["a tab", "a\tb", '"a\\tb"'],
    ["a long text", "word ".repeat(20).trim(), `${"word ".repeat(16).trim()}\n  word word word word`],
  ])("writes %s", (_, value, expected) => {
    expect(dumpYaml([["k", value]])).toBe(`k: ${expected}\n`);
  });

  it("sorts names, and puts a question mark before those that cannot stand in a line", () => {
    const long = "n".repeat(123);
    expect(
      dumpYaml([
        ["b", "1"],
        ["a", "x"],
        [long, "y"],
        ["", "z"],
      ]),
    ).toBe(`? ''\n: z\na: x\nb: '1'\n? ${long}\n: y\n`);
    expect(dumpYaml([])).toBe("{}\n");
  });
});
