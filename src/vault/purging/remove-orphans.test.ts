import { beforeEach, describe, expect, it } from "vitest";
import type { ObjectStore } from "../../objects/object-store.js";
import { collect, newStorage, openTestVault, problemsOf, snapshot, text } from "../../testing/vault-scene.js";
import type { Vault } from "../contract.js";

const LARGE = "x".repeat(5000);
const BLOBS = "blobs/prod/";

let objects: ObjectStore;
let vault: Vault;

/** Four commits; two values lie in blobs. */
beforeEach(async () => {
  objects = await newStorage();
  vault = openTestVault(objects);
  for (const [name, value] of [
    ["A", "one"],
    ["A", LARGE],
    ["KEPT", LARGE],
    ["A", "three"],
  ] as const)
    await vault.commit("prod", [{ op: "put", name, value: text(value) }]);
});

describe("sweep", () => {
  it("removes what interrupted writers left, and nothing that may still happen", async () => {
    const hash = "a".repeat(64);
    const digits = (sequence: number): string => String(sequence).padStart(16, "0");
    const rubbish = [`blobs/prod/${digits(2)}-b${hash}`, `commits/prod/${digits(3)}-c${hash}`];
    const other = [
      `commits/prod/${digits(5)}-c${hash}`,
      `blobs/prod/${digits(5)}-b${hash}`,
      `blobs/prod!billing/${digits(1)}-b${hash}`,
      `commits/prod/readme`,
    ];
    for (const key of [...rubbish, ...other]) await objects.put(key, Buffer.from("x"), { absent: true });
    const before = await snapshot(objects);
    expect(await vault.sweep("prod", { dryRun: true })).toEqual(rubbish);
    expect(await snapshot(objects)).toEqual(before);
    expect(await vault.sweep("prod")).toEqual(rubbish);
    for (const key of rubbish) before.delete(key);
    expect(await snapshot(objects)).toEqual(before);
    expect(await problemsOf(vault)).toEqual([]);
    expect(await vault.sweep("prod")).toEqual([]);
  });

  it("leaves moved blobs, and takes those of purged values that came back", async () => {
    const before = await snapshot(objects);
    await vault.purge("prod/A", ["2"]);
    const left = await collect(objects.list(BLOBS));
    const back = [...before.keys()].find((key) => key.startsWith(BLOBS) && !left.includes(key)) ?? "";
    await objects.put(back, before.get(back) ?? Buffer.from("x"), { absent: true });
    expect(await vault.sweep("prod")).toEqual([back]);
    expect(await problemsOf(vault)).toEqual([]);
  });
});
