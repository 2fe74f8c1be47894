import assert from "node:assert/strict";
import type { Capabilities, Commit } from "../../core/secret-store.js";
import { isCofferError } from "../../errors.js";
import { collect, put, putAll, readTexts, type Test } from "./words.js";

const ROUNDS = 8;

export function testWriters(test: Test, can: Capabilities): void {
  test("loses nothing of two writers of different names at once", async ({ store, another }) => {
    const writers = [store, await another()];
    await Promise.all(
      writers.map(async (writer, who) => {
        for (let round = 0; round < ROUNDS; round++) await putAll(writer, "prod", { [`W${who}_${round}`]: "x" });
      }),
    );
    const names = Object.keys(await readTexts(await another(), { namespace: "prod" }));
    const expected = [0, 1].flatMap((who) => Array.from({ length: ROUNDS }, (_, round) => `W${who}_${round}`));
    assert.deepEqual(names.sort(), expected.sort());
  });

  if (can.versions !== "none" && can.keptVersions >= 2 * ROUNDS) {
    test("gives each of two writers of one name versions of their own", async ({ store, another }) => {
      const writers = [store, await another()];
      const versions = await Promise.all(
        writers.map(async (writer, who) => {
          const made: Commit[] = [];
          for (let round = 0; round < ROUNDS; round++)
            made.push(await putAll(writer, "prod", { A: `${who} ${round}` }));
          return made.flatMap(({ changes }) => changes.map(({ version }) => version));
        }),
      );
      assert.equal(new Set(versions.flat()).size, 2 * ROUNDS);
      const history = await collect(store.history("prod/A"));
      assert.deepEqual(history.map(({ version }) => version).sort(), versions.flat().sort());
    });
  }

  if (can.compareAndSet !== "none") {
    test("lets one of two writers win that expect the same", async ({ store, another }) => {
      const writers = [store, await another(), await another()];
      const { changes } = await putAll(store, "prod", { A: "start" });
      const expect = changes[0]?.version ?? "";
      const outcomes = await Promise.allSettled(
        writers.map((writer, who) => writer.commit("prod", [put("A", `writer ${who}`, { expect })])),
      );
      const winners = outcomes.flatMap(({ status }, who) => (status === "fulfilled" ? [who] : []));
      assert.equal(winners.length, 1);
      for (const outcome of outcomes) {
        if (outcome.status === "rejected") assert.ok(isCofferError(outcome.reason, "CONFLICT"), String(outcome.reason));
      }
      assert.deepEqual(await readTexts(store, { namespace: "prod" }), { A: `writer ${winners[0]}` });
    });
  }

  if (can.commit === "atomic") {
    test("never shows half of a commit to a reader", async ({ store, another }) => {
      const reader = await another();
      await putAll(store, "prod", { A: "0", B: "0" });
      const writing = (async () => {
        for (let round = 1; round <= ROUNDS; round++) await putAll(store, "prod", { A: `${round}`, B: `${round}` });
      })();
      for (let look = 0; look < ROUNDS; look++) {
        const { A, B } = await readTexts(reader, { namespace: "prod" });
        assert.equal(A, B);
      }
      await writing;
      assert.deepEqual(await readTexts(reader, { namespace: "prod" }), { A: `${ROUNDS}`, B: `${ROUNDS}` });
    });
  }
}
