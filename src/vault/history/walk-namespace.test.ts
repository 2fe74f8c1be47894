import { beforeEach, describe, expect, it } from "vitest";
import type { SecretInfo } from "../../core/secret-store.js";
import { faultyStore } from "../../testing/faulty-object-store.js";
import { collect, newStorage, openTestVault, text } from "../../testing/vault-scene.js";
import type { Vault } from "../contract.js";

const put = (name: string, value: string, more: object = {}) =>
  ({ op: "put", name, value: text(value), ...more }) as const;
const all = (): boolean => true;

let objects: ReturnType<typeof faultyStore>;
let vault: Vault;
beforeEach(async () => {
  objects = faultyStore(await newStorage(), () => undefined);
  vault = openTestVault(objects);
});

describe("all versions of a namespace", () => {
  it("are those of each secret's history, newest first, and each commit is read once", async () => {
    const origin = { version: "7", time: new Date("2020-01-01"), author: "before" };
    await vault.commit("ns", [put("A", "1", { comment: "c" }), put("A", "2", { origin }), put("B", "x".repeat(9000))]);
    await vault.commit("ns", [{ op: "delete", name: "A" }, put("B", "3", { stage: "next" })]);
    await vault.commit("ns", [put("A", "4")]);
    const before = objects.calls.length;
    const walked = await collect(vault.versions("ns", { open: all }));
    const gets = objects.calls.slice(before).filter(({ key }) => key.startsWith("commits/"));
    expect(gets).toHaveLength(3);
    expect(walked.map(({ name, version, value }) => [name, version, value?.byteLength ?? null])).toEqual([
      ["A", "4", 1],
      ["B", "2", 1],
      ["A", "3", null],
      ["B", "1", 9000],
      ["A", "2", 1],
      ["A", "1", 1],
    ]);
    for (const name of ["A", "B"]) {
      const own = walked
        .filter((each) => each.name === name)
        .map(({ value: _, name: __, namespace: ___, ...info }) => info);
      expect(own).toEqual(await collect(vault.history(`ns/${name}`)));
    }
    expect(walked[1]?.stage).toBe("next");
    expect(walked[4]?.origin).toEqual(origin);
  });

  it("open only as far as they are wanted", async () => {
    await vault.commit("ns", [put("A", "1"), put("B", "2", { context: { app: "a" } })]);
    const isA = ({ name }: SecretInfo): boolean => name === "A";
    const opened = await collect(vault.versions("ns", { open: isA }));
    expect(opened.map(({ name, value }) => [name, value === null])).toEqual([
      ["B", true],
      ["A", false],
    ]);
    await expect(collect(vault.versions("ns", { open: all }))).rejects.toMatchObject({ code: "CONTEXT" });
    const [b] = await collect(vault.versions("ns", { open: all, context: { app: "a", more: "m" } }));
    expect(b?.value?.byteLength).toBe(1);
  });

  it("lack what was purged, and what was forgotten with its name", async () => {
    await vault.commit("ns", [put("A", "1"), put("A", "2"), put("G", "g")]);
    await vault.purge("ns/A", ["1"]);
    await vault.purge("ns/G", "all");
    await vault.commit("ns", [put("G", "anew")]);
    const walked = await collect(vault.versions("ns", { open: all }));
    expect(walked.map(({ name, version, purged, value }) => [name, version, purged, value === null])).toEqual([
      ["G", "3", false, false],
      ["A", "2", false, false],
      ["A", "1", true, true],
    ]);
    expect(await collect(vault.versions("never"))).toEqual([]);
  });
});
