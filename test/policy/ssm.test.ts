import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { SecretStore } from "../../src/core/secret-store.js";
import { requireKeyArn } from "../../src/policy/key-arn.js";
import { findPermissions } from "../../src/policy/permissions.js";
import type { PolicyRequest } from "../../src/policy/policy-request.js";
import { ROLES, type Role } from "../../src/policy/role.js";
import { policyDocument, type Statement } from "../../src/policy/statement.js";
import { findStoreKey } from "../../src/policy/stores/ssm.js";
import { openSsmStore } from "../../src/stores/ssm.js";
import { collect, put } from "../../src/testing/secret-store-contract/words.js";
import { type Cloud, startCloud } from "../aws/cloud.js";
import { findEmulator } from "../aws/emulator.js";
import type { RecordedRequest } from "../aws/proxy/proxy.js";
import { parseJson, textField } from "../aws/proxy/request.js";
import { newPscScene, type PscScene } from "../legacy/psc-scene.js";
import { ACCOUNT, type AccessRequest, ANN, findDenied } from "./judge.js";

const source = findEmulator();
const KEY = `arn:aws:kms:eu-central-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
const PARAMETER = `arn:aws:ssm:eu-central-1:${ACCOUNT}:parameter`;

/** What the commands of each role send, and what the printed policy says to that. */
describe.skipIf(source === null)("the policies for ssm:", () => {
  let cloud: Cloud;
  let psc: PscScene;
  const stores: SecretStore[] = [];

  beforeAll(async () => {
    if (source === null) return;
    cloud = await startCloud(source);
    psc = newPscScene(cloud);
  });
  afterAll(async () => {
    for (const store of stores) await store.close();
    psc.close();
    await cloud.stop();
  });
  beforeEach(async () => {
    await psc.empty();
    for (const name of ["A", "B"]) {
      await psc.put(`/app/prod/${name}`, "one");
      await psc.put(`/app/prod/${name}`, "two");
    }
    cloud.proxy.forget();
  });

  async function open(more = ""): Promise<SecretStore> {
    const store = openSsmStore(`ssm:/app?kms-key=${KEY}${more}`, await cloud.aws());
    stores.push(store);
    return store;
  }

  async function statementsOf(role: Role, more: Partial<PolicyRequest> = {}): Promise<readonly Statement[]> {
    const request = { role, store: `ssm:/app?kms-key=${KEY}`, storeId: null, furtherKeys: [], context: {} };
    const scope = { namespaces: ["prod"], recursive: true };
    return (await findPermissions({ ...request, scope, key: requireKeyArn(KEY), ...more })).statements;
  }

  const ACTS: Readonly<Record<Role, () => Promise<void>>> = {
    async reader() {
      const store = await open();
      await store.read("prod/A", { details: true });
      await store.read("prod/NONE");
      await store.read("prod/A", { version: "1", details: true });
      await store.readAll({ namespace: "prod" });
      await store.readAll({ namespace: "prod/below" }, { stage: "next" });
      await collect(store.list({ namespace: "prod", recursive: true }));
      await collect(store.history("prod/A"));
      await psc.run(["get", "/app/prod/A"]);
      await psc.run(["ls"]);
      await psc.run(["decrypt-env"], { env: { A: "SECRET /app/prod/A" } });
    },
    async submitter() {
      await (await open()).commit("prod", [put("NEW", "x"), put("A", "y")]);
      await psc.run(["set", "/app/prod/A", "z"]);
    },
    async editor() {
      await ACTS.reader();
      await (await open()).commit("prod", [put("NEW", "x", { expect: null }), { op: "delete", name: "B" }]);
      await psc.run(["delete", "/app/prod/NEW"]);
    },
    admin: () => ACTS.editor(),
    async auditor() {
      const store = await open();
      await collect(store.list({ namespace: "prod" }));
      await collect(store.history("prod/A"));
      await psc.run(["ll"]);
    },
  };

  async function asked(role: Role): Promise<AccessRequest[]> {
    await ACTS[role]();
    const all = cloud.proxy.requests.flatMap(accessOf);
    expect(all.length).toBeGreaterThan(2);
    return all;
  }

  it.each(ROLES)("let the %s do what it does, and need each statement for it", async (role) => {
    const requests = await asked(role);
    const statements = await statementsOf(role);
    expect(await findDenied({ identity: policyDocument(statements) }, requests)).toEqual([]);
    for (const statement of statements) {
      const identity = policyDocument(statements.filter((other) => other !== statement));
      expect(await findDenied({ identity }, requests), statement.Sid).not.toEqual([]);
    }
  });

  it("let nobody else write, open or delete", async () => {
    const requests = await asked("editor");
    const denied = async (role: Role): Promise<string[]> => {
      const found = await findDenied({ identity: policyDocument(await statementsOf(role)) }, requests);
      return [...new Set(found.map(({ action }) => action))].sort();
    };
    expect(await denied("reader")).toEqual(["kms:Encrypt", "ssm:DeleteParameter", "ssm:PutParameter"]);
    expect(await denied("auditor")).toEqual([
      ...["kms:Decrypt", "kms:Encrypt", "ssm:DeleteParameter"],
      ...["ssm:GetParameters", "ssm:GetParametersByPath", "ssm:PutParameter"],
    ]);
  });

  it.each<[string, Partial<PolicyRequest>]>([
    ["another namespace", { scope: { namespaces: ["dev"], recursive: true } }],
    ["one that only begins the same", { scope: { namespaces: ["pro"], recursive: true } }],
    ["another prefix", { store: "ssm:/application" }],
  ])("let nobody read what %s is not", async (_, more) => {
    const identity = policyDocument(await statementsOf("reader", more));
    const requests = (await asked("reader")).filter(({ action }) => action !== "ssm:DescribeParameters");
    expect(await findDenied({ identity }, requests)).toEqual(requests);
  });

  it("make data keys for what is larger, in the advanced tier", async () => {
    const statements = await statementsOf("submitter", { store: `ssm:/app?kms-key=${KEY}&tier=advanced` });
    expect(statements.at(-1)?.Action).toEqual(["kms:GenerateDataKey"]);
  });

  it("say nothing of a key where it is the account's own", async () => {
    const statements = await statementsOf("editor", {
      store: "ssm:/app",
      key: findStoreKey("ssm:/app", "eu-central-1"),
    });
    expect(statements.flatMap(({ Action }) => Action).filter((action) => action.startsWith("kms:"))).toEqual([]);
    const requests = (await asked("editor")).filter(({ action }) => action.startsWith("ssm:"));
    expect(await findDenied({ identity: policyDocument(statements) }, requests)).toEqual([]);
  });

  it("want the key's ARN, and both a namespace and what is below it", async () => {
    expect(() => findStoreKey("ssm:/app?kms-key=alias/x", null)).toThrow(/full ARN/);
    await expect(statementsOf("reader", { scope: { namespaces: ["prod"], recursive: false } })).rejects.toThrow(
      /-R|below/,
    );
  });
});

/** What IAM has to allow: each parameter, and its key with the context that AWS binds values to. */
function accessOf({ action, body }: RecordedRequest): AccessRequest[] {
  const input = parseJson(body);
  const ask = (on: string): AccessRequest => ({ action: `ssm:${action}`, resource: on, context: {}, principal: ANN });
  const arnOf = (name: string): string => `${PARAMETER}/${name.replace(/:.*$/, "").replace(/^\//, "")}`;
  const names = Array.isArray(input.Names) ? input.Names.map(String) : [textField(input, "Name") ?? ""];
  const use = (operation: string, name: string): AccessRequest => ({
    action: `kms:${operation}`,
    resource: KEY,
    context: { "kms:EncryptionContext:PARAMETER_ARN": arnOf(name) },
    principal: ANN,
  });
  switch (action) {
    case "DescribeParameters":
      return [ask("*")];
    case "GetParametersByPath":
      return [ask(arnOf(textField(input, "Path") ?? "")), use("Decrypt", `${textField(input, "Path")}/A`)];
    case "PutParameter":
      return names.flatMap((name) => [ask(arnOf(name)), use("Encrypt", name)]);
    case "GetParameters":
      return names.flatMap((name) => [
        ask(arnOf(name)),
        ...(input.WithDecryption === true ? [use("Decrypt", name)] : []),
      ]);
    default:
      return names.map((name) => ask(arnOf(name)));
  }
}
