import { spawn } from "node:child_process";
import { once } from "node:events";
import { CreateAliasCommand } from "@aws-sdk/client-kms";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cloud, REGION, startCloud } from "../aws/cloud.js";
import { findEmulator } from "../aws/emulator.js";
import { COFFER, Desk, type Result } from "../conversations/desk.js";

const source = findEmulator();
const CANARY = "cAnArY-51c9";

describe.skipIf(source === null)("a store of an older tool, by the built command", () => {
  const desk = new Desk();
  let cloud: Cloud;
  let old: string;
  beforeAll(async () => {
    if (source === null) return;
    cloud = await startCloud(source);
    await cloud.kms.send(new CreateAliasCommand({ AliasName: "alias/creds3", TargetKeyId: await cloud.newKey() }));
    old = `creds3://${await cloud.newBucket()}`;
    await desk.must(["init"]);
    for (const value of ["one", CANARY]) await run("put", "app.db", value, "-s", old);
    await run("put", "app.key", "k", "-c", "env=prod", "-s", old);
    await run("put", "plain/DB_URL", "url", "-s", old);
  });
  afterAll(async () => {
    desk.clear();
    await cloud?.stop();
  });

  const coffer = (...args: string[]): Promise<Result> => desk.coffer(args, { env: cloud.env });
  async function run(...args: string[]): Promise<string> {
    return desk.must(args, { env: cloud.env });
  }

  it("comes over with its history, contexts and new names; diff, export and exec work on both sides", async () => {
    const contexts = desk.file("contexts.json", '{ "app.key": { "env": "prod" } }');
    const args = [
      "copy",
      "/",
      "/",
      "--store-from",
      old,
      "--history",
      "--map",
      "app\\.(.*)=prod/app/$1",
      "--contexts",
      contexts,
    ];
    const { stderr } = await coffer(...args, "--verify");
    expect(stderr).toMatch(/copied 3 versions into prod\/app\/ \(commit c[0-9a-f]{12}\)\n.*compared: /s);
    expect(await run("get", "prod/app/db")).toBe(CANARY);
    expect(await run("get", "prod/app/db", "--version", "1")).toBe("one");
    expect(await run("get", "prod/app/key", "-c", "env=prod")).toBe("k");
    expect(await run("export", "plain/", "-s", old)).toBe("DB_URL=url\n");
    expect(await run("exec", "plain/", "-s", old, "--", "sh", "-c", "echo $DB_URL")).toBe("url\n");
    await run("copy", "plain/", "plain/", "--store-from", old);
    expect(await run("list", "/", "-s", old)).toBe("app.db\napp.key\nplain/DB_URL\n");
    await run("put", "plain/DB_URL", "other", "-s", old);
    expect(await run("diff", "plain/", "other/", "-s", old).catch(String)).toContain("nothing was ever written");
    expect(await run("history", "plain/DB_URL", "-s", old)).toMatch(/^2 .*\n1 .*\n$/);
  });

  it("comes over into a vault on S3 and KMS, which is named by its profile", async () => {
    const [bucket, key] = [await cloud.newBucket(), await cloud.newKey()];
    await run("init", "-p", "team", "-s", `s3://${bucket}/team`, "-k", `aws-kms:${key}`);
    const args = [
      "copy",
      "/",
      "moved/",
      "-R",
      "--store-from",
      old,
      "--store-to",
      "team",
      "--history",
      "-c",
      "env=prod",
      "--verify",
    ];
    expect((await coffer(...args)).stderr).toContain("coffer: compared: the values there are those of the source\n");
    expect(await run("get", "moved/app.db", "--version", "1", "-p", "team")).toBe("one");
    expect((await coffer(...args)).stderr).toMatch(/^coffer: nothing to copy: \d versions are there\n/);
    const { stderr } = await coffer("copy", "/", "alone/", "--store-from", old, "--store-to", "team", "-c", "env=prod");
    expect(stderr).toContain("coffer: left alone: 1 secret in namespaces below, which -R takes as well\n");
  });

  it("where its abilities end it says so, with exit code 2", async () => {
    const verbs = [
      ["log", "plain/"],
      ["get", "plain/DB_URL", "--at", "2020-01-01"],
      ["get", "plain/DB_URL", "--stage", "next"],
      ["export", "plain/", "--at", "2020-01-01"],
      ["diff", "plain/", "--at", "2020-01-01"],
      ["put", "plain/DB_URL", "v", "--stage", "next"],
      ["promote", "plain/", "--stage", "next"],
      ["purge", "plain/DB_URL", "-y"],
      ["rollback", "plain/", "--to", "2020-01-01"],
      ["inbox", "plain/"],
      ["accept", "plain/", "--head", `c${"0".repeat(64)}`],
      ["verify", "--all"],
      ["rotate-key", "--all"],
      ["put", "plain/DB_URL", "v", "--submit"],
    ];
    for (const args of verbs) {
      const { code, stderr } = await coffer(...args, "-s", old);
      expect({ args, code, stderr }).toMatchObject({
        args,
        code: 2,
        stderr: expect.stringMatching(/^coffer: error: /),
      });
      expect(stderr).not.toMatch(/mistake in Coffer|unknown flag|is missing/);
    }
  });

  it("as the destination: killed at any moment and run again, each version is there once", async () => {
    const there = `creds3://${await cloud.newBucket()}`;
    const names = Array.from({ length: 10 }, (_, index) => `N${index}`);
    for (const round of ["1", "2"])
      await run(
        "import",
        "many/",
        desk.file("in.json", JSON.stringify(Object.fromEntries(names.map((name) => [name, round + name])))),
      );
    const args = ["copy", "many/", "/", "--store-to", there, "--history"];
    let kills = 0;
    for (let life = 700; ; life += 600) {
      const child = spawn(process.execPath, [COFFER, ...args], { env: desk.env(cloud.env), stdio: "ignore" });
      const exit = once(child, "exit");
      const timer = setTimeout(() => child.kill("SIGKILL"), life);
      const [code] = await exit;
      clearTimeout(timer);
      if (code === 0) break;
      expect(code).toBeNull();
      kills++;
    }
    expect(kills).toBeGreaterThan(0);
    expect((await coffer(...args, "--verify")).stderr).toContain("nothing to copy: 20 versions are there\n");
    expect(await run("as", "creds3", "-r", REGION, "-l", there.slice("creds3://".length), "get", "N7")).toBe("2N7\n");
    const listed = await run("as", "creds3", "-r", REGION, "-l", there.slice("creds3://".length), "list");
    expect(listed.split("\n")).toHaveLength(21);
  });
});
