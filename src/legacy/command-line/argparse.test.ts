import { describe, expect, test } from "vitest";
import { type Grammar, parseArgparse, splitCommand } from "./argparse.js";

const PUT: Grammar = {
  options: [
    { name: "key", flags: ["-k", "--key"], takes: "value" },
    { name: "version", flags: ["-v", "--version"], takes: "value" },
    { name: "auto", flags: ["-a", "--autoversion"] },
    { name: "noline", flags: ["-n", "--noline"] },
    { name: "tags", flags: ["--tags"], takes: "values" },
  ],
  positionals: [
    { name: "name", count: "one" },
    { name: "value", count: "one" },
    { name: "context", count: "any" },
  ],
};
const LENIENT: Grammar = {
  options: PUT.options,
  positionals: PUT.positionals.map((each) => (each.name === "value" ? { ...each, count: "optional" } : each)),
};

function parse(args: readonly string[], grammar = PUT): Record<string, readonly string[]> {
  const { options, positionals } = parseArgparse(args, grammar);
  return { ...Object.fromEntries(options), ...Object.fromEntries(positionals) };
}

// What is expected was read off CPython 3.11.
describe("arguments as argparse reads them", () => {
  const plain = { name: ["n"], value: ["v"], context: [] };

  test.each<[string[], Record<string, string[]>]>([
    [["n", "v"], plain],
    [["n", "v", "a=b", "c=d"], { ...plain, context: ["a=b", "c=d"] }],
    [["-k", "alias/x", "n", "v"], { ...plain, key: ["alias/x"] }],
    [["-kalias/x", "n", "v"], { ...plain, key: ["alias/x"] }],
    [["--key=alias/x", "n", "v"], { ...plain, key: ["alias/x"] }],
    [["--key=", "n", "v"], { ...plain, key: [""] }],
    [["--auto", "n", "v"], { ...plain, auto: [] }],
    [["n", "-a", "v"], { ...plain, auto: [] }],
    [["n", "v", "-an"], { ...plain, auto: [], noline: [] }],
    [["n", "v", "-av3"], { ...plain, auto: [], version: ["3"] }],
    [["n", "-5"], { ...plain, value: ["-5"] }],
    [["n", "-.5"], { ...plain, value: ["-.5"] }],
    [["n", "-"], { ...plain, value: ["-"] }],
    [["n", "- x"], { ...plain, value: ["- x"] }],
    [["n", ""], { ...plain, value: [""] }],
    [["--", "n", "-v"], { ...plain, value: ["-v"] }],
    [["n", "--", "--key"], { ...plain, value: ["--key"] }],
    [["-v", "-1", "n", "v"], { ...plain, version: ["-1"] }],
    [["n", "v", "--tags", "a", "b"], { ...plain, tags: ["a", "b"] }],
  ])("%j", (args, expected) => {
    expect(parse(args)).toEqual(expected);
  });

  test.each<[string[], string]>([
    [[], "name is missing"],
    [["n"], "value is missing"],
    [["n", "v", "-a", "c=d"], "more arguments"],
    [["n", "v", "-k"], "-k needs a value"],
    [["n", "v", "-k", "-a"], "-k needs a value"],
    [["n", "v", "--autoversion=1"], "-a takes no value"],
    [["n", "v", "--nosuch"], "no option --nosuch"],
    [["n", "v", "-x"], "no option -x"],
    [["n", "v", "-ax"], "an argument is no option"],
    [["n", "-hunter2"], "an argument is no option"],
  ])("%j is refused", (args, reason) => {
    expect(() => parse(args)).toThrow(reason);
  });

  test("one that may be missing takes nothing once options stand between", () => {
    expect(() => parse(["n", "-a", "v"], LENIENT)).toThrow("more arguments");
    expect(parse(["n"], LENIENT)).toEqual({ name: ["n"], value: [], context: [] });
    expect(parse(["-a", "n", "v"], LENIENT)).toEqual({ auto: [], ...plain });
  });

  test("an abbreviation of several is refused", () => {
    const options = [...PUT.options, { name: "keys", flags: ["--keys"] }];
    expect(() => parse(["--ke", "x"], { ...PUT, options })).toThrow("one of several");
  });
});

describe("the command behind a tool's own options", () => {
  const options = [{ name: "region", flags: ["-r", "--region"], takes: "value" as const }];

  test.each<[string[], object]>([
    [["get", "-n", "x"], { before: [], command: "get", after: ["-n", "x"] }],
    [["-r", "eu", "get"], { before: ["-r", "eu"], command: "get", after: [] }],
    [["--reg=eu", "get", "-r", "us"], { before: ["--reg=eu"], command: "get", after: ["-r", "us"] }],
    [[], { before: [], command: undefined, after: [] }],
  ])("%j", (args, expected) => {
    expect(splitCommand(args, options)).toEqual(expected);
  });

  test("an option that is none of the tool's is refused", () => {
    expect(() => splitCommand(["-x", "get"], options)).toThrow("no option -x");
  });
});
