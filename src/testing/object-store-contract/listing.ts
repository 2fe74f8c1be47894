import assert from "node:assert/strict";
import { COMMIT, create, HEAD, keysOf, replace, type Test } from "./words.js";

export function testListing(test: Test): void {
  test("lists nothing where nothing is", async (store) => {
    assert.deepEqual(await keysOf(store, ""), []);
    assert.deepEqual(await keysOf(store, "commits/prod!billing/"), []);
  });

  test("lists in byte order of the whole keys, across all levels", async (store) => {
    const keys = ["b/x", "b!/x", "b-/x", "b.json", "B/x", "b0", "b(/x", "b_/x", "ba/x", "a/z/x", "a/Z/x", "a!/x"];
    for (const key of keys) await create(store, key, "x");
    assert.deepEqual(await keysOf(store, ""), [...keys].sort());
  });

  test("lists what begins with a prefix, wherever the prefix is cut", async (store) => {
    const keys = ["commits/prod/1-a", "commits/prod/1-b", "commits/prod/2-c", "commits/prod!eu/1-d", "heads/prod"];
    for (const key of keys) await create(store, key, "x");
    const prefixes = [
      "",
      "c",
      "commits",
      "commits/",
      "commits/prod",
      "commits/prod/",
      "commits/prod/1",
      ...keys,
      "heads/",
    ];
    for (const prefix of [...prefixes, "commits/prod/3", "heads/prod/", "heads/q", "d"]) {
      const expected = keys.filter((key) => key.startsWith(prefix)).sort();
      assert.deepEqual(await keysOf(store, prefix), expected, `prefix ${prefix}`);
    }
  });

  for (const key of [COMMIT, HEAD]) {
    test(`lists ${key} once and in its place among its neighbours, however often it was replaced`, async (store) => {
      const keys = [`${key}!`, key, `${key}(`, `${key}-`, `${key}0`].sort();
      for (const each of keys) await create(store, each, "one");
      for (const text of ["two", "three"]) {
        await replace(store, key, text, (await store.get(key))?.etag ?? "");
        for (const prefix of ["", key.slice(0, 7), key]) assert.deepEqual(await keysOf(store, prefix), keys);
      }
    });
  }

  test("lists more than a thousand keys, none left out and none twice", async (store) => {
    const keys = Array.from({ length: 1_007 }, (_, index) => `commits/many/${String(index).padStart(16, "0")}-c`);
    for (let start = 0; start < keys.length; start += 50) {
      await Promise.all(keys.slice(start, start + 50).map((key) => create(store, key, "x")));
    }
    assert.deepEqual(await keysOf(store, "commits/many/"), keys);
  });
}
