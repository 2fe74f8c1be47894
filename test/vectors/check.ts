import type { Call } from "../../src/core/call.js";
import { Sensitive } from "../../src/core/sensitive.js";
import { isCofferError } from "../../src/errors.js";
import { openMasterKey, parseKeyFile } from "../../src/keys/key-file.js";
import type { KeyProvider } from "../../src/keys/key-provider.js";
import { openIdentities } from "../../src/keys/recovery-identity.js";
import { openMemoryStore } from "../../src/objects/memory.js";
import type { ObjectStore } from "../../src/objects/object-store.js";
import type { Vault, VaultOptions } from "../../src/vault/contract.js";
import type { HeadMemory } from "../../src/vault/heads/contract.js";
import { loadHead, requireStore } from "../../src/vault/heads/load-head.js";
import { assembleParts, type VaultParts } from "../../src/vault/parts.js";
import { findAccepted } from "../../src/vault/submitting/accepted-before.js";
import { openSubmission } from "../../src/vault/submitting/open-submission.js";
import { findSubmission } from "../../src/vault/submitting/read-inbox.js";
import { openVault } from "../../src/vault/vault.js";
import type { Answer, Remembered, Vector } from "./make/vector.js";

/** What our implementation answers to a vector's question. */
export async function answer(vector: Vector, objects: ObjectStore): Promise<Answer> {
  const options: VaultOptions = {
    objects,
    keys: await openKey(vector.masterKey),
    memory: vector.remembered === undefined ? null : holdInMind(vector.remembered),
    ...(vector.store === null ? {} : { storeId: vector.store }),
  };
  try {
    if (vector.do === "submission") return await openWaiting(assembleParts(options), vector);
    return await ask(openVault(options), vector);
  } catch (error) {
    if (!isCofferError(error)) throw error;
    return { error: error.code };
  }
}

/** The key of a key file's line, or an age identity, which opens and does nothing else. */
async function openKey(line: string): Promise<KeyProvider> {
  if (line.startsWith("coffer-"))
    return openMasterKey(parseKeyFile(Buffer.from(line)) ?? Sensitive.fromText(""), "key-file:vectors");
  const [opener] = await openIdentities(Sensitive.fromText(line));
  if (opener === undefined) throw new TypeError("a vector's key is one");
  const refuse = (): Promise<never> => Promise.reject(new TypeError("a vector only reads"));
  return { ...opener, url: opener.id, generate: refuse, wrap: refuse, close: async () => {} };
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
    destroyEarlier: (prefix, meant, options) => store.destroyEarlier(prefix, meant, options),
    close: () => store.close(),
  };
}

/** Opens what waits as accepting does, but for the commit. */
async function openWaiting(
  parts: VaultParts,
  { namespace, id = "", context = {} }: Pick<Vector, "namespace" | "id" | "context">,
): Promise<Answer> {
  const head = await loadHead(parts, namespace);
  const owner = head?.owner ?? { store: await requireStore(parts), namespace };
  const found = await findSubmission(parts, owner, id);
  if (found === null) return { error: "NOT_FOUND" };
  const { document, values } = await openSubmission(parts, owner, found, context);
  const names = document.puts.map(({ name }) => name);
  const accepted = head === null ? new Set() : await findAccepted(parts, head, [{ id, names }]);
  if (accepted.has(id)) return { error: "CONFLICT" };
  const shown = names.map((name, index) => [name, Buffer.from(values[index]?.reveal() ?? []).toString("base64")]);
  return { values: Object.fromEntries(shown) };
}

async function ask(vault: Vault, vector: Vector): Promise<Answer> {
  switch (vector.do) {
    case "list":
      return { names: await listNames(vault, vector.namespace) };
    case "verify":
      return verify(vault, vector);
    case "read":
      return read(vault, vector);
    case "submission":
      throw new TypeError("a submission is not asked of a vault");
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
