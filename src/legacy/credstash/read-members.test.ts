import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readMembers } from "./read-members.js";

describe("the members of an object", () => {
  it("keep the order of the text, and of equal names the last value counts", () => {
    const text = '{"b": "1", "10": "2", "9": [{"x": 1}], "__proto__": "p", "b": "3", "é\\n": "\\u00e9"}';
    expect([...(readMembers(text) ?? [])]).toEqual([
      ["b", "3"],
      ["10", "2"],
      ["9", [{ x: 1 }]],
      ["__proto__", "p"],
      ["é\n", "é"],
    ]);
  });

  it.each(["", "[]", '"text"', "1", "null", "{", '{"a": "b"} x', "{'a': 'b'}"])("are none in %j", (text) => {
    expect(readMembers(text)).toBeNull();
  });

  it("are found whatever is in them", () => {
    const members = fc.uniqueArray(fc.tuple(fc.string({ unit: "binary" }), fc.jsonValue({ maxDepth: 2 })), {
      selector: ([name]) => name,
    });
    fc.assert(
      fc.property(members, fc.constantFrom("", " ", "\n\t"), (pairs, blank) => {
        const text = pairs.map(
          ([name, value]) => `${blank}${JSON.stringify(name)}${blank}:${JSON.stringify(value)}${blank}`,
        );
        const expected = pairs.map(([name, value]) => [name, JSON.parse(JSON.stringify(value))]);
        expect([...(readMembers(`{${text.join(",")}}`) ?? [])]).toEqual(expected);
      }),
    );
  });
});
