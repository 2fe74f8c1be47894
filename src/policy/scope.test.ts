import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blobKey, commitKey, headKey } from "../core/layout.js";
import { findNamespaceFault } from "../core/name.js";
import { keysInScope, normalizeScope } from "./scope.js";

// Few characters, so that one namespace is often the beginning of another.
const segment = fc.string({ unit: fc.constantFrom("a", "b", "-", "!", "*", "(", "é"), minLength: 1, maxLength: 3 });
const namespace = fc
  .array(segment, { maxLength: 3 })
  .map((segments) => segments.join("/"))
  .filter((text) => findNamespaceFault(text) === null);

const HASH = "A".repeat(43);
const keysOf = (name: string): Readonly<Record<"heads" | "commits" | "blobs", string>> => ({
  heads: headKey(name),
  commits: commitKey(name, 1, `c${"0".repeat(64)}`),
  blobs: blobKey(name, 1, HASH),
});

/** As IAM compares: `*` is anything, slashes too. */
function matches(pattern: string, key: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.()!-]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s").test(key);
}

describe("the keys of a scope", () => {
  it("are those of its namespaces, and of what lies below where that is asked for, and no others", () => {
    fc.assert(
      fc.property(
        fc.array(namespace, { minLength: 1, maxLength: 3 }),
        namespace,
        fc.boolean(),
        (named, other, recursive) => {
          const scope = normalizeScope({ namespaces: named, recursive });
          const isBelow = (name: string): boolean => name === "" || other.startsWith(`${name}/`);
          const isIn = named.some((name) => name === other || (recursive && isBelow(name)));
          for (const folder of ["heads", "commits", "blobs"] as const) {
            const found = keysInScope(folder, scope).some((pattern) => matches(pattern, keysOf(other)[folder]));
            expect(found).toBe(isIn);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("are all keys where no namespace is named, or all below the root", () => {
    for (const scope of [
      { namespaces: [], recursive: false },
      { namespaces: ["prod", ""], recursive: true },
    ]) {
      expect(keysInScope("heads", normalizeScope(scope))).toEqual(["heads/*"]);
    }
  });

  it("are said once", () => {
    const scope = normalizeScope({ namespaces: ["prod/eu", "prod", "prod", "prod-eu"], recursive: true });
    expect(keysInScope("inbox", scope)).toEqual(["inbox/prod/*", "inbox/prod!*", "inbox/prod-eu/*", "inbox/prod-eu!*"]);
  });
});
