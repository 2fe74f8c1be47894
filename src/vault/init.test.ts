import { describe, expect, it } from "vitest";
import { openMemoryStore } from "../objects/memory.js";
import type { ObjectStore } from "../objects/object-store.js";
import { type Fault, faultyStore } from "../testing/faulty-object-store.js";
import { around, collect, faultsOf, openTestVault, snapshot } from "../testing/vault-scene.js";
import { initVault } from "./init.js";

const RECORD = "coffer.json";
const storeIdOf = (objects: ObjectStore): Promise<string | null> => openTestVault(objects).storeId();

describe("making a store", () => {
  it("leaves its record, and nothing of the test for compare-and-set", async () => {
    const objects = openMemoryStore();
    expect(await storeIdOf(objects)).toBeNull();
    const { store, created } = await initVault(objects);
    expect(created).toBe(true);
    expect(store).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(await storeIdOf(objects)).toBe(store);
    expect(await collect(objects.list(""))).toEqual([RECORD]);
  });

  it("changes nothing where there is one, and says which", async () => {
    const objects = openMemoryStore();
    const { store } = await initVault(objects);
    const before = await snapshot(objects);
    expect(await initVault(objects)).toEqual({ store, created: false });
    expect(await snapshot(objects)).toEqual(before);
  });

  it("takes the store of another who was first at the same moment", async () => {
    const objects = openMemoryStore();
    const store = faultyStore(objects, () => undefined);
    around(store, RECORD, { before: () => initVault(objects) });
    expect(await initVault(store)).toEqual({ store: await storeIdOf(objects), created: false });
  });

  it.each([{ kind: "before" }, { kind: "after" }, { kind: "refused" }] as const)(
    "can be repeated when the answer is lost: %o",
    async (fault: Fault) => {
      const objects = openMemoryStore();
      const store = faultyStore(objects, faultsOf("put", RECORD, fault));
      const first = await initVault(store).catch(() => null);
      const { store: id } = await initVault(store);
      expect(first?.store ?? id).toBe(id);
      expect(await storeIdOf(objects)).toBe(id);
    },
  );

  it("refuses storage that ignores conditions, and leaves no record", async () => {
    const objects = openMemoryStore();
    const put = objects.put.bind(objects);
    objects.put = async (key, bytes) => {
      await objects.delete(key);
      return put(key, bytes, { absent: true });
    };
    await expect(initVault(objects)).rejects.toMatchObject({ code: "UNSUPPORTED" });
    expect(await storeIdOf(objects)).toBeNull();
  });

  it("is what a first commit needs: without it there is no store", async () => {
    const attempt = openTestVault(openMemoryStore()).commit("prod", [{ op: "delete", name: "A" }]);
    await expect(attempt).rejects.toMatchObject({ code: "NOT_FOUND", hint: expect.stringContaining("coffer init") });
  });
});
