import { describe, expect, it } from "vitest";
import { parseDuration, parseWhen } from "./time-input.js";

const NOW = new Date("2026-01-01T00:00:00.000Z");

describe("parseWhen", () => {
  it.each([
    ["90d", "2026-04-01T00:00:00.000Z"],
    ["12h", "2026-01-01T12:00:00.000Z"],
    ["1d2h3m", "2026-01-02T02:03:00.000Z"],
    ["2026-05-04", "2026-05-04T00:00:00.000Z"],
    ["2026-05-04T03:02:01Z", "2026-05-04T03:02:01.000Z"],
    ["2026-05-04t03:02:01.5+02:00", "2026-05-04T01:02:01.500Z"],
    ["2028-02-29", "2028-02-29T00:00:00.000Z"],
  ])("%s is %s", (text, time) => {
    expect(parseWhen(text, "expires", NOW).toISOString()).toBe(time);
  });

  it.each([
    "",
    "d",
    "90",
    "90 d",
    "-1d",
    "1w",
    "2026-02-31",
    "2026-13-01",
    "tomorrow",
    "2026-05-04T03:02",
    "2026-05-04T25:00:00Z",
    "2026-05-04T03:02:01",
  ])("refuses %j", (text) => {
    expect(() => parseWhen(text, "expires", NOW)).toThrow(expect.objectContaining({ code: "USAGE" }));
  });
});

describe("parseDuration", () => {
  it("is in milliseconds", () => {
    expect(["30m", "10s", "1d2h3m4s", "0s"].map(parseDuration)).toEqual([1_800_000, 10_000, 93_784_000, 0]);
  });
});
