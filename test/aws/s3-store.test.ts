import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeUtf8 } from "../../src/core/bytes.js";
import { openS3Store } from "../../src/objects/s3.js";
import { ABSENT, keysOf } from "../../src/testing/object-store-contract/words.js";
import { objectStoreContract } from "../../src/testing/object-store-contract.js";
import { type Cloud, QUICK, startCloud, WAYS } from "./cloud.js";
import { findEmulator } from "./emulator.js";

const source = findEmulator();

describe.skipIf(source === null).each(WAYS)("s3: (%s)", (way) => {
  let cloud: Cloud;
  beforeAll(async () => {
    if (source !== null) cloud = await startCloud(source);
  });
  afterAll(() => cloud.stop());

  objectStoreContract(
    "a prefix of a bucket",
    async () => {
      const store = openS3Store(
        `//${await cloud.newBucket()}/team a/prod%2F+münchen/x(y)'!`,
        await cloud.aws(QUICK, way),
      );
      return { store, dispose: () => store.close() };
    },
    { describe, it },
  );

  it("keeps to its prefix, with any neighbours, and without one to the whole bucket", async () => {
    const bucket = await cloud.newBucket();
    const aws = await cloud.aws(QUICK, way);
    const whole = openS3Store(`//${bucket}`, aws);
    const stores = ["", "/", "/a", "/a/b", "/a b", "/ab"].map((prefix) => openS3Store(`//${bucket}${prefix}`, aws));
    for (const [index, store] of stores.entries()) await store.put(`heads/${index}`, encodeUtf8(`${index}`), ABSENT);
    const lists: string[][] = [];
    for (const store of stores) lists.push(await keysOf(store, "heads/"));
    // "/" is the whole bucket as well.
    expect(lists).toEqual([
      ["heads/0", "heads/1"],
      ["heads/0", "heads/1"],
      ["heads/2"],
      ["heads/3"],
      ["heads/4"],
      ["heads/5"],
    ]);
    expect(await keysOf(whole, "")).toEqual(["a/b/heads/3", "a/heads/2", "ab/heads/5", "heads/0", "heads/1"]);
    for (const store of [whole, ...stores]) await store.close();
  });
});
