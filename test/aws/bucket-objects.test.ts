import { DeleteBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type BucketObjects, openBucketObjects } from "../../src/aws/s3/bucket-objects.js";
import { encodeUtf8 } from "../../src/core/bytes.js";
import { type Cloud, QUICK, startCloud, WAYS } from "./cloud.js";
import { findEmulator } from "./emulator.js";
import { FAULTS, type Fault } from "./proxy/fault.js";

const source = findEmulator();
const BODY = encodeUtf8("body");
const NEW = { ifNoneMatch: true, metadata: { key: "a", hmac: "b" } } as const;

describe.skipIf(source === null).each(WAYS)("objects of a bucket (%s)", (way) => {
  let cloud: Cloud;
  let bucket: string;
  let objects: BucketObjects;

  beforeAll(async () => {
    if (source !== null) cloud = await startCloud(source);
  });
  afterAll(() => cloud.stop());
  beforeEach(async () => {
    bucket = await cloud.newBucket();
    objects = openBucketObjects(await cloud.aws(QUICK, way), bucket);
  });
  afterEach(() => {
    cloud.proxy.plan();
    objects.close();
  });

  async function listed(prefix: string, delimiter?: string): Promise<string[]> {
    const found: string[] = [];
    const entries = delimiter === undefined ? objects.list(prefix) : objects.list(prefix, { delimiter });
    for await (const entry of entries) found.push("key" in entry ? entry.key : `${entry.prefix}*`);
    return found;
  }

  const plan = (action: string, ...faults: readonly Fault[]): void =>
    cloud.proxy.plan(({ action: is, index }) => (is === action ? faults[index] : undefined));

  it("gives back bytes and metadata, and says when and as what they were written", async () => {
    const key = "a b/ü+&'(%)!/1";
    expect(await objects.put(key, BODY, NEW)).toBe("done");
    const found = await objects.get(key);
    expect(found).toMatchObject({ body: Buffer.from(BODY), metadata: { key: "a", hmac: "b" } });
    expect(Math.abs((found?.lastModified.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
    expect(await listed("")).toEqual([key]);
    await objects.delete(key);
    await objects.delete(key);
    expect(await objects.get(key)).toBeNull();
  });

  it("keeps conditions: one that is lost writes nothing", async () => {
    expect(await objects.put("k", BODY, NEW)).toBe("done");
    expect(await objects.put("k", encodeUtf8("other"), NEW)).toBe("lost");
    const { etag = "" } = (await objects.get("k")) ?? {};
    expect(await objects.put("k", encodeUtf8("next"), { ifMatch: etag })).toBe("done");
    expect(await objects.put("k", encodeUtf8("late"), { ifMatch: etag })).toBe("lost");
    expect(await objects.put("none", BODY, { ifMatch: etag })).toBe("lost");
    expect(await objects.put("k", encodeUtf8("by force"), {})).toBe("done");
    expect((await objects.get("k"))?.body).toEqual(Buffer.from("by force"));
  });

  it("lists in byte order, below a prefix, and what keys have in common", async () => {
    const keys = ["p/1/1", "p/1/2", "p/10", "p/2/x/y", "p/é/1", "q"];
    for (const key of keys) await objects.put(key, BODY, {});
    expect(await listed("")).toEqual(keys);
    expect(await listed("p/1")).toEqual(["p/1/1", "p/1/2", "p/10"]);
    expect((await listed("p/", "/")).sort()).toEqual(["p/1/*", "p/10", "p/2/*", "p/é/*"]);
    expect(await listed("nothing")).toEqual([]);
  });

  const LOST: Readonly<Record<string, Fault>> = {
    "before it was done": FAULTS.cut,
    "after it was done": FAULTS.cutAfter,
    "with 500 after it was done": FAULTS.internalAfter,
    "with 503 before it was done": FAULTS.slowDown,
    "with 409 before it was done": FAULTS.conflict,
  };
  for (const [when, fault] of Object.entries(LOST)) {
    it(`knows what became of a put whose answer was lost ${when}`, async () => {
      plan("PutObject", fault);
      expect(await objects.put("k", BODY, NEW)).toBe("done");
      plan("PutObject", fault);
      expect(await objects.put("other", encodeUtf8("more"), {})).toBe("done");
      expect((await objects.get("k"))?.metadata).toEqual(NEW.metadata);
    });
  }

  it("does not take somebody else's object for its own when its answer was lost", async () => {
    await cloud.s3.send(new PutObjectCommand({ Bucket: bucket, Key: "k", Body: BODY, Metadata: { key: "theirs" } }));
    plan("PutObject", FAULTS.cut);
    expect(await objects.put("k", BODY, NEW)).toBe("lost");
  });

  it("says that it does not know where the answer was lost and reading is denied", async () => {
    cloud.proxy.plan(({ action, index }) => {
      if (action === "GetObject") return { kind: "answer", when: "before", status: 403, code: "AccessDenied" };
      return action === "PutObject" && index === 0 ? FAULTS.cutAfter : undefined;
    });
    await expect(objects.put("k", BODY, NEW)).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
  });

  it("repeats reads that do not arrive whole", async () => {
    await objects.put("k", BODY, NEW);
    plan("GetObject", FAULTS.truncated, FAULTS.internal);
    expect((await objects.get("k"))?.body).toEqual(Buffer.from(BODY));
    plan("ListObjectsV2", FAULTS.truncated, FAULTS.internal);
    expect(await listed("")).toEqual(["k"]);
  });

  it("names what is missing: a bucket, a right", async () => {
    await cloud.s3.send(new DeleteBucketCommand({ Bucket: bucket }));
    await expect(objects.get("k")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(objects.put("k", BODY, {})).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(listed("")).rejects.toMatchObject({ code: "NOT_FOUND" });
    plan("DeleteObject", { kind: "answer", when: "before", status: 403, code: "AccessDenied" });
    await expect(objects.delete("k")).rejects.toMatchObject({
      code: "ACCESS_DENIED",
      message: `AWS denies s3:DeleteObject on arn:aws:s3:::${bucket}/k`,
    });
  });
});
