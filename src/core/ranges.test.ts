import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isInRanges, joinRanges, type Ranges } from "./ranges.js";

/** The ranges of a set of numbers. */
function rangesOf(numbers: ReadonlySet<number>): Ranges {
  return joinRanges(
    [],
    Array.from(numbers, (number) => [number, number] as const),
  );
}

const someNumbers = fc.uniqueArray(fc.integer({ min: 1, max: 60 })).map((numbers) => new Set(numbers));

describe("ranges", () => {
  it("hold the numbers that they were made of and no others", () => {
    fc.assert(
      fc.property(someNumbers, someNumbers, (a, b) => {
        const joined = joinRanges(rangesOf(a), rangesOf(b));
        for (let number = 0; number <= 61; number++) {
          expect(isInRanges(joined, number)).toBe(a.has(number) || b.has(number));
        }
      }),
    );
  });

  it("have one spelling: ascending, with a gap between one and the next", () => {
    fc.assert(
      fc.property(someNumbers, someNumbers, (a, b) => {
        const joined = joinRanges(rangesOf(a), rangesOf(b));
        expect(joined.every(([from, to]) => from <= to)).toBe(true);
        expect(joined.every(([from], index) => from >= (joined[index - 1]?.[1] ?? -1) + 2)).toBe(true);
        expect(joined).toEqual(rangesOf(new Set([...a, ...b])));
      }),
    );
  });

  it.each<[Ranges, Ranges, Ranges]>([
    [[], [], []],
    [[[1, 3]], [], [[1, 3]]],
    [[[1, 3]], [[4, 5]], [[1, 5]]],
    [
      [[1, 3]],
      [[5, 5]],
      [
        [1, 3],
        [5, 5],
      ],
    ],
    [[[1, 9]], [[2, 3]], [[1, 9]]],
    [
      [
        [4, 5],
        [9, 9],
      ],
      [
        [1, 3],
        [6, 8],
      ],
      [[1, 9]],
    ],
  ])("%j and %j are %j", (a, b, expected) => {
    expect(joinRanges(a, b)).toEqual(expected);
  });

  it("are not changed by being joined", () => {
    const a: Ranges = [[1, 2]];
    joinRanges(a, [[3, 4]]);
    expect(a).toEqual([[1, 2]]);
  });
});
