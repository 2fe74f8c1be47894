import assert from "node:assert/strict";
import type { Capabilities } from "../../core/secret-store.js";
import { assertRefused, put, putAll, readText, readTexts, type Test } from "./words.js";

export function testDeleting(test: Test, can: Capabilities): void {
  test("has nothing to read where a secret was deleted, and the others as before", async ({ store, another }) => {
    await putAll(store, "prod", { A: "one", B: "two" });
    await store.commit("prod", [{ op: "delete", name: "A" }]);
    assert.equal(await store.read("prod/A"), null);
    assert.deepEqual(await readTexts(await another(), { namespace: "prod" }), { B: "two" });
  });

  test("refuses to delete what was never there or is deleted", async ({ store }) => {
    await assertRefused(store.commit("prod", [{ op: "delete", name: "A" }]), "NOT_FOUND");
    await putAll(store, "prod", { A: "one" });
    await store.commit("prod", [{ op: "delete", name: "A" }]);
    await assertRefused(store.commit("prod", [{ op: "delete", name: "A" }]), "NOT_FOUND");
  });

  test("puts a secret again that was deleted", async ({ store }) => {
    await putAll(store, "prod", { A: "one" });
    await store.commit("prod", [{ op: "delete", name: "A" }]);
    await putAll(store, "prod", { A: "two" });
    assert.equal(await readText(store, "prod/A"), "two");
  });

  if (can.versions === "integer" && can.log) {
    test("never gives a number again, not even after a delete", async ({ store }) => {
      const first = await putAll(store, "prod", { A: "one" });
      const deletion = await store.commit("prod", [{ op: "delete", name: "A" }]);
      const second = await store.commit("prod", [put("A", "two")]);
      const numbers = [first, deletion, second].map(({ changes }) => Number(changes[0]?.version));
      assert.deepEqual(
        numbers,
        [...numbers].sort((a, b) => a - b),
      );
      assert.equal(new Set(numbers).size, 3);
    });
  }

  if (can.purge) {
    test("destroys the value of a version, and leaves the others", async ({ store }) => {
      const { changes } = await putAll(store, "prod", { A: "one" });
      await putAll(store, "prod", { A: "two" });
      const version = changes[0]?.version ?? "";
      await store.purge("prod/A", [version]);
      assert.equal(await readText(store, "prod/A"), "two");
      assert.equal(await readText(store, "prod/A", { version }).catch(() => null), null);
      // Whoever was interrupted asks again.
      await store.purge("prod/A", [version]);
    });

    test("destroys all of a secret, what is current too, and leaves the others", async ({ store, another }) => {
      await putAll(store, "prod", { A: "one", B: "b" });
      await putAll(store, "prod", { A: "two" });
      await store.purge("prod/A", "all");
      assert.equal(await store.read("prod/A"), null);
      assert.deepEqual(await readTexts(await another(), { namespace: "prod" }), { B: "b" });
      await store.purge("prod/A", "all");
      await putAll(store, "prod", { A: "three" });
      assert.equal(await readText(store, "prod/A"), "three");
    });

    test("refuses to purge what is current, what never was, and what is no version", async ({ store }) => {
      const { changes } = await putAll(store, "prod", { A: "one" });
      await assertRefused(store.purge("prod/A", [changes[0]?.version ?? ""]), "CONFLICT");
      await assertRefused(store.purge("prod/NEVER", "all"), "NOT_FOUND");
      assert.equal(await readText(store, "prod/A"), "one");
    });
  } else {
    test("refuses to purge, which it cannot", async ({ store }) => {
      await putAll(store, "prod", { A: "one" });
      await assertRefused(store.purge("prod/A", "all"), "UNSUPPORTED");
      assert.equal(await readText(store, "prod/A"), "one");
    });
  }
}
