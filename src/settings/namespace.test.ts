import { expect, it } from "vitest";
import { parseNamespace } from "./namespace.js";

it.each(["prod", "prod/", "/prod/"])("takes %j with and without its slashes", (typed) => {
  expect(parseNamespace(typed)).toBe("prod");
});

it.each(["/", ""])("takes %j for the root", (typed) => {
  expect(parseNamespace(typed)).toBe("");
});

it.each(["//", "a//b", "a/../b", "prod//"])("refuses %j", (typed) => {
  expect(() => parseNamespace(typed)).toThrow(expect.objectContaining({ code: "USAGE" }));
});
