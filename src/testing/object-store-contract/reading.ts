import assert from "node:assert/strict";
import { encodeUtf8 } from "../../core/bytes.js";
import { sha256 } from "../../core/ciphers.js";
import { ABSENT, COMMIT, create, HEAD, keysOf, replace, type Test, textAndTag } from "./words.js";

// Keys that storage likes to mistake for each other or for something of its own.
const ODD_KEYS = [
  "coffer.json",
  "a",
  "A",
  "blobs/Prod/x",
  "blobs/prod/x",
  "blobs/PROD/x",
  "blobs/!/x",
  "blobs/-/--x",
  "blobs/_/_x",
  "blobs/(41)/x",
  "blobs/(28)41)/x",
  "blobs/A/x",
  "blobs/((/))",
  "blobs/.hidden/x.",
  "blobs/.hidden/x",
  "blobs/.hidden/x(2e)",
  "blobs/nul/con.txt",
  "tmp/x",
  `blobs/${"x".repeat(200)}/x`,
];

export function testReading(test: Test): void {
  test("gives back exactly the bytes that were stored, and the ETag that put answered", async (store) => {
    const { etag } = await create(store, COMMIT, "first light");
    assert.deepEqual(textAndTag(await store.get(COMMIT)), { text: "first light", etag });
  });

  test("answers null for an object that is not there", async (store) => {
    assert.equal(await store.get(COMMIT), null);
    assert.equal(await store.get(HEAD), null);
    assert.equal(await store.get(HEAD, { unless: "x" }), null);
  });

  test("answers null for the neighbours of an object", async (store) => {
    await create(store, COMMIT, "x");
    assert.equal(await store.get(`${COMMIT}0`), null);
    assert.equal(await store.get(COMMIT.slice(0, -1)), null);
    assert.equal(await store.get("commits/prod!other/0000000000000001-c0ffee"), null);
  });

  for (const key of [COMMIT, HEAD]) {
    test(`answers "unchanged" for ${key} when its ETag is known already`, async (store) => {
      const { etag } = await create(store, key, "x");
      assert.equal(await store.get(key, { unless: etag }), "unchanged");
    });

    test(`answers the object at ${key} when another ETag is known`, async (store) => {
      const first = await create(store, key, "x");
      const { etag } = await replace(store, key, "y", first.etag);
      assert.deepEqual(textAndTag(await store.get(key, { unless: first.etag })), { text: "y", etag });
    });

    test(`keeps no bytes at ${key} in empty objects`, async (store) => {
      await store.put(key, new Uint8Array(), ABSENT);
      assert.equal((await store.get(key))?.bytes.byteLength, 0);
    });

    test(`keeps 16 MiB at ${key} byte for byte`, async (store) => {
      const bytes = patternOf(16 * 1024 * 1024);
      await store.put(key, bytes, ABSENT);
      const held = await store.get(key);
      assert.deepEqual(held && Buffer.from(sha256(held.bytes)), Buffer.from(sha256(bytes)));
    });
  }

  test("keeps every one of the 256 bytes", async (store) => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    await store.put(COMMIT, bytes, ABSENT);
    assert.deepEqual(Buffer.from((await store.get(COMMIT))?.bytes ?? []), Buffer.from(bytes));
  });

  test("keeps odd keys apart, those that differ only in case included", async (store) => {
    for (const key of ODD_KEYS) await create(store, key, `at ${key}`);
    for (const key of ODD_KEYS) assert.equal(textAndTag(await store.get(key))?.text, `at ${key}`);
    assert.deepEqual(await keysOf(store, ""), [...ODD_KEYS].sort());
  });

  test("does not change when the caller changes the bytes that it put or got", async (store) => {
    const bytes = encodeUtf8("steady");
    await store.put(COMMIT, bytes, ABSENT);
    bytes.fill(0);
    (await store.get(COMMIT))?.bytes.fill(0);
    assert.equal(textAndTag(await store.get(COMMIT))?.text, "steady");
  });

  test("takes bytes that are a part of a larger buffer", async (store) => {
    await store.put(COMMIT, encodeUtf8("[part]").subarray(1, 5), ABSENT);
    assert.equal(textAndTag(await store.get(COMMIT))?.text, "part");
  });
}

function patternOf(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let index = 0; index < length; index++) bytes[index] = (index * 31 + (index >>> 8)) & 0xff;
  return bytes;
}
