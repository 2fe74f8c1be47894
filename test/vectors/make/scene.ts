import { encodeBase64url } from "../../../src/core/bytes.js";
import { type CommitDocument, parseCommit } from "../../../src/core/documents/commit.js";
import { type HeadDocument, parseHead } from "../../../src/core/documents/head.js";
import { encodeStoreRecord, STORE_RECORD_KEY } from "../../../src/core/documents/store-record.js";
import { headKey, namespaceSegment } from "../../../src/core/layout.js";
import type { Random } from "../../../src/core/sealing.js";
import type { Change } from "../../../src/core/secret-store.js";
import { Sensitive } from "../../../src/core/sensitive.js";
import { openMemoryStore } from "../../../src/objects/memory.js";
import type { ObjectStore } from "../../../src/objects/object-store.js";
import type { Vault } from "../../../src/vault/contract.js";
import { openVault } from "../../../src/vault/vault.js";
import { openMaster } from "./master.js";
import { FIRST_MOMENT, MINUTE, seeded } from "./seeded.js";
import type { Remembered } from "./vector.js";

/** The objects of a store, and all that its writers know. */
export interface Scene {
  readonly store: string;
  readonly namespace: string;
  /** The line of the master key's file. */
  readonly masterKey: string;
  readonly objects: ReadonlyMap<string, Uint8Array>;
  /** The data keys by their ids. */
  readonly dataKeys: ReadonlyMap<string, Sensitive>;
  /** More bytes of the scene's seed. */
  readonly random: Random;
}

/** A store that the real vault wrote: everything about it follows from the seed. */
export async function vaultScene(
  seed: string,
  namespace: string,
  write: (vault: Vault) => Promise<unknown>,
): Promise<Scene> {
  const random = seeded(seed);
  const master = openMaster(random);
  const store = encodeBase64url(random(16));
  const objects = openMemoryStore();
  await objects.put(STORE_RECORD_KEY, encodeStoreRecord(store), { absent: true });
  let moment = FIRST_MOMENT;
  const vault = openVault({
    objects,
    keys: master.provider,
    memory: null,
    author: "ada@example.org",
    storeId: store,
    now: () => {
      moment += MINUTE;
      return new Date(moment);
    },
    random,
  });
  await write(vault);
  return {
    store,
    namespace,
    masterKey: master.line,
    objects: await dump(objects),
    dataKeys: master.dataKeys,
    random,
  };
}

/** One commit of the vault after another, each with these changes. */
export function vaultCommits(
  seed: string,
  namespace: string,
  ...commits: readonly (readonly Change[])[]
): Promise<Scene> {
  return vaultScene(seed, namespace, async (vault) => {
    for (const changes of commits) await vault.commit(namespace, changes);
  });
}

export function put(name: string, content: string | Uint8Array, more: object = {}): Change {
  const secret = typeof content === "string" ? Sensitive.fromText(content) : Sensitive.from(content);
  return { op: "put", name, value: secret, ...more };
}

export function headOf(scene: Scene): HeadDocument {
  const key = headKey(scene.namespace);
  return parseHead(scene.objects.get(key) ?? new Uint8Array(0), key);
}

/** The keys of the commits, oldest first. */
export function commitKeys(scene: Scene): string[] {
  const prefix = `commits/${namespaceSegment(scene.namespace)}/`;
  return [...scene.objects.keys()].filter((key) => key.startsWith(prefix)).sort();
}

/** The commit at a sequence. */
export function commitOf(scene: Scene, sequence: number): CommitDocument {
  const key = commitKeyOf(scene, sequence);
  return parseCommit(scene.objects.get(key) ?? new Uint8Array(0), key);
}

export function commitKeyOf(scene: Scene, sequence: number): string {
  const key = commitKeys(scene).find((candidate) => candidate.includes(`/${String(sequence).padStart(16, "0")}-`));
  if (key === undefined) throw new TypeError(`the scene has no commit ${sequence}`);
  return key;
}

export function rememberedOf(scene: Scene): Remembered {
  const { store, epoch, keys, sequence, commit } = headOf(scene).header;
  return { store, epoch, key: keys[0]?.id ?? "", sequence, commit };
}

/** The scene with other objects: an undefined one is taken away. */
export function withObjects(scene: Scene, others: Readonly<Record<string, Uint8Array | undefined>>): Scene {
  const objects = new Map(scene.objects);
  for (const [key, bytes] of Object.entries(others)) {
    if (bytes === undefined) objects.delete(key);
    else objects.set(key, bytes);
  }
  return { ...scene, objects };
}

/** The scene with no other objects than those, for questions that need few of many. */
export function only(scene: Scene, ...keys: readonly string[]): Scene {
  return { ...scene, objects: new Map([...scene.objects].filter(([key]) => keys.includes(key))) };
}

async function dump(store: ObjectStore): Promise<Map<string, Uint8Array>> {
  const objects = new Map<string, Uint8Array>();
  for await (const key of store.list("")) {
    const found = await store.get(key);
    if (found !== null) objects.set(key, found.bytes);
  }
  return objects;
}
