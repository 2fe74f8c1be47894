import { describe, expect, it } from "vitest";
import { Sensitive } from "../../core/sensitive.js";
import { assertDescription, assertValue, assertWritable, findParameterFault } from "./limits.js";

const CANARY = "s3cret-CANARY";

describe("the names of parameters", () => {
  it.each(["a", "a.b-c_D9", "/a", "/a/b", `/${"a/".repeat(14)}b`, "a".repeat(1011)])("%s is one", (name) => {
    expect(findParameterFault(name)).toBeNull();
    expect(() => assertWritable(name)).not.toThrow();
  });

  it.each(["", "a b", "é", "a:1", "a/b", "/a//b", "/a/", "/", `/${"a/".repeat(15)}b`, "a".repeat(1012)])(
    "%s is none",
    (name) => {
      expect(findParameterFault(name)).not.toBeNull();
      expect(() => assertWritable(name)).toThrow(expect.objectContaining({ code: "USAGE" }));
    },
  );

  it.each(["aws", "AWSx", "/aws/x", "ssm.x", "/SsM-x/y"])("%s is read, and never written", (name) => {
    expect(findParameterFault(name)).toBeNull();
    expect(() => assertWritable(name)).toThrow(/keeps for itself/);
  });
});

describe("the values of parameters", () => {
  const refused = (bytes: Uint8Array, tier?: "Advanced" | "Standard"): string => {
    try {
      assertValue(Sensitive.from(bytes), '"A"', tier);
      return "taken";
    } catch (error) {
      return String(error);
    }
  };

  it("have 4 KiB, in the advanced tier 8, counted in bytes", () => {
    expect(refused(Buffer.alloc(4096, 97))).toBe("taken");
    expect(refused(Buffer.from("é".repeat(2049)))).toContain("4098 bytes");
    expect(refused(Buffer.alloc(8192, 97), "Advanced")).toBe("taken");
    expect(refused(Buffer.alloc(8193, 97), "Advanced")).toContain("8192 are the most");
  });

  it("are text, and not empty", () => {
    expect(refused(Buffer.of())).toContain("empty");
    expect(refused(Buffer.of(0xff))).toContain("not UTF-8");
  });

  it("stand in no error, and neither do descriptions", () => {
    expect(refused(Buffer.from(CANARY.repeat(400)))).not.toContain(CANARY);
    expect(() => assertDescription("x".repeat(1025), '"A"')).toThrow(expect.objectContaining({ code: "INVALID" }));
    expect(() => assertDescription("x".repeat(1024), '"A"')).not.toThrow();
  });
});
