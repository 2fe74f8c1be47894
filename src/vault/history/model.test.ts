// Any sequence of commits against the simplest thing that could be right: lists of what was put.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findRollback, toRollback } from "../../core/plan-rollback.js";
import type { Commit } from "../../core/secret-store.js";
import { isCofferError } from "../../errors.js";
import {
  apply,
  copy,
  currentOf,
  type Destroyed,
  type Model,
  type ModelName,
  NAMES,
  namesAt,
  STAGES,
  type Step,
  toChange,
  topOf,
} from "../../testing/vault-model.js";
import { collect, newStorage, openTestVault, problemsOf, shown, text } from "../../testing/vault-scene.js";
import type { Vault } from "../contract.js";

const step: fc.Arbitrary<Step> = fc.record({
  op: fc.constantFrom("put", "put", "put", "delete", "promote"),
  name: fc.constantFrom(...NAMES),
  value: fc.oneof(fc.string({ maxLength: 20 }), fc.constantFrom("x".repeat(4097), "y".repeat(9000))),
  stage: fc.option(fc.constantFrom(...STAGES)),
});

/** What is done to a vault: a commit, a purge of some versions of a name or of all, a return to one of the commits, new data keys. */
type Act =
  | { readonly kind: "commit"; readonly steps: readonly Step[] }
  | { readonly kind: "purge"; readonly name: string; readonly choice: readonly boolean[] | "all" }
  | { readonly kind: "rollback"; readonly to: number }
  | { readonly kind: "rekey" };

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("commit" as const),
      steps: fc.array(step, { minLength: 1, maxLength: 4 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("purge" as const),
      name: fc.constantFrom(...NAMES),
      choice: fc.oneof(fc.constant("all" as const), fc.array(fc.boolean(), { minLength: 1, maxLength: 6 })),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("rollback" as const), to: fc.nat() }) },
  { weight: 1, arbitrary: fc.constant({ kind: "rekey" as const }) },
);

/** A vault beside the simplest thing that could be right. */
interface Bench {
  readonly vault: Vault;
  model: Model;
  readonly destroyed: Destroyed;
  readonly past: { readonly commit: Commit; readonly model: Model }[];
}

async function perform(bench: Bench, doing: Act): Promise<void> {
  if (doing.kind === "commit") return commit(bench, doing.steps);
  if (doing.kind === "purge") return purge(bench, doing.name, doing.choice);
  if (bench.past.length === 0) return;
  if (doing.kind === "rollback") return rollBack(bench, bench.past[doing.to % bench.past.length]);
  await bench.vault.rekey("prod");
  await note(bench);
}

async function commit(bench: Bench, steps: readonly Step[]): Promise<void> {
  const next = copy(bench.model);
  const possible = steps.every((one) => apply(next, one));
  const attempt = bench.vault.commit("prod", steps.map(toChange));
  if (!possible) {
    // One change that cannot be made, and none is.
    await expect(attempt).rejects.toSatisfy((error: unknown) => isCofferError(error, "NOT_FOUND"));
    return;
  }
  await attempt;
  bench.model = next;
  await note(bench);
}

async function purge(bench: Bench, name: string, choice: readonly boolean[] | "all"): Promise<void> {
  const item = bench.model.names.get(name);
  const versions =
    item === undefined || choice === "all" ? [] : [...item.values.keys()].filter((_, index) => choice[index]);
  if (choice !== "all" && versions.length === 0) return;
  const inUse = item === undefined ? [] : [...item.staged.values(), ...(item.current === null ? [] : [item.current])];
  const isKept = versions.some((version) => item?.values.get(version) !== null && inUse.includes(version));
  const attempt = bench.vault.purge(`prod/${name}`, choice === "all" ? "all" : versions.map(String));
  if (item === undefined || isKept) {
    // A name that was purged before may be purged again.
    await attempt.catch((error: unknown) => expect(isCofferError(error, isKept ? "CONFLICT" : "NOT_FOUND")).toBe(true));
    return;
  }
  await attempt;
  const isNew = choice === "all" || versions.some((version) => !item.purged.has(version));
  for (const version of choice === "all" ? item.values.keys() : versions) {
    bench.destroyed.add(`${name} ${version}`);
    item.purged.add(version);
  }
  if (choice === "all") {
    const isLive = item.current !== null && item.values.get(item.current) !== null;
    bench.model.floor = Math.max(bench.model.floor, topOf(item) + (isLive ? 1 : 0));
    bench.model.names.delete(name);
  }
  if (isNew) await note(bench);
}

async function rollBack(bench: Bench, to: Bench["past"][number] | undefined): Promise<void> {
  if (to === undefined) return;
  const { vault, destroyed } = bench;
  const gone = namesAt(to.model).filter((name) => destroyed.has(`${name} ${to.model.names.get(name)?.current}`));
  expect(await vault.destroyed("prod", to.commit.commit)).toEqual(gone);
  if (gone.length > 0) return;
  const [now, then] = await Promise.all([
    vault.readAll({ namespace: "prod" }),
    vault.readAll({ namespace: "prod" }, { at: to.commit.commit }),
  ]);
  const differences = findRollback(now.secrets, then.secrets);
  if (differences.length === 0) return;
  await vault.commit(
    "prod",
    differences.map((difference) => toRollback(difference)),
  );
  const wanted = new Map([...currentOf(to.model, destroyed)].map(([name, [, value]]) => [name, value]));
  const there = currentOf(bench.model, destroyed);
  for (const name of NAMES) {
    const value = wanted.get(name);
    const step = { name, stage: null, value: value ?? "" };
    if (value === undefined && there.has(name)) apply(bench.model, { ...step, op: "delete" });
    else if (value !== undefined && there.get(name)?.[1] !== value) apply(bench.model, { ...step, op: "put" });
  }
  await note(bench);
}

/** The newest commit, and what the model was with it. */
async function note({ vault, model, past }: Bench): Promise<void> {
  for await (const newest of vault.log("prod")) {
    past.push({ commit: newest, model: copy(model) });
    return;
  }
}

async function readNow(vault: Vault, options: { at?: string } = {}): Promise<Map<string, [string, string]>> {
  const { secrets } = await vault.readAll({ namespace: "prod" }, options);
  return new Map(secrets.map((secret) => [secret.name, [secret.version, shown(secret) ?? ""]]));
}

async function expectVersions(vault: Vault, name: string, { values, staged, purged }: ModelName): Promise<void> {
  for (const [version, value] of values) {
    const reading = vault.read(`prod/${name}`, { version: String(version) });
    if (value === null || purged.has(version)) await expect(reading).rejects.toMatchObject({ code: "NOT_FOUND" });
    else expect(shown(await reading)).toBe(value);
  }
  const numbers = [...values.keys()].sort((a, b) => a - b);
  for (const version of [(numbers[0] ?? 1) - 1, (numbers.at(-1) ?? 0) + 1].filter((number) => number > 0))
    expect(await vault.read(`prod/${name}`, { version: String(version) })).toBeNull();
  for (const stage of STAGES) {
    const version = staged.get(stage);
    const value = version === undefined ? null : (values.get(version) ?? null);
    expect(shown(await vault.read(`prod/${name}`, { stage }))).toBe(value);
  }
  const history = await collect(vault.history(`prod/${name}`));
  const stageOf = new Map([...staged].map(([stage, version]) => [version, stage]));
  expect(history.map((one) => [one.version, one.deleted, one.stage, one.purged])).toEqual(
    numbers
      .reverse()
      .map((number) => [String(number), values.get(number) === null, stageOf.get(number) ?? null, purged.has(number)]),
  );
}

async function expectEqual(vault: Vault, { model, past, destroyed }: Bench): Promise<void> {
  expect(await readNow(vault)).toEqual(currentOf(model, destroyed));
  for (const name of NAMES) {
    const item = model.names.get(name);
    if (item !== undefined) await expectVersions(vault, name, item);
    else expect(await vault.read(`prod/${name}`)).toBeNull();
  }
  for (const { commit: made, model: then } of past) {
    expect(await readNow(vault, { at: made.commit })).toEqual(currentOf(then, destroyed));
    expect(await readNow(vault, { at: made.time.toISOString() })).toEqual(currentOf(then, destroyed));
  }
  expect(await collect(vault.log("prod"))).toEqual(past.map(({ commit: made }) => made).reverse());
  expect(await problemsOf(vault)).toEqual([]);
}

describe("a vault", () => {
  it("holds after any history what a list of it would hold: now, at each version, at each commit", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 14 }), async (acts) => {
        let minute = 0;
        const now = () => new Date(Date.UTC(2026, 0, 1, 0, minute++));
        const objects = await newStorage();
        const bench: Bench = {
          vault: openTestVault(objects, { now }),
          model: { names: new Map(), floor: 0 },
          destroyed: new Set(),
          past: [],
        };
        for (const doing of acts) await perform(bench, doing);
        // Another vault, so that nothing is known but what is stored.
        await expectEqual(openTestVault(objects), bench);
        expect(await openTestVault(objects).sweep("prod")).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it("finds every version of a name that was changed more than a thousand times", async () => {
    const vault = openTestVault(await newStorage());
    const count = 1100;
    for (let from = 1; from <= count; from += 10) {
      const numbers = Array.from({ length: 10 }, (_, index) => from + index);
      await vault.commit(
        "prod",
        numbers.map((n) => ({ op: "put", name: "A", value: text(String(n)) })),
      );
    }
    for (const version of [1, 2, 63, 64, 65, 128, 500, 1023, 1024, 1035, 1036, count])
      expect(shown(await vault.read("prod/A", { version: String(version) }))).toBe(String(version));
    const versions = (await collect(vault.history("prod/A"))).map(({ version }) => Number(version));
    expect(versions).toEqual(Array.from({ length: count }, (_, index) => count - index));
  });
});
