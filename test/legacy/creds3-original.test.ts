import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cloud, startCloud } from "../aws/cloud.js";
import { findEmulator } from "../aws/emulator.js";
import { findPython } from "../python.js";
import { type Creds3Scene, openCreds3Scene } from "./creds3-scene.js";
import { CREDS3, type Original, startOriginal } from "./original.js";
import { untilNextSecond } from "./replay.js";

const source = findEmulator();
const python = source === null ? null : findPython(CREDS3);

/** Names that no folder of these tests means differently for both. */
const name = fc
  .string({ unit: fc.constantFrom(..."abAB09._- +é😀$'\"`"), minLength: 1, maxLength: 8 })
  .filter((text) => !text.startsWith("-") && text.trim() === text);
const value = fc.oneof(
  fc.string({ unit: "binary", maxLength: 100 }),
  fc.constantFrom("", "yes", "a\r\nb\n", "word ".repeat(60), '"quoted", and: #more', "012", "é\t😀"),
);
const secret = fc.record({
  name,
  value: value.filter((text) => !/^[-@]|\0/.test(text)),
  digest: fc.constantFrom("SHA", "SHA224", "SHA256", "SHA384", "SHA512", "MD5"),
  version: fc.constantFrom("1", "007", "12345678901234567890", "rel", "1.0"),
});

describe.skipIf(source === null || python === null)("coffer as creds3, and creds3 itself", () => {
  let cloud: Cloud;
  let scene: Creds3Scene;
  let original: Original;

  beforeAll(async () => {
    if (source === null || python === null) return;
    cloud = await startCloud(source);
    scene = openCreds3Scene(cloud);
    await scene.newKey("alias/creds3");
    original = startOriginal(python, "creds3");
  });
  afterAll(async () => {
    original.close();
    scene.close();
    await cloud.stop();
  });

  /** Runs a command with both, which must print the same bytes and end alike; gives what they print. */
  async function both(...args: readonly string[]): Promise<string> {
    const theirs = await original.run(...args);
    const { code, stdout, stderr } = await scene.run(args);
    expect({ code, stdout }, `creds3 ${args.join(" ")}: ${theirs.stderr}${stderr}`).toEqual({
      code: theirs.code,
      stdout: theirs.stdout,
    });
    return stdout;
  }

  it("read what either has written, whatever is in it, and print the same in every form", async () => {
    const bucket = await scene.newBucket("random");
    const secrets = fc.sample(fc.uniqueArray(secret, { minLength: 8, maxLength: 8, selector: (each) => each.name }), {
      numRuns: 2,
      seed: 20260521,
    });
    const all = new Map(secrets.flat().map((each) => [each.name, each]));
    for (const [index, { name, value, digest, version }] of [...all.values()].entries()) {
      const args = ["-l", bucket, "put", name, "-v", version, "-d", digest, "--", value];
      const run = index % 2 === 0 ? scene.run(args) : original.run(...args);
      expect(await run).toMatchObject({ code: 0, stdout: `${name} has been stored\n` });
    }
    for (const { name, value, version } of all.values()) {
      expect(await both("-l", bucket, "get", "-n", "-v", version, "--", name)).toBe(value);
    }
    for (const form of ["json", "csv", "yaml"]) await both("-l", bucket, "getall", "-f", form);
    for (const pattern of ["*", "a*", "*b", "none*"]) await both("-l", bucket, "get", pattern);
    await both("-l", bucket, "list");
    await both("-l", bucket, "put", [...all.keys()][0] ?? "", "again", "-v", [...all.values()][0]?.version ?? "");
  });

  it("count up from the same version, and take the same one for the latest", async () => {
    const bucket = await scene.newBucket("versions");
    for (const args of [["-v", "5"], ["-v", "2"], ["-a"], ["-a"], ["-v", "rel"]]) {
      await scene.must("-l", bucket, "put", "n", `value ${args.join("")}`, ...args);
      await both("-l", bucket, "get", "n");
      await untilNextSecond();
    }
    await both("-l", bucket, "put", "n", "x", "-a");
    await both("-l", bucket, "list");
    await both("-l", bucket, "getall");
  });

  it("open under the same contexts, and delete the same", async () => {
    const bucket = await scene.newBucket("contexts");
    await original.run("-l", bucket, "put", "theirs", "x", "a=b", "c=é");
    await scene.must("-l", bucket, "put", "ours", "y", "c=é", "a=b");
    for (const name of ["theirs", "ours"]) {
      for (const context of [["a=b", "c=é"], ["c=é", "a=b"], ["a=b"], [], ["a=b", "c=e"]]) {
        await both("-l", bucket, "get", name, ...context);
      }
      expect((await original.run("-l", bucket, "getall", "a=b", "c=é")).stdout).toContain(`"${name}"`);
    }
    expect(await scene.must("-l", bucket, "delete", "theirs")).toBe("Deleting theirs -- version theirs/1\n");
    expect((await original.run("-l", bucket, "delete", "ours")).stdout).toBe("Deleting ours -- version ours/1\n");
    expect(await both("-l", bucket, "list")).toBe("");
  });

  it("refuse the same command lines", async () => {
    const lines = [
      ["put"],
      ["put", "a"],
      ["put", "a", "b", "c"],
      ["put", "a", "b", "-d", "sha256"],
      ["put", "a", "b", "-v"],
      ["get"],
      ["getall", "-f", "xml"],
      ["list", "x"],
      ["delete"],
      ["-p", "x", "-n", "y", "list"],
      ["--nothing"],
      ["get", "a", "-f", "json"],
    ];
    for (const line of lines) {
      expect({ line, code: (await scene.run(line)).code }).toEqual({ line, code: 2 });
      expect({ line, code: (await original.run(...line)).code }).toEqual({ line, code: 2 });
    }
  });
});
