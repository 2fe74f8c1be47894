// Somebody who can write to the storage, and changes what lies there.
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { isCofferError } from "../../errors.js";
import type { ObjectStore } from "../../objects/object-store.js";
import {
  bytesAt,
  collect,
  copyOf,
  newStorage,
  openTestVault,
  problemsOf,
  replaceObject,
  shown,
  snapshot,
  text,
} from "../../testing/vault-scene.js";
import type { Vault } from "../contract.js";

const CONTEXT = { app: "billing" };
const LARGE = "large".repeat(1000);

let whole: ObjectStore;
/** Every way to read, and what it gives of the untouched store. */
let truth: Map<string, unknown>;

const READINGS: readonly (readonly [string, (vault: Vault) => Promise<unknown>])[] = [
  ["all", async (vault) => (await vault.readAll({ namespace: "prod" }, { context: CONTEXT })).secrets.map(seen)],
  ["one", async (vault) => seen(await vault.read("prod/A"))],
  ["in a blob", async (vault) => seen(await vault.read("prod/LARGE"))],
  ["with context", async (vault) => seen(await vault.read("prod/OWN", { context: CONTEXT }))],
  ["staged", async (vault) => seen(await vault.read("prod/A", { stage: "next" }))],
  ["an old version", async (vault) => seen(await vault.read("prod/A", { version: "1" }))],
  ["an old blob", async (vault) => seen(await vault.read("prod/LARGE", { version: "1" }))],
  [
    "at a time",
    async (vault) => (await vault.readAll({ namespace: "prod" }, { at: "2026-01-01T00:00:30Z" })).secrets.map(seen),
  ],
  ["history", (vault) => collect(vault.history("prod/A"))],
  ["log", (vault) => collect(vault.log("prod"))],
];

const seen = (secret: Parameters<typeof shown>[0]): unknown => ({ ...secret, value: shown(secret) });

beforeAll(async () => {
  whole = await newStorage();
  let minute = 0;
  const vault = openTestVault(whole, { now: () => new Date(Date.UTC(2026, 0, 1, 0, minute++)) });
  const put = (name: string, value: string) => ({ op: "put", name, value: text(value) }) as const;
  await vault.commit("prod", [{ ...put("A", "one"), comment: "the first" }, put("LARGE", LARGE)]);
  await vault.commit("prod", [put("A", "two"), put("GONE", "x"), put("LARGE", `${LARGE}!`)], { message: "more" });
  await vault.commit("prod", [
    { op: "delete", name: "GONE" },
    { ...put("OWN", "own"), context: CONTEXT },
    { ...put("A", "three"), stage: "next", expires: new Date(0) },
  ]);
  truth = new Map();
  for (const [name, read] of READINGS) truth.set(name, await read(openTestVault(whole)));
});

/** An object, one of its bytes, and what it is changed to. */
async function changed(pick: number, place: number, mask: number): Promise<{ objects: ObjectStore; key: string }> {
  const objects = await copyOf(whole);
  const keys = await collect(objects.list(""));
  const key = keys[pick % keys.length] ?? "";
  const bytes = await bytesAt(objects, key);
  const at = place % bytes.byteLength;
  bytes[at] = (bytes[at] ?? 0) ^ mask;
  await replaceObject(objects, key, bytes);
  return { objects, key };
}

const anyChange = [fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 })] as const;

async function expectTrueOrRefused(objects: ObjectStore): Promise<void> {
  for (const [name, read] of READINGS) {
    const given = await read(openTestVault(objects)).catch((error: unknown) => {
      if (!isCofferError(error)) throw error;
      return error;
    });
    if (!isCofferError(given)) expect(given, name).toEqual(truth.get(name));
  }
}

describe("one changed byte anywhere in the store", () => {
  it("makes a reading fail or leaves it as it was, and never gives anything else", async () => {
    await fc.assert(
      fc.asyncProperty(...anyChange, async (pick, place, mask) => {
        const { objects } = await changed(pick, place, mask);
        await expectTrueOrRefused(objects);
      }),
      { numRuns: 150 },
    );
  });

  it("is found by verify", async () => {
    await fc.assert(
      fc.asyncProperty(...anyChange, async (pick, place, mask) => {
        const { objects, key } = await changed(pick, place, mask);
        expect(await problemsOf(openTestVault(objects)), key).not.toEqual([]);
      }),
      { numRuns: 250 },
    );
  });
});

describe("an object that is missing", () => {
  it("is found by verify, and never read as if nothing had been there", async () => {
    for (const key of (await snapshot(whole)).keys()) {
      const objects = await copyOf(whole);
      await replaceObject(objects, key, null);
      const namespaces = key.startsWith("heads/") ? ["prod"] : [];
      const reports = await collect(openTestVault(objects).verify(namespaces.length > 0 ? { namespaces } : {}));
      expect(
        reports.flatMap(({ problems }) => problems),
        key,
      ).not.toEqual([]);
      if (!key.startsWith("heads/")) await expectTrueOrRefused(objects);
    }
  });
});

describe("an object in the place of another", () => {
  it("makes a reading fail or leaves it as it was, whichever two are exchanged, and verify finds it", async () => {
    const all = [...(await snapshot(whole))];
    for (const [key, bytes] of all) {
      for (const [otherKey, otherBytes] of all) {
        if (key >= otherKey) continue;
        const objects = await copyOf(whole);
        await replaceObject(objects, key, otherBytes);
        await replaceObject(objects, otherKey, bytes);
        await expectTrueOrRefused(objects);
        expect(await problemsOf(openTestVault(objects)), `${key} and ${otherKey}`).not.toEqual([]);
      }
    }
  });

  it("is refused where another namespace's head is put", async () => {
    const objects = await copyOf(whole);
    await openTestVault(objects).commit("test", [{ op: "put", name: "A", value: text("test") }]);
    await replaceObject(objects, "heads/prod", await bytesAt(objects, "heads/test"));
    await expect(openTestVault(objects).read("prod/A")).rejects.toMatchObject({ code: "INTEGRITY" });
  });

  it("is refused where another store's head of the same namespace is put, if the store is known", async () => {
    const { store } = JSON.parse(Buffer.from(await bytesAt(whole, "coffer.json")).toString());
    const other = await newStorage();
    await openTestVault(other).commit("prod", [{ op: "put", name: "A", value: text("theirs") }]);
    await expect(openTestVault(other, { storeId: store }).read("prod/A")).rejects.toMatchObject({ code: "ROLLBACK" });
  });
});
