// Documents that are vouched for and wrong: what the holder of the master key wrote past the vault, or a broken writer.
import { beforeEach, describe, expect, it } from "vitest";
import { randomBytes } from "../../core/ciphers.js";
import { makeEpoch } from "../../core/documents/fields.js";
import type { HeadEntry } from "../../core/documents/head.js";
import type { ObjectStore } from "../../objects/object-store.js";
import { faultyStore } from "../../testing/faulty-object-store.js";
import { appendCommit, rewriteHead, sealFor } from "../../testing/vault-forgery.js";
import {
  bytesAt,
  collect,
  newStorage,
  openTestVault,
  problemsOf,
  replaceObject,
  text,
} from "../../testing/vault-scene.js";
import type { Vault } from "../contract.js";

const HEAD = "heads/prod";

let objects: ObjectStore;
let vault: Vault;
beforeEach(async () => {
  objects = await newStorage();
  vault = openTestVault(objects);
  for (const value of ["one", "two", "three"])
    await vault.commit("prod", [
      { op: "put", name: "A", value: text(value), comment: value },
      { op: "put", name: "B", value: text("b") },
    ]);
});

const swapped = <T>(list: readonly T[]): T[] => [...list].reverse();
const withoutComment = ({ current, ...entry }: HeadEntry): HeadEntry => {
  if (current === undefined || "deleted" in current) return entry;
  const { comment: _, ...rest } = current;
  return { ...entry, current: rest };
};

/** The objects that verify finds fault with, with the key and without: what the hashes alone give away. */
async function expectProblemsAt(object: string | RegExp): Promise<void> {
  for (const noKey of [false, true]) {
    const problems = await problemsOf(vault, { noKey });
    expect(problems.length, `without a key: ${noKey}`).toBeGreaterThan(0);
    for (const problem of problems)
      expect(problem).toMatchObject({ object: expect.stringMatching(object), code: "INTEGRITY" });
  }
}

describe("verify", () => {
  it("reports each namespace with its head and how many commits were walked", async () => {
    await vault.commit("", [{ op: "put", name: "A", value: text("root") }]);
    const reports = await collect(vault.verify());
    expect(reports).toMatchObject([
      { namespace: "", commits: 1, problems: [] },
      { namespace: "prod", commits: 3, head: expect.stringMatching(/^c/), problems: [] },
    ]);
  });

  it("finds a head that says something else than its commits", async () => {
    await rewriteHead(objects, "prod", (_, entries) => ({ entries: entries.map(withoutComment) }));
    await expectProblemsAt(HEAD);
  });

  it("finds a head that lacks a name, or has one too many", async () => {
    await rewriteHead(objects, "prod", (_, entries) => ({ entries: entries.slice(1) }));
    await expectProblemsAt(HEAD);
    await rewriteHead(objects, "prod", (_, [entry]) => ({
      entries: entry === undefined ? [] : [entry, { ...entry, name: "C" }],
    }));
    await expectProblemsAt(HEAD);
  });

  it("finds a head with a floor, or with ancestors, that its commits do not give", async () => {
    await rewriteHead(objects, "prod", ({ keys, ...header }) => ({ header: { ...header, floor: 9, keys } }));
    await expectProblemsAt(HEAD);
    await rewriteHead(objects, "prod", ({ floor: _, ...header }) => ({
      header: { ...header, ancestors: swapped(header.ancestors) },
    }));
    await expectProblemsAt(HEAD);
  });

  it("finds a commit that names other ancestors than its parent's", async () => {
    const before = await bytesAt(objects, HEAD);
    const ancestors =
      /"commit":"(c[0-9a-f]{64})","ancestors":\["(c[0-9a-f]{64})","(c[0-9a-f]{64})"\]/
        .exec(Buffer.from(before).toString())
        ?.slice(1) ?? [];
    const [newest = "", ...others] = ancestors;
    await appendCommit(objects, "prod", [{ op: "delete", name: "B", version: 4, earlier: [3, 2, 1] }], [], {
      ancestors: [newest, ...swapped(others)],
    });
    await expectProblemsAt(/^commits\/prod\/0{15}4-/);
  });

  it("finds a commit that changes the epoch out of turn", async () => {
    const epoch = makeEpoch(2, randomBytes(16));
    const changing = appendCommit(objects, "prod", [{ op: "delete", name: "B", version: 4, earlier: [3, 2, 1] }], [], {
      epoch,
    });
    await changing;
    expect(await problemsOf(vault)).not.toEqual([]);
    expect(await problemsOf(vault, { noKey: true })).not.toEqual([]);
  });

  it("finds a value that is sealed for another place", async () => {
    const { value, ...where } = await sealFor(objects, "prod", { name: "A", version: 4, value: text("b") });
    const put = { op: "put" as const, name: "B", version: 4, type: "text" as const, ...where, earlier: [3, 2, 1] };
    await appendCommit(objects, "prod", [put], [value]);
    expect(await problemsOf(vault, { noKey: true })).toEqual([]);
    const problems = await problemsOf(vault);
    expect(problems.map(({ object }) => object)).toEqual([
      expect.stringContaining("commits/prod/0000000000000004-"),
      HEAD,
    ]);
    await expect(vault.read("prod/B")).rejects.toMatchObject({ code: "INTEGRITY" });
  });

  it("finds every damaged object in one run", async () => {
    const commits = await collect(objects.list("commits/"));
    const [, second = "", third = ""] = commits;
    await replaceObject(objects, second, null);
    await replaceObject(objects, "coffer.json", null);
    const problems = await problemsOf(vault);
    expect(problems.map(({ object }) => object)).toEqual(expect.arrayContaining(["coffer.json", second]));
    expect(problems.map(({ object }) => object)).not.toContain(third);
  });

  it("says that there is no head where it is asked for a namespace that never was", async () => {
    const [report] = await collect(vault.verify({ namespaces: ["never"] }));
    expect(report).toMatchObject({ commits: 0, head: null, problems: [{ object: "heads/never", code: "NOT_FOUND" }] });
  });

  it("takes what killed and lost writers left for nothing", async () => {
    const [commit = ""] = await collect(objects.list("commits/"));
    for (const sequence of ["0000000000000001", "0000000000000004"])
      await objects.put(`commits/prod/${sequence}-c${"0".repeat(64)}`, await bytesAt(objects, commit), {
        absent: true,
      });
    expect(await problemsOf(vault)).toEqual([]);
  });

  it("reports nothing where the storage does not answer, but throws", async () => {
    for (const place of ["coffer.json", "heads/", "commits/"]) {
      const silent = faultyStore(objects, ({ key }) => (key.startsWith(place) ? { kind: "before" } : undefined));
      await expect(problemsOf(openTestVault(silent)), place).rejects.toMatchObject({ code: "UNREACHABLE" });
    }
  });
});
