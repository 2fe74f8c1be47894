import assert from "node:assert/strict";
import type { Capabilities } from "../../core/secret-store.js";
import { assertRefused, put, putAll, readText, readTexts, type Test } from "./words.js";

export function testWriting(test: Test, can: Capabilities): void {
  test("makes several changes in one commit, and says what it changed", async ({ store }) => {
    await putAll(store, "prod", { A: "one", B: "two" });
    const commit = await store.commit("prod", [put("A", "uno"), { op: "delete", name: "B" }, put("C", "tres")]);
    assert.equal(commit.namespace, "prod");
    assert.deepEqual(
      commit.changes.map(({ name, change }) => [name, change]),
      [
        ["A", "changed"],
        ["B", "deleted"],
        ["C", "added"],
      ],
    );
    assert.deepEqual(await readTexts(store, { namespace: "prod" }), { A: "uno", C: "tres" });
  });

  test("makes the changes of one name in their order", async ({ store }) => {
    await store.commit("prod", [put("A", "one"), put("A", "two"), { op: "delete", name: "A" }, put("A", "three")]);
    assert.equal(await readText(store, "prod/A"), "three");
  });

  test("gives with a commit the versions that are then to be read", async ({ store }) => {
    const { changes } = await putAll(store, "prod", { A: "one", B: "two" });
    for (const { name, version } of changes) assert.equal((await store.read(`prod/${name}`))?.version, version);
  });

  test("refuses a commit of nothing", async ({ store }) => {
    await assertRefused(store.commit("prod", []), "USAGE");
    assert.equal(await store.head("prod"), null);
  });

  test("tries a commit without making it", async ({ store }) => {
    const tried = await store.commit("prod", [put("A", "one")], { dryRun: true });
    assert.deepEqual(
      tried.changes.map(({ name, change }) => [name, change]),
      [["A", "added"]],
    );
    assert.equal(await store.head("prod"), null);
    assert.equal(await store.read("prod/A"), null);
    await assertRefused(store.commit("prod", [{ op: "delete", name: "A" }], { dryRun: true }), "NOT_FOUND");
  });

  if (can.commit === "atomic") {
    test("makes none of the changes where one of them cannot be made", async ({ store }) => {
      await putAll(store, "prod", { A: "one" });
      await assertRefused(store.commit("prod", [put("A", "two"), { op: "delete", name: "NONE" }]), "NOT_FOUND");
      assert.equal(await readText(store, "prod/A"), "one");
    });
  }

  if (can.metadata.includes("comment") && can.metadata.includes("expires")) {
    test("keeps comment and expiry of a version, and forgets them with the next", async ({ store }) => {
      const expires = new Date("2031-02-03T04:05:06.789Z");
      await store.commit("prod", [put("A", "one", { comment: "für später", expires })]);
      const first = await store.read("prod/A");
      assert.deepEqual([first?.comment, first?.expires], ["für später", expires]);
      await putAll(store, "prod", { A: "two" });
      const second = await store.read("prod/A");
      assert.deepEqual([second?.comment, second?.expires], [null, null]);
    });
  }

  test("leaves the values that it was given as they were", async ({ store }) => {
    const change = put("A", "one");
    await store.commit("prod", [change]);
    assert.equal(Buffer.from(change.value.reveal()).toString("utf8"), "one");
  });
}
