import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, it } from "vitest";
import { openSsm } from "../../src/aws/ssm/client.js";
import { decodeUtf8 } from "../../src/core/bytes.js";
import { capabilitiesOf, openSsmStore } from "../../src/stores/ssm.js";
import { secretStoreContract } from "../../src/testing/secret-store-contract.js";
import { type Cloud, QUICK, startCloud, type Way } from "./cloud.js";
import { findEmulator } from "./emulator.js";

const source = findEmulator();

/** Text that is not empty, and names of which Parameter Store knows all characters. */
const TASTE = {
  takesPath: (path: string) => /^[A-Za-z0-9_./-]+$/.test(path),
  takesValue: (bytes: Uint8Array) => bytes.byteLength > 0 && decodeUtf8(bytes) !== null,
};

describe.skipIf(source === null)("ssm:", () => {
  let cloud: Cloud;
  beforeAll(async () => {
    if (source !== null) cloud = await startCloud(source);
  });
  afterAll(() => cloud.stop());

  async function open(url: string, way: Way): Promise<ReturnType<typeof openSsmStore>> {
    return openSsmStore(url, await cloud.aws(QUICK, way));
  }

  async function empty(): Promise<void> {
    const ssm = openSsm(await cloud.aws());
    for (const { name } of await ssm.describe([])) await ssm.delete(name);
    ssm.close();
  }

  secretStoreContract(
    "a path of Parameter Store, through the SDK",
    capabilitiesOf(),
    async () => {
      const url = `ssm:/t${randomBytes(6).toString("hex")}/x`;
      const store = await open(url, "sdk");
      return { store, another: () => open(url, "sdk"), dispose: () => store.close() };
    },
    { describe, it },
    TASTE,
  );

  secretStoreContract(
    "all of Parameter Store, with its advanced tier",
    capabilitiesOf("Advanced"),
    async () => {
      await empty();
      const store = await open("ssm:?tier=advanced", "direct");
      return { store, another: () => open("ssm:?tier=advanced", "direct"), dispose: () => store.close() };
    },
    { describe, it },
    TASTE,
  );
});
