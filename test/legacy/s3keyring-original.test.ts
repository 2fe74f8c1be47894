import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runS3Keyring } from "../../src/legacy/s3keyring/cli.js";
import { type Cloud, REGION, startCloud } from "../aws/cloud.js";
import { findEmulator } from "../aws/emulator.js";
import { findPython } from "../python.js";
import { runTool } from "./tool-desk.js";

const source = findEmulator();
const python =
  source === null
    ? null
    : findPython({
        tests: "s3keyring, against the original",
        statement: "import boto3facade, click, keyring; from importlib.metadata import version; version('s3keyring')",
        requirement: "s3keyring==0.3.0 keyring==17.1.1 click==7.1.2 boto3==1.44.5",
        folder: "s3keyring-venv",
        variable: "COFFER_TEST_S3KEYRING_PYTHON",
      });

/** Does one command after the other, each given as a line of JSON. */
const DRIVER = `
import contextlib, io, json, sys, traceback
from s3keyring.cli import main
for line in sys.stdin:
  out, code = io.StringIO(newline=""), 0
  with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
    try: main(json.loads(line), prog_name="s3keyring")
    except SystemExit as end: code = end.code or 0
    except BaseException: code = 1
  print(json.dumps({"code": code, "stdout": out.getvalue()}), flush=True)
`;

interface Outcome {
  readonly code: number;
  readonly stdout: string;
}

const text = fc.string({ unit: fc.constantFrom(..."ab09._-@/ +é😀$'\"%"), minLength: 1, maxLength: 8 });
const entry = fc.record({
  // A slash would let one group and key be another: docs/legacy/s3keyring.md.
  group: text.map((group) => group.replaceAll("/", "")).filter((group) => group !== ""),
  key: text,
  value: fc.oneof(fc.string({ unit: "grapheme", maxLength: 80 }), fc.constantFrom("x".repeat(60), "a\nb\r\n", " ")),
});

describe.skipIf(source === null || python === null)("coffer as s3keyring, and s3keyring itself", () => {
  let cloud: Cloud;
  const home = mkdtempSync(join(tmpdir(), "coffer-s3keyring-original-"));
  const before = { cwd: process.cwd(), home: process.env.HOME };

  beforeAll(async () => {
    if (source === null) return;
    cloud = await startCloud(source);
    await cloud.s3.send(
      new CreateBucketCommand({ Bucket: "original", CreateBucketConfiguration: { LocationConstraint: REGION } }),
    );
    const key = (await cloud.newKey()).replace(/^.*\//, "");
    process.chdir(home);
    process.env.HOME = home;
    writeFileSync(
      ".s3keyring.ini",
      `[profile:default]\naws_profile = default\nbucket = original\nkms_key_id = ${key}\nnamespace = a b.c\nuse_local_keyring = no\naws_region = ${REGION}\n`,
    );
  });
  afterAll(() => {
    process.chdir(before.cwd);
    process.env.HOME = before.home;
    rmSync(home, { recursive: true, force: true });
    return cloud?.stop();
  });

  const ours = async (args: readonly string[]): Promise<Outcome> => {
    const { code, stdout } = await runTool(runS3Keyring, args);
    return { code, stdout };
  };
  /** All of these, one after the other, with the original. */
  async function theirs(commands: readonly (readonly string[])[]): Promise<Outcome[]> {
    const child = spawn(python ?? "", ["-c", DRIVER], { stdio: ["pipe", "pipe", "pipe"] });
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on("data", (data: Buffer) => out.push(data));
    child.stderr.on("data", (data: Buffer) => err.push(data));
    child.stdin.end(commands.map((args) => `${JSON.stringify(args)}\n`).join(""));
    const code = await new Promise((resolve) => child.once("close", resolve));
    if (code !== 0) throw new Error(Buffer.concat(err).toString("utf8"));
    // What DRIVER prints.
    const lines = Buffer.concat(out).toString("utf8").trimEnd().split("\n");
    return lines.map((line) => JSON.parse(line) as Outcome);
  }

  it("read what either has written, whatever is in it, change it and delete it", async () => {
    const entries =
      fc.sample(
        fc.uniqueArray(entry, { minLength: 6, maxLength: 6, selector: ({ group, key }) => `${group}/${key}` }),
        { numRuns: 1, seed: 20151014 },
      )[0] ?? [];
    const set = entries.map(({ group, key, value }) => ["set", "--", group, key, value]);
    const get = entries.map(({ group, key }) => ["get", "--", group, key]);
    const remove = entries.map(({ group, key }) => ["delete", "--", group, key]);
    const half = (commands: readonly string[][], parity: number) => commands.filter((_, at) => at % 2 === parity);

    expect(await theirs(half(set, 0))).toEqual(half(set, 0).map(() => expect.objectContaining({ code: 0 })));
    for (const args of half(set, 1)) expect(await ours(args)).toMatchObject({ code: 0 });
    const values = entries.map(({ value }) => ({ code: 0, stdout: `${value}\n` }));
    expect(await theirs(get)).toEqual(values);
    for (const [at, args] of get.entries()) expect(await ours(args)).toEqual(values[at]);

    expect((await theirs(half(remove, 1))).map(({ code }) => code)).toEqual(half(remove, 1).map(() => 0));
    for (const args of half(remove, 0)) expect(await ours(args)).toMatchObject({ code: 0 });
    const gone = entries.map(() => ({ code: 0, stdout: "\n" }));
    expect(await theirs(get)).toEqual(gone);
    for (const args of get) expect(await ours(args)).toEqual(gone[0]);
  });

  it("print the same for every command that succeeds, and fail alike", async () => {
    const commands = [
      ["get", "none", "none"],
      ["set", "plain", "one", "1"],
      ["set", "plain", "two", "2"],
      ["get", "plain", "one"],
      ["list-keys", "plain"],
      ["list-keys", "nobody"],
      ["delete", "plain", "one"],
      ["delete", "plain", "one"],
      ["get", "plain"],
      ["get", "a", "b", "c"],
      ["--profile", "none", "get", "a", "b"],
      ["frobnicate"],
      ["list-keys", "plain"],
    ];
    const expected = await theirs(commands);
    await ours(["delete", "plain", "two"]);
    for (const [at, args] of commands.entries()) {
      expect({ args, ...(await ours(args)) }).toEqual({ args, ...expected[at] });
    }
  });
});
