// What is sent to a keyring of s3keyring, recorded, and judged by the policy for the role.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBucketObjects } from "../../src/aws/s3/bucket-objects.js";
import { Sensitive } from "../../src/core/sensitive.js";
import { deleteEntry, findEntry, listEntries, putEntry, type Shelf } from "../../src/legacy/s3keyring/entries.js";
import { requireKeyArn } from "../../src/policy/key-arn.js";
import { findPermissions } from "../../src/policy/permissions.js";
import type { Role } from "../../src/policy/role.js";
import { type PolicyDocument, policyDocument } from "../../src/policy/statement.js";
import { type Cloud, REGION, startCloud } from "../aws/cloud.js";
import { findEmulator } from "../aws/emulator.js";
import type { RecordedRequest } from "../aws/proxy/proxy.js";
import { type AccessRequest, ANN, findDenied } from "./judge.js";
import { accessOf } from "./wire.js";

const source = findEmulator();
const ENTRY = { group: "team a", key: "ana@x" };

describe.skipIf(source === null)("policies for a keyring of s3keyring", () => {
  let cloud: Cloud;
  let bucket: string;
  let key: string;
  let shelf: Shelf;
  const recorded = new Map<Role, AccessRequest[]>();

  beforeAll(async () => {
    if (source === null) return;
    cloud = await startCloud(source);
    [bucket, key] = [await cloud.newBucket(), await cloud.newKey()];
    shelf = { objects: openBucketObjects(await cloud.aws(), bucket), namespace: "default", kmsKey: key };
    recorded.set("editor", await record(edit));
    await putEntry(shelf, ENTRY, Sensitive.fromText("v"));
    recorded.set("reader", await record(read));
  });
  afterAll(async () => {
    shelf?.objects.close();
    await cloud?.stop();
  });

  async function edit(): Promise<void> {
    await putEntry(shelf, ENTRY, Sensitive.fromText("one"));
    await putEntry(shelf, ENTRY, Sensitive.fromText("two"));
    await deleteEntry(shelf, ENTRY);
  }

  async function read(): Promise<void> {
    expect(await findEntry(shelf, ENTRY)).not.toBeNull();
    expect(await findEntry(shelf, { ...ENTRY, key: "nobody" })).toBeNull();
    expect(await listEntries(shelf, { group: ENTRY.group })).toHaveLength(1);
  }

  async function record(act: () => Promise<void>): Promise<AccessRequest[]> {
    cloud.proxy.forget();
    await act();
    const all = cloud.proxy.requests.flatMap((request) => [...accessOf(request), ...throughS3(request)]);
    return [...new Map(all.map((request) => [JSON.stringify(request), request])).values()];
  }

  /** What S3 does for whoever asks. */
  function throughS3({ action, resource, headers }: RecordedRequest): AccessRequest[] {
    const object = `arn:aws:s3:::${resource}`;
    const context = { "kms:EncryptionContext:aws:s3:arn": object, "kms:ViaService": `s3.${REGION}.amazonaws.com` };
    const ask = (what: string, of: string, more: AccessRequest["context"]): AccessRequest => {
      return { action: what, resource: of, context: more, principal: ANN };
    };
    if (action === "GetObject") return [ask("kms:Decrypt", key, context)];
    if (action !== "PutObject") return [];
    return [
      ask("kms:GenerateDataKey", key, context),
      ask("s3:PutObjectAcl", object, { "s3:x-amz-acl": String(headers["x-amz-acl"]) }),
    ];
  }

  async function policyOf(role: Role, namespaces: readonly string[] = []): Promise<PolicyDocument> {
    const { statements } = await findPermissions({
      role,
      store: `s3keyring://${bucket}/default`,
      storeId: null,
      key: requireKeyArn(key),
      furtherKeys: [],
      scope: { namespaces, recursive: true },
      context: {},
    });
    return policyDocument(statements);
  }

  it.each(["reader", "editor"] as const)("suffice for all that a %s does, in all groups and in one", async (role) => {
    const requests = recorded.get(role) ?? [];
    expect(requests.length).toBeGreaterThan(3);
    expect(await findDenied({ identity: await policyOf(role) }, requests)).toEqual([]);
    expect(await findDenied({ identity: await policyOf(role, ["team%20a"]) }, requests)).toEqual([]);
    expect(await findDenied({ identity: await policyOf(role, ["other"]) }, requests)).toEqual(requests);
  });

  it("have no statement that can be left out", async () => {
    const requests = [...(recorded.get("editor") ?? []), ...(recorded.get("reader") ?? [])];
    const policy = await policyOf("editor");
    for (const { Sid } of policy.Statement) {
      const without = { ...policy, Statement: policy.Statement.filter((each) => each.Sid !== Sid) };
      expect(await findDenied({ identity: without }, requests), Sid).not.toEqual([]);
    }
  });

  it("let a reader write nothing", async () => {
    const writes = (recorded.get("editor") ?? []).filter(({ action }) => /Put|Delete|GenerateDataKey/.test(action));
    expect(writes.length).toBeGreaterThan(2);
    expect(await findDenied({ identity: await policyOf("reader") }, writes)).toEqual(writes);
  });

  it("are there for readers and editors only, and for whole groups", async () => {
    await expect(policyOf("submitter")).rejects.toMatchObject({ code: "UNSUPPORTED" });
    await expect(policyOf("auditor")).rejects.toMatchObject({ code: "UNSUPPORTED" });
    await expect(policyOf("reader", ["a b"])).rejects.toMatchObject({ code: "USAGE" });
  });
});
