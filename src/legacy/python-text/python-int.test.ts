import { expect, it } from "vitest";
import { parsePythonInt } from "./python-int.js";

const CASES: readonly (readonly [string, bigint | null])[] = [
  ["0", 0n],
  ["007", 7n],
  ["-1", -1n],
  ["+1", 1n],
  [" 12\n", 12n],
  ["\u00a012\u3000", 12n],
  ["1_000", 1000n],
  ["12345678901234567890123", 12_345_678_901_234_567_890_123n],
  ["\u0663", 3n],
  ["\u{1d7d9}\u{1d7ff}", 19n],
  ["", null],
  ["1.0", null],
  ["1e3", null],
  ["1__0", null],
  ["_1", null],
  ["1_", null],
  ["- 1", null],
  ["00000000000000000-1", null],
  ["0x10", null],
  ["²", null],
  ["release-a", null],
  ["\ufeff1", null],
];

for (const [text, value] of CASES) {
  it(`takes ${JSON.stringify(text)} for ${value ?? "no number"}`, () => {
    expect(parsePythonInt(text)).toBe(value);
  });
}
