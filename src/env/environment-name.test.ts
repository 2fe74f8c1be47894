import { expect, it } from "vitest";
import { isEnvironmentName } from "./environment-name.js";

it.each(["A", "_", "a1", "DB_URL", "__proto__"])("%s is a name for a variable", (name) => {
  expect(isEnvironmentName(name)).toBe(true);
});

it.each(["", "1A", "a-b", "a.b", "A B", "A=", "A\n", "É", "A\0", "a/b"])("%j is none", (name) => {
  expect(isEnvironmentName(name)).toBe(false);
});
