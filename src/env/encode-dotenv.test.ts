import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Sensitive } from "../core/sensitive.js";
import { isCofferError } from "../errors.js";
import { type DotenvReader, encodeDotenv } from "./encode-dotenv.js";
import { parseDotenv } from "./parse-dotenv.js";

type Pairs = readonly (readonly [string, string])[];

function encode(pairs: Pairs, reader: DotenvReader = "any"): string {
  const entries = pairs.map(([name, value]) => ({ name, value: Sensitive.fromText(value) }));
  return Buffer.from(encodeDotenv(entries, { reader }).reveal()).toString();
}

function parse(text: string): Pairs {
  return parseDotenv(Buffer.from(text), "f").map(({ name, value }) => [name, Buffer.from(value.reveal()).toString()]);
}

/**
 * What the `dotenv` package documents, as one pattern: quotes escaped by a backslash, `#` ends what is bare, CR
 * becomes LF.
 */
function readAsDotenvPackage(text: string): Pairs {
  const line =
    /^\s*(?:export\s+)?([\w.-]+)(?:\s*=\s*?|:\s+?)(\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?\s*(?:#.*)?$/gm;
  return [...text.replace(/\r\n?/g, "\n").matchAll(line)].map(([, name = "", raw = ""]) => {
    const value = raw.trim();
    const bare = value.replace(/^(['"`])([\s\S]*)\1$/gm, "$2");
    return [name, value.startsWith('"') ? bare.replaceAll("\\n", "\n").replaceAll("\\r", "\r") : bare] as const;
  });
}

const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,6}$/).filter((text) => text !== "__proto__");
const value = fc.string({
  unit: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(..."'\"`\\\n\r\t #$=ab{}(\u00a0\u2028\ufeff\v".split("")) },
    { weight: 1, arbitrary: fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }) },
  ),
  maxLength: 12,
});
const pairs = fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key, maxLength: 6 });

/** Those of the pairs that can be written for everybody. */
function writable(all: Pairs): Pairs {
  return all.filter((pair) => {
    try {
      encode([pair]);
      return true;
    } catch (error) {
      if (isCofferError(error, "UNSUPPORTED")) return false;
      throw error;
    }
  });
}

describe("encodeDotenv", () => {
  it.each([
    ["postgres://db:5432/app", "postgres://db:5432/app"],
    ["", "''"],
    ["two words", "'two words'"],
    ["$HOME", "'$HOME'"],
    ["a\nb\n", "'a\nb\n'"],
    ["it's", '"it\'s"'],
    ["it's \\d", "`it's \\d`"],
    ['it\'s "x"\n', '`it\'s "x"\n`'],
    ["C:\\dir\\", "C:\\dir\\"],
    ["a'b\"c`d", "a'b\"c`d"],
    ["#1", "'#1'"],
    ["grün", "'grün'"],
  ])("writes %j as %s", (text, form) => {
    expect(encode([["A", text]])).toBe(`A=${form}\n`);
  });

  it("keeps the order it is given, and writes nothing for nothing", () => {
    expect([
      encode([
        ["B", "1"],
        ["A", "2"],
      ]),
      encode([]),
    ]).toEqual(["B=1\nA=2\n", ""]);
  });

  it.each(["a\rb", "'\"`\n", "a\n\\", " '\"`", "'\"`#", "\\\u00a0'\"`\u00a0"])(
    "refuses %j for every reader, by name alone, and writes it for our own",
    (text) => {
      expect(() => encode([["THE_NAME", text]])).toThrow(/^cannot write "THE_NAME" as dotenv: there is no way/);
      expect(parse(encode([["THE_NAME", text]], "coffer"))).toEqual([["THE_NAME", text]]);
    },
  );

  it.each(["", "1A", "a b", "a/b", "A\nB", "é", "-a", "A=B"])("refuses the name %j", (text) => {
    expect(() => encode([[text, "x"]], "coffer")).toThrow(/a dotenv file cannot carry this name$/);
  });

  it("refuses __proto__ for readers that would lose it", () => {
    expect(() => encode([["__proto__", "x"]])).toThrow(/"__proto__"/);
    expect(encode([["__proto__", "x"]], "coffer")).toBe("__proto__=x\n");
  });

  it.each([
    ["NUL", [0x61, 0], /^cannot write "A" as dotenv: its value holds a NUL byte$/],
    ["other bytes than UTF-8", [0xff], /^cannot write "A" as dotenv: its value is not UTF-8$/],
  ])("refuses %s", (_, bytes, message) => {
    expect(() => encodeDotenv([{ name: "A", value: Sensitive.from(Uint8Array.from(bytes)) }])).toThrow(message);
  });

  it("refuses a name that is given twice", () => {
    const twice: Pairs = [
      ["A", "1"],
      ["A", "1"],
    ];
    expect(() => encode(twice)).toThrow('"A" is given twice');
  });

  it("carries every text for our own reader", () => {
    fc.assert(
      fc.property(pairs, (all) => {
        expect(parse(encode(all, "coffer"))).toEqual(all);
      }),
      { numRuns: 2_000 },
    );
  });

  it("is read alike by ours, by Node and by the dotenv package", () => {
    fc.assert(
      fc.property(pairs, (all) => {
        const carried = writable(all);
        const text = encode(carried);
        expect(parse(text)).toEqual(carried);
        expect(parseEnv(text)).toEqual(Object.fromEntries(carried));
        expect(readAsDotenvPackage(text)).toEqual(carried);
      }),
      { numRuns: 5_000 },
    );
  });

  it("is read by `node --env-file` as it was written", () => {
    const folder = mkdtempSync(join(tmpdir(), "coffer-dotenv-"));
    const sample = fc.sample(value, { numRuns: 2_000, seed: 7 }).map((text, index) => [`V${index}`, text] as const);
    const carried = writable(sample);
    writeFileSync(join(folder, "env"), encode(carried));
    const script = "console.log(JSON.stringify(Object.entries(process.env).filter(([name]) => /^V\\d+$/.test(name))))";
    const out = execFileSync(process.execPath, [`--env-file=${join(folder, "env")}`, "-e", script], { env: {} });
    rmSync(folder, { recursive: true });
    const read = new Map(JSON.parse(out.toString()) as [string, string][]); // What the script above prints.
    expect(carried.length).toBeGreaterThan(1_000);
    expect(carried.filter(([key, text]) => read.get(key) !== text)).toEqual([]);
  });
});
