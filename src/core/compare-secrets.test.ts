import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareSecrets, type Named } from "./compare-secrets.js";
import { Sensitive } from "./sensitive.js";

const side = (values: Readonly<Record<string, string>>): Named[] =>
  Object.entries(values).map(([name, value]) => ({ name, value: Sensitive.fromText(value) }));

describe("compareSecrets", () => {
  it("says of each name, in byte order, what became of it", () => {
    const changes = compareSecrets(
      side({ b: "1", GONE: "x", SAME: "s", "\u{10000}": "" }),
      side({ SAME: "s", b: "2", NEW: "", "\uffff": "" }),
    );
    expect(changes.map(({ name, change }) => [name, change])).toEqual([
      ["GONE", "removed"],
      ["NEW", "added"],
      ["SAME", "same"],
      ["b", "changed"],
      ["\uffff", "added"],
      ["\u{10000}", "removed"],
    ]);
  });

  it("finds no difference between a side and itself, and turns round with its sides", () => {
    const values = fc.dictionary(fc.constantFrom("A", "B", "C", "__proto__"), fc.constantFrom("", "x", "y"));
    fc.assert(
      fc.property(values, values, (a, b) => {
        expect(compareSecrets(side(a), side(a)).every(({ change }) => change === "same")).toBe(true);
        const turned = { added: "removed", removed: "added", changed: "changed", same: "same" } as const;
        const [there, back] = [compareSecrets(side(a), side(b)), compareSecrets(side(b), side(a))];
        expect(back.map(({ change }) => change)).toEqual(there.map(({ change }) => turned[change]));
      }),
    );
  });
});
