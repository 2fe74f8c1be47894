import { beforeEach, describe, expect, it } from "vitest";
import type { KeyProvider } from "../../keys/key-provider.js";
import type { ObjectStore } from "../../objects/object-store.js";
import { type FaultyStore, faultyStore } from "../../testing/faulty-object-store.js";
import {
  collect,
  copyOf,
  MASTER_KEY,
  newStorage,
  openTestVault,
  replaceObject,
  shown,
  text,
} from "../../testing/vault-scene.js";

const LONG_AGO = new Date("2000-01-01T00:00:00Z");

/** A namespace of three secrets: one expired long ago, one with context, one whose value lies in a blob. */
let objects: ObjectStore;
beforeEach(async () => {
  objects = await newStorage();
  await openTestVault(objects).commit("prod", [
    { op: "put", name: "EXPIRED", value: text("still here"), expires: LONG_AGO },
    { op: "put", name: "OWN", value: text("own"), context: { app: "billing" } },
    { op: "put", name: "LARGE", value: text("x".repeat(5000)) },
  ]);
});

const ALL = { namespace: "prod" };
const CONTEXT = { context: { app: "billing" } };
const gets = ({ calls }: FaultyStore): string[] => calls.map(({ operation, key }) => `${operation} ${key}`);

function counting(): { keys: KeyProvider; asked: string[] } {
  const asked: string[] = [];
  const keys: KeyProvider = {
    ...MASTER_KEY,
    unwrap: (wrapped, context, call) => {
      asked.push(context["coffer:epoch"] ?? "");
      return MASTER_KEY.unwrap(wrapped, context, call);
    },
  };
  return { keys, asked };
}

describe("reading", () => {
  it("tells that a secret has expired, and gives it all the same", async () => {
    const vault = openTestVault(objects, { now: () => new Date("2030-01-01T00:00:00Z") });
    const secret = await vault.read("prod/EXPIRED");
    expect(secret?.expires).toEqual(LONG_AGO);
    expect(shown(secret)).toBe("still here");
    const { secrets } = await vault.readAll(ALL, { only: ["EXPIRED"] });
    expect(secrets.map(shown)).toEqual(["still here"]);
  });

  it("costs one object and one opened key for a whole namespace, and one more for each blob and each context", async () => {
    const many = await newStorage();
    const changes = Array.from({ length: 200 }, (_, n) => ({ op: "put", name: `N${n}`, value: text("x") }) as const);
    await openTestVault(many).commit("prod", changes);
    for (const [store, options, requests, unwraps] of [
      [many, {}, 1, 1],
      [objects, CONTEXT, 2, 2],
    ] as const) {
      const watched = faultyStore(store, () => undefined);
      const { keys, asked } = counting();
      await openTestVault(watched, { keys }).readAll(ALL, options);
      expect(gets(watched)).toHaveLength(requests);
      expect(asked).toHaveLength(unwraps);
    }
  });

  it("asks nothing but the head for one secret, whatever else there is", async () => {
    const store = faultyStore(objects, () => undefined);
    await openTestVault(store).read("prod/EXPIRED");
    expect(gets(store)).toEqual(["get heads/prod"]);
  });

  it("gives everything or fails: one value that is missing, damaged or not answered for is all of it", async () => {
    const [blob = ""] = await collect(objects.list("blobs/"));
    for (const [bytes, code] of [
      [null, "INTEGRITY"],
      [Buffer.from("other"), "INTEGRITY"],
    ] as const) {
      const damaged = await copyOf(objects);
      await replaceObject(damaged, blob, bytes);
      await expect(openTestVault(damaged).readAll(ALL, CONTEXT)).rejects.toMatchObject({ code });
      expect((await openTestVault(damaged).readAll(ALL, { only: ["EXPIRED"] })).secrets).toHaveLength(1);
    }
    const silent = faultyStore(objects, ({ key }) => (key === blob ? { kind: "before" } : undefined));
    await expect(openTestVault(silent).readAll(ALL, CONTEXT)).rejects.toMatchObject({ code: "UNREACHABLE" });
    await expect(openTestVault(objects).readAll(ALL)).rejects.toMatchObject({ code: "CONTEXT" });
  });

  it("gives every namespace of a scope or fails", async () => {
    await openTestVault(objects).commit("prod/billing", [{ op: "put", name: "A", value: text("a") }]);
    const scope = { ...ALL, recursive: true };
    expect((await openTestVault(objects).readAll(scope, CONTEXT)).secrets).toHaveLength(4);
    const silent = faultyStore(objects, ({ key }) => (key === "heads/prod!billing" ? { kind: "before" } : undefined));
    await expect(openTestVault(silent).readAll(scope, CONTEXT)).rejects.toMatchObject({ code: "UNREACHABLE" });
  });

  it("names all that are missing of the names asked for, deleted ones too", async () => {
    const vault = openTestVault(objects);
    await vault.commit("prod", [{ op: "delete", name: "LARGE" }]);
    const attempt = vault.readAll(ALL, { only: ["EXPIRED", "LARGE", "NEVER"] });
    await expect(attempt).rejects.toMatchObject({ code: "NOT_FOUND", message: expect.stringMatching(/LARGE.*NEVER/) });
  });

  it("needs the master key for values, and none for lists", async () => {
    const vault = openTestVault(objects, { keys: null });
    expect((await collect(vault.list(ALL))).map(({ name }) => name)).toEqual(["EXPIRED", "LARGE", "OWN"]);
    expect(await vault.head("prod")).toMatchObject({ sequence: 1, verified: false });
    for (const attempt of [
      vault.read("prod/EXPIRED"),
      vault.readAll(ALL),
      vault.commit("prod", [{ op: "delete", name: "OWN" }]),
    ])
      await expect(attempt).rejects.toMatchObject({ code: "USAGE" });
  });
});

describe("trying a commit", () => {
  it("sends nothing, and says what it would do", async () => {
    const store = faultyStore(objects, () => undefined);
    const vault = openTestVault(store);
    const commit = await vault.commit("prod", [{ op: "put", name: "NEW", value: text("x") }], { dryRun: true });
    expect(commit).toMatchObject({ sequence: 2, changes: [{ name: "NEW", version: "1", change: "added" }] });
    expect(gets(store)).toEqual(["get heads/prod"]);
  });
});
