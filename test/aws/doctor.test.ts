// `coffer doctor` as it is typed, on S3 and KMS as the emulator has them. Conditions in policies, and what S3 encrypts by itself, it cannot show.
import { DisableKeyCommand } from "@aws-sdk/client-kms";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Desk } from "../conversations/desk.js";
import { type Cloud, startCloud } from "./cloud.js";
import { findEmulator } from "./emulator.js";
import { FAULTS, type Fault } from "./proxy/fault.js";

const source = findEmulator();
const DENIED: Fault = { kind: "answer", when: "before", status: 403, code: "AccessDenied" };

interface Check {
  readonly id: string;
  readonly status: string;
  readonly message: string;
  readonly hint: string | null;
}

describe.skipIf(source === null)("doctor", () => {
  let cloud: Cloud;
  let desk: Desk;
  let bucket: string;
  let key: string;

  beforeAll(async () => {
    if (source !== null) cloud = await startCloud(source);
  });
  afterAll(() => cloud.stop());
  beforeEach(async () => {
    desk = new Desk();
    bucket = await cloud.newBucket();
    key = await cloud.newKey();
  });
  afterEach(() => {
    cloud.proxy.plan();
    desk.clear();
  });

  const place = (): string[] => ["-p", "team", "-s", `s3://${bucket}/team`, "-k", `aws-kms:${key}`];

  async function setUp(): Promise<void> {
    await desk.must(["setup", ...place(), "-y"], { env: cloud.env });
    await desk.must(["put", "prod/A", "one", "-p", "team"], { env: cloud.env });
  }

  async function examine(args = ["-p", "team"]): Promise<{ code: number | null; checks: Map<string, Check> }> {
    const { code, stdout, stderr } = await desk.coffer(["doctor", ...args, "--json"], { env: cloud.env });
    expect(stderr).toBe("");
    const { checks } = JSON.parse(stdout) as { checks: Check[] }; // As cli.md has it; the tests below look at each field.
    return { code, checks: new Map(checks.map((check) => [check.id, check])) };
  }

  function withStatus(checks: Map<string, Check>, status: string): string[] {
    return [...checks.values()].filter((check) => check.status === status).map(({ id }) => id);
  }

  it("finds nothing wrong with what setup makes", async () => {
    await setUp();
    const { code, checks } = await examine();
    expect([...checks.values()].filter(({ status }) => status !== "ok")).toEqual([]);
    expect([...checks.keys()]).toEqual([
      ...["settings", "identity", "bucket", "region", "store", "key", "key-state", "key-rotation", "pins"],
      ...["public-access", "encryption", "versioning", "tls-only", "conditional-writes", "lifecycle"],
      ...["compare-and-set", "list", "read", "write", "decrypt", "generate", "data-keys"],
      ...["memory", "clock", "clock-skew", "rubbish"],
    ]);
    expect(checks.get("identity")?.message).toMatch(/^AWS takes you for arn:aws:/);
    expect(code).toBe(0);
  });

  it("finds each setting that a bucket lacks, and a key that is not rotated", async () => {
    await desk.must(["init", ...place()], { env: cloud.env });
    const { code, checks } = await examine();
    const settings = ["public-access", "encryption", "versioning", "tls-only", "conditional-writes", "lifecycle"];
    expect(withStatus(checks, "wrong")).toEqual(["key-rotation", ...settings]);
    expect(checks.get("versioning")?.hint).toContain("coffer setup");
    expect(code).toBe(1);
  });

  it.each([
    ["GetBucketpolicy", "s3:GetBucketPolicy", ["tls-only", "conditional-writes"]],
    ["GetBucketlocation", "s3:GetBucketLocation", ["bucket", "region"]],
    ["ListObjectsV2", "s3:ListBucket", ["list", "decrypt", "data-keys", "clock", "rubbish"]],
    ["PutObject", "s3:PutObject", ["compare-and-set", "write"]],
    ["GenerateDataKey", "kms:GenerateDataKey", ["generate"]],
    ["Decrypt", "kms:Decrypt", ["decrypt", "data-keys", "clock", "rubbish"]],
    ["GetKeyRotationStatus", "kms:GetKeyRotationStatus", ["key-rotation"]],
  ])("without the right to %s does not know some things, and all others", async (action, right, ids) => {
    await setUp();
    cloud.proxy.plan((request) =>
      request.action === action
        ? { ...DENIED, ...(request.service === "kms" ? { status: 400, code: "AccessDeniedException" } : {}) }
        : undefined,
    );
    const { code, checks } = await examine();
    expect(withStatus(checks, "wrong")).toEqual([]);
    expect(withStatus(checks, "unknown")).toEqual(ids);
    const told = ids.map((id) => checks.get(id)?.message).join("\n");
    expect(told).toContain(right);
    expect(code).toBe(0);
  });

  it("sees that the clock is wrong by what S3 says", async () => {
    await setUp();
    const value = new Date(Date.now() + 600_000).toUTCString();
    cloud.proxy.plan(({ action }) =>
      action === "GetBucketlocation" ? { kind: "header", name: "date", value } : undefined,
    );
    const { code, checks } = await examine();
    expect(withStatus(checks, "wrong")).toEqual(["clock-skew"]);
    expect(checks.get("clock-skew")?.message).toMatch(/^this clock is (600|599|598) s behind that of S3/);
    expect(code).toBe(1);
  });

  it("says that the key is disabled, and what of it cannot be read", async () => {
    await setUp();
    // The emulator cannot disable one by its ARN.
    await cloud.kms.send(new DisableKeyCommand({ KeyId: key.slice(key.lastIndexOf("/") + 1) }));
    const { code, checks } = await examine();
    expect(withStatus(checks, "wrong")).toEqual(["key-state", "decrypt", "generate"]);
    expect(checks.get("decrypt")?.message).toContain(`prod/ does not open: the master key ${key} is disabled`);
    expect(code).toBe(1);
  });

  it("says that there is no bucket, and looks at what does not need one", async () => {
    const args = ["-s", "s3://coffer-nowhere", "-k", `aws-kms:${key}`];
    const { code, checks } = await examine(args);
    expect(withStatus(checks, "wrong")).toEqual(["bucket", "store", "key-rotation", "pins"]);
    expect(checks.get("versioning")).toMatchObject({ status: "unknown", message: "there is no bucket to look at" });
    expect(checks.get("key-state")?.status).toBe("ok");
    expect(code).toBe(1);
  });

  it("tells data keys that are older than they should be", async () => {
    await setUp();
    const { checks } = await examine(["-p", "team", "--rotation", "0h"]);
    expect(withStatus(checks, "wrong")).toEqual(["data-keys"]);
    const young = await examine(["-p", "team", "--rotation", "90d"]);
    expect(withStatus(young.checks, "wrong")).toEqual([]);
  });

  it("ends in time where S3 does not answer, and still tells the rest", async () => {
    await setUp();
    cloud.proxy.plan(({ service }) => (service === "s3" ? FAULTS.silent : undefined));
    const { code, stdout } = await desk.coffer(["doctor", "-p", "team", "--timeout", "1", "--json"], {
      env: cloud.env,
    });
    const { checks } = JSON.parse(stdout) as { checks: Check[] }; // As above.
    const found = new Map(checks.map((check) => [check.id, check]));
    expect(withStatus(found, "wrong")).toEqual(["store"]);
    expect(found.get("versioning")?.status).toBe("unknown");
    expect(found.get("key-state")?.status).toBe("ok");
    expect(code).toBe(1);
  });
});
