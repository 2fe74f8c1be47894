import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { createDefaultConfig, defaultConfigFile, parseContext, readConfig } from "./config.js";

const folder = mkdtempSync(join(tmpdir(), "coffer-messer-ini-"));
afterAll(() => rmSync(folder, { recursive: true }));

const WHOLE = `[messer]\nmaster_key = mk\ntier = dev\n[aws]\nregion = eu-west-1\nsecrets_bucket = %(region)s-secrets\nkeys_bucket = keys\n`;

function read(text: string): ReturnType<typeof readConfig> {
  const file = join(folder, "messer.ini");
  writeFileSync(file, text);
  return readConfig(file);
}

describe("messer.ini", () => {
  test("says where things are, and may leave the rest out", async () => {
    expect(await read(WHOLE)).toMatchObject({
      masterKey: "mk",
      tier: "dev",
      secretsFolder: "",
      secretsBucket: "eu-west-1-secrets",
      roleArn: null,
      roleSessionName: "messer",
      awsProfile: null,
      context: {},
      silent: false,
    });
  });

  test.each(["master_key", "region", "secrets_bucket", "keys_bucket"])(
    "needs %s, and says how to set it",
    async (name) => {
      for (const text of [
        WHOLE.replace(new RegExp(`^${name} = .*$`, "m"), `${name} =`),
        WHOLE.replace(new RegExp(`^${name} = .*\n`, "m"), ""),
      ]) {
        // Where a value refers to another one, that one is missing first.
        const failed = read(text.replace("%(region)s-secrets", "s"));
        await expect(failed).rejects.toMatchObject({ code: "INVALID", message: expect.stringContaining(name) });
      }
    },
  );

  test.each([
    ["1", true],
    ["Yes", true],
    ["TRUE", true],
    ["on", true],
    ["0", false],
    ["no", false],
    ["False", false],
    ["off", false],
    ["", false],
  ])("with silent = %j is silent: %j", async (text, silent) => {
    expect((await read(WHOLE.replace("tier = dev", `silent = ${text}`))).silent).toBe(silent);
  });

  test("with silent neither true nor false is refused", async () => {
    await expect(read(WHOLE.replace("tier = dev", "silent = maybe"))).rejects.toMatchObject({ code: "INVALID" });
  });

  test.each([
    [null, {}],
    ["app=billing", { app: "billing" }],
    ["app = billing , env=a=b", { app: "billing", env: "a=b" }],
    ['{"app": "billing", "b": ""}', { app: "billing", b: "" }],
    ["anything", { context: "anything" }],
    ["a=b,c", { context: "a=b,c" }],
  ])("with the encryption context %j means %j", (text, context) => {
    expect(parseContext(text)).toEqual(context);
  });

  test.each(["a=1,a=2", "{", '{"a": 1}', `a=${"x".repeat(1025)}`, "aws:x=1"])(
    "with the encryption context %j is refused",
    (text) => {
      expect(() => parseContext(text)).toThrow();
    },
  );

  test.each([
    ["linux", { HOME: "/home/ann" }, "/home/ann/.config/messer/messer.ini"],
    ["linux", { HOME: "/home/ann", XDG_CONFIG_HOME: "/cfg" }, "/cfg/messer/messer.ini"],
    ["darwin", { HOME: "/Users/ann" }, "/Users/ann/Library/Application Support/messer/messer.ini"],
    ["win32", { LOCALAPPDATA: "/ad" }, "/ad/messer/messer/messer.ini"],
  ] as const)("is where appdirs has it on %s", (platform, env, file) => {
    expect(defaultConfigFile({ platform, env })).toBe(file);
  });

  test("that is made has nothing set, and one that is there stays", async () => {
    const file = join(folder, "new", "messer.ini");
    await createDefaultConfig(file);
    await expect(readConfig(file)).rejects.toMatchObject({ message: expect.stringContaining("is not set") });
    writeFileSync(file, WHOLE);
    await createDefaultConfig(file);
    expect(await readConfig(file)).toMatchObject({ masterKey: "mk" });
  });
});
