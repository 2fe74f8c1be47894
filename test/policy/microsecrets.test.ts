// What is sent to a bucket of microsecrets, recorded, and judged by the policy for the role.
import { CreateAliasCommand } from "@aws-sdk/client-kms";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runDownload } from "../../src/legacy/microsecrets/download.js";
import { openMicrosecretsStore } from "../../src/legacy/microsecrets/store.js";
import { runUpload } from "../../src/legacy/microsecrets/upload.js";
import { requireKeyArn } from "../../src/policy/key-arn.js";
import { findPermissions } from "../../src/policy/permissions.js";
import type { Role } from "../../src/policy/role.js";
import { type PolicyDocument, policyDocument } from "../../src/policy/statement.js";
import { collect, put, putAll } from "../../src/testing/secret-store-contract/words.js";
import { type Cloud, REGION, startCloud } from "../aws/cloud.js";
import { findEmulator } from "../aws/emulator.js";
import type { RecordedRequest } from "../aws/proxy/proxy.js";
import { runTool } from "../legacy/tool-desk.js";
import { type AccessRequest, ANN, findDenied } from "./judge.js";
import { accessOf } from "./wire.js";

const source = findEmulator();
const ROLES = ["reader", "submitter", "editor"] as const;

describe.skipIf(source === null)("policies for a bucket of microsecrets", () => {
  let cloud: Cloud;
  let bucket: string;
  let key: string;
  const recorded = new Map<Role, AccessRequest[]>();

  beforeAll(async () => {
    if (source === null) return;
    cloud = await startCloud(source);
    [bucket, key] = [await cloud.newBucket(), await cloud.newKey()];
    for (const name of ["app", "other"]) {
      const AliasName = `alias/microsecrets-${name}`;
      await cloud.kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: key.replace(/^.*\//, "") }));
    }
    recorded.set("submitter", await record(() => uploadAll("app")));
    recorded.set("reader", await record(() => readAll("app")));
    recorded.set("editor", [...(await record(() => edit("app"))), ...(recorded.get("reader") ?? [])]);
  });
  afterAll(() => cloud.stop());

  async function uploadAll(service: string): Promise<void> {
    const place = ["-b", bucket, "-s", service, "-r", REGION];
    for (const args of [[], ["-f", "tls/key"]]) {
      expect((await runTool(runUpload, [...place, ...args], { stdin: "A=1\n" })).code).toBe(0);
    }
  }

  async function readAll(service: string): Promise<void> {
    const place = ["-b", bucket, "-s", service, "-r", REGION];
    for (const args of [[], ["-f", "tls/key"], ["--list"]]) {
      expect((await runTool(runDownload, [...place, ...args])).code).toBe(0);
    }
    await withStore(async (store) => {
      await store.readAll({ namespace: service });
      await store.read(`${service}/files/tls/key`);
      await store.read(`${service}/NONE`, { version: "2026-01-01.00-00-00.x" });
      await collect(store.list({ namespace: service }));
      await collect(store.history(`${service}/A`));
    });
  }

  async function edit(service: string): Promise<void> {
    await withStore(async (store) => {
      await putAll(store, service, { A: "2" });
      await store.commit(`${service}/files/tls`, [put("key", "3")]);
    });
  }

  async function withStore(
    act: (store: Awaited<ReturnType<typeof openMicrosecretsStore>>) => Promise<void>,
  ): Promise<void> {
    const store = await openMicrosecretsStore(`microsecrets://${bucket}`, await cloud.aws());
    await act(store);
    await store.close();
  }

  /** What was asked, each once; an alias counts as the key that it leads to. */
  async function record(act: () => Promise<void>): Promise<AccessRequest[]> {
    cloud.proxy.forget();
    await act();
    const all = cloud.proxy.requests
      .flatMap((request) => [...accessOf(request), ...throughS3(request)])
      .map((request) => (request.action.startsWith("kms:") ? { ...request, resource: key } : request));
    return [...new Map(all.map((request) => [JSON.stringify(request), request])).values()];
  }

  /** What S3 does for whoever asks. */
  function throughS3({ action, resource, headers }: RecordedRequest): AccessRequest[] {
    const object = `arn:aws:s3:::${resource}`;
    const context = { "kms:EncryptionContext:aws:s3:arn": object, "kms:ViaService": `s3.${REGION}.amazonaws.com` };
    const ask = (what: string, of: string, more: AccessRequest["context"]): AccessRequest => {
      return { action: what, resource: of, context: more, principal: ANN };
    };
    if (resource.endsWith("coffer.lock")) return [];
    if (action === "GetObject") return [ask("kms:Decrypt", key, context)];
    if (action !== "PutObject") return [];
    return [
      ask("kms:GenerateDataKey", key, context),
      ask("s3:PutObjectAcl", object, { "s3:x-amz-acl": String(headers["x-amz-acl"]) }),
    ];
  }

  async function policyOf(role: Role, namespaces = ["app"], recursive = false): Promise<PolicyDocument> {
    const { statements } = await findPermissions({
      role,
      store: `microsecrets://${bucket}`,
      storeId: null,
      key: requireKeyArn(key),
      furtherKeys: [],
      scope: { namespaces, recursive },
      context: {},
    });
    return policyDocument(statements);
  }

  it.each(ROLES)("suffice for all that a %s does", async (role) => {
    const requests = recorded.get(role) ?? [];
    expect(requests.length).toBeGreaterThan(4);
    expect(await findDenied({ identity: await policyOf(role) }, requests)).toEqual([]);
    expect(await findDenied({ identity: await policyOf(role, []) }, requests)).toEqual([]);
  });

  it.each(ROLES)("of a %s have no statement that can be left out", async (role) => {
    const policy = await policyOf(role);
    for (const { Sid } of policy.Statement) {
      const without = { ...policy, Statement: policy.Statement.filter((each) => each.Sid !== Sid) };
      expect(await findDenied({ identity: without }, recorded.get(role) ?? []), Sid).not.toEqual([]);
    }
  });

  it("let an uploader read nothing, a reader upload nothing, and nobody delete uploads or go elsewhere", async () => {
    const requests = (role: Role): AccessRequest[] => recorded.get(role) ?? [];
    const reads = requests("reader").filter(({ action }) => /GetObject|Decrypt/.test(action));
    expect(await findDenied({ identity: await policyOf("submitter") }, reads)).toEqual(reads);
    const writes = requests("submitter").filter(({ action }) => /Put|GenerateDataKey/.test(action));
    expect(await findDenied({ identity: await policyOf("reader") }, writes)).toEqual(writes);
    const deletes = writes
      .filter(({ action }) => action === "s3:PutObject")
      .map((each) => ({ ...each, action: "s3:DeleteObject" }));
    expect(await findDenied({ identity: await policyOf("admin") }, deletes)).toEqual(deletes);
    const elsewhere = requests("editor").filter(({ action }) => action !== "kms:DescribeKey");
    expect(await findDenied({ identity: await policyOf("admin", ["other"]) }, elsewhere)).toEqual(elsewhere);
    expect(await findDenied({ identity: await policyOf("admin", ["ap"], true) }, elsewhere)).toEqual(elsewhere);
  });

  it("are not there for an auditor, since names are encrypted", async () => {
    await expect(policyOf("auditor")).rejects.toMatchObject({ code: "UNSUPPORTED" });
  });
});
