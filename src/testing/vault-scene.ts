// What the tests of the vault stand on: storage in memory, one master key, and the ways in which they look at a vault.
import { Sensitive } from "../core/sensitive.js";
import { openMasterKey } from "../keys/key-file.js";
import { openMemoryStore } from "../objects/memory.js";
import type { ObjectStore, PutCondition } from "../objects/object-store.js";
import type { Vault, VaultOptions } from "../vault/contract.js";
import { initVault } from "../vault/init.js";
import type { VaultExtras } from "../vault/parts.js";
import { openVault } from "../vault/vault.js";
import type { NamespaceReport, Problem } from "../vault/verifying/contract.js";
import type { Fault, StoreCall } from "./faulty-object-store.js";

export const MASTER_KEY = openMasterKey(Sensitive.from(Buffer.alloc(32, 7)), "key-file:test");

/** Storage in memory that holds a store without a namespace. */
export async function newStorage(): Promise<ObjectStore> {
  const objects = openMemoryStore();
  await initVault(objects);
  return objects;
}

/** A vault over the storage that remembers nothing, writes as Ada, and waits no longer than other work needs its turn. */
export function openTestVault(objects: ObjectStore, options: Partial<VaultOptions & VaultExtras> = {}): Vault {
  return openVault({ objects, keys: MASTER_KEY, memory: null, author: "ada", pause: giveWay, ...options });
}

export function text(value: string): Sensitive {
  return Sensitive.fromText(value);
}

/** The text of a secret's value, or null where there is no secret. */
export function shown(secret: { readonly value: Sensitive } | null | undefined): string | null {
  return secret == null ? null : Buffer.from(secret.value.reveal()).toString("utf8");
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** Every problem that `verify` finds, in all namespaces. */
export async function problemsOf(vault: Vault, options: { noKey?: boolean } = {}): Promise<Problem[]> {
  const reports: NamespaceReport[] = await collect(vault.verify(options));
  return reports.flatMap(({ problems }) => problems);
}

/** A plan for `faultyStore`: the first, second … put (or get) of each key that begins so meets the first, second … fault. */
export function faultsOf(
  operation: StoreCall["operation"],
  prefix: string,
  ...faults: readonly (Fault | undefined)[]
): (call: StoreCall) => Fault | undefined {
  return (call) => (call.operation === operation && call.key.startsWith(prefix) ? faults[call.index] : undefined);
}

export interface SeenPut {
  readonly key: string;
  readonly bytes: Uint8Array;
  readonly condition: PutCondition;
}

/** Notes every put that is asked of a store from now on. */
export function watchPuts(objects: ObjectStore): SeenPut[] {
  const seen: SeenPut[] = [];
  const put = objects.put.bind(objects);
  objects.put = (key, bytes, condition, options) => {
    seen.push({ key, bytes: bytes.slice(), condition });
    return put(key, bytes, condition, options);
  };
  return seen;
}

/** Does something before, or after, the first put of a key that begins so, whatever that put comes to. */
export function around(
  objects: ObjectStore,
  prefix: string,
  { before, after }: { before?: (key: string) => Promise<unknown>; after?: (key: string) => Promise<unknown> },
): void {
  const put = objects.put.bind(objects);
  let first = true;
  objects.put = async (key, bytes, condition, options) => {
    if (!first || !key.startsWith(prefix)) return put(key, bytes, condition, options);
    first = false;
    await before?.(key);
    try {
      return await put(key, bytes, condition, options);
    } finally {
      await after?.(key);
    }
  };
}

/** Puts other bytes in the place of an object, as somebody can who writes to the storage past every condition. */
export async function replaceObject(objects: ObjectStore, key: string, bytes: Uint8Array | null): Promise<void> {
  await objects.delete(key);
  if (bytes !== null) await objects.put(key, bytes, { absent: true });
}

/** The bytes of an object that is there. */
export async function bytesAt(objects: ObjectStore, key: string): Promise<Uint8Array> {
  const object = await objects.get(key);
  if (object === null) throw new Error(`${key} is not there`);
  return object.bytes;
}

/** All that the storage holds, by key. */
export async function snapshot(objects: ObjectStore): Promise<Map<string, Uint8Array>> {
  const all = new Map<string, Uint8Array>();
  for await (const key of objects.list("")) all.set(key, await bytesAt(objects, key));
  return all;
}

/** Storage in memory with the same objects. */
export async function copyOf(objects: ObjectStore): Promise<ObjectStore> {
  const copy = openMemoryStore();
  for (const [key, bytes] of await snapshot(objects)) await copy.put(key, bytes, { absent: true });
  return copy;
}

async function giveWay(_attempt: number, signal?: AbortSignal): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  signal?.throwIfAborted();
}
