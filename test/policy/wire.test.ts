// What the built command sends, recorded, and judged by the policy that it prints for the role.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cloud, startCloud } from "../aws/cloud.js";
import { findEmulator } from "../aws/emulator.js";
import { Desk } from "../conversations/desk.js";
import { type AccessRequest, findDenied } from "./judge.js";
import { accessOf } from "./wire.js";

const source = findEmulator();

type Words = readonly string[];

/** What a person of each role does, one run each, on what `prepare` leaves. Missing things are asked for as well. */
const RUNS: Readonly<Record<string, readonly Words[]>> = {
  reader: [
    ["get", "prod/A"],
    ["get", "prod/A", "--version", "1"],
    ["get", "prod/A", "--at", "2000-01-01"],
    ["get", "prod/B", "-c", "env=prod"],
    ["get", "prod/LARGE"],
    ["get", "prod/NONE"],
    ["get", "fresh/NONE"],
    ["exec", "prod/", "-c", "env=prod", "--", "true"],
    ["export", "prod/", "-c", "env=prod"],
    ["list", "prod/"],
    ["list", "fresh/"],
    ["history", "prod/A"],
    ["log", "prod/"],
    ["verify", "prod/"],
  ],
  submitter: [
    ["put", "prod/A", "handed in", "--submit"],
    ["put", "prod/B", "handed in", "--submit", "-c", "env=prod"],
    ["put", "prod/C", "handed in", "--submit"],
  ],
  editor: [
    ["inbox", "prod/"],
    ["inbox", "prod/", "--reject", "ID", "-y"],
    ["inbox", "prod/", "--accept", "--all", "-c", "env=prod"],
    ["inbox", "fresh/"],
    ["get", "prod/A"],
    ["list", "prod/"],
    ["put", "prod/A", "next"],
    ["put", "prod/B", "next", "-c", "env=prod"],
    ["put", "prod/LARGE", "y".repeat(9000)],
    ["put", "fresh/A", "first"],
    ["import", "prod/", "new.env", "--prune"],
    ["delete", "prod/IMPORTED"],
    ["put", "prod/A", "staged", "--stage", "next"],
    ["promote", "prod/", "--stage", "next"],
  ],
  admin: [
    ["rotate-key", "prod/", "-c", "env=prod"],
    ["init"],
    ["setup", "-y"],
    ["put", "prod/LARGE", "z".repeat(9000)],
    ["purge", "prod/LARGE", "--versions", "1", "-y"],
    ["purge", "prod/", "--orphans", "-y"],
  ],
  auditor: [
    ["list", "prod/", "--long", "--deleted"],
    ["log", "prod/", "--no-key"],
    ["verify", "prod/", "--no-key"],
  ],
};

describe.skipIf(source === null)("requests as they are sent", () => {
  let cloud: Cloud;
  const desk = new Desk();
  let env: Record<string, string>;
  const recorded = new Map<string, AccessRequest[]>();
  const policies = new Map<string, { Version: string; Statement: { Sid: string }[] }>();

  beforeAll(async () => {
    if (source === null) return;
    cloud = await startCloud(source);
    env = {
      ...cloud.env,
      COFFER_STORE: `s3://${await cloud.newBucket()}/team a/x`,
      COFFER_KEY: `aws-kms:${await cloud.newKey()}`,
    };
    desk.file("new.env", "A=imported\nIMPORTED=1\n");
    const { store } = (await desk.json(["init"], { env })) as { store: string };
    await prepare();
    env.COFFER_STORE_ID = store;
    for (const [role, runs] of Object.entries(RUNS)) recorded.set(role, (await Promise.all(await inTurn(runs))).flat());
    for (const role of ["reader", "submitter", "editor", "admin", "auditor"]) {
      policies.set(role, JSON.parse(await desk.must(["policy", role, "prod/", "fresh/"], { env })));
    }
  });
  afterAll(async () => {
    desk.clear();
    await cloud.stop();
  });

  async function prepare(): Promise<void> {
    for (const words of [
      ["put", "prod/A", "one"],
      ["put", "prod/A", "two"],
      ["put", "prod/B", "b", "-c", "env=prod"],
      ["put", "prod/LARGE", "x".repeat(9000)],
      ["put", "dev/A", "other"],
    ]) {
      await desk.must(words, { env });
    }
  }

  async function inTurn(runs: readonly Words[]): Promise<AccessRequest[][]> {
    const all: AccessRequest[][] = [];
    for (const words of runs) all.push(await record(words));
    return all;
  }

  async function record(words: Words): Promise<AccessRequest[]> {
    const real = words.includes("ID") ? await Promise.all(words.map(idOrWord)) : words;
    cloud.proxy.forget();
    const { code, stderr } = await desk.coffer(real, { env });
    if (code !== 0 && code !== 3) throw new Error(`coffer ${words.join(" ")}: exit ${code}\n${stderr}`);
    const access = cloud.proxy.requests.flatMap(accessOf);
    if (access.length === 0) throw new Error(`coffer ${words.join(" ")} asks for nothing`);
    return access;
  }

  async function idOrWord(word: string): Promise<string> {
    if (word !== "ID") return word;
    const { submissions } = (await desk.json(["inbox", "prod/"], { env })) as { submissions: { id: string }[] };
    return submissions[0]?.id ?? "";
  }

  const sentBy = (role: string): AccessRequest[] => recorded.get(role) ?? [];
  const policyOf = (role: string): { Version: string; Statement: { Sid: string }[] } =>
    policies.get(role) ?? { Version: "", Statement: [] };

  it.each(Object.keys(RUNS))("for the %s are allowed by the policy that is printed for it", async (role) => {
    expect(sentBy(role).length).toBeGreaterThan(3);
    expect(await findDenied({ identity: policyOf(role) }, sentBy(role))).toEqual([]);
  });

  it.each(["reader", "submitter", "editor", "auditor"])(
    "for the %s need every statement of its policy",
    async (role) => {
      const { Version, Statement } = policyOf(role);
      for (const statement of Statement) {
        const identity = { Version, Statement: Statement.filter((other) => other !== statement) };
        expect(await findDenied({ identity }, sentBy(role)), statement.Sid).not.toEqual([]);
      }
    },
  );

  it("for the admin, who purges, are about versions too that the bucket keeps", () => {
    const actions = sentBy("admin").map(({ action }) => action);
    expect(actions).toEqual(expect.arrayContaining(["s3:ListBucketVersions", "s3:DeleteObjectVersion"]));
  });

  it("that write are not allowed to who reads", async () => {
    const writing = [...sentBy("editor"), ...sentBy("admin")].filter(({ action }) => !/Get|List|Decrypt/.test(action));
    expect(writing.length).toBeGreaterThan(20);
    for (const role of ["reader", "auditor"]) {
      expect(await findDenied({ identity: policyOf(role) }, writing)).toEqual(writing);
    }
  });

  it("for the auditor open nothing, and his policy would not let them", async () => {
    const opening = sentBy("reader").filter(({ action }) => action === "kms:Decrypt");
    expect(opening.length).toBeGreaterThan(5);
    expect(await findDenied({ identity: policyOf("auditor") }, opening)).toEqual(opening);
    expect(sentBy("auditor").filter(({ action }) => action.startsWith("kms:"))).toEqual([]);
  });

  it("to read or to change are none of them allowed to a submitter", async () => {
    const all = [...sentBy("reader"), ...sentBy("editor")];
    expect(
      sentBy("submitter")
        .map(({ action }) => action)
        .sort(),
    ).toEqual([
      ...["kms:GenerateDataKey", "kms:GenerateDataKey", "kms:GenerateDataKey"],
      ...["s3:PutObject", "s3:PutObject", "s3:PutObject"],
    ]);
    expect(await findDenied({ identity: policyOf("submitter") }, all)).toEqual(all);
  });

  it("to read are not allowed by a policy for another namespace, store, key or context", async () => {
    const policy = async (args: Words, more: Record<string, string> = {}): Promise<unknown> =>
      JSON.parse(await desk.must(["policy", "reader", ...args], { env: { ...env, ...more } }));
    const isOf = (segment: string) => (request: AccessRequest) => JSON.stringify(request).includes(segment);
    const onProd = sentBy("reader").filter(isOf("prod"));
    const opening = onProd.filter(({ action }) => action === "kms:Decrypt");
    const inContext = opening.filter(isOf("EncryptionContext:env"));
    expect(inContext.length).toBeGreaterThan(0);
    expect(await findDenied({ identity: await policy(["dev/"]) }, onProd)).toEqual(onProd);
    const otherStore = await policy(["prod/"], { COFFER_STORE_ID: "B".repeat(22) });
    expect(await findDenied({ identity: otherStore }, opening)).toEqual(opening);
    const otherKey = await policy(["prod/"], { COFFER_KEY: `${env.COFFER_KEY?.slice(0, -4)}0000` });
    expect(await findDenied({ identity: otherKey }, opening)).toEqual(opening);
    expect(await findDenied({ identity: await policy(["prod/", "-c", "env=dev"]) }, opening)).toEqual(inContext);
    expect(await findDenied({ identity: await policy(["prod/", "-c", "env=prod"]) }, opening)).toEqual([]);
  });

  it("on a namespace and all below it take a policy with --recursive", async () => {
    await desk.must(["put", "prod/billing/eu/A", "deep"], { env });
    const access = (
      await inTurn([
        ["list", "prod/"],
        ["export", "prod/billing/", "-R"],
        ["get", "prod/billing/eu/A"],
      ])
    ).flat();
    const one = JSON.parse(await desk.must(["policy", "reader", "prod/"], { env }));
    const below = JSON.parse(await desk.must(["policy", "reader", "prod/", "-R"], { env }));
    expect(await findDenied({ identity: one }, access)).not.toEqual([]);
    expect(await findDenied({ identity: below }, access)).toEqual([]);
  });

  it("to make a store are allowed by a policy that was printed before there was one", async () => {
    const { COFFER_STORE_ID: _, ...rest } = env;
    const fresh = { ...rest, COFFER_STORE: `s3://${await cloud.newBucket()}` };
    const identity = JSON.parse(await desk.must(["policy", "admin"], { env: fresh }));
    cloud.proxy.forget();
    await desk.must(["init"], { env: fresh });
    await desk.must(["put", "prod/A", "first"], { env: fresh });
    const access = cloud.proxy.requests.flatMap(accessOf);
    expect(access.filter(({ resource }) => resource.includes("/probe/")).length).toBeGreaterThan(3);
    expect(await findDenied({ identity }, access)).toEqual([]);
  });
});
