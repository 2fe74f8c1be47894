import assert from "node:assert/strict";
import type { Change, Commit, Secret, SecretStore } from "../../core/secret-store.js";
import { Sensitive } from "../../core/sensitive.js";
import { type ErrorCode, isCofferError } from "../../errors.js";

/** A store to test, with nothing in it, and a way to open it once more, as another program would. */
export interface Subject {
  readonly store: SecretStore;
  another(): Promise<SecretStore>;
}

/** What a store takes, where it does not take every path and every value that Coffer knows. */
export interface Taste {
  /** True for a full path that it takes. */
  takesPath(path: string): boolean;
  /** True for a value that it takes, of those that are not too long. */
  takesValue(bytes: Uint8Array): boolean;
}

/** Declares one test. */
export type Test = (title: string, body: (subject: Subject) => Promise<void>) => void;

type Put = Extract<Change, { op: "put" }>;

/** The change that puts a text, with whatever else is said of it. */
export function put(name: string, text: string, more: Partial<Omit<Put, "op" | "name" | "value">> = {}): Put {
  return { op: "put", name, value: Sensitive.fromText(text), ...more };
}

/** Puts texts under names in one commit. */
export function putAll(
  store: SecretStore,
  namespace: string,
  texts: Readonly<Record<string, string>>,
): Promise<Commit> {
  return store.commit(
    namespace,
    Object.entries(texts).map(([name, text]) => put(name, text)),
  );
}

/** The text of a secret, or null where there is none. */
export function textOf(secret: Secret | null): string | null {
  return secret === null ? null : Buffer.from(secret.value.reveal()).toString("utf8");
}

export async function readText(
  store: SecretStore,
  path: string,
  options?: Parameters<SecretStore["read"]>[1],
): Promise<string | null> {
  return textOf(await store.read(path, options));
}

/** Names and texts of the secrets of a scope. */
export async function readTexts(
  store: SecretStore,
  scope: Parameters<SecretStore["readAll"]>[0],
  options?: Parameters<SecretStore["readAll"]>[1],
): Promise<Record<string, string | null>> {
  const { secrets } = await store.readAll(scope, options);
  return Object.fromEntries(secrets.map((secret) => [secret.name, textOf(secret)]));
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

/** Fails unless the promise is rejected with a CofferError of that code. */
export async function assertRefused(promise: Promise<unknown>, code: ErrorCode): Promise<void> {
  await assert.rejects(promise, (error: unknown) => {
    assert.ok(isCofferError(error), `not a CofferError: ${String(error)}`);
    assert.equal(error.code, code, error.message);
    return true;
  });
}
