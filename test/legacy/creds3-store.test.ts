import { CreateAliasCommand } from "@aws-sdk/client-kms";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SecretStore } from "../../src/core/secret-store.js";
import { openCreds3Store } from "../../src/legacy/creds3/store.js";
import { collect, put, putAll, readText } from "../../src/testing/secret-store-contract/words.js";
import { secretStoreContract } from "../../src/testing/secret-store-contract.js";
import { type Cloud, startCloud } from "../aws/cloud.js";
import { findEmulator } from "../aws/emulator.js";

const source = findEmulator();
// Nothing is asked when it is opened.
const { can } = await openCreds3Store("creds3://bucket", {
  direct: null,
  region: "eu-central-1",
  newNetwork: () => ({ close() {} }),
} as never);

describe.skipIf(source === null)("on S3 and KMS,", () => {
  let cloud: Cloud;
  beforeAll(async () => {
    if (source === null) return;
    cloud = await startCloud(source);
    const TargetKeyId = (await cloud.newKey()).replace(/^.*\//, "");
    await cloud.kms.send(new CreateAliasCommand({ AliasName: "alias/creds3", TargetKeyId }));
  });
  afterAll(() => cloud.stop());

  async function openBucket(): Promise<{
    bucket: string;
    store: SecretStore;
    another: () => Promise<SecretStore>;
    dispose: () => Promise<void>;
  }> {
    const bucket = await cloud.newBucket();
    const opened: SecretStore[] = [];
    const another = async (): Promise<SecretStore> => {
      const store = await openCreds3Store(`creds3://${bucket}/team/a`, await cloud.aws());
      opened.push(store);
      return store;
    };
    const dispose = async (): Promise<void> => void (await Promise.all(opened.map((store) => store.close())));
    return { bucket, store: await another(), another, dispose };
  }

  secretStoreContract("a prefix of a bucket of creds3", can, openBucket, { describe, it });

  it("16 writers of one secret at once make 16 versions, and nothing of any of them is lost", async () => {
    const { store, another, dispose } = await openBucket();
    const writers = await Promise.all(Array.from({ length: 16 }, () => another()));
    const commits = await Promise.all(writers.map((writer, index) => writer.commit("", [put("n", `value ${index}`)])));
    const versions = commits.map(({ changes }) => changes[0]?.version ?? "");
    expect(versions.map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, index) => index + 1));
    for (const [index, version] of versions.entries()) {
      expect(await readText(store, "n", { version })).toBe(`value ${index}`);
    }
    await dispose();
  });

  it("what others keep in the bucket is passed over: other prefixes, folders of consoles, keys without a slash", async () => {
    const { bucket, store, dispose } = await openBucket();
    await putAll(store, "", { A: "one" });
    for (const Key of ["B/1", "team/a/stray", "team/a/folder/", "team/ab/C/1", "team/a/"]) {
      await cloud.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: "" }));
    }
    const listed = await collect(store.list({ namespace: "", recursive: true }));
    expect(listed.map(({ name }) => name)).toEqual(["A"]);
    await dispose();
  });

  it("reads one request for each page, each secret and each data key", async () => {
    const { store, dispose } = await openBucket();
    const texts = Object.fromEntries(Array.from({ length: 70 }, (_, index) => [`S${index}`, "x"]));
    await putAll(store, "prod", texts);
    cloud.proxy.forget();
    expect((await store.readAll({ namespace: "prod" })).secrets).toHaveLength(70);
    const counts = new Map<string, number>();
    for (const { action } of cloud.proxy.requests) counts.set(action, (counts.get(action) ?? 0) + 1);
    expect(Object.fromEntries(counts)).toEqual({ ListObjectsV2: 1, GetObject: 70, Decrypt: 70 });
    await dispose();
  });
});
