import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { resolveStoreUrl } from "../../src/legacy/messer/store-url.js";
import { requireKeyArn } from "../../src/policy/key-arn.js";
import { findPermissions } from "../../src/policy/permissions.js";
import type { Role } from "../../src/policy/role.js";
import { type PolicyDocument, policyDocument } from "../../src/policy/statement.js";
import { type Cloud, REGION, startCloud } from "../aws/cloud.js";
import { findEmulator } from "../aws/emulator.js";
import type { RecordedRequest } from "../aws/proxy/proxy.js";
import { Desk } from "../conversations/desk.js";
import { ACCOUNT, type AccessRequest, findDenied } from "../policy/judge.js";
import { accessOf } from "../policy/wire.js";
import { type MesserScene, newMesserScene } from "./messer-scene.js";

const source = findEmulator();

/** What is run in each role, on what `prepare` leaves. */
const RUNS: Readonly<Record<Exclude<Role, "submitter">, readonly string[]>> = {
  reader: [
    "data bag show aws",
    "data bag show aws bag1",
    "data bag show aws bag1 item1",
    "data bag show aws bag1 item1 --decrypt",
    "encryption list aws",
    "encryption list aws k1",
  ],
  editor: [
    "data bag create aws bag2",
    "data bag from file aws bag2 item2.json --secret-file k1",
    "data bag from file aws bag2 item2.json --secret-file k1 --force",
    "data bag from file aws bag2 item3.json --secret-file k1 -v 0",
    "data bag delete aws bag2 item3",
    "encryption list aws",
  ],
  admin: [
    "encryption create aws k2",
    "encryption increment aws k1",
    "data bag from file aws bag2 item3.json --secret-file k2",
    "data bag delete aws bag2 item3",
    "encryption delete aws k2 --no-prompt",
    "data bag create aws empty",
    "data bag delete aws empty",
  ],
  auditor: ["data bag show aws", "data bag show aws bag1", "encryption list aws", "encryption list aws k1"],
};
const BULK: Readonly<Record<string, readonly string[]>> = {
  editor: ["list", "re-encrypt"],
  admin: ["rotate-keys", "list"],
};

describe.skipIf(source === null)("what messer's commands ask for", () => {
  let cloud: Cloud;
  let scene: MesserScene;
  let config: string;
  let store: string;
  const sent = new Map<Role, AccessRequest[]>();
  const policies = new Map<Role, PolicyDocument>();
  const roles = Object.keys(RUNS) as (keyof typeof RUNS)[]; // Its keys are what it is declared with.

  beforeAll(async () => {
    if (source === null) return;
    cloud = await startCloud(source);
    scene = await newMesserScene(cloud);
    config = scene.config("messer.ini");
    for (const id of ["item1", "item2", "item3"]) scene.file(`${id}.json`, JSON.stringify({ id, v: "x" }));
    // Who has the rights for a tier alone is told by S3, and looks there.
    cloud.proxy.plan(({ action, target }) =>
      action === "ListObjectsV2" && target.includes(scene.secrets) && !/prefix=[^&]/.test(target)
        ? { kind: "answer", when: "before", status: 403, code: "AccessDenied" }
        : undefined,
    );
    store = await resolveStoreUrl(`messer:?config=${config}`, {});
    await record("encryption create aws k1");
    await record("data bag create aws bag1");
    await record("data bag from file aws bag1 item1.json --secret-file k1");
    for (const role of roles) {
      const all: AccessRequest[] = [];
      for (const line of RUNS[role]) all.push(...(await record(line)));
      for (const verb of BULK[role] ?? []) all.push(...(await record(`bulk ${verb} aws`)));
      sent.set(role, all);
      policies.set(role, await policyOf(role));
    }
  });
  afterAll(async () => {
    scene?.clear();
    await cloud?.stop();
  });

  async function record(line: string, by = config): Promise<AccessRequest[]> {
    const words = line.split(" ").map((word) => (word.endsWith(".json") ? `${scene.folder}/${word}` : word));
    cloud.proxy.forget();
    await scene.must(...words, ...(line.startsWith("bulk") ? [by] : ["-c", by]));
    const answered = cloud.proxy.requests.filter(({ status }) => status !== 403);
    return answered.map(asSent).flatMap(accessOf).map(onMasterKey);
  }

  /** The proxy takes the slash from the end of a key, which is part of a folder's. */
  function asSent(request: RecordedRequest): RecordedRequest {
    const isFolder = request.resource.includes("/") && /^[^?]*\/(\?|$)/.test(request.target);
    return isFolder ? { ...request, resource: `${request.resource}/` } : request;
  }

  /** KMS asks for a right on the key that an alias leads to, and that made a ciphertext. */
  function onMasterKey(request: AccessRequest): AccessRequest {
    return request.action.startsWith("kms:") ? { ...request, resource: scene.key } : request;
  }

  async function policyOf(role: Role, namespaces: readonly string[] = []): Promise<PolicyDocument> {
    const scope = { namespaces, recursive: false };
    const key = requireKeyArn(scene.key);
    return policyDocument(
      (await findPermissions({ role, store, storeId: null, key, furtherKeys: [], scope, context: {} })).statements,
    );
  }

  it.each(roles)("as %s is allowed by the policy of that role, and takes every statement of it", async (role) => {
    const policy = policies.get(role) ?? policyDocument([]);
    // Who may do more does what the roles before him do.
    const before = roles.slice(0, roles.indexOf(role)).filter((each) => each !== "auditor" && role !== "auditor");
    const requests = [...before, role].flatMap((each) => sent.get(each) ?? []);
    expect(requests.length).toBeGreaterThan(3);
    expect(await findDenied({ identity: policy }, requests)).toEqual([]);
    for (const statement of policy.Statement) {
      const rest = policyDocument(policy.Statement.filter((other) => other !== statement));
      expect(await findDenied({ identity: rest }, requests), statement.Sid).not.toEqual([]);
    }
  });

  it("as editor or admin is not allowed to who reads, nor anything of another tier", async () => {
    const reader = policies.get("reader");
    const writing = [...(sent.get("editor") ?? []), ...(sent.get("admin") ?? [])].filter(({ action }) =>
      /Put|Delete|Generate/.test(action),
    );
    expect(writing.length).toBeGreaterThan(10);
    expect(await findDenied({ identity: reader }, writing)).toEqual(writing);
    const prod = await record("data bag show aws bag1", scene.config("prod.ini", { tier: "prod" }));
    for (const role of roles) expect(await findDenied({ identity: policies.get(role) }, prod), role).toEqual(prod);
  });

  it("of one data bag is allowed by a policy for it, and of another is not", async () => {
    const one = await policyOf("reader", ["bag1"]);
    expect(await findDenied({ identity: one }, await record("data bag show aws bag1 item1 --decrypt"))).toEqual([]);
    expect(await findDenied({ identity: one }, await record("data bag show aws bag1"))).toEqual([]);
    const other = await record("data bag show aws bag2");
    expect(await findDenied({ identity: one }, other)).toEqual(other);
  });

  it("is printed by coffer policy, by configuration or in full, and not for who hands in", async () => {
    const desk = new Desk();
    const policy = (role: string, url: string) =>
      desk.coffer(["policy", role, "-s", url, "-k", `aws-kms:${scene.key}`]);
    const printed = await policy("reader", `messer:?config=${config}`);
    expect([printed.code, printed.stderr]).toEqual([0, ""]);
    expect(JSON.parse(printed.stdout)).toEqual(policies.get("reader"));
    const full = await policy(
      "admin",
      `messer://${scene.secrets}/dev/secrets?keys=${scene.keys}&master-key=${scene.alias}`,
    );
    expect(JSON.parse(full.stdout)).toEqual(policies.get("admin"));
    expect(await policy("submitter", `messer:?config=${config}`)).toMatchObject({ code: 2 });
    desk.clear();
  });

  it("is allowed by the policy in messer's own documentation, as far as that goes", async () => {
    cloud.proxy.plan();
    const secrets = await cloud.newBucket();
    const keys = await cloud.newBucket();
    const by = scene.file(
      "tests.ini",
      `[messer]\nmaster_key = ${scene.alias}\ntier =\nsilent =\n[aws]\nregion = ${REGION}\nsecrets_bucket = ${secrets}\nkeys_bucket = ${keys}\n`,
    );
    const identity = documented(secrets, keys, scene.key);
    const requests: AccessRequest[] = [];
    for (const line of [
      "encryption create aws adobe-messer-unittest",
      "data bag create aws unittest",
      "data bag from file aws unittest item1.json --secret-file adobe-messer-unittest",
      "data bag from file aws unittest item1.json --secret-file adobe-messer-unittest --force",
      "data bag show aws",
      "data bag show aws unittest",
      "data bag show aws unittest item1",
      "data bag show aws unittest item1 --decrypt",
      "encryption increment aws adobe-messer-unittest",
      "encryption list aws",
      "encryption list aws adobe-messer-unittest",
      "bulk list aws",
      "bulk re-encrypt aws",
      "encryption delete aws adobe-messer-unittest 0 --no-prompt",
      "data bag delete aws unittest item1",
      "data bag delete aws unittest",
      "encryption delete aws adobe-messer-unittest --no-prompt",
    ]) {
      requests.push(...(await record(line, by)));
    }
    const secure = requests.map((request) => ({
      ...request,
      context: { ...request.context, "aws:SecureTransport": "true" },
    }));
    expect(secure.length).toBeGreaterThan(40);
    expect(await findDenied({ identity }, secure)).toEqual([]);
  });
});

/** What docs/aws.md of messer has its users give the role that runs its tests, for other buckets. */
function documented(secrets: string, keys: string, key: string): unknown {
  const Condition = { Bool: { "aws:SecureTransport": "true" } };
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["s3:GetBucketLocation", "s3:ListBucket"],
        Resource: [`arn:aws:s3:::${secrets}`, `arn:aws:s3:::${keys}`],
        Condition,
      },
      {
        Effect: "Allow",
        Action: ["s3:PutObject*", "s3:GetObject*", "s3:DeleteObject", "s3:DeleteObjectVersion"],
        Resource: [`arn:aws:s3:::${secrets}/unittest*`, `arn:aws:s3:::${keys}/adobe-messer-unittest*/*`],
        Condition,
      },
      {
        Effect: "Allow",
        Action: [
          "kms:Decrypt",
          "kms:DescribeKey",
          "kms:Encrypt",
          "kms:GenerateDataKeyWithoutPlaintext",
          "kms:ListAliases",
        ],
        Resource: [`arn:aws:kms:*:${ACCOUNT}:alias/adobe-messer-unittest`, key],
      },
    ],
  };
}
