import assert from "node:assert/strict";
import type { Capabilities } from "../../core/secret-store.js";
import { assertRefused, put, putAll, readText, type Test } from "./words.js";

export function testVersions(test: Test, can: Capabilities): void {
  if (can.versions === "none") {
    test("refuses to read a version, of which it has none", async ({ store }) => {
      await putAll(store, "prod", { A: "one" });
      await assertRefused(store.read("prod/A", { version: "1" }), "UNSUPPORTED");
    });
    return;
  }

  test("reads every version that it keeps by its id", async ({ store, another }) => {
    const count = Math.min(can.keptVersions, 5);
    const versions: string[] = [];
    for (let index = 0; index < count; index++) {
      const { changes } = await putAll(store, "prod", { A: `text ${index}` });
      versions.push(changes[0]?.version ?? "");
    }
    assert.equal(new Set(versions).size, count);
    const reader = await another();
    for (const [index, version] of versions.entries()) {
      const secret = await reader.read("prod/A", { version });
      assert.equal(secret?.version, version);
      assert.equal(await readText(store, "prod/A", { version }), `text ${index}`);
    }
  });

  if (can.versions === "integer") {
    test("numbers the versions of each secret from 1", async ({ store }) => {
      const numbers: (string | undefined)[] = [];
      for (const name of ["A", "A", "B", "A"]) {
        const { changes } = await store.commit("prod", [put(name, "x")]);
        numbers.push(changes[0]?.version);
      }
      assert.deepEqual(numbers, ["1", "2", "1", "3"]);
    });

    test("has null for a version that never was, and of a secret that never was", async ({ store }) => {
      await putAll(store, "prod", { A: "one" });
      assert.equal(await store.read("prod/A", { version: "2" }), null);
      assert.equal(await store.read("prod/A", { version: "9007199254740991" }), null);
      assert.equal(await store.read("prod/B", { version: "1" }), null);
    });

    test("refuses with USAGE what can be no version", async ({ store }) => {
      await putAll(store, "prod", { A: "one" });
      for (const version of ["", "0", "-1", "01", "1.0", "1e0", "one", " 1"]) {
        await assertRefused(store.read("prod/A", { version }), "USAGE");
      }
    });

    if (can.keptVersions >= 300) {
      test("finds versions that are far back", async ({ store }) => {
        const changes = Array.from({ length: 300 }, (_, index) => put("A", `text ${index + 1}`));
        for (let start = 0; start < 300; start += 60) await store.commit("prod", changes.slice(start, start + 60));
        for (const version of [1, 2, 63, 64, 65, 128, 200, 235, 236, 299, 300]) {
          assert.equal(await readText(store, "prod/A", { version: String(version) }), `text ${version}`);
        }
      });
    }
  }

  if (can.chooseVersion) {
    test("takes the version that is chosen for it, once", async ({ store }) => {
      await store.commit("prod", [put("A", "one", { version: "17" })]);
      assert.equal(await readText(store, "prod/A", { version: "17" }), "one");
      await assertRefused(store.commit("prod", [put("A", "two", { version: "17" })]), "CONFLICT");
      assert.equal(await readText(store, "prod/A", { version: "17" }), "one");
    });
  } else {
    test("refuses a version that is chosen for it", async ({ store }) => {
      await assertRefused(store.commit("prod", [put("A", "one", { version: "17" })]), "UNSUPPORTED");
      assert.equal(await store.read("prod/A"), null);
    });
  }
}
