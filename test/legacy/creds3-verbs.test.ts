import { join } from "node:path";
import { CreateAliasCommand } from "@aws-sdk/client-kms";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cloud, startCloud } from "../aws/cloud.js";
import { findEmulator } from "../aws/emulator.js";
import { Desk } from "../conversations/desk.js";
import { untilNextSecond } from "./replay.js";

const source = findEmulator();

/** The built command on a bucket of creds3. */
describe.skipIf(source === null)("coffer on creds3://", () => {
  let cloud: Cloud;
  let key: string;
  let bucket: string;
  let env: Readonly<Record<string, string>>;
  const desk = new Desk();

  beforeAll(async () => {
    if (source === null) return;
    cloud = await startCloud(source);
    key = await cloud.newKey();
    await cloud.kms.send(new CreateAliasCommand({ AliasName: "alias/creds3", TargetKeyId: key.replace(/^.*\//, "") }));
    bucket = await cloud.newBucket();
    env = { ...cloud.env, AWS_DEFAULT_REGION: "eu-central-1", COFFER_STORE: `creds3://${bucket}/team` };
  });
  afterAll(async () => {
    desk.clear();
    await cloud.stop();
  });

  const must = (args: readonly string[], stdin?: string): Promise<string> =>
    desk.must(args, { env, ...(stdin === undefined ? {} : { stdin }) });

  it("puts, gets, lists, tells versions and deletes, and `coffer as creds3` sees the same", async () => {
    await must(["put", "app/DB_URL", "-"], "one");
    await must(["as", "creds3", "-l", `${bucket}/team`, "put", "app/DB_URL", "-", "-a"], "two\n");
    expect(await must(["get", "app/DB_URL"])).toBe("two\n");
    expect(await must(["as", "creds3", "-l", `${bucket}/team`, "list"])).toBe(
      "app/DB_URL -- version 1\napp/DB_URL -- version 2\n",
    );
    const { versions } = JSON.parse(await must(["history", "app/DB_URL", "--json"]));
    expect(versions.map(({ version }: { version: string }) => version)).toEqual(["2", "1"]);
    expect(await must(["exec", "app/", "--", "sh", "-c", 'printf %s "$DB_URL"'])).toBe("two\n");
    await must(["delete", "app/DB_URL"]);
    expect(await must(["list"])).toBe("");
  });

  it("doctor names the secrets whose latest version is not the highest", async () => {
    const put = (version: string): Promise<string> =>
      must(["as", "creds3", "-l", `${bucket}/team`, "put", "n", "value", "-v", version]);
    await put("9");
    expect(await must(["doctor"])).toMatch(/^ok +list +1 secrets can be listed\nok +latest /);
    await untilNextSecond();
    await put("2");
    const { code, stdout } = await desk.coffer(["doctor"], { env });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^wrong +latest .*"n" \(2, not 9\)$/m);
    await must(["delete", "n"]);
  });

  it("policy prints what a role needs, for the key in the URL", async () => {
    const url = `creds3://${bucket}/team?kms-key=${key}`;
    const { Statement } = JSON.parse(await must(["policy", "reader", "-s", url]));
    expect(Statement.flatMap(({ Action }: { Action: string[] }) => Action)).toEqual([
      "s3:GetObject",
      "s3:ListBucket",
      "kms:Decrypt",
    ]);
    expect(Statement[0].Resource).toEqual([`arn:aws:s3:::${bucket}/team/*`]);
  });

  it("a link named creds3 is creds3", async () => {
    await must(["link", "creds3", "--dir", desk.home]);
    const creds3 = (...args: readonly string[]): ReturnType<Desk["run"]> =>
      desk.run(join(desk.home, "creds3"), ["-l", `${bucket}/team`, ...args], { env });
    expect(await creds3("put", "x", "y")).toMatchObject({ code: 0, stdout: "x has been stored\n", stderr: "" });
    expect(await creds3("bogus")).toMatchObject({ code: 2, stdout: "" });
    expect(await creds3("get", "none")).toMatchObject({ code: 1, stdout: "" });
  });
});
