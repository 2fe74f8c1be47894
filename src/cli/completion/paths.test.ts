import { describe, expect, it } from "vitest";
import { offerPaths } from "./paths.js";

const secrets = ["A", "-dash", "prod/DB", "prod/it's", "prod/billing/URL", "prod/billing/eu/X", "-ns/Y"].map((path) => {
  const slash = path.lastIndexOf("/");
  return { namespace: path.slice(0, Math.max(slash, 0)), name: path.slice(slash + 1) };
});

function offer(
  typed: string,
  changes: { defaultNamespace?: string; secrets?: boolean; hyphens?: boolean } = {},
): string[] {
  const { defaultNamespace = "", ...wanted } = changes;
  return offerPaths({ secrets, defaultNamespace }, typed, { secrets: true, hyphens: false, ...wanted });
}

describe("offerPaths", () => {
  it("goes one part deeper at a time", () => {
    expect(offer("p")).toEqual(["prod/"]);
    expect(offer("prod/")).toEqual(["prod/DB", "prod/billing/", "prod/it's"]);
    expect(offer("prod/b")).toEqual(["prod/billing/"]);
    expect(offer("prod/billing/")).toEqual(["prod/billing/URL", "prod/billing/eu/"]);
  });

  it("knows the other spelling of the root", () => {
    expect(offer("/")).toEqual(["/-dash", "/-ns/", "/A", "/prod/"]);
    expect(offer("/prod/D")).toEqual(["/prod/DB"]);
  });

  it("bare names are those of the default namespace", () => {
    expect(offer("", { defaultNamespace: "prod" })).toEqual(["/-ns/", "DB", "it's", "prod/"]);
    expect(offer("", { defaultNamespace: "-ns" })).toEqual(["/-ns/", "Y", "prod/"]);
  });

  it("what would be taken for a flag is spelled another way, unless it cannot be taken for one", () => {
    expect(offer("")).toEqual(["/-dash", "/-ns/", "A", "prod/"]);
    expect(offer("", { hyphens: true })).toEqual(["-dash", "-ns/", "A", "prod/"]);
    expect(offer("-", { hyphens: true })).toEqual(["-dash", "-ns/"]);
  });

  it("offers namespaces alone, itself included", () => {
    expect(offer("", { secrets: false })).toEqual(["/", "/-ns/", "prod/"]);
    expect(offer("prod/", { secrets: false })).toEqual(["prod/", "prod/billing/"]);
    expect(offer("prod/billing/eu/", { secrets: false })).toEqual(["prod/billing/eu/"]);
  });

  it("offers nothing where nothing is", () => {
    expect(offer("none/")).toEqual([]);
    expect(offer("//")).toEqual([]);
    expect(offer("pro/")).toEqual([]);
  });
});
