import assert from "node:assert/strict";
import type { Capabilities } from "../../core/secret-store.js";
import { putAll, type Test } from "./words.js";

export function testHeads(test: Test, can: Capabilities): void {
  if (can.log) testHead(test);
  else {
    test("has no heads, since it keeps no commits", async ({ store }) => {
      await putAll(store, "prod", { A: "one" });
      assert.equal(await store.head("prod"), null);
    });
  }
}

function testHead(test: Test): void {
  test("has no head of a namespace that was never written to", async ({ store }) => {
    assert.equal(await store.head("prod"), null);
    await putAll(store, "prod/billing", { A: "one" });
    assert.equal(await store.head("prod"), null);
  });

  test("has the newest commit as head, for every program", async ({ store, another }) => {
    const first = await putAll(store, "prod", { A: "one" });
    const second = await putAll(store, "prod", { A: "two" });
    assert.ok(second.sequence > first.sequence);
    for (const reader of [store, await another()]) {
      const head = await reader.head("prod");
      assert.ok(head !== null && head !== "unchanged");
      assert.deepEqual([head.namespace, head.commit, head.sequence], ["prod", second.commit, second.sequence]);
    }
  });

  test("says that a head is unchanged as long as nothing is committed to its namespace", async ({ store }) => {
    await putAll(store, "prod", { A: "one" });
    const head = await store.head("prod");
    assert.ok(head !== null && head !== "unchanged");
    assert.equal(await store.head("prod", { unless: head.etag }), "unchanged");
    await putAll(store, "test", { A: "one" });
    assert.equal(await store.head("prod", { unless: head.etag }), "unchanged");
    const { commit } = await putAll(store, "prod", { A: "one" });
    const next = await store.head("prod", { unless: head.etag });
    assert.ok(next !== null && next !== "unchanged");
    assert.equal(next.commit, commit);
  });

  test("still has a head when all its secrets are deleted", async ({ store }) => {
    await putAll(store, "prod", { A: "one" });
    const { commit } = await store.commit("prod", [{ op: "delete", name: "A" }]);
    const head = await store.head("prod");
    assert.ok(head !== null && head !== "unchanged");
    assert.equal(head.commit, commit);
  });
}
