import { describe, expect, it } from "vitest";
import { isReference, parseReference } from "./references.js";

describe("a reference", () => {
  it.each([
    ["coffer:prod/billing/DB_URL", { path: "prod/billing/DB_URL", field: null, version: null }],
    ["coffer:/TOP", { path: "/TOP", field: null, version: null }],
    ["coffer:prod/my%20name%23#12", { path: "prod/my name#", field: null, version: "12" }],
    ["coffer:a/B?field=user%2Fname", null],
    ["coffer:a/B?field=user%20name#3", { path: "a/B", field: "user name", version: "3" }],
  ])("%s", (text, parts) => {
    if (parts === null) expect(() => parseReference("V", text)).toThrow(/^V begins like a reference and is none$/);
    else expect(parseReference("V", text)).toEqual({ variable: "V", ...parts });
  });

  it.each([
    "coffer:",
    "coffer: text",
    "coffer:a/B?x=y",
    "coffer:a/B?field=",
    "coffer:a/B#",
    "coffer:%zz",
    "coffer:a%2FB",
  ])("%s is none, and is not repeated", (text) => {
    expect(() => parseReference("VAR", text)).toThrow("VAR begins like a reference and is none");
  });

  it("into another store is refused, and other text is none", () => {
    expect(() => parseReference("VAR", "coffer+ssm:/a/b")).toThrow(/VAR refers to another store/);
    expect(["coffer+ssm:/a", "coffer:x", "coffers:x", "a coffer:x", "coffer+x"].map(isReference)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
