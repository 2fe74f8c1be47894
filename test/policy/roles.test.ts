// What the printed policies allow, judged by a simulator of IAM, for the requests that the table says. wire.test.ts does the same with requests as they are sent.
import { describe, expect, it } from "vitest";
import { ROLES, type Role } from "../../src/policy/role.js";
import { normalizeScope } from "../../src/policy/scope.js";
import type { VaultVerb } from "../../src/policy/stores/vault-calls.js";
import { type AccessRequest, findDenied } from "./judge.js";
import { isCommon, policyOf, requestsOfRole } from "./roles.js";
import { type Aim, HERE, sampleRequests } from "./samples.js";

const OTHER_KEY = HERE.key.replace("1234abcd", "ffffffff");
const ALL = normalizeScope({ namespaces: [], recursive: false });

describe.each(ROLES)("the policy of the %s", (role) => {
  it("allows every request of each of its verbs", async () => {
    const identity = await policyOf(role);
    expect(await findDenied({ identity }, requestsOfRole(role))).toEqual([]);
  });

  it("has no statement that could be left out", async () => {
    const { Version, Statement } = await policyOf(role);
    for (const statement of Statement) {
      const identity = { Version, Statement: Statement.filter((other) => other !== statement) };
      const concerned = requestsOfRole(role).filter(({ action }) => statement.Action.includes(action));
      expect(await findDenied({ identity }, concerned), statement.Sid).not.toEqual([]);
    }
  });

  it("has no action that could be left out", async () => {
    const asked = new Set(requestsOfRole(role).map(({ action }) => action));
    const allowed = (await policyOf(role)).Statement.flatMap(({ Action }) => Action);
    expect(allowed.filter((action) => !asked.has(action))).toEqual([]);
  });

  it.each<[string, Partial<Aim>]>([
    ["another namespace", { segment: "prod", namespace: "prod" }],
    ["one that is below", { segment: "prod!billing!eu", namespace: "prod/billing/eu" }],
    ["one with a longer name", { segment: "prod!billing2", namespace: "prod/billing2" }],
    ["one that only begins the same", { segment: "prod!billing-eu", namespace: "prod/billing-eu" }],
    ["the root", { segment: "!", namespace: "/" }],
    ["another bucket and another key", { bucket: "acme-secrets2", key: OTHER_KEY }],
    ["another prefix and another store", { prefix: "", store: "BBBBBBBBBBBBBBBBBBBBBB" }],
    ["a prefix below, and a key in another region", { prefix: "team/x/", key: HERE.key.replace("central", "west") }],
  ])("does not allow any of them on %s", async (_, changes) => {
    const identity = await policyOf(role);
    const elsewhere = requestsOfRole(role, { ...HERE, ...changes }).filter((request) => !isCommon(request));
    expect(elsewhere.length).toBeGreaterThan(1);
    expect(await findDenied({ identity }, elsewhere)).toEqual(elsewhere);
  });

  it("for all namespaces keeps to its store", async () => {
    const identity = await policyOf(role, { scope: ALL });
    expect(await findDenied({ identity }, requestsOfRole(role, { ...HERE, segment: "!", namespace: "/" }))).toEqual([]);
    expect(await findDenied({ identity }, requestsOfRole(role))).toEqual([]);
    const elsewhere = requestsOfRole(role, { ...HERE, prefix: "x/", store: "BBBBBBBBBBBBBBBBBBBBBB" }).filter(
      ({ action, resource, context }) =>
        resource.includes("/x/") || "s3:prefix" in context || /^kms:(Decrypt|Encrypt|Generate)/.test(action),
    );
    expect(await findDenied({ identity }, elsewhere)).toEqual(elsewhere);
  });

  it("for a namespace and all below it takes in these, and no neighbour", async () => {
    const scope = normalizeScope({ namespaces: ["prod"], recursive: true });
    const identity = await policyOf(role, { scope });
    const prod = requestsOfRole(role, { ...HERE, segment: "prod", namespace: "prod" });
    expect(await findDenied({ identity }, [...prod, ...requestsOfRole(role)])).toEqual([]);
    for (const [segment, namespace] of [
      ["prod2", "prod2"],
      ["prod-eu", "prod-eu"],
      ["dev!prod", "dev/prod"],
    ] as const) {
      const outside = requestsOfRole(role, { ...HERE, segment, namespace }).filter((request) => !isCommon(request));
      expect(await findDenied({ identity }, outside)).toEqual(outside);
    }
  });
});

describe("what a role may not", () => {
  const actions = (requests: readonly AccessRequest[]): string[] =>
    [...new Set(requests.map(({ action }) => action))].sort();

  it.each<[Role, string[]]>([
    ["reader", ["kms:Encrypt", "kms:GenerateDataKey", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObject"]],
    [
      "auditor",
      [
        "kms:Decrypt",
        "kms:Encrypt",
        "kms:GenerateDataKey",
        "s3:DeleteObject",
        "s3:DeleteObjectVersion",
        "s3:PutObject",
      ],
    ],
    [
      "submitter",
      [
        "kms:Decrypt",
        "kms:Encrypt",
        "kms:GenerateDataKey",
        "s3:DeleteObject",
        "s3:DeleteObjectVersion",
        "s3:GetObject",
        "s3:ListBucket",
        "s3:ListBucketVersions",
        "s3:PutObject",
      ],
    ],
    ["editor", ["kms:Encrypt", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:ListBucketVersions", "s3:PutObject"]],
  ])("%s", async (role, expected) => {
    const identity = await policyOf(role);
    const denied = actions(await findDenied({ identity }, requestsOfRole("admin")));
    expect(denied).toEqual(expect.arrayContaining(expected));
  });

  it("is, for a submitter, to read or list what was submitted, or to make a data key that could found an epoch", async () => {
    const identity = await policyOf("submitter");
    const others = [...sampleRequests("inbox"), ...sampleRequests("put")];
    expect(await findDenied({ identity }, others)).toEqual(others);
  });

  it("is, for an editor, to remove commits or blobs, or to write a submission", async () => {
    const identity = await policyOf("editor");
    const removing = sampleRequests("purge").filter(({ action }) => action.startsWith("s3:Delete"));
    const submitting = sampleRequests("put --submit").filter(({ action }) => action === "s3:PutObject");
    const others = [...removing, ...submitting];
    expect(others.length).toBeGreaterThan(4);
    expect(await findDenied({ identity }, others)).toEqual(others);
  });
});

describe("writing", () => {
  const put = (verb: VaultVerb, part: string, context: AccessRequest["context"]): AccessRequest[] =>
    sampleRequests(verb)
      .filter(({ action, resource }) => action === "s3:PutObject" && resource.includes(part))
      .map((request) => ({ ...request, context }));

  it.each<[Role, VaultVerb, string]>([
    ["submitter", "put --submit", "/inbox/"],
    ["editor", "put", "/commits/"],
    ["editor", "put", "/blobs/"],
    ["admin", "init", "/coffer.json"],
  ])("of the %s by %s below %s overwrites nothing", async (role, verb, part) => {
    const identity = await policyOf(role, { scope: ALL });
    expect(await findDenied({ identity }, put(verb, part, { "s3:if-none-match": "*" }))).toEqual([]);
    expect(await findDenied({ identity }, put(verb, part, {}))).not.toEqual([]);
    const over = put(verb, part, { "s3:if-match": "0123" });
    expect(over.length).toBeGreaterThan(0);
    expect(await findDenied({ identity }, over)).toEqual(over);
  });
});
