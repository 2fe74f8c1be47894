import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Named } from "./compare-secrets.js";
import { mergeSecrets } from "./merge-secrets.js";
import { Sensitive } from "./sensitive.js";

type Values = Readonly<Record<string, string>>;

const side = (values: Values): Named[] =>
  Object.entries(values).map(([name, value]) => ({ name, value: Sensitive.fromText(value) }));
const values = (items: readonly Named[]): Values =>
  Object.fromEntries(items.map(({ name, value }) => [name, Buffer.from(value.reveal()).toString()]));
const merge = (base: Values, ours: Values, theirs: Values) => {
  const { items, conflicts } = mergeSecrets(side(base), side(ours), side(theirs));
  return { values: values(items), conflicts: conflicts.map(({ name }) => name) };
};

describe("mergeSecrets", () => {
  it("takes from each side what it changed, added and took away", () => {
    const base = { A: "1", B: "1", C: "1", D: "1", E: "1" };
    const ours = { A: "2", C: "1", D: "9", E: "1", OURS: "o" };
    const theirs = { A: "1", B: "1", C: "3", D: "9", THEIRS: "t" };
    expect(merge(base, ours, theirs)).toEqual({
      values: { A: "2", C: "3", D: "9", OURS: "o", THEIRS: "t" },
      conflicts: [],
    });
  });

  it.each([
    ["changed to two values", { A: "1" }, { A: "2" }, { A: "3" }, { A: "2" }],
    ["changed here, taken away there", { A: "1" }, { A: "2" }, {}, { A: "2" }],
    ["taken away here, changed there", { A: "1" }, {}, { A: "3" }, {}],
    ["added on both sides", {}, { A: "2" }, { A: "3" }, { A: "2" }],
  ] as const)("names what was %s, and keeps ours", (_, base: Values, ours: Values, theirs: Values, kept: Values) => {
    expect(merge(base, ours, theirs)).toEqual({ values: kept, conflicts: ["A"] });
  });

  it("is the other side where one changed nothing, and has the same conflicts from both sides", () => {
    const any = fc.dictionary(fc.constantFrom("A", "B", "C"), fc.constantFrom("1", "2", "3"));
    fc.assert(
      fc.property(any, any, any, (base, ours, theirs) => {
        expect(merge(base, base, theirs)).toEqual({ values: theirs, conflicts: [] });
        expect(merge(base, ours, base)).toEqual({ values: ours, conflicts: [] });
        expect(merge(base, ours, theirs).conflicts).toEqual(merge(base, theirs, ours).conflicts);
      }),
    );
  });
});
