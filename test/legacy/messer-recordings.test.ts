import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cloud, REGION, startCloud } from "../aws/cloud.js";
import { findEmulator } from "../aws/emulator.js";
import { type MesserScene, newMesserScene, readSteps, type Step } from "./messer-scene.js";

const source = findEmulator();
const steps = readSteps("cli-golden-messer.json");
const extra = readSteps("cli-golden-messer-extra.json");

/** Where ours is meant to do what the documentation says and messer does not: docs/legacy/messer.md. */
const BETTER: Readonly<Record<string, string>> = {
  norole: "",
};

describe.skipIf(source === null)("what messer was recorded doing", () => {
  let cloud: Cloud;
  let scene: MesserScene;
  beforeAll(async () => {
    if (source === null) return;
    cloud = await startCloud(source);
    scene = await newMesserScene(cloud, { secrets: "m-secrets", keys: "m-keys" });
    const role = "role_arn = arn:aws:iam::123456789012:role/messer\n";
    const session = "role_session_name = s\n";
    const bucket = (text: string): string => text;
    const write = (name: string, change: (text: string) => string): string => scene.file(name, change(base));
    const base = `[messer]\nmaster_key = ${scene.alias}\ntier = dev\n\n[aws]\nregion = ${REGION}\nsecrets_bucket = m-secrets\nsecrets_folder = secrets\nkeys_bucket = m-keys\n${role}${session}`;
    write("a.ini", bucket);
    write("silent.ini", (text) => text.replace("tier = dev", "tier = dev\nsilent = true"));
    write("bs.ini", (text) => text.replace("tier = dev", "tier = dev\nsilent ="));
    write("badsilent.ini", (text) => text.replace("tier = dev", "tier = dev\nsilent ="));
    write("norole.ini", (text) => text.replace(role, ""));
    write("nosession.ini", (text) => text.replace(session, ""));
    write("prof.ini", (text) => `${text}aws_profile = nobody\n`);
    write("nobucket.ini", (text) => text.replace("secrets_bucket = m-secrets\n", ""));
    write("emptybucket.ini", (text) => text.replace("secrets_bucket = m-secrets", "secrets_bucket ="));
    write("badbucket.ini", (text) => text.replace("m-secrets", "m-none"));
    write("nomk.ini", (text) => text.replace(scene.alias, ""));
    write("badmk.ini", (text) => text.replace(scene.alias, "nope"));
    for (const [name, text] of Object.entries(ITEMS)) scene.file(name, text);
  });
  afterAll(async () => {
    scene?.clear();
    await cloud?.stop();
  });

  async function replay({ args, stdin, rc, stdout, label }: Step): Promise<void> {
    const local = args.map((word) => (/\.(ini|json)$/.test(word) ? `${scene.folder}/${word}` : word));
    const run = await scene.run(local, stdin === null ? {} : { stdin });
    const better = BETTER[label ?? ""];
    if (better !== undefined) {
      expect([run.code, run.stdout]).toEqual([0, better]);
      return;
    }
    expect(run.code, run.stderr).toBe(rc);
    if (rc !== 0) return;
    if (stdout.startsWith("usage:")) expect(run.stdout).toMatch(/^usage: messer/);
    else if (stdout.startsWith('{"encrypted_data"')) expect(mask(run.stdout)).toBe(mask(stdout));
    else expect(run.stdout).toBe(stdout);
  }

  it.each(
    steps.map((step) => [`${step.args.join(" ")}${step.label === null ? "" : ` (${step.label})`}`, step] as const),
  )("messer %s", async (_, step) => {
    await replay(step);
  });

  it.each(extra.filter(({ label }) => label === "profile absent"))(
    "messer $args with a profile that is not there",
    async (step) => {
      await expect(
        scene.run(step.args.map((word) => (word.endsWith(".ini") ? `${scene.folder}/${word}` : word))),
      ).resolves.toMatchObject({ code: 0 });
    },
  );
});

/** Each ciphertext is another one. */
function mask(text: string): string {
  return text.replace(/"encrypted_data": "[^"]+"/, '"encrypted_data": ""');
}

const ITEMS: Readonly<Record<string, string>> = {
  "i1.json": '{"id":"item1","username":"george.washington","password":"don\'t tell lies"}',
  "i2.json":
    '{"id":"item2","u":"h\\u00e9llo \\u4e16\\u754c \\ud83d\\ude00","n":5,"f":1.5,"b":true,"z":null,"l":[1,"x"],"o":{"k":"v"}}',
  "i3.json": '{"id":"sub/item","v":"1"}',
  "i4.json": '{"id":7,"v":"1"}',
  "i5.json": '{"id":"a b+c%d","v":"1"}',
  "i6.json": '{"id":"hé","v":"1"}',
  "i7.json": '{"id":"clash","key_name":"evil","key_version":99,"encrypted_data":"zz"}',
  "bad.json": "{nothing",
  "noid.json": '{"v":"1"}',
  "list.json": "[1]",
};
