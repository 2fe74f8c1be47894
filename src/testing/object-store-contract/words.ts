import assert from "node:assert/strict";
import { encodeUtf8 } from "../../core/bytes.js";
import type { ObjectStore, StoredObject } from "../../objects/object-store.js";

/** Declares one test, which gets an empty store. */
export type Test = (title: string, body: (store: ObjectStore) => Promise<void>) => void;

/** A key whose object is replaced all the time, and one whose object is written once and, rarely, rewritten. */
export const HEAD = "heads/prod!billing";
export const COMMIT = "commits/prod!billing/0000000000000001-c0ffee";

export const ABSENT = { absent: true } as const;

export async function create(store: ObjectStore, key: string, text: string): Promise<{ etag: string }> {
  const answer = await store.put(key, encodeUtf8(text), ABSENT);
  return answer === "refused" ? assert.fail(`${key} could not be created`) : answer;
}

export async function replace(store: ObjectStore, key: string, text: string, etag: string): Promise<{ etag: string }> {
  const answer = await store.put(key, encodeUtf8(text), { etag });
  return answer === "refused" ? assert.fail(`${key} could not be replaced`) : answer;
}

export function textAndTag(object: StoredObject | "unchanged" | null): { text: string; etag: string } | null {
  if (object === null) return null;
  if (object === "unchanged") assert.fail("the object was said to be unchanged");
  return { text: Buffer.from(object.bytes).toString("utf8"), etag: object.etag };
}

export async function keysOf(store: ObjectStore, prefix: string, options?: { signal: AbortSignal }): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of store.list(prefix, options)) keys.push(key);
  return keys;
}
