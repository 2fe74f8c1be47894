import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import type { SecretStore } from "../core/secret-store.js";
import { Sensitive } from "../core/sensitive.js";
import { collect, newStorage, openTestVault } from "../testing/vault-scene.js";
import { Keyring } from "./keyring.js";

let store: SecretStore;
let keyring: Keyring;

beforeEach(async () => {
  store = openTestVault(await newStorage());
  keyring = new Keyring(store);
});

describe("a keyring", () => {
  test("gives back what was kept, and null where there is nothing", async () => {
    await keyring.setPassword("example.com", "ana", "correct horse");
    expect(await keyring.getPassword("example.com", "ana")).toBe("correct horse");
    expect(await keyring.getPassword("example.com", "ben")).toBeNull();
    expect(await keyring.getPassword("example.org", "ana")).toBeNull();
  });

  test("keeps any password for any service and user, each for itself", async () => {
    const text = fc.string({ unit: "binary", maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(text, text, text, text, text, async (service, username, other, password, another) => {
        fc.pre(username !== other);
        await keyring.setPassword(service, username, password);
        await keyring.setPassword(service, other, another);
        expect(await keyring.getPassword(service, username)).toBe(password);
        expect(await keyring.findCredentials(service)).toContainEqual({ username: other, password: another });
      }),
      { numRuns: 40 },
    );
  });

  test.each(["a", "é", "x".repeat(300), "x".repeat(1024)])(
    "tells the user name of a credential again",
    async (username) => {
      await keyring.setPassword("s", username, "p");
      expect(await keyring.getCredential("s")).toEqual({ username, password: "p" });
    },
  );

  test("changes a password into its next version", async () => {
    await keyring.setPassword("example.com", "ana", "one");
    await keyring.setPassword("example.com", "ana", "two");
    expect(await keyring.getPassword("example.com", "ana")).toBe("two");
    expect(await collect(store.history("keyring/example.com/ana"))).toHaveLength(2);
  });

  test("deletes one, and says so where there is none", async () => {
    await keyring.setPassword("example.com", "ana", "one");
    await keyring.deletePassword("example.com", "ana");
    expect(await keyring.getPassword("example.com", "ana")).toBeNull();
    await expect(keyring.deletePassword("example.com", "ana")).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(keyring.deletePassword("never.example", "ana")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  test("keeps what is kept already without a new version", async () => {
    await keyring.keepPassword("example.com", "ana", "one");
    await keyring.keepPassword("example.com", "ana", "one");
    expect(await collect(store.history("keyring/example.com/ana"))).toHaveLength(1);
    await keyring.keepPassword("example.com", "ana", "two");
    expect(await keyring.getPassword("example.com", "ana")).toBe("two");
  });

  test("deletes those that are named, in one commit, and says how many", async () => {
    for (const username of ["ana", "ben", "cleo"]) await keyring.setPassword("example.com", username, "p");
    expect(await keyring.deletePasswords("example.com", ({ username }) => username !== "ben")).toBe(2);
    expect(await keyring.findCredentials("example.com")).toEqual([{ username: "ben", password: "p" }]);
    expect(await collect(store.log("keyring/example.com"))).toHaveLength(4);
    expect(await keyring.deletePasswords("never.example", () => true)).toBe(0);
  });

  test("leaves what somebody else stores while it is looking", async () => {
    const storage = await newStorage();
    const other = new Keyring(openTestVault(storage));
    const mine = new Keyring(openTestVault(storage));
    await other.setPassword("example.com", "ana", "stale");
    await other.setPassword("example.com", "ben", "stale");
    let better: Promise<void> | undefined;
    const slow = openTestVault(storage);
    const racing = new Keyring({
      ...slow,
      readAll: async (scope, options) => {
        const found = await slow.readAll(scope, options);
        better ??= other.setPassword("example.com", "ana", "better");
        await better;
        return found;
      },
    });
    expect(await racing.deletePasswords("example.com", ({ password }) => password === "stale")).toBe(1);
    expect(await mine.findCredentials("example.com")).toEqual([{ username: "ana", password: "better" }]);
  });

  test("finds the credentials of a service, first the one whose name is first", async () => {
    for (const username of ["cleo", "ana", "ben"]) await keyring.setPassword("example.com", username, `of ${username}`);
    expect((await keyring.findCredentials("example.com")).map(({ username }) => username)).toEqual([
      "ana",
      "ben",
      "cleo",
    ]);
    expect(await keyring.getCredential("example.com")).toEqual({ username: "ana", password: "of ana" });
    expect(await keyring.getCredential("example.com", "ben")).toEqual({ username: "ben", password: "of ben" });
    expect(await keyring.findPassword("example.com")).toBe("of ana");
  });

  test("finds nothing where there is nothing", async () => {
    expect(await keyring.findCredentials("example.com")).toEqual([]);
    expect(await keyring.getCredential("example.com")).toBeNull();
    expect(await keyring.getCredential("example.com", "ana")).toBeNull();
    expect(await keyring.findPassword("example.com")).toBeNull();
  });

  test("leaves out what is no user's, and will not call bytes a password", async () => {
    await store.commit("keyring/example.com", [
      { op: "put", name: "not a user", value: Sensitive.fromText("x") },
      { op: "put", name: `~${"0".repeat(64)}`, value: Sensitive.fromText("x"), comment: "somebody else" },
    ]);
    expect(await keyring.findCredentials("example.com")).toEqual([]);
    await store.commit("keyring/example.com", [{ op: "put", name: "ana", value: Sensitive.from(Buffer.of(0xff)) }]);
    await expect(keyring.getPassword("example.com", "ana")).rejects.toMatchObject({ code: "INVALID" });
  });

  test("stands below another namespace where one is said", async () => {
    await new Keyring(store, { namespace: "prod/logins" }).setPassword("example.com", "ana", "p");
    expect((await collect(store.list({ namespace: "", recursive: true }))).map(({ namespace }) => namespace)).toEqual([
      "prod/logins/example.com",
    ]);
  });

  test("a user name that neither a name nor a comment can hold is refused", async () => {
    await expect(keyring.setPassword("s", "x".repeat(1025), "p")).rejects.toMatchObject({ code: "USAGE" });
  });
});
