import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { climb, ladder, nearestRung } from "./ladder.js";

/** docs/FORMAT.md section 7, word by word. */
function ladderByDefinition(n: number): number[] {
  const rungs: number[] = [];
  let below = n;
  for (let stride = 1; stride < n; stride *= 64) {
    const multiples: number[] = [];
    for (let candidate = below - 1; candidate >= 1 && multiples.length < 64; candidate--) {
      if (candidate % stride === 0) multiples.push(candidate);
    }
    rungs.push(...multiples);
    below = multiples.at(-1) ?? below;
  }
  return rungs;
}

const anyNumber = fc.oneof(
  fc.integer({ min: 1, max: 10_000 }),
  fc.maxSafeNat().map((n) => n + 1 - (n === Number.MAX_SAFE_INTEGER ? 1 : 0)),
);

describe("the ladder", () => {
  it("has the rungs that the format gives as examples", () => {
    const down = (from: number, to: number, step: number): number[] =>
      Array.from({ length: (from - to) / step + 1 }, (_, index) => from - index * step);
    expect(ladder(1)).toEqual([]);
    expect(ladder(2)).toEqual([1]);
    expect(ladder(300)).toEqual([...down(299, 236, 1), 192, 128, 64]);
    expect(ladder(5000)).toEqual([...down(4999, 4936, 1), ...down(4928, 896, 64)]);
  });

  it("is what its definition says, up to where the definition is quickly read", () => {
    for (let n = 1; n <= 600; n++) expect(ladder(n)).toEqual(ladderByDefinition(n));
    for (const n of [4096, 4097, 4160, 4161, 8191, 8192, 8193, 20_000, 262_144, 262_145, 300_001]) {
      expect(ladder(n)).toEqual(ladderByDefinition(n));
    }
  });

  it("descends from n without end below 1, and stays short however high n is", () => {
    fc.assert(
      fc.property(anyNumber, (n) => {
        const rungs = ladder(n);
        expect(rungs.every((rung, index) => rung >= 1 && rung < (rungs[index - 1] ?? n))).toBe(true);
        expect(rungs.length).toBeLessThanOrEqual(64 * 9);
      }),
    );
  });

  it("is known at n + 1 to whoever knows it at n", () => {
    fc.assert(
      fc.property(anyNumber, (n) => {
        fc.pre(n < Number.MAX_SAFE_INTEGER);
        expect(climb(n, [n, ...ladder(n)])).toEqual(ladder(n + 1));
      }),
    );
    expect(climb(1, ["one"])).toEqual(["one"]);
  });

  it("can be climbed from the beginning, one step at a time", () => {
    let known: number[] = [];
    for (let n = 1; n <= 10_000; n++) known = climb(n, [n, ...known]);
    expect(known).toEqual(ladder(10_001));
  });

  it("can be climbed where only the newest are known, because the name began at some number", () => {
    const first = 1000;
    let known: number[] = [];
    for (let n = first; n < first + 700; n++) {
      known = climb(n, [n, ...known]);
      expect(known).toEqual(ladder(n + 1).filter((rung) => rung >= first));
    }
  });
});

describe("the nearest rung", () => {
  it("is the smallest that is not below the target", () => {
    fc.assert(
      fc.property(anyNumber, fc.nat(), (n, offset) => {
        const target = 1 + (offset % n);
        const expected = Math.min(...[n, ...ladder(n)].filter((rung) => rung >= target));
        expect(nearestRung(n, target)).toBe(expected);
      }),
    );
  });

  it("leads from any number to any older one in a few hops", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000 }), fc.nat(), (n, offset) => {
        const target = 1 + (offset % n);
        let at = n;
        let hops = 0;
        while (at !== target) {
          const next = nearestRung(at, target);
          expect(next).toBeLessThan(at);
          at = next;
          hops += 1;
        }
        // Four strides reach ten million; each is left after at most two hops.
        expect(hops).toBeLessThanOrEqual(8);
      }),
    );
  });
});
