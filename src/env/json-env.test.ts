import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Sensitive } from "../core/sensitive.js";
import { isCofferError } from "../errors.js";
import { encodeJsonEnv, parseJsonEnv, parseJsonGroups } from "./json-env.js";

const CANARY = "hunter2canary";

function parse(text: string | Uint8Array): (readonly [string, string])[] {
  const bytes = typeof text === "string" ? Buffer.from(text) : text;
  return parseJsonEnv(bytes, "in.json").map(({ name, value }) => [name, Buffer.from(value.reveal()).toString()]);
}

function encode(pairs: readonly (readonly [string, string])[]): string {
  const entries = pairs.map(([name, value]) => ({ name, value: Sensitive.fromText(value) }));
  return Buffer.from(encodeJsonEnv(entries).reveal()).toString();
}

describe("parseJsonEnv", () => {
  it("reads an object of strings in its order", () => {
    expect(parse(' {"B": "1\\n", "A" : "é\\ud83d\\ude00\\u0000" }\n')).toEqual([
      ["B", "1\n"],
      ["A", "é😀\0"],
    ]);
  });

  it("takes a byte order mark and an empty object", () => {
    expect(parse("\ufeff{ }")).toEqual([]);
  });

  it("takes the names that objects have already as names", () => {
    expect(parse('{"__proto__":"1","constructor":"2","":"3"}').map(([name]) => name)).toEqual([
      "__proto__",
      "constructor",
      "",
    ]);
    expect({}).not.toHaveProperty("1");
  });

  it.each([
    ["", "1:1: not a JSON object"],
    [`"${CANARY}"`, "1:1: not a JSON object"],
    ["[]", "1:1: not a JSON object"],
    ["null", "1:1: not a JSON object"],
    ['{"A":"1",\n "A":"2"}', '2:2: "A" is given twice'],
    ['{"A":"1","\\u0041":"2"}', '1:10: "A" is given twice'],
    ['{"A": 12345}', '1:7: the value of "A" is not a string'],
    ['{"A": null}', '1:7: the value of "A" is not a string'],
    [`{"A": {"B": "${CANARY}"}}`, '1:7: the value of "A" is not a string'],
    ['{"A": ["x"]}', '1:7: the value of "A" is not a string'],
    ['{"A": true}', '1:7: the value of "A" is not a string'],
    ['{"A"}', '1:5: expected `:` after "A"'],
    [`{"A":"${CANARY}`, '1:6: the value of "A" has no closing quote'],
    [`{"A":"${CANARY}\\"}`, '1:6: the value of "A" has no closing quote'],
    [`{"${CANARY}:1}`, "1:2: a name has no closing quote"],
    [`{"A":"${CANARY}\\x"}`, '1:6: the value of "A" is not a valid JSON string'],
    [`{"A":"${CANARY}\n"}`, '1:6: the value of "A" is not a valid JSON string'],
    [`{"A":"${CANARY}\\ud800"}`, '1:6: the value of "A" holds half a surrogate pair'],
    ['{"\\udc00":"1"}', "1:2: a name holds half a surrogate pair"],
    ['{"A":"1",}', "1:10: expected a name in double quotes"],
    [`{${CANARY}:1}`, "1:2: expected a name in double quotes"],
    ['{"A":"1" "B":"2"}', "1:10: expected `,` or `}`"],
    ['{"A":"1"', "1:9: expected `,` or `}`"],
    [`{"😀":"1"} ${CANARY}`, "1:11: something after the end of the object"],
  ])("refuses %j and tells where without showing it", (text, message) => {
    expect(() => parse(text)).toThrow(`in.json:${message}`);
    expect(() => parse(text)).not.toThrow(CANARY);
  });

  it("names the line that is not UTF-8", () => {
    expect(() => parse(Buffer.from([0x7b, 0x0a, 0xff]))).toThrow("in.json:2: not UTF-8");
  });

  it("throws nothing but INVALID, and takes nothing that JSON.parse does not", () => {
    const piece = fc.constantFrom(
      "{",
      "}",
      '"',
      '"A"',
      '"B"',
      ":",
      ",",
      " ",
      "\\",
      "\\u00",
      "1",
      "[",
      "é",
      "\n",
      '{"A":"1"',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const text = pieces.join("");
        try {
          expect(parse(text)).toEqual(Object.entries(JSON.parse(text)));
        } catch (error) {
          if (!isCofferError(error, "INVALID")) throw error;
        }
      }),
      { numRuns: 5_000 },
    );
  });
});

describe("encodeJsonEnv", () => {
  it("writes one line, names in byte order, with an LF", () => {
    const text = encode([
      ["b", "\n"],
      ["\u{1f600}", "1"],
      ["\uffee", "2"],
      ["B", "3"],
    ]);
    expect(text).toBe('{"B":"3","b":"\\n","\uffee":"2","\u{1f600}":"1"}\n');
  });

  it("writes an empty object for nothing", () => {
    expect(encode([])).toBe("{}\n");
  });

  it("refuses a value that is not UTF-8, by name", () => {
    const value = Sensitive.from(Uint8Array.from([0xff]));
    expect(() => encodeJsonEnv([{ name: "KEY", value }])).toThrow(
      /^cannot write "KEY" as JSON: its value is not UTF-8$/,
    );
  });

  it("is read back as it was", () => {
    const pair = fc.tuple(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }));
    fc.assert(
      fc.property(fc.uniqueArray(pair, { selector: ([name]) => name }), (pairs) => {
        expect(new Map(parse(encode(pairs)))).toEqual(new Map(pairs));
      }),
    );
  });
});

describe("parseJsonGroups", () => {
  const parse = (text: string) => parseJsonGroups(Buffer.from(text), "f.json");

  it("reads strings, and objects of strings by their names", () => {
    const { entries, groups } = parse('{ "a": "1", "x/y": { "b": "2", "c": "3" }, "__proto__": {} }');
    expect(entries.map(({ name }) => name)).toEqual(["a"]);
    expect(Array.from(groups, ([name, own]) => [name, own.map((entry) => entry.name)])).toEqual([
      ["x/y", ["b", "c"]],
      ["__proto__", []],
    ]);
  });

  it.each([
    ['{"a":{"b":{}}}', 'the value of "b" is not a string'],
    ['{"a":{},"a":"1"}', '"a" is given twice'],
    ['{"a":{"b":"1","b":"2"}}', '"b" is given twice'],
    ['{"a":{}} {}', "something after the end of the object"],
    ['{"a":["s3cr3t"]}', 'the value of "a" is not a string'],
  ])("refuses %s", (text, message) => {
    expect(() => parse(text)).toThrow(message);
    expect(() => parse(text)).not.toThrow("s3cr3t");
  });
});
