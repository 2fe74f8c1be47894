// What was read once is not read again: by who says which head it was, and commits over no other.
import { beforeEach, describe, expect, it } from "vitest";
import type { Head } from "../../core/secret-store.js";
import { openMemoryStore } from "../../objects/memory.js";
import { type FaultyStore, faultyStore } from "../../testing/faulty-object-store.js";
import { collect, openTestVault, shown, text } from "../../testing/vault-scene.js";
import type { Vault } from "../contract.js";
import { initVault } from "../init.js";

const put = (name: string, value: string) => ({ op: "put", name, value: text(value) }) as const;

describe("a head that was seen", () => {
  let objects: FaultyStore;
  let vault: Vault;
  let other: Vault;

  beforeEach(async () => {
    objects = faultyStore(openMemoryStore(), () => undefined);
    await initVault(objects);
    [vault, other] = [openTestVault(objects), openTestVault(objects)];
    await other.commit("prod", [put("A", "one")]);
  });

  const reads = (): number =>
    objects.calls.filter(({ operation, key }) => operation === "get" && key === "heads/prod").length;

  async function see(namespace = "prod"): Promise<Head> {
    const head = await vault.head(namespace);
    if (head === null || head === "unchanged") throw new Error("there is a head");
    return head;
  }

  it("is read once for all that is computed from it, and committed over", async () => {
    const before = reads();
    const seen = await see();
    expect((await collect(vault.list({ namespace: "prod" }, { seen }))).map(({ name }) => name)).toEqual(["A"]);
    const { secrets, heads } = await vault.readAll({ namespace: "prod" }, { seen });
    expect([secrets.map(shown), heads]).toEqual([["one"], [seen]]);
    await vault.commit("prod", [put("A", "two")], { expect: seen.commit });
    expect(reads() - before).toBe(1);
    expect(shown(await other.read("prod/A"))).toBe("two");
  });

  it("need not be read where there was none", async () => {
    expect(await vault.head("dev")).toBeNull();
    await vault.commit("dev", [put("A", "one")], { expect: null });
    expect(objects.calls.filter(({ operation, key }) => operation === "get" && key === "heads/dev")).toHaveLength(1);
  });

  it("is what is told even if there is another by now, over which nothing is committed", async () => {
    const seen = await see();
    await other.commit("prod", [put("A", "theirs")]);
    expect((await vault.readAll({ namespace: "prod" }, { seen })).secrets.map(shown)).toEqual(["one"]);
    const late = vault.commit("prod", [put("A", "ours")], { expect: seen.commit });
    await expect(late).rejects.toMatchObject({ code: "CONFLICT" });
    expect(shown(await vault.read("prod/A"))).toBe("theirs");
    expect(await collect(vault.log("prod"))).toHaveLength(2);
    // Nothing is left of the attempt.
    expect(await collect(objects.list("commits/prod/"))).toHaveLength(2);
  });

  it("is read afresh where another was read since, or by nobody who says which", async () => {
    const seen = await see();
    await other.commit("prod", [put("A", "theirs")]);
    expect(shown(await vault.read("prod/A"))).toBe("theirs");
    expect((await vault.readAll({ namespace: "prod" }, { seen })).secrets.map(shown)).toEqual(["theirs"]);
    expect(await vault.head("prod")).not.toEqual(seen);
    await other.commit("dev", [put("A", "dev")]);
    expect((await vault.readAll({ namespace: "dev" }, { seen })).secrets.map(shown)).toEqual(["dev"]);
  });
});
