import assert from "node:assert/strict";
import type { Capabilities } from "../../core/secret-store.js";
import { assertRefused, putAll, readText, readTexts, type Test } from "./words.js";

export function testReading(test: Test, can: Capabilities): void {
  test("gives back what was put, here and to another program", async ({ store, another }) => {
    await putAll(store, "prod/billing", { DB_URL: "postgres://db" });
    assert.equal(await readText(store, "prod/billing/DB_URL"), "postgres://db");
    assert.equal(await readText(await another(), "prod/billing/DB_URL"), "postgres://db");
  });

  test("tells all that it knows of a secret with its value", async ({ store }) => {
    const { commit } = await putAll(store, "prod", { A: "one" });
    const secret = await store.read("prod/A");
    assert.ok(secret !== null);
    const { namespace, name, deleted, purged, stage, type, comment, expires, context } = secret;
    assert.deepEqual([namespace, name, deleted, purged, stage], ["prod", "A", false, false, null]);
    assert.deepEqual([type, comment, expires, context], ["text", null, null, []]);
    if (can.log) assert.equal(secret.commit, commit);
  });

  test("has null for a secret that was never put, in a namespace that is there and one that is not", async ({
    store,
  }) => {
    assert.equal(await store.read("prod/A"), null);
    await putAll(store, "prod", { A: "one" });
    assert.equal(await store.read("prod/B"), null);
    assert.equal(await store.read("prod/A/A"), null);
    assert.equal(await store.read("A"), null);
  });

  test("keeps namespaces apart, those above and below each other too", async ({ store }) => {
    await putAll(store, "", { A: "root" });
    await putAll(store, "prod", { A: "prod" });
    await putAll(store, "prod/billing", { A: "billing" });
    assert.equal(await readText(store, "A"), "root");
    assert.equal(await readText(store, "prod/A"), "prod");
    assert.equal(await readText(store, "prod/billing/A"), "billing");
    assert.deepEqual(await readTexts(store, { namespace: "prod" }), { A: "prod" });
  });

  test("reads all secrets of a namespace, with the head that they were read from", async ({ store }) => {
    await putAll(store, "prod", { A: "one", B: "two" });
    const { secrets, heads } = await store.readAll({ namespace: "prod" });
    assert.deepEqual(secrets.map(({ name }) => name).sort(), ["A", "B"]);
    assert.deepEqual(heads, can.log ? [await store.head("prod")] : []);
  });

  test("reads nothing from a namespace that has nothing", async ({ store }) => {
    assert.deepEqual(await store.readAll({ namespace: "prod" }), { secrets: [], heads: [] });
    assert.deepEqual(await store.readAll({ namespace: "", recursive: true }), { secrets: [], heads: [] });
  });

  test("reads a namespace with all that lie below it, and no other", async ({ store }) => {
    for (const namespace of ["", "prod", "prod/a", "prod/a/b", "prod2", "pro", "test"]) {
      await putAll(store, namespace, { N: `of /${namespace}` });
    }
    const below = await store.readAll({ namespace: "prod", recursive: true });
    assert.deepEqual(below.secrets.map(({ namespace }) => namespace).sort(), ["prod", "prod/a", "prod/a/b"]);
    if (can.log) {
      assert.deepEqual(below.heads.map(({ namespace }) => namespace).sort(), ["prod", "prod/a", "prod/a/b"]);
    }
    const all = await store.readAll({ namespace: "", recursive: true });
    assert.equal(all.secrets.length, 7);
  });

  test("reads exactly the names that are asked for, each once", async ({ store }) => {
    await putAll(store, "prod", { A: "one", B: "two", C: "three" });
    assert.deepEqual(await readTexts(store, { namespace: "prod" }, { only: ["C", "A"] }), { A: "one", C: "three" });
    const { secrets } = await store.readAll({ namespace: "prod" }, { only: ["A", "A"] });
    assert.equal(secrets.length, 1);
    assert.deepEqual(await readTexts(store, { namespace: "prod" }, { only: [] }), {});
  });

  test("names those that are missing of the names that are asked for", async ({ store }) => {
    await assertRefused(store.readAll({ namespace: "prod" }, { only: ["A"] }), "NOT_FOUND");
    await putAll(store, "prod", { A: "one", B: "two" });
    await store.commit("prod", [{ op: "delete", name: "B" }]);
    const reading = store.readAll({ namespace: "prod" }, { only: ["A", "B", "NEVER"] });
    await assertRefused(reading, "NOT_FOUND");
    await assert.rejects(reading, (error: Error) => /\bB\b/.test(error.message) && error.message.includes("NEVER"));
  });
}
