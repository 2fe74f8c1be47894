import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diskName, replacedName, replacementName, segmentOf } from "./disk-name.js";

const segments = fc.string({
  unit: fc.constantFrom(..."ABYZabcdef0123456789_.-!()", "(41)", "(28)", "(2e)", "(4F)"),
  minLength: 1,
  maxLength: 30,
});

describe("the name of a segment on disk", () => {
  it.each([
    ["prod!billing", "_prod!billing"],
    ["Prod", "_(50)rod"],
    ["Z", "_(5a)"],
    ["caf(c3)(a9)", "_caf(c3)(a9)"],
    ["(41)", "_(28)41)"],
    ["(4A)", "_(4(41))"],
    ["((41)", "_((28)41)"],
    ["..", "_.(2e)"],
    ["coffer.json", "_coffer.json"],
  ])("of %s is %s", (segment, name) => {
    expect(diskName(segment)).toBe(name);
  });

  it("leads back to the segment", () => {
    fc.assert(fc.property(segments, (segment) => segmentOf(diskName(segment)) === segment));
  });

  it("is another's in no case, not even where the disk ignores case", () => {
    fc.assert(
      fc.property(segments, segments, (a, b) => a === b || diskName(a).toLowerCase() !== diskName(b).toLowerCase()),
    );
  });

  it("has neither capitals nor a dot at its end", () => {
    fc.assert(fc.property(segments, (segment) => /^_[^A-Z]*[^A-Z.]$/.test(diskName(segment))));
  });

  it("is refused where disks do not take it", () => {
    expect(diskName("x".repeat(254))).toHaveLength(255);
    expect(() => diskName("x".repeat(255))).toThrow(expect.objectContaining({ code: "UNSUPPORTED" }));
    expect(() => diskName("X".repeat(64))).toThrow(expect.objectContaining({ code: "UNSUPPORTED" }));
  });

  it.each(["tmp", ".DS_Store", "_", "_A", "_(2e)a", "_a b", "_(28)x", "_ä", "prod (copy)", `_${"x".repeat(255)}`])(
    "is not %s, which some other program made",
    (name) => {
      expect(segmentOf(name)).toBeNull();
    },
  );
});

describe("the name of the folder that takes a file's place", () => {
  it("is no segment's, is as long as the file's, and leads back to it", () => {
    fc.assert(
      fc.property(segments, (segment) => {
        const name = replacementName(diskName(segment));
        return (
          segmentOf(name) === null &&
          name.length === diskName(segment).length &&
          replacedName(name) === diskName(segment)
        );
      }),
    );
  });

  it.each(["_x", "tmp", "@0", ".DS_Store"])("is not %s", (name) => {
    expect(replacedName(name)).toBeNull();
  });
});
