import { beforeEach, describe, expect, it } from "vitest";
import type { ObjectStore } from "../../objects/object-store.js";
import { faultyStore } from "../../testing/faulty-object-store.js";
import { openTransientMemory } from "../../testing/transient-memory.js";
import {
  bytesAt,
  collect,
  copyOf,
  newStorage,
  openTestVault,
  replaceObject,
  shown,
  text,
} from "../../testing/vault-scene.js";
import type { VaultOptions } from "../contract.js";
import type { HeadMemory } from "./contract.js";

const HEAD = "heads/prod";
const put = (value: string) => [{ op: "put", name: "A", value: text(value) }] as const;

let objects: ObjectStore;
let memory: HeadMemory;
/** The storage as it was after the first commit, and after the second, which is the last that was seen. */
let first: ObjectStore;
let second: ObjectStore;

beforeEach(async () => {
  objects = await newStorage();
  memory = openTransientMemory();
  const vault = openTestVault(objects, { memory });
  await vault.commit("prod", put("one"));
  first = await copyOf(objects);
  await vault.commit("prod", put("two"));
  second = await copyOf(objects);
});

const remembered = async (): Promise<number | undefined> => (await memory.find("memory:", "prod"))?.sequence;

async function headOf(store: ObjectStore): Promise<string> {
  const head = await openTestVault(store).head("prod");
  if (head === null || head === "unchanged") throw new Error("there is a head");
  return head.commit;
}

/** Commits until there are so many. */
async function grow(store: ObjectStore, to: number): Promise<void> {
  const vault = openTestVault(store);
  for (let n = (await collect(vault.log("prod"))).length; n < to; n++) await vault.commit("prod", put(`grown ${n}`));
}

/** Does something between the first look at a head and what its reader makes of it. */
function afterFirstGet(store: ObjectStore, act: () => Promise<unknown>): void {
  const get = store.get.bind(store);
  let first = true;
  // An overloaded method cannot be replaced as it is.
  store.get = (async (key: string) => {
    const found = await get(key);
    if (first) {
      first = false;
      await act();
    }
    return found;
  }) as ObjectStore["get"];
}

/** Every verb that looks at a head, over this storage. */
async function expectRollback(store: ObjectStore, options: Partial<VaultOptions> = {}): Promise<void> {
  const vault = openTestVault(store, { memory, ...options });
  const keyless = openTestVault(store, { memory, keys: null, ...options });
  const verbs = [
    () => vault.read("prod/A"),
    () => vault.readAll({ namespace: "prod" }),
    () => vault.head("prod"),
    () => collect(vault.list({ namespace: "prod" })),
    () => collect(keyless.list({ namespace: "prod" })),
    () => collect(vault.log("prod")),
    () => collect(vault.history("prod/A")),
    () => vault.commit("prod", put("three")),
    () => vault.commit("prod", put("three"), { expect: null }),
  ];
  for (const verb of verbs) await expect(verb(), String(verb)).rejects.toMatchObject({ code: "ROLLBACK" });
  const [report] = await collect(vault.verify({ namespaces: ["prod"] }));
  expect(report?.problems).toContainEqual(expect.objectContaining({ object: HEAD, code: "ROLLBACK" }));
}

describe("a client who has seen a head refuses", () => {
  it("an older one", () => expectRollback(first));

  it("none at all", async () => {
    await objects.delete(HEAD);
    await expectRollback(objects);
    expect(await objects.get(HEAD)).toBeNull();
  });

  it("another one at the same place of a fork", async () => {
    await openTestVault(first).commit("prod", put("forked"));
    await expectRollback(first);
  });

  it.each([3, 70])("a later one, commit %i, that does not descend from it", async (count) => {
    await grow(first, count);
    await expectRollback(first);
  });

  it("one of another store", async () => {
    const other = await newStorage();
    await openTestVault(other).commit("prod", put("theirs"));
    await expectRollback(other);
  });

  it("another store's head even of a namespace that was never looked at", async () => {
    const other = await newStorage();
    await openTestVault(other).commit("dev", put("theirs"));
    await expect(openTestVault(other, { memory }).read("dev/A")).rejects.toMatchObject({ code: "ROLLBACK" });
  });

  it("to take part in a store whose record was replaced", async () => {
    await replaceObject(objects, "coffer.json", await bytesAt(await newStorage(), "coffer.json"));
    const attempt = openTestVault(objects, { memory }).commit("dev", put("x"));
    await expect(attempt).rejects.toMatchObject({ code: "ROLLBACK" });
  });
});

describe("what is remembered", () => {
  it("rises with what is read and what is committed, however far", async () => {
    expect(await remembered()).toBe(2);
    await grow(objects, 80);
    await openTestVault(objects, { memory }).read("prod/A");
    expect(await remembered()).toBe(80);
    await openTestVault(objects, { memory }).commit("prod", put("more"));
    expect(await remembered()).toBe(81);
  });

  it("does not rise by what was not proven: a list, or a head whose MAC does not hold", async () => {
    await grow(objects, 3);
    await collect(openTestVault(objects, { memory }).list({ namespace: "prod" }));
    expect(await remembered()).toBe(2);
    const bytes = Buffer.from(await bytesAt(objects, HEAD));
    await replaceObject(objects, HEAD, Buffer.from(bytes.toString().replace('"version":3', '"version":2')));
    await expect(openTestVault(objects, { memory }).read("prod/A")).rejects.toMatchObject({ code: "INTEGRITY" });
    expect(await remembered()).toBe(2);
  });

  it.each([
    ["sees what he has seen already", 2],
    ["sees news", 1],
  ])("neither accuses nor is lowered by a reader who %s while another program writes", async (_, seen) => {
    memory = openTransientMemory();
    await openTestVault(seen === 1 ? first : second, { memory }).read("prod/A");
    const store = faultyStore(objects, () => undefined);
    afterFirstGet(store, () => openTestVault(objects, { memory }).commit("prod", put("three")));
    expect(shown(await openTestVault(store, { memory }).read("prod/A"))).toBe("two");
    expect(await remembered()).toBe(3);
  });

  it("is nothing without a memory: an older head is read as it is", async () => {
    expect(shown(await openTestVault(first).read("prod/A"))).toBe("one");
  });
});

describe("a pinned minimum", () => {
  it("refuses what is older, forked or gone, without any memory", async () => {
    const options = { memory: null, minimumHead: { sequence: 2, commit: await headOf(second) } };
    await expectRollback(first, options);
    await grow(first, 3);
    await expectRollback(first, options);
    await first.delete(HEAD);
    await expectRollback(first, options);
  });

  it("lets the pinned head and all that descend from it pass", async () => {
    const commit = await headOf(objects);
    await grow(objects, 70);
    for (const store of [second, objects]) {
      const vault = openTestVault(store, { minimumHead: { sequence: 2, commit } });
      expect(await vault.read("prod/A")).not.toBeNull();
    }
  });
});

describe("accept", () => {
  it("takes an older head as the one to trust, if it is named in full", async () => {
    const vault = openTestVault(first, { memory });
    const commit = await headOf(first);
    for (const other of [commit.slice(0, 12), "none", ""])
      await expect(vault.accept("prod", other)).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await remembered()).toBe(2);
    expect(await vault.accept("prod", commit)).toMatchObject({ sequence: 1, verified: true });
    expect(await remembered()).toBe(1);
    expect(shown(await vault.read("prod/A"))).toBe("one");
  });

  it("takes it that there is no head, if that is said", async () => {
    await objects.delete(HEAD);
    const vault = openTestVault(objects, { memory });
    expect(await vault.accept("prod", "none")).toBeNull();
    await vault.commit("prod", put("anew"));
    expect(shown(await vault.read("prod/A"))).toBe("anew");
  });

  it("takes another store's head, once it is named, unless the store is pinned", async () => {
    const other = await newStorage();
    const { commit } = await openTestVault(other).commit("prod", put("theirs"));
    await expect(openTestVault(other, { memory }).read("prod/A")).rejects.toMatchObject({ code: "ROLLBACK" });
    const pinned = openTestVault(other, { memory, storeId: (await openTestVault(objects).storeId()) ?? "" });
    await expect(pinned.accept("prod", commit)).rejects.toMatchObject({ code: "ROLLBACK" });
    expect(await openTestVault(other, { memory }).accept("prod", commit)).toMatchObject({ commit });
    expect(shown(await openTestVault(other, { memory }).read("prod/A"))).toBe("theirs");
  });

  it("does not take what does not verify", async () => {
    const bytes = Buffer.from(await bytesAt(objects, HEAD)).toString();
    await replaceObject(objects, HEAD, Buffer.from(bytes.replace('"made":[2,1]', '"made":[2,2]')));
    await expect(openTestVault(objects, { memory }).accept("prod", await headOf(second))).rejects.toMatchObject({
      code: "INTEGRITY",
    });
    expect(await remembered()).toBe(2);
  });

  it("says so where nothing is remembered, or nothing can be written down", async () => {
    await expect(openTestVault(objects).accept("prod", "none")).rejects.toMatchObject({ code: "USAGE" });
    const readOnly = { ...memory, save: async () => false };
    const attempt = openTestVault(objects, { memory: readOnly }).accept("prod", await headOf(objects));
    await expect(attempt).rejects.toMatchObject({ code: "FAILED" });
  });
});
