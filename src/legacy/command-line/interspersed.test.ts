import { describe, expect, test } from "vitest";
import { parseInterspersed } from "./interspersed.js";

const OPTIONS = [
  { name: "bucket", flags: ["-b", "--bucket"], takes: "value" as const },
  { name: "files", flags: ["-f", "--file"], takes: "value" as const },
  { name: "all", flags: ["-a", "--whitelist-all"] },
  { name: "ignore", flags: ["-i", "--ignore-extra"] },
];

function parse(args: readonly string[], abbreviations = true): Record<string, unknown> {
  const { options, rest } = parseInterspersed(args, OPTIONS, { abbreviations });
  return { ...Object.fromEntries(options), rest };
}

describe("arguments as optparse and click read them", () => {
  test.each<[string[], object]>([
    [["-b", "B", "cmd", "-a", "x"], { bucket: ["B"], all: [], rest: ["cmd", "x"] }],
    [["-bB", "-ai"], { bucket: ["B"], all: [], ignore: [], rest: [] }],
    [["--buck=B", "-f", "1", "-f", "2"], { bucket: ["B"], files: ["1", "2"], rest: [] }],
    [["-b", "-a", "x"], { bucket: ["-a"], rest: ["x"] }],
    [["-a", "--", "sh", "-c", "true"], { all: [], rest: ["sh", "-c", "true"] }],
    [["-", ""], { rest: ["-", ""] }],
  ])("%j", (args, expected) => {
    expect(parse(args)).toEqual(expected);
  });

  test.each<[string[], string]>([
    [["-b"], "-b needs a value"],
    [["-x"], "no option -x"],
    [["-5"], "an argument is no option"],
    [["--whitelist-all=1"], "-a takes no value"],
  ])("%j is refused", (args, reason) => {
    expect(() => parse(args)).toThrow(reason);
  });

  test("click takes no abbreviations", () => {
    expect(() => parse(["--buck", "B"], false)).toThrow("no option --buck");
  });
});
