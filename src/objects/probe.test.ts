import { describe, expect, it } from "vitest";
import { openMemoryStore } from "./memory.js";
import type { ObjectStore, PutCondition } from "./object-store.js";
import { probeCompareAndSet } from "./probe.js";

describe("the probe of compare-and-set", () => {
  it("is content with a store that keeps both conditions, and leaves nothing in it", async () => {
    const store = openMemoryStore();
    await probeCompareAndSet(store);
    expect(await keysOf(store)).toEqual([]);
  });

  it("refuses a store that overwrites what was to be created", async () => {
    const store = lax((condition) => "absent" in condition);
    await expect(probeCompareAndSet(store)).rejects.toMatchObject({ code: "UNSUPPORTED" });
    await expect(probeCompareAndSet(store)).rejects.toThrow(/created only if absent/);
  });

  it("refuses a store that overwrites whatever the ETag", async () => {
    const store = lax((condition) => "etag" in condition);
    await expect(probeCompareAndSet(store)).rejects.toThrow(/overwrites an object whose ETag is not the expected one/);
  });

  it.each([
    ["create", 0, /refuses to create/],
    ["replace", 2, /refuses to replace/],
  ])("refuses a store that never lets anybody %s", async (_, at, says) => {
    const store = refusing(at);
    await expect(probeCompareAndSet(store)).rejects.toThrow(says);
  });

  it("removes its object from a store that failed it", async () => {
    const store = lax(() => true);
    await expect(probeCompareAndSet(store)).rejects.toThrow();
    expect(await keysOf(store)).toEqual([]);
  });

  it("passes on what the store throws, though it cannot clean up either", async () => {
    const gone = new Error("gone");
    const store: ObjectStore = {
      ...methodsOf(openMemoryStore()),
      put: () => Promise.reject(gone),
      delete: () => Promise.reject(new Error("gone too")),
    };
    await expect(probeCompareAndSet(store)).rejects.toBe(gone);
  });
});

/** A store that ignores some conditions, as imitations of S3 do. */
function lax(ignores: (condition: PutCondition) => boolean): ObjectStore {
  const store = openMemoryStore();
  return {
    ...methodsOf(store),
    async put(key, bytes, condition) {
      const held = ignores(condition) ? await store.get(key) : null;
      return store.put(key, bytes, held === null ? condition : { etag: held.etag });
    },
  };
}

function refusing(at: number): ObjectStore {
  const store = openMemoryStore();
  let puts = 0;
  return {
    ...methodsOf(store),
    put(key, bytes, condition) {
      puts += 1;
      return puts - 1 === at ? Promise.resolve("refused") : store.put(key, bytes, condition);
    },
  };
}

function methodsOf(store: ObjectStore): ObjectStore {
  return {
    url: "lax:",
    get: store.get.bind(store),
    put: store.put.bind(store),
    list: store.list.bind(store),
    destroyEarlier: store.destroyEarlier.bind(store),
    delete: store.delete.bind(store),
    close: store.close.bind(store),
  };
}

async function keysOf(store: ObjectStore): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of store.list("")) keys.push(key);
  return keys;
}
