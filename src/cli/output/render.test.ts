import { describe, expect, it } from "vitest";
import { count, renderTable, showTime } from "./render.js";

describe("renderTable", () => {
  it("aligns columns and leaves nothing behind the last", () => {
    expect(
      renderTable([
        ["a", "1", ""],
        ["long", "22", "x"],
      ]),
    ).toBe("a     1\nlong  22  x\n");
  });

  it("is empty for no rows", () => {
    expect(renderTable([])).toBe("");
  });
});

describe("words", () => {
  it("counts", () => {
    expect([count(0, "secret"), count(1, "secret"), count(2, "secret")]).toEqual([
      "0 secrets",
      "1 secret",
      "2 secrets",
    ]);
  });

  it("shows times to the second, in UTC", () => {
    expect(showTime(new Date("2026-05-04T03:02:01.999Z"))).toBe("2026-05-04 03:02:01Z");
    expect(showTime(null)).toBe("-");
  });
});
