import { DisableKeyCommand, EnableKeyCommand, ScheduleKeyDeletionCommand } from "@aws-sdk/client-kms";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openAwsKms } from "../../src/keys/aws-kms.js";
import type { KeyProvider } from "../../src/keys/key-provider.js";
import { type Cloud, QUICK, startCloud, WAYS } from "./cloud.js";
import { findEmulator } from "./emulator.js";
import { FAULTS, type Fault } from "./proxy/fault.js";

const source = findEmulator();
const CONTEXT = { "coffer:store": "s", "coffer:namespace": "prod" };

describe.skipIf(source === null).each(WAYS)("aws-kms: where calls fail (%s)", (way) => {
  let cloud: Cloud;
  let arn: string;
  let keys: KeyProvider;
  let wrapped: Uint8Array;

  beforeAll(async () => {
    if (source !== null) cloud = await startCloud(source);
  });
  afterAll(() => cloud.stop());
  beforeEach(async () => {
    arn = await cloud.newKey();
    keys = await openAwsKms(arn, await cloud.aws(QUICK, way));
    ({ wrapped } = await keys.generate(CONTEXT));
    cloud.proxy.forget();
  });
  afterEach(async () => {
    cloud.proxy.plan();
    await keys.close();
  });

  // The emulator enables and disables keys by nothing else.
  const keyId = (): string => arn.slice(arn.lastIndexOf("/") + 1);
  const called = (): string[] => cloud.proxy.requests.map(({ action, status }) => `${action} ${status}`);

  const passing: Readonly<Record<string, Fault>> = {
    throttled: FAULTS.throttled,
    "answered with 500": FAULTS.internal,
    "not answered": FAULTS.cut,
    "not answered, but done": FAULTS.cutAfter,
    "answered in part": FAULTS.truncated,
  };
  for (const [what, fault] of Object.entries(passing)) {
    it(`repeats a call that is ${what}`, async () => {
      cloud.proxy.plan(({ index }) => (index < 2 ? fault : undefined));
      expect((await keys.unwrap(wrapped, CONTEXT)).byteLength).toBe(32);
      expect(called()).toHaveLength(3);
    });
  }

  it("gives up when its time is over, with the caller's reason or as unreachable", async () => {
    cloud.proxy.plan(() => FAULTS.throttled);
    const late = new Error("late");
    const controller = new AbortController();
    setTimeout(() => controller.abort(late), 300);
    await expect(keys.unwrap(wrapped, CONTEXT, { signal: controller.signal })).rejects.toBe(late);
    const hasty = await openAwsKms(arn, await cloud.aws({ ...QUICK, total: 50 }, way));
    await expect(hasty.unwrap(wrapped, CONTEXT)).rejects.toMatchObject({ code: "UNREACHABLE" });
    await hasty.close();
  });

  it("says that a key is disabled, and works again when it is enabled", async () => {
    await cloud.kms.send(new DisableKeyCommand({ KeyId: keyId() }));
    const refusal = { code: "ACCESS_DENIED", message: `the master key ${arn} is disabled` };
    await expect(keys.unwrap(wrapped, CONTEXT)).rejects.toMatchObject(refusal);
    await expect(keys.generate(CONTEXT)).rejects.toMatchObject(refusal);
    await cloud.kms.send(new EnableKeyCommand({ KeyId: keyId() }));
    expect((await keys.unwrap(wrapped, CONTEXT)).byteLength).toBe(32);
  });

  it("says that a key is going to be deleted, and how to stop that", async () => {
    await cloud.kms.send(new ScheduleKeyDeletionCommand({ KeyId: keyId(), PendingWindowInDays: 7 }));
    await expect(keys.unwrap(wrapped, CONTEXT)).rejects.toMatchObject({
      code: "ACCESS_DENIED",
      message: `the master key ${arn} is going to be deleted`,
      hint: expect.stringContaining("aws kms cancel-key-deletion"),
    });
  });

  it("names who is denied what, on another account's key too", async () => {
    const theirs = arn.replace(/:\d{12}:/, ":444455556666:");
    const other = await openAwsKms(theirs, await cloud.aws(QUICK, way));
    const message = `User: arn:aws:sts::111122223333:assumed-role/app/ann is not authorized to perform: kms:Decrypt on resource: ${theirs} because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access`;
    cloud.proxy.plan(() => ({ kind: "answer", when: "before", status: 400, code: "AccessDeniedException", message }));
    await expect(other.unwrap(wrapped, CONTEXT)).rejects.toMatchObject({
      code: "ACCESS_DENIED",
      message: `AWS denies to arn:aws:sts::111122223333:assumed-role/app/ann kms:Decrypt on ${theirs}`,
    });
    await other.close();
  });

  it("does not take a lost master key for a secret that is not there", async () => {
    const lost = arn.replace(/[0-9a-f]{12}$/, "000000000000");
    const gone = await openAwsKms(lost, await cloud.aws(QUICK, way));
    await expect(gone.generate(CONTEXT)).rejects.toMatchObject({ code: "ACCESS_DENIED" });
    await gone.close();
    await expect(openAwsKms("alias/nobody", await cloud.aws(QUICK, way))).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("opens a data key under its context alone, even where names and values run together alike", async () => {
    const made = await keys.generate({ a: "bc" });
    await expect(keys.unwrap(made.wrapped, { ab: "c" })).rejects.toMatchObject({ code: "INTEGRITY" });
  });

  describe("the key's name", () => {
    it("is asked for once, where it is an alias or an id", async () => {
      const byId = await openAwsKms(keyId(), await cloud.aws(QUICK, way));
      expect(byId.id).toBe(arn);
      await byId.unwrap(wrapped, CONTEXT);
      await byId.unwrap(wrapped, CONTEXT);
      await byId.close();
      expect(called()).toEqual(["DescribeKey 200", "Decrypt 200", "Decrypt 200"]);
    });

    it("is not asked for where the key is pinned, or named by its ARN", async () => {
      const pinned = await openAwsKms("alias/whatever", await cloud.aws(QUICK, way), arn);
      expect(pinned.id).toBe(arn);
      await pinned.unwrap(wrapped, CONTEXT);
      await keys.unwrap(wrapped, CONTEXT);
      await pinned.close();
      expect(called()).toEqual(["Decrypt 200", "Decrypt 200"]);
      expect(cloud.proxy.requests.map(({ resource }) => resource)).toEqual([arn, arn]);
    });

    it("that is another's than the pinned key's is refused unasked", async () => {
      const other = "1234abcd-12ab-34cd-56ef-1234567890ab";
      await expect(openAwsKms(other, await cloud.aws(QUICK, way), arn)).rejects.toMatchObject({
        code: "ACCESS_DENIED",
      });
      await expect(openAwsKms("alias/x", await cloud.aws(QUICK, way), "key-file:abc")).rejects.toMatchObject({
        code: "ACCESS_DENIED",
      });
      expect(called()).toEqual([]);
    });

    it("of a multi-Region key is one in all regions, and calls go to the nearest copy", async () => {
      const multi = "arn:aws:kms:us-east-1:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab";
      const named = await openAwsKms(multi, await cloud.aws(QUICK, way));
      const pinned = await openAwsKms("alias/coffer", await cloud.aws(QUICK, way), named.id);
      expect(pinned.id).toBe(named.id);
      cloud.proxy.plan(() => FAULTS.preconditionFailed);
      for (const opened of [named, pinned]) await opened.unwrap(wrapped, CONTEXT).catch(() => {});
      expect(cloud.proxy.requests.map(({ resource }) => resource)).toEqual([
        multi,
        multi.replace("us-east-1", "eu-central-1"),
      ]);
      for (const opened of [named, pinned]) await opened.close();
    });

    it.each(["", "alias/", "coffer", "ARN", "alias/a b", "arn:aws:kms:eu-central-1:1:key/x"])(
      "cannot be %j",
      async (name) => {
        await expect(openAwsKms(name, await cloud.aws(QUICK, way))).rejects.toMatchObject({ code: "USAGE" });
      },
    );
  });
});
