import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "vitest";
import { Sensitive } from "../core/sensitive.js";
import { openMasterKey } from "../keys/key-file.js";
import { openFolderStore } from "../objects/folder.js";
import { openMemoryStore } from "../objects/memory.js";
import type { ObjectStore } from "../objects/object-store.js";
import { type OpenedSecretStore, secretStoreContract } from "../testing/secret-store-contract.js";
import { openTransientMemory } from "../testing/transient-memory.js";
import type { Vault } from "./contract.js";
import type { HeadMemory } from "./heads/contract.js";
import { openFileMemory } from "./heads/file-memory.js";
import { initVault } from "./init.js";
import { openVault } from "./vault.js";

const MASTER = Sensitive.from(new Uint8Array(32).fill(7));
const { can } = openVault({ objects: openMemoryStore(), keys: null, memory: null });

/** What each program opens: objects that they share, and what one user's programs remember. */
interface Ground {
  readonly objects: () => ObjectStore;
  readonly memory: HeadMemory | null;
}

// One of them on a disk: there nearly all the time goes into waiting for it.
const grounds: Readonly<Record<string, (folder: string) => Ground>> = {
  "a vault in memory that remembers nothing": () => ({ objects: sharedMemory(), memory: null }),
  "a vault in memory that remembers as long as it lives": () => ({
    objects: sharedMemory(),
    memory: openTransientMemory(),
  }),
  "a vault in memory that remembers in files": (folder) => ({
    objects: sharedMemory(),
    memory: openFileMemory(join(folder, "memory")),
  }),
  "a vault in a folder that remembers in files": (folder) => ({
    objects: () => openFolderStore(join(folder, "store")),
    memory: openFileMemory(join(folder, "memory")),
  }),
};

for (const [name, lay] of Object.entries(grounds)) {
  secretStoreContract(name, can, () => open(lay), { describe, it });
}

async function open(lay: (folder: string) => Ground): Promise<OpenedSecretStore> {
  const folder = mkdtempSync(join(tmpdir(), "coffer-vault-"));
  const { objects, memory } = lay(folder);
  const opened: Vault[] = [];
  const openOne = (): Vault => {
    const keys = openMasterKey(MASTER, "key-file:test");
    const vault = openVault({ objects: objects(), keys, memory, author: "ada" });
    opened.push(vault);
    return vault;
  };
  await initVault(objects());
  return {
    store: openOne(),
    another: async () => openOne(),
    async dispose() {
      for (const vault of opened) await vault.close();
      rmSync(folder, { recursive: true });
    },
  };
}

function sharedMemory(): () => ObjectStore {
  const store = openMemoryStore();
  return () => store;
}
