import { afterAll, beforeAll, describe, it } from "vitest";
import type { Aws } from "../../src/aws/aws.js";
import type { SecretStore } from "../../src/core/secret-store.js";
import { openCredstashStore } from "../../src/legacy/credstash/store.js";
import { secretStoreContract } from "../../src/testing/secret-store-contract.js";
import { type Cloud, startCloud } from "../aws/cloud.js";
import { findEmulator } from "../aws/emulator.js";
import { type CredstashScene, openCredstashScene } from "./credstash-scene.js";

const source = findEmulator();
// What it can is known before anything is asked, so any way to AWS will do.
const nowhere = { direct: null, region: "us-east-1", newNetwork: () => ({ close() {} }) } as unknown as Aws;
const { can } = await openCredstashStore("credstash://t", nowhere);

describe.skipIf(source === null)("on DynamoDB and KMS,", () => {
  let cloud: Cloud;
  let scene: CredstashScene;
  beforeAll(async () => {
    if (source === null) return;
    cloud = await startCloud(source);
    scene = openCredstashScene(cloud);
    await scene.newKey("alias/credstash");
  });
  afterAll(async () => {
    scene.close();
    await cloud.stop();
  });

  secretStoreContract(
    "a table of credstash",
    can,
    async () => {
      const table = await scene.newTable();
      const opened: SecretStore[] = [];
      const open = async (): Promise<SecretStore> => {
        const store = await scene.open(table);
        opened.push(store);
        return store;
      };
      const dispose = async (): Promise<void> => void (await Promise.all(opened.map((store) => store.close())));
      return { store: await open(), another: open, dispose };
    },
    { describe, it },
  );
});
