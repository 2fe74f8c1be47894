// New data keys for a namespace: what is the same afterwards, what opens by whom, and what is refused.
import { beforeEach, describe, expect, it } from "vitest";
import { parseCommit } from "../../core/documents/commit.js";
import { type HeadDocument, liveVersions, parseHead } from "../../core/documents/head.js";
import { headKey } from "../../core/layout.js";
import { Sensitive } from "../../core/sensitive.js";
import { openMasterKey } from "../../keys/key-file.js";
import type { KeyProvider } from "../../keys/key-provider.js";
import type { ObjectStore } from "../../objects/object-store.js";
import { openTransientMemory } from "../../testing/transient-memory.js";
import { destroyValues } from "../../testing/vault-forgery.js";
import {
  bytesAt,
  collect,
  MASTER_KEY,
  newStorage,
  openTestVault,
  problemsOf,
  shown,
  snapshot,
  text,
} from "../../testing/vault-scene.js";
import type { Vault, VaultOptions } from "../contract.js";

const NEW_KEY = openMasterKey(Sensitive.from(Buffer.alloc(32, 9)), "key-file:new");
const THIRD_KEY = openMasterKey(Sensitive.from(Buffer.alloc(32, 10)), "key-file:third");
const LARGE = "x".repeat(5000);
const CONTEXT = { env: "prod" };

let objects: ObjectStore;
let vault: Vault;

const as = (keys: KeyProvider, more: Partial<VaultOptions> = {}): Vault => openTestVault(objects, { keys, ...more });
const headNow = async (): Promise<HeadDocument> => parseHead(await bytesAt(objects, headKey("prod")), "head");
const live = async (): Promise<string[]> =>
  Array.from(liveVersions((await headNow()).entries.values()), ({ key }) => key);

/** Everything there is: versions, a blob, a stage, an own key, one with a context that two share, a deletion. */
async function fill(): Promise<void> {
  await vault.commit("prod", [
    { op: "put", name: "A", value: text("a1") },
    { op: "put", name: "GONE", value: text("g") },
    { op: "put", name: "C1", value: text("c1"), context: CONTEXT },
    { op: "put", name: "C2", value: text("c2"), context: CONTEXT },
  ]);
  await vault.commit("prod", [
    { op: "put", name: "A", value: text("a2") },
    { op: "put", name: "OWN", value: text("o"), ownKey: true },
    { op: "put", name: "LARGE", value: text(LARGE), type: "binary" },
    { op: "delete", name: "GONE" },
  ]);
  await vault.commit("prod", [{ op: "put", name: "A", value: text("a3"), stage: "next" }]);
}

async function expectAllReadable(by: Vault): Promise<void> {
  expect(shown(await by.read("prod/A"))).toBe("a2");
  expect(shown(await by.read("prod/A", { version: "1" }))).toBe("a1");
  expect(shown(await by.read("prod/A", { stage: "next" }))).toBe("a3");
  expect(shown(await by.read("prod/OWN"))).toBe("o");
  expect(shown(await by.read("prod/OWN", { version: "1" }))).toBe("o");
  expect(shown(await by.read("prod/LARGE"))).toBe(LARGE);
  expect(shown(await by.read("prod/LARGE", { version: "1" }))).toBe(LARGE);
  expect(shown(await by.read("prod/C1", { context: CONTEXT }))).toBe("c1");
  expect(shown(await by.read("prod/C2", { context: CONTEXT, version: "1" }))).toBe("c2");
  expect((await collect(by.history("prod/A"))).map(({ version }) => version)).toEqual(["3", "2", "1"]);
  expect(await problemsOf(by)).toEqual([]);
}

beforeEach(async () => {
  objects = await newStorage();
  vault = openTestVault(objects);
  await fill();
});

describe("a new epoch", () => {
  it("seals everything anew that is current or staged, and changes no version", async () => {
    const before = await headNow();
    const report = await vault.rekey("prod", { context: CONTEXT });
    const after = await headNow();
    expect(report).toMatchObject({ begun: true, resealed: 6, rewrapped: 0, left: [], sequence: 4 });
    expect(after.header).toMatchObject({ commit: report.commit, sequence: 4 });
    expect(after.header.epoch).not.toBe(before.header.epoch);
    const known = new Set(before.header.keys.map(({ id }) => id));
    expect(after.header.keys.filter(({ id }) => known.has(id))).toEqual([]);
    for (const [name, { top, made }] of before.entries) expect(after.entries.get(name)).toMatchObject({ top, made });
    await expectAllReadable(vault);
  });

  it("keeps own keys own, with their context, and shared ones shared", async () => {
    await vault.rekey("prod", { context: CONTEXT });
    const { header, entries } = await headNow();
    const keyOf = (name: string): string | undefined => {
      const current = entries.get(name)?.current;
      return current === undefined || "deleted" in current ? undefined : current.key;
    };
    expect(keyOf("A")).toBe(header.keys[0]?.id);
    expect(keyOf("OWN")).not.toBe(header.keys[0]?.id);
    expect(keyOf("C1")).toBe(keyOf("C2"));
    expect(header.keys.find(({ id }) => id === keyOf("C1"))?.context).toEqual(["env"]);
  });

  it("is one commit that changes no name in the log", async () => {
    await vault.rekey("prod", { context: CONTEXT, message: "yearly" });
    const [newest] = await collect(vault.log("prod"));
    expect(newest).toMatchObject({ sequence: 4, message: "yearly", author: "ada", changes: [] });
  });

  it("is begun where nothing is current as well", async () => {
    await vault.commit("empty", [{ op: "put", name: "A", value: text("v") }]);
    await vault.commit("empty", [{ op: "delete", name: "A" }]);
    expect(await vault.rekey("empty")).toMatchObject({ begun: true, resealed: 0 });
    expect(await problemsOf(vault)).toEqual([]);
  });

  it("is not begun by a rehearsal, which says what would come", async () => {
    const before = await snapshot(objects);
    const report = await vault.rekey("prod", { context: CONTEXT, dryRun: true, newKey: NEW_KEY });
    expect(report).toMatchObject({ begun: true, resealed: 6, rewrapped: 3 });
    expect(await snapshot(objects)).toEqual(before);
  });

  it("is not begun in a namespace that was never written to", async () => {
    await expect(vault.rekey("none")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("is remembered by who begins it, and taken over by who reads", async () => {
    const [mine, other] = [openTransientMemory(), openTransientMemory()];
    await as(MASTER_KEY, { memory: other }).read("prod/A");
    const report = await as(MASTER_KEY, { memory: mine }).rekey("prod", { context: CONTEXT });
    expect(await mine.find("memory:", "prod")).toMatchObject({ commit: report.commit });
    await expectAllReadable(as(MASTER_KEY, { memory: other }));
  });

  it("keeps what is in a blob in one, and moves what the head has no room for", async () => {
    const big = "y".repeat(4000);
    const puts = Array.from(
      { length: 780 },
      (_, index) => ({ op: "put", name: `N${index}`, value: text(big) }) as const,
    );
    await vault.commit("big", puts);
    await vault.rekey("big");
    const all = await vault.readAll({ namespace: "big" });
    expect(all.secrets.every((secret) => shown(secret) === big)).toBe(true);
    expect(await problemsOf(vault)).toEqual([]);
  });
});

describe("a context that is not given", () => {
  it.each([
    ["none", {}],
    ["another", { env: "test" }],
  ])("is named, and nothing is changed: %s", async (_, context) => {
    const before = await snapshot(objects);
    await expect(vault.rekey("prod", { context })).rejects.toMatchObject({
      code: "CONTEXT",
      message: expect.stringMatching(/"prod\/C1".*"prod\/C2".*env/),
    });
    await expect(vault.rekey("prod", { context, newKey: NEW_KEY })).rejects.toMatchObject({ code: "CONTEXT" });
    expect(await snapshot(objects)).toEqual(before);
  });

  it("may be left out by name: these keep the key that they have", async () => {
    const [, ...own] = (await headNow()).header.keys;
    const report = await vault.rekey("prod", { skipContext: true, newKey: NEW_KEY });
    expect(report.left.map(({ name, version, context }) => [name, version, context])).toEqual([
      ["C1", 1, ["env"]],
      ["C2", 1, ["env"]],
    ]);
    expect(report.resealed).toBe(4);
    const kept = own.find(({ context }) => context !== undefined);
    expect((await headNow()).header.keys).toContainEqual(kept);
    await expectAllReadable(vault);
    expect(shown(await as(NEW_KEY).read("prod/A", { version: "1" }))).toBe("a1");
    await expect(as(NEW_KEY).read("prod/C1", { context: CONTEXT })).rejects.toMatchObject({ code: "ACCESS_DENIED" });
  });
});

describe("whom keys are wrapped for", () => {
  it("is what the writer names from then on, so that he can write again", async () => {
    const both = as(MASTER_KEY, { alsoWrap: async () => [NEW_KEY] });
    const change = [{ op: "put", name: "B", value: text("b") }] as const;
    await expect(both.commit("prod", change)).rejects.toMatchObject({ code: "CONFLICT" });
    const report = await both.rekey("prod", { context: CONTEXT });
    expect(report.before).toEqual([MASTER_KEY.id]);
    expect(report.holders).toEqual([MASTER_KEY.id, NEW_KEY.id].sort());
    await both.commit("prod", change);
    await expect(vault.commit("prod", change)).rejects.toMatchObject({
      code: "CONFLICT",
      hint: expect.stringContaining("coffer rotate-key prod/"),
    });
    expect(shown(await as(NEW_KEY).read("prod/A"))).toBe("a2");
    await expect(as(NEW_KEY).read("prod/A", { version: "1" })).rejects.toMatchObject({ code: "ACCESS_DENIED" });
  });

  it("a new key opens everything, and the old one goes on to", async () => {
    const report = await vault.rekey("prod", { context: CONTEXT, newKey: NEW_KEY });
    expect(report).toMatchObject({ begun: true, rewrapped: 3, left: [] });
    await expectAllReadable(vault);
    await expectAllReadable(as(NEW_KEY));
  });

  it("a key is dropped once another opens everything", async () => {
    await vault.rekey("prod", { context: CONTEXT, newKey: NEW_KEY });
    const report = await as(NEW_KEY).rekey("prod", { context: CONTEXT, dropKey: MASTER_KEY.id });
    expect(report).toMatchObject({ begun: true, rewrapped: 4, holders: [NEW_KEY.id] });
    await expectAllReadable(as(NEW_KEY));
    const everything = [...(await snapshot(objects)).values()].map((bytes) => Buffer.from(bytes).toString("utf8"));
    expect(everything.filter((document) => document.includes(MASTER_KEY.id))).toEqual([]);
    await expect(vault.read("prod/A")).rejects.toMatchObject({ code: "ACCESS_DENIED" });
  });

  it("one key takes the other's place at once", async () => {
    await vault.rekey("prod", { context: CONTEXT, newKey: NEW_KEY, dropKey: MASTER_KEY.id });
    await expectAllReadable(as(NEW_KEY));
    await expect(vault.read("prod/A")).rejects.toMatchObject({ code: "ACCESS_DENIED" });
  });

  it("a key that only wraps is added as well", async () => {
    const { id, wrap } = NEW_KEY;
    await vault.rekey("prod", { context: CONTEXT, newKey: { id, wrap } });
    await expectAllReadable(as(NEW_KEY));
  });

  it("is not changed where everything is as it should be already", async () => {
    await vault.rekey("prod", { context: CONTEXT, newKey: NEW_KEY });
    const before = await snapshot(objects);
    const again = await vault.rekey("prod", { context: CONTEXT, newKey: NEW_KEY, olderThan: 1 });
    expect(again).toMatchObject({ begun: true, rewrapped: 0 });
    for (const [key, bytes] of before) {
      if (key.startsWith("commits/")) expect(await bytesAt(objects, key)).toEqual(bytes);
    }
  });

  it.each([
    ["the key in use", { dropKey: MASTER_KEY.id }],
    ["the key in use, for one that only wraps", { dropKey: MASTER_KEY.id, newKey: { id: "x", wrap: NEW_KEY.wrap } }],
    ["the key that is added", { dropKey: NEW_KEY.id, newKey: NEW_KEY }],
    ["a key that the writer names", { dropKey: THIRD_KEY.id }],
  ])("no change is made for who would drop %s", async (_, options) => {
    const before = await snapshot(objects);
    const writer = as(MASTER_KEY, { alsoWrap: async () => [THIRD_KEY] });
    await expect(writer.rekey("prod", { ...options, context: CONTEXT })).rejects.toMatchObject({ code: "USAGE" });
    expect(await snapshot(objects)).toEqual(before);
  });

  it("no key is dropped while older commits open by no other", async () => {
    // The new key has the head alone.
    await as(MASTER_KEY, { alsoWrap: async () => [NEW_KEY] }).rekey("prod", { context: CONTEXT });
    const before = await snapshot(objects);
    const drop = as(NEW_KEY).rekey("prod", { context: CONTEXT, dropKey: MASTER_KEY.id });
    await expect(drop).rejects.toMatchObject({ code: "ACCESS_DENIED" });
    expect(await snapshot(objects)).toEqual(before);
  });

  it("leaves out keys that only purged values name", async () => {
    await vault.commit("bin", [{ op: "put", name: "A", value: text("1"), context: CONTEXT }]);
    await vault.commit("bin", [{ op: "delete", name: "A" }]);
    await destroyValues(objects, "bin", 1);
    const report = await vault.rekey("bin", { newKey: NEW_KEY, dropKey: MASTER_KEY.id });
    expect(report).toMatchObject({ left: [], rewrapped: 2 });
    const [first = ""] = (await collect(objects.list("commits/bin/"))).sort();
    expect(parseCommit(await bytesAt(objects, first), first).body.keys).toHaveLength(1);
  });

  it("is refused for a damaged commit, before anything is changed", async () => {
    const [first = ""] = (await collect(objects.list("commits/prod/"))).sort();
    const bytes = Buffer.from(await bytesAt(objects, first));
    const trailer = bytes.lastIndexOf('{"mac":"') + 8;
    bytes.write(bytes.subarray(trailer, trailer + 1).toString() === "A" ? "B" : "A", trailer);
    await objects.delete(first);
    await objects.put(first, bytes, { absent: true });
    const before = await snapshot(objects);
    const rekey = vault.rekey("prod", { context: CONTEXT, newKey: NEW_KEY });
    await expect(rekey).rejects.toMatchObject({ code: "INTEGRITY" });
    expect(await snapshot(objects)).toEqual(before);
  });
});

describe("an age", () => {
  const at = (time: string) => as(MASTER_KEY, { now: () => new Date(time) });
  const DAY = 86_400_000;

  it("spares a young epoch and replaces an old one", async () => {
    await at("2026-01-01T00:00:00Z").rekey("prod", { context: CONTEXT });
    // Nothing is to be opened, so that no context is needed.
    const young = await at("2026-01-31T00:00:00Z").rekey("prod", { olderThan: 90 * DAY });
    expect(young).toMatchObject({ begun: false, resealed: 0, sequence: 4 });
    const old = await at("2026-04-01T00:00:00Z").rekey("prod", { context: CONTEXT, olderThan: 90 * DAY });
    expect(old).toMatchObject({ begun: true, sequence: 5 });
  });

  it("does not spare one that is wrapped for others than it should be", async () => {
    const report = await vault.rekey("prod", { context: CONTEXT, olderThan: 90 * DAY, newKey: NEW_KEY });
    expect(report).toMatchObject({ begun: true, rewrapped: 3 });
    const again = await vault.rekey("prod", { context: CONTEXT, olderThan: 90 * DAY, newKey: NEW_KEY });
    expect(again).toMatchObject({ begun: false, rewrapped: 0 });
    expect(await live()).not.toHaveLength(0);
  });
});
