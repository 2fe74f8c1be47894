import { describe, expect, test } from "vitest";
import { bagFolder, bagsOf, itemsIn, joinKey, keyNamesOf, markersOf, rootPrefix } from "./layout.js";

describe("keys of messer", () => {
  test.each([
    [["dev", "secrets", "bag1"], "dev/secrets/bag1"],
    [["", "", "bag1"], "bag1"],
    [["/dev/", "//secrets", "a//b/"], "dev/secrets/a/b"],
  ])("%j are joined as %s", ([tier = "", secretsFolder = "", bag = ""], key) => {
    expect(bagFolder({ tier, secretsFolder }, bag)).toBe(key);
    expect(joinKey(tier, secretsFolder, bag)).toBe(key);
  });

  test("have an object for each folder on the way", () => {
    expect(markersOf("dev/secrets/bag1")).toEqual(["dev/", "dev/secrets/", "dev/secrets/bag1/"]);
    expect(rootPrefix({ tier: "dev", secretsFolder: "" })).toBe("dev/");
    expect(rootPrefix({ tier: "", secretsFolder: "" })).toBe("");
  });

  test("tell the data bags by the last part of their folders, those without an object too", () => {
    const keys = ["p/", "p/a/", "p/a/b/", "p/a/b/item", "p/a/sub/item", "p/bare/item", "p/bare/sub/item", "p/loose"];
    expect(bagsOf(keys, "p/")).toEqual(["a", "b", "bare"]);
    expect(itemsIn(keys, "p/a")).toEqual(["b/item", "sub/item"]);
    expect(bagsOf(["a/", "a/x", "loose"], "")).toEqual(["a"]);
  });

  test("tell the data keys, those without an object too", () => {
    const keys = ["bare/0", "bare/1", "k1/", "k1/0", "k10/", "team/", "team/k2/", "team/k2/0", "readme"];
    expect(keyNamesOf(keys)).toEqual(["bare", "k1", "k10", "team", "team/k2"]);
  });
});
