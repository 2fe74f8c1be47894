import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openAws } from "../../src/aws/aws.js";
import { encodeUtf8 } from "../../src/core/bytes.js";
import type { ObjectStore } from "../../src/objects/object-store.js";
import { probeCompareAndSet } from "../../src/objects/probe.js";
import { openS3Store } from "../../src/objects/s3.js";
import { create, HEAD, replace, textAndTag } from "../../src/testing/object-store-contract/words.js";
import { put } from "../../src/testing/secret-store-contract/words.js";
import { collect, openTestVault } from "../../src/testing/vault-scene.js";
import { initVault } from "../../src/vault/init.js";
import { Desk } from "../conversations/desk.js";
import { type Imitation, type Manners, startImitation } from "./imitation.js";

const WRITERS = [0, 1, 2, 3];
const QUICKLY = { limits: { pause: 5 } };
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
    store = openS3Store("//bucket/prefix", await openAws(QUICKLY));
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

  for (const [reason, manners] of faulty) {
    it(`that ${reason}, by now, is wrong for doctor, with the reason`, async () => {
      const at: Manners = { ifNoneMatch: "kept", ifMatch: "kept" };
      await start(at);
      const desk = new Desk();
      const env = { ...CREDENTIALS, AWS_ENDPOINT_URL_S3: process.env.AWS_ENDPOINT_URL_S3 ?? "" };
      await desk.must(["init", "-s", "s3://bucket/prefix"], { env });
      Object.assign(at, manners);
      const { code, stdout } = await desk.coffer(["doctor", "-s", "s3://bucket/prefix", "--json"], { env });
      desk.clear();
      const { checks } = JSON.parse(stdout) as { checks: { id: string; status: string; message: string }[] };
      const found = checks.find(({ id }) => id === "compare-and-set");
      expect([code, found]).toMatchObject([1, { status: "wrong", message: expect.stringContaining(reason) }]);
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

  it("that answers as radosgw does loses no commit: ETags without quotes, 412 for what is not there, 500 to some who lost", async () => {
    let isRacing = false;
    let refused = 0;
    const refusal = (): number => (isRacing && ++refused % 3 === 0 ? 500 : 412);
    const objects = await start({ ifNoneMatch: "kept", ifMatch: "bare", refusal });
    await initVault(objects);
    isRacing = true;
    // Each writer is a program of its own, which finds out by itself how ETags are wanted.
    const stores = await Promise.all(WRITERS.map(async () => openS3Store("//bucket/prefix", await openAws(QUICKLY))));
    const commits = stores.map(async (own, writer) => {
      const vault = openTestVault(own);
      for (const value of WRITERS) await vault.commit("prod", [put(`W${writer}`, String(value))]);
    });
    await Promise.all(commits);
    const vault = openTestVault(objects);
    const all = (await collect(vault.log("prod"))).flatMap(({ changes }) => changes);
    expect(all.map(({ name, version }) => `${name} ${version}`).sort()).toEqual(
      WRITERS.flatMap((writer) => WRITERS.map((value) => `W${writer} ${value + 1}`)),
    );
    expect(refused).toBeGreaterThan(6);
    for (const own of stores) await own.close();
  });

  it("that fails while it is asked how it wants ETags is asked again", async () => {
    const statuses = [412, 500];
    const objects = await start({ ifNoneMatch: "kept", ifMatch: "bare", refusal: () => statuses.shift() ?? 412 });
    const { etag } = await create(objects, HEAD, "one");
    // Refused for its quotes; and then the trial, which would have shown it, is not answered.
    expect(await objects.put(HEAD, encodeUtf8("two"), { etag })).toBe("refused");
    await replace(objects, HEAD, "two", etag);
  });

  describe("before the first write of somebody else than who made the store", () => {
    const owner = new Desk();
    const manners: Manners = { ifNoneMatch: "kept", ifMatch: "kept" };
    let imitation: Imitation;
    let other: Desk;
    let env: Record<string, string>;

    beforeAll(async () => {
      imitation = await startImitation(manners);
      env = {
        ...CREDENTIALS,
        AWS_ENDPOINT_URL_S3: imitation.url,
        COFFER_AUTHOR: "ada",
        COFFER_STORE: "s3://bucket/prefix",
        COFFER_KEY: `key-file:${owner.home}/master.key`,
      };
      await owner.must(["init"], { env });
    });
    beforeEach(() => {
      other = new Desk();
      manners.ifMatch = "kept";
    });
    afterEach(() => other.clear());
    afterAll(async () => {
      owner.clear();
      await imitation.stop();
    });

    /** How many requests a write makes to try the storage out. */
    async function trials(desk: Desk, value: string, more: Record<string, string> = {}): Promise<number> {
      const before = imitation.requests.length;
      await desk.must(["put", "prod/A", value], { env: { ...env, ...more } });
      return imitation.requests.slice(before).filter((request) => request.includes("/probe/")).length;
    }

    it("is tried out, once", async () => {
      expect(await trials(owner, "one")).toBe(0);
      expect(await trials(other, "two")).toBe(6);
      expect(await trials(other, "three")).toBe(0);
    });

    it("is not written to where it does not keep conditions (any more), with the reason", async () => {
      await owner.must(["put", "prod/A", "kept"], { env });
      manners.ifMatch = "ignored";
      const before = imitation.requests.length;
      const { code, stderr } = await other.coffer(["put", "prod/A", "lost"], { env });
      expect([code, stderr]).toEqual([2, expect.stringContaining("whose ETag is not the expected one")]);
      const written = imitation.requests.slice(before).filter((request) => /^PUT/.test(request));
      expect(written.filter((request) => !request.includes("/probe/"))).toEqual([]);
      expect(await owner.must(["get", "prod/A"], { env })).toBe("kept");
    });

    it("is tried out each time where that cannot be remembered, which --verbose alone tells", async () => {
      const nowhere = { XDG_STATE_HOME: other.file("no-folder", "") };
      expect(await trials(other, "four", nowhere)).toBe(6);
      expect(await trials(other, "five", nowhere)).toBe(6);
      const told = await other.coffer(["put", "prod/A", "six", "--verbose"], { env: { ...env, ...nowhere } });
      expect([told.code, told.stderr]).toEqual([0, expect.stringContaining("it is tried out each time")]);
      const { stderr } = await other.coffer(["put", "prod/A", "seven"], { env: { ...env, ...nowhere } });
      expect(stderr).not.toContain("tried out");
    });
  });
});
