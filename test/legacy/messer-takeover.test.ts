// docs/recipes/from-messer.md, done: three tiers of messer become namespaces of a vault.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cloud, startCloud } from "../aws/cloud.js";
import { findEmulator } from "../aws/emulator.js";
import { Desk } from "../conversations/desk.js";
import { type MesserScene, newMesserScene } from "./messer-scene.js";

const source = findEmulator();

describe.skipIf(source === null)("a team on messer", () => {
  let cloud: Cloud;
  let scene: MesserScene;
  let env: Record<string, string>;
  const desk = new Desk();
  const coffer = (...args: string[]): Promise<string> => desk.must(args, { env });

  beforeAll(async () => {
    if (source === null) return;
    cloud = await startCloud(source);
    scene = await newMesserScene(cloud);
    for (const tier of ["dev", "prod"]) {
      const config = scene.config(`${tier}.ini`, { tier });
      await scene.run(["encryption", "create", "aws", "k1", "-c", config]);
      for (const bag of ["billing", "web"]) {
        await scene.must("data", "bag", "create", "aws", bag, "-c", config);
        const stdin = JSON.stringify({ id: "db", password: `${tier} ${bag}`, port: 5432, "non-ascii": "zürich" });
        await scene.run(["data", "bag", "from", "file", "aws", bag, "-", "--secret-file", "k1", "-c", config], {
          stdin,
        });
      }
    }
    env = {
      ...cloud.env,
      COFFER_STORE: `s3://${await cloud.newBucket()}/main`,
      COFFER_KEY: `aws-kms:${await cloud.newKey()}`,
    };
    await coffer("init");
  });
  afterAll(async () => {
    desk.clear();
    scene?.clear();
    await cloud?.stop();
  });

  const from = (tier: string): string => `messer:?config=${scene.folder}/${tier}.ini`;

  it("is taken over bag by bag, and every value is compared", async () => {
    expect(await coffer("list", "-s", from("prod"))).toBe(
      ["billing", "web"]
        .map((bag) => ["non-ascii", "password", "port"].map((name) => `${bag}/db/${name}\n`).join(""))
        .join(""),
    );
    const bag = ["copy", "billing/", "dev/billing/", "-R", "--store-from", from("dev")] as const;
    await coffer(...bag, "--dry-run");
    expect(await coffer("list")).toBe("");
    await coffer(...bag, "--verify");
    await coffer(...bag, "--verify");
    expect(await coffer("export", "dev/billing/db/", "--for", "json")).toBe(
      '{"non-ascii":"zürich","password":"dev billing","port":"5432"}\n',
    );
    expect(JSON.parse(await coffer("log", "dev/billing/db/", "--json"))).toMatchObject({ commits: [{ sequence: 1 }] });
  });

  it("is taken over a tier at a time, and goes on after a change", async () => {
    const tier = ["copy", "/", "prod/", "-R", "--store-from", from("prod"), "--verify"] as const;
    await coffer(...tier);
    expect(await coffer("get", "prod/web/db/password")).toBe("prod web");
    await coffer("put", "web/db/password", "changed", "-s", from("prod"));
    await coffer(...tier);
    expect(await coffer("get", "prod/web/db/password")).toBe("changed");
    expect(await coffer("get", "prod/billing/db/password")).toBe("prod billing");
  });

  it("runs its programs from either, with the same variables", async () => {
    const printed = (args: readonly string[]): Promise<string> =>
      coffer("exec", ...args, "--only", "password,port", "--", "sh", "-c", 'echo "$password $port"');
    expect(await printed(["billing/db/", "-s", from("dev")])).toBe("dev billing 5432\n");
    expect(await printed(["dev/billing/db/"])).toBe("dev billing 5432\n");
  });

  it("rotates what is old, and has a report", async () => {
    await coffer("rotate-key", "--all", "--older-than", "90d");
    const { checks } = JSON.parse((await desk.coffer(["doctor", "--rotation", "90d", "--json"], { env })).stdout);
    expect(checks).toContainEqual(expect.objectContaining({ id: "data-keys", status: "ok" }));
    await coffer("verify", "--all");
  });

  it("gets policies for each tier", async () => {
    for (const role of ["admin", "reader"]) {
      for (const tier of ["dev", "stage", "prod"]) {
        const text = await coffer("policy", role, `${tier}/`, "-R", "--format", "terraform");
        expect(text).toContain(`heads/${tier}!*`);
      }
    }
  });
});
