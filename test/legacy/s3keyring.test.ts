import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { makeQuietly } from "../../src/aws/aws.js";
import { keyringName, readKeyringName } from "../../src/core/keyring-name.js";
import { Keyring } from "../../src/keyring/keyring.js";
import { runS3Keyring } from "../../src/legacy/s3keyring/cli.js";
import { CAN, openS3KeyringStore } from "../../src/legacy/s3keyring/store.js";
import { secretStoreContract } from "../../src/testing/secret-store-contract.js";
import { type Cloud, startCloud } from "../aws/cloud.js";
import { findEmulator } from "../aws/emulator.js";
import { runTool, type ToolResult } from "./tool-desk.js";

interface Step {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: string | null;
  readonly rc: number;
  readonly stdout: string;
  readonly label: string | null;
}

const source = findEmulator();
const REGION = "us-east-1";

function readSteps(name: string): readonly Step[] {
  // The file is ours, and each step is replayed.
  const file = new URL(`../vectors/legacy/${name}`, import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { steps: readonly Step[] }).steps;
}

describe.skipIf(source === null)("s3keyring,", () => {
  let cloud: Cloud;
  let s3: S3Client;
  let kmsKey = "";
  let home = "";
  let buckets = 0;
  const before = { cwd: process.cwd(), env: { ...process.env } };

  beforeAll(async () => {
    if (source === null) return;
    cloud = await startCloud(source);
    kmsKey = (await cloud.newKey()).replace(/^.*\//, "");
    s3 = makeQuietly(() => new S3Client({ region: REGION, endpoint: cloud.proxy.url, forcePathStyle: true }));
  });
  afterAll(() => {
    s3?.destroy();
    return cloud?.stop();
  });
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "coffer-s3keyring-"));
    process.chdir(home);
    for (const name of Object.keys(process.env).filter((each) => /KEYRING|KMS_KEY/.test(each)))
      delete process.env[name];
    process.env.HOME = home;
    process.env.AWS_REGION = REGION;
  });
  afterEach(() => {
    process.chdir(before.cwd);
    process.env.HOME = before.env.HOME;
    rmSync(home, { recursive: true, force: true });
  });

  const run = (args: readonly string[], stdin?: string): Promise<ToolResult> =>
    runTool(runS3Keyring, args, stdin === undefined ? {} : { stdin });
  async function newBucket(): Promise<string> {
    buckets += 1;
    const bucket = `keyring-${buckets}`;
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
    return bucket;
  }
  /** A keyring of its own, which the default profile means. */
  async function configured(): Promise<string> {
    const bucket = await newBucket();
    Object.assign(process.env, { S3KEYRING_BUCKET: bucket, S3KEYRING_KMS_KEY_ID: kmsKey });
    expect(await run(["configure", "--no-ask"])).toMatchObject({ code: 0, stdout: "" });
    return bucket;
  }
  const putRaw = (Bucket: string, Key: string, value: string) =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body: `${Buffer.from(value).toString("base64")}\n` }));

  secretStoreContract(
    "a keyring of s3keyring",
    CAN,
    async () => {
      const url = `s3keyring://${await newBucket()}/default?kms-key=${kmsKey}`;
      const opened: { close(): Promise<void> }[] = [];
      const another = async () => {
        const store = await openS3KeyringStore(url, await cloud.aws());
        opened.push(store);
        return store;
      };
      return {
        store: await another(),
        another,
        dispose: async () => void (await Promise.all(opened.map((store) => store.close()))),
      };
    },
    { describe, it },
    {
      // Others would be listed as they are written here, and not as they were spelt.
      takesPath: (path) => path.split("/").every((part) => keyringName(readKeyringName(part) ?? "") === part),
    },
  );

  describe("the recorded conversation", () => {
    it("gives the same bytes and exit codes for every command on passwords", async () => {
      await configured();
      const steps = readSteps("cli-golden-s3keyring.json").filter(({ args }) => /^(get|set)$/.test(args[0] ?? ""));
      const after = steps.findIndex(({ args }) => args.join() === "set,service,username,123456");
      for (const { args, rc, stdout } of steps.slice(after)) {
        // It wrote one name over another: docs/legacy/s3keyring.md.
        if (args[2] === "a/b") continue;
        expect({ args, ...(await run(args)) }).toMatchObject({ args, code: rc, stdout });
      }
    });

    it("fails as the original does before there is a profile, and for what is asked wrongly", async () => {
      const steps = readSteps("cli-golden-s3keyring.json");
      const until = steps.findIndex(({ label }) => label === "nothing given");
      // The words of its README are commands here: docs/legacy/s3keyring.md.
      for (const { args, rc } of steps.slice(0, until + 1).filter(({ args: [name] }) => name !== "set_password")) {
        expect({ args, ...(await run(args)) }).toMatchObject({ args, code: rc });
      }
    });

    it("asks the questions of configure as they were asked, and keeps the answers", async () => {
      const asked = readSteps("cli-golden-s3keyring.json").filter(({ label }) => label?.startsWith("ask") === true);
      for (const { args, stdin, rc, stdout } of asked) {
        expect(await run(args, stdin ?? "")).toMatchObject({ code: rc, stdout });
      }
      expect(asked.length).toBe(2);
    });
  });

  it("configures itself from the variables of its README", async () => {
    const bucket = await newBucket();
    Object.assign(process.env, { KEYRING_BUCKET: bucket, KEYRING_NAMESPACE: "ns", KMS_KEY_ID: kmsKey });
    expect(await run(["configure", "--no-ask"])).toMatchObject({ code: 0 });
    await run(["set_password", "service", "account", "pwd"]);
    expect(await run(["get_password", "service", "account"])).toMatchObject({ code: 0, stdout: "pwd\n" });
    expect(await run(["delete_password", "service", "account"])).toMatchObject({ code: 0, stdout: "\n" });
    expect(readFileSync(join(home, ".s3keyring.ini"), "utf8")).toContain("namespace = ns");
  });

  it("keeps profiles apart, and reads one file over the other", async () => {
    const bucket = await configured();
    await run(["set", "g", "k", "mine"]);
    process.env.S3KEYRING_NAMESPACE = "ad min/é";
    await run(["--profile", "admins", "configure", "--no-ask"]);
    expect(await run(["--profile", "admins", "get", "g", "k"])).toMatchObject({ code: 0, stdout: "\n" });
    await run(["--profile", "admins", "set", "g", "k", "theirs"]);
    expect((await run(["get", "g", "k"])).stdout).toBe("mine\n");
    await putRaw(bucket, "other/g/k/secret.b64", "merged");
    writeFileSync("more.ini", "[profile:default]\nnamespace = other\n");
    expect((await run(["--ini", "more.ini", "get", "g", "k"])).stdout).toBe("merged\n");
  });

  it("shows real names, those of the group alone", async () => {
    const bucket = await configured();
    for (const [group, key] of [
      ["a", "x y"],
      ["a", "it's"],
      ["a", "p/q"],
      ["a_b", "z"],
      ["a/b", "z"],
      ["ab", "z"],
    ]) {
      await run(["set", "--", group ?? "", key ?? "", "v"]);
    }
    await putRaw(bucket, "default/a/of_3202Xold/secret.b64", "v");
    expect((await run(["list-keys", "a"])).stdout).toBe(`["it's", 'of old', 'p/q', 'x y']\n`);
    expect((await run(["list-keys", "none"])).stdout).toBe("[]\n");
  });

  it("will not overwrite another name that the escape makes equal", async () => {
    await configured();
    await run(["set", "a b", "k", "one"]);
    const refused = await run(["set", "a_3202Xb", "k", "two"]);
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect((await run(["get", "a b", "k"])).stdout).toBe("one\n");
    expect((await run(["get", "a_3202Xb", "k"])).stdout).toBe("\n");
    expect(await run(["delete", "a_3202Xb", "k"])).toMatchObject({ code: 1 });
  });

  it("reads and deletes what was escaped in the old way, and what bears no name", async () => {
    const bucket = await configured();
    await putRaw(bucket, "default/a_20b/u_40x_2Ecom/secret.b64", "old");
    expect((await run(["get", "a b", "u@x.com"])).stdout).toBe("old\n");
    expect((await run(["list-keys", "a b"])).stdout).toBe("['u@x.com']\n");
    await run(["set", "a b", "u@x.com", "new"]);
    expect((await run(["get", "a b", "u@x.com"])).stdout).toBe("new\n");
    expect(await run(["delete", "a b", "u@x.com"])).toMatchObject({ code: 0 });
    expect((await run(["get", "a b", "u@x.com"])).stdout).toBe("\n");
  });

  it("shows what was escaped in the old way by its name, once, whatever stands beside it", async () => {
    const bucket = await configured();
    for (const key of ["u_40x_2Ecom", "a_20b", "h_C3_A9", "db_20", "STEP_2A", "x-y_2Ez", "p_4602Xq", "plain"]) {
      await putRaw(bucket, `default/svc/${key}/secret.b64`, "old");
    }
    await run(["set", "svc", "a b", "new"]);
    expect((await run(["list-keys", "svc"])).stdout).toBe(
      "['STEP_2A', 'a b', 'db_20', 'hé', 'p.q', 'plain', 'u@x.com', 'x-y_2Ez']\n",
    );
    const store = await openS3KeyringStore(`s3keyring://${bucket}/default?kms-key=${kmsKey}`, await cloud.aws());
    const { secrets } = await store.readAll({ namespace: "", recursive: true });
    expect(secrets.map(({ name }) => name)).toEqual([
      "STEP_2A",
      "a%20b",
      "db_20",
      "h%c3%a9",
      "p.q",
      "plain",
      "u@x.com",
      "x-y_2Ez",
    ]);
    expect(secrets.find(({ name }) => name === "a%20b")?.value.reveal()).toEqual(Buffer.from("new"));
    await store.close();
  });

  it("takes no longer key for the one that was asked for", async () => {
    const bucket = await configured();
    await putRaw(bucket, "default/g/k/secret.b64.bak", "canary");
    expect(await run(["get", "g", "k"])).toMatchObject({ code: 0, stdout: "\n" });
    expect(await run(["delete", "g", "k"])).toMatchObject({ code: 1, stdout: "" });
  });

  it("is what the library's keyring has, and the other way round", async () => {
    const bucket = await configured();
    const store = await openS3KeyringStore(`s3keyring://${bucket}/default?kms-key=${kmsKey}`, await cloud.aws());
    const keyring = new Keyring(store, { namespace: "" });
    await run(["set", "my service", "ana@x", "one"]);
    expect(await keyring.getPassword("my service", "ana@x")).toBe("one");
    await keyring.setPassword("my service", "ben", "two");
    expect((await run(["get", "my service", "ben"])).stdout).toBe("two\n");
    expect(await keyring.findCredentials("my service")).toHaveLength(2);
    await store.close();
  });

  it("goes to us-east-1 where nothing says a region, as boto3 does", async () => {
    delete process.env.AWS_REGION;
    await configured();
    await run(["set", "g", "k", "v"]);
    expect(await run(["get", "g", "k"])).toMatchObject({ code: 0, stdout: "v\n" });
  });

  it("ends where nobody listens, and says so", async () => {
    await configured();
    process.env.AWS_ENDPOINT_URL_S3 = "http://127.0.0.1:1";
    try {
      for (const args of [
        ["get", "g", "k"],
        ["set", "g", "k", "canary"],
        ["delete", "g", "k"],
        ["list-keys", "g"],
      ]) {
        const { code, stdout, stderr } = await run(args);
        expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
        expect(stderr).toMatch(/ECONNREFUSED/);
        expect(stderr).not.toContain("canary");
      }
    } finally {
      delete process.env.AWS_ENDPOINT_URL_S3;
    }
  });

  it("asks little: one to get, two to set or to delete", async () => {
    await configured();
    await run(["set", "g", "k", "v"]);
    const count = async (...args: readonly string[]): Promise<number> => {
      const from = cloud.proxy.requests.length;
      await run(args);
      return cloud.proxy.requests.length - from;
    };
    expect([await count("get", "g", "k"), await count("set", "g", "k", "w")]).toEqual([1, 2]);
    expect([await count("list-keys", "g"), await count("list-keys", "none")]).toEqual([2, 1]);
    expect(await count("delete", "g", "k")).toBe(2);
  });
});
