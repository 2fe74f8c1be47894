import { Hand } from "./hand.js";
import { type Edit, type Rewriting, replace, rewrite } from "./rewrite.js";
import { headOf } from "./scene.js";
import { FOUND_GOOD, type Named, read, refused, vector } from "./vector.js";

/** Lists of data keys that are not as they must be, in heads that a key holder wrote. */
export async function* badKeyListVectors(): AsyncGenerator<Named> {
  yield* tables();
}

const INTEGRITY = refused("INTEGRITY");

async function* tables(): AsyncGenerator<Named> {
  const hand = new Hand("key-tables");
  await hand.beginEpoch();
  const [a, b, c] = [await hand.makeOwnKey(), await hand.makeOwnKey({ env: "prod" }), await hand.makeOwnKey()];
  await hand.commit([
    hand.put("A", "a", { key: a }),
    hand.put("B", "b", { key: b, context: { env: "prod" } }),
    hand.put("C", "c", { key: c }),
    hand.put("D", "d"),
  ]);
  const scene = hand.scene();
  yield vector(
    "keys-whole",
    "Four keys, in order: what the vectors about lists of keys begin with.",
    scene,
    { do: "verify" },
    FOUND_GOOD,
  );
  const records = headOf(scene).header.keys.map((record) => JSON.stringify(record));
  const [epoch = "", first = "", second = "", third = ""] = records;
  const listed = (...list: string[]): Rewriting => ({
    head: replace(/"keys":\[.*\]\}\n/, `"keys":[${list.join(",")}]}\n`),
  });
  const withWrappings = (edit: Edit): Rewriting =>
    listed(replace(/\[\{"by".*\]/, (found = "") => edit(found))(epoch), first, second, third);
  const wrapping = /\[(\{"by".*\})\]/.exec(epoch)?.[1] ?? "";
  const others = (count: number): string =>
    Array.from({ length: count }, (_, index) => `{"by":"a${String(index).padStart(2, "0")}","wrapped":"AA"}`).join(",");
  const cases: [what: string, about: string, rewriting: Rewriting][] = [
    ["key-twice", "lists a key twice", listed(epoch, first, first, second, third)],
    [
      "epoch-key-twice",
      "lists the epoch key among the own keys",
      listed(epoch, ...[epoch, first, second, third].sort()),
    ],
    ["key-order", "lists own keys out of order", listed(epoch, second, first, third)],
    ["key-missing", "lacks a key that a value names", listed(epoch, first, second)],
    ["key-unused", "lists a key that no value names", { head: (text) => replace(/\n\{"name":"A".*/, "")(text) }],
    ["no-keys", "lists no key", listed()],
    [
      "key-context-missing",
      "lists a key without the context of its value",
      listed(...records.map((record) => record.replace('"context":["env"],', ""))),
    ],
    [
      "key-context-other",
      "lists a key with another context than its value",
      listed(...records.map((record) => record.replace('["env"]', '["eve"]'))),
    ],
    [
      "key-context-added",
      "lists a key with a context that its value has not",
      listed(
        ...records.map((record) =>
          record.includes(c) ? record.replace('"wrappings"', '"context":["env"],"wrappings"') : record,
        ),
      ),
    ],
    [
      "epoch-key-context",
      "has an epoch key with context",
      listed(epoch.replace('"wrappings"', '"context":["env"],"wrappings"'), first, second, third),
    ],
    [
      "key-epoch-not-yet",
      "lists a key of an epoch that has not begun",
      listed(
        ...records.map((record) =>
          record.includes(c) ? record.replace(/"epoch":"[^"]*"/, `"epoch":"AAAAAAAAAAI${"A".repeat(21)}"`) : record,
        ),
      ),
    ],
    [
      "key-epoch-since-zero",
      "lists a key of an epoch that began before the first commit",
      listed(
        ...records.map((record) =>
          record.includes(c) ? record.replace(/"epoch":"[^"]*"/, `"epoch":"${"A".repeat(32)}"`) : record,
        ),
      ),
    ],
    [
      "epoch-key-of-other-epoch",
      "has an epoch key of another epoch than its own",
      listed(epoch.replace(/"epoch":"[^"]*"/, `"epoch":"AAAAAAAAAAE${"A".repeat(21)}"`), first, second, third),
    ],
    ["no-wrappings", "has a key without wrappings", withWrappings(() => "[]")],
    ["wrappings-17", "has a key with 17 wrappings", withWrappings(() => `[${others(16)},${wrapping}]`)],
    ["wrappings-order", "has wrappings out of order", withWrappings(() => `[${wrapping},${others(1)}]`)],
    ["wrapping-twice", "has two wrappings for one master key", withWrappings(() => `[${wrapping},${wrapping}]`)],
    ["wrapping-empty", "has a wrapping of no bytes", withWrappings(() => `[{"by":"a","wrapped":""},${wrapping}]`)],
    [
      "wrapping-too-large",
      "has a wrapping of 8,193 bytes",
      withWrappings(() => `[{"by":"a","wrapped":"${"A".repeat(10924)}"},${wrapping}]`),
    ],
    ["wrapping-by-none", "has a wrapping by nobody", withWrappings(() => `[{"by":"","wrapped":"AA"},${wrapping}]`)],
    [
      "wrapping-by-too-long",
      "has a wrapping by a name of 2,049 bytes",
      withWrappings(() => `[{"by":"${"a".repeat(2049)}","wrapped":"AA"},${wrapping}]`),
    ],
  ];
  for (const [file, about, rewriting] of cases) {
    yield vector(file, `A head that ${about}.`, rewrite(scene, rewriting), read("D"), INTEGRITY);
  }
  yield vector(
    "wrappings-16",
    "A head with 16 wrappings of its key, and one of 8,192 bytes.",
    rewrite(
      scene,
      withWrappings(() => `[{"by":"a","wrapped":"${"A".repeat(10922)}A"},${others(14)},${wrapping}]`),
    ),
    read("D"),
    { value: "ZA==" },
  );
}
