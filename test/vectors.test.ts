import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { ObjectStore } from "../src/objects/object-store.js";
import { answer, fillStore, watch } from "./vectors/check.js";
import { makeVectors } from "./vectors/make/make-vectors.js";
import { rewrite } from "./vectors/make/rewrite.js";
import { put, vaultCommits } from "./vectors/make/scene.js";
import type { Answer, Vector } from "./vectors/make/vector.js";

const FOLDER = new URL("vectors/v1/", import.meta.url);
const FILES = readdirSync(fileURLToPath(FOLDER)).filter((file) => file.endsWith(".json"));

describe("a vector", () => {
  test.each(FILES)("%s is answered as expected", async (file) => {
    const vector = load(file);
    expect(await answer(vector, await fillStore(vector)), vector.about).toEqual(vector.expect);
  });

  test("comes out as it did before", async () => {
    const made = await makeVectors();
    expect([...made.keys()].map((name) => `${name}.json`).sort()).toEqual([...FILES].sort());
    const different = [...made].filter(([name, text]) => readText(`${name}.json`) !== text).map(([name]) => name);
    expect(different).toEqual([]);
  });

  test("that a key holder rewrote differs by the edit alone", async () => {
    const scene = await vaultCommits("whole", "prod", [put("KEY", "one")], [put("KEY", "two", { ownKey: true })]);
    expect(shown(rewrite(scene, {}).objects)).toEqual(shown(scene.objects));
  });
});

describe("one flipped bit", () => {
  test.each(["forgotten-put-again-older", "past-blob-by-number", "rotated-past", "own-key", "seventy-versions"])(
    "of what %s reads never gives another value",
    async (name) => {
      const vector = load(`${name}.json`);
      const store = await fillStore(vector);
      const fetched = await keysFetched(vector, store);
      expect(fetched.length).toBeGreaterThan(0);
      for (const { key, bytes, bit } of flips(vector, fetched, 300)) {
        const found = await answer(vector, withObject(store, key, bytes));
        if ("value" in found) expect(found, `${key}, bit ${bit}`).toEqual(vector.expect);
        else expect(codeOf(found), `${key}, bit ${bit}`).toMatch(/^(INTEGRITY|UNSUPPORTED|ACCESS_DENIED|ROLLBACK)$/);
      }
    },
  );

  test.each(["past-blob", "rotated-verify", "purged-verify", "staged-again-verify", "context-several-pairs"])(
    "anywhere in the chain of %s is found by verify",
    async (name) => {
      const { name: _, version: __, at: ___, stage: ____, context: _____, ...rest } = load(`${name}.json`);
      const vector: Vector = { ...rest, do: "verify" };
      const store = await fillStore(vector);
      expect(await answer(vector, store)).toEqual({ ok: true });
      const chain = Object.keys(vector.objects).filter((key) => key !== "coffer.json");
      for (const { key, bytes, bit } of flips(vector, chain, 300)) {
        expect(await answer(vector, withObject(store, key, bytes)), `${key}, bit ${bit}`).toMatchObject({ ok: false });
      }
    },
  );
});

interface Flip {
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly bit: number;
}

/** About as many single bits, spread over these objects by their lengths, a few in each at least. */
function* flips(vector: Vector, keys: readonly string[], count: number): Generator<Flip> {
  const objects = keys.map((key) => [key, Buffer.from(vector.objects[key] ?? "", "base64")] as const);
  const total = objects.reduce((sum, [, { byteLength }]) => sum + byteLength * 8, 0);
  for (const [key, whole] of objects) {
    const bits = whole.byteLength * 8;
    const here = Math.max(8, Math.round((count * bits) / total));
    for (let index = 0; index < here; index++) {
      // Each bit of a byte has its turn.
      const bit = (Math.floor((index * bits) / here) & ~7) | (index & 7);
      const bytes = Uint8Array.from(whole);
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      yield { key, bytes, bit };
    }
  }
}

async function keysFetched(vector: Vector, store: ObjectStore): Promise<string[]> {
  const fetched = new Set<string>();
  expect(
    await answer(
      vector,
      watch(store, (key) => fetched.add(key)),
    ),
  ).toEqual(vector.expect);
  return [...fetched].filter((key) => key in vector.objects);
}

function withObject(store: ObjectStore, key: string, bytes: Uint8Array): ObjectStore {
  return watch(store, () => {}, new Map([[key, bytes]]));
}

function codeOf(found: Answer): string {
  return "error" in found ? found.error : "none";
}

function shown(objects: ReadonlyMap<string, Uint8Array>): Record<string, string> {
  return Object.fromEntries([...objects].map(([key, bytes]) => [key, Buffer.from(bytes).toString("utf8")]));
}

function load(file: string): Vector {
  // The files are our own, and their form is held by the test above.
  return JSON.parse(readText(file)) as Vector;
}

function readText(file: string): string {
  return readFileSync(new URL(file, FOLDER), "utf8");
}
