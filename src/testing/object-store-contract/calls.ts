import assert from "node:assert/strict";
import { encodeUtf8 } from "../../core/bytes.js";
import { ABSENT, COMMIT, create, HEAD, keysOf, replace, type Test, textAndTag } from "./words.js";

export function testDeleting(test: Test): void {
  for (const key of [COMMIT, HEAD]) {
    test(`deletes ${key}, which can then be created again`, async (store) => {
      await create(store, key, "first");
      await store.delete(key);
      assert.equal(await store.get(key), null);
      assert.deepEqual(await keysOf(store, ""), []);
      await create(store, key, "second");
      assert.equal(textAndTag(await store.get(key))?.text, "second");
    });

    test(`has no objection to deleting ${key} where it is not, or not any more`, async (store) => {
      await store.delete(key);
      await create(store, key, "x");
      await store.delete(key);
      await store.delete(key);
      assert.equal(await store.get(key), null);
    });
  }

  test("keeps what is there where earlier versions are destroyed, and brings nothing back", async (store) => {
    const { etag } = await create(store, HEAD, "one");
    await replace(store, HEAD, "two", etag);
    await create(store, COMMIT, "gone");
    await store.delete(COMMIT);
    assert.ok((await store.destroyEarlier("", () => true)) >= 0);
    assert.equal(textAndTag(await store.get(HEAD))?.text, "two");
    assert.deepEqual(await keysOf(store, ""), [HEAD]);
    // Storage that keeps no versions has none any more either.
    assert.equal(await store.destroyEarlier("", () => true), 0);
  });

  test("deletes that object alone", async (store) => {
    await create(store, COMMIT, "x");
    await create(store, `${COMMIT}0`, "y");
    await store.delete(COMMIT);
    assert.deepEqual(await keysOf(store, ""), [`${COMMIT}0`]);
  });
}

export function testCalls(test: Test): void {
  test("does nothing when the signal was given before the call, and throws the signal's reason", async (store) => {
    const { etag } = await create(store, HEAD, "x");
    const reason = new Error("enough");
    const options = { signal: AbortSignal.abort(reason) };
    const isReason = (error: unknown): boolean => error === reason;
    await assert.rejects(store.get(HEAD, options), isReason);
    await assert.rejects(store.put(COMMIT, encodeUtf8("y"), ABSENT, options), isReason);
    await assert.rejects(store.put(HEAD, encodeUtf8("y"), { etag }, options), isReason);
    await assert.rejects(store.delete(HEAD, options), isReason);
    await assert.rejects(keysOf(store, "", options), isReason);
    await assert.rejects(
      store.destroyEarlier("", () => true, options),
      isReason,
    );
    assert.deepEqual(await keysOf(store, ""), [HEAD]);
    assert.deepEqual(textAndTag(await store.get(HEAD)), { text: "x", etag });
  });

  test("rejects what is no key with a TypeError", async (store) => {
    for (const key of ["", "/", "a/", "/a", "a//b", "a b", "a\\b", "ä", "a\0", "a:b", "a\n"]) {
      await assert.rejects(store.get(key), TypeError);
      await assert.rejects(store.put(key, encodeUtf8("x"), ABSENT), TypeError);
      await assert.rejects(store.delete(key), TypeError);
    }
    await assert.rejects(
      store.destroyEarlier("a//", () => true),
      TypeError,
    );
    await assert.rejects(keysOf(store, "a//"), TypeError);
    await assert.rejects(keysOf(store, "ä"), TypeError);
  });
}
