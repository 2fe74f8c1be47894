import assert from "node:assert/strict";
import type { Capabilities } from "../../core/secret-store.js";
import { assertRefused, put, putAll, readText, readTexts, type Test } from "./words.js";

export function testPast(test: Test, can: Capabilities): void {
  if (can.at) testAt(test, can);
  else {
    test("refuses to read a state of the past, which it does not keep", async ({ store }) => {
      await putAll(store, "prod", { A: "one" });
      await assertRefused(store.read("prod/A", { at: "2026-01-31" }), "UNSUPPORTED");
      await assertRefused(store.readAll({ namespace: "prod" }, { at: "2026-01-31" }), "UNSUPPORTED");
    });
  }
}

function testAt(test: Test, can: Capabilities): void {
  test("reads what a namespace held at a commit", async ({ store, another }) => {
    const first = await putAll(store, "prod", { A: "one", B: "two" });
    const second = await store.commit("prod", [put("A", "uno"), { op: "delete", name: "B" }]);
    await store.commit("prod", [put("A", "ein"), put("C", "drei")]);
    for (const reader of [store, await another()]) {
      assert.deepEqual(await readTexts(reader, { namespace: "prod" }, { at: first.commit }), { A: "one", B: "two" });
      assert.deepEqual(await readTexts(reader, { namespace: "prod" }, { at: second.commit }), { A: "uno" });
      assert.equal(await readText(reader, "prod/A", { at: first.commit }), "one");
      assert.equal(await readText(reader, "prod/B", { at: second.commit }), null);
      assert.equal(await readText(reader, "prod/C", { at: second.commit }), null);
    }
  });

  test("reads what a namespace held at a time, and nothing of before it began", async ({ store }) => {
    await putAll(store, "prod", { A: "one" });
    assert.equal(await readText(store, "prod/A", { at: "9999-12-31T23:59:59Z" }), "one");
    assert.equal(await readText(store, "prod/A", { at: "9999-12-31" }), "one");
    assert.equal(await readText(store, "prod/A", { at: "1971-01-01T00:00:00Z" }), null);
    assert.deepEqual(await readTexts(store, { namespace: "prod" }, { at: "1971-01-01" }), {});
  });

  test("has NOT_FOUND for a commit that never was, or was of another namespace", async ({ store }) => {
    await putAll(store, "prod", { A: "one" });
    const { commit } = await putAll(store, "test", { A: "two" });
    await assertRefused(store.read("prod/A", { at: commit }), "NOT_FOUND");
    await assertRefused(store.readAll({ namespace: "prod" }, { at: commit }), "NOT_FOUND");
  });

  test("refuses with USAGE what can be no revision", async ({ store }) => {
    await putAll(store, "prod", { A: "one" });
    for (const at of ["", "yesterday", "c12", "2026-13-01", "2026-01-31T25:00:00Z", "31.1.2026"]) {
      await assertRefused(store.read("prod/A", { at }), "USAGE");
    }
  });

  if (can.stages) {
    test("reads what was staged at a commit", async ({ store }) => {
      const { commit } = await store.commit("prod", [put("A", "soon", { stage: "next" })]);
      await store.commit("prod", [{ op: "promote", name: "A", stage: "next" }]);
      assert.equal(await readText(store, "prod/A", { at: commit, stage: "next" }), "soon");
      assert.equal(await readText(store, "prod/A", { at: commit }), null);
    });
  }
}
