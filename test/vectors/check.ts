import type { Call } from "../../src/core/call.js";
import { Sensitive } from "../../src/core/sensitive.js";
import { isCofferError } from "../../src/errors.js";
import { openMasterKey, parseKeyFile } from "../../src/keys/key-file.js";
import { openMemoryStore } from "../../src/objects/memory.js";
import type { ObjectStore } from "../../src/objects/object-store.js";
import type { HeadMemory, Vault } from "../../src/vault/contract.js";
import { openVault } from "../../src/vault/vault.js";
import type { Answer, Remembered, Vector } from "./make/vector.js";

/** What our implementation answers to a vector's question. */
export async function answer(vector: Vector, objects: ObjectStore): Promise<Answer> {
  const vault = openVault({
    objects,
    keys: openMasterKey(parseKeyFile(Buffer.from(vector.masterKey)) ?? Sensitive.fromText(""), "key-file:vectors"),
    memory: vector.remembered === undefined ? null : holdInMind(vector.remembered),
    ...(vector.store === null ? {} : { storeId: vector.store }),
  });
  try {
    return await ask(vault, vector);
  } catch (error) {
    if (!isCofferError(error)) throw error;
    return { error: error.code };
  }
}

/** A memory store that holds a vector's objects. */
export async function fillStore(vector: Pick<Vector, "objects">): Promise<ObjectStore> {
  const store = openMemoryStore();
  for (const [key, bytes] of Object.entries(vector.objects)) {
    await store.put(key, Buffer.from(bytes, "base64"), { absent: true });
  }
  return store;
}

/** The same store, where one object reads as other bytes; `fetched` is told every key that is asked for. */
export function watch(
  store: ObjectStore,
  fetched: (key: string) => void,
  changed: ReadonlyMap<string, Uint8Array> = new Map(),
): ObjectStore {
  // All that this vault asks for is objects, without `unless`.
  const get = async (key: string, options?: Call) => {
    fetched(key);
    const found = await store.get(key, options);
    const bytes = changed.get(key);
    return found === null || bytes === undefined ? found : { ...found, bytes };
  };
  return {
    url: store.url,
    // The overload for `unless` is never called here.
    get: get as ObjectStore["get"],
    put: (key, bytes, condition, options) => store.put(key, bytes, condition, options),
    list: (prefix, options) => store.list(prefix, options),
    delete: (key, options) => store.delete(key, options),
    close: () => store.close(),
  };
}

async function ask(vault: Vault, vector: Vector): Promise<Answer> {
  switch (vector.do) {
    case "list":
      return { names: await listNames(vault, vector.namespace) };
    case "verify":
      return verify(vault, vector);
    case "read":
      return read(vault, vector);
  }
}

async function listNames(vault: Vault, namespace: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of vault.list({ namespace })) names.push(name);
  return names;
}

async function verify(vault: Vault, { namespace, noKey = false }: Vector): Promise<Answer> {
  const codes: string[] = [];
  for await (const { problems } of vault.verify({ namespaces: [namespace], noKey }))
    codes.push(...problems.map(({ code }) => code));
  const [error] = codes;
  return error === undefined ? { ok: true } : { ok: false, error };
}

async function read(vault: Vault, { namespace, name, version, stage, at, context }: Vector): Promise<Answer> {
  const found = await vault.read(namespace === "" ? `${name}` : `${namespace}/${name}`, {
    ...(version === undefined ? {} : { version: String(version) }),
    ...(stage === undefined ? {} : { stage }),
    ...(at === undefined ? {} : { at }),
    ...(context === undefined ? {} : { context }),
  });
  if (found === null) return { error: "NOT_FOUND" };
  return { value: Buffer.from(found.value.reveal()).toString("base64") };
}

function holdInMind(remembered: Remembered): HeadMemory {
  return {
    findStore: async () => remembered.store,
    find: async () => ({ ...remembered, masterKey: "key-file:vectors" }),
    save: async () => true,
  };
}
