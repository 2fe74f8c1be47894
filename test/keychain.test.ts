import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { AsyncEntry } from "@napi-rs/keyring";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createKeychainKey, openKeychain } from "../src/keys/keychain.js";
import { keyProviderContract } from "../src/testing/key-provider-contract.js";
import { COFFER, Desk } from "./conversations/desk.js";
import { canStartSession, type DesktopSession, startSession } from "./secret-service.js";

const KEY = ["-k", "keychain:"];
const hasSessions = canStartSession();

describe.runIf(hasSessions)("a keychain", () => {
  const addressBefore = process.env.DBUS_SESSION_BUS_ADDRESS;
  let session: DesktopSession;
  let desk: Desk;

  beforeAll(async () => {
    session = await startSession();
    // For what these tests call in this very process, which is theirs alone.
    Object.assign(process.env, session.env);
  });
  afterAll(async () => {
    await session.stop();
    if (addressBefore === undefined) delete process.env.DBUS_SESSION_BUS_ADDRESS;
    else process.env.DBUS_SESSION_BUS_ADDRESS = addressBefore;
  });
  beforeEach(() => {
    desk = new Desk();
  });
  afterEach(async () => {
    desk.clear();
    await itemOf("default").deletePassword();
  });

  const given = (): { env: Readonly<Record<string, string>> } => ({ env: session.env });

  keyProviderContract(
    "a keychain",
    async () => {
      await createKeychainKey("mine");
      await createKeychainKey("theirs");
      return {
        keys: await openKeychain("mine"),
        again: () => openKeychain("mine"),
        other: () => openKeychain("theirs"),
        dispose: async () => {},
      };
    },
    { describe, it },
  );

  it("keeps the master key from init on", async () => {
    expect((await desk.coffer(["init", ...KEY], given())).stderr).toMatch(
      /made the master key keychain:default\n.*back/,
    );
    await desk.must(["put", "-q", "prod/A", "one", ...KEY], given());
    expect(await desk.must(["get", "prod/A", ...KEY], given())).toBe("one");
    expect(await desk.must(["get", "prod/A", "-k", "keychain:default"], given())).toBe("one");
  });

  it("holds the line of a key file, so that a key can be carried from one to the other", async () => {
    await desk.must(["init", "-q", ...KEY], given());
    await desk.must(["put", "-q", "prod/A", "one", ...KEY], given());
    const line = await itemOf("default").getPassword();
    expect(line).toMatch(/^coffer-master-key-1 [A-Za-z0-9_-]{43}$/);
    const file = desk.file("exported.key", `${line}\n`);
    expect(await desk.must(["get", "prod/A", "-k", `key-file:${file}`])).toBe("one");
    await itemOf("default").setPassword(`${line}\n`);
    expect(await desk.must(["get", "prod/A", ...KEY], given())).toBe("one");
  });

  it("keeps one key for all who make it at the same moment, and what they seal can be read", async () => {
    const stores = Array.from({ length: 6 }, (_, index) => ["-s", `folder:~/store-${index}`]);
    await Promise.all(stores.map((store) => desk.must(["init", "-q", ...KEY, ...store], given())));
    await Promise.all(stores.map((store) => desk.must(["put", "-q", "x/A", "one", ...KEY, ...store], given())));
    const values = await Promise.all(stores.map((store) => desk.must(["get", "x/A", ...KEY, ...store], given())));
    expect(values).toEqual(stores.map(() => "one"));
  });

  it("never has its key replaced, nor what else lies there", async () => {
    await itemOf("default").setPassword("CANARY, no key");
    expect(await createKeychainKey("default")).toBe(false);
    const { code, stderr } = await desk.coffer(["init", ...KEY], given());
    expect(code).toBe(1);
    expect(stderr).toMatch(/^coffer: error: what the keychain has as "default" .*\ncoffer: hint: .*\n$/);
    expect(stderr).not.toContain("CANARY");
    expect(await itemOf("default").getPassword()).toBe("CANARY, no key");
  });

  it("that has lost the key of a store gets no new one", async () => {
    await desk.must(["init", "-q", ...KEY], given());
    await itemOf("default").deletePassword();
    const { code, stderr } = await desk.coffer(["init", ...KEY], given());
    expect(code).toBe(3);
    expect(stderr).toContain("the store is there, but its master key is not");
    expect(await itemOf("default").getPassword()).toBeNull();
  });
});

describe.runIf(hasSessions)("a keychain that cannot keep anything", () => {
  const desk = new Desk();
  const sessions: Record<string, DesktopSession> = {};

  beforeAll(async () => {
    const locked = await startSession();
    await desk.must(["init", "-q", ...KEY, "-s", "folder:~/before"], { env: locked.env });
    locked.lock();
    Object.assign(sessions, { locked, bare: await startSession("bare") });
  });
  afterAll(async () => {
    await Promise.all(Object.values(sessions).map((session) => session.stop()));
    desk.clear();
  });

  it.each([
    ["is locked", "locked"],
    ["has no place for anything", "bare"],
    ["is not there", "none"],
  ])("because it %s: nothing is made", async (_, state) => {
    const env = sessions[state]?.env ?? { DBUS_SESSION_BUS_ADDRESS: `unix:path=${desk.home}/no-bus` };
    const { code, stdout, stderr } = await desk.coffer(["init", ...KEY, "-s", "folder:~/new"], { env });
    expect(code).toBe(7);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/^coffer: error: the operating system's keychain cannot be used: .*\ncoffer: hint: .*\n$/);
    expect(existsSync(join(desk.home, "new"))).toBe(false);
  });

  it.each([
    ["locked", 7],
    ["bare", 3],
    ["none", 7],
  ])("(%s) is an error for a store that is there: exit %i", async (state, exit) => {
    const env = sessions[state]?.env ?? { DBUS_SESSION_BUS_ADDRESS: `unix:path=${desk.home}/no-bus` };
    for (const verb of [["init"], ["put", "x/A", "v"], ["get", "x/A"]]) {
      const { code, stderr } = await desk.coffer([...verb, ...KEY, "-s", "folder:~/before"], { env });
      expect(stderr).toMatch(/^coffer: error: .*\ncoffer: hint: .*\n$/);
      expect(code).toBe(exit);
    }
  });
});

describe("without what speaks to the keychain", () => {
  const desk = new Desk();
  beforeAll(() => cpSync(dirname(COFFER), join(desk.home, "cli"), { recursive: true }));
  afterAll(() => desk.clear());

  it("the command works, but says for keychain: what to install", async () => {
    const coffer = join(desk.home, "cli", "coffer.cjs");
    expect((await desk.run(process.execPath, [coffer, "init", "-q"])).code).toBe(0);
    const { code, stderr } = await desk.run(process.execPath, [coffer, "init", ...KEY, "-s", "folder:~/other"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/@napi-rs\/keyring, which is not installed\ncoffer: hint: npm install @napi-rs\/keyring/);
    expect(existsSync(join(desk.home, "other"))).toBe(false);
  });

  it("says so where it is installed and does not load", async () => {
    const folder = join(desk.home, "node_modules/@napi-rs/keyring");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "index.js"), 'throw new Error("no native binding");');
    const { code, stderr } = await desk.run(process.execPath, [join(desk.home, "cli/coffer.cjs"), "init", ...KEY]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/@napi-rs\/keyring, which does not load on this system \(.*\)\ncoffer: hint: /);
  });
});

function itemOf(name: string): AsyncEntry {
  return new AsyncEntry("coffer", name, { linux: { store: "secret-service" } });
}
