import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  type PutBucketVersioningCommandInput,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Sensitive } from "../../src/core/sensitive.js";
import { put, readText } from "../../src/testing/secret-store-contract/words.js";
import { collect, problemsOf } from "../../src/testing/vault-scene.js";
import type { Vault } from "../../src/vault/contract.js";
import { type Cloud, startCloud } from "./cloud.js";
import { findEmulator } from "./emulator.js";
import { newVault, type VaultOnAws } from "./vault-scene.js";

const source = findEmulator();
const LARGE = "x".repeat(9_000);

/** A version of an object, as the bucket has it. */
interface Stored {
  readonly key: string;
  readonly isLatest: boolean;
  /** Null for a marker in the place of what was removed. */
  readonly body: string | null;
}

describe.skipIf(source === null)("purge in a bucket that keeps versions", () => {
  let cloud: Cloud;
  let key: string;
  let made: VaultOnAws;
  let vault: Vault;

  beforeAll(async () => {
    if (source === null) return;
    cloud = await startCloud(source);
    key = await cloud.newKey();
  });
  afterAll(() => cloud.stop());
  afterEach(async () => {
    cloud.proxy.plan();
    await made.dispose();
  });

  /** Two versions each of a value in the commit, and of one in a blob; and a neighbour, whose name begins alike. */
  beforeEach(async () => {
    made = await newVault(cloud, key);
    await keepVersions("Enabled");
    vault = await made.open();
    await vault.commit("prod2", [put("A", "neighbour 1")]);
    await vault.commit("prod2", [put("A", "neighbour 2")]);
    await vault.commit("prod", [put("A", "a1"), put("LARGE", `${LARGE}1`)]);
    await vault.commit("prod", [put("A", "a2"), put("LARGE", `${LARGE}2`)]);
  });

  async function keepVersions(Status: "Enabled" | "Suspended"): Promise<void> {
    const input: PutBucketVersioningCommandInput = { Bucket: made.bucket, VersioningConfiguration: { Status } };
    await cloud.s3.send(new PutBucketVersioningCommand(input));
  }

  async function stored(prefix = "vault/"): Promise<Stored[]> {
    const { Versions = [], DeleteMarkers = [] } = await cloud.s3.send(
      new ListObjectVersionsCommand({ Bucket: made.bucket, Prefix: prefix }),
    );
    const bodies = Versions.map(async ({ Key = "", VersionId, IsLatest }) => {
      const { Body } = await cloud.s3.send(new GetObjectCommand({ Bucket: made.bucket, Key, VersionId }));
      return { key: Key, isLatest: IsLatest === true, body: (await Body?.transformToString()) ?? "" };
    });
    const markers = DeleteMarkers.map(({ Key = "", IsLatest }) => ({
      key: Key,
      isLatest: IsLatest === true,
      body: null,
    }));
    return [...(await Promise.all(bodies)), ...markers];
  }

  const earlier = (all: readonly Stored[]): string[] =>
    all.filter(({ isLatest, body }) => !isLatest || body === null).map((one) => one.key);

  /** The sealed values of the first commit of prod, as they stand in it, and wherever else they are copied. */
  async function sealedAtFirst(): Promise<string[]> {
    const [commit] = (await stored("vault/commits/prod/")).filter(({ key: at }) => at.includes("/0000000000000001-"));
    const values = JSON.parse(commit?.body?.split("\n")[1] ?? "{}") as { values: (string | null)[] };
    return values.values.filter((value): value is string => value !== null && value !== "");
  }

  it("leaves nothing of it in any version of any object, and no more versions of the head", async () => {
    const [sealed = "nothing"] = await sealedAtFirst();
    expect((await stored()).filter(({ body }) => body?.includes(sealed)).length).toBeGreaterThan(1);
    await vault.destroy("prod", { name: "A", versions: ["1"] });
    await vault.destroy("prod", { name: "LARGE", versions: ["1"] });
    const all = await stored();
    expect(all.filter(({ body }) => body?.includes(sealed))).toEqual([]);
    expect(all.filter(({ key: at }) => at.startsWith("vault/blobs/prod/"))).toHaveLength(1);
    expect(new Set(earlier(all))).toEqual(new Set(["vault/heads/prod2"]));
    expect([await readText(vault, "prod/A"), await readText(vault, "prod/LARGE")]).toEqual(["a2", `${LARGE}2`]);
    expect(await readText(vault, "prod2/A")).toBe("neighbour 2");
    expect(await problemsOf(vault)).toEqual([]);
  });

  it("leaves nothing of a submission that became the purged version", async () => {
    const submitted = await vault.submit("prod", [{ name: "A", value: Sensitive.fromText("handed in") }]);
    await vault.acceptSubmissions("prod", [submitted]);
    await vault.commit("prod", [put("A", "a4")]);
    expect(earlier(await stored("vault/inbox/"))).not.toEqual([]);
    await vault.destroy("prod", { name: "A", versions: ["3"] });
    expect(await stored("vault/inbox/")).toEqual([]);
  });

  it("leaves as little when it is done again, after it was stopped at any of its requests", async () => {
    const stopped: number[] = [];
    // One of two, since each takes a second.
    for (let at = 0; stopped.length * 2 === at; at += 2) {
      for (const round of [1, 2])
        await vault.commit("prod", [put("A", `${at}.${round}`), put("LARGE", `${LARGE}${at}.${round}`)]);
      let writes = 0;
      cloud.proxy.plan(({ service, method }) => {
        if (service !== "s3" || method === "GET") return undefined;
        writes += 1;
        return writes > at ? DENIED : undefined;
      });
      await vault.destroy("prod", soon()).catch(() => stopped.push(at));
      cloud.proxy.plan();
      await vault.destroy("prod", soon());
      const all = await stored();
      expect(new Set(earlier(all))).toEqual(new Set(["vault/heads/prod2"]));
      expect(all.filter(({ key: place }) => place.startsWith("vault/blobs/prod/"))).toHaveLength(1);
    }
    expect(stopped.length).toBeGreaterThan(4);
    expect(await problemsOf(vault)).toEqual([]);
  });

  it("changes nothing where the versions may not be looked at", async () => {
    cloud.proxy.plan(({ action }) => (action === "GetBucketversions" ? DENIED : undefined));
    const before = await collect(vault.log("prod"));
    await expect(vault.destroy("prod", { name: "A", versions: ["1"] })).rejects.toMatchObject({
      code: "ACCESS_DENIED",
      message: expect.stringContaining("s3:ListBucketVersions"),
    });
    expect(await collect(vault.log("prod"))).toEqual(before);
  });

  it("takes storage that knows of no versions for one that keeps none", async () => {
    const unknown = { kind: "answer", when: "before", status: 501, code: "NotImplemented" } as const;
    cloud.proxy.plan(({ action }) => (action === "GetBucketversions" ? unknown : undefined));
    expect(await vault.destroy("prod", { name: "A", versions: ["1"] })).toMatchObject({ destroyed: 1 });
  });

  it("of orphans removes what was removed before, and leaves what somebody has taken from the chain", async () => {
    const [lost] = (await stored("vault/commits/prod/")).map((one) => one.key);
    const leftover = "vault/commits/prod/0000000000000001-c0".padEnd((lost ?? "").length, "0");
    for (const Key of [leftover]) {
      await cloud.s3.send(new PutObjectCommand({ Bucket: made.bucket, Key, Body: "left by a writer that lost" }));
      await cloud.s3.send(new DeleteObjectCommand({ Bucket: made.bucket, Key }));
    }
    const [blob = ""] = (await stored("vault/blobs/prod/")).map((one) => one.key);
    await cloud.s3.send(new DeleteObjectCommand({ Bucket: made.bucket, Key: blob }));
    expect(await vault.sweep("prod")).toEqual([]);
    const all = await stored();
    expect(all.filter((one) => one.key === leftover)).toEqual([]);
    expect(all.filter((one) => one.key === blob)).toHaveLength(2);
  });
});

const DENIED = { kind: "answer", when: "before", status: 403, code: "AccessDenied" } as const;

/** Whatever is not current, or staged. */
function soon(): { readonly before: Date } {
  return { before: new Date(Date.now() + 60_000) };
}
