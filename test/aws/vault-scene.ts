import { openAwsKms } from "../../src/keys/aws-kms.js";
import { openS3Store } from "../../src/objects/s3.js";
import type { Vault, VaultOptions } from "../../src/vault/contract.js";
import { initVault } from "../../src/vault/init.js";
import type { VaultExtras } from "../../src/vault/parts.js";
import { openVault } from "../../src/vault/vault.js";
import type { Cloud } from "./cloud.js";

/** A vault on S3 under a key of KMS, opened any number of times, each time as by another program. */
export interface VaultOnAws {
  readonly bucket: string;
  open(options?: Partial<VaultOptions & VaultExtras>): Promise<Vault>;
  dispose(): Promise<void>;
}

/** Makes a bucket with a store in it. The master key's ARN is given, so that nobody asks for it. */
export async function newVault(cloud: Cloud, key: string): Promise<VaultOnAws> {
  const bucket = await cloud.newBucket();
  const url = `//${bucket}/vault`;
  const objects = openS3Store(url, await cloud.aws());
  const { store } = await initVault(objects);
  await objects.close();
  const opened: Vault[] = [];
  return {
    bucket,
    async open(options = {}) {
      const aws = await cloud.aws();
      const parts = { objects: openS3Store(url, aws), keys: await openAwsKms(key, aws), memory: null };
      const vault = openVault({ ...parts, storeId: store, author: "ada", ...options });
      opened.push(vault);
      return vault;
    },
    async dispose() {
      for (const vault of opened) await vault.close();
    },
  };
}
