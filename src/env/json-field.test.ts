import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Sensitive } from "../core/sensitive.js";
import { readJsonField } from "./json-field.js";

const CANARY = "s3cret-CANARY";

function field(text: string, name: string): string {
  return Buffer.from(readJsonField(Sensitive.fromText(text), name).reveal()).toString("utf8");
}

describe("readJsonField", () => {
  it.each([
    ['{"user":"me","password":"a\\"b\\u00e9"}', "password", 'a"bé'],
    ['{ "n" : 12345678901234567890.10 , "x":1}', "n", "12345678901234567890.10"],
    ['{"a":{"b":[1, 2]},"b":true}', "a", '{"b":[1, 2]}'],
    ['{"a":{"b":[1, 2]},"b":true}', "b", "true"],
    ['{"a":[{"b":"{"}],"b":null}', "b", "null"],
    ['{"__proto__":"x"}', "__proto__", "x"],
    ['{"":""}', "", ""],
  ])("of %s, %j is %j", (text, name, value) => {
    expect(field(text, name)).toBe(value);
  });

  it("finds every field of every object, as JSON.parse does", () => {
    const names = fc.string({ minLength: 1 }).filter((name) => name !== "__proto__");
    fc.assert(
      fc.property(fc.dictionary(names, fc.jsonValue()), fc.nat(3), (object, indent) => {
        for (const [name, value] of Object.entries(object)) {
          const found = field(JSON.stringify(object, null, indent), name);
          if (typeof value === "string") expect(found).toBe(value);
          else expect(JSON.parse(found)).toEqual(JSON.parse(JSON.stringify(value)));
        }
      }),
    );
  });

  it.each([
    [`"${CANARY}"`, "INVALID"],
    [`["${CANARY}"]`, "INVALID"],
    [`{"a":"${CANARY}`, "INVALID"],
    [CANARY, "INVALID"],
    [`{"x":"${CANARY}","x":"y"}`, "INVALID"],
    [`{"y":"${CANARY}"}`, "NOT_FOUND"],
    ["null", "INVALID"],
  ])("refuses %s and does not repeat it", (text, code) => {
    let caught: unknown;
    try {
      field(text, "x");
    } catch (error) {
      caught = error;
    }
    expect(caught).toMatchObject({ code });
    expect(String(caught)).not.toContain(CANARY);
  });
});
