import { describe, expect, test } from "vitest";
import { idIn, nextUploadId, parseKey } from "./layout.js";

const NOW = new Date("2026-11-21T21:03:17.900Z");
const LOW = "0".repeat(64);
const HIGH = "f".repeat(64);

describe("the id of the next upload", () => {
  test.each<[string, string | null, string | null]>([
    [LOW, null, `2026-11-21.21-03-17.${LOW}`],
    [LOW, `2026-11-21.21-03-16.${HIGH}`, `2026-11-21.21-03-17.${LOW}`],
    [HIGH, `2026-11-21.21-03-17.${LOW}`, `2026-11-21.21-03-17.${HIGH}`],
    [LOW, `2026-11-21.21-03-17.${HIGH}`, `2026-11-21.21-03-18.${LOW}`],
    [LOW, `2026-11-21.21-03-17.${LOW}`, `2026-11-21.21-03-18.${LOW}`],
    [LOW, `2026-12-31.23-59-59.${HIGH}`, `2027-01-01.00-00-00.${LOW}`],
    [LOW, "by hand", null],
    [LOW, "1999", `2026-11-21.21-03-17.${LOW}`],
  ])("%s behind %s is %s", (digest, newest, expected) => {
    expect(nextUploadId(NOW, digest, newest)).toBe(expected);
  });
});

describe("a key of a bucket", () => {
  test.each<[string, object | null]>([
    ["services/a/environment/X.json", { place: { service: "a", label: null }, id: "X" }],
    ["services/a/b/environment/X.json", { place: { service: "a/b", label: null }, id: "X" }],
    ["services//environment/X.json", { place: { service: "", label: null }, id: "X" }],
    ["services/files/environment/X.json", { place: { service: "files", label: null }, id: "X" }],
    ["services/a/files/l/X", { place: { service: "a", label: "l" }, id: "X" }],
    ["services/a/files/d/l/X", { place: { service: "a", label: "d/l" }, id: "X" }],
    ["services/a/files/X", null],
    ["services/a/environment/X", null],
    ["services/a/other/X.json", null],
    ["elsewhere/a/environment/X.json", null],
  ])("%s is understood", (key, expected) => {
    expect(parseKey(key)).toEqual(expected);
  });

  test("that lies deeper is no upload of the place", () => {
    const place = { service: "a", label: null };
    expect(idIn(place, "services/a/environment/environment/X.json")).toBeNull();
    expect(idIn(place, "services/a/environment/X.json")).toBe("X");
  });
});
