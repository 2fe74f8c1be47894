import { describe, expect, it } from "vitest";
import { resolveNamespace, resolvePath } from "./path.js";

describe("resolvePath", () => {
  it.each([
    ["DB_URL", "", "", "DB_URL"],
    ["DB_URL", "prod/billing", "prod/billing", "DB_URL"],
    ["/DB_URL", "prod", "", "DB_URL"],
    ["prod/billing/DB_URL", "dev", "prod/billing", "DB_URL"],
    ["/prod/DB_URL", "dev", "prod", "DB_URL"],
  ])("%j in the default namespace %j is %j and %j", (typed, defaultNamespace, namespace, name) => {
    expect(resolvePath(typed, defaultNamespace)).toEqual({ namespace, name });
  });

  it.each(["prod/", "/", "", "//x", "a//b", "a/../b", ".", "a b ", "caf\u0065\u0301", "a\nb", "a#b", "x".repeat(256)])(
    "refuses %j",
    (typed) => {
      expect(() => resolvePath(typed, "")).toThrow(expect.objectContaining({ code: "USAGE" }));
    },
  );
});

describe("resolveNamespace", () => {
  it.each([
    ["/", ""],
    ["prod/", "prod"],
    ["prod/billing/", "prod/billing"],
    ["/prod/", "prod"],
  ])("%j is %j", (typed, namespace) => {
    expect(resolveNamespace(typed)).toBe(namespace);
  });

  it.each(["prod", "prod//", "//", "a/./", `${"x".repeat(81)}/`, `${"a/".repeat(121)}`, ""])("refuses %j", (typed) => {
    expect(() => resolveNamespace(typed)).toThrow(expect.objectContaining({ code: "USAGE" }));
  });
});
