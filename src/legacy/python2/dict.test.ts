import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Python2Dict } from "./dict.js";
import { hashPython2, type KeyKind } from "./hash.js";

/** Written by Python 2.7.18 itself (64 bit, UCS4). */
interface Vectors {
  readonly hashes: readonly { kind: KeyKind; text: string; hash: string }[];
  readonly orders: readonly { kind: KeyKind; steps: readonly Step[]; order: readonly string[] }[];
}
type Step = readonly ["set" | "delete", string] | readonly ["update", readonly string[]] | readonly ["copy"];

const file = new URL("../../../test/vectors/legacy/python2.json", import.meta.url);
// The file is ours, and every field is compared.
const vectors = JSON.parse(readFileSync(file, "utf8")) as Vectors;

function take(kind: KeyKind, steps: readonly Step[]): Python2Dict<number> {
  let dict = new Python2Dict<number>(kind);
  for (const [step, what] of steps) {
    if (step === "set") dict.set(what, 0);
    else if (step === "delete") dict.delete(what);
    else if (step === "update")
      dict.update(
        new Python2Dict(
          kind,
          what.map((key) => [key, 0]),
        ),
      );
    else dict = new Python2Dict<number>(kind).update(dict);
  }
  return dict;
}

describe("a dict of Python 2", () => {
  test("gives its keys in the order of their hashes", () => {
    const dict = new Python2Dict("str", [
      ["DB_URL", 1],
      ["PASSWORD", 2],
    ]);
    expect([...dict]).toEqual([
      ["PASSWORD", 2],
      ["DB_URL", 1],
    ]);
  });

  test.each(vectors.hashes)("hashes $kind $text as CPython does", ({ kind, text, hash }) => {
    expect(hashPython2(text, kind).toString()).toBe(hash);
  });

  test(`has the order of CPython after ${vectors.orders.length} histories`, () => {
    for (const { kind, steps, order } of vectors.orders) {
      expect(Array.from(take(kind, steps), ([key]) => key)).toEqual(order);
    }
  });

  test("holds what a Map would hold", () => {
    for (const { kind, steps, order } of vectors.orders) {
      const dict = take(kind, steps);
      expect(dict.size).toBe(order.length);
      expect(order.every((key) => dict.has(key) && dict.get(key) === 0)).toBe(true);
      expect(dict.has("never there")).toBe(false);
    }
  });

  test("a key that comes twice keeps its slot and takes the later value", () => {
    const dict = new Python2Dict("str", [
      ["A", 1],
      ["I", 2],
      ["A", 3],
    ]);
    expect([...dict]).toEqual([
      ["A", 3],
      ["I", 2],
    ]);
    expect(dict.delete("A")).toBe(true);
    expect(dict.delete("A")).toBe(false);
    expect(dict.get("A")).toBeUndefined();
  });
});
