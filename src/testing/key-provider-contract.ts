import assert from "node:assert/strict";
import { KEY_BYTES, randomBytes } from "../core/ciphers.js";
import type { Context } from "../core/context.js";
import { Sensitive } from "../core/sensitive.js";
import { isCofferError } from "../errors.js";
import type { KeyProvider } from "../keys/key-provider.js";
import type { Runner } from "./object-store-contract.js";

/** A master key to test, and the way to get rid of it (which closes all that was opened). */
export interface OpenedKeys {
  readonly keys: KeyProvider;
  /** The same master key, opened once more, as another program would. */
  again(): Promise<KeyProvider>;
  /** Another master key of the same kind. */
  other(): Promise<KeyProvider>;
  /** Closes and removes all of it. */
  dispose(): Promise<void>;
}

type Test = (title: string, body: (opened: OpenedKeys) => Promise<void>) => void;

/**
 * Declares the tests that every key provider passes: one for each promise that the interface makes. `open` is called
 * for each test anew; it may give the same master key each time.
 */
export function keyProviderContract(name: string, open: () => Promise<OpenedKeys>, runner: Runner): void {
  const test: Test = (title, body) => {
    runner.it(title, async () => {
      const opened = await open();
      try {
        await body(opened);
      } finally {
        await opened.dispose();
      }
    });
  };
  runner.describe(`${name} as a key provider`, () => {
    testKeys(test);
    testContexts(test);
    testTampering(test);
    testMasterKeys(test);
    testCalls(test);
  });
}

const CONTEXT: Context = {
  "coffer:store": "c3RvcmUtb2YtMTYtYnl0ZQ",
  "coffer:namespace": "prod/münchen",
  "coffer:epoch": "AAAAAAAAAAFlcG9jaC1vZi0xNi1ieXRl",
  app: "",
};

function testKeys(test: Test): void {
  test("makes data keys of 32 bytes, no two alike", async ({ keys }) => {
    const made = await Promise.all([1, 2, 3].map(() => keys.generate(CONTEXT)));
    for (const { key } of made) assert.equal(key.byteLength, 32);
    assert.equal(new Set(made.map(({ key }) => hexOf(key))).size, 3);
  });

  test("opens the wrapping of a key that it made", async ({ keys }) => {
    const { key, wrapped } = await keys.generate(CONTEXT);
    assert.equal(hexOf(await keys.unwrap(wrapped, CONTEXT)), hexOf(key));
  });

  test("wraps a key that exists already, and opens that", async ({ keys }) => {
    const key = Sensitive.from(randomBytes(KEY_BYTES));
    const wrapped = await keys.wrap(key, CONTEXT);
    assert.equal(hexOf(await keys.unwrap(wrapped, CONTEXT)), hexOf(key));
  });

  test("wraps one key differently each time, and opens both", async ({ keys }) => {
    const { key, wrapped } = await keys.generate(CONTEXT);
    const again = await keys.wrap(key, CONTEXT);
    assert.notDeepEqual([...again], [...wrapped]);
    assert.equal(hexOf(await keys.unwrap(again, CONTEXT)), hexOf(key));
    assert.equal(hexOf(await keys.unwrap(wrapped, CONTEXT)), hexOf(key));
  });

  test("makes wrappings that do not hold the key in clear and fit where they are stored", async ({ keys }) => {
    const { key, wrapped } = await keys.generate(CONTEXT);
    assert.equal(Buffer.from(wrapped).includes(Buffer.from(key.reveal())), false);
    assert.ok(wrapped.byteLength >= 1 && wrapped.byteLength <= 8192);
  });

  test("leaves the bytes that it is given as they were", async ({ keys }) => {
    const { wrapped } = await keys.generate(CONTEXT);
    const before = [...wrapped];
    await keys.unwrap(wrapped, CONTEXT);
    assert.deepEqual([...wrapped], before);
  });
}

function testContexts(test: Test): void {
  test("opens a wrapping whatever the order in which the pairs are given", async ({ keys }) => {
    const { key, wrapped } = await keys.generate(CONTEXT);
    const turned = Object.fromEntries(Object.entries(CONTEXT).reverse());
    assert.equal(hexOf(await keys.unwrap(wrapped, turned)), hexOf(key));
  });

  test("takes the longest context that a vault may give", async ({ keys }) => {
    const long = Object.fromEntries(
      Array.from({ length: 4 }, (_, index) => [`${index}`.repeat(128), "ü".repeat(512)] as const),
    );
    const { key, wrapped } = await keys.generate({ ...CONTEXT, ...long });
    assert.equal(hexOf(await keys.unwrap(wrapped, { ...CONTEXT, ...long })), hexOf(key));
  });

  const { app: _, ...less } = CONTEXT;
  const others: Readonly<Record<string, Context>> = {
    "none at all": {},
    "one pair less": less,
    "one pair more": { ...CONTEXT, more: "" },
    "another value": { ...CONTEXT, "coffer:namespace": "prod/bremen" },
    "a value in another case": { ...CONTEXT, "coffer:namespace": "Prod/münchen" },
    "a value where there was an empty one": { ...CONTEXT, app: " " },
    "another name": { ...less, App: "" },
    "the same values under each other's names": {
      ...CONTEXT,
      "coffer:epoch": CONTEXT["coffer:store"] ?? "",
      "coffer:store": CONTEXT["coffer:epoch"] ?? "",
    },
    "a name and a value cut elsewhere": { ...less, "app:": "" },
  };
  for (const [how, other] of Object.entries(others)) {
    test(`refuses a wrapping under another context: ${how}`, async ({ keys }) => {
      const made = await keys.generate(CONTEXT);
      const wrapped = await keys.wrap(made.key, CONTEXT);
      await assert.rejects(keys.unwrap(made.wrapped, other), isIntegrity);
      await assert.rejects(keys.unwrap(wrapped, other), isIntegrity);
    });
  }
}

function testTampering(test: Test): void {
  test("refuses a wrapping with a bit flipped anywhere", async ({ keys }) => {
    const { wrapped } = await keys.generate(CONTEXT);
    // All of a long wrapping would take a remote provider too long: every bit of some bytes, the first and the last among them.
    const step = Math.max(1, Math.floor(wrapped.byteLength / 16));
    const places = wrapped.map((_, index) => index).filter((at) => at % step === 0 || at === wrapped.byteLength - 1);
    for (const at of places) {
      const changed = Uint8Array.from(wrapped);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at & 7));
      await assert.rejects(keys.unwrap(changed, CONTEXT), isRefusal, `byte ${at} of ${wrapped.byteLength}`);
    }
  });

  test("refuses a wrapping that is cut, longer, or none", async ({ keys }) => {
    const { wrapped } = await keys.generate(CONTEXT);
    const wrong = [
      new Uint8Array(0),
      wrapped.subarray(0, 1),
      wrapped.subarray(0, wrapped.byteLength - 1),
      wrapped.subarray(1),
      Buffer.concat([wrapped, new Uint8Array(1)]),
      new Uint8Array(wrapped.byteLength),
    ];
    for (const bytes of wrong) await assert.rejects(keys.unwrap(bytes, CONTEXT), isIntegrity);
  });
}

function testMasterKeys(test: Test): void {
  test("has a URL, and an id that names the master key wherever it is opened", async ({ keys, again }) => {
    assert.ok(keys.url.includes(":"));
    assert.ok(Buffer.byteLength(keys.id) >= 1 && Buffer.byteLength(keys.id) <= 2048);
    assert.equal((await again()).id, keys.id);
  });

  test("opens what the same master key wrapped elsewhere", async ({ keys, again }) => {
    const { key, wrapped } = await keys.generate(CONTEXT);
    assert.equal(hexOf(await (await again()).unwrap(wrapped, CONTEXT)), hexOf(key));
  });

  test("refuses what another master key wrapped", async ({ keys, other }) => {
    const foreign = await other();
    const { key, wrapped } = await foreign.generate(CONTEXT);
    await assert.rejects(keys.unwrap(wrapped, CONTEXT), isRefusal);
    await assert.rejects(foreign.unwrap(await keys.wrap(key, CONTEXT), CONTEXT), isRefusal);
  });

  test("says nothing of keys in its errors", async ({ keys }) => {
    const { key, wrapped } = await keys.generate(CONTEXT);
    const refusal: unknown = await keys.unwrap(wrapped, {}).catch((error: unknown) => error);
    assert.ok(refusal instanceof Error);
    const shown = `${refusal.message} ${isCofferError(refusal) ? (refusal.hint ?? "") : ""}`;
    for (const encoding of ["hex", "base64", "base64url"] as const) {
      assert.equal(shown.includes(Buffer.from(key.reveal()).toString(encoding)), false);
    }
  });
}

function testCalls(test: Test): void {
  test("does nothing when the signal was given before the call, and throws the signal's reason", async ({ keys }) => {
    const { key, wrapped } = await keys.generate(CONTEXT);
    const reason = new Error("enough");
    const options = { signal: AbortSignal.abort(reason) };
    const isReason = (error: unknown): boolean => error === reason;
    await assert.rejects(keys.generate(CONTEXT, options), isReason);
    await assert.rejects(keys.wrap(key, CONTEXT, options), isReason);
    await assert.rejects(keys.unwrap(wrapped, CONTEXT, options), isReason);
  });

  test("can be used by many at once", async ({ keys }) => {
    const contexts = Array.from({ length: 10 }, (_, index) => ({ ...CONTEXT, app: String(index) }));
    const made = await Promise.all(contexts.map((context) => keys.generate(context)));
    const opened = await Promise.all(made.map(({ wrapped }, index) => keys.unwrap(wrapped, contexts[index] ?? {})));
    assert.deepEqual(
      opened.map(hexOf),
      made.map(({ key }) => hexOf(key)),
    );
  });
}

function isIntegrity(error: unknown): boolean {
  return isCofferError(error, "INTEGRITY");
}

/** Where a wrapping tells its master key, another one's, or one that damage made look like it, is not for this provider to open. */
function isRefusal(error: unknown): boolean {
  return isIntegrity(error) || isCofferError(error, "ACCESS_DENIED");
}

function hexOf(key: Sensitive): string {
  return Buffer.from(key.reveal()).toString("hex");
}
