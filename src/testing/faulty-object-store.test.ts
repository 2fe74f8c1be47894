import { describe, expect, it } from "vitest";
import { encodeUtf8 } from "../core/bytes.js";
import { CofferError } from "../errors.js";
import { openMemoryStore } from "../objects/memory.js";
import type { ObjectStore } from "../objects/object-store.js";
import { type Fault, faultyStore } from "./faulty-object-store.js";
import { objectStoreContract } from "./object-store-contract.js";

const KEY = "heads/prod";
const ABSENT = { absent: true } as const;

describe("a faulty store", () => {
  it("fails the calls that its plan names, and tells them apart by operation, key and count", async () => {
    const store = faultyStore(openMemoryStore(), ({ operation, index }) =>
      operation === "get" && index === 1 ? { kind: "before" } : undefined,
    );
    expect(await store.get(KEY)).toBeNull();
    await expect(store.get(KEY)).rejects.toMatchObject({ code: "UNREACHABLE" });
    expect(await store.get("heads/other")).toBeNull();
    expect(await store.get(KEY)).toBeNull();
    expect(store.calls).toEqual([
      { operation: "get", key: KEY, index: 0 },
      { operation: "get", key: KEY, index: 1 },
      { operation: "get", key: "heads/other", index: 0 },
      { operation: "get", key: KEY, index: 2 },
    ]);
  });

  it("does nothing before an error before", async () => {
    const { inner, store } = withFirstPut({ kind: "before" });
    await expect(store.put(KEY, encodeUtf8("x"), ABSENT)).rejects.toMatchObject({ code: "UNREACHABLE" });
    expect(await textAt(inner)).toBeNull();
  });

  it("has done it all before an error after", async () => {
    const { inner, store } = withFirstPut({ kind: "after" });
    await expect(store.put(KEY, encodeUtf8("x"), ABSENT)).rejects.toMatchObject({ code: "UNREACHABLE" });
    expect(await textAt(inner)).toBe("x");
  });

  it("refuses a put that it has done", async () => {
    const { inner, store } = withFirstPut({ kind: "refused" });
    expect(await store.put(KEY, encodeUtf8("x"), ABSENT)).toBe("refused");
    expect(await textAt(inner)).toBe("x");
  });

  it("throws the error of the plan, and nothing has changed", async () => {
    const error = new CofferError("ACCESS_DENIED", "no");
    const { inner, store } = withFirstPut({ kind: "error", error });
    await expect(store.put(KEY, encodeUtf8("x"), ABSENT)).rejects.toBe(error);
    expect(await textAt(inner)).toBeNull();
  });

  it("does a late put when it is told to, with the bytes of then", async () => {
    const { inner, store } = withFirstPut({ kind: "late" });
    const bytes = encodeUtf8("late");
    await expect(store.put(KEY, bytes, ABSENT)).rejects.toMatchObject({ code: "UNREACHABLE" });
    bytes.fill(0);
    expect(await textAt(inner)).toBeNull();
    expect(await store.deliver()).toEqual([{ etag: expect.any(String) }]);
    expect(await textAt(inner)).toBe("late");
    expect(await store.deliver()).toEqual([]);
  });

  it("does a late put under its condition, which may no longer hold", async () => {
    const { inner, store } = withFirstPut({ kind: "late" });
    await expect(store.put(KEY, encodeUtf8("late"), ABSENT)).rejects.toThrow();
    await store.put(KEY, encodeUtf8("earlier"), ABSENT);
    expect(await store.deliver()).toEqual(["refused"]);
    expect(await textAt(inner)).toBe("earlier");
  });

  it.each([
    [1, "two"],
    [2, "one"],
    [3, null],
    [9, null],
  ])("reads the state %i changes ago as %s", async (by, text) => {
    const store = faultyStore(openMemoryStore(), ({ operation }) =>
      operation === "get" ? { kind: "stale", by } : undefined,
    );
    let answer = await store.put(KEY, encodeUtf8("one"), ABSENT);
    for (const next of ["two", "three"]) {
      if (answer !== "refused") answer = await store.put(KEY, encodeUtf8(next), { etag: answer.etag });
    }
    expect(await textAt(store)).toBe(text);
  });

  it("reads as stale what others changed as well", async () => {
    const inner = openMemoryStore();
    await inner.put(KEY, encodeUtf8("one"), ABSENT);
    const store = faultyStore(inner, ({ index }) => (index === 1 ? { kind: "stale" } : undefined));
    const { etag } = (await store.get(KEY)) ?? { etag: "" };
    await inner.put(KEY, encodeUtf8("two"), { etag });
    expect(await store.get(KEY, { unless: etag })).toBe("unchanged");
    expect(await textAt(store)).toBe("two");
  });

  it("says so when the plan asks of a call what it cannot do", async () => {
    const store = faultyStore(openMemoryStore(), () => ({ kind: "refused" }));
    await expect(store.delete(KEY)).rejects.toThrow(TypeError);
  });

  it("fails listing and deleting too", async () => {
    const inner = openMemoryStore();
    await inner.put(KEY, encodeUtf8("x"), ABSENT);
    const store = faultyStore(inner, ({ index }) => (index === 0 ? { kind: "after" } : undefined));
    await expect(store.list("")[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: "UNREACHABLE" });
    await expect(store.delete(KEY)).rejects.toMatchObject({ code: "UNREACHABLE" });
    expect(await textAt(inner)).toBeNull();
  });
});

objectStoreContract(
  "a faulty store without a fault",
  () => {
    const store = faultyStore(openMemoryStore(), () => undefined);
    return Promise.resolve({ store, dispose: () => store.close() });
  },
  { describe, it },
);

function withFirstPut(fault: Fault) {
  const inner = openMemoryStore();
  const plan = ({ operation, index }: { operation: string; index: number }) =>
    operation === "put" && index === 0 ? fault : undefined;
  return { inner, store: faultyStore(inner, plan) };
}

async function textAt(store: ObjectStore): Promise<string | null> {
  const object = await store.get(KEY);
  return object && Buffer.from(object.bytes).toString("utf8");
}
