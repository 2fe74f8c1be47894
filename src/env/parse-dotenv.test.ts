import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isCofferError } from "../errors.js";
import { parseDotenv } from "./parse-dotenv.js";

const CANARY = "hunter2canary";

function parse(text: string | Uint8Array): Record<string, string> {
  const bytes = typeof text === "string" ? Buffer.from(text) : text;
  return Object.fromEntries(
    parseDotenv(bytes, ".env").map(({ name, value }) => [name, Buffer.from(value.reveal()).toString()]),
  );
}

function failure(text: string | Uint8Array): string {
  try {
    parse(text);
  } catch (error) {
    if (isCofferError(error, "INVALID")) return error.message;
    throw error;
  }
  throw new Error("it was accepted");
}

describe("parseDotenv", () => {
  it("reads a file in its order, with the line of each name", () => {
    const text = "# database\nDB_URL=postgres://db/app\n\nexport KEY='a\nb'\nLAST=\"x\"\n";
    expect(parseDotenv(Buffer.from(text), ".env").map(({ name, line }) => [name, line])).toEqual([
      ["DB_URL", 2],
      ["KEY", 4],
      ["LAST", 6],
    ]);
  });

  it.each([
    ["A=1", "1"],
    ["A=", ""],
    ["A=\n", ""],
    ["A =  x y  ", "x y"],
    ["\t export\tA=1", "1"],
    ["A=a#b", "a#b"],
    ["A=#b", "#b"],
    ["A= #b", ""],
    ["A=a #b", "a"],
    ["A=a\t#b", "a"],
    ['A=it\'s "x" `y`', 'it\'s "x" `y`'],
    ["A=a\\nb\\", "a\\nb\\"],
    ["A=$B $(id) `id` $\u007bC}", "$B $(id) `id` $\u007bC}"],
    ["A==b=", "=b="],
    ["A=\u00a0x\u00a0", "\u00a0x\u00a0"],
    ["A='it \"is\" $x \\n #'", 'it "is" $x \\n #'],
    ["A='a\nb\n'", "a\nb\n"],
    ["A='a\r\nb'\r\n", "a\nb"],
    ["A=`a'\"b\n`", "a'\"b\n"],
    ['A="a\\n\\r\\t\\\\\\"\\$b"', 'a\n\r\t\\"$b'],
    ['A="a\nb" # why', "a\nb"],
    ["A='x'#c", "x"],
    ["A=''", ""],
    ["\ufeffA=1", "1"],
    ["A=1\r\n", "1"],
  ])("reads %j", (text, value) => {
    expect(parse(text)).toEqual({ A: value });
  });

  it("takes dots and dashes in names, and names that objects have already", () => {
    const entries = parseDotenv(Buffer.from("a.b-c=1\n__proto__=2\nconstructor=3\nexport=4"), ".env");
    expect(entries.map(({ name }) => name)).toEqual(["a.b-c", "__proto__", "constructor", "export"]);
  });

  it.each([
    [`OK=1\n${CANARY}`, ".env:2: no `=` in this line"],
    [`1${CANARY}=1`, ".env:1: what stands before `=` is no name"],
    [`${CANARY} x=1`, ".env:1: what stands before `=` is no name"],
    [`\n=${CANARY}`, ".env:2: what stands before `=` is no name"],
    [`A=1\nB='${CANARY}\nC=2\n`, ".env:2: a quote that is never closed"],
    [`A="${CANARY}\\"`, ".env:1: a quote that is never closed"],
    [`A="\n${CANARY}" x`, ".env:2: text after the closing quote"],
    [`A='it'${CANARY}'`, ".env:1: text after the closing quote"],
    [`A="\n\n${CANARY}\\d"`, ".env:3: a backslash in double quotes that begins no known escape"],
    [`A=1\nB=${CANARY}\0`, ".env:2: a NUL byte"],
    [`A=1\r\nB=${CANARY}\rC=1`, ".env:2: a carriage return that ends no line"],
    [`A=${CANARY}\nB=2\nA=3`, ".env:3: A is given twice, first on line 1"],
  ])("refuses %j and tells where without showing it", (text, message) => {
    expect(failure(text)).toBe(message);
  });

  it("names the line that is not UTF-8", () => {
    const bytes = Buffer.concat([Buffer.from("A=é\nB="), Buffer.from([0xff]), Buffer.from("\nC=1")]);
    expect(failure(bytes)).toBe(".env:2: not UTF-8");
  });

  it("throws nothing but INVALID, whatever the bytes", () => {
    const byte = fc.oneof(fc.constantFrom(...Buffer.from("A=='\"`\\n$# \t\n\r\0é")), fc.nat(255));
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 60 }), (bytes) => {
        try {
          parseDotenv(Uint8Array.from(bytes), "f");
        } catch (error) {
          expect(isCofferError(error, "INVALID")).toBe(true);
        }
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ["blanks in a value", (n: number) => `A=a${" ".repeat(n)}b`],
    ["blanks before nothing", (n: number) => " ".repeat(n)],
    ["blanks after export", (n: number) => `export${" ".repeat(n)}=`],
    ["backslashes", (n: number) => `A="${"\\\\".repeat(n)}"`],
    ["empty lines", (n: number) => "\n".repeat(n)],
    ["open quotes", (n: number) => `A=${"'".repeat(n | 1)}`],
    ["variables", (n: number) => Array.from({ length: n / 10 }, (_, index) => `A${index}='\n'`).join("\n")],
  ])("stays linear over long %s", (_, make) => {
    const text = make(1_000_000);
    const start = performance.now();
    try {
      parse(text);
    } catch (error) {
      expect(isCofferError(error, "INVALID")).toBe(true);
    }
    // It takes some hundredths of a second; growing with the square it would take minutes.
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});
