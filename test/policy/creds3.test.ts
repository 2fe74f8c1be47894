import { CreateAliasCommand } from "@aws-sdk/client-kms";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { SecretStore } from "../../src/core/secret-store.js";
import { runCreds3 } from "../../src/legacy/creds3/cli.js";
import { openCreds3Store } from "../../src/legacy/creds3/store.js";
import { requireKeyArn } from "../../src/policy/key-arn.js";
import { findPermissions } from "../../src/policy/permissions.js";
import type { PolicyRequest } from "../../src/policy/policy-request.js";
import type { Role } from "../../src/policy/role.js";
import { policyDocument, type Statement } from "../../src/policy/statement.js";
import { collect, put } from "../../src/testing/secret-store-contract/words.js";
import { type Cloud, startCloud } from "../aws/cloud.js";
import { findEmulator } from "../aws/emulator.js";
import { runTool } from "../legacy/tool-desk.js";
import { type AccessRequest, findDenied } from "./judge.js";
import { accessOf } from "./wire.js";

const source = findEmulator();

/** What the commands of each role send, and what the printed policy says to that. */
describe.skipIf(source === null)("the policies for creds3:", () => {
  let cloud: Cloud;
  let key: string;
  let url: string;
  let location: string;
  let store: SecretStore;

  beforeAll(async () => {
    if (source === null) return;
    cloud = await startCloud(source);
    key = await cloud.newKey();
    await cloud.kms.send(new CreateAliasCommand({ AliasName: "alias/creds3", TargetKeyId: key.replace(/^.*\//, "") }));
    process.env.AWS_DEFAULT_REGION = "eu-central-1";
  });
  afterAll(() => cloud.stop());
  beforeEach(async () => {
    location = `${await cloud.newBucket()}/team/a`;
    url = `creds3://${location}?kms-key=${key}`;
    store = await openCreds3Store(url, await cloud.aws());
    await store.commit("prod", [put("A", "one"), put("B", "two")]);
    cloud.proxy.forget();
  });

  async function statementsOf(role: Role, more: Partial<PolicyRequest> = {}): Promise<readonly Statement[]> {
    const scope = { namespaces: [], recursive: false };
    const request = { role, store: url, storeId: null, furtherKeys: [], context: {}, scope, ...more };
    return (await findPermissions({ ...request, key: requireKeyArn(`aws-kms:${key}`) })).statements;
  }

  /** Everything that was asked for since the scene was set. Keys are judged by their ARN, as AWS does, not by the alias that was sent. */
  function asked(): AccessRequest[] {
    return cloud.proxy.requests
      .flatMap(accessOf)
      .map((request) => (request.action.startsWith("kms:") ? { ...request, resource: key } : request));
  }

  async function tool(...args: readonly string[]): Promise<void> {
    const { code, stderr } = await runTool(runCreds3, ["-l", location, ...args]);
    if (code !== 0) throw new Error(`creds3 ${args.join(" ")}: ${stderr}`);
  }

  const ACTS: Readonly<Record<Exclude<Role, "admin">, () => Promise<void>>> = {
    async reader() {
      await tool("get", "prod/A");
      await tool("getall");
      await tool("list");
      await store.readAll({ namespace: "prod" });
      await store.read("prod/NONE");
      await collect(store.history("prod/A"));
      await store.close();
    },
    async submitter() {
      await tool("put", "new", "x");
    },
    async editor() {
      await ACTS.reader();
      store = await openCreds3Store(url, await cloud.aws());
      await tool("put", "new", "x");
      await tool("put", "new", "y", "-a");
      await tool("delete", "new");
      await store.commit("prod", [put("A", "two"), { op: "delete", name: "B" }]);
    },
    async auditor() {
      await tool("list");
      await collect(store.list({ namespace: "prod" }));
    },
  };

  for (const role of ["reader", "submitter", "editor", "auditor"] as const) {
    it(`lets a ${role} do all that it is for, and each statement is needed`, async () => {
      await ACTS[role]();
      const requests = asked();
      const statements = await statementsOf(role);
      expect(await findDenied({ identity: policyDocument(statements) }, requests)).toEqual([]);
      for (const left of statements) {
        const others = statements.filter((statement) => statement !== left);
        expect(await findDenied({ identity: policyDocument(others) }, requests), left.Sid).not.toEqual([]);
      }
    });
  }

  it("lets an admin set a bucket up", async () => {
    location = `${location.replace(/\/.*/, "")}-new`;
    url = `creds3://${location}?kms-key=${key}`;
    cloud.proxy.forget();
    await tool("setup");
    await tool("setup");
    const statements = await statementsOf("admin");
    expect(await findDenied({ identity: policyDocument(statements) }, asked())).toEqual([]);
    const others = statements.filter(({ Sid }) => Sid !== "MakeBucket");
    expect(await findDenied({ identity: policyDocument(others) }, asked())).not.toEqual([]);
  });

  it("keeps a role to the namespaces that are named, with what lies below them", async () => {
    await store.readAll({ namespace: "prod" });
    const requests = asked();
    const inside = await statementsOf("reader", { scope: { namespaces: ["prod"], recursive: true } });
    const outside = await statementsOf("reader", { scope: { namespaces: ["test"], recursive: true } });
    expect(await findDenied({ identity: policyDocument(inside) }, requests)).toEqual([]);
    expect(await findDenied({ identity: policyDocument(outside) }, requests)).toHaveLength(3);
    await expect(statementsOf("reader", { scope: { namespaces: ["prod"], recursive: false } })).rejects.toMatchObject({
      code: "USAGE",
      hint: expect.stringContaining("-R"),
    });
  });

  it("keeps a role to a context, or none", async () => {
    await tool("put", "c", "x", "env=prod");
    cloud.proxy.forget();
    await tool("get", "c", "env=prod");
    await tool("get", "prod/A");
    const requests = asked();
    const right = await statementsOf("reader", { context: { env: "prod" } });
    const wrong = await statementsOf("reader", { context: { env: "test" } });
    expect(await findDenied({ identity: policyDocument(right) }, requests)).toEqual([]);
    expect(await findDenied({ identity: policyDocument(wrong) }, requests)).toHaveLength(1);
  });
});
