import { beforeAll, describe, expect, it } from "vitest";
import { MAX_CHANGES, MAX_HEAD_BYTES, MAX_NAMES, MAX_VALUE_BYTES } from "../../core/documents/fields.js";
import { Sensitive } from "../../core/sensitive.js";
import type { ObjectStore } from "../../objects/object-store.js";
import { faultyStore } from "../../testing/faulty-object-store.js";
import {
  around,
  bytesAt,
  collect,
  copyOf,
  newStorage,
  openTestVault,
  problemsOf,
  shown,
  text,
} from "../../testing/vault-scene.js";

const HEAD = "heads/prod";
const INLINE = "x".repeat(4096);
const put = (name: string, value: string) => ({ op: "put", name, value: text(value) }) as const;
const named = (prefix: string, count: number, value: string) =>
  Array.from({ length: count }, (_, index) => put(`${prefix}${index}`, value));

/** Storage with a head that has room for a few values only. */
let nearlyFull: ObjectStore;
beforeAll(async () => {
  nearlyFull = await newStorage();
  await openTestVault(nearlyFull).commit("prod", named("OLD", 660, INLINE));
});

const blobsOf = (objects: ObjectStore): Promise<string[]> => collect(objects.list("blobs/"));

describe("a head that would pass 4 MiB", () => {
  it("stays below, because the largest values move to blobs, and all can be read as before", async () => {
    const objects = await copyOf(nearlyFull);
    const vault = openTestVault(objects);
    expect(await blobsOf(objects)).toEqual([]);
    await vault.commit("prod", named("NEW", 40, INLINE));
    expect((await bytesAt(objects, HEAD)).byteLength).toBeLessThanOrEqual(MAX_HEAD_BYTES);
    expect((await blobsOf(objects)).length).toBeGreaterThan(0);
    const { secrets } = await vault.readAll({ namespace: "prod" });
    expect(secrets).toHaveLength(700);
    expect(secrets.every((secret) => shown(secret) === INLINE)).toBe(true);
    expect(shown(await vault.read("prod/OLD0", { version: "1" }))).toBe(INLINE);
    expect(await problemsOf(vault)).toEqual([]);
    expect(await problemsOf(vault, { noKey: true })).toEqual([]);
  });

  it("takes new values that are too many for it as blobs from the beginning", async () => {
    const objects = await newStorage();
    const vault = openTestVault(objects);
    await vault.commit("prod", [put("SMALL", "s"), ...named("A", 700, INLINE)]);
    expect(shown(await vault.read("prod/A699"))).toBe(INLINE);
    expect((await blobsOf(objects)).length).toBeGreaterThan(0);
    expect(await problemsOf(vault)).toEqual([]);
  });

  it("loses no moved value to another writer who moved the same one and came second", async () => {
    const objects = await copyOf(nearlyFull);
    const fast = openTestVault(objects);
    const store = faultyStore(objects, () => undefined);
    around(store, "heads/", { before: () => fast.commit("prod", named("FAST", 40, INLINE)) });
    await openTestVault(store).commit("prod", named("SLOW", 31, INLINE));
    expect((await fast.readAll({ namespace: "prod" })).secrets).toHaveLength(731);
    expect(await problemsOf(fast)).toEqual([]);
  });

  it("is refused with a hint to split the namespace when nothing is left to move", async () => {
    const vault = openTestVault(await newStorage());
    const comment = "c".repeat(1024);
    const changes = named("A", 3500, "x").map((change) => ({ ...change, comment }));
    const attempt = vault.commit("prod", changes);
    await expect(attempt).rejects.toMatchObject({ code: "INVALID", hint: "split the namespace" });
    expect(await vault.head("prod")).toBeNull();
  });
});

describe("the limits", () => {
  it(`are ${MAX_NAMES} names in a namespace, deleted ones included`, async () => {
    const vault = openTestVault(await newStorage());
    await vault.commit("prod", named("A", MAX_NAMES, "x"));
    await vault.commit("prod", [{ op: "delete", name: "A0" }, put("A1", "changed")]);
    await expect(vault.commit("prod", [put("ONE_MORE", "x")])).rejects.toMatchObject({ code: "INVALID" });
    await expect(vault.commit("other", named("A", MAX_NAMES + 1, "x"))).rejects.toMatchObject({ code: "INVALID" });
    await vault.commit("prod", [put("A0", "again")]);
    expect((await collect(vault.list({ namespace: "prod" }))).length).toBe(MAX_NAMES);
  });

  it("are 16,384 changes in a commit", async () => {
    const vault = openTestVault(await newStorage());
    const attempt = vault.commit("prod", named("A", MAX_CHANGES + 1, "x"));
    await expect(attempt).rejects.toMatchObject({ code: "INVALID" });
  });

  it("are 16 MiB for a value, and not a byte more", async () => {
    const vault = openTestVault(await newStorage());
    const largest = Buffer.alloc(MAX_VALUE_BYTES, "large");
    await vault.commit("prod", [{ op: "put", name: "A", value: Sensitive.from(largest), type: "binary" }]);
    const read = await vault.read("prod/A");
    expect(Buffer.compare(largest, read?.value.reveal() ?? Buffer.alloc(0))).toBe(0);
    const tooLarge = Sensitive.from(Buffer.alloc(MAX_VALUE_BYTES + 1));
    const attempt = vault.commit("prod", [{ op: "put", name: "A", value: tooLarge }]);
    await expect(attempt).rejects.toMatchObject({ code: "INVALID" });
  });

  it.each([
    ["a value of 4,096 bytes lies in the head", 4096, 0],
    ["one of 4,097 in a blob", 4097, 1],
    ["an empty one in the head", 0, 0],
  ])("%s", async (_, length, blobs) => {
    const objects = await newStorage();
    const vault = openTestVault(objects);
    await vault.commit("prod", [put("A", "x".repeat(length))]);
    expect(await blobsOf(objects)).toHaveLength(blobs);
    expect(shown(await vault.read("prod/A"))).toBe("x".repeat(length));
  });
});
