import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  array,
  base64url,
  isTime,
  matching,
  nullable,
  object,
  optional,
  type Shape,
  text,
  time,
  whole,
  word,
} from "./shape.js";

const integrity = expect.objectContaining({ code: "INTEGRITY" });

describe("a shape", () => {
  const pair = object({ name: text(1, 3), number: optional(whole(1)), list: array(word("a", "b"), 0, 2) });

  it("gives back the fields that it knows in its own order, and no others", () => {
    const given = { more: 1, list: ["a"], number: 2, name: "x" };
    expect(Object.entries(pair(given, "it"))).toEqual([
      ["name", "x"],
      ["number", 2],
      ["list", ["a"]],
    ]);
  });

  it("leaves out what is not there and need not be", () => {
    expect(Object.keys(pair({ name: "x", list: [] }, "it"))).toEqual(["name", "list"]);
  });

  it("names the place of a fault and never what stands there", () => {
    expect(() => pair({ name: "x", list: ["a", "canary"] }, "it")).toThrow(
      expect.objectContaining({ code: "INTEGRITY", message: expect.stringMatching(/^it\.list\[1\] (?!.*canary)/) }),
    );
  });

  it("puts the place together from the outside in", () => {
    const nested = object({ rows: array(object({ cell: optional(array(whole(1), 1, 2)) }), 0, 3) });
    expect(() => nested({ rows: [{}, { cell: [1, 0] }] }, "heads/x, line 7")).toThrow(
      expect.objectContaining({ message: "heads/x, line 7.rows[1].cell[1] is no whole number from 1 on" }),
    );
  });

  it.each<[string, Shape<unknown>, unknown[], unknown[]]>([
    ["an object", object({}), [{}], [null, [], "x", 1, undefined, true]],
    ["a list", array(whole(0), 1, 2), [[0], [1, 2]], [[], [1, 2, 3], {}, "ab", null, ["0"]]],
    ["a word", word<string | number | boolean>("a", 1, true), ["a", 1, true], ["A", "1", 2, false, null, undefined]],
    [
      "a whole number",
      whole(1),
      [1, 2 ** 53 - 1],
      [0, -1, 1.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY, "1", null, 1n],
    ],
    ["a whole number from 0", whole(0), [0], [-0, -1]],
    ["a text", text(1, 2), ["a", "é", "\0"], ["", "abc", "éa", "\ud800", 1, null, ["a"]]],
    ["a pattern", matching(/^a$/), ["a"], ["a\n", "b", "", 1]],
    ["base64url", base64url(1, 2), ["AA", "AAA"], ["", "A", "AB", "AAAA", "AA==", "+A", null]],
    ["null or a number", nullable(whole(1)), [null, 1], [0, undefined]],
    [
      "a time",
      time,
      ["2026-01-31T12:00:00.000Z", "0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z", "2024-02-29T00:00:00.000Z"],
      [
        "0000-01-01T00:00:00.000Z",
        "2026-01-31T12:00:00Z",
        "2026-01-31T12:00:00.00Z",
        "2026-01-31T12:00:00.0000Z",
        "2026-01-31t12:00:00.000z",
        "2026-01-31T12:00:00.000+00:00",
        "2026-01-31 12:00:00.000Z",
        "2023-02-29T00:00:00.000Z",
        "2026-04-31T00:00:00.000Z",
        "2026-01-31T24:00:00.000Z",
        "2016-12-31T23:59:60.000Z",
        "+002026-01-31T12:00:00.000Z",
        "10000-01-01T00:00:00.000Z",
        " 2026-01-31T12:00:00.000Z",
        "2026-01-31T12:00:00.000Z\n",
        "",
        0,
        null,
      ],
    ],
  ])("of %s takes what it should and nothing else", (_, shape, right, wrong) => {
    for (const value of right) expect(shape(value, "it")).toEqual(value);
    for (const value of wrong) expect(() => shape(value, "it"), String(value)).toThrow(integrity);
  });

  it("does not take for a field what every object has", () => {
    expect(() => object({ toString: text(0, 100) })({}, "it")).toThrow(integrity);
    expect(object({ constructor: optional(text(0, 1)) })({}, "it")).toEqual({});
  });

  it("knows a time by its form and by the calendar", () => {
    expect([isTime("2026-01-31T12:00:00.000Z"), isTime("2026-01-32T12:00:00.000Z")]).toEqual([true, false]);
  });
});

describe("a time", () => {
  it("is what a date gives back, of every year, month, day and hour", () => {
    const parts = [9999, 13, 32, 24, 60, 60, 999].map((max) => fc.integer({ min: 0, max }));
    fc.assert(
      fc.property(fc.tuple(...parts), ([year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0]) => {
        const two = (number: number): string => String(number).padStart(2, "0");
        const date = `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
        const candidate = `${date}T${two(hour)}:${two(minute)}:${two(second)}.${String(ms).padStart(3, "0")}Z`;
        const parsed = new Date(candidate);
        const isReal = !Number.isNaN(parsed.getTime()) && parsed.toISOString() === candidate && year > 0;
        expect(isTime(candidate)).toBe(isReal);
      }),
      { numRuns: 2000 },
    );
  });
});
