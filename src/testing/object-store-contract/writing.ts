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
  test("replaces an object whose ETag is the expected one, and gives it another", async (store) => {
    const first = await create(store, HEAD, "one");
    const second = await replace(store, HEAD, "two", first.etag);
    assert.notEqual(second.etag, first.etag);
    assert.deepEqual(textAndTag(await store.get(HEAD)), { text: "two", etag: second.etag });
  });

  test("refuses to replace an object whose ETag is an earlier one", async (store) => {
    const first = await create(store, HEAD, "one");
    await replace(store, HEAD, "two", first.etag);
    assert.equal(await store.put(HEAD, encodeUtf8("three"), { etag: first.etag }), "refused");
    assert.equal(textAndTag(await store.get(HEAD))?.text, "two");
  });

  test("refuses to replace an object whose ETag is another object's", async (store) => {
    await create(store, HEAD, "one");
    const other = await create(store, "heads/other", "two");
    assert.equal(await store.put(HEAD, encodeUtf8("three"), { etag: other.etag }), "refused");
  });

  test("refuses to replace an object where there is none, and creates none", async (store) => {
    const { etag } = await create(store, "heads/other", "x");
    assert.equal(await store.put(HEAD, encodeUtf8("x"), { etag }), "refused");
    assert.equal(await store.get(HEAD), null);
  });

  test("refuses a text that is nobody's ETag", async (store) => {
    await create(store, HEAD, "one");
    for (const etag of ["", "*", "nonsense", "0", "../x"]) {
      assert.equal(await store.put(HEAD, encodeUtf8("two"), { etag }), "refused");
    }
  });

  test("replaces an object many times over", async (store) => {
    let { etag } = await create(store, HEAD, "0");
    for (let round = 1; round <= 20; round++) ({ etag } = await replace(store, HEAD, String(round), etag));
    assert.deepEqual(textAndTag(await store.get(HEAD)), { text: "20", etag });
    assert.deepEqual(await keysOf(store, ""), [HEAD]);
  });

  test("passes the probe that refuses storage without working conditions, which leaves nothing behind", async (store) => {
    await probeCompareAndSet(store);
    assert.deepEqual(await keysOf(store, ""), []);
  });
}
