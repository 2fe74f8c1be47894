import { CreateAliasCommand } from "@aws-sdk/client-kms";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CopyOrder, CopyReport } from "../../src/copying/contract.js";
import { copySecrets } from "../../src/copying/copy.js";
import { parseRenaming } from "../../src/copying/renaming.js";
import type { Context } from "../../src/core/context.js";
import type { SecretStore } from "../../src/core/secret-store.js";
import { runCreds3 } from "../../src/legacy/creds3/cli.js";
import { openCreds3Store } from "../../src/legacy/creds3/store.js";
import { runCredstash } from "../../src/legacy/credstash/cli.js";
import { openMesserStore } from "../../src/legacy/messer/store.js";
import { openMicrosecretsStore } from "../../src/legacy/microsecrets/store.js";
import { openSsmStore } from "../../src/stores/ssm.js";
import { collect, put, putAll, readText, readTexts } from "../../src/testing/secret-store-contract/words.js";
import { newStorage, openTestVault } from "../../src/testing/vault-scene.js";
import type { Vault } from "../../src/vault/contract.js";
import { type Cloud, QUICK, REGION, startCloud } from "../aws/cloud.js";
import { findEmulator } from "../aws/emulator.js";
import { type CredstashScene, openCredstashScene } from "./credstash-scene.js";
import { newMesserScene } from "./messer-scene.js";
import { runTool } from "./tool-desk.js";

const source = findEmulator();

describe.skipIf(source === null)("copy", () => {
  let cloud: Cloud;
  let credstash: CredstashScene;
  beforeAll(async () => {
    if (source === null) return;
    cloud = await startCloud(source);
    for (const name of ["creds3", "microsecrets-copy"])
      await cloud.kms.send(new CreateAliasCommand({ AliasName: `alias/${name}`, TargetKeyId: await cloud.newKey() }));
    credstash = openCredstashScene(cloud);
    await credstash.newKey("alias/credstash");
  });
  afterAll(async () => {
    credstash?.close();
    await cloud?.stop();
  });

  const newVault = async (): Promise<Vault> => openTestVault(await newStorage());
  const openCreds3 = async (bucket: string): Promise<SecretStore> =>
    openCreds3Store(`creds3://${bucket}`, await cloud.aws());

  it("creds3 to a vault and back: every version, under its number, and creds3 reads what comes back", async () => {
    const old = await openCreds3(await cloud.newBucket());
    for (const value of ["one", "two", "three"]) await old.commit("", [put("app.db", value)]);
    await old.commit("", [put("app.key", "k", { version: "rel-7", context: { env: "prod" } }), put("other", "o")]);
    const vault = await newVault();
    const contexts = { pool: { env: "prod" }, byPath: new Map<string, Context>() };
    const there = await copy(old, vault, { rename: "app\\.(.*)=prod/app/$1", contexts });
    expect(there.namespaces.map(({ namespace, changed }) => [namespace, changed.length])).toEqual([
      ["", 1],
      ["prod/app", 4],
    ]);
    expect(await collect(vault.log("prod/app"))).toHaveLength(1);
    const history = await collect(vault.history("prod/app/db"));
    expect(history.map(({ origin }) => origin?.version)).toEqual(["3", "2", "1"]);
    expect(history[0]?.origin?.time).toEqual((await collect(old.history("app.db")))[0]?.time);
    expect((await copy(old, vault, { rename: "app\\.(.*)=prod/app/$1", contexts })).steps).toEqual([]);

    const bucket = await cloud.newBucket();
    const back = await openCreds3(bucket);
    const source = { namespace: "prod/app", name: null, recursive: false };
    await copy(vault, back, { rename: "(.*)=app.$1", source, contexts });
    for (const [version, text] of ["one", "two", "three"].entries())
      expect(await readText(back, "app.db", { version: String(version + 1) })).toBe(text);
    const creds3 = async (...args: string[]): Promise<string> =>
      (await runTool(runCreds3, ["-r", REGION, "-l", bucket, ...args])).stdout;
    expect(await creds3("get", "app.db")).toBe("three\n");
    expect(await creds3("get", "app.key", "env=prod")).toBe("k\n");
    expect(await creds3("list")).toBe(
      "app.db  -- version 1\napp.db  -- version 2\napp.db  -- version 3\napp.key -- version 1\n",
    );
    // What creds3 takes for the latest was written in another second than all before it.
    const times = (await collect(back.history("app.db"))).map(({ time }) => time?.getTime() ?? 0);
    expect(times[0]).toBeGreaterThan(times[1] ?? 0);
    await Promise.all([old.close(), back.close()]);
  });

  it("credstash to a vault and back: comments and contexts too", async () => {
    const [from, to] = [await credstash.newTable(), await credstash.newTable()];
    const old = await credstash.open(from);
    await old.commit("", [put("db", "one", { comment: "first" })]);
    await old.commit("", [put("db", "two", { comment: "second" })]);
    await old.commit("team", [put("key", "k", { context: { team: "a" } })]);
    const vault = await newVault();
    const contexts = { pool: {}, byPath: new Map([["team/", { team: "a" }]]) };
    await copy(old, vault, { source: { namespace: "", name: null, recursive: true }, contexts });
    expect(await collect(vault.history("db"))).toMatchObject([
      { comment: "second", origin: { version: expect.stringMatching(/2$/) } },
      { comment: "first" },
    ]);
    expect(await readText(vault, "team/key", { context: { team: "a" } })).toBe("k");
    const back = await credstash.open(to);
    const pool = { pool: { team: "a" }, byPath: new Map<string, Context>() };
    await copy(vault, back, { source: { namespace: "", name: null, recursive: true }, contexts: pool });
    const { stdout } = await runTool(runCredstash, ["-t", to, "get", "db"]);
    expect(stdout).toBe("two\n");
    expect((await runTool(runCredstash, ["-t", to, "get", "team/key", "team=a"])).stdout).toBe("k\n");
    await Promise.all([old.close(), back.close()]);
  });

  it("Parameter Store to a vault and back: versions, descriptions, paths as namespaces", async () => {
    const old = openSsmStore("ssm:/from", await cloud.aws(QUICK));
    for (const text of ["one", "two"]) await old.commit("app", [put("db", text, { comment: `it is ${text}` })]);
    await old.commit("", [put("top", "t")]);
    const vault = await newVault();
    const source = { namespace: "", name: null, recursive: true };
    await copy(old, vault, { source });
    const told = await collect(old.history("app/db"));
    expect(told.map(({ comment }) => comment)).toContain("it is one");
    expect(await collect(vault.history("app/db"))).toMatchObject(
      told.map(({ version, comment }) => ({ comment, origin: { version } })),
    );
    const back = openSsmStore("ssm:/to", await cloud.aws(QUICK));
    await copy(vault, back, { source });
    expect((await back.read("app/db", { details: true }))?.comment).toBe("it is two");
    expect((await copy(vault, back, { source })).steps).toEqual([]);
    await Promise.all([old.close(), back.close()]);
  });

  it("messer to a vault, bag by bag, and back", async () => {
    const scene = await newMesserScene(cloud);
    const config = scene.config("messer.ini");
    await scene.must("encryption", "create", "aws", "k1", "-c", config);
    await scene.must("data", "bag", "create", "aws", "web", "-c", config);
    const file = scene.file("i.json", '{"id":"db","password":"pw","port":5432}');
    await scene.must("data", "bag", "from", "file", "aws", "web", file, "--secret-file", "k1", "-c", config);
    const messer = await openMesserStore(`messer:?config=${encodeURIComponent(config)}`, {
      openAws: () => cloud.aws(QUICK),
    });
    const vault = await newVault();
    const bag = { namespace: "web", name: null, recursive: true };
    const report = await copy(messer, vault, {
      source: bag,
      target: { namespace: "dev/web", name: null },
      history: false,
    });
    expect(report.differing).toEqual([]);
    expect(await readTexts(vault, { namespace: "dev/web/db" })).toEqual({ password: "pw", port: "5432" });
    expect(
      (await copy(messer, vault, { source: bag, target: { namespace: "dev/web", name: null } })).steps,
    ).toHaveLength(0);
    await putAll(vault, "dev/web/db", { password: "new" });
    await copy(vault, messer, {
      source: { namespace: "dev/web", name: null, recursive: true },
      target: { namespace: "web", name: null },
      history: false,
    });
    const shown = await scene.must("data", "bag", "show", "aws", "web", "db", "--decrypt", "-c", config);
    expect(JSON.parse(shown)).toMatchObject({ password: "new" });
    await messer.close();
    scene.clear();
  });

  it("microsecrets to a vault and back", async () => {
    const open = async (): Promise<SecretStore> =>
      openMicrosecretsStore(
        `microsecrets://${await cloud.newBucket()}?kms-key=alias/microsecrets-copy`,
        await cloud.aws(),
      );
    const [old, back] = [await open(), await open()];
    await putAll(old, "web", { DB: "one", KEY: "k" });
    await putAll(old, "web", { DB: "two" });
    const vault = await newVault();
    const source = { namespace: "", name: null, recursive: true };
    await copy(old, vault, { source });
    expect(await readTexts(vault, { namespace: "web" })).toEqual({ DB: "two", KEY: "k" });
    await copy(vault, back, { source, history: false });
    expect(await readTexts(back, { namespace: "web" })).toEqual({ DB: "two", KEY: "k" });
    await Promise.all([old.close(), back.close()]);
  });
});

type Wish = Partial<Pick<CopyOrder, "source" | "target" | "history" | "contexts">> & { readonly rename?: string };

/** All of the root to the root, with its history, and compared afterwards. */
async function copy(from: SecretStore, to: SecretStore, { rename, ...wish }: Wish = {}): Promise<CopyReport> {
  const renaming = rename === undefined ? () => null : parseRenaming(rename);
  const call = (): object => ({});
  const order: CopyOrder = {
    ...{ from: { store: from, call }, to: { store: to, call }, history: true, message: "moved" },
    ...{ source: { namespace: "", name: null, recursive: false }, target: { namespace: "", name: null } },
    ...{ contexts: { pool: {}, byPath: new Map() }, signal: new AbortController().signal },
    rename: (path) => renaming(path) ?? path,
    ...wish,
  };
  const report = await copySecrets(order, { dryRun: false, verify: true });
  expect(report.differing).toEqual([]);
  return report;
}
