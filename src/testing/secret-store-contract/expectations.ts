import assert from "node:assert/strict";
import type { Capabilities } from "../../core/secret-store.js";
import { isCofferError } from "../../errors.js";
import { assertRefused, put, putAll, readText, type Test } from "./words.js";

export function testExpectations(test: Test, can: Capabilities): void {
  if (can.compareAndSet === "namespace") testExpectedHead(test);
  else testNoExpectedHead(test);
  if (can.compareAndSet === "none") testNoExpectedVersion(test);
  else testExpectedVersion(test, can);
}

function testExpectedHead(test: Test): void {
  test("commits where the head is the expected commit", async ({ store }) => {
    const { commit } = await putAll(store, "prod", { A: "one" });
    await store.commit("prod", [put("A", "two")], { expect: commit });
    assert.equal(await readText(store, "prod/A"), "two");
  });

  test("refuses where the head is another than the expected commit, even one of before", async ({ store }) => {
    const { commit } = await putAll(store, "prod", { A: "one" });
    await putAll(store, "prod", { A: "two" });
    await assertRefused(store.commit("prod", [put("A", "three")], { expect: commit }), "CONFLICT");
    assert.equal(await readText(store, "prod/A"), "two");
  });

  test("refuses where a head is expected and there is none", async ({ store }) => {
    const { commit } = await putAll(store, "test", { A: "one" });
    await assertRefused(store.commit("prod", [put("A", "two")], { expect: commit }), "CONFLICT");
    assert.equal(await store.head("prod"), null);
  });

  test("makes the first commit where none is expected, and no second one", async ({ store }) => {
    await store.commit("prod", [put("A", "one")], { expect: null });
    await assertRefused(store.commit("prod", [put("A", "two")], { expect: null }), "CONFLICT");
    assert.equal(await readText(store, "prod/A"), "one");
  });
}

function testNoExpectedHead(test: Test): void {
  test("refuses to expect a state of the namespace, which it cannot hold", async ({ store }) => {
    await assertRefused(store.commit("prod", [put("A", "one")], { expect: null }), "UNSUPPORTED");
    assert.equal(await store.read("prod/A"), null);
  });
}

function testExpectedVersion(test: Test, can: Capabilities): void {
  test("puts where the secret is at the expected version", async ({ store }) => {
    const { changes } = await putAll(store, "prod", { A: "one" });
    await store.commit("prod", [put("A", "two", { expect: changes[0]?.version ?? "" })]);
    assert.equal(await readText(store, "prod/A"), "two");
  });

  test("refuses where the secret is at another version, deleted or not there", async ({ store }) => {
    const { changes } = await putAll(store, "prod", { A: "one", B: "two" });
    await putAll(store, "prod", { A: "two" });
    await store.commit("prod", [{ op: "delete", name: "B" }]);
    for (const name of ["A", "B", "C"]) {
      const change = put(name, "three", { expect: changes[0]?.version ?? "" });
      await assertRefused(store.commit("prod", [change]), "CONFLICT");
    }
    assert.equal(await readText(store, "prod/A"), "two");
  });

  test("puts what is expected not to exist, deleted or new, and nothing that exists", async ({ store }) => {
    await store.commit("prod", [put("A", "one", { expect: null })]);
    await assertRefused(store.commit("prod", [put("A", "two", { expect: null })]), "CONFLICT");
    await store.commit("prod", [{ op: "delete", name: "A" }]);
    await store.commit("prod", [put("A", "three", { expect: null })]);
    assert.equal(await readText(store, "prod/A"), "three");
  });

  test("deletes what is at the expected version, and nothing else", async ({ store }) => {
    const { changes } = await putAll(store, "prod", { A: "one" });
    const second = await putAll(store, "prod", { A: "two" });
    const stale = { op: "delete", name: "A", expect: changes[0]?.version ?? "" } as const;
    await assertRefused(store.commit("prod", [stale]), "CONFLICT");
    await store.commit("prod", [{ op: "delete", name: "A", expect: second.changes[0]?.version ?? "" }]);
    assert.equal(await store.read("prod/A"), null);
  });

  if (can.commit === "atomic") {
    test("makes none of the changes where the expectation of one fails", async ({ store }) => {
      await putAll(store, "prod", { A: "one" });
      await assertRefused(store.commit("prod", [put("B", "new"), put("A", "two", { expect: null })]), "CONFLICT");
      assert.equal(await store.read("prod/B"), null);
    });
  }
}

function testNoExpectedVersion(test: Test): void {
  test("refuses an expectation that plainly fails, or all of them, which it cannot hold", async ({ store }) => {
    const { changes } = await putAll(store, "prod", { A: "one" });
    await putAll(store, "prod", { A: "two" });
    for (const expect of [null, changes[0]?.version ?? ""]) {
      await assert.rejects(
        store.commit("prod", [put("A", "three", { expect })]),
        (error) => isCofferError(error, "UNSUPPORTED") || isCofferError(error, "CONFLICT"),
      );
    }
    assert.equal(await readText(store, "prod/A"), "two");
  });
}
