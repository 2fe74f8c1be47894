import { createHash } from "node:crypto";
import { inspect } from "node:util";
import { CreateAliasCommand } from "@aws-sdk/client-kms";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openBucketObjects } from "../../src/aws/s3/bucket-objects.js";
import type { SecretStore } from "../../src/core/secret-store.js";
import { Sensitive } from "../../src/core/sensitive.js";
import { encodeEnvironment } from "../../src/legacy/microsecrets/format.js";
import { withLock } from "../../src/legacy/microsecrets/lock.js";
import { openMicrosecretsStore } from "../../src/legacy/microsecrets/store.js";
import { Python2Dict } from "../../src/legacy/python2/dict.js";
import { collect, put, putAll, readText, readTexts } from "../../src/testing/secret-store-contract/words.js";
import { secretStoreContract } from "../../src/testing/secret-store-contract.js";
import { type Cloud, startCloud } from "../aws/cloud.js";
import { findEmulator } from "../aws/emulator.js";

const source = findEmulator();
const DENIED = { kind: "answer", when: "before", status: 403, code: "AccessDenied" } as const;
const ALIAS = "alias/microsecrets-test";

// Nothing is asked when it is opened.
const { can } = await openMicrosecretsStore("microsecrets://bucket", {
  direct: null,
  region: "eu-central-1",
  newNetwork: () => ({ close() {} }),
} as never);

/** An environment is text: bytes that are none go up as files. */
const BYTES = /every byte|no well-formed UTF-8|a value of 1 MiB/;
const text = {
  describe,
  it: (title: string, body: () => Promise<void>) => (BYTES.test(title) ? undefined : it(title, body)),
};

describe.skipIf(source === null)("on S3 and KMS,", () => {
  let cloud: Cloud;
  let bucket: string;
  let opened: SecretStore[];

  beforeAll(async () => {
    if (source === null) return;
    cloud = await startCloud(source);
    await cloud.kms.send(
      new CreateAliasCommand({ AliasName: ALIAS, TargetKeyId: (await cloud.newKey()).replace(/^.*\//, "") }),
    );
  });
  afterAll(() => cloud.stop());
  beforeEach(async () => {
    cloud.proxy.forget();
    bucket = await cloud.newBucket();
    opened = [];
  });
  afterEach(async () => {
    cloud.proxy.plan();
    await Promise.all(opened.map((store) => store.close()));
  });

  async function open(now?: () => Date): Promise<SecretStore> {
    const url = `microsecrets://${bucket}?kms-key=${ALIAS}`;
    const options = { author: "somebody@somewhere", ...(now === undefined ? {} : { now }) };
    const store = await openMicrosecretsStore(url, await cloud.aws(), options);
    opened.push(store);
    return store;
  }

  async function openContract(): Promise<{ store: SecretStore; another: typeof open; dispose: () => Promise<void> }> {
    return { store: await open(), another: open, dispose: async () => {} };
  }

  secretStoreContract("a bucket of microsecrets", can, openContract, text);

  describe("a bucket of microsecrets", () => {
    it("keeps files of a service, whose labels are paths", async () => {
      const store = await open();
      const bytes = Uint8Array.of(0, 255, 10);
      const value = Sensitive.from(bytes);
      await store.commit("app/files/tls", [{ op: "put", name: "key.pem", value }, put("cert.pem", "one")]);
      await store.commit("app/files/tls", [put("cert.pem", "two")]);
      await putAll(store, "app", { A: "1" });
      const secret = await store.read("app/files/tls/key.pem");
      expect([secret?.type, Buffer.from(secret?.value.reveal() ?? [])]).toEqual(["binary", Buffer.from(bytes)]);
      expect(await readTexts(store, { namespace: "app" })).toEqual({ A: "1" });
      const all = await collect(store.list({ namespace: "app", recursive: true }));
      expect(all.map(({ namespace, name }) => `${namespace}/${name}`)).toEqual([
        "app/A",
        "app/files/tls/cert.pem",
        "app/files/tls/key.pem",
      ]);
      const versions = await collect(store.history("app/files/tls/cert.pem"));
      expect(versions).toHaveLength(2);
      expect(await readText(store, "app/files/tls/cert.pem", { version: versions[1]?.version ?? "" })).toBe("one");
      const log = await collect(store.log("app/files/tls"));
      expect(log.flatMap(({ changes }) => changes.map(({ name, change }) => [name, change]))).toEqual([
        ["cert.pem", "changed"],
        ["cert.pem", "added"],
        ["key.pem", "added"],
      ]);
      expect(await store.head("app/files/tls")).toMatchObject({ commit: log[0]?.commit, sequence: 3 });
      await expect(store.commit("app/files", [{ op: "delete", name: "x" }])).rejects.toMatchObject({
        code: "UNSUPPORTED",
      });
    });

    it("says which files were uploaded where one fails after others", async () => {
      const store = await open();
      cloud.proxy.plan(({ action, target }) =>
        action === "PutObject" && target.includes("/files/b/") ? DENIED : undefined,
      );
      const writing = store.commit("app/files", [put("a", "1"), put("b", "2")]);
      await expect(writing).rejects.toMatchObject({
        code: "PARTIAL",
        message: expect.stringContaining('"app/files/a"'),
      });
    });

    it("goes behind what is newest, in one second and where another clock is ahead", async () => {
      const store = await open(() => new Date("2026-11-21T21:03:17.250Z"));
      const made: (string | undefined)[] = [];
      for (const text of ["one", "two", "three"]) {
        made.push((await putAll(store, "app", { A: text })).changes[0]?.version);
      }
      expect(made).toEqual([...made].sort());
      expect(await readText(store, "app/A")).toBe("three");
      expect((await store.read("app/A"))?.time).toEqual(new Date("2026-11-21T21:03:17.250Z"));
    });

    it("is written as microsecrets writes it: private, JSON, under the key of the service", async () => {
      const store = await open();
      cloud.proxy.forget();
      await putAll(store, "app", { A: "1" });
      const put = cloud.proxy.requests.find(({ resource }) => resource.endsWith(".json"));
      expect(put?.headers).toMatchObject({
        "content-type": "application/json",
        "x-amz-acl": "private",
        "x-amz-server-side-encryption": "aws:kms",
        "x-amz-server-side-encryption-aws-kms-key-id": expect.stringMatching(/^[0-9a-f-]{36}$/),
        "if-none-match": "*",
      });
      expect(put?.body.toString()).toMatch(
        /^\{"environment": \{"A": "1"\}, "metadata": \{"timestamp": \d+\.\d+, "user": "somebody@somewhere"\}\}$/,
      );
    });

    it("keeps the key of a service apart from that of another, and names one that is missing", async () => {
      const store = await openMicrosecretsStore(`microsecrets://${bucket}`, await cloud.aws());
      opened.push(store);
      await putAll(store, "test", { A: "1" });
      await expect(putAll(store, "prod", { A: "1" })).rejects.toMatchObject({
        code: "NOT_FOUND",
        message: "there is no key alias/microsecrets-prod in KMS",
      });
      expect(await store.head("prod")).toBeNull();
    });

    it("goes on top of what microsecrets itself uploads at the same moment", async () => {
      const store = await open();
      await putAll(store, "app", { A: "1" });
      const objects = openBucketObjects(await cloud.aws(), bucket);
      let uploading: Promise<unknown> | undefined;
      cloud.proxy.plan(({ action, target }) => {
        if (action !== "PutObject" || target.includes("lock") || uploading !== undefined) return undefined;
        const note = { time: new Date(), user: "x" };
        const body = encodeEnvironment(new Python2Dict("str", [["B", "theirs"]]), note);
        uploading = objects.put("services/app/environment/2099-01-01.00-00-00.x.json", body, {});
        return { kind: "delay", ms: 100 };
      });
      const { commit } = await putAll(store, "app", { C: "ours" });
      await uploading;
      objects.close();
      expect(await readTexts(store, { namespace: "app" })).toEqual({ B: "theirs", C: "ours" });
      expect(await store.head("app")).toMatchObject({ commit });
    });

    it("leaves nothing but uploads, and no lock where a commit fails", async () => {
      const store = await open();
      await putAll(store, "app", { A: "1" });
      await expect(store.commit("app", [{ op: "delete", name: "NONE" }])).rejects.toMatchObject({ code: "NOT_FOUND" });
      const objects = openBucketObjects(await cloud.aws(), bucket);
      const keys = (await collect(objects.list(""))).map(({ key }) => key);
      objects.close();
      expect(keys).toEqual([expect.stringMatching(/^services\/app\/environment\//)]);
    });

    it("waits for who else writes", async () => {
      const store = await open();
      const objects = openBucketObjects(await cloud.aws(), bucket);
      await objects.put("services/app/coffer.lock", Buffer.from("somebody"), {});
      let isDone = false;
      const writing = putAll(store, "app", { A: "1" }).then(() => {
        isDone = true;
      });
      while (cloud.proxy.requests.filter(({ target }) => target.includes("coffer.lock")).length < 6) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(isDone).toBe(false);
      await objects.delete("services/app/coffer.lock");
      objects.close();
      await writing;
      expect(await readText(store, "app/A")).toBe("1");
    });

    it("takes over a lock that was left behind, and writes nothing that took too long", async () => {
      const objects = openBucketObjects(await cloud.aws(), bucket);
      await objects.put("services/app/coffer.lock", Buffer.from("killed"), {});
      const times = { leftBehind: 20, held: 10 };
      const hold = withLock(objects, "app", undefined, async (held) => held, times);
      const held = await hold;
      await new Promise((resolve) => setTimeout(resolve, times.held));
      expect(() => held.assertFresh()).toThrow("nothing was written");
      objects.close();
    });

    it("shows no part of what it cannot name, and keeps it", async () => {
      const store = await open();
      const objects = openBucketObjects(await cloud.aws(), bucket);
      const body = encodeEnvironment(
        new Python2Dict("str", [
          ["KEY ", "1"],
          ["A", "2"],
        ]),
        { time: new Date(), user: "x" },
      );
      await objects.put("services/app/environment/2026-01-01.00-00-00.x.json", body, {});
      await expect(store.readAll({ namespace: "app" })).rejects.toMatchObject({ code: "UNSUPPORTED" });
      await expect(collect(store.list({ namespace: "app" }))).rejects.toThrow('"KEY "');
      expect(await readTexts(store, { namespace: "app" }, { only: ["A"] })).toEqual({ A: "2" });
      await putAll(store, "app", { A: "3" });
      const { key } = (await collect(objects.list("services/app/"))).at(-1) ?? {};
      expect(Buffer.from((await objects.get(key ?? ""))?.body ?? []).toString()).toContain('"KEY ": "1"');
      objects.close();
    });

    it("refuses what would hide another service, and values that are no text", async () => {
      const store = await open();
      await expect(putAll(store, "app/environment", { A: "1" })).rejects.toMatchObject({ code: "USAGE" });
      const value = Sensitive.from(Uint8Array.of(0xff));
      await expect(store.commit("app", [{ op: "put", name: "A", value }])).rejects.toMatchObject({
        code: "INVALID",
        hint: 'bytes go up as a file: "app/files/A"',
      });
    });

    it("has commits whose ids are checksums of uploads, and believes none that has another", async () => {
      const store = await open();
      const { commit, changes } = await putAll(store, "app", { A: "1" });
      const objects = openBucketObjects(await cloud.aws(), bucket);
      const key = `services/app/environment/${changes[0]?.version}.json`;
      const body = (await objects.get(key))?.body ?? new Uint8Array();
      expect(commit).toBe(`c${createHash("sha256").update(body).digest("hex")}`);
      await objects.put(key, Buffer.from(Buffer.from(body).toString().replace('"1"', '"2"')), {});
      objects.close();
      await expect(store.read("app/A")).rejects.toMatchObject({ code: "INTEGRITY" });
    });

    it("says of what is no environment what is wrong with it, and nothing that it holds", async () => {
      const store = await open();
      const objects = openBucketObjects(await cloud.aws(), bucket);
      const body = Buffer.from('{"environment": {"A": 1, "B": "canary-7d1f"}, "metadata": {}}');
      await objects.put("services/app/environment/2026-01-01.00-00-00.x.json", body, {});
      objects.close();
      const error: unknown = await store.readAll({ namespace: "app" }).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: "INTEGRITY", message: expect.stringContaining('"A"') });
      expect(inspect(error)).not.toContain("canary-7d1f");
    });
  });
});
