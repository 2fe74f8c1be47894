import { afterEach, describe, expect, it } from "vitest";
import { openAws } from "../../src/aws/aws.js";
import { encodeUtf8 } from "../../src/core/bytes.js";
import type { ObjectStore } from "../../src/objects/object-store.js";
import { probeCompareAndSet } from "../../src/objects/probe.js";
import { openS3Store } from "../../src/objects/s3.js";
import { create, HEAD, replace, textAndTag } from "../../src/testing/object-store-contract/words.js";
import { Desk } from "../conversations/desk.js";
import { type Manners, startImitation } from "./imitation.js";

const CREDENTIALS = {
  AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
  AWS_SECRET_ACCESS_KEY: "secret",
  AWS_REGION: "eu-central-1",
};

describe("an imitation of S3", () => {
  let stop: (() => Promise<void>) | undefined;
  let store: ObjectStore | undefined;

  afterEach(async () => {
    await store?.close();
    await stop?.();
    delete process.env.AWS_ENDPOINT_URL_S3;
  });

  async function start(manners: Manners): Promise<ObjectStore> {
    const imitation = await startImitation(manners);
    ({ stop } = imitation);
    Object.assign(process.env, { ...CREDENTIALS, AWS_ENDPOINT_URL_S3: imitation.url });
    store = openS3Store("//bucket/prefix", await openAws({ limits: { pause: 5 } }));
    return store;
  }

  it("that keeps conditions passes the probe", async () => {
    await probeCompareAndSet(await start({ ifNoneMatch: "kept", ifMatch: "kept" }));
  });

  const faulty: readonly (readonly [string, Manners])[] = [
    ["overwrites an object that was to be created only if absent", { ifNoneMatch: "ignored", ifMatch: "kept" }],
    ["overwrites an object whose ETag is not the expected one", { ifNoneMatch: "kept", ifMatch: "ignored" }],
  ];
  for (const [reason, manners] of faulty) {
    it(`that ${reason} is refused by init, with the reason`, async () => {
      await start(manners);
      const desk = new Desk();
      const env = { ...CREDENTIALS, AWS_ENDPOINT_URL_S3: process.env.AWS_ENDPOINT_URL_S3 ?? "" };
      const { code, stderr } = await desk.coffer(["init", "-s", "s3://bucket/prefix"], { env });
      desk.clear();
      expect(stderr).toContain(`the storage at s3://bucket/prefix ${reason}`);
      expect(code).toBe(2);
    });
  }

  it("that takes ETags only without quotes is understood", async () => {
    const bare = await start({ ifNoneMatch: "kept", ifMatch: "bare" });
    await probeCompareAndSet(bare);
    const first = await create(bare, HEAD, "one");
    const second = await replace(bare, HEAD, "two", first.etag);
    expect(await bare.put(HEAD, encodeUtf8("three"), { etag: first.etag })).toBe("refused");
    expect(textAndTag(await bare.get(HEAD))).toEqual({ text: "two", etag: second.etag });
  });
});
