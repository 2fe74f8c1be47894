// Any sequence of commits against the simplest thing that could be right: lists of what was put.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Change, Commit } from "../../core/secret-store.js";
import { isCofferError } from "../../errors.js";
import { collect, newStorage, openTestVault, problemsOf, shown, text } from "../../testing/vault-scene.js";
import type { Vault } from "../contract.js";

const NAMES = ["A", "B", "__proto__"];
const STAGES = ["next", "later"];

/** A name: the value of each version (null: its deletion), which one is current, which ones are staged. */
interface ModelName {
  readonly values: (string | null)[];
  current: number | null;
  readonly staged: Map<string, number>;
}
type Model = Map<string, ModelName>;
type Step = { readonly op: Change["op"]; readonly name: string; readonly value: string; readonly stage: string | null };

const copy = (model: Model): Model =>
  new Map(
    [...model].map(([name, { values, current, staged }]) => [
      name,
      { values: [...values], current, staged: new Map(staged) },
    ]),
  );

/** True where the step can be made; then the model is what it makes of it. */
function apply(model: Model, { op, name, value, stage }: Step): boolean {
  const known = model.get(name);
  if (op === "put") {
    const item: ModelName = known ?? { values: [], current: null, staged: new Map() };
    const version = item.values.push(value);
    if (stage === null) item.current = version;
    else item.staged.set(stage, version);
    model.set(name, item);
    return true;
  }
  if (known === undefined) return false;
  if (op === "delete") {
    if (known.current === null || known.values[known.current - 1] === null) return false;
    known.current = known.values.push(null);
    known.staged.clear();
    return true;
  }
  const version = known.staged.get(stage ?? "next");
  if (version === undefined) return false;
  known.current = version;
  known.staged.delete(stage ?? "next");
  return true;
}

function toChange({ op, name, value, stage }: Step): Change {
  if (op === "delete") return { op, name };
  if (op === "promote") return { op, name, stage: stage ?? "next" };
  return { op, name, value: text(value), ...(stage === null ? {} : { stage }) };
}

const step: fc.Arbitrary<Step> = fc.record({
  op: fc.constantFrom("put", "put", "put", "delete", "promote"),
  name: fc.constantFrom(...NAMES),
  value: fc.oneof(fc.string({ maxLength: 20 }), fc.constantFrom("x".repeat(4097), "y".repeat(9000))),
  stage: fc.option(fc.constantFrom(...STAGES)),
});

/** What can be read now, by name: version and value. */
function currentOf(model: Model): Map<string, [string, string]> {
  const live = new Map<string, [string, string]>();
  for (const [name, { values, current }] of model) {
    const value = current === null ? null : values[current - 1];
    if (value !== null && value !== undefined) live.set(name, [String(current), value]);
  }
  return live;
}

async function readNow(vault: Vault, options: { at?: string } = {}): Promise<Map<string, [string, string]>> {
  const { secrets } = await vault.readAll({ namespace: "prod" }, options);
  return new Map(secrets.map((secret) => [secret.name, [secret.version, shown(secret) ?? ""]]));
}

async function expectVersions(vault: Vault, name: string, { values, staged }: ModelName): Promise<void> {
  for (const [index, value] of values.entries()) {
    const reading = vault.read(`prod/${name}`, { version: String(index + 1) });
    if (value === null) await expect(reading).rejects.toMatchObject({ code: "NOT_FOUND" });
    else expect(shown(await reading)).toBe(value);
  }
  expect(await vault.read(`prod/${name}`, { version: String(values.length + 1) })).toBeNull();
  for (const stage of STAGES) {
    const version = staged.get(stage);
    const value = version === undefined ? null : (values[version - 1] ?? null);
    expect(shown(await vault.read(`prod/${name}`, { stage }))).toBe(value);
  }
  const history = await collect(vault.history(`prod/${name}`));
  const stageOf = new Map([...staged].map(([stage, version]) => [version, stage]));
  expect(history.map(({ version, deleted, stage }) => ({ version, deleted, stage }))).toEqual(
    values
      .map((value, index) => ({
        version: String(index + 1),
        deleted: value === null,
        stage: stageOf.get(index + 1) ?? null,
      }))
      .reverse(),
  );
}

async function expectEqual(
  vault: Vault,
  model: Model,
  past: readonly { commit: Commit; model: Model }[],
): Promise<void> {
  expect(await readNow(vault)).toEqual(currentOf(model));
  for (const name of NAMES) {
    const item = model.get(name);
    if (item !== undefined) await expectVersions(vault, name, item);
    else expect(await vault.read(`prod/${name}`)).toBeNull();
  }
  for (const { commit, model: then } of past) {
    expect(await readNow(vault, { at: commit.commit })).toEqual(currentOf(then));
    expect(await readNow(vault, { at: commit.time.toISOString() })).toEqual(currentOf(then));
  }
  expect(await collect(vault.log("prod"))).toEqual(past.map(({ commit }) => commit).reverse());
  expect(await problemsOf(vault)).toEqual([]);
}

describe("a vault", () => {
  it("holds after any commits what a list of them would hold: now, at each version, at each commit", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { maxLength: 12 }), async (commits) => {
        let minute = 0;
        const now = () => new Date(Date.UTC(2026, 0, 1, 0, minute++));
        const objects = await newStorage();
        const vault = openTestVault(objects, { now });
        const past: { commit: Commit; model: Model }[] = [];
        let model: Model = new Map();
        for (const steps of commits) {
          const next = copy(model);
          const possible = steps.every((one) => apply(next, one));
          const attempt = vault.commit("prod", steps.map(toChange));
          if (!possible) {
            // One change that cannot be made, and none is.
            await expect(attempt).rejects.toSatisfy((error: unknown) => isCofferError(error, "NOT_FOUND"));
            continue;
          }
          model = next;
          past.push({ commit: await attempt, model: copy(model) });
        }
        // Another vault, so that nothing is known but what is stored.
        await expectEqual(openTestVault(objects), model, past);
      }),
      { numRuns: 40 },
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
