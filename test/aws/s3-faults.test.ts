import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { encodeUtf8 } from "../../src/core/bytes.js";
import type { ObjectStore } from "../../src/objects/object-store.js";
import { openS3Store } from "../../src/objects/s3.js";
import { ABSENT, create, HEAD, keysOf, textAndTag } from "../../src/testing/object-store-contract/words.js";
import { type Cloud, QUICK, startCloud, WAYS } from "./cloud.js";
import { findEmulator } from "./emulator.js";
import { FAULTS, type Fault } from "./proxy/fault.js";
import type { FaultPlan } from "./proxy/proxy.js";

const source = findEmulator();

describe.skipIf(source === null).each(WAYS)("s3: where requests fail (%s)", (way) => {
  let cloud: Cloud;
  let bucket: string;
  let store: ObjectStore;

  beforeAll(async () => {
    if (source !== null) cloud = await startCloud(source);
  });
  afterAll(() => cloud.stop());
  beforeEach(async () => {
    bucket = await cloud.newBucket();
    store = openS3Store(`//${bucket}/p`, await cloud.aws(QUICK, way));
  });
  afterEach(async () => {
    cloud.proxy.plan();
    await store.close();
  });

  const actions = (): string[] => cloud.proxy.requests.map(({ action, status }) => `${action} ${status}`);
  const text = async (): Promise<string | undefined> => textAndTag(await store.get(HEAD))?.text;

  it("takes one request for a read, one for a put, and one for a page of a list", async () => {
    cloud.proxy.forget();
    await create(store, HEAD, "one");
    await text();
    await store.get("heads/none");
    await keysOf(store, "");
    expect(actions()).toEqual(["PutObject 200", "GetObject 200", "GetObject 404", "ListObjectsV2 200"]);
  });

  describe("a read", () => {
    const passing: Readonly<Record<string, Fault>> = {
      "is answered with 500": FAULTS.internal,
      "is answered with 503": FAULTS.slowDown,
      "is not answered": FAULTS.cut,
      "is answered in part": FAULTS.truncated,
      "is answered with a byte changed": FAULTS.altered,
      "is answered without saying how long it is": { kind: "header", name: "content-length", value: null },
      "is answered without an ETag": { kind: "header", name: "etag", value: null },
    };
    for (const [what, fault] of Object.entries(passing)) {
      it(`that ${what} is repeated`, async () => {
        await create(store, HEAD, "one");
        cloud.proxy.plan(faults("GetObject", fault, fault));
        expect(await text()).toBe("one");
      });
    }

    it("that is changed on its way every time is an error, and no object", async () => {
      await create(store, HEAD, "one");
      cloud.proxy.plan(({ action }) => (action === "GetObject" ? FAULTS.altered : undefined));
      await expect(store.get(HEAD)).rejects.toMatchObject({ code: "INTEGRITY" });
    });

    it("ends with the caller's reason when its time is over", async () => {
      const late = new Error("late");
      for (const fault of [FAULTS.silent, FAULTS.internal]) {
        cloud.proxy.plan(() => fault);
        await expect(store.get(HEAD, { signal: after(300, late) })).rejects.toBe(late);
      }
    });

    it("ends by itself when no limit is given", async () => {
      await store.close();
      store = openS3Store(`//${bucket}`, await cloud.aws({ total: 100, pause: 5 }, way));
      cloud.proxy.plan(() => FAULTS.slowDown);
      await expect(store.get(HEAD)).rejects.toMatchObject({
        code: "UNREACHABLE",
        message: expect.stringContaining("503 SlowDown"),
      });
    });

    it("that is denied names what it takes", async () => {
      cloud.proxy.plan(() => DENIED);
      await expect(store.get(HEAD)).rejects.toMatchObject({
        code: "ACCESS_DENIED",
        message:
          `AWS denies to arn:aws:iam::111122223333:user/ann s3:GetObject on arn:aws:s3:::${bucket}/p/${HEAD}`.replace(
            `${bucket}/p/${HEAD}`,
            "b/k",
          ),
      });
    });

    it("in a bucket that is elsewhere says where", async () => {
      cloud.proxy.plan(() => ({
        kind: "answer",
        when: "before",
        status: 400,
        code: "AuthorizationHeaderMalformed",
        message: "The authorization header is malformed; the region 'eu-central-1' is wrong; expecting 'us-west-2'",
      }));
      await expect(store.get(HEAD)).rejects.toMatchObject({
        code: "USAGE",
        message: `the bucket ${bucket} is in us-west-2, and not in eu-central-1`,
        hint: "give --region us-west-2, or region in the profile",
      });
    });

    it.each([
      ["RequestTimeTooSkewed", "clock"],
      ["ExpiredToken", "have expired"],
      ["InvalidAccessKeyId", "does not know the access key"],
    ])("that AWS refuses with %s says what is wrong with who asks", async (code, message) => {
      cloud.proxy.forget();
      cloud.proxy.plan(() => ({ kind: "answer", when: "before", status: 403, code }));
      await expect(store.get(HEAD)).rejects.toMatchObject({
        code: "ACCESS_DENIED",
        message: expect.stringContaining(message),
      });
      expect(actions()).toEqual(["GetObject 403"]);
    });
  });

  describe("a put", () => {
    const open: Readonly<Record<string, readonly [Fault, "done" | "not done"]>> = {
      "is answered with 500 instead of being done": [FAULTS.internal, "not done"],
      "is answered with 500 although it was done": [FAULTS.internalAfter, "done"],
      "is answered with 503 instead of being done": [FAULTS.slowDown, "not done"],
      "is answered with 503 although it was done": [FAULTS.slowDownAfter, "done"],
      "is not answered, nor done": [FAULTS.cut, "not done"],
      "is not answered, but done": [FAULTS.cutAfter, "done"],
      "is answered without an ETag": [{ kind: "header", name: "etag", value: null }, "done"],
    };
    for (const [what, [fault, outcome]] of Object.entries(open)) {
      it(`that ${what} is sent once, and its outcome is open`, async () => {
        cloud.proxy.forget();
        cloud.proxy.plan(faults("PutObject", fault));
        await expect(store.put(HEAD, encodeUtf8("one"), ABSENT)).rejects.toMatchObject({ code: "UNREACHABLE" });
        expect(cloud.proxy.requests.filter(({ action }) => action === "PutObject")).toHaveLength(1);
        expect(await text()).toBe(outcome === "done" ? "one" : undefined);
      });
    }

    it("that met another one, and so did nothing, is sent again", async () => {
      const { etag } = await create(store, HEAD, "one");
      cloud.proxy.plan(faults("PutObject", FAULTS.conflict, FAULTS.conflict));
      expect(await store.put(HEAD, encodeUtf8("two"), { etag })).toHaveProperty("etag");
      expect(await text()).toBe("two");
    });

    it("that was done and answered as if it had met another one is refused by itself", async () => {
      const { etag } = await create(store, HEAD, "one");
      cloud.proxy.plan(faults("PutObject", FAULTS.conflictAfter));
      expect(await store.put(HEAD, encodeUtf8("two"), { etag })).toBe("refused");
      expect(await text()).toBe("two");
    });

    it("that is told out of turn that its condition does not hold is refused", async () => {
      const { etag } = await create(store, HEAD, "one");
      for (const fault of [FAULTS.preconditionFailed, FAULTS.preconditionFailedAfter]) {
        cloud.proxy.plan(({ action }) => (action === "PutObject" ? fault : undefined));
        expect(await store.put(HEAD, encodeUtf8("two"), { etag })).toBe("refused");
      }
    });

    it("that is late counts under its condition when it arrives", async () => {
      const late = new Error("late");
      cloud.proxy.plan(faults("PutObject", FAULTS.late));
      await expect(store.put(HEAD, encodeUtf8("one"), ABSENT, { signal: after(300, late) })).rejects.toBe(late);
      await create(store, HEAD, "two");
      expect(await cloud.proxy.deliver()).toEqual([412]);
      expect(await text()).toBe("two");
    });

    it("that is denied, or has no bucket to go to, did nothing", async () => {
      cloud.proxy.plan(faults("PutObject", DENIED));
      await expect(store.put(HEAD, encodeUtf8("one"), ABSENT)).rejects.toMatchObject({ code: "ACCESS_DENIED" });
      cloud.proxy.plan();
      const elsewhere = openS3Store(`//${bucket}-none`, await cloud.aws(QUICK, way));
      await expect(elsewhere.put(HEAD, encodeUtf8("one"), ABSENT)).rejects.toMatchObject({ code: "NOT_FOUND" });
      await elsewhere.close();
    });

    it("that was changed on its way is refused by S3, and not taken for done", async () => {
      cloud.proxy.plan(faults("PutObject", { kind: "answer", when: "before", status: 400, code: "BadDigest" }));
      await expect(store.put(HEAD, encodeUtf8("one"), ABSENT)).rejects.toMatchObject({ code: "UNREACHABLE" });
    });
  });

  it("lists all pages though one of them fails at first", async () => {
    const keys = Array.from({ length: 1003 }, (_, index) => `commits/many/${String(index).padStart(16, "0")}-c`);
    for (let start = 0; start < keys.length; start += 50) {
      await Promise.all(keys.slice(start, start + 50).map((key) => create(store, key, "x")));
    }
    cloud.proxy.forget();
    cloud.proxy.plan(({ action, index }) => (action === "ListObjectsV2" && index === 1 ? FAULTS.internal : undefined));
    expect(await keysOf(store, "commits/")).toEqual(keys);
    expect(actions()).toEqual(["ListObjectsV2 200", "ListObjectsV2 500", "ListObjectsV2 200"]);
  });

  it("passes over what lies there under a name that is no key", async () => {
    const neighbour = openS3Store(`//${bucket}/p/odd name`, await cloud.aws(QUICK, way));
    await create(neighbour, HEAD, "x");
    await neighbour.close();
    await create(store, HEAD, "one");
    expect(await keysOf(store, "")).toEqual([HEAD]);
  });

  it("refuses an object that is larger than any of ours without reading it", async () => {
    await create(store, HEAD, "one");
    cloud.proxy.plan(faults("GetObject", { kind: "header", name: "content-length", value: "9999999999" }));
    await expect(store.get(HEAD)).rejects.toMatchObject({
      code: "INTEGRITY",
      message: expect.stringContaining("larger"),
    });
  });
});

const DENIED: Fault = {
  kind: "answer",
  when: "before",
  status: 403,
  code: "AccessDenied",
  message:
    'User: arn:aws:iam::111122223333:user/ann is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::b/k" because no identity-based policy allows the s3:GetObject action',
};

/** The first, second … request of an action meets the first, second … fault. */
function faults(action: string, ...planned: readonly Fault[]): FaultPlan {
  return (request) => (request.action === action ? planned[request.index] : undefined);
}

function after(ms: number, reason: Error): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(reason), ms);
  return controller.signal;
}
