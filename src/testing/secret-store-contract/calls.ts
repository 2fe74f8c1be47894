import assert from "node:assert/strict";
import type { Capabilities } from "../../core/secret-store.js";
import { collect, put, putAll, readText, type Test } from "./words.js";

export function testCalls(test: Test, can: Capabilities): void {
  test("does nothing when the signal was given before the call, and throws the signal's reason", async ({ store }) => {
    await putAll(store, "prod", { A: "one" });
    const head = await store.head("prod");
    const reason = new Error("enough");
    const options = { signal: AbortSignal.abort(reason) };
    const isReason = (error: unknown): boolean => error === reason;
    const calls: readonly (() => Promise<unknown>)[] = [
      () => store.head("prod", options),
      () => store.read("prod/A", options),
      () => store.readAll({ namespace: "prod" }, options),
      () => store.readAll({ namespace: "", recursive: true }, options),
      () => store.commit("prod", [put("A", "two")], options),
      () => collect(store.list({ namespace: "prod" }, options)),
      () => collect(store.list({ namespace: "", recursive: true }, options)),
      () => collect(store.history("prod/A", options)),
      ...(can.log ? [() => collect(store.log("prod", options))] : []),
    ];
    for (const call of calls) await assert.rejects(call(), isReason, String(call));
    assert.equal(await readText(store, "prod/A"), "one");
    assert.deepEqual(await store.head("prod"), head);
  });

  test("can be closed, and what was written is there for the next", async ({ store, another }) => {
    const first = await another();
    await putAll(first, "prod", { A: "one" });
    await first.close();
    assert.equal(await readText(store, "prod/A"), "one");
  });
}
