import { beforeEach, describe, expect, it } from "vitest";
import { CofferError } from "../../errors.js";
import type { ObjectStore } from "../../objects/object-store.js";
import { type Fault, faultyStore, type StoreCall } from "../../testing/faulty-object-store.js";
import {
  around,
  collect,
  copyOf,
  newStorage,
  openTestVault,
  problemsOf,
  shown,
  snapshot,
  text,
} from "../../testing/vault-scene.js";
import type { Vault } from "../contract.js";

const LARGE = "x".repeat(5000);
const BLOBS = "blobs/prod/";

let objects: ObjectStore;
let vault: Vault;
let minute = 0;
const now = (): Date => new Date(Date.UTC(2026, 0, 1, 0, minute++));

/** Three versions of A, the second in a blob; B with a context of its own, and a third name that nothing is done to. */
beforeEach(async () => {
  minute = 0;
  objects = await newStorage();
  vault = openTestVault(objects, { now });
  await put({ A: "one" });
  await put({ A: LARGE, KEPT: LARGE });
  await vault.commit("prod", [
    { op: "put", name: "B", value: text("b"), context: { app: "a" } },
    { op: "put", name: "A", value: text("three") },
  ]);
});

async function put(values: Readonly<Record<string, string>>): Promise<void> {
  const changes = Object.entries(values).map(([name, value]) => ({ op: "put", name, value: text(value) }) as const);
  await vault.commit("prod", changes);
}

async function keys(prefix: string): Promise<string[]> {
  return collect(objects.list(prefix));
}

/** Everything that is stored under commits, as text. */
async function bodies(store: ObjectStore = objects): Promise<string> {
  const all = await snapshot(store);
  return [...all]
    .flatMap(([key, bytes]) => (key.startsWith("commits/") ? [Buffer.from(bytes).toString()] : []))
    .join("");
}

const nulls = (all: string): number => all.match(/(?<=[[,])null(?=[\],])/g)?.length ?? 0;

describe("purge", () => {
  it("destroys the values of versions, in commits and in blobs, and the chain still verifies", async () => {
    expect(await keys(BLOBS)).toHaveLength(2);
    const report = await vault.destroy("prod", { name: "A", versions: ["1", "2"] });
    expect(report).toMatchObject({
      sequence: 4,
      purged: [{ name: "A", versions: [[1, 2]] }],
      changes: [],
      destroyed: 2,
    });
    expect(await keys(BLOBS)).toHaveLength(1);
    expect(nulls(await bodies())).toBe(2);
    for (const reader of [vault, openTestVault(objects)]) {
      expect(shown(await reader.read("prod/A"))).toBe("three");
      expect(shown(await reader.read("prod/KEPT"))).toBe(LARGE);
      await expect(reader.read("prod/A", { version: "2" })).rejects.toMatchObject({ code: "NOT_FOUND" });
      const versions = await collect(reader.history("prod/A"));
      expect(versions.map(({ version, purged }) => [version, purged])).toEqual([
        ["3", false],
        ["2", true],
        ["1", true],
      ]);
      expect(await problemsOf(reader)).toEqual([]);
      expect(await problemsOf(reader, { noKey: true })).toEqual([]);
    }
    const [made] = await collect(vault.log("prod"));
    expect(made).toMatchObject({ commit: report.commit, message: "purged A (1-2)", changes: [] });
  });

  it("takes away all of a name, the current version too, and the name begins above its old numbers", async () => {
    const report = await vault.destroy("prod", { name: "A", versions: "all" });
    expect(report).toMatchObject({
      purged: [{ name: "A", versions: "all" }],
      changes: [{ name: "A", version: "4", change: "deleted" }],
      destroyed: 3,
    });
    expect(await collect(vault.history("prod/A"))).toEqual([]);
    expect(await vault.read("prod/A")).toBeNull();
    await put({ A: "again" });
    expect(await vault.read("prod/A")).toMatchObject({ version: "5" });
    expect(await problemsOf(openTestVault(objects))).toEqual([]);
    expect(nulls(await bodies())).toBe(3);
    // Nothing of it is there at any time.
    const [first] = (await collect(vault.log("prod"))).reverse();
    expect((await vault.readAll({ namespace: "prod" }, { at: first?.commit ?? "" })).secrets).toEqual([]);
    expect(await vault.destroyed("prod", first?.commit ?? "")).toEqual(["A"]);
  });

  it("takes away a name that was only ever staged", async () => {
    await vault.commit("prod", [{ op: "put", name: "S", value: text("s"), stage: "next" }]);
    await vault.purge("prod/S", "all");
    expect(await vault.read("prod/S", { stage: "next" })).toBeNull();
    expect(await problemsOf(vault)).toEqual([]);
  });

  it("destroys what was resealed and moved since as well, and the own keys that nothing needs any more", async () => {
    await vault.rekey("prod", { context: { app: "a" } });
    await vault.commit("prod", [{ op: "put", name: "B", value: text("new"), context: { app: "a" } }]);
    const before = (await bodies()).match(/"context":\["app"\],"wrappings"/g)?.length;
    await vault.destroy("prod", { name: "B", versions: ["1"] });
    expect(nulls(await bodies())).toBe(2);
    expect((await bodies()).match(/"context":\["app"\],"wrappings"/g)?.length).toBe((before ?? 0) - 2);
    expect(shown(await vault.read("prod/B", { context: { app: "a" } }))).toBe("new");
    expect(await problemsOf(openTestVault(objects))).toEqual([]);
  });

  it("destroys a value in every blob that it was moved to", async () => {
    // A head of 4 MiB has no room for these: the oldest are moved to blobs.
    const value = "x".repeat(4000);
    for (let part = 0; part < 4; part++) {
      const names = Array.from({ length: 190 }, (_, index) => [`M${part}-${index}`, value] as const);
      await put(Object.fromEntries(names));
    }
    const moved = (await bodies()).match(/"op":"move","name":"(M\d+-\d+)"/)?.[1] ?? "";
    expect(moved).not.toBe("");
    const before = (await keys(BLOBS)).length;
    await vault.purge(`prod/${moved}`, "all");
    expect(await keys(BLOBS)).toHaveLength(before - 1);
    expect(await problemsOf(openTestVault(objects))).toEqual([]);
  });

  it("chooses what is older than a moment, and forgets what was deleted before it", async () => {
    await vault.commit("prod", [{ op: "delete", name: "KEPT" }]);
    const before = new Date(Date.UTC(2026, 0, 1, 0, minute));
    await put({ A: "four" });
    const { purged } = await vault.destroy("prod", { before });
    expect(purged).toEqual([
      { name: "A", versions: [[1, 3]] },
      { name: "KEPT", versions: "all" },
    ]);
    expect(shown(await vault.read("prod/A"))).toBe("four");
    expect(shown(await vault.read("prod/B", { context: { app: "a" } }))).toBe("b");
    expect((await vault.destroy("prod", { before })).purged).toEqual([]);
    expect(await problemsOf(vault)).toEqual([]);
  });

  it("with dryRun says the same and changes nothing", async () => {
    const before = await snapshot(objects);
    const report = await vault.destroy("prod", { name: "A", versions: "all" }, { dryRun: true });
    expect(report).toMatchObject({ purged: [{ name: "A", versions: "all" }], destroyed: 0 });
    expect(await snapshot(objects)).toEqual(before);
  });

  it.each([
    [{ name: "A", versions: ["3"] }, "CONFLICT", "is the current one"],
    [{ name: "A", versions: ["4"] }, "NOT_FOUND", "has no version 4"],
    [{ name: "A", versions: ["1", "x"] }, "USAGE", "no whole number"],
    [{ name: "NEVER", versions: "all" }, "NOT_FOUND", "there never was"],
    [{ name: "NEVER", before: new Date() }, "NOT_FOUND", "there never was"],
  ] as const)("refuses %j, and destroys nothing", async (selection, code, message) => {
    const before = await snapshot(objects);
    const attempt = vault.destroy("prod", selection);
    await expect(attempt).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    expect(await snapshot(objects)).toEqual(before);
  });

  it("refuses what is staged, and where the head is not the one expected", async () => {
    await vault.commit("prod", [{ op: "put", name: "A", value: text("s"), stage: "next" }]);
    await expect(vault.purge("prod/A", ["4"])).rejects.toMatchObject({ code: "CONFLICT" });
    const { base } = await vault.destroy("prod", { name: "A", versions: "all" }, { dryRun: true });
    await put({ A: "meanwhile" });
    const late = vault.destroy("prod", { name: "A", versions: "all" }, { expect: base });
    await expect(late).rejects.toMatchObject({ code: "CONFLICT" });
    expect(shown(await vault.read("prod/A"))).toBe("meanwhile");
  });

  it("finishes, when asked again, what it did not finish, wherever it was stopped", async () => {
    const everything = await copyOf(objects);
    const calls = await countCalls(everything);
    expect(calls).toBeGreaterThan(5);
    for (let stopped = 0; stopped < calls; stopped++) {
      const copy = await copyOf(objects);
      let count = 0;
      const dying = (call: StoreCall): Fault | undefined =>
        isWrite(call) && count++ >= stopped
          ? { kind: "error", error: new CofferError("ACCESS_DENIED", "dead") }
          : undefined;
      await openTestVault(faultyStore(copy, dying))
        .purge("prod/A", "all")
        .catch(() => {});
      const survivor = openTestVault(copy);
      expect(await problemsOf(survivor)).toEqual([]);
      await survivor.purge("prod/A", "all");
      expect(nulls(await bodies(copy))).toBe(3);
      expect(await collect(copy.list(BLOBS))).toHaveLength(1);
      expect(await problemsOf(survivor)).toEqual([]);
    }
  });

  it("writes again what the storage does not vouch for, and says so where it never does", async () => {
    const unvouched = (times: number) => {
      let count = 0;
      return ({ operation, key }: StoreCall): Fault | undefined =>
        operation === "put" && key.startsWith("commits/prod/0000000000000001") && count++ < times
          ? { kind: "error", error: new CofferError("OUTCOME_UNKNOWN", "not destroyed") }
          : undefined;
    };
    const once = await copyOf(objects);
    await openTestVault(faultyStore(once, unvouched(1))).purge("prod/A", ["1"]);
    expect(nulls(await bodies(once))).toBe(1);
    const never = openTestVault(faultyStore(await copyOf(objects), unvouched(100)));
    await expect(never.purge("prod/A", ["1"])).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
  });

  it("does not lose what another wrote into the same commit meanwhile", async () => {
    const another = openTestVault(objects);
    around(objects, "commits/prod/0000000000000002", { before: () => another.purge("prod/KEPT", "all") });
    await vault.purge("prod/A", ["2"]);
    expect(nulls(await bodies())).toBe(2);
    expect(await problemsOf(openTestVault(objects))).toEqual([]);
  });

  it("needs no context of what it destroys", async () => {
    await vault.purge("prod/B", "all");
    expect(await problemsOf(vault)).toEqual([]);
  });
});

const isWrite = ({ operation }: StoreCall): boolean => operation === "put" || operation === "delete";

async function countCalls(copy: ObjectStore): Promise<number> {
  const watched = faultyStore(copy, () => undefined);
  await openTestVault(watched).purge("prod/A", "all");
  return watched.calls.filter(isWrite).length;
}
