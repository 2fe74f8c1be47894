// New keys while everything around fails: killed at every single write, answers that are lost, others who write at the same moment.
import { beforeEach, describe, expect, it } from "vitest";
import { Sensitive } from "../../core/sensitive.js";
import { CofferError } from "../../errors.js";
import { openMasterKey } from "../../keys/key-file.js";
import type { KeyProvider } from "../../keys/key-provider.js";
import { makeRecoveryKey, openIdentities } from "../../keys/recovery-identity.js";
import { openRecoveryRecipient } from "../../keys/recovery-recipient.js";
import type { ObjectStore } from "../../objects/object-store.js";
import { faultyStore } from "../../testing/faulty-object-store.js";
import {
  around,
  bytesAt,
  collect,
  copyOf,
  faultsOf,
  MASTER_KEY,
  newStorage,
  openTestVault,
  problemsOf,
  shown,
  text,
  watchPuts,
} from "../../testing/vault-scene.js";
import type { Vault } from "../contract.js";
import type { RekeyOptions } from "./contract.js";

const NEW_KEY = openMasterKey(Sensitive.from(Buffer.alloc(32, 9)), "key-file:new");
const CONTEXT = { env: "prod" };
const LARGE = "x".repeat(5000);

let objects: ObjectStore;

const as = (store: ObjectStore, keys: KeyProvider = MASTER_KEY): Vault => openTestVault(store, { keys });

beforeEach(async () => {
  objects = await newStorage();
  const vault = as(objects);
  await vault.commit("prod", [
    { op: "put", name: "A", value: text("a1") },
    { op: "put", name: "C", value: text("c1"), context: CONTEXT },
  ]);
  await vault.commit("prod", [
    { op: "put", name: "A", value: text("a2") },
    { op: "put", name: "LARGE", value: text(LARGE) },
  ]);
});

async function readsAll(vault: Vault): Promise<boolean> {
  try {
    const values = [
      await vault.read("prod/A"),
      await vault.read("prod/A", { version: "1" }),
      await vault.read("prod/C", { context: CONTEXT }),
      await vault.read("prod/C", { context: CONTEXT, version: "1" }),
      await vault.read("prod/LARGE"),
    ];
    expect(values.map(shown)).toEqual(["a2", "a1", "c1", "c1", LARGE]);
    return (await problemsOf(vault)).length === 0;
  } catch (error) {
    if (error instanceof CofferError && error.code === "ACCESS_DENIED") return false;
    throw error;
  }
}

/** The same storage, but at its put of this number the process ends, before or after it took effect. */
function killedAt(store: ObjectStore, number: number, takesEffect: boolean): ObjectStore {
  let puts = 0;
  let isOver = false;
  const killed = (): Error => new Error("killed");
  return {
    ...store,
    url: store.url,
    get: ((...args: Parameters<ObjectStore["get"]>) =>
      isOver ? Promise.reject(killed()) : store.get(...args)) as ObjectStore["get"], // Its overloads are the other's own.
    list: (...args) => store.list(...args),
    delete: (...args) => (isOver ? Promise.reject(killed()) : store.delete(...args)),
    close: () => store.close(),
    async put(...args) {
      if (isOver) throw killed();
      if (++puts < number) return store.put(...args);
      isOver = true;
      if (takesEffect) await store.put(...args);
      throw killed();
    },
  };
}

describe("a process that is killed at any write", () => {
  it.each<[string, RekeyOptions, KeyProvider]>([
    ["while it begins an epoch", {}, MASTER_KEY],
    ["while it adds a key", { newKey: NEW_KEY }, MASTER_KEY],
    ["while it drops a key", { dropKey: MASTER_KEY.id }, NEW_KEY],
    ["while it does both", { newKey: NEW_KEY, dropKey: MASTER_KEY.id }, MASTER_KEY],
  ])("leaves everything to whoever could read it before, or shall: %s", async (_, options, keys) => {
    if (keys === NEW_KEY) await as(objects).rekey("prod", { context: CONTEXT, newKey: NEW_KEY });
    let kills = 0;
    for (let number = 1, isDone = false; !isDone; number++) {
      for (const takesEffect of [false, true]) {
        const store = await copyOf(objects);
        const rekey = as(killedAt(store, number, takesEffect), keys).rekey("prod", { ...options, context: CONTEXT });
        isDone = await rekey.then(
          () => true,
          (error: Error) => {
            expect(error.message).toBe("killed");
            return false;
          },
        );
        if (isDone) break;
        kills++;
        const [before, after] = [await readsAll(as(store)), await readsAll(as(store, NEW_KEY))];
        expect(before || after, `put ${number}, ${takesEffect ? "after" : "before"} it took effect`).toBe(true);
        await as(store, keys).rekey("prod", { ...options, context: CONTEXT });
        expect(await readsAll(as(store, NEW_KEY))).toBe("newKey" in options || "dropKey" in options);
        expect(await readsAll(as(store))).toBe(!("dropKey" in options));
      }
    }
    expect(kills).toBeGreaterThan(5);
  });
});

describe("a recovery that is killed at any write", () => {
  it("leaves everything to the recovery key, or to the new key", async () => {
    const { recipient, identity } = await makeRecoveryKey();
    const wrapper = openRecoveryRecipient(recipient);
    const identities = await openIdentities(identity);
    await as(objects).rekey("prod", { context: CONTEXT, newKey: wrapper });
    const recover = (store: ObjectStore) =>
      openTestVault(store, { keys: null }).recover("prod", {
        ...{ identities, to: async () => NEW_KEY, context: CONTEXT, acceptUnproven: true },
      });
    let kills = 0;
    for (let number = 1, isDone = false; !isDone; number++) {
      for (const takesEffect of [false, true]) {
        const store = await copyOf(objects);
        isDone = await recover(killedAt(store, number, takesEffect)).then(
          () => true,
          () => false,
        );
        kills++;
        // After the new epoch was begun for the new key alone, there is nothing left to recover.
        if (!(await readsAll(as(store, NEW_KEY)))) await recover(store);
        expect(await readsAll(as(store, NEW_KEY)), `put ${number}`).toBe(true);
        if (isDone) break;
      }
    }
    expect(kills).toBeGreaterThan(5);
  });
});

describe("an answer that is lost", () => {
  it.each(["before", "after", "refused"] as const)("to rewritten commits changes nothing: %s", async (kind) => {
    const store = faultyStore(objects, faultsOf("put", "commits/", { kind }, { kind }));
    expect(await as(store).rekey("prod", { context: CONTEXT, newKey: NEW_KEY })).toMatchObject({ rewrapped: 2 });
    expect(await readsAll(as(objects, NEW_KEY))).toBe(true);
  });

  it.each(["before", "after", "refused"] as const)("to the head changes nothing: %s", async (kind) => {
    const store = faultyStore(objects, faultsOf("put", "heads/", { kind }));
    await as(store).rekey("prod", { context: CONTEXT });
    expect(await readsAll(as(objects))).toBe(true);
  });
});

describe("others who write at the same moment", () => {
  it("are first, and the new epoch stands on what they left", async () => {
    around(objects, "heads/", {
      before: () => as(objects).commit("prod", [{ op: "put", name: "B", value: text("b") }]),
    });
    await as(objects).rekey("prod", { context: CONTEXT, newKey: NEW_KEY });
    for (const vault of [as(objects), as(objects, NEW_KEY)]) {
      expect(await readsAll(vault)).toBe(true);
      expect(shown(await vault.read("prod/B", { version: "1" }))).toBe("b");
    }
  });

  it("change the same commit's wrappings: both count", async () => {
    const third = openMasterKey(Sensitive.from(Buffer.alloc(32, 10)), "key-file:third");
    around(objects, "commits/", {
      before: () => as(objects).rekey("prod", { context: CONTEXT, newKey: third }),
    });
    await as(objects).rekey("prod", { context: CONTEXT, newKey: NEW_KEY });
    expect(await readsAll(as(objects, NEW_KEY))).toBe(true);
    const [first = "", second = ""] = await collect(objects.list("commits/prod/"));
    for (const key of [first, second]) {
      const document = Buffer.from(await bytesAt(objects, key)).toString("utf8");
      for (const { id } of [MASTER_KEY, NEW_KEY, third]) expect(document).toContain(id);
    }
  });

  it("are waited for no longer than the caller waits", async () => {
    const puts = watchPuts(objects);
    const stop = AbortSignal.abort(new CofferError("INTERRUPTED", "stopped"));
    const rekey = as(objects).rekey("prod", { context: CONTEXT, newKey: NEW_KEY, signal: stop });
    await expect(rekey).rejects.toMatchObject({ code: "INTERRUPTED" });
    expect(puts).toEqual([]);
  });
});
