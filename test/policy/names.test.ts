// biome-ignore-all lint/suspicious/noTemplateCurlyInString: IAM has variables of that form, and names may look like them.
// What stands in a policy because somebody named it: contexts, namespaces, prefixes, keys. Judged as in roles.test.ts.
import { describe, expect, it } from "vitest";
import { requireKeyArn } from "../../src/policy/key-arn.js";
import { type AccessRequest, findDenied, isAllowed } from "./judge.js";
import { isCommon, permissionsOf, policyOf, requestsOfRole } from "./roles.js";
import { HERE, sampleRequests } from "./samples.js";

const FURTHER = HERE.key.replace("1234abcd", "ffffffff");

describe("a context", () => {
  const reading = (context: Readonly<Record<string, string>>): AccessRequest[] =>
    sampleRequests("get", { ...HERE, context }).filter(({ action }) => action === "kms:Decrypt");
  const opens = async (
    allowed: Readonly<Record<string, string>>,
    context: Readonly<Record<string, string>>,
  ): Promise<boolean> => {
    const identity = await policyOf("reader", { context: allowed });
    return (await findDenied({ identity }, reading(context))).length === 0;
  };

  it("that is named opens what has it, or has none, and nothing else", async () => {
    expect(await opens({ env: "prod" }, { env: "prod" })).toBe(true);
    expect(await opens({ env: "prod" }, {})).toBe(true);
    expect(await opens({ env: "prod" }, { env: "dev" })).toBe(false);
    expect(await opens({ env: "prod" }, { env: "prod2" })).toBe(false);
    expect(await opens({ env: "prod" }, { ENV: "prod" })).toBe(false);
    expect(await opens({ env: "prod" }, { env: "prod", team: "a" })).toBe(false);
    expect(await opens({ env: "prod", team: "a" }, { env: "prod" })).toBe(true);
  });

  it("of any kind opens where none is named", async () => {
    expect(await opens({}, { env: "dev", team: "a" })).toBe(true);
  });

  it.each(["*", "p*d", "?", "$", "${*}", "${aws:username}", "a b", "ä", "😀", '"\\', "</script>"])(
    "of value %s is that value alone",
    async (value) => {
      expect(await opens({ env: value }, { env: value })).toBe(true);
      for (const other of ["prod", "x", "ann", `${value}x`])
        expect(await opens({ env: value }, { env: other })).toBe(false);
    },
  );
});

describe("names that mean something to IAM", () => {
  it.each([
    ["prod*", "prod(2a)"],
    ["${aws:username}", "(24)(7b)aws(3a)username(7d)"],
    ["a$b/c", "a(24)b!c"],
    ["münchen/(1)!", "m(c3)(bc)nchen!(28)1(29)(21)"],
  ])("%s is that namespace alone", async (namespace, segment) => {
    for (const recursive of [false, true]) {
      const identity = await policyOf("editor", { scope: { namespaces: [namespace], recursive } });
      expect(await findDenied({ identity }, requestsOfRole("editor", { ...HERE, namespace, segment }))).toEqual([]);
      for (const other of ["prod1", "ann", "a1b/c", "prod"]) {
        const requests = requestsOfRole("editor", { ...HERE, namespace: other, segment: other.replaceAll("/", "!") });
        const outside = requests.filter((request) => !isCommon(request));
        expect(await findDenied({ identity }, outside)).toEqual(outside);
      }
    }
  });

  it.each(["te*m", "te?m", "te$m", "${aws:username}", "täm"])("prefix %s is that prefix alone", async (prefix) => {
    const identity = await policyOf("admin", { store: `s3://${HERE.bucket}/${prefix}/` });
    expect(await findDenied({ identity }, requestsOfRole("admin", { ...HERE, prefix: `${prefix}/` }))).toEqual([]);
    const elsewhere = requestsOfRole("admin", { ...HERE, prefix: "team/" }).filter(
      ({ resource, context }) => resource.includes("/team/") || "s3:prefix" in context,
    );
    expect(await findDenied({ identity }, elsewhere)).toEqual(elsewhere);
  });
});

describe("keys", () => {
  it("that data keys are wrapped for besides may be wrapped for by who makes data keys, and open nothing", async () => {
    const furtherKeys = [requireKeyArn(FURTHER), requireKeyArn(HERE.key)];
    const on = (action: string): AccessRequest[] =>
      sampleRequests("rotate-key", { ...HERE, key: FURTHER }).filter((request) => request.action === action);
    const editor = { identity: await policyOf("editor", { furtherKeys }) };
    expect(await findDenied(editor, on("kms:Encrypt"))).toEqual([]);
    expect(await findDenied(editor, on("kms:Decrypt"))).toEqual(on("kms:Decrypt"));
    expect(await policyOf("reader", { furtherKeys })).toEqual(await policyOf("reader"));
  });

  it("in several regions are allowed in all of them where the id names none", async () => {
    const id = `arn:aws:kms::123456789012:key/mrk-${"0".repeat(32)}`;
    const identity = await policyOf("reader", { key: requireKeyArn(id) });
    for (const region of ["eu-central-1", "us-east-1"]) {
      const requests = sampleRequests("get", { ...HERE, key: id.replace("kms::", `kms:${region}:`) });
      expect(await findDenied({ identity }, requests)).toEqual([]);
    }
  });

  it("have statements of their own policy that are enough for who is named there", async () => {
    const { key } = await permissionsOf("reader");
    const statements = (key?.statements ?? []).map((statement) => ({
      ...statement,
      Principal: { AWS: "arn:aws:iam::123456789012:user/ann" },
      Resource: "*",
    }));
    const [opening, ...others] = sampleRequests("get").filter(({ action }) => action === "kms:Decrypt");
    const policy = { key: { Version: "2012-10-17", Statement: statements } };
    expect(
      await findDenied(
        policy,
        [opening, ...others].flatMap((request) => request ?? []),
      ),
    ).toEqual([]);
    if (opening !== undefined) {
      expect(await isAllowed(policy, { ...opening, principal: "arn:aws:iam::123456789012:user/bob" })).toBe(false);
    }
  });
});

describe("a store whose id is not known", () => {
  it("is refused to all but who makes stores, and to who opens nothing", async () => {
    await expect(policyOf("reader", { storeId: null })).rejects.toMatchObject({ code: "USAGE" });
    await expect(policyOf("submitter", { storeId: null })).rejects.toMatchObject({ code: "USAGE" });
    expect(await policyOf("auditor", { storeId: null })).toEqual(await policyOf("auditor"));
    const identity = await policyOf("admin", { storeId: null });
    expect(await findDenied({ identity }, requestsOfRole("admin"))).toEqual([]);
  });
});
