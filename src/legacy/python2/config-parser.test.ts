import { describe, expect, test } from "vitest";
import { Python2Config } from "./config-parser.js";

const TEXT = `# on top
[messer]
master_key = %(tier)s-key
Tier: dev
; a comment
silent=
long = one
    two
\t; three

[aws]
bucket=b-%(tier)s ; of %(nobody)s
Remember = not a comment
rem this is one
100 = 50%
[DEFAULT]
tier = none
region=eu
[messer]
late : "" 
`;

// What is expected was read off CPython 2.7.18's ConfigParser.
describe("a file as Python 2 reads it", () => {
  const config = new Python2Config(TEXT, "messer.ini");

  test.each([
    ["messer", "master_key", "dev-key"],
    ["messer", "tier", "dev"],
    ["messer", "silent", ""],
    ["messer", "long", "one\ntwo\n; three"],
    ["messer", "late", ""],
    ["messer", "region", "eu"],
    ["messer", "absent", null],
    ["aws", "bucket", "b-none"],
    ["aws", "remember", "not a comment"],
    ["aws", "100", "50%"],
    ["nowhere", "region", "eu"],
  ])("[%s] %s is %j", (section, name, value) => {
    expect(config.get(section, name)).toBe(value);
  });

  test("has its sections once, in their order, and what all of them have first", () => {
    expect(config.sections).toEqual(["messer", "aws"]);
    expect(config.hasSection("DEFAULT")).toBe(false);
    expect(config.items("aws")).toEqual([
      ["tier", "none"],
      ["region", "eu"],
      ["bucket", "b-none"],
      ["remember", "not a comment"],
      ["100", "50%"],
    ]);
  });

  test.each([
    ["a = %(b)s\nb = %(c)s%%\nc = x", "x%"],
    ["a = %(b)s\nb = %(A)s", null],
    ["a = %(a)s", null],
    ["a = %(none)s", null],
    ["a = %(b)d\nb = x", null],
    ["a = %(b)s 50%\nb = x", null],
    ["a = 100%", "100%"],
  ])("%j has the value %j", (text, value) => {
    const config = new Python2Config(`[s]\n${text}\n`, "messer.ini");
    if (value === null) expect(() => config.get("s", "a")).toThrow(expect.objectContaining({ code: "INVALID" }));
    else expect(config.get("s", "a")).toBe(value);
  });

  test.each(["a = 1", "[s]\nnothing", "[s]\n = x", "[]\n"])(
    "%j is refused by its line, which is not repeated",
    (text) => {
      expect(() => new Python2Config(text, "messer.ini")).toThrow(/^line \d of messer.ini cannot be read$/);
    },
  );
});

describe("a value that is written", () => {
  function written(text: string, section: string, name: string, value: string): string {
    const config = new Python2Config(text, "messer.ini");
    config.set(section, name, value);
    expect(config.get(section, name)).toBe(value);
    return config.text;
  }

  test("takes the place of the one that counts, and leaves the rest as it was", () => {
    expect(written("[a]\n# why\nx = 1\n  2\n# y\ny=3\n", "a", "x", "4")).toBe("[a]\n# why\nx = 4\n# y\ny=3\n");
    expect(written("[a]\nx = 1\nX: 2\n", "a", "x", "3")).toBe("[a]\nx = 1\nx = 3\n");
  });

  test("goes to the end of its section, or to a new one", () => {
    expect(written("[a]\nx = 1\n\n[b]\ny = 2\n", "a", "z", "3")).toBe("[a]\nx = 1\nz = 3\n\n[b]\ny = 2\n");
    expect(written("[a]\nx = 1\n", "b", "y", "2")).toBe("[a]\nx = 1\n\n[b]\ny = 2\n");
    expect(written("", "b", "y", "2")).toBe("[b]\ny = 2\n");
  });

  test.each([" a", "a\nb", "a ;b", '""'])("is refused where it would not be read back: %j", (value) => {
    const config = new Python2Config("[a]\n", "messer.ini");
    expect(() => config.set("a", "x", value)).toThrow(expect.objectContaining({ code: "USAGE" }));
    expect(config.text).toBe("[a]\n");
  });
});
