import { describe, expect, it } from "vitest";
import { Sensitive } from "../../core/sensitive.js";
import { CofferError } from "../../errors.js";
import { openMasterKey } from "../../keys/key-file.js";
import type { ObjectStore } from "../../objects/object-store.js";
import { faultyStore } from "../../testing/faulty-object-store.js";
import { acceptAll, storeIdOf, submissionsIn, submitterGround } from "../../testing/submission-scene.js";
import { openTransientMemory } from "../../testing/transient-memory.js";
import { collect, faultsOf, MASTER_KEY, newStorage, openTestVault, shown, text } from "../../testing/vault-scene.js";
import type { Vault } from "../contract.js";

const MOMENT = new Date("2026-02-03T04:05:06.789Z");
const put = (name: string, value: string) => ({ name, value: text(value) });

/** A submitter who knows which store it is. */
async function submitter(objects: ObjectStore, timeout = 30_000): Promise<Vault> {
  return openTestVault(objects, { author: "ben", storeId: await storeIdOf(objects), now: () => MOMENT, timeout });
}

describe("handing in", () => {
  it("makes one data key, puts one object if absent, and does nothing else", async () => {
    const objects = await newStorage();
    const ground = submitterGround(objects);
    const vault = openTestVault(ground.objects, { keys: ground.keys, storeId: await storeIdOf(objects) });
    const { id } = await vault.submit("prod", [put("A", "one"), put("B", "two")], { context: { env: "prod" } });
    await vault.close();
    expect(ground.calls).toEqual([
      ["generate", "inbox"],
      ["put absent", `inbox/prod/${id}`],
    ]);
  });

  it("says what it has handed in, and the inbox says the same", async () => {
    const objects = await newStorage();
    const vault = await submitter(objects);
    const first = { ...put("B", "b"), type: "binary", comment: "why", expires: MOMENT } as const;
    const submission = await vault.submit("prod", [first, put("A", "a")], {
      message: "new",
      context: { z: "", a: "" },
    });
    expect(submission).toEqual({
      id: expect.stringMatching(/^s[0-9a-f]{32}$/),
      namespace: "prod",
      time: MOMENT,
      author: "ben",
      message: "new",
      context: ["a", "z"],
      puts: [
        { name: "A", type: "text", comment: null, expires: null },
        { name: "B", type: "binary", comment: "why", expires: MOMENT },
      ],
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(await submissionsIn(openTestVault(objects, { keys: null }), "prod")).toEqual([submission]);
  });

  it("shows no value to who has no key", async () => {
    const objects = await newStorage();
    const { id } = await (await submitter(objects)).submit("prod", [put("A", "canary-7f3a")]);
    const bytes = Buffer.from((await objects.get(`inbox/prod/${id}`))?.bytes ?? []).toString("utf8");
    expect(bytes).toContain('"name":"A"');
    expect(bytes).not.toMatch(/canary|Y2FuYXJ5/);
  });

  it("wraps the key for the further keys of its profile as well, so that each of them can accept it", async () => {
    const objects = await newStorage();
    const other = openMasterKey(Sensitive.from(Buffer.alloc(32, 9)), "key-file:other");
    const storeId = await storeIdOf(objects);
    await openTestVault(objects, { storeId, alsoWrap: async () => [other] }).submit("prod", [put("A", "one")]);
    const second = openTestVault(objects, { keys: other, alsoWrap: async () => [MASTER_KEY] });
    await acceptAll(second, "prod");
    expect(shown(await second.read("prod/A"))).toBe("one");
  });

  it("knows the store from an earlier use, without a pin", async () => {
    const objects = await newStorage();
    const memory = openTransientMemory();
    await openTestVault(objects, { memory }).commit("dev", [{ op: "put", ...put("A", "one") }]);
    const ground = submitterGround(objects);
    await openTestVault(ground.objects, { memory }).submit("prod", [put("A", "one")]);
    expect(await submissionsIn(openTestVault(objects), "prod")).toHaveLength(1);
  });

  it("is USAGE where nothing says which store it is, and nothing is asked", async () => {
    const ground = submitterGround(await newStorage());
    const vault = openTestVault(ground.objects, { keys: ground.keys });
    await expect(vault.submit("prod", [put("A", "one")])).rejects.toMatchObject({
      code: "USAGE",
      hint: expect.stringContaining("COFFER_STORE_ID"),
    });
    expect(ground.calls).toEqual([]);
  });

  it.each([
    ["nothing", []],
    ["a name twice", [put("A", "1"), put("A", "2")]],
    ["a name that is none", [put("a/b", "1")]],
    ["a comment that is too long", [{ ...put("A", "1"), comment: "x".repeat(1025) }]],
    ["a date that cannot be kept", [{ ...put("A", "1"), expires: new Date(Number.NaN) }]],
  ])("refuses %s with USAGE", async (_, puts) => {
    const ground = submitterGround(await newStorage());
    const vault = openTestVault(ground.objects, { keys: ground.keys, storeId: "A".repeat(22) });
    await expect(vault.submit("prod", puts)).rejects.toMatchObject({ code: "USAGE" });
    expect(ground.calls).toEqual([]);
  });

  it.each([
    ["too many values", Array.from({ length: 1025 }, (_, index) => put(`N${index}`, ""))],
    ["a value over 16 MiB", [{ name: "A", value: Sensitive.from(new Uint8Array(16 * 2 ** 20 + 1)) }]],
    ["more than 32 MiB", ["A", "B"].map((name) => ({ name, value: Sensitive.from(new Uint8Array(12 * 2 ** 20)) }))],
  ])("refuses %s with INVALID, and nothing is sent", async (_, puts) => {
    const objects = await newStorage();
    await expect((await submitter(objects)).submit("prod", puts)).rejects.toMatchObject({ code: "INVALID" });
    expect(await collect(objects.list("inbox/"))).toEqual([]);
  });

  it("tried out makes no key and sends nothing", async () => {
    const objects = await newStorage();
    const ground = submitterGround(objects);
    const vault = openTestVault(ground.objects, { keys: ground.keys, storeId: await storeIdOf(objects) });
    expect(await vault.submit("prod", [put("A", "one")], { dryRun: true })).toMatchObject({ namespace: "prod" });
    expect(ground.calls).toEqual([]);
  });
});

describe("a submission whose answer is lost", () => {
  it.each([
    ["lost on the way", [{ kind: "before" }]],
    ["done, and the answer lost", [{ kind: "after" }]],
    ["done, and refused when it is sent again", [{ kind: "refused" }]],
    ["lost again and again", [{ kind: "before" }, { kind: "after" }, { kind: "before" }]],
  ] as const)("is there once: %s", async (_, faults) => {
    const objects = await newStorage();
    const store = faultyStore(objects, faultsOf("put", "inbox/", ...faults));
    const { id } = await (await submitter(store)).submit("prod", [put("A", "one")]);
    expect(await collect(objects.list("inbox/"))).toEqual([`inbox/prod/${id}`]);
    expect(store.calls.filter(({ operation, key }) => operation !== "put" && key !== "coffer.json")).toEqual([]);
  });

  it("is of unknown outcome when no answer comes in time, by its id", async () => {
    const objects = await newStorage();
    const store = faultyStore(objects, ({ operation }) => (operation === "put" ? { kind: "late" } : undefined));
    const vault = await submitter(store, 50);
    const failure = vault.submit("prod", [put("A", "one")]);
    await expect(failure).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
    await store.deliver();
    const [submission] = await submissionsIn(openTestVault(objects), "prod");
    await expect(failure).rejects.toThrow(submission?.id);
  });

  it("is of unknown outcome when the storage does not vouch for it, or refuses only later", async () => {
    const error = (code: "OUTCOME_UNKNOWN" | "ACCESS_DENIED") => ({
      kind: "error" as const,
      error: new CofferError(code, "so planned"),
    });
    for (const faults of [[error("OUTCOME_UNKNOWN")], [{ kind: "before" as const }, error("ACCESS_DENIED")]]) {
      const store = faultyStore(await newStorage(), faultsOf("put", "inbox/", ...faults));
      const failure = (await submitter(store)).submit("prod", [put("A", "one")]);
      await expect(failure).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
    }
  });

  it("did not happen where the first attempt is refused", async () => {
    const denied = new CofferError("ACCESS_DENIED", "so planned");
    const store = faultyStore(await newStorage(), faultsOf("put", "inbox/", { kind: "error", error: denied }));
    await expect((await submitter(store)).submit("prod", [put("A", "one")])).rejects.toBe(denied);
  });
});
