import assert from "node:assert/strict";
import { encodeUtf8 } from "../../core/bytes.js";
import { probeCompareAndSet } from "../../objects/probe.js";
import { ABSENT, COMMIT, create, HEAD, keysOf, replace, type Test, textAndTag } from "./words.js";

export function testCreating(test: Test): void {
  for (const key of [COMMIT, HEAD, "coffer.json"]) {
    test(`refuses to create ${key} where it exists, and leaves it as it was`, async (store) => {
      const { etag } = await create(store, key, "first");
      assert.equal(await store.put(key, encodeUtf8("second"), ABSENT), "refused");
      assert.deepEqual(textAndTag(await store.get(key)), { text: "first", etag });
    });

    test(`refuses to create ${key} a second time with equal bytes too`, async (store) => {
      await create(store, key, "same");
      assert.equal(await store.put(key, encodeUtf8("same"), ABSENT), "refused");
    });
  }
}

export function testReplacing(test: Test): void {
  for (const key of [COMMIT, HEAD]) testReplacingAt(key, test);

  test("passes the probe that refuses storage without working conditions, which leaves nothing behind", async (store) => {
    await probeCompareAndSet(store);
    assert.deepEqual(await keysOf(store, ""), []);
  });
}

function testReplacingAt(key: string, test: Test): void {
  test(`replaces ${key} where its ETag is the expected one, and gives it another`, async (store) => {
    const first = await create(store, key, "one");
    const second = await replace(store, key, "two", first.etag);
    assert.notEqual(second.etag, first.etag);
    assert.deepEqual(textAndTag(await store.get(key)), { text: "two", etag: second.etag });
    assert.equal(await store.get(key, { unless: second.etag }), "unchanged");
    assert.deepEqual(textAndTag(await store.get(key, { unless: first.etag })), { text: "two", etag: second.etag });
  });

  test(`refuses to replace ${key} where its ETag is another by now`, async (store) => {
    const first = await create(store, key, "one");
    const second = await replace(store, key, "two", first.etag);
    assert.equal(await store.put(key, encodeUtf8("three"), { etag: first.etag }), "refused");
    await replace(store, key, "four", second.etag);
    for (const { etag } of [first, second]) {
      assert.equal(await store.put(key, encodeUtf8("five"), { etag }), "refused");
    }
    assert.equal(textAndTag(await store.get(key))?.text, "four");
  });

  test(`refuses to replace ${key} where the ETag is another object's`, async (store) => {
    await create(store, key, "one");
    const other = await create(store, `${key}0`, "two");
    assert.equal(await store.put(key, encodeUtf8("three"), { etag: other.etag }), "refused");
    assert.equal(textAndTag(await store.get(key))?.text, "one");
  });

  test(`refuses to replace ${key} where there is none, and creates none`, async (store) => {
    const { etag } = await create(store, `${key}0`, "x");
    assert.equal(await store.put(key, encodeUtf8("x"), { etag }), "refused");
    assert.equal(await store.get(key), null);
    assert.deepEqual(await keysOf(store, ""), [`${key}0`]);
  });

  test(`refuses to replace ${key} where it was deleted, before or after it was replaced`, async (store) => {
    const first = await create(store, key, "one");
    await store.delete(key);
    assert.equal(await store.put(key, encodeUtf8("two"), { etag: first.etag }), "refused");
    const again = await create(store, key, "three");
    const replaced = await replace(store, key, "four", again.etag);
    await store.delete(key);
    for (const { etag } of [again, replaced]) {
      assert.equal(await store.put(key, encodeUtf8("five"), { etag }), "refused");
    }
    assert.equal(await store.get(key), null);
  });

  test(`refuses to replace ${key} for a text that is nobody's ETag`, async (store) => {
    await create(store, key, "one");
    for (const etag of ["", "*", "nonsense", "0", "@0", "../x"]) {
      assert.equal(await store.put(key, encodeUtf8("two"), { etag }), "refused");
    }
  });

  test(`replaces ${key} many times over`, async (store) => {
    let { etag } = await create(store, key, "0");
    for (let round = 1; round <= 20; round++) ({ etag } = await replace(store, key, String(round), etag));
    assert.deepEqual(textAndTag(await store.get(key)), { text: "20", etag });
    assert.deepEqual(await keysOf(store, ""), [key]);
  });

  test(`refuses to create ${key} where it was replaced`, async (store) => {
    const { etag } = await create(store, key, "one");
    await replace(store, key, "two", etag);
    for (const text of ["one", "two", "three"]) {
      assert.equal(await store.put(key, encodeUtf8(text), ABSENT), "refused");
    }
    assert.equal(textAndTag(await store.get(key))?.text, "two");
  });

  test(`deletes ${key} where it was replaced, and nothing of it comes back`, async (store) => {
    const { etag } = await create(store, key, "one");
    await replace(store, key, "two", etag);
    await store.delete(key);
    assert.equal(await store.get(key), null);
    assert.deepEqual(await keysOf(store, ""), []);
    await create(store, key, "three");
    assert.equal(textAndTag(await store.get(key))?.text, "three");
  });
}
