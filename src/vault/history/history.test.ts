import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Commit } from "../../core/secret-store.js";
import { CofferError, isCofferError } from "../../errors.js";
import type { ObjectStore } from "../../objects/object-store.js";
import { type Fault, type FaultyStore, faultyStore, type StoreCall } from "../../testing/faulty-object-store.js";
import { openTransientMemory } from "../../testing/transient-memory.js";
import { collect, newStorage, openTestVault, problemsOf, text } from "../../testing/vault-scene.js";
import type { Vault } from "../contract.js";

const WRITERS = 4;
const COMMITS = 4;

/** What came of one commit: it is known by its message, `WRITER NUMBER`. */
type Outcome = { readonly message: string; readonly made: Commit | null; readonly error: CofferError | null };

const LOST = ["before", "after", "refused", "late"] as const;
const EVERY = [...LOST, "stale", "denied", "unvouched"] as const;
type Kind = (typeof EVERY)[number];

/** One call in five or so goes wrong, as the dice say; never in a way that no storage has. */
function planOf(dice: readonly (Kind | null)[]): (call: StoreCall) => Fault | undefined {
  let thrown = 0;
  return ({ operation, key }) => {
    const kind = dice[thrown++ % dice.length] ?? null;
    if (kind === null || key === "coffer.json") return undefined;
    if (kind === "denied") return { kind: "error", error: new CofferError("ACCESS_DENIED", "so planned") };
    if (kind === "stale") return operation === "get" && key.startsWith("heads/") ? { kind } : undefined;
    if (operation === "put" && kind === "unvouched")
      return { kind: "error", error: new CofferError("OUTCOME_UNKNOWN", "so planned") };
    if (kind === "unvouched") return undefined;
    return operation === "put" || kind === "before" || kind === "after" ? { kind } : undefined;
  };
}

/** Every answer of the storage comes when the scheduler says so. */
function scheduled(objects: ObjectStore, scheduler: fc.Scheduler): ObjectStore {
  objects.put = scheduler.scheduleFunction(objects.put.bind(objects));
  const get = objects.get.bind(objects);
  const turn = scheduler.scheduleFunction(async () => {});
  // An overloaded method cannot be wrapped as it is.
  objects.get = (async (key: string) => turn().then(() => get(key))) as ObjectStore["get"];
  return objects;
}

async function write(vault: Vault, store: FaultyStore, writer: number): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let number = 1; number <= COMMITS; number++) {
    const message = `${writer} ${number}`;
    const changes = ["shared", `own${writer}`].map((name) => ({ op: "put", name, value: text(message) }) as const);
    try {
      outcomes.push({ message, made: await vault.commit("prod", changes, { message }), error: null });
    } catch (error) {
      if (!isCofferError(error)) throw error;
      outcomes.push({ message, made: null, error });
    }
    // What is under way since may arrive at any time.
    if (number % 2 === 0) await store.deliver();
  }
  return outcomes;
}

/** Lets several writers at one namespace, and gives what they were told and what is there afterwards. */
async function run(
  dice: readonly (Kind | null)[],
  scheduler: fc.Scheduler,
): Promise<{ told: Outcome[]; chain: Commit[] }> {
  const objects = await newStorage();
  const reader = openTestVault(objects);
  const calm = { ...objects, get: objects.get.bind(objects), put: objects.put.bind(objects) };
  const store = faultyStore(scheduled(objects, scheduler), planOf(dice));
  const writers = Array.from({ length: WRITERS }, (_, writer) => {
    const memory = writer % 2 === 0 ? openTransientMemory() : null;
    return write(openTestVault(store, { memory }), store, writer);
  });
  const told = (await scheduler.waitFor(Promise.all(writers))).flat();
  await scheduler.waitFor(store.deliver());
  Object.assign(objects, { get: calm.get, put: calm.put });
  expect(await problemsOf(reader)).toEqual([]);
  return { told, chain: (await collect(reader.log("prod"))).reverse() };
}

function expectKept({ told, chain }: { told: Outcome[]; chain: Commit[] }, mayHappen: readonly string[]): void {
  const messages = chain.map(({ message }) => message);
  expect(new Set(messages).size, "no commit is there twice").toBe(messages.length);
  for (const { message, made, error } of told) {
    const there = chain.find((commit) => commit.message === message) ?? null;
    if (made !== null) expect(there).toMatchObject({ commit: made.commit, sequence: made.sequence });
    else if (there !== null) {
      expect(mayHappen, `${message} was told ${error?.message}`).toContain(error?.code);
      if (error?.code === "OUTCOME_UNKNOWN") expect(error.message).toContain(there.commit);
    }
  }
  for (let writer = 0; writer < WRITERS; writer++) {
    const numbers = messages
      .filter((message) => message?.startsWith(`${writer} `))
      .map((message) => Number(message?.slice(2)));
    expect(numbers, "in the order of their writer").toEqual([...numbers].sort((a, b) => a - b));
  }
}

const diceOf = (kinds: readonly Kind[]): fc.Arbitrary<(Kind | null)[]> =>
  fc.array(fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.constantFrom(...kinds) }), {
    minLength: 20,
    maxLength: 200,
  });

describe("several writers at one namespace", () => {
  it("lose no commit, double none and fail only where nothing happened, whatever answers are lost or late", async () => {
    await fc.assert(
      fc.asyncProperty(diceOf(LOST), fc.scheduler(), async (dice, scheduler) => {
        const outcome = await run(dice, scheduler);
        expectKept(outcome, []);
        const failures = outcome.told.flatMap(({ error }) => error?.code ?? []);
        expect(failures.filter((code) => code !== "UNREACHABLE")).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });

  it("lose and double none either with stale reads, refusals, and storage that does not vouch for what it did", async () => {
    await fc.assert(
      fc.asyncProperty(diceOf(EVERY), fc.scheduler(), async (dice, scheduler) => {
        expectKept(await run(dice, scheduler), ["OUTCOME_UNKNOWN", "ROLLBACK"]);
      }),
      { numRuns: 15 },
    );
  });
});
