import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SecretStore } from "../../src/core/secret-store.js";
import { requireKeyArn } from "../../src/policy/key-arn.js";
import { findPermissions } from "../../src/policy/permissions.js";
import type { PolicyRequest } from "../../src/policy/policy-request.js";
import type { Role } from "../../src/policy/role.js";
import { policyDocument, type Statement } from "../../src/policy/statement.js";
import { collect, put } from "../../src/testing/secret-store-contract/words.js";
import { type Cloud, startCloud } from "../aws/cloud.js";
import { findEmulator } from "../aws/emulator.js";
import type { RecordedRequest } from "../aws/proxy/proxy.js";
import { parseJson, textField } from "../aws/proxy/request.js";
import { type CredstashScene, openCredstashScene, REGION } from "../legacy/credstash-scene.js";
import { ACCOUNT, type AccessRequest, ANN, findDenied } from "./judge.js";
import { accessOf } from "./wire.js";

const source = findEmulator();

/** What the commands of each role send, and what the printed policy says to that. */
describe.skipIf(source === null)("the policies for credstash:", () => {
  let cloud: Cloud;
  let scene: CredstashScene;
  let key: string;
  let table: string;
  let store: SecretStore;

  beforeAll(async () => {
    if (source === null) return;
    cloud = await startCloud(source);
    scene = openCredstashScene(cloud);
    key = await scene.newKey("alias/credstash");
    table = await scene.newTable();
    store = await scene.open(table);
    await store.commit("prod", [put("A", "one"), put("B", "two")]);
  });
  afterAll(async () => {
    await store.close();
    scene.close();
    await cloud.stop();
  });

  async function statementsOf(role: Role, more: Partial<PolicyRequest> = {}): Promise<readonly Statement[]> {
    const scope = { namespaces: [], recursive: false };
    const url = `credstash://${table}?kms-key=${key}`;
    const request = { role, store: url, storeId: null, furtherKeys: [], context: {}, scope, ...more };
    return (await findPermissions({ ...request, key: requireKeyArn(`aws-kms:${key}`) })).statements;
  }

  /** What IAM asks for: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html */
  function rightsFor(request: RecordedRequest): AccessRequest[] {
    // Keys are judged by their ARN, as AWS does, not by the alias that was sent.
    if (request.service !== "dynamodb") return accessOf(request).map((access) => ({ ...access, resource: key }));
    const named = textField(parseJson(request.body), "ResourceArn");
    const resource = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${request.resource}`;
    const isList = request.action === "ListTables";
    return [
      {
        action: `dynamodb:${request.action}`,
        resource: isList ? "*" : (named ?? resource),
        context: {},
        principal: ANN,
      },
    ];
  }

  async function asked(act: () => Promise<void>): Promise<AccessRequest[]> {
    cloud.proxy.forget();
    await act();
    return cloud.proxy.requests.flatMap(rightsFor);
  }

  async function tool(...args: readonly string[]): Promise<void> {
    await scene.must("-t", table, ...args);
  }

  const ACTS: Readonly<Record<Role, () => Promise<void>>> = {
    async reader() {
      for (const args of [
        ["get", "prod/A"],
        ["get", "prod/A", "-v", "1"],
        ["get", "p*"],
        ["getall"],
        ["list"],
        ["keys"],
      ]) {
        await tool(...args);
      }
      await store.readAll({ namespace: "prod" }, { only: ["A"] });
      await collect(store.history("prod/A"));
    },
    async submitter() {
      await tool("put", "new", "x", "-v", String(Date.now()));
    },
    async editor() {
      await ACTS.reader();
      await tool("put", "new", "y", "-a");
      await tool("delete", "new");
      await store.commit("prod", [put("C", "two"), { op: "delete", name: "C" }]);
    },
    async admin() {
      await ACTS.editor();
      const before = table;
      table = "made-by-setup";
      await tool("setup");
      table = before;
    },
    async auditor() {
      await tool("list");
      await collect(store.history("prod/A"));
      await collect(store.list({ namespace: "prod" }));
    },
  };

  for (const role of ["reader", "submitter", "editor", "auditor"] as const) {
    it(`lets a ${role} do all that it is for, and each statement is needed`, async () => {
      const requests = await asked(ACTS[role]);
      const statements = await statementsOf(role);
      expect(await findDenied({ identity: policyDocument(statements) }, requests)).toEqual([]);
      for (const left of statements) {
        const others = statements.filter((statement) => statement !== left);
        expect(await findDenied({ identity: policyDocument(others) }, requests), left.Sid).not.toEqual([]);
      }
    });
  }

  it("lets an admin make the table", async () => {
    const requests = await asked(ACTS.admin);
    const setup = requests.filter(({ action }) => /ListTables|Table$|TagResource/.test(action));
    expect(setup.map(({ action }) => action)).toEqual(
      expect.arrayContaining(["dynamodb:CreateTable", "dynamodb:TagResource"]),
    );
    const more = { store: `credstash://made-by-setup?kms-key=${key}` };
    const statements = await statementsOf("admin", more);
    expect(await findDenied({ identity: policyDocument(statements) }, setup)).toEqual([]);
    for (const Sid of ["MakeTable", "ListTables"]) {
      const others = statements.filter((statement) => statement.Sid !== Sid);
      expect(await findDenied({ identity: policyDocument(others) }, setup)).not.toEqual([]);
    }
  });

  it("tells readers apart by context, and not by namespace", async () => {
    await tool("put", "c", "x", "env=prod");
    const requests = await asked(async () => {
      await tool("get", "c", "env=prod");
      await tool("get", "prod/A");
    });
    const right = await statementsOf("reader", { context: { env: "prod" } });
    const wrong = await statementsOf("reader", { context: { env: "test" } });
    expect(await findDenied({ identity: policyDocument(right) }, requests)).toEqual([]);
    expect(await findDenied({ identity: policyDocument(wrong) }, requests)).toHaveLength(1);
    const scope = { namespaces: ["prod"], recursive: true };
    await expect(statementsOf("reader", { scope })).rejects.toThrow(/no policy can tell namespaces apart/);
  });
});
