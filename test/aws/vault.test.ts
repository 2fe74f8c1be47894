import { afterAll, beforeAll, describe, it } from "vitest";
import { openMemoryStore } from "../../src/objects/memory.js";
import { secretStoreContract } from "../../src/testing/secret-store-contract.js";
import { openVault } from "../../src/vault/vault.js";
import { type Cloud, startCloud } from "./cloud.js";
import { findEmulator } from "./emulator.js";
import { newVault } from "./vault-scene.js";

const source = findEmulator();
const { can } = openVault({ objects: openMemoryStore(), keys: null, memory: null });

describe.skipIf(source === null)("on AWS,", () => {
  let cloud: Cloud;
  let key: string;
  beforeAll(async () => {
    if (source === null) return;
    cloud = await startCloud(source);
    key = await cloud.newKey();
  });
  afterAll(() => cloud.stop());

  secretStoreContract(
    "a vault on S3 under a key of KMS",
    can,
    async () => {
      const made = await newVault(cloud, key);
      return { store: await made.open(), another: () => made.open(), dispose: () => made.dispose() };
    },
    { describe, it },
  );
});
