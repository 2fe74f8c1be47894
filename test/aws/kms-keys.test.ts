import { afterAll, beforeAll, describe, it } from "vitest";
import { openAwsKms } from "../../src/keys/aws-kms.js";
import type { KeyProvider } from "../../src/keys/key-provider.js";
import { keyProviderContract } from "../../src/testing/key-provider-contract.js";
import { type Cloud, QUICK, startCloud, WAYS } from "./cloud.js";
import { findEmulator } from "./emulator.js";

const source = findEmulator();

describe.skipIf(source === null).each(WAYS)("aws-kms: (%s)", (way) => {
  let cloud: Cloud;
  beforeAll(async () => {
    if (source !== null) cloud = await startCloud(source);
  });
  afterAll(() => cloud.stop());

  keyProviderContract(
    "a key of KMS",
    async () => {
      const aws = await cloud.aws(QUICK, way);
      const arn = await cloud.newKey();
      const opened: KeyProvider[] = [];
      const open = async (name: string): Promise<KeyProvider> => {
        const keys = await openAwsKms(name, aws);
        opened.push(keys);
        return keys;
      };
      return {
        keys: await open(arn),
        again: () => open(arn.slice(arn.lastIndexOf("/") + 1)),
        other: async () => open(await cloud.newKey()),
        dispose: async () => {
          for (const keys of opened) await keys.close();
        },
      };
    },
    { describe, it },
  );
});
