// For whom data keys are wrapped: several master keys for one store.
import { beforeEach, describe, expect, it } from "vitest";
import { Sensitive } from "../../core/sensitive.js";
import { openMasterKey } from "../../keys/key-file.js";
import type { ObjectStore } from "../../objects/object-store.js";
import { newStorage, shown } from "../../testing/vault-scene.js";
import { openVault } from "../vault.js";

const team = openMasterKey(Sensitive.from(Buffer.alloc(32, 1)), "key-file:team");
const safe = openMasterKey(Sensitive.from(Buffer.alloc(32, 2)), "key-file:safe");
const put = (name: string) => [{ op: "put", name, value: Sensitive.fromText("v"), context: {} }] as const;

let objects: ObjectStore;

beforeEach(async () => {
  objects = await newStorage();
});

describe("a store sealed for two master keys", () => {
  it("opens by either, secrets with a key of their own too", async () => {
    const vault = openVault({ objects, keys: team, alsoWrap: async () => [safe], memory: null });
    await vault.commit("prod", put("A"));
    await vault.commit("prod", [{ op: "put", name: "OWN", value: Sensitive.fromText("w"), ownKey: true }]);
    const other = openVault({ objects, keys: safe, memory: null });
    expect(shown(await other.read("prod/A"))).toBe("v");
    expect(shown(await other.read("prod/OWN"))).toBe("w");
    expect(shown(await other.read("prod/A", { version: "1" }))).toBe("v");
  });

  it("is written only by who would seal it for both, in whatever order, and each once", async () => {
    await openVault({ objects, keys: team, alsoWrap: async () => [safe, team], memory: null }).commit("prod", put("A"));
    await openVault({ objects, keys: safe, alsoWrap: async () => [team], memory: null }).commit("prod", put("B"));
    const alone = openVault({ objects, keys: team, memory: null });
    await expect(alone.commit("prod", put("C"))).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await alone.read("prod/C")).toBeNull();
  });

  it("does not become so because somebody who writes would also seal it for himself", async () => {
    await openVault({ objects, keys: team, memory: null }).commit("prod", put("A"));
    const curious = openVault({ objects, keys: team, alsoWrap: async () => [safe], memory: null });
    await expect(curious.commit("prod", put("B"))).rejects.toMatchObject({ code: "CONFLICT" });
  });
});
