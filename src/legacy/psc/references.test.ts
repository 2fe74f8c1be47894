import { describe, expect, test } from "vitest";
import { findReferences } from "./references.js";

const REFUSED = expect.objectContaining({ code: "INVALID" });

function find(pattern: string, value: string): string | null {
  return findReferences({ V: value }, pattern)[0]?.parameter ?? null;
}

// What is expected was found by CPython 3.11.
describe("a pattern in Python's syntax", () => {
  test.each<[string, string, string | null]>([
    ["SECRET (.+)", "SECRET a", "a"],
    ["SECRET (.+)", "SECRET a\rb", "a\rb"],
    ["SECRET (.+)", "OTHER a", null],
    ["ssm://(\\S+)", "ssm://x", "x"],
    ["ssm://(\\S+)", "SECRET ]a", null],
    ["SECRET ([a-z]{2,3})", "SECRET aa", "aa"],
    ["SECRET ([a-z]{2,3})", "SECRET abx", "abx"],
    ["SECRET ([a-z]{2,3})", "SECRET ...", null],
    ["SECRET ([a-z]{,2})x", "SECRET abx", "ab"],
    ["SECRET ([a-z]{,2})x", "SECRET x", ""],
    ["SECRET ([a-z]{,2})x", "SECRET !?", null],
    ["(?:SECRET|secret) (\\w+)", "SECRET a", "a"],
    ["(?:SECRET|secret) (\\w+)", "SECRET \u0430\u0431", "\u0430\u0431"],
    ["(?:SECRET|secret) (\\w+)", "SECRET \ud83d\ude00", null],
    ["SECRET (?P<name>\\w+)", "SECRET a", "a"],
    ["SECRET (?P<name>\\w+)", "SECRET \u0430\u0431", "\u0430\u0431"],
    ["SECRET (?P<name>\\w+)", "SECRET \b", null],
    ["SECRET ([^|]+)\\|?.*", "SECRET a", "a"],
    ["SECRET ([^|]+)\\|?.*", "SECRET a\rb", "a\rb"],
    ["SECRET ([^|]+)\\|?.*", "a{x", null],
    ["SECRET (a+?)a*", "SECRET a", "a"],
    ["SECRET (a+?)a*", "SECRET aaa", "a"],
    ["SECRET (a+?)a*", "OTHER a", null],
    ["SECRET\\b (\\w+)", "SECRET a", "a"],
    ["SECRET\\b (\\w+)", "SECRET \u0430\u0431", "\u0430\u0431"],
    ["SECRET\\b (\\w+)", "SECRET \u00a0x", null],
    ["S\\x45CRET (\\u0061.*)", "SECRET a", "a"],
    ["S\\x45CRET (\\u0061.*)", "SECRET a\rb", "a\rb"],
    ["S\\x45CRET (\\u0061.*)", "\u00e9\u00e9", null],
    ["SECRET ([]a]+)", "SECRET a", "a"],
    ["SECRET ([]a]+)", "SECRET ]a", "]a"],
    ["SECRET ([]a]+)", "SECRET {a}", null],
    ["SECRET ([a\\]]+)", "SECRET a", "a"],
    ["SECRET ([a\\]]+)", "SECRET ]a", "]a"],
    ["SECRET ([a\\]]+)", "a{x", null],
    ["SECRET (\\d+)", "SECRET 12", "12"],
    ["SECRET (\\d+)", "SECRET \u0661\u0662", "\u0661\u0662"],
    ["SECRET (\\d+)", "SECRET ]a", null],
    ["SECRET ([\\w-]+)", "SECRET a", "a"],
    ["SECRET ([\\w-]+)", "SECRET \u0430\u0431", "\u0430\u0431"],
    ["SECRET ([\\w-]+)", "SECRET .+*", null],
    ["SECRET ([^\\s]+)", "SECRET a", "a"],
    ["SECRET ([^\\s]+)", "SECRET \ufeff", "\ufeff"],
    ["SECRET ([^\\s]+)", "SECRET a\rb", null],
    ["SECRET ([\\S]+)", "SECRET a", "a"],
    ["SECRET ([\\S]+)", "SECRET \ufeff", "\ufeff"],
    ["SECRET ([\\S]+)", "SECRET \u0085x", null],
    ["SECRET ([^\\S]+)x", "SECRET \u001cx", "\u001c"],
    ["SECRET ([^\\S]+)x", "SECRET \u0085x", "\u0085"],
    ["SECRET ([^\\S]+)x", "SECRET a b", null],
    ["SECRET (?=a)(.*)", "SECRET a", "a"],
    ["SECRET (?=a)(.*)", "SECRET a\rb", "a\rb"],
    ["SECRET (?=a)(.*)", "SECRET -/", null],
    ["SECRET (?!a)(.*)", "SECRET ", ""],
    ["SECRET (?!a)(.*)", "SECRET \u0085x", "\u0085x"],
    ["SECRET (?!a)(.*)", "SECRET a{,}", null],
    ["SECRET (.+)|OTHER (.+)", "SECRET a", "a"],
    ["SECRET (.+)|OTHER (.+)", "SECRET a\rb", "a\rb"],
    ["SECRET (.+)|OTHER (.+)", "a{x", null],
    ["SECRET {(.+)}", "SECRET {a}", "a"],
    ["SECRET {(.+)}", "SECRET 12", null],
    ["a{(.)", "a{x", "x"],
    ["a{(.)", "secret abc", null],
    ["SECRET (.*)$", "SECRET a", "a"],
    ["SECRET (.*)$", "SECRET a\rb", "a\rb"],
    ["SECRET (.*)$", "secret abc", null],
    ["^(.*)", "secret abc", null],
    ["SECRET (.)\\B(.*)", "SECRET aa", "a"],
    ["SECRET (.)\\B(.*)", "SECRET \ufeff", "\ufeff"],
    ["SECRET (.)\\B(.*)", "\u00e9\u00e9", null],
    ["SECRET ([a-]+)", "SECRET a", "a"],
    ["SECRET ([a-]+)", "SECRET a-", "a-"],
    ["SECRET ([a-]+)", "OTHER a", null],
    ["SECRET ([-a]+)", "SECRET a", "a"],
    ["SECRET ([-a]+)", "SECRET a-", "a-"],
    ["SECRET ([-a]+)", "OTHER a", null],
    ["SECRET (\\W+)", "SECRET !?", "!?"],
    ["SECRET (\\W+)", "SECRET \ufeff", "\ufeff"],
    ["SECRET (\\W+)", "SECRET ]a", null],
    ["SECRET ([\\W]+)", "SECRET !?", "!?"],
    ["SECRET ([\\W]+)", "SECRET \ufeff", "\ufeff"],
    ["SECRET ([\\W]+)", "SECRET \u0661\u0662", null],
    ["SECRET (\\D+)", "SECRET a", "a"],
    ["SECRET (\\D+)", "SECRET a\rb", "a\rb"],
    ["SECRET (\\D+)", "ssm://x y", null],
    ["SECRET ([\\D]+)", "SECRET a", "a"],
    ["SECRET ([\\D]+)", "SECRET a\rb", "a\rb"],
    ["SECRET ([\\D]+)", "SECRET \u0661\u0662", null],
    ["SECRET .+", "ssm://x", null],
    ["SECRET (a|b|)", "SECRET a", "a"],
    ["SECRET (a|b|)", "SECRET ", ""],
    ["SECRET (a|b|)", "SECRET h\u00e9-x", null],
    ["SECRET ()", "SECRET ", ""],
    ["SECRET ()", "SECRET abx", null],
    ["SECRET (\\.+)", "SECRET ...", "..."],
    ["SECRET (\\.+)", "SECRET ]a", null],
    ["SECRET (\\-\\/+)", "SECRET -/", "-/"],
    ["SECRET (\\-\\/+)", "SECRET \u0661\u0662", null],
    ["SECRET ([.+*]+)", "SECRET ...", "..."],
    ["SECRET ([.+*]+)", "SECRET .+*", ".+*"],
    ["SECRET ([.+*]+)", "SECRET h\u00e9-x", null],
    ["SECRET (a{2})", "SECRET aa", "aa"],
    ["SECRET (a{2})", "SECRET \u0661\u0662", null],
    ["SECRET (a{2,})", "SECRET aa", "aa"],
    ["SECRET (a{2,})", "SECRET aaa", "aaa"],
    ["SECRET (a{2,})", "SECRET a b", null],
    ["SECRET (a{2,3}?)a*", "SECRET aa", "aa"],
    ["SECRET (a{2,3}?)a*", "SECRET aaa", "aa"],
    ["SECRET (a{2,3}?)a*", "SECRET a-", null],
    ["SECRET (a{x})", "SECRET a{x}", "a{x}"],
    ["SECRET (a{x})", "SECRET 12", null],
    ["SECRET (})", "SECRET }", "}"],
    ["SECRET (})", "SECRET abx", null],
    ["SECRET ([\\b]+)", "SECRET \b", "\b"],
    ["SECRET ([\\b]+)", "SECRET \u0661\u0662", null],
    ["(\u00e9+)", "\u00e9\u00e9", "\u00e9\u00e9"],
    ["(\u00e9+)", "SECRET abc", null],
    ["SECRET ([\u0430-\u044f]+)", "SECRET \u0430\u0431", "\u0430\u0431"],
    ["SECRET ([\u0430-\u044f]+)", "SECRET h\u00e9-x", null],
    ["SECRET ((a)(b))", "SECRET ab", "ab"],
    ["SECRET ((a)(b))", "SECRET a b", null],
    ["", "SECRET a", null],
    ["SECRET (a{,})", "SECRET a", "a"],
    ["SECRET (a{,})", "SECRET ", ""],
    ["SECRET (a{,})", "OTHER a", null],
    ["SECRET (a{1}b)", "SECRET ab", "ab"],
    ["SECRET (a{1}b)", "SECRET h\u00e9-x", null],
    ["SECRET (\\t)", "SECRET \t", "\t"],
    ["SECRET (\\t)", "SECRET x", null],
  ])("%s finds in %j %j", (pattern, value, found) => {
    expect(find(pattern, value)).toBe(found);
  });

  test.each([
    "SECRET (",
    "SECRET )",
    "SECRET (a**)",
    "SECRET (*a)",
    "SECRET [a",
    "SECRET (\\y)",
    "SECRET ([b-a])",
    "SECRET (a{3,2})",
    "(?P<1>a)",
    "SECRET (\\xz)",
    "(\\w-[a-\\d])",
  ])("%s is none in Python, and refused", (pattern) => {
    expect(() => find(pattern, "x")).toThrow(REFUSED);
  });

  test.each([
    "SECRET (\\w+) \\1",
    "(?<=a)(b)",
    "(?i:secret) (.+)",
    "SECRET (?#x)(.+)",
    "SECRET (a++)",
    "SECRET (a*+)",
    "SECRET (?>a)(b)",
    "(?P<q>a)(?P=q)",
    "(a)?(?(1)b|c)",
    "\\A(a)",
    "SECRET (\\N{BULLET})",
    "SECRET ([[:alpha:]]+)",
    "SECRET (.+)\\Z",
    "(?=a)*(.)",
  ])("%s is something else in JavaScript, or nothing, and refused", (pattern) => {
    expect(() => find(pattern, "x")).toThrow(REFUSED);
  });
});

describe("a reference", () => {
  test("is the whole value of a variable that a shell can export", () => {
    const env = {
      A: "SECRET a",
      B: " SECRET b",
      C: "secret c",
      "D-E": "SECRET d",
      F: "x\nG=SECRET g\ny",
      H: undefined,
    };
    expect(findReferences(env)).toEqual([{ variable: "A", parameter: "a" }]);
  });

  test("has its name as it is written, blanks too, whatever else is in the environment", () => {
    const env = { X: "hé", A: "SECRET /path/to x ", B: "SECRET a", C: "SECRET a" };
    expect(findReferences(env).map(({ variable, parameter }) => `${variable}:${parameter}`)).toEqual([
      "A:/path/to x ",
      "B:a",
      "C:a",
    ]);
  });

  test("needs a group with the name, as soon as something fits", () => {
    expect(findReferences({ A: "x" }, "SECRET .+")).toEqual([]);
    for (const pattern of ["SECRET .+", "(x)|SECRET a"]) {
      expect(() => findReferences({ A: "SECRET a" }, pattern)).toThrow(REFUSED);
    }
  });
});
