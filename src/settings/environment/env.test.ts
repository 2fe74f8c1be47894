import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, expectTypeOf, it } from "vitest";
import { Sensitive } from "../../core/sensitive.js";
import type { ErrorCode } from "../../errors.js";
import { createMasterKey } from "../../open/key-providers.js";
import { openObjectStore } from "../../open/object-stores.js";
import { openStore } from "../../open/open-store.js";
import { initVault } from "../../vault/init.js";
import { env } from "./env.js";

const NAMESPACES = {
  dev: { DB_URL: "dev-db", TOKEN: "dev-token" },
  "dev/billing": { DB_URL: "billing-db", "lower-case": "l" },
  odd: { NODE_OPTIONS: "--inspect", "no name": "n", BYTES: new Uint8Array([0xff, 0x00]), COFFER_KEY: "k" },
};
const SAVED = { env: { ...process.env }, cwd: process.cwd() };

let home: string;
let settings: { store: string; key: string };

beforeAll(async () => {
  home = realpathSync(mkdtempSync(join(tmpdir(), "coffer-env-")));
  settings = { store: `folder:${join(home, "store")}`, key: `key-file:${join(home, "master.key")}` };
  await createMasterKey(settings.key);
  await initVault(await openObjectStore(settings.store));
  const store = await openStore({ url: settings.store, key: settings.key });
  for (const [namespace, values] of Object.entries(NAMESPACES)) {
    const changes = Object.entries(values).map(([name, value]) => ({
      op: "put" as const,
      name,
      value: typeof value === "string" ? Sensitive.fromText(value) : Sensitive.from(value),
    }));
    await store.commit(namespace, changes);
  }
  await store.close();
});

beforeEach(() => {
  setEnvironment({ HOME: home, PATH: "/bin" });
  process.chdir(home);
});

afterAll(() => {
  setEnvironment(SAVED.env);
  process.chdir(SAVED.cwd);
  rmSync(home, { recursive: true, force: true });
});

function setEnvironment(variables: Readonly<Record<string, string | undefined>>): void {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, variables);
}

describe("env", () => {
  it("gives the secrets of the namespaces as a plain record, and leaves process.env alone", async () => {
    const before = { ...process.env };
    const variables = await env({ ...settings, namespaces: ["dev"] });
    expect({ ...variables }).toEqual({ DB_URL: "dev-db", TOKEN: "dev-token" });
    expect(Object.getPrototypeOf(variables)).toBeNull();
    expect(Object.isFrozen(variables)).toBe(true);
    expect(process.env).toEqual(before);
  });

  it("lets the later namespace win", async () => {
    const variables = await env({ ...settings, namespaces: ["dev/", "dev/billing/"], only: ["DB_URL", "TOKEN"] });
    expect(variables).toEqual({ DB_URL: "billing-db", TOKEN: "dev-token" });
  });

  it("takes store, key and namespace from variables where no option says them", async () => {
    Object.assign(process.env, {
      COFFER_STORE: settings.store,
      COFFER_KEY: settings.key,
      COFFER_NAMESPACE: "dev/billing",
    });
    expect(await env({ only: ["DB_URL"] })).toEqual({ DB_URL: "billing-db" });
    expect(await env({ namespaces: ["dev"], only: ["DB_URL"] })).toEqual({ DB_URL: "dev-db" });
  });

  it.each([
    [{ only: ["TOKEN"] }, { TOKEN: "dev-token" }],
    [{ only: [] }, {}],
    [
      { only: ["TOKEN"], map: { DATABASE: "DB_URL" } },
      { TOKEN: "dev-token", DATABASE: "dev-db" },
    ],
    [
      { map: { DATABASE: "DB_URL" }, prefix: "X_" },
      { X_TOKEN: "dev-token", DATABASE: "dev-db" },
    ],
  ])("chooses and names with %j as exec does", async (selection, expected) => {
    expect({ ...(await env({ ...settings, namespaces: ["dev"], ...selection })) }).toEqual(expected);
  });

  it("makes identifiers of names with `upper`", async () => {
    const variables = await env({ ...settings, namespaces: ["dev/billing"], upper: true });
    expect({ ...variables }).toEqual({ DB_URL: "billing-db", LOWER_CASE: "l" });
  });

  it("reads an older state with `at`", async () => {
    const store = await openStore({ url: settings.store, key: settings.key });
    const put = { op: "put" as const, name: "A" };
    const { commit } = await store.commit("past", [{ ...put, value: Sensitive.fromText("old") }]);
    await store.commit("past", [{ ...put, value: Sensitive.fromText("new") }]);
    await store.close();
    expect(await env({ ...settings, namespaces: ["past"], at: commit, only: ["A"] })).toEqual({ A: "old" });
  });

  it.each<[string, Parameters<typeof env>[0], ErrorCode, RegExp]>([
    ["a missing name", { namespaces: ["dev"], only: ["NO"] }, "NOT_FOUND", /NO/],
    ["a namespace with nothing in it ever", { namespaces: ["nope"] }, "NOT_FOUND", /nope\//],
    ["a name too many with `strict`", { namespaces: ["dev"], only: ["TOKEN"], strict: true }, "CONFLICT", /DB_URL/],
    ["a name that can run code", { namespaces: ["odd"], only: ["NODE_OPTIONS"] }, "USAGE", /NODE_OPTIONS .*run code/],
    ["a name that no environment takes", { namespaces: ["odd"], only: ["no name"] }, "USAGE", /"no name"/],
    ["a name of Coffer's own", { namespaces: ["odd"], only: ["COFFER_KEY"] }, "USAGE", /COFFER_KEY .*reserved/],
    ["bytes", { namespaces: ["odd"], only: ["BYTES"] }, "USAGE", /BYTES .*UTF-8/],
    ["a store that is not there", { store: "folder:/nowhere/at/all" }, "NOT_FOUND", /no store/],
    ["a profile that is not there", { profile: "none" }, "NOT_FOUND", /profile/],
    ["a timeout that is none", { timeout: -1 }, "USAGE", /timeout/],
    ["a key that does not open it", { namespaces: ["dev"], key: "passphrase:" }, "ACCESS_DENIED", /./],
  ])("refuses %s", async (_, options, code, message) => {
    await expect(env({ ...settings, ...options })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it("lets a name through that is allowed", async () => {
    const options = { ...settings, namespaces: ["odd"], only: ["NODE_OPTIONS"] } as const;
    expect(await env({ ...options, allow: ["NODE_OPTIONS"] })).toEqual({ NODE_OPTIONS: "--inspect" });
  });

  it("holds to the names of a project file that is named for it", async () => {
    const project = join(home, "named.toml");
    writeFileSync(project, 'exec = ["dev/"]\nnames = ["DB_URL", "GONE"]\n');
    await expect(env({ ...settings, project })).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: `the program needs GONE, as ${project} says`,
    });
    expect(await env({ ...settings, project, only: ["DB_URL"] })).toEqual({ DB_URL: "dev-db" });
  });

  it("gives what the environment refers to, also in other stores, and leaves process.env alone", async () => {
    const other = join(home, "other-store");
    await initVault(await openObjectStore(`folder:${other}`));
    const store = await openStore({ url: `folder:${other}`, key: settings.key });
    await store.commit("far", [{ op: "put", name: "A", value: Sensitive.fromText('{"user":"ada"}') }]);
    await store.close();
    const references = { NEAR: "coffer:dev/TOKEN", NODE_OPTIONS: `coffer+folder:${other}//far/A?field=user` };
    Object.assign(process.env, references);
    expect(await env({ ...settings })).toEqual({ NEAR: "dev-token", NODE_OPTIONS: "ada" });
    expect(await env({ ...settings, namespaces: ["dev"], only: ["DB_URL"] })).toEqual({
      DB_URL: "dev-db",
      NEAR: "dev-token",
      NODE_OPTIONS: "ada",
    });
    expect(process.env).toMatchObject(references);
    process.env.NEAR = "coffer:dev/NONE";
    await expect(env({ ...settings })).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: expect.stringContaining("NONE"),
    });
  });

  it("leaves a project alone that is not trusted, and tells who listens", async () => {
    const told: string[] = [];
    const project = join(home, "coffer.toml");
    writeFileSync(project, 'exec = ["dev/billing/"]\n');
    try {
      const options = {
        ...settings,
        namespaces: ["dev"],
        only: ["DB_URL"],
        tell: (text: string) => void told.push(text),
      };
      expect(await env(options)).toEqual({ DB_URL: "dev-db" });
    } finally {
      rmSync(project);
    }
    expect(told).toEqual([`there is a coffer.toml at ${home} that is not trusted: see it, then \`coffer trust\``]);
  });

  it("rejects with the reason of a signal", async () => {
    const reason = new Error("enough");
    await expect(env({ ...settings, namespaces: ["dev"], signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it.each<[Record<string, unknown>, RegExp]>([
    [{ namespace: "dev" }, /no option "namespace"/],
    [{ only: "DB_URL" }, /only is a list/],
    [{ namespaces: [] }, /namespaces has none/],
  ])("takes %j for a mistake of the programmer", async (options, message) => {
    await expect(env({ ...settings, ...options })).rejects.toThrow(message);
    await expect(env({ ...settings, ...options })).rejects.toBeInstanceOf(TypeError);
  });

  it("knows the names that it was asked for", async () => {
    const chosen = await env({
      ...settings,
      namespaces: ["dev"],
      only: ["DB_URL", "TOKEN"],
      map: { T: "TOKEN" },
      prefix: "P_",
    });
    expectTypeOf(chosen).toEqualTypeOf<Readonly<Record<"P_DB_URL" | "T", string>>>();
    expect(Object.keys(chosen).sort()).toEqual(["P_DB_URL", "T"]);
    const all = await env({ ...settings, namespaces: ["dev"] });
    expectTypeOf(all).toEqualTypeOf<Readonly<Record<string, string>>>();
    const names: string[] = ["TOKEN"];
    expectTypeOf(await env({ ...settings, namespaces: ["dev"], only: names })).toEqualTypeOf<
      Readonly<Record<string, string>>
    >();
  });
});

describe("env with a passphrase", () => {
  const namespaces = ["app"];
  let store: string;

  beforeAll(async () => {
    store = `folder:${join(home, "by-passphrase")}`;
    await initVault(await openObjectStore(store));
    const opened = await openStore({
      url: store,
      key: "passphrase:",
      askPassphrase: async () => Sensitive.fromText("open sesame"),
    });
    await opened.commit("app", [{ op: "put", name: "A", value: Sensitive.fromText("1") }]);
    await opened.close();
  });

  it("takes it from the variable or from the file", async () => {
    process.env.COFFER_PASSPHRASE = "open sesame";
    expect(await env({ store, key: "passphrase:", namespaces, only: ["A"] })).toEqual({ A: "1" });
    delete process.env.COFFER_PASSPHRASE;
    process.env.COFFER_PASSPHRASE_FILE = join(home, "words");
    writeFileSync(join(home, "words"), "open sesame\n");
    expect(await env({ store, key: "passphrase:", namespaces, only: ["A"] })).toEqual({ A: "1" });
  });

  it("asks nobody", async () => {
    await expect(env({ store, key: "passphrase:", namespaces })).rejects.toMatchObject({
      code: "USAGE",
      message: "a passphrase is needed, and nobody is asked for it here",
    });
  });
});
