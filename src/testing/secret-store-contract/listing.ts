import assert from "node:assert/strict";
import type { Capabilities } from "../../core/secret-store.js";
import { collect, put, putAll, type Taste, type Test } from "./words.js";

export function testListing(test: Test, can: Capabilities, { takesPath }: Taste): void {
  test("lists the secrets of a namespace, and not those below it", async ({ store }) => {
    await putAll(store, "prod", { B: "two", A: "one" });
    await putAll(store, "prod/billing", { C: "three" });
    const listed = await collect(store.list({ namespace: "prod" }));
    assert.deepEqual(
      listed.map(({ namespace, name }) => [namespace, name]),
      [
        ["prod", "A"],
        ["prod", "B"],
      ],
    );
  });

  test("lists in byte order of the path, across namespaces", async ({ store }) => {
    const paths = ["B", "a", "a/x", "a-b/x", "a/b/x", "ab/x", "a/z", "é/\uffff", "é/😀", "z"].filter(takesPath);
    for (const path of paths) {
      const cut = path.lastIndexOf("/");
      await putAll(store, path.slice(0, Math.max(cut, 0)), { [path.slice(cut + 1)]: path });
    }
    const listed = await collect(store.list({ namespace: "", recursive: true }));
    const found = listed.map(({ namespace, name }) => (namespace === "" ? name : `${namespace}/${name}`));
    assert.deepEqual(
      found,
      [...paths].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
    );
  });

  test("lists nothing where there is nothing", async ({ store }) => {
    assert.deepEqual(await collect(store.list({ namespace: "prod" })), []);
    assert.deepEqual(await collect(store.list({ namespace: "", recursive: true })), []);
  });

  test("lists without values what a read gives with them", async ({ store, another }) => {
    const expires = can.metadata.includes("expires") ? { expires: new Date("2031-02-03T04:05:06.000Z") } : {};
    const comment = can.metadata.includes("comment") ? { comment: "why" } : {};
    await store.commit("prod", [put("A", "one", { ...comment, ...expires })]);
    const [listed] = await collect((await another()).list({ namespace: "prod" }));
    const read = await store.read("prod/A", { details: true });
    assert.ok(read !== null && listed !== undefined);
    const { value: _, ...known } = read;
    assert.deepEqual(listed, known);
  });

  test("lists deleted secrets only where that is asked for", async ({ store }) => {
    await putAll(store, "prod", { A: "one", B: "two" });
    await store.commit("prod", [{ op: "delete", name: "A" }]);
    const living = await collect(store.list({ namespace: "prod" }));
    assert.deepEqual(
      living.map(({ name }) => name),
      ["B"],
    );
    const all = await collect(store.list({ namespace: "prod" }, { deleted: true }));
    for (const { name, deleted } of all) assert.equal(deleted, name === "A");
    if (can.log) assert.equal(all.length, 2);
  });
}
