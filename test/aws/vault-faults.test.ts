import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { put, readText } from "../../src/testing/secret-store-contract/words.js";
import { collect, problemsOf } from "../../src/testing/vault-scene.js";
import type { Vault } from "../../src/vault/contract.js";
import { type Cloud, startCloud } from "./cloud.js";
import { findEmulator } from "./emulator.js";
import { FAULTS, type Fault } from "./proxy/fault.js";
import type { FaultPlan } from "./proxy/proxy.js";
import { newVault, type VaultOnAws } from "./vault-scene.js";

const source = findEmulator();
/** One call of the vault, in ms. */
const DEADLINE = 300;

describe.skipIf(source === null)("a vault on S3 where requests fail", () => {
  let cloud: Cloud;
  let key: string;
  let made: VaultOnAws | undefined;

  beforeAll(async () => {
    if (source === null) return;
    cloud = await startCloud(source);
    key = await cloud.newKey();
  });
  afterAll(() => cloud.stop());
  afterEach(async () => {
    cloud.proxy.plan();
    await made?.dispose();
  });

  const newOne = async (): Promise<Vault> => {
    made = await newVault(cloud, key);
    const vault = await made.open();
    await vault.commit("prod", [put("A", "one")]);
    return vault;
  };

  const settled: Readonly<Record<string, readonly Fault[]>> = {
    "500 instead of being done": [FAULTS.internal],
    "500 although it was done": [FAULTS.internalAfter],
    "503, twice, instead of being done": [FAULTS.slowDown, FAULTS.slowDown],
    "503 although it was done": [FAULTS.slowDownAfter],
    "nothing, and is not done": [FAULTS.cut],
    "nothing, but is done": [FAULTS.cutAfter],
    "412 out of turn": [FAULTS.preconditionFailed],
    "412 although it was done": [FAULTS.preconditionFailedAfter],
    "409 out of turn": [FAULTS.conflict],
    "409 although it was done": [FAULTS.conflictAfter],
    "500, and then 412, since it had been done": [FAULTS.internalAfter, FAULTS.preconditionFailed],
  };
  for (const what of ["heads/", "commits/"]) {
    for (const [answer, planned] of Object.entries(settled)) {
      it(`commits once though the put of ${what} is answered with ${answer}`, async () => {
        const vault = await newOne();
        cloud.proxy.plan(putFaults(what, ...planned));
        const { sequence } = await vault.commit("prod", [put("A", "two")]);
        cloud.proxy.plan();
        expect(sequence).toBe(2);
        expect(await readText(vault, "prod/A")).toBe("two");
        expect(await collect(vault.log("prod"))).toHaveLength(2);
        expect(await problemsOf(vault)).toEqual([]);
      });
    }
  }

  it("says that it does not know, naming the commit, where the head's put is not answered until the deadline", async () => {
    await newOne();
    const hasty = await made?.open({ timeout: DEADLINE });
    cloud.proxy.plan(({ action, resource }) =>
      action === "PutObject" && resource.includes("/heads/") ? FAULTS.late : undefined,
    );
    const error = await hasty?.commit("prod", [put("A", "two")]).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: "OUTCOME_UNKNOWN",
      message: expect.stringMatching(/commit c[0-9a-f]{64} of prod/),
    });
    // It was on its way, and arrives after all.
    cloud.proxy.plan();
    expect(await cloud.proxy.deliver()).toContain(200);
    const vault = await made?.open();
    expect(vault && (await readText(vault, "prod/A"))).toBe("two");
    expect(vault && (await problemsOf(vault))).toEqual([]);
  });

  it("did nothing where a put is denied", async () => {
    const vault = await newOne();
    const denied: Fault = { kind: "answer", when: "before", status: 403, code: "AccessDenied" };
    for (const what of ["heads/", "commits/"]) {
      cloud.proxy.plan(putFaults(what, denied));
      await expect(vault.commit("prod", [put("A", "two")])).rejects.toMatchObject({ code: "ACCESS_DENIED" });
      cloud.proxy.plan();
      expect(await readText(vault, "prod/A")).toBe("one");
    }
  });

  it("is unreachable at the deadline where nobody answers a read", async () => {
    await newOne();
    const hasty = await made?.open({ timeout: DEADLINE });
    cloud.proxy.plan(() => FAULTS.silent);
    const signal = AbortSignal.timeout(DEADLINE);
    const error = await hasty?.read("prod/A", { signal }).catch((thrown: unknown) => thrown);
    expect(error).toBe(signal.reason);
    await expect(hasty?.commit("prod", [put("A", "two")])).rejects.toMatchObject({ code: "UNREACHABLE" });
  });

  it("refuses data keys and heads that were changed on their way", async () => {
    const vault = await newOne();
    cloud.proxy.plan(({ action }) => (action === "GetObject" ? FAULTS.altered : undefined));
    await expect(vault.read("prod/A")).rejects.toMatchObject({ code: "INTEGRITY" });
  });
});

/** The first, second … put of an object that lies there meets the first, second … fault. */
function putFaults(place: string, ...planned: readonly Fault[]): FaultPlan {
  let next = 0;
  return ({ action, resource }) =>
    action === "PutObject" && resource.includes(`/${place}`) ? planned[next++] : undefined;
}
