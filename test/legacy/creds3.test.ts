import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { EncryptCommand } from "@aws-sdk/client-kms";
import { GetBucketLocationCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openPace } from "../../src/aws/pace.js";
import { type Cloud, startCloud } from "../aws/cloud.js";
import { findEmulator } from "../aws/emulator.js";
import { FAULTS } from "../aws/proxy/fault.js";
import { type Creds3Scene, openCreds3Scene } from "./creds3-scene.js";
import { untilNextSecond } from "./replay.js";

interface Vector {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly object: { readonly body_base64: string; readonly metadata: Readonly<Record<string, string>> };
  readonly encryption_context: Readonly<Record<string, string>>;
  readonly kms_plaintext_data_key_hex: string;
  readonly expected: { readonly plaintext_utf8_base64: string };
}

// The file is ours, and every field is used.
const { vectors } = JSON.parse(readFileSync(new URL("../vectors/legacy/creds3.json", import.meta.url), "utf8")) as {
  vectors: readonly Vector[];
};

const source = findEmulator();
const CANARY = "canary-7f3a";

describe.skipIf(source === null)("coffer as creds3", () => {
  let cloud: Cloud;
  let scene: Creds3Scene;
  let key: string;
  let bucket: string;
  let count = 0;

  beforeAll(async () => {
    if (source === null) return;
    cloud = await startCloud(source);
    scene = openCreds3Scene(cloud);
    key = await scene.newKey("alias/creds3", "alias/other");
  });
  afterAll(async () => {
    scene.close();
    await cloud.stop();
  });
  beforeEach(async () => {
    count += 1;
    bucket = await scene.newBucket(`creds3-test-${count}`);
  });
  afterEach(() => cloud.proxy.plan());

  const at = (...args: readonly string[]): string[] => ["-l", bucket, ...args];
  const must = (...args: readonly string[]): Promise<string> => scene.must(...at(...args));

  /** What a command asks of AWS, in order. */
  async function asked(...args: readonly string[]): Promise<string[]> {
    cloud.proxy.forget();
    await scene.must(...args);
    return cloud.proxy.requests.map(({ action }) => action);
  }

  /** Puts an object as somebody else might. */
  async function putObject(Key: string, Body: string, Metadata: Record<string, string>): Promise<void> {
    await scene.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body, Metadata }));
  }

  async function getObject(Key: string): Promise<{ body: string; metadata: Record<string, string>; type?: string }> {
    const { Body, Metadata, ContentType } = await scene.s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
    const type = ContentType === undefined ? {} : { type: ContentType };
    return { body: (await Body?.transformToString()) ?? "", metadata: { ...Metadata }, ...type };
  }

  it("reads every object that was recorded of creds3, under the key that it was made with", async () => {
    for (const { name, version, object, encryption_context: context, ...vector } of vectors) {
      const Plaintext = Buffer.from(vector.kms_plaintext_data_key_hex, "hex");
      const input = { KeyId: key, Plaintext, EncryptionContext: { ...context } };
      const { CiphertextBlob } = await scene.kms.send(new EncryptCommand(input));
      const metadata = { ...object.metadata, key: Buffer.from(CiphertextBlob ?? []).toString("base64") };
      await putObject(`${name}/${version}`, Buffer.from(object.body_base64, "base64").toString(), metadata);
      const pairs = Object.entries(context).map(([name, value]) => `${name}=${value}`);
      const { code, bytes, stderr } = await scene.run(at("get", "-n", name, ...pairs));
      if (object.metadata.digest === "WHIRLPOOL") {
        expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining("WHIRLPOOL") });
      } else expect(bytes.toString("base64"), vector.id).toBe(vector.expected.plaintext_utf8_base64);
    }
  });

  it("writes what creds3 writes: base64 as the body, three fields of metadata, no other type", async () => {
    await must("put", "n", "value", "-d", "SHA512");
    const { body, metadata, type } = await getObject("n/1");
    expect(Buffer.from(body, "base64").toString("base64")).toBe(body);
    expect(metadata).toEqual({
      key: expect.stringMatching(/^[A-Za-z0-9+/]+={0,2}$/),
      hmac: expect.stringMatching(/^[0-9a-f]{128}$/),
      digest: "SHA512",
    });
    expect(type).toBe("binary/octet-stream");
  });

  it("asks for what it needs and no more, and not who is asking where a location is given", async () => {
    expect(await asked(...at("put", "n", "one"))).toEqual(["GenerateDataKey", "PutObject"]);
    expect(await asked(...at("put", "n", "two", "-a"))).toEqual(["ListObjectsV2", "GenerateDataKey", "PutObject"]);
    expect(await asked(...at("get", "n"))).toEqual(["ListObjectsV2", "GetObject", "Decrypt"]);
    expect(await asked(...at("get", "n", "-v", "1"))).toEqual(["GetObject", "Decrypt"]);
    expect(await asked(...at("getall"))).toEqual(["ListObjectsV2", "GetObject", "Decrypt"]);
    expect(await asked(...at("list"))).toEqual(["ListObjectsV2"]);
    expect(await asked(...at("delete", "n"))).toEqual(["ListObjectsV2", "DeleteObject", "DeleteObject"]);
    expect(await asked("-h")).toEqual([]);
  });

  it("takes its general options before the command or behind it, and `get -k`", async () => {
    await scene.must("put", "-l", bucket, "--region", "us-east-1", "n", "value", "-k", "alias/other");
    for (const args of [
      ["-l", bucket, "get", "n"],
      ["get", "-l", bucket, "n"],
      ["get", "n", "--location", bucket, "-r", "us-east-1"],
      ["get", "-k", "alias/creds3", "n", "-l", bucket],
    ]) {
      expect(await scene.must(...args)).toBe("value\n");
    }
    expect(await scene.must("get", "-n", "n", "-l", bucket)).toBe("value");
  });

  it("prints of `getall` what opens, names what does not, and ends with 1", async () => {
    await must("put", "good", `${CANARY}-1`);
    await must("put", "context", `${CANARY}-2`, "a=b");
    await must("put", "changed", `${CANARY}-3`);
    const { body, metadata } = await getObject("changed/1");
    await putObject(
      "changed/1",
      body.replace(/^./, (first) => (first === "A" ? "B" : "A")),
      metadata,
    );
    await must("put", "bytes", "-").catch(() => "");
    for (const form of ["json", "yaml", "csv", "dotenv"]) {
      const { code, stdout, stderr } = await scene.run(at("getall", "-f", form));
      expect(code).toBe(1);
      expect(stdout.toLowerCase()).toContain("good");
      expect(stdout).not.toMatch(/changed|context/i);
      expect(stderr).not.toContain(CANARY);
      expect(stderr.match(/^coffer: error: "(changed|context)" is left out: .+$/gm)).toHaveLength(2);
    }
  });

  it("deletes exactly the name that it is given, and says where there is none", async () => {
    for (const name of ["de", "del", "delta", "de/x"]) await must("put", name, "v");
    await must("put", "de", "v2", "-a");
    expect(await must("delete", "de")).toBe("Deleting de -- version de/1\nDeleting de -- version de/2\n");
    expect(await must("list")).toBe("de/x  -- version 1\ndel   -- version 1\ndelta -- version 1\n");
    for (const name of ["de", "", "d", "*"]) {
      expect(await scene.run(at("delete", name))).toMatchObject({ code: 1, stdout: "" });
    }
  });

  it("keeps to a prefix, with every command, and takes slashes for a part of names", async () => {
    await must("put", "outside", "x");
    bucket = `${bucket}/some/prefix`;
    await must("put", "a/b", "one");
    await must("put", "a/b", "two", "-a");
    await must("put", "a", "three");
    expect(await must("get", "a/b")).toBe("two\n");
    expect(await must("get", "a")).toBe("three\n");
    expect(await must("list")).toBe("a   -- version 1\na/b -- version 1\na/b -- version 2\n");
    expect(JSON.parse(await must("getall"))).toEqual({ a: "three", "a/b": "two" });
    expect(await must("delete", "a")).toBe("Deleting a -- version some/prefix/a/1\n");
    expect(JSON.parse(await must("get", "a*"))).toEqual({ "a/b": "two" });
  });

  it("takes nothing but * for special in a pattern", async () => {
    for (const name of ["app.db", "appXdb", "quote", "a[b"]) await must("put", name, name);
    const names = async (pattern: string): Promise<string[]> => Object.keys(JSON.parse(await must("get", pattern)));
    expect(await names("app.d*")).toEqual(["app.db"]);
    expect(await names("app.d.|q*")).toEqual([]);
    expect(await names("a[*")).toEqual(["a[b"]);
    expect((await names("*")).sort()).toEqual(["a[b", "app.db", "appXdb", "quote"]);
  });

  it("writes dotenv text that a shell sources without running anything of it", async () => {
    const values: Readonly<Record<string, string>> = {
      PLAIN: "abc-123_/.:@",
      EMPTY: "",
      COMMAND: "$(touch injected)",
      TICKS: "`touch injected`",
      NEXT: "x\ntouch injected",
      QUOTE: "it's",
      MIXED: "it's $(touch injected) `touch injected` \"\\ !",
      BLANKS: "a b; touch injected",
      TILDE: "~root",
    };
    for (const [name, value] of Object.entries(values)) await must("put", name.toLowerCase(), "--", value);
    await must("put", "x; touch injected #", "v");
    const { code, stdout, stderr } = await scene.run(at("getall", "-f", "dotenv"));
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining("left out") });
    expect(stdout).toContain("PLAIN=abc-123_/.:@\n");
    writeFileSync("all.env", stdout);
    const script = `set -a; . ./all.env; ls; for n in ${Object.keys(values).join(" ")}; do printf '%s\\0' "\${!n}"; done`;
    const sourced = spawnSync("bash", ["-c", script], { encoding: "utf8" });
    expect(sourced.stdout).not.toMatch(/^injected$/m);
    const said = sourced.stdout.split("\0").slice(0, -1);
    expect(said.map((text, index) => (index === 0 ? text.split("\n").at(-1) : text))).toEqual(Object.values(values));
    expect(stdout).toContain(`QUOTE="it's"\n`);
    expect(stdout).toContain("NEXT='x\ntouch injected'\n");
  });

  it("stores and prints bytes that are no text as they are", async () => {
    const bytes = Buffer.from([0xff, 0xfe, 0, 13, 10]);
    writeFileSync("bytes.dat", bytes);
    await must("put", "file", "@bytes.dat");
    expect(await scene.run(at("put", "stdin", "-"), { stdin: bytes })).toMatchObject({ code: 0 });
    for (const name of ["file", "stdin"]) expect((await scene.run(at("get", "-n", name))).bytes).toEqual(bytes);
    expect(await scene.run(at("getall"))).toMatchObject({ code: 1, stdout: "{}\n" });
  });

  it("16 at once with `put -a` make 16 versions", async () => {
    const puts = Array.from({ length: 16 }, (_, index) => must("put", "n", `value ${index}`, "-a"));
    expect(new Set(await Promise.all(puts))).toEqual(new Set(["n has been stored\n"]));
    const versions = (await must("list")).trimEnd().split("\n");
    expect(versions).toHaveLength(16);
    const got = await Promise.all(versions.map((_, index) => must("get", "n", "-v", String(index + 1))));
    expect([...got].sort()).toEqual(Array.from({ length: 16 }, (_, index) => `value ${index}\n`).sort());
  });

  it("of two that put one version at once one is told that it is there", async () => {
    const [a, b] = await Promise.all([scene.run(at("put", "n", "a")), scene.run(at("put", "n", "b"))]);
    expect([a.code, b.code].sort()).toEqual([0, 1]);
    expect(await must("get", "n")).toBe(a.code === 0 ? "a\n" : "b\n");
  });

  it("does not count up to a version that is there but older than the latest", async () => {
    await must("put", "n", "three", "-v", "3");
    await untilNextSecond();
    await must("put", "n", "two", "-v", "2");
    const { code, stderr } = await scene.run(at("put", "n", "x", "-a"));
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining("already in the") });
  });

  it("knows what became of a put whose answer was lost", async () => {
    cloud.proxy.plan(({ action, index }) => (action === "PutObject" && index === 0 ? FAULTS.cutAfter : undefined));
    expect(await must("put", "n", "value")).toBe("n has been stored\n");
  });

  it("lists and deletes 1,005 versions, and reads as many secrets", async () => {
    await must("put", "secret", "value");
    const { body, metadata } = await getObject("secret/1");
    const pace = openPace(64);
    const names = Array.from({ length: 1_005 }, (_, index) => `s${index}`);
    await Promise.all(names.map((name) => pace(() => putObject(`${name}/1`, body, metadata))));
    expect((await must("list")).trimEnd().split("\n")).toHaveLength(1_006);
    const all = JSON.parse(await must("getall"));
    expect(Object.keys(all)).toHaveLength(1_006);
    expect(new Set(Object.values(all))).toEqual(new Set(["value"]));
    await Promise.all(names.map((name) => pace(() => putObject(`app/${name}`, body, metadata))));
    expect((await must("delete", "app")).trimEnd().split("\n")).toHaveLength(1_005);
    expect(await scene.run(at("get", "app"))).toMatchObject({ code: 1 });
  });

  describe("setup", () => {
    const location = async (Bucket: string): Promise<string> =>
      (await scene.s3.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint ?? "us-east-1";
    const DONE =
      "Checking the Credential Store bucket 'B' ...\nCredential Store is ok. Go read the README about how to create your KMS key\n";

    for (const [index, region] of ["us-east-1", "eu-central-1", "ap-southeast-2", "us-west-2"].entries()) {
      it(`makes a bucket in ${region}, and finds it there`, async () => {
        const name = `creds3-setup-${index}`;
        expect(await scene.must("-r", region, "-l", `${name}/prefix`, "setup")).toBe(DONE.replace("B", name));
        expect(await location(name)).toBe(region);
        expect(await scene.must("-r", region, "-l", name, "setup")).toBe(
          `Credential Store bucket '${name}' exists and owned by you\n${DONE.replace("B", name)}`,
        );
      });
    }

    it("goes to us-east-1 where no region is said, whatever AWS_REGION says, and is named after the account", async () => {
      delete process.env.AWS_DEFAULT_REGION;
      process.env.AWS_REGION = "eu-west-1";
      try {
        expect(await scene.must("setup")).toBe(DONE.replace("B", "credential-store-123456789012"));
        expect(await location("credential-store-123456789012")).toBe("us-east-1");
      } finally {
        delete process.env.AWS_REGION;
        process.env.AWS_DEFAULT_REGION = "us-east-1";
      }
    });
  });
});
