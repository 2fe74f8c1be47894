import { describe, expect, it } from "vitest";
import { CofferError, type ErrorCode } from "../../errors.js";
import type { ObjectStore } from "../../objects/object-store.js";
import { type Fault, type FaultyStore, faultyStore, type StoreCall } from "../../testing/faulty-object-store.js";
import {
  around,
  collect,
  faultsOf,
  MASTER_KEY,
  newStorage,
  openTestVault,
  problemsOf,
  replaceObject,
  shown,
  snapshot,
  text,
} from "../../testing/vault-scene.js";
import type { Vault } from "../contract.js";
import { openVault } from "../vault.js";

const put = (value: string) => [{ op: "put", name: "A", value: text(value) }] as const;
const LARGE = "x".repeat(5000);
const failure = (code: ErrorCode): Fault => ({ kind: "error", error: new CofferError(code, "so planned") });

/** A namespace of one commit; ours meets faults, the other does not. */
async function scene(
  plan: (call: StoreCall) => Fault | undefined,
  timeout = 30_000,
): Promise<{ objects: ObjectStore; store: FaultyStore; ours: Vault; other: Vault }> {
  const objects = await newStorage();
  const other = openTestVault(objects);
  await other.commit("prod", put("first"));
  const store = faultyStore(objects, plan);
  return { objects, store, ours: openTestVault(store, { timeout }), other };
}

const valueIn = async (vault: Vault): Promise<string | null> => shown(await vault.read("prod/A"));

/** The failure of a commit of an unknown outcome, and the commit that it names: its objects must still be there. */
async function unknownCommit(attempt: Promise<unknown>, objects: ObjectStore): Promise<string> {
  const error = await attempt.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ code: "OUTCOME_UNKNOWN", message: expect.stringMatching(/c[0-9a-f]{64}/) });
  const id = /c[0-9a-f]{64}/.exec(error instanceof Error ? error.message : "")?.[0] ?? "";
  expect((await collect(objects.list("commits/"))).some((key) => key.endsWith(id))).toBe(true);
  return id;
}

describe("a commit of which no answer can be had", () => {
  it("is of unknown outcome when every head put is lost until the deadline, and may happen yet", async () => {
    const { ours, other, store, objects } = await scene(
      ({ operation, key }) => (operation === "put" && key.startsWith("heads/") ? { kind: "late" } : undefined),
      50,
    );
    const commit = await unknownCommit(ours.commit("prod", put(LARGE)), objects);
    expect(await valueIn(other)).toBe("first");
    expect((await store.deliver()).filter((answer) => answer !== "refused")).toHaveLength(1);
    expect((await collect(other.log("prod"))).map(({ commit: id }) => id)[0]).toBe(commit);
    expect(await valueIn(other)).toBe(LARGE);
    expect(await problemsOf(other)).toEqual([]);
  });

  it("is of unknown outcome when the store answers nothing after the put", async () => {
    const { ours, other, objects } = await scene(
      ({ operation, index }) =>
        operation === "get" && index > 0
          ? { kind: "before" }
          : faultsOf("put", "heads/", { kind: "after" })({ operation, key: "heads/prod", index }),
      50,
    );
    await unknownCommit(ours.commit("prod", put("second")), objects);
    expect(await valueIn(other)).toBe("second");
  });

  it.each(["ACCESS_DENIED", "FAILED", "INTEGRITY"] as const)(
    "is of unknown outcome when the look at what came of it meets %s",
    async (code) => {
      const lost = faultsOf("put", "heads/", { kind: "after" });
      const refused = faultsOf("get", "heads/", undefined, failure(code));
      const { ours, other, objects } = await scene((call) => lost(call) ?? refused(call));
      await unknownCommit(ours.commit("prod", put("second")), objects);
      expect(await valueIn(other)).toBe("second");
    },
  );

  it("is of unknown outcome when the storage does not vouch for the head", async () => {
    const { ours, objects } = await scene(faultsOf("put", "heads/", failure("OUTCOME_UNKNOWN")));
    await unknownCommit(ours.commit("prod", put("second")), objects);
  });
});

describe("a refusal", () => {
  it.each([
    ["heads/", "ACCESS_DENIED"],
    ["heads/", "FAILED"],
    ["commits/", "ACCESS_DENIED"],
    ["commits/", "FAILED"],
    ["blobs/", "FAILED"],
  ] as const)("of the first put of %s is the commit's: %s, and nothing happened", async (prefix, code) => {
    const { ours, other, store } = await scene(faultsOf("put", prefix, failure(code)));
    await expect(ours.commit("prod", put(LARGE))).rejects.toMatchObject({ code, message: "so planned" });
    await store.deliver();
    expect(await valueIn(other)).toBe("first");
    expect(await problemsOf(other)).toEqual([]);
  });

  it("of a later head put says nothing of the earlier ones: it is settled", async () => {
    const { ours, other, store } = await scene(faultsOf("put", "heads/", { kind: "late" }, failure("ACCESS_DENIED")));
    around(store, "heads/", { after: async () => void setImmediate(() => void store.deliver()) });
    await ours.commit("prod", put("second"));
    expect(await valueIn(other)).toBe("second");
    expect(await collect(other.log("prod"))).toHaveLength(2);
  });

  it.each(["commits/", "blobs/"])(
    "to vouch for an object of %s is no unknown outcome: without a head nothing happened",
    async (prefix) => {
      const { ours, other } = await scene(faultsOf("put", prefix, failure("OUTCOME_UNKNOWN")));
      await expect(ours.commit("prod", put(LARGE))).rejects.toMatchObject({ code: "FAILED" });
      expect(await valueIn(other)).toBe("first");
    },
  );
});

describe("a put of a commit or a blob whose answer is lost", () => {
  it.each(
    ["commits/", "blobs/"].flatMap((prefix) =>
      (["before", "after", "refused", "late"] as const).map((kind) => [prefix, kind] as const),
    ),
  )("%s %s: is looked for, sent again if need be, and there once", async (prefix, kind) => {
    const { ours, other, store, objects } = await scene(faultsOf("put", prefix, { kind }));
    await ours.commit("prod", put(LARGE));
    await store.deliver();
    expect(await valueIn(other)).toBe(LARGE);
    expect(await collect(objects.list("blobs/"))).toHaveLength(1);
    expect(await collect(objects.list("commits/"))).toHaveLength(2);
    expect(await problemsOf(other)).toEqual([]);
  });

  it.each(["commits/", "blobs/"])("is INTEGRITY where something else lies under its key in %s", async (prefix) => {
    const { ours, other, store, objects } = await scene(() => undefined);
    around(store, prefix, { before: (key) => replaceObject(objects, key, Buffer.from("something else")) });
    await expect(ours.commit("prod", put(LARGE))).rejects.toMatchObject({ code: "INTEGRITY" });
    expect(await valueIn(other)).toBe("first");
  });

  it("is UNREACHABLE, and nothing happened, when no attempt is answered in time", async () => {
    const { ours, other } = await scene(
      ({ operation, key }) => (operation === "put" && key.startsWith("commits/") ? { kind: "before" } : undefined),
      50,
    );
    await expect(ours.commit("prod", put("second"))).rejects.toMatchObject({ code: "UNREACHABLE" });
    expect(await valueIn(other)).toBe("first");
  });
});

describe("a caller who calls it off", () => {
  it.each(["blobs/", "commits/"])("while %s are sent gets his reason, and nothing happened", async (prefix) => {
    const { ours, other, store, objects } = await scene(() => undefined);
    const reason = new Error("enough");
    const caller = new AbortController();
    around(store, prefix, { after: async () => caller.abort(reason) });
    await expect(ours.commit("prod", put(LARGE), { signal: caller.signal })).rejects.toBe(reason);
    const before = await snapshot(objects);
    expect(await valueIn(other)).toBe("first");
    expect(await snapshot(objects)).toEqual(before);
  });

  it("while it waits to begin again gets his reason", async () => {
    const { other, store } = await scene(() => undefined);
    const reason = new Error("enough");
    const caller = new AbortController();
    const ours = openVault({ objects: store, keys: MASTER_KEY, memory: null });
    around(store, "heads/", {
      before: async () => {
        await other.commit("prod", put("theirs"));
        caller.abort(reason);
      },
    });
    await expect(ours.commit("prod", put("ours"), { signal: caller.signal })).rejects.toBe(reason);
    expect(await valueIn(other)).toBe("theirs");
  });

  it.each([{ kind: "before" }, { kind: "after" }, undefined] as const)(
    "while the head is put (which meets %o) is told what came of it",
    async (fault) => {
      const { ours, other, store } = await scene(faultsOf("put", "heads/", fault));
      const caller = new AbortController();
      around(store, "heads/", { before: async () => caller.abort() });
      const { commit } = await ours.commit("prod", put("second"), { signal: caller.signal });
      expect((await collect(other.log("prod")))[0]?.commit).toBe(commit);
    },
  );
});
