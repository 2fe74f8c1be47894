import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { COFFER, Desk } from "../conversations/desk.js";
import { type Cloud, startCloud, WAYS } from "./cloud.js";
import { findEmulator } from "./emulator.js";
import { FAULTS } from "./proxy/fault.js";

const source = findEmulator();
const RECORD = fileURLToPath(new URL("../loaded-modules/record.cjs", import.meta.url));

/** What the built command asks of AWS, request by request. */
describe.skipIf(source === null).each(WAYS)("at the wire (%s)", (way) => {
  let cloud: Cloud;
  let desk: Desk;
  let key: string;
  let bucket: string;

  beforeAll(async () => {
    if (source === null) return;
    const started = await startCloud(source);
    // A variable that the direct way leaves to the SDK, and that changes nothing.
    cloud = { ...started, env: way === "sdk" ? { ...started.env, AWS_RETRY_MODE: "standard" } : started.env };
    key = await cloud.newKey();
  });
  afterAll(() => cloud.stop());
  beforeEach(async () => {
    desk = new Desk();
    bucket = await cloud.newBucket();
    await desk.must(["init", "-p", "aws", "-s", `s3://${bucket}/vault`, "-k", `aws-kms:${key}`], { env: cloud.env });
    await desk.must(["profile", "use", "aws"]);
  });
  afterEach(() => {
    cloud.proxy.plan();
    desk.clear();
  });

  /** Runs a command, which must succeed, and gives what it asked for, in order of service and action. */
  async function asked(args: readonly string[], stdin?: string): Promise<string[]> {
    cloud.proxy.forget();
    await desk.must(args, { env: cloud.env, ...(stdin === undefined ? {} : { stdin }) });
    return cloud.proxy.requests.map(({ service, action }) => `${service}:${action}`).sort();
  }

  function secretsOf(count: number): string {
    return Array.from({ length: count }, (_, index) => `NAME_${index}=value ${index}\n`).join("");
  }

  for (const count of [1, 100, 1_000]) {
    it(`exec, export and get read ${count} secrets with one GetObject and one Decrypt`, async () => {
      await desk.must(["import", "prod/", "-"], { env: cloud.env, stdin: secretsOf(count) });
      const two = ["kms:Decrypt", "s3:GetObject"];
      expect(await asked(["get", "prod/NAME_0"])).toEqual(two);
      expect(await asked(["export", "prod/"])).toEqual(two);
      expect(await asked(["exec", "prod/", "--", "true"])).toEqual(two);
    });
  }

  it("importing 1,000 secrets is one commit on one read: one data key, two PUTs", async () => {
    await desk.must(["put", "dev/A", "one"], { env: cloud.env });
    const puts = ["s3:PutObject", "s3:PutObject"];
    // The first in a namespace also looks whether the store is there.
    const first = ["kms:GenerateDataKey", "s3:GetObject", "s3:GetObject", ...puts];
    expect(await asked(["import", "prod/", "-"], secretsOf(1_000))).toEqual(first);
    const changed = secretsOf(1_000).replaceAll("value", "another");
    expect(await asked(["import", "prod/", "-", "--prune"], changed)).toEqual(["kms:Decrypt", "s3:GetObject", ...puts]);
    expect(await asked(["import", "prod/", "-"], changed)).toEqual(["kms:Decrypt", "s3:GetObject"]);
  });

  it("put is one read, one Decrypt, two PUTs; the first in a namespace makes the data key, and looks whether the store is there", async () => {
    await desk.must(["put", "dev/A", "one"], { env: cloud.env });
    const first = await asked(["put", "prod/A", "one"]);
    expect(first).toEqual(["kms:GenerateDataKey", "s3:GetObject", "s3:GetObject", "s3:PutObject", "s3:PutObject"]);
    const second = await asked(["put", "prod/A", "two"]);
    expect(second).toEqual(["kms:Decrypt", "s3:GetObject", "s3:PutObject", "s3:PutObject"]);
  });

  describe("who makes a commit", () => {
    const identities = (): number => cloud.proxy.requests.filter(({ action }) => action === "GetCallerIdentity").length;
    const author = async (): Promise<unknown> => {
      // The document of `log`.
      const { commits } = JSON.parse(await desk.must(["log", "prod/", "--json"], { env: cloud.env })) as {
        commits: { author: string | null }[];
      };
      return commits[0]?.author;
    };

    it("is asked of STS once per access key, beside the other requests, and kept", async () => {
      cloud.proxy.forget();
      for (const value of ["one", "two"]) await desk.must(["put", "prod/A", value], { env: cloud.env });
      expect(identities()).toBe(1);
      expect(await author()).toMatch(/^arn:aws:sts::\d{12}:/);
      await desk.must(["put", "prod/A", "3"], { env: { ...cloud.env, AWS_ACCESS_KEY_ID: "AKIDOTHER" } });
      expect(identities()).toBe(2);
      await desk.must(["get", "prod/A"], { env: { ...cloud.env, AWS_ACCESS_KEY_ID: "AKIDREADER" } });
      expect(identities()).toBe(2);
    });

    it("is somebody at a machine where STS does not say it, which --verbose alone tells", async () => {
      const denied = { kind: "answer", when: "before", status: 403, code: "AccessDenied" } as const;
      cloud.proxy.plan(({ action }) => (action === "GetCallerIdentity" ? denied : undefined));
      const told = await desk.coffer(["put", "prod/A", "one", "--verbose"], { env: cloud.env });
      expect([told.code, told.stderr]).toEqual([0, expect.stringContaining("AWS does not say who signs")]);
      expect(await author()).toMatch(/^[^@:]+@[^@:]+$/);
      cloud.proxy.forget();
      const { code, stderr } = await desk.coffer(["put", "prod/A", "two"], { env: cloud.env });
      expect([code, stderr]).toEqual([0, expect.not.stringContaining("who signs")]);
      // Nor is it asked again at once.
      expect(identities()).toBe(0);
    });

    it("is who COFFER_AUTHOR says, and then STS is not asked", async () => {
      cloud.proxy.forget();
      await desk.must(["put", "prod/A", "one"], { env: { ...cloud.env, COFFER_AUTHOR: "ada" } });
      expect([identities(), await author()]).toEqual([0, "ada"]);
    });
  });

  it("list asks for the heads and no key: one request per namespace, and one for their names", async () => {
    for (const namespace of ["dev", "prod", "prod/billing"]) {
      await desk.must(["put", `${namespace}/A`, "one"], { env: cloud.env });
    }
    expect(await asked(["list"])).toEqual(["s3:GetObject", "s3:GetObject", "s3:GetObject", "s3:ListObjectsV2"]);
  });

  it("loads the SDK for none of these where the direct way is there, and for the signer alone", async () => {
    await desk.must(["put", "prod/A", "one"], { env: cloud.env });
    const record = `${desk.home}/loaded.json`;
    const env = { ...cloud.env, LOADED_MODULES_FILE: record };
    const loaded = async (...args: readonly string[]): Promise<{ chunks: string[]; bytes: number }> => {
      const { code } = await desk.run(process.execPath, ["--require", RECORD, COFFER, ...args], { env });
      expect(code).toBe(0);
      // What record.cjs has just written.
      const { chunks } = JSON.parse(readFileSync(record, "utf8")) as { chunks: { path: string; bytes: number }[] };
      return {
        chunks: chunks.map(({ path }) => basename(path).replace(/(-[\w-]{8})?\.cjs$/, "")),
        bytes: chunks.reduce((sum, { bytes }) => sum + bytes, 0),
      };
    };
    for (const args of [
      ["get", "prod/A"],
      ["put", "prod/A", "two"],
    ]) {
      const { chunks } = await loaded(...args);
      expect(chunks).toContain("aws");
      expect(chunks.includes("sdk")).toBe(way === "sdk");
    }
    if (way === "direct") expect((await loaded("get", "prod/A")).bytes).toBeLessThan(320_000);
  });

  it("connects to KMS while the object is still being read", async () => {
    await desk.must(["put", "prod/A", "one"], { env: cloud.env });
    let whileReading = 0;
    const before = cloud.proxy.connections;
    cloud.proxy.plan(({ action }) => (action === "GetObject" ? { kind: "delay", ms: 300 } : undefined));
    const running = desk.must(["get", "prod/A"], { env: cloud.env });
    await cloud.proxy.next("GetObject");
    whileReading = cloud.proxy.connections - before;
    await running;
    expect([whileReading, cloud.proxy.connections - before]).toEqual([2, 2]);
  });

  it("sends nobody's secrets in clear, and says in which namespace and store a data key is", async () => {
    cloud.proxy.forget();
    await desk.must(["put", "prod/A", "canary-e7b1"], { env: cloud.env });
    await desk.must(["get", "prod/A"], { env: cloud.env });
    for (const { body, target } of cloud.proxy.requests)
      expect(`${target}${body.toString("latin1")}`).not.toContain("canary-e7b1");
    const generated = cloud.proxy.requests.find(({ action }) => action === "GenerateDataKey");
    expect(JSON.parse(generated?.body.toString("utf8") ?? "{}")).toMatchObject({
      KeyId: key,
      KeySpec: "AES_256",
      EncryptionContext: {
        "coffer:namespace": "prod",
        "coffer:store": expect.any(String),
        "coffer:epoch": expect.any(String),
      },
    });
  });

  it("the child of exec gets none of our own settings of the SDK", async () => {
    await desk.must(["put", "prod/A", "one"], { env: cloud.env });
    const variables = (await desk.must(["exec", "prod/", "--", "env"], { env: cloud.env })).split("\n");
    expect(variables).toContain("A=one");
    expect(variables.filter((line) => line.startsWith("AWS_SDK_JS"))).toEqual([]);
  });

  it("export -R asks twice per namespace and once for their names, and says nothing of how many at once", async () => {
    const count = 15;
    for (let index = 0; index < count; index++) {
      await desk.must(["put", `all/n${index}/NAME_${index}`, "one"], { env: cloud.env });
    }
    cloud.proxy.forget();
    const { stderr, code } = await desk.coffer(["export", "all/", "-R", "--for", "json"], { env: cloud.env });
    expect([code, stderr]).toEqual([0, ""]);
    expect(cloud.proxy.requests).toHaveLength(2 * count + 1);
  });

  it("says nothing of the SDK's own on stderr", async () => {
    const { stderr } = await desk.coffer(["list"], { env: cloud.env });
    expect(stderr).toBe("");
  });

  it.each([
    [5, "no AWS credentials were found", { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" }],
    [5, "AWS credentials of the profile nobody could not be had", { AWS_PROFILE: "nobody" }],
    [2, "AWS_CA_BUNDLE names", { AWS_CA_BUNDLE: "/nowhere" }],
    [2, "the endpoint cannot be used", { AWS_USE_FIPS_ENDPOINT: "true" }],
    [7, "no answer (ECONNREFUSED)", { AWS_ENDPOINT_URL_S3: "http://127.0.0.1:1" }],
    [7, "no answer (ECONNREFUSED)", { HTTP_PROXY: "http://127.0.0.1:1" }],
  ])("exits with %i and two lines where %s", async (exit, message, more) => {
    const { code, stderr } = await desk.coffer(["get", "prod/A"], { env: { ...cloud.env, ...more } });
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split("\n")).toHaveLength(2);
    expect(code).toBe(exit);
  });

  it("says after 2 s that it is waiting, and exits with 7 at the deadline", async () => {
    cloud.proxy.plan(() => FAULTS.silent);
    const { code, stderr } = await desk.coffer(["get", "prod/A", "--timeout", "2.5"], { env: cloud.env });
    expect(stderr).toMatch(/^coffer: still waiting for AWS to answer\ncoffer: error: .*did not answer within 2.5 s\n/);
    expect(code).toBe(7);
    const quiet = await desk.coffer(["get", "prod/A", "--timeout", "1"], { env: cloud.env });
    expect(quiet.stderr).not.toContain("still waiting");
  });

  it("refuses another key than the pinned one, and takes an alias for what it led to when it was pinned", async () => {
    await desk.must(["put", "prod/A", "one"], { env: cloud.env });
    const other = await cloud.newKey();
    const profile = ["profile", "add", "other", "-s", `s3://${bucket}/vault`, "-k", `aws-kms:${other}`];
    await desk.must(profile, { env: cloud.env });
    const { code, stderr } = await desk.coffer(["get", "prod/A", "-p", "other"], { env: cloud.env });
    expect(stderr).toContain("is sealed for another master key");
    expect(code).toBe(5);
  });
});
