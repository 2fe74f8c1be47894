import assert from "node:assert/strict";
import type { Capabilities } from "../../core/secret-store.js";
import { assertRefused, collect, put, putAll, readText, readTexts, type Test } from "./words.js";

const CONTEXT = { zone: "münchen", app: "billing", empty: "" };

export function testContexts(test: Test, can: Capabilities): void {
  if (can.context) testContext(test, can);
  else {
    test("refuses a context, which it cannot bind", async ({ store }) => {
      await assertRefused(store.commit("prod", [put("A", "one", { context: CONTEXT })]), "UNSUPPORTED");
      assert.equal(await store.read("prod/A"), null);
    });
  }
}

function testContext(test: Test, can: Capabilities): void {
  test("opens a secret with exactly the context that it was put with, in any order", async ({ store, another }) => {
    await store.commit("prod", [put("A", "one", { context: CONTEXT })]);
    const turned = Object.fromEntries(Object.entries(CONTEXT).reverse());
    for (const reader of [store, await another()]) {
      assert.equal(await readText(reader, "prod/A", { context: turned }), "one");
    }
  });

  const { app: _, ...less } = CONTEXT;
  const others = { none: {}, "one pair less": less, "one pair more": { ...CONTEXT, more: "" } };
  const wrong = {
    "another value": { ...CONTEXT, app: "Billing" },
    "a value for an empty one": { ...CONTEXT, empty: " " },
  };
  for (const [how, context] of Object.entries({ ...others, ...wrong })) {
    test(`refuses to open a secret with another context: ${how}`, async ({ store, another }) => {
      await store.commit("prod", [put("A", "one", { context: CONTEXT })]);
      await assertRefused(store.read("prod/A", { context }), "CONTEXT");
      await assertRefused((await another()).read("prod/A", { context }), "CONTEXT");
      // Whoever once gave the right one does not open it to those who do not.
      assert.equal(await readText(store, "prod/A", { context: CONTEXT }), "one");
      await assertRefused(store.read("prod/A", { context }), "CONTEXT");
    });
  }

  test("refuses a context for a secret that was put without one", async ({ store }) => {
    await putAll(store, "prod", { A: "one" });
    await assertRefused(store.read("prod/A", { context: CONTEXT }), "CONTEXT");
  });

  if (can.metadata.includes("context")) testContextNames(test);
  else testNoContextNames(test);

  test("reads nothing of many secrets where one cannot be opened", async ({ store }) => {
    await store.commit("prod", [put("A", "one", { context: { app: "billing" } }), put("B", "two")]);
    await assertRefused(store.readAll({ namespace: "prod" }), "CONTEXT");
    await assertRefused(store.readAll({ namespace: "prod" }, { context: { app: "other" } }), "CONTEXT");
    assert.deepEqual(await readTexts(store, { namespace: "prod" }, { only: ["B"] }), { B: "two" });
  });

  test("binds each version to its own context", async ({ store }) => {
    const first = await store.commit("prod", [put("A", "one", { context: { app: "old" } })]);
    await store.commit("prod", [put("A", "two", { context: { app: "new" } })]);
    assert.equal(await readText(store, "prod/A", { context: { app: "new" } }), "two");
    await assertRefused(store.read("prod/A", { context: { app: "old" } }), "CONTEXT");
    if (can.versions === "none") return;
    const version = first.changes[0]?.version ?? "";
    assert.equal(await readText(store, "prod/A", { version, context: { app: "old" } }), "one");
    await assertRefused(store.read("prod/A", { version, context: { app: "new" } }), "CONTEXT");
  });

  test("refuses with USAGE what can be no context", async ({ store }) => {
    const many = Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`k${index}`, ""]));
    const bad = [{ "": "x" }, { "coffer:x": "" }, { "AWS:x": "" }, { "a\n": "" }, { a: "x".repeat(1025) }, many];
    for (const context of bad) await assertRefused(store.commit("prod", [put("A", "x", { context })]), "USAGE");
    assert.equal(await store.read("prod/A"), null);
  });
}

function testContextNames(test: Test): void {
  test("lists the names of a context in order, and shows no value of it", async ({ store }) => {
    await store.commit("prod", [put("A", "one", { context: CONTEXT })]);
    const [listed] = await collect(store.list({ namespace: "prod" }));
    assert.deepEqual(listed?.context, ["app", "empty", "zone"]);
    const [version] = await collect(store.history("prod/A"));
    assert.deepEqual(version?.context, ["app", "empty", "zone"]);
    assert.equal(JSON.stringify([listed, version]).includes("münchen"), false);
  });

  test("takes for each of many secrets the pairs that it names from the pairs given", async ({ store }) => {
    await store.commit("prod", [
      put("A", "one", { context: { app: "billing" } }),
      put("B", "two", { context: { app: "billing", zone: "x" } }),
      put("C", "three"),
    ]);
    const pool = { app: "billing", zone: "x", more: "y" };
    const texts = await readTexts(store, { namespace: "prod" }, { context: pool });
    assert.deepEqual(texts, { A: "one", B: "two", C: "three" });
  });
}

function testNoContextNames(test: Test): void {
  test("says nothing of contexts, which are kept nowhere", async ({ store }) => {
    await store.commit("prod", [put("A", "one", { context: CONTEXT })]);
    const [listed] = await collect(store.list({ namespace: "prod" }));
    const [version] = await collect(store.history("prod/A"));
    assert.deepEqual([listed?.context, version?.context], [[], []]);
    assert.equal(JSON.stringify([listed, version]).includes("münchen"), false);
  });

  test("opens each of many secrets with all the pairs given, or with none", async ({ store }) => {
    await store.commit("prod", [put("A", "one", { context: CONTEXT }), put("B", "two")]);
    assert.deepEqual(await readTexts(store, { namespace: "prod" }, { context: CONTEXT }), { A: "one", B: "two" });
  });
}
