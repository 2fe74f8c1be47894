import { describe, expect, it } from "vitest";
import type { ObjectStore } from "../../objects/object-store.js";
import { type Fault, type FaultyStore, faultyStore } from "../../testing/faulty-object-store.js";
import {
  around,
  bytesAt,
  collect,
  faultsOf,
  newStorage,
  openTestVault,
  problemsOf,
  replaceObject,
  shown,
  snapshot,
  text,
  watchPuts,
} from "../../testing/vault-scene.js";
import type { Vault } from "../contract.js";

const HEAD = "heads/prod";
const put = (name: string, value: string) => ({ op: "put", name, value: text(value) }) as const;
const BEFORE: Fault = { kind: "before" };
const AFTER: Fault = { kind: "after" };
const LATE: Fault = { kind: "late" };

/** A namespace of one commit, another writer who meets no faults, and ours, who meets these at the puts of the head. */
async function scene(...faults: readonly (Fault | undefined)[]): Promise<{
  objects: ObjectStore;
  store: FaultyStore;
  ours: Vault;
  other: Vault;
}> {
  const objects = await newStorage();
  const other = openTestVault(objects, { author: "bob" });
  await other.commit("prod", [put("A", "first")]);
  const store = faultyStore(objects, faultsOf("put", "heads/", ...faults));
  return { objects, store, ours: openTestVault(store), other };
}

const headPuts = ({ calls }: FaultyStore): number =>
  calls.filter(({ operation, key }) => operation === "put" && key === HEAD).length;

const commitsOf = async (vault: Vault): Promise<string[]> =>
  (await collect(vault.log("prod"))).map(({ commit }) => commit).reverse();

/** No object lies about that the chain does not refer to. */
async function expectNoRubbish(objects: ObjectStore, vault: Vault): Promise<void> {
  const ids = (await collect(objects.list("commits/"))).map((key) => key.replace(/.*-/, ""));
  expect(ids).toEqual(await commitsOf(vault));
}

describe("a head put whose answer is lost", () => {
  it.each([
    ["before it took effect", [BEFORE]],
    ["after it took effect", [AFTER]],
    ["and the repetition refused by its own success", [{ kind: "refused" }]],
    ["three times over, in every way", [BEFORE, LATE, AFTER]],
  ] as const)("%s happens once, and says so", async (_, faults) => {
    const { ours, other, store } = await scene(...faults);
    const done = await ours.commit("prod", [put("A", "second")]);
    await store.deliver();
    expect((await commitsOf(other))[1]).toBe(done.commit);
    expect(await commitsOf(other)).toHaveLength(2);
    expect(shown(await other.read("prod/A"))).toBe("second");
    expect(await problemsOf(other)).toEqual([]);
  });

  it.each([BEFORE, AFTER, LATE, { kind: "refused" } as const])(
    "is settled for a namespace's first commit too: %o",
    async (fault) => {
      const objects = await newStorage();
      const store = faultyStore(objects, faultsOf("put", "heads/", fault));
      const { commit } = await openTestVault(store).commit("prod", [put("A", "first")]);
      await store.deliver();
      expect(await commitsOf(openTestVault(objects))).toEqual([commit]);
    },
  );

  it("makes nothing of a first attempt that arrives after the second", async () => {
    const { ours, other, store } = await scene(LATE);
    const { commit } = await ours.commit("prod", [put("A", "second")]);
    expect(await store.deliver()).toEqual(["refused"]);
    expect((await commitsOf(other)).at(-1)).toBe(commit);
  });

  it("is found out although the next look sees the state before", async () => {
    const { objects, other } = await scene();
    const plan = faultsOf("put", "heads/", AFTER);
    const stale = faultsOf("get", "heads/", undefined, { kind: "stale" });
    const store = faultyStore(objects, (call) => plan(call) ?? stale(call));
    const { commit } = await openTestVault(store).commit("prod", [put("A", "second")]);
    expect((await commitsOf(other)).at(-1)).toBe(commit);
    expect(await commitsOf(other)).toHaveLength(2);
  });

  it.each([1, 70])("has happened when it is %i commits back from the head by now", async (count) => {
    const { ours, other, store, objects } = await scene(AFTER);
    around(store, "heads/", {
      after: async () => {
        for (let n = 1; n <= count; n++) await other.commit("prod", [put("B", `number ${n}`)]);
      },
    });
    const { commit, sequence } = await ours.commit("prod", [put("A", "second")]);
    expect((await commitsOf(other))[sequence - 1]).toBe(commit);
    expect(await commitsOf(other)).toHaveLength(count + 2);
    expect(headPuts(store)).toBe(1);
    await expectNoRubbish(objects, other);
  });

  it("is not met again with another commit while it is undecided, but with the same bytes under the same condition", async () => {
    const { ours, store } = await scene(BEFORE, LATE, BEFORE);
    const puts = watchPuts(store);
    await ours.commit("prod", [put("A", "second")]);
    const [first, ...others] = puts.filter(({ key }) => key === HEAD);
    expect(others).toEqual([first, first, first]);
    expect(puts.filter(({ key }) => key.startsWith("commits/"))).toHaveLength(1);
  });
});

describe("a commit that another was faster than", () => {
  it.each([undefined, BEFORE, LATE])("begins again on what the other left (its own put meeting %o)", async (fault) => {
    const { ours, other, store, objects } = await scene(fault);
    around(store, "heads/", { before: () => other.commit("prod", [put("A", "theirs"), put("A", "theirs too")]) });
    const { sequence, changes } = await ours.commit("prod", [put("A", "ours")]);
    await store.deliver();
    expect(sequence).toBe(3);
    expect(changes).toEqual([{ name: "A", version: "4", change: "changed" }]);
    expect(shown(await other.read("prod/A", { version: "3" }))).toBe("theirs too");
    expect(shown(await other.read("prod/A"))).toBe("ours");
    await expectNoRubbish(objects, other);
    expect(await problemsOf(other)).toEqual([]);
  });

  it("leaves no blob of its first attempt behind", async () => {
    const { ours, other, store, objects } = await scene();
    around(store, "heads/", { before: () => other.commit("prod", [put("B", "theirs")]) });
    await ours.commit("prod", [put("A", "x".repeat(5000))]);
    expect(await collect(objects.list("blobs/"))).toHaveLength(1);
    expect(await problemsOf(other)).toEqual([]);
  });

  it("stops with CONFLICT at once where it was made for the state before", async () => {
    const { ours, other, store, objects } = await scene();
    const [expected = ""] = await commitsOf(other);
    around(store, "heads/", { before: () => other.commit("prod", [put("A", "theirs")]) });
    const attempt = ours.commit("prod", [put("A", "ours")], { expect: expected });
    await expect(attempt).rejects.toMatchObject({ code: "CONFLICT" });
    expect(headPuts(store)).toBe(1);
    expect(await commitsOf(other)).toHaveLength(2);
    await expectNoRubbish(objects, other);
  });

  it.each([
    ["another commit", `c${"0".repeat(64)}`],
    ["no commit at all", null],
    ["the beginning of every id", "c"],
    ["nothing, written as an empty text", ""],
  ])("writes nothing where it expects %s", async (_, expected) => {
    const { ours, objects } = await scene();
    const before = await snapshot(objects);
    const attempt = ours.commit("prod", [put("A", "ours")], { expect: expected });
    await expect(attempt).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await snapshot(objects)).toEqual(before);
  });

  it("gives up with CONFLICT when others are always faster", async () => {
    const { ours, other, store } = await scene();
    const sendTo = store.put.bind(store);
    store.put = async (key, ...rest) => {
      if (key === HEAD) await other.commit("prod", [put("B", "again")]);
      return sendTo(key, ...rest);
    };
    await expect(ours.commit("prod", [put("A", "ours")])).rejects.toMatchObject({ code: "CONFLICT" });
    expect(shown(await other.read("prod/A"))).toBe("first");
  });
});

describe("a store that went back in time under a commit", () => {
  it("is ROLLBACK, and no head is created, where the head vanished", async () => {
    const { ours, store, objects } = await scene(BEFORE);
    around(store, "heads/", { after: () => objects.delete(HEAD) });
    await expect(ours.commit("prod", [put("A", "second")])).rejects.toMatchObject({ code: "ROLLBACK" });
    expect(await objects.get(HEAD)).toBeNull();
  });

  it.each([
    ["an older head", 0],
    ["the same head under another ETag", 1],
  ])("is ROLLBACK where %s was put in its place", async (_, which) => {
    const { ours, other, store, objects } = await scene(BEFORE);
    const heads = [await bytesAt(objects, HEAD)];
    await other.commit("prod", [put("A", "second")]);
    heads.push(await bytesAt(objects, HEAD));
    const restored = heads[which] ?? null;
    around(store, "heads/", { after: () => replaceObject(objects, HEAD, restored) });
    await expect(ours.commit("prod", [put("A", "third")])).rejects.toMatchObject({ code: "ROLLBACK" });
    expect(await bytesAt(objects, HEAD)).toEqual(restored);
  });
});
