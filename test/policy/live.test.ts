// The printed policies, enforced by the emulator: for S3 object calls alone, since it looks at no conditions, and takes every key for any.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeUtf8 } from "../../src/core/bytes.js";
import { isCofferError } from "../../src/errors.js";
import type { ObjectStore } from "../../src/objects/object-store.js";
import { openS3Store } from "../../src/objects/s3.js";
import { type Cloud, startCloud } from "../aws/cloud.js";
import { findEmulator } from "../aws/emulator.js";
import { Desk } from "../conversations/desk.js";

const found = findEmulator();
// Which users there are is to be said to no other server than our own.
const source = found === null || "url" in found ? null : found;
const ID = "0123456789abcdef";
const BYTES = encodeUtf8("x");

describe.skipIf(source === null)("an emulator that enforces the policy of the", () => {
  let cloud: Cloud;
  const desk = new Desk();
  const stores = new Map<string, ObjectStore>();

  beforeAll(async () => {
    if (source === null) return;
    cloud = await startCloud(source);
    const bucket = await cloud.newBucket();
    const owner = openS3Store(`//${bucket}/team`, await cloud.aws());
    for (const key of ["heads/prod", "heads/dev", `blobs/prod/${ID}`, `inbox/prod/${ID}`, "coffer.json"]) {
      await owner.put(key, BYTES, { absent: true });
    }
    await owner.close();
    const env = {
      COFFER_STORE: `s3://${bucket}/team`,
      COFFER_KEY: `aws-kms:${await cloud.newKey()}`,
      COFFER_STORE_ID: "A".repeat(22),
    };
    for (const role of ["reader", "submitter", "editor"]) {
      const policy = await desk.must(["policy", role, "prod/"], { env });
      const credentials = await makeUser(role, policy);
      stores.set(role, await openAs(credentials, bucket));
    }
    await fetch(`${cloud.proxy.url}/moto-api/reset-auth`, { method: "POST", body: "0" });
  });
  afterAll(async () => {
    desk.clear();
    for (const store of stores.values()) await store.close();
    await cloud.stop();
  });

  /** A user with this policy, and a key of his. */
  async function makeUser(name: string, policy: string): Promise<{ id: string; secret: string }> {
    await askIam({ Action: "CreateUser", UserName: name });
    await askIam({ Action: "PutUserPolicy", UserName: name, PolicyName: "coffer", PolicyDocument: policy });
    const answer = await askIam({ Action: "CreateAccessKey", UserName: name });
    const field = (tag: string): string => new RegExp(`<${tag}>(.*?)</${tag}>`).exec(answer)?.[1] ?? "";
    return { id: field("AccessKeyId"), secret: field("SecretAccessKey") };
  }

  async function askIam(parameters: Readonly<Record<string, string>>): Promise<string> {
    const scope = "Credential=owner/20260101/us-east-1/iam/aws4_request";
    const answer = await fetch(cloud.proxy.url, {
      method: "POST",
      headers: { authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=0` },
      body: new URLSearchParams({ ...parameters, Version: "2010-05-08" }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(text);
    return text;
  }

  async function openAs({ id, secret }: { id: string; secret: string }, bucket: string): Promise<ObjectStore> {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret });
    const aws = await cloud.aws();
    await aws.credentials();
    return openS3Store(`//${bucket}/team`, aws);
  }

  const attempt = async (act: Promise<unknown>): Promise<string> => {
    try {
      return (await act) === null ? "nothing" : "allowed";
    } catch (error) {
      if (isCofferError(error)) return error.code;
      throw error;
    }
  };
  const as = (role: string): ObjectStore => {
    const store = stores.get(role);
    if (store === undefined) throw new Error(`nobody is ${role}`);
    return store;
  };
  const get = (role: string, key: string): Promise<string> => attempt(as(role).get(key));
  const create = (role: string, key: string): Promise<string> => attempt(as(role).put(key, BYTES, { absent: true }));
  const remove = (role: string, key: string): Promise<string> => attempt(as(role).delete(key));

  it("reader lets him read his namespace, and change nothing", async () => {
    expect(await get("reader", "heads/prod")).toBe("allowed");
    expect(await get("reader", `blobs/prod/${ID}`)).toBe("allowed");
    expect(await get("reader", "coffer.json")).toBe("allowed");
    expect(await get("reader", "heads/dev")).toBe("ACCESS_DENIED");
    expect(await get("reader", `inbox/prod/${ID}`)).toBe("ACCESS_DENIED");
    expect(await create("reader", `commits/prod/${ID}`)).toBe("ACCESS_DENIED");
    expect(await remove("reader", `blobs/prod/${ID}`)).toBe("ACCESS_DENIED");
  });

  it("submitter lets him hand in, and neither read nor overwrite anything", async () => {
    expect(await create("submitter", `inbox/prod/${ID}2`)).toBe("allowed");
    expect(await create("submitter", `inbox/dev/${ID}`)).toBe("ACCESS_DENIED");
    expect(await create("submitter", `commits/prod/${ID}2`)).toBe("ACCESS_DENIED");
    for (const key of [`inbox/prod/${ID}`, "heads/prod", "coffer.json"]) {
      expect(await get("submitter", key)).toBe("ACCESS_DENIED");
      expect(await remove("submitter", key)).toBe("ACCESS_DENIED");
    }
  });

  it("editor lets him write commits and replace the head, but remove neither", async () => {
    expect(await create("editor", `commits/prod/${ID}3`)).toBe("allowed");
    const { etag } = (await as("editor").get("heads/prod")) ?? { etag: "" };
    expect(await attempt(as("editor").put("heads/prod", encodeUtf8("y"), { etag }))).toBe("allowed");
    expect(await create("editor", `commits/dev/${ID}3`)).toBe("ACCESS_DENIED");
    expect(await remove("editor", `commits/prod/${ID}3`)).toBe("ACCESS_DENIED");
    expect(await remove("editor", "heads/prod")).toBe("ACCESS_DENIED");
    expect(await remove("editor", `inbox/prod/${ID}`)).toBe("allowed");
  });
});
