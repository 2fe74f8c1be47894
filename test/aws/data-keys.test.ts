import { CreateAliasCommand } from "@aws-sdk/client-kms";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type DataKeys, openDataKeys } from "../../src/aws/kms/data-keys.js";
import { type Cloud, QUICK, startCloud, WAYS } from "./cloud.js";
import { findEmulator } from "./emulator.js";
import { FAULTS } from "./proxy/fault.js";

const source = findEmulator();

describe.skipIf(source === null).each(WAYS)("data keys of KMS (%s)", (way) => {
  let cloud: Cloud;
  let keys: DataKeys;
  let arn: string;

  beforeAll(async () => {
    if (source === null) return;
    cloud = await startCloud(source);
    arn = await cloud.newKey();
    await cloud.kms.send(new CreateAliasCommand({ AliasName: `alias/data-keys-${way}`, TargetKeyId: arn }));
    keys = openDataKeys(await cloud.aws(QUICK, way));
  });
  afterAll(async () => {
    keys.close();
    await cloud.stop();
  });
  afterEach(() => cloud.proxy.plan());

  it("makes keys of any length, and opens them without naming their master key", async () => {
    const made = await keys.generate(`alias/data-keys-${way}`, 64, { a: "b" });
    cloud.proxy.forget();
    const opened = await keys.decrypt(made.wrapped, { a: "b" });
    expect(Buffer.from(opened.key.reveal())).toEqual(Buffer.from(made.key.reveal()));
    expect(opened.key.byteLength).toBe(64);
    expect(opened.masterKey).toBe(arn);
    const [request] = cloud.proxy.requests;
    expect(JSON.parse(request?.body.toString("utf8") ?? "")).toEqual({
      CiphertextBlob: Buffer.from(made.wrapped).toString("base64"),
      EncryptionContext: { a: "b" },
    });
  });

  it("makes keys that nobody has seen yet", async () => {
    const wrapped = await keys.generateWithoutPlaintext(arn, 32, {});
    expect((await keys.decrypt(wrapped, {})).key.byteLength).toBe(32);
  });

  it("tells a wrong context from a missing right and a missing key", async () => {
    const { wrapped } = await keys.generate(arn, 64, { a: "b" });
    await expect(keys.decrypt(wrapped, {})).rejects.toMatchObject({ code: "CONTEXT" });
    await expect(keys.decrypt(Buffer.from("nonsense"), {})).rejects.toMatchObject({ code: "CONTEXT" });
    await expect(keys.generate("alias/none", 64, {})).rejects.toMatchObject({
      code: "ACCESS_DENIED",
      message: "there is no master key alias/none in eu-central-1",
    });
    expect(await keys.describe("alias/none")).toBeNull();
    expect(await keys.describe(`alias/data-keys-${way}`)).toBe(arn);
    const denied = { kind: "answer", when: "before", status: 400, code: "AccessDeniedException" } as const;
    cloud.proxy.plan(() => denied);
    await expect(keys.generate(arn, 64, {})).rejects.toMatchObject({
      code: "ACCESS_DENIED",
      message: `AWS denies kms:GenerateDataKey on ${arn}`,
    });
  });

  it("repeats what is throttled or gets no answer", async () => {
    cloud.proxy.plan(({ index }) => [FAULTS.throttled, FAULTS.cutAfter][index]);
    expect((await keys.generate(arn, 64, {})).key.byteLength).toBe(64);
  });
});
