import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { findSigner } from "../../src/aws/author.js";
import { put } from "../../src/testing/secret-store-contract/words.js";
import { collect } from "../../src/testing/vault-scene.js";
import { type Cloud, startCloud } from "./cloud.js";
import { findEmulator } from "./emulator.js";
import { FAULTS } from "./proxy/fault.js";
import { newVault } from "./vault-scene.js";

const source = findEmulator();

describe.skipIf(source === null)("who signs, where STS does not answer", () => {
  const folder = mkdtempSync(join(tmpdir(), "coffer-signers-"));
  let cloud: Cloud;

  beforeAll(async () => {
    if (source !== null) cloud = await startCloud(source);
  });
  afterEach(() => cloud.proxy.plan());
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await cloud.stop();
  });

  it("is waited for for 2 seconds, and then not asked again for a while", async () => {
    const aws = await cloud.aws();
    cloud.proxy.plan(({ service }) => (service === "sts" ? FAULTS.silent : undefined));
    const begun = performance.now();
    expect(await findSigner(aws, folder)).toBeNull();
    const waited = performance.now() - begun;
    // The SDK itself would wait for 10 seconds; a busy machine may be late.
    expect([waited > 1_900, waited < 6_000]).toEqual([true, true]);
    cloud.proxy.forget();
    expect(await findSigner(aws, folder)).toBeNull();
    expect(cloud.proxy.requests).toEqual([]);
  });

  it("holds no commit up for longer than that, and leaves it to somebody at a machine", async () => {
    const made = await newVault(cloud, await cloud.newKey());
    const aws = await cloud.aws();
    const author = async (): Promise<string> => (await findSigner(aws, null)) ?? "ann@laptop";
    const vault = await made.open({ author });
    cloud.proxy.plan(({ service }) => (service === "sts" ? FAULTS.silent : undefined));
    const begun = performance.now();
    await vault.commit("prod", [put("A", "one")]);
    expect(performance.now() - begun).toBeLessThan(6_000);
    expect((await collect(vault.log("prod"))).map((commit) => commit.author)).toEqual(["ann@laptop"]);
    await made.dispose();
  });
});
