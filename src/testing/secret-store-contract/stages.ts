import assert from "node:assert/strict";
import type { Capabilities } from "../../core/secret-store.js";
import { assertRefused, collect, put, putAll, readText, readTexts, type Test } from "./words.js";

export function testStages(test: Test, can: Capabilities): void {
  if (can.stages === true) testStaged(test, can);
  else if (can.stages === "read") testLabels(test);
  else {
    test("refuses stages, which it does not have", async ({ store }) => {
      await assertRefused(store.commit("prod", [put("A", "one", { stage: "next" })]), "UNSUPPORTED");
      assert.equal(await store.read("prod/A"), null);
      await assertRefused(store.read("prod/A", { stage: "next" }), "UNSUPPORTED");
    });
  }
}

function testLabels(test: Test): void {
  test("refuses to stage what would be current at once", async ({ store }) => {
    await assertRefused(store.commit("prod", [put("A", "one", { stage: "next" })]), "UNSUPPORTED");
    await assertRefused(store.commit("prod", [{ op: "promote", name: "A", stage: "next" }]), "UNSUPPORTED");
    assert.equal(await store.read("prod/A"), null);
  });

  test("has nothing under a label that no version has", async ({ store }) => {
    await putAll(store, "prod", { A: "one" });
    assert.equal(await store.read("prod/A", { stage: "next" }), null);
    assert.deepEqual(await readTexts(store, { namespace: "prod" }, { stage: "next" }), { A: "one" });
  });
}

function testStaged(test: Test, can: Capabilities): void {
  test("shows a staged version to those who ask for the stage, and the current one to all others", async ({
    store,
    another,
  }) => {
    await putAll(store, "prod", { A: "now" });
    await store.commit("prod", [put("A", "soon", { stage: "next" })]);
    for (const reader of [store, await another()]) {
      assert.equal(await readText(reader, "prod/A"), "now");
      assert.equal(await readText(reader, "prod/A", { stage: "next" }), "soon");
      assert.equal(await readText(reader, "prod/A", { stage: "other" }), null);
      assert.equal((await reader.read("prod/A", { stage: "next" }))?.stage, "next");
    }
  });

  test("makes a staged version current without giving it another number", async ({ store }) => {
    await putAll(store, "prod", { A: "now" });
    const staged = await store.commit("prod", [put("A", "soon", { stage: "next" })]);
    await store.commit("prod", [{ op: "promote", name: "A", stage: "next" }]);
    const current = await store.read("prod/A");
    assert.equal(await readText(store, "prod/A"), "soon");
    assert.equal(current?.version, staged.changes[0]?.version);
    assert.equal(current?.stage, null);
    assert.equal(await store.read("prod/A", { stage: "next" }), null);
  });

  test("refuses to promote where nothing is staged so", async ({ store }) => {
    const promote = { op: "promote", name: "A", stage: "next" } as const;
    await assertRefused(store.commit("prod", [promote]), "NOT_FOUND");
    await store.commit("prod", [put("A", "soon", { stage: "other" })]);
    await assertRefused(store.commit("prod", [promote]), "NOT_FOUND");
  });

  test("has a secret that is only staged for nobody else", async ({ store }) => {
    await store.commit("prod", [put("A", "soon", { stage: "next" })]);
    assert.equal(await store.read("prod/A"), null);
    assert.deepEqual(await readTexts(store, { namespace: "prod" }), {});
    await assertRefused(store.readAll({ namespace: "prod" }, { only: ["A"] }), "NOT_FOUND");
    assert.deepEqual(await readTexts(store, { namespace: "prod" }, { stage: "next", only: ["A"] }), { A: "soon" });
  });

  test("keeps several stages, and in each what was put there last", async ({ store }) => {
    await store.commit("prod", [
      put("A", "1", { stage: "x" }),
      put("A", "2", { stage: "y" }),
      put("A", "3", { stage: "x" }),
    ]);
    assert.equal(await readText(store, "prod/A", { stage: "x" }), "3");
    assert.equal(await readText(store, "prod/A", { stage: "y" }), "2");
  });

  test("reads a whole namespace with what is staged in the place of what is current", async ({ store }) => {
    await putAll(store, "prod", { A: "now", B: "now" });
    await store.commit("prod", [put("A", "soon", { stage: "next" }), put("C", "soon", { stage: "next" })]);
    const staged = await readTexts(store, { namespace: "prod" }, { stage: "next" });
    assert.deepEqual(staged, { A: "soon", B: "now", C: "soon" });
    assert.deepEqual(await readTexts(store, { namespace: "prod" }), { A: "now", B: "now" });
  });

  test("has nothing staged of a secret that was deleted", async ({ store }) => {
    await putAll(store, "prod", { A: "now" });
    await store.commit("prod", [put("A", "soon", { stage: "next" })]);
    await store.commit("prod", [{ op: "delete", name: "A" }]);
    assert.equal(await store.read("prod/A", { stage: "next" }), null);
  });

  test("refuses with USAGE what can be no stage", async ({ store }) => {
    for (const stage of ["", "a b", "a/b", "é", "x".repeat(65)]) {
      await assertRefused(store.commit("prod", [put("A", "x", { stage })]), "USAGE");
    }
    assert.equal(await store.head("prod"), null);
  });

  if (can.log) {
    test("tells in the history which version is staged", async ({ store }) => {
      await putAll(store, "prod", { A: "now" });
      await store.commit("prod", [put("A", "soon", { stage: "next" })]);
      const history = await collect(store.history("prod/A"));
      assert.deepEqual(
        history.map(({ stage }) => stage),
        ["next", null],
      );
    });
  }
}
