// What this version reads and does not make: changes of the format that other writers may have made.
import { beforeEach, describe, expect, it } from "vitest";
import type { ObjectStore } from "../../objects/object-store.js";
import { appendCommit, destroyValues, sealFor } from "../../testing/vault-forgery.js";
import { collect, newStorage, openTestVault, problemsOf, shown, text } from "../../testing/vault-scene.js";
import type { Vault } from "../contract.js";

let objects: ObjectStore;
let vault: Vault;
let first: string;
beforeEach(async () => {
  objects = await newStorage();
  vault = openTestVault(objects, { now: () => new Date("2026-01-01T00:00:00Z") });
  const put = (name: string, value: string) => ({ op: "put", name, value: text(value) }) as const;
  first = (await vault.commit("prod", [put("A", "one"), put("B", "b")])).commit;
  await vault.commit("prod", [put("A", "two"), { ...put("B", "staged"), stage: "next" }]);
});

const reseal = async (value: string): Promise<void> => {
  const { value: sealed, ...where } = await sealFor(objects, "prod", { name: "A", version: 2, value: text(value) });
  await appendCommit(objects, "prod", [{ op: "reseal", name: "A", version: 2, ...where }], [sealed]);
};
const purgeOne = async (): Promise<void> => {
  await appendCommit(objects, "prod", [{ op: "purge", name: "A", versions: [[1, 1]] }]);
};

describe("a resealed value", () => {
  it("is read as before: now, by its number, and at its commit; and makes no version", async () => {
    await reseal("two");
    const { commit } = (await collect(vault.log("prod")))[0] ?? { commit: "" };
    expect(shown(await vault.read("prod/A"))).toBe("two");
    expect(shown(await vault.read("prod/A", { version: "2" }))).toBe("two");
    expect(shown(await vault.read("prod/A", { at: commit }))).toBe("two");
    expect(await collect(vault.history("prod/A"))).toHaveLength(2);
    expect(await problemsOf(vault)).toEqual([]);
  });

  it("that is another one is found by verify with the key", async () => {
    await reseal("other");
    expect(await problemsOf(vault)).toMatchObject([
      { code: "INTEGRITY", message: expect.stringContaining("resealed") },
    ]);
  });

  it("goes on to be changed by this version", async () => {
    await reseal("two");
    await vault.commit("prod", [{ op: "put", name: "A", value: text("three") }]);
    expect(shown(await vault.read("prod/A"))).toBe("three");
    expect(await problemsOf(vault)).toEqual([]);
  });
});

describe("a purged version", () => {
  it.each([
    ["before", async () => {}],
    ["after", () => destroyValues(objects, "prod", 1)],
  ])("is not there %s its bytes are destroyed: not by number, not at its time", async (_, destroy) => {
    await appendCommit(objects, "prod", [
      { op: "purge", name: "A", versions: [[1, 1]] },
      { op: "unstage", name: "B", stage: "next" },
      { op: "delete", name: "B", version: 3, earlier: [2, 1] },
      { op: "purge", name: "B", versions: [[1, 2]] },
    ]);
    await destroy();
    for (const name of ["A", "B"]) {
      await expect(vault.read(`prod/${name}`, { version: "1" })).rejects.toMatchObject({ code: "NOT_FOUND" });
      expect(await vault.read(`prod/${name}`, { at: first })).toBeNull();
    }
    expect((await vault.readAll({ namespace: "prod" }, { at: first })).secrets).toEqual([]);
    expect(shown(await vault.read("prod/A"))).toBe("two");
    const history = await collect(vault.history("prod/A"));
    expect(history.map(({ version, purged }) => [version, purged])).toEqual([
      ["2", false],
      ["1", true],
    ]);
    expect(await problemsOf(vault)).toEqual([]);
  });

  it("is asked for no context any more", async () => {
    const own = { op: "put", name: "OWN", value: text("x"), context: { app: "billing" } } as const;
    await vault.commit("prod", [own]);
    await vault.commit("prod", [own]);
    await expect(vault.read("prod/OWN", { version: "1" })).rejects.toMatchObject({ code: "CONTEXT" });
    await appendCommit(objects, "prod", [{ op: "purge", name: "OWN", versions: [[1, 1]] }]);
    await expect(vault.read("prod/OWN", { version: "1" })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("a value that is gone and was not purged", () => {
  it("is INTEGRITY wherever it is asked for, and found by verify", async () => {
    await destroyValues(objects, "prod", 1);
    await expect(vault.read("prod/A", { version: "1" })).rejects.toMatchObject({ code: "INTEGRITY" });
    await expect(vault.read("prod/A", { at: first })).rejects.toMatchObject({ code: "INTEGRITY" });
    expect(shown(await vault.read("prod/A"))).toBe("two");
    const problems = await problemsOf(vault);
    expect(problems.map(({ object }) => object.split("/")[0])).toEqual(["commits", "commits"]);
  });
});

describe("a forgotten name", () => {
  it("is gone with all its versions, and no number of it is ever used again", async () => {
    await appendCommit(objects, "prod", [
      { op: "unstage", name: "B", stage: "next" },
      { op: "delete", name: "B", version: 3, earlier: [2, 1] },
      { op: "forget", name: "B" },
    ]);
    await purgeOne();
    await destroyValues(objects, "prod", 1);
    expect(await vault.read("prod/B")).toBeNull();
    expect(await vault.read("prod/B", { version: "1" })).toBeNull();
    expect(await vault.read("prod/B", { at: first })).toBeNull();
    expect(await collect(vault.history("prod/B"))).toEqual([]);
    const { changes } = await vault.commit(
      "prod",
      ["B", "NEW"].map((name) => ({ op: "put", name, value: text("x") })),
    );
    expect(changes.map(({ version }) => version)).toEqual(["4", "4"]);
    expect(await vault.read("prod/B", { version: "3" })).toBeNull();
    expect((await collect(vault.history("prod/B"))).map(({ version }) => version)).toEqual(["4"]);
    expect(await problemsOf(vault)).toEqual([]);
  });
});
