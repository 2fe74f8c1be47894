// `coffer setup` as it is typed, against the emulator. What S3 and KMS themselves make of these settings it cannot show.

import { randomBytes } from "node:crypto";
import { DeleteAliasCommand, DescribeKeyCommand, GetKeyRotationStatusCommand } from "@aws-sdk/client-kms";
import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
} from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Desk, type Result } from "../conversations/desk.js";
import { type Cloud, startCloud } from "./cloud.js";
import { findEmulator } from "./emulator.js";
import type { Fault } from "./proxy/fault.js";

const source = findEmulator();
const DENIED: Fault = { kind: "answer", when: "before", status: 403, code: "AccessDenied" };

describe.skipIf(source === null)("setup", () => {
  let cloud: Cloud;
  let desk: Desk;
  let bucket: string;
  let alias: string;
  let place: string[];

  beforeAll(async () => {
    if (source !== null) cloud = await startCloud(source);
  });
  afterAll(() => cloud.stop());
  beforeEach(() => {
    desk = new Desk();
    const name = randomBytes(6).toString("hex");
    bucket = `coffer-setup-${name}`;
    alias = `alias/coffer-${name}`;
    place = ["-s", `s3://${bucket}/team`, "-k", `aws-kms:${alias}`];
  });
  afterEach(() => {
    cloud.proxy.plan();
    desk.clear();
  });

  const setup = (...args: readonly string[]): Promise<Result> =>
    desk.coffer(["setup", ...place, ...args], { env: cloud.env });

  /** What was sent that changes something, in order. */
  function changes(): string[] {
    return cloud.proxy.requests
      .filter(({ method, action }) => method !== "GET" && !/^(Describe|Get)/.test(action))
      .map(({ action }) => action);
  }

  it("makes bucket, key, store and profile, after saying so; then there is nothing to do", async () => {
    const { code, stderr } = await setup("-p", "team", "-y");
    expect(
      stderr
        .replaceAll(bucket, "BUCKET")
        .replaceAll(alias, "ALIAS")
        .replace(/arn:\S+/g, "ARN")
        .replace(/is \S{22}\n/, "is ID\n"),
    ).toBe(
      [
        "to do: s3://BUCKET: make the bucket, in eu-central-1",
        "to do: s3://BUCKET: block all public access",
        "to do: s3://BUCKET: let S3 encrypt objects by default (SSE-S3)",
        "to do: s3://BUCKET: keep versions of objects",
        "to do: s3://BUCKET: refuse connections without TLS, by the bucket's policy",
        "to do: s3://BUCKET: refuse writes without a condition below the store's prefix, by the bucket's policy",
        "to do: s3://BUCKET: remove old versions of heads after 30 days, and of probes after one",
        "to do: ALIAS: make a master key of that name, which KMS rotates every year",
        "to do: s3://BUCKET/team: make a store there",
        "done: s3://BUCKET: make the bucket, in eu-central-1",
        "done: s3://BUCKET: block all public access",
        "done: s3://BUCKET: let S3 encrypt objects by default (SSE-S3)",
        "done: s3://BUCKET: keep versions of objects",
        "done: s3://BUCKET: refuse connections without TLS, by the bucket's policy",
        "done: s3://BUCKET: refuse writes without a condition below the store's prefix, by the bucket's policy",
        "done: s3://BUCKET: remove old versions of heads after 30 days, and of probes after one",
        "made the key ARN",
        "done: ALIAS: make a master key of that name, which KMS rotates every year",
        "made a store at s3://BUCKET/team, its id is ID",
        "its master key is aws-kms:ALIAS",
        "the profile team pins the ids of the store and the key",
        "",
      ]
        .map((line) => (line === "" ? line : `coffer: ${line}`))
        .join("\n"),
    );
    expect(code).toBe(0);
    await desk.must(["put", "prod/A", "one", "-p", "team"], { env: cloud.env });
    expect(await desk.must(["get", "prod/A", "-p", "team"], { env: cloud.env })).toBe("one");

    cloud.proxy.forget();
    const again = await setup("-p", "team");
    expect(again.stderr).toMatch(/^coffer: nothing to do: there is a store at \S+ already, its id is \S+\n$/);
    expect(changes()).toEqual([]);
    expect((await setup("--dry-run")).stderr).toBe("coffer: nothing to do\n");
  });

  it("leaves a bucket and a key with every setting", async () => {
    await setup("-p", "team", "-y");
    const Bucket = bucket;
    const { s3, kms } = cloud;
    expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe("Enabled");
    const access = await s3.send(new GetPublicAccessBlockCommand({ Bucket }));
    expect(Object.values(access.PublicAccessBlockConfiguration ?? {})).toEqual([true, true, true, true]);
    const encryption = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
    expect(encryption.ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault).toEqual({
      SSEAlgorithm: "AES256",
    });
    const { Rules = [] } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
    expect(Rules.map(({ Filter, NoncurrentVersionExpiration: old }) => [Filter?.Prefix, old?.NoncurrentDays])).toEqual([
      ["team/heads/", 30],
      ["team/probe/", 1],
    ]);
    const { Policy = "{}" } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
    expect(JSON.parse(Policy).Statement.map(({ Resource }: { Resource: unknown }) => Resource)).toEqual([
      [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
      `arn:aws:s3:::${bucket}/team/*`,
    ]);
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: alias }));
    const rotation = await kms.send(new GetKeyRotationStatusCommand({ KeyId: KeyMetadata?.Arn ?? "" }));
    expect(rotation.KeyRotationEnabled).toBe(true);
    const shown = await desk.must(["profile", "show", "team"], { env: cloud.env });
    expect(shown).toContain("region");
    expect(shown).toContain(KeyMetadata?.Arn ?? "no ARN");
  });

  it.each(["us-east-1", "ap-southeast-2"])("makes the bucket in %s", async (region) => {
    const env = { ...cloud.env, AWS_REGION: region };
    await desk.must(["setup", ...place, "-y"], { env });
    const { LocationConstraint } = await cloud.s3.send(new GetBucketLocationCommand({ Bucket: bucket }));
    expect(LocationConstraint ?? "us-east-1").toBe(region);
    expect((await desk.coffer(["setup", ...place], { env })).stderr).toContain("nothing to do");
  });

  it("makes nothing with --dry-run, nor where there is nobody to ask", async () => {
    cloud.proxy.forget();
    const { code, stderr, stdout } = await setup("--dry-run", "--json");
    expect([code, JSON.parse(stdout).plan.length, JSON.parse(stdout).dryRun]).toEqual([0, 9, true]);
    expect(stderr).toContain("would do, and has not: s3://");
    const asked = await setup();
    expect(asked.stderr).toContain("there is nobody to ask");
    expect(asked.code).toBe(2);
    expect(changes()).toEqual([]);
  });

  it("asks at a terminal, and makes nothing where the answer is no", async () => {
    const exports = Object.entries(cloud.env).map(([name, value]) => `export ${name}='${value}'`);
    const script = `${exports.join("\n")}\ncoffer setup ${place.join(" ")}`;
    cloud.proxy.forget();
    const no = await desk.terminal(script, [["do all that? [y/N] ", "n\n"]]);
    expect(no.stdout).toContain("stopped; nothing was changed");
    expect([no.code, changes()]).toEqual([130, []]);
    const yes = await desk.terminal(script, [["do all that? [y/N] ", "y\n"]]);
    expect(yes.stdout).toContain("made a store at");
    expect(yes.code).toBe(0);
  });

  it("names the right that is missing, and goes on where it stopped", async () => {
    cloud.proxy.plan(({ action }) => (action === "PutBucketversioning" ? DENIED : undefined));
    const stopped = await setup("-y");
    expect(stopped.stderr).toContain(`AWS denies s3:PutBucketVersioning on arn:aws:s3:::${bucket}`);
    expect(stopped.code).toBe(5);
    cloud.proxy.plan();
    cloud.proxy.forget();
    const { code } = await setup("-y");
    expect(code).toBe(0);
    expect(changes()).not.toContain("CreateBucket");
    expect((await setup()).stderr).toContain("nothing to do");
  });

  it("tells which key was made where it could not be named", async () => {
    cloud.proxy.plan(({ action }) =>
      action === "CreateAlias" ? { ...DENIED, status: 400, code: "AccessDeniedException" } : undefined,
    );
    const { code, stderr } = await setup("-y");
    expect(stderr).toMatch(/error: the key arn:aws:kms:\S+ was made, and has no name yet: AWS denies kms:CreateAlias/);
    expect(stderr).toMatch(/hint: give it one \(aws kms create-alias --alias-name alias\/coffer-/);
    expect(code).toBe(5);
  });

  it("does not touch somebody else's bucket", async () => {
    cloud.proxy.plan(({ action }) => (action === "GetBucketlocation" ? DENIED : undefined));
    const closed = await setup("-y");
    expect(closed.stderr).toContain(`the bucket ${bucket} is somebody else's, or you may not look at it`);
    expect(closed.code).toBe(5);
    cloud.proxy.plan(({ action }) =>
      action === "CreateBucket"
        ? { kind: "answer", when: "before", status: 409, code: "BucketAlreadyExists" }
        : undefined,
    );
    const taken = await setup("-y");
    expect(taken.stderr).toContain(`the bucket ${bucket} is somebody else's\n`);
    expect(taken.code).toBe(4);
  });

  it("keeps the statements and rules of others, and completes what is there", async () => {
    const name = await cloud.newBucket();
    place = ["-s", `s3://${name}`, "-k", `aws-kms:${await cloud.newKey()}`];
    const theirs = {
      Sid: "Theirs",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:GetObject",
      Resource: `arn:aws:s3:::${name}/x/*`,
    };
    const Policy = JSON.stringify({ Version: "2012-10-17", Id: "P", Statement: theirs });
    await cloud.s3.send(new PutBucketPolicyCommand({ Bucket: name, Policy }));
    const rule = { ID: "logs", Status: "Enabled" as const, Filter: { Prefix: "logs/" }, Expiration: { Days: 7 } };
    const LifecycleConfiguration = { Rules: [rule] };
    await cloud.s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket: name, LifecycleConfiguration }));
    expect(await setup("-y")).toMatchObject({ code: 0 });
    const policy = JSON.parse((await cloud.s3.send(new GetBucketPolicyCommand({ Bucket: name }))).Policy ?? "{}");
    expect([policy.Id, policy.Statement.length, policy.Statement[0]]).toEqual(["P", 3, theirs]);
    const { Rules = [] } = await cloud.s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: name }));
    expect(Rules.map(({ ID }) => ID).sort()).toEqual(["coffer-heads", "coffer-probe", "logs"]);
    expect((await setup()).stderr).toContain("nothing to do");
  });

  it("makes no other key for a store that is sealed already", async () => {
    await setup("-y");
    await cloud.kms.send(new DeleteAliasCommand({ AliasName: alias }));
    cloud.proxy.forget();
    const { code, stderr } = await setup("-y");
    expect(stderr).toContain("the store is there, but its master key is not");
    expect([code, changes()]).toEqual([3, []]);
  });
});
