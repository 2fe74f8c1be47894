import { DisableKeyCommand, ScheduleKeyDeletionCommand } from "@aws-sdk/client-kms";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Desk } from "../conversations/desk.js";
import { type Cloud, startCloud } from "./cloud.js";
import { findEmulator } from "./emulator.js";

const source = findEmulator();

/** From one key of KMS to another, until nobody needs the first any more. */
describe.skipIf(source === null)("rotate-key on S3 and KMS", () => {
  let cloud: Cloud;
  let desk: Desk;
  let store: string;
  let [oldKey, newKey] = ["", ""];

  beforeAll(async () => {
    if (source !== null) cloud = await startCloud(source);
  });
  afterAll(() => cloud.stop());
  beforeEach(async () => {
    desk = new Desk();
    store = `s3://${await cloud.newBucket()}/vault`;
    [oldKey, newKey] = [await cloud.newKey(), await cloud.newKey()];
    await must("init");
    await must("put", "prod/A", "a1");
    await must("put", "prod/A", "a2");
    await must("put", "prod/OWN", "own", "-c", "env=prod");
  });
  afterEach(() => desk.clear());

  const at = (key: string): string[] => ["-s", store, "-k", `aws-kms:${key}`];
  const must = (verb: string, ...args: string[]): Promise<string> =>
    desk.must([verb, ...args, ...at(oldKey)], { env: cloud.env });
  const mustByNew = (verb: string, ...args: string[]): Promise<string> =>
    desk.must([verb, ...args, ...at(newKey)], { env: cloud.env });

  it("reads every version once the old key is deleted, and asks KMS for nothing of it", async () => {
    await must("rotate-key", "prod/", "-c", "env=prod", "--new-key", `aws-kms:${newKey}`);
    expect(await must("get", "prod/A", "--version", "1")).toBe("a1");
    await mustByNew("rotate-key", "prod/", "-c", "env=prod", "--drop-key", `aws-kms:${oldKey}`);
    await cloud.kms.send(new ScheduleKeyDeletionCommand({ KeyId: idOf(oldKey), PendingWindowInDays: 7 }));

    cloud.proxy.forget();
    expect(await mustByNew("get", "prod/A", "--version", "1")).toBe("a1");
    expect(await mustByNew("get", "prod/A")).toBe("a2");
    expect(await mustByNew("get", "prod/OWN", "--version", "1", "-c", "env=prod")).toBe("own");
    await mustByNew("put", "prod/A", "a3");
    expect(await mustByNew("verify", "prod/")).toMatch(/^ok {2}prod\//);
    expect(cloud.proxy.requests.filter(({ body }) => body.includes(idOf(oldKey)))).toEqual([]);
    const { code, stderr } = await desk.coffer(["get", "prod/A", ...at(oldKey)], { env: cloud.env });
    expect([code, stderr]).toEqual([5, expect.stringContaining("another master key")]);
  });

  it("needs the old key until it is dropped: a disabled one stops the change before anything is written", async () => {
    await cloud.kms.send(new DisableKeyCommand({ KeyId: idOf(oldKey) }));
    cloud.proxy.forget();
    const rotation = ["rotate-key", "prod/", "-c", "env=prod", "--new-key", `aws-kms:${newKey}`, ...at(oldKey)];
    const { code, stderr } = await desk.coffer(rotation, { env: cloud.env });
    expect([code, stderr]).toEqual([5, expect.stringContaining(`the master key ${oldKey} is disabled`)]);
    expect(cloud.proxy.requests.filter(({ method, service }) => service === "s3" && method !== "GET")).toEqual([]);
  });

  it("does not need the old key to drop it, once everything is wrapped for the new one", async () => {
    await must("rotate-key", "prod/", "-c", "env=prod", "--new-key", `aws-kms:${newKey}`);
    await cloud.kms.send(new ScheduleKeyDeletionCommand({ KeyId: idOf(oldKey), PendingWindowInDays: 7 }));
    await mustByNew("rotate-key", "prod/", "-c", "env=prod", "--drop-key", oldKey);
    expect(await mustByNew("get", "prod/A", "--version", "1")).toBe("a1");
  });
});

/** The emulator finds keys for deletion by nothing else. */
function idOf(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}
