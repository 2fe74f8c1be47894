import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareText } from "../../core/bytes.js";
import { parsePythonInt } from "../python-text/python-int.js";
import { findStoredVersions, isSameVersion, nextVersion, padVersion, requireStoredVersions } from "./version.js";

interface Mapping {
  readonly input: string;
  readonly put_stores: string;
  readonly get_dash_v_looks_up: string;
}

interface Latest {
  readonly id: string;
  readonly stored_versions: readonly string[];
  readonly original_put_a: { readonly exit: number; readonly created: readonly string[] };
  readonly original_get_after_put_a: string;
}

const {
  version_mapping: mappings,
  latest_semantics: latest,
}: { version_mapping: Mapping[]; latest_semantics: Latest[] } = JSON.parse(
  readFileSync("test/vectors/legacy/credstash.json", "utf8"),
);

function highest(versions: readonly string[]): string {
  return [...versions].sort(compareText).at(-1) ?? "";
}

describe("a version", () => {
  for (const { input, put_stores: stored, get_dash_v_looks_up: lookedUp } of mappings) {
    it(`is stored as credstash stores it: ${JSON.stringify(input)}`, () => {
      expect(padVersion(input)).toBe(stored);
    });

    if (input === "") continue;
    it(`is looked for where credstash looks for it: ${JSON.stringify(input)}`, () => {
      if (lookedUp.startsWith("ERROR")) expect(() => requireStoredVersions(input)).toThrow(/no number/);
      else expect(requireStoredVersions(input)[0]).toBe(lookedUp);
    });
  }

  it("that a release before 1.8 has stored is found by its number", () => {
    expect(requireStoredVersions("3")).toEqual(["0000000000000000003", "3"]);
    expect(isSameVersion("3", "3")).toBe(true);
    expect(isSameVersion("3", "0000000000000000003")).toBe(true);
    expect(isSameVersion("3", "0000000000000000004")).toBe(false);
  });

  it("is a text, too, for a store", () => {
    expect(findStoredVersions("release-a")).toEqual(["release-a", "0000000000release-a"]);
  });
});

describe("the version behind the latest", () => {
  it("is 1 where there is none", () => {
    expect(nextVersion(null)).toBe("0000000000000000001");
  });

  for (const { id, stored_versions: stored, original_put_a: original, original_get_after_put_a: after } of latest) {
    const isStuck = original.exit === 0 && after !== "auto";
    it(`is ${isStuck ? "the latest then, where with credstash it is not" : "what credstash makes it"}: ${id}`, () => {
      const before = highest(stored);
      if (original.exit !== 0) {
        expect(() => nextVersion(before)).toThrow(/is not an int/);
        return;
      }
      const made = nextVersion(before);
      if (!isStuck) expect(made).toBe(original.created[0]);
      expect(highest([...stored, made])).toBe(made);
      expect(stored).not.toContain(made);
    });
  }

  it.each([
    ["3", "3000000000000000004"],
    ["10", "1000000000000000011"],
    ["3000000000000000004", "3000000000000000005"],
    ["9999999999999999999", "99999999999999999990"],
    ["99999999999999999990", "99999999999999999991"],
    ["99999999999999999", "99999999999999999100000000000000000"],
  ])("%s is followed by %s", (before, made) => {
    expect(nextVersion(before)).toBe(made);
  });

  it("always sorts behind it, is a greater number, and is found by itself", () => {
    const digits = fc.string({ unit: fc.constantFrom(..."0189"), minLength: 1, maxLength: 24 });
    fc.assert(
      fc.property(digits, (before) => {
        const made = nextVersion(before);
        expect(compareText(made, before)).toBeGreaterThan(0);
        expect(parsePythonInt(made) ?? 0n).toBeGreaterThan(parsePythonInt(before) ?? 0n);
        expect(requireStoredVersions(made)[0]).toBe(made);
      }),
    );
  });
});
