import assert from "node:assert/strict";
import type { Capabilities } from "../../core/secret-store.js";
import { assertRefused, collect, put, putAll, type Test } from "./words.js";

export function testHistory(test: Test, can: Capabilities): void {
  test("has no history of a secret that never was", async ({ store }) => {
    assert.deepEqual(await collect(store.history("prod/A")), []);
    await putAll(store, "prod", { B: "two" });
    assert.deepEqual(await collect(store.history("prod/A")), []);
  });

  if (can.versions !== "none" && can.keptVersions >= 3) {
    test("tells the versions of a secret, newest first", async ({ store, another }) => {
      const versions: (string | undefined)[] = [];
      for (const text of ["one", "two", "three"]) {
        const { changes } = await putAll(store, "prod", { A: text, B: text });
        versions.unshift(changes.find(({ name }) => name === "A")?.version);
      }
      for (const reader of [store, await another()]) {
        const history = await collect(reader.history("prod/A"));
        assert.deepEqual(
          history.map(({ version }) => version),
          versions,
        );
        assert.ok(history.every(({ deleted, purged }) => !deleted && !purged));
      }
    });
  }

  if (can.log) {
    testDeletedHistory(test, can);
    testLog(test, can);
  } else {
    test("refuses to tell commits, which it does not keep", async ({ store }) => {
      await assertRefused(
        collectLog(() => store.log("prod")),
        "UNSUPPORTED",
      );
    });
  }
}

function testDeletedHistory(test: Test, can: Capabilities): void {
  test("tells what a version was, by which commit and why, deletions too", async ({ store }) => {
    const comment = can.metadata.includes("comment") ? { comment: "first" } : {};
    const made = await store.commit("prod", [put("A", "one", { ...comment, type: "binary" })], { message: "because" });
    const gone = await store.commit("prod", [{ op: "delete", name: "A" }]);
    const [deletion, first] = await collect(store.history("prod/A"));
    assert.deepEqual([deletion?.deleted, deletion?.commit, deletion?.message], [true, gone.commit, null]);
    assert.deepEqual([first?.deleted, first?.commit, first?.time], [false, made.commit, made.time]);
    if (can.metadata.includes("comment")) assert.equal(first?.comment, "first");
    if (can.metadata.includes("message")) assert.equal(first?.message, "because");
    if (can.metadata.includes("type")) assert.equal(first?.type, "binary");
  });
}

function testLog(test: Test, can: Capabilities): void {
  test("has no commits of a namespace that was never written to", async ({ store }) => {
    assert.deepEqual(await collect(store.log("prod")), []);
  });

  test("tells the commits of a namespace, newest first, as they were made", async ({ store, another }) => {
    const made = [
      await store.commit("prod", [put("A", "one"), put("B", "two")], { message: "begin" }),
      await store.commit("prod", [put("A", "uno")]),
      await store.commit("prod", [{ op: "delete", name: "B" }], { message: "zu Ende" }),
    ];
    await putAll(store, "prod/billing", { A: "elsewhere" });
    for (const reader of [store, await another()]) {
      assert.deepEqual(await collect(reader.log("prod")), [...made].reverse());
    }
    if (can.metadata.includes("message")) {
      assert.deepEqual(
        made.map(({ message }) => message),
        ["begin", null, "zu Ende"],
      );
    }
  });

  test("has commits that name their parents, and sequences without a gap", async ({ store }) => {
    for (let index = 0; index < 5; index++) await putAll(store, "prod", { A: String(index) });
    const log = await collect(store.log("prod"));
    assert.equal(log.length, 5);
    for (const [index, commit] of log.entries()) {
      assert.equal(commit.parent, log[index + 1]?.commit ?? null);
      assert.equal(commit.sequence, 5 - index);
    }
  });
}

async function collectLog<T>(log: () => AsyncIterable<T>): Promise<T[]> {
  return collect(log());
}
