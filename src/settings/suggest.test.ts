import { describe, expect, it } from "vitest";
import { suggest } from "./suggest.js";

const VERBS = ["get", "put", "list", "delete", "history", "import", "export"];

describe("suggest", () => {
  it.each([
    ["gte", "get"],
    ["lsit", "list"],
    ["delte", "delete"],
    ["LIST", "list"],
    ["exprt", "export"],
    ["histroy", "history"],
  ])("takes %s for %s", (typed, meant) => {
    expect(suggest(typed, VERBS)).toBe(meant);
  });

  it.each(["frobnicate", "", "x", "remove"])("knows nothing near %j", (typed) => {
    expect(suggest(typed, VERBS)).toBeUndefined();
  });
});
