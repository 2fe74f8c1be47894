import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type BucketObjects, openBucketObjects } from "../../src/aws/s3/bucket-objects.js";
import { runDownload } from "../../src/legacy/microsecrets/download.js";
import { openMicrosecretsStore } from "../../src/legacy/microsecrets/store.js";
import { runUpload } from "../../src/legacy/microsecrets/upload.js";
import { runWithEnv } from "../../src/legacy/microsecrets/with-env.js";
import { putAll } from "../../src/testing/secret-store-contract/words.js";
import { type Cloud, startCloud } from "../aws/cloud.js";
import { findEmulator } from "../aws/emulator.js";
import { Desk, type Result } from "../conversations/desk.js";
import { type Owner, ownMicrosecrets } from "./microsecrets-scene.js";
import { runTool, type ToolCircumstances, type ToolResult } from "./tool-desk.js";

const source = findEmulator();
const BUCKET = "ms-differences";
const CANARY = "canary-51c7e0";
const DENIED = { kind: "answer", when: "before", status: 403, code: "AccessDenied" } as const;
/** Prints what a test looks at of the environment. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: that is the shell's.
const SHOW = 'for n in "$@"; do printf "%s=" "$n"; eval "printf \'%s;\' \\"\\${$n-unset}\\""; done';

describe.skipIf(source === null)("the commands of microsecrets", () => {
  let cloud: Cloud;
  let owner: Owner;
  let desk: Desk;
  let objects: BucketObjects;
  let folder: string;
  let service: string;
  let tests = 0;

  beforeAll(async () => {
    if (source === null) return;
    cloud = await startCloud(source);
    owner = ownMicrosecrets(cloud);
    await owner.newBucket(BUCKET);
    await owner.newKeys(Array.from({ length: 60 }, (_, index) => `s${index}`));
    objects = openBucketObjects({ ...(await cloud.aws()), region: "us-east-1" }, BUCKET);
    desk = new Desk();
  });
  afterAll(async () => {
    objects.close();
    owner.close();
    desk.clear();
    await cloud.stop();
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "coffer-microsecrets-"));
    service = `s${tests++}`;
    cloud.proxy.forget();
  });
  afterEach(() => {
    cloud.proxy.plan();
    rmSync(folder, { recursive: true });
  });

  const place = (): string[] => ["-b", BUCKET, "-s", service];

  async function upload(
    input: string | Uint8Array,
    args: readonly string[] = [],
    more: ToolCircumstances = {},
  ): Promise<ToolResult> {
    const result = await runTool(runUpload, [...place(), ...args], { stdin: input, ...more });
    expect([result.code, result.stderr]).toEqual([0, ""]);
    return result;
  }

  const download = (args: readonly string[]): Promise<ToolResult> => runTool(runDownload, [...place(), ...args]);

  /** In this process: for what ends before anything is started. */
  const withEnv = (args: readonly string[]): Promise<ToolResult> => runTool(runWithEnv, [...place(), ...args]);

  function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Result> {
    return desk.coffer(["as", "microsecrets-with-env", ...place(), ...args], { env: { ...cloud.env, ...env } });
  }

  const checksumOf = ({ stdout }: ToolResult): string => /checksum: (\w+)/.exec(stdout)?.[1] ?? "";
  const keyOf = ({ stdout }: ToolResult): string => /path: (.*)/.exec(stdout)?.[1] ?? "";
  const asked = (): string[] => cloud.proxy.requests.map(({ service: of, action }) => `${of}:${action}`).sort();

  describe("upload", () => {
    it("of two in one second the later wins, also where another clock is ahead", async () => {
      const now = (): Date => new Date("2026-11-21T21:03:17.100Z");
      for (const text of ["1", "2", "3", "4"]) await upload(`A=${text}\n`, [], { now });
      expect((await download([])).stdout).toBe('{\n  "A": "4"\n}\n');
      await upload("A=past\n", [], { now: () => new Date("2020-01-01T00:00:00Z") });
      expect((await download([])).stdout).toContain('"past"');
      const same = [await upload("x", ["-f", "l"], { now }), await upload("x", ["-f", "l"], { now })].map(keyOf);
      expect(same[0]).not.toBe(same[1]);
    });

    it("asks for the key and what is newest, and puts under the key of the service", async () => {
      await upload("A=1\n");
      expect(asked()).toEqual(["kms:DescribeKey", "s3:ListObjectsV2", "s3:PutObject"]);
      const put = cloud.proxy.requests.find(({ action }) => action === "PutObject");
      expect(put?.headers).toMatchObject({
        "content-type": "application/json",
        "x-amz-acl": "private",
        "x-amz-server-side-encryption": "aws:kms",
        "x-amz-server-side-encryption-aws-kms-key-id": expect.stringMatching(/^[0-9a-f-]{36}$/),
        "if-none-match": "*",
      });
    });

    it("takes another key where it is told to, and the right to list is not needed", async () => {
      cloud.proxy.plan(({ action }) => (action === "ListObjectsV2" ? DENIED : undefined));
      service = "has-no-key";
      await upload("A=1\n", ["--kms-key", "alias/microsecrets-s0"]);
    });

    it.each<[string[], string, number]>([
      [["-b", "x"], "no service is given", 1],
      [["-s", "x"], "no bucket is given", 1],
      [["-b", "x", "-s", "y", "a", "b"], "there is more than one file", 1],
      [["-b", "x", "-s", "y", "/nowhere/f"], "no such file or folder: /nowhere/f", 1],
      [["--nonsense"], "there is no option --nonsense", 2],
    ])("%j is refused before anything is asked", async (args, message, code) => {
      const result = await runTool(runUpload, args, { stdin: "A=1\n" });
      expect([result.code, result.stdout]).toEqual([code, ""]);
      expect(result.stderr).toContain(message);
      expect(asked()).toEqual([]);
    });

    it("repeats nothing of what it cannot read", async () => {
      for (const [input, args] of [
        [`A=1\n${CANARY}\n`, []],
        [`{"A": ["${CANARY}"]}`, ["-j"]],
        [CANARY, ["-j"]],
      ] as const) {
        const { code, stderr } = await runTool(runUpload, [...place(), ...args, "-v", "-d"], { stdin: input });
        expect(code).toBe(1);
        expect(stderr).not.toContain(CANARY);
      }
      expect(asked()).toEqual([]);
    });

    it("says at a terminal what it waits for", async () => {
      const { stderr } = await runTool(runUpload, [...place(), "-j"], { stdin: "{}", terminal: true });
      expect(stderr).toBe("coffer: reading a JSON object from stdin, to be ended with Ctrl-D\n");
    });
  });

  describe("download", () => {
    it("compares the checksum, and prints nothing that it does not match", async () => {
      const uploaded = await upload(`A=${CANARY}\n`);
      expect((await download(["-c", checksumOf(uploaded)])).stdout).toBe(`{\n  "A": "${CANARY}"\n}\n`);
      const { code, stdout, stderr } = await download(["-c", "0".repeat(64)]);
      expect([code, stdout]).toEqual([1, ""]);
      expect(stderr).toContain("does not match the checksum");
      expect(stderr).toContain(checksumOf(uploaded));
      expect(stderr).not.toContain(CANARY);
    });

    it("gives with -f the file and nothing else, also where there is no environment", async () => {
      const bytes = Uint8Array.of(0, 255, 10, 13);
      const uploaded = await upload(bytes, ["-f", "dir/sub/key"]);
      expect((await download(["-f", "dir/sub/key"])).bytes).toEqual(Buffer.from(bytes));
      const path = join(folder, "key");
      const { code, stdout } = await download(["-f", `dir/sub/key:${path}:${checksumOf(uploaded)}`]);
      expect([code, stdout]).toEqual([0, ""]);
      expect(readFileSync(path)).toEqual(Buffer.from(bytes));
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect((await download([])).stderr).toContain(
        `there is no upload under s3://${BUCKET}/services/${service}/environment/`,
      );
    });

    it("prints the environment beside files with -c, but not where a file goes to stdout", async () => {
      const uploaded = await upload("A=1\n");
      await upload("x", ["-f", "f"]);
      const args = ["-f", `f:${join(folder, "f")}`, "-c", checksumOf(uploaded)];
      expect((await download(args)).stdout).toBe('{\n  "A": "1"\n}\n');
      expect((await download(["-f", "f", "-c", checksumOf(uploaded)])).code).toBe(2);
    });

    it("removes the files that it has made where a later one cannot be", async () => {
      for (const label of ["a", "b"]) await upload(label, ["-f", label]);
      writeFileSync(join(folder, "b"), "mine");
      const { code, stderr } = await download(["-f", `a:${join(folder, "a")}`, "-f", `b:${join(folder, "b")}`]);
      expect(code).toBe(1);
      expect(stderr).toContain("is there already, and is not replaced");
      expect(existsSync(join(folder, "a"))).toBe(false);
      expect(readFileSync(join(folder, "b"), "utf8")).toBe("mine");
    });

    it("lists what is newest, labels with slashes too", async () => {
      const first = keyOf(await upload("1", ["-f", "a/b"], { now: () => new Date("2026-01-01T00:00:00Z") }));
      const [newer, environment, other] = [
        await upload("2", ["-f", "a/b"]),
        await upload("A=1\n"),
        await upload("x", ["-f", "c"]),
      ];
      const lines = (await download(["--list"])).stdout.trimEnd().split("\n");
      expect(lines[0]).toBe(keyOf(environment));
      expect(lines.slice(1).sort()).toEqual([keyOf(newer), keyOf(other)].sort());
      expect(lines).not.toContain(first);
      service = "nothing";
      expect(await download(["-l"])).toMatchObject({ code: 0, stdout: "" });
    });

    it("is not led astray by a service below it that is called environment", async () => {
      await upload("A=mine\n");
      const other = keyOf(await upload("A=other\n"));
      const body = (await objects.get(other))?.body ?? new Uint8Array();
      await objects.put(`services/${service}/environment/environment/2026-01-01.00-00-00.x.json`, body, {});
      expect((await download(["-l"])).stdout).toBe(`${other}\n`);
    });

    it.each<[string[], string, number]>([
      [["-f", "a:b:c:d"], '"a:b:c:d" is not NAME[:PATH[:HASH]]', 1],
      [["-f", "a:b:zz"], 'the checksum in "a:b:zz" is none', 1],
      [["-f", "a:"], '"a:" is not NAME[:PATH[:HASH]]', 1],
      [["-c", "abc"], "there is no checksum of 3 digits", 1],
      [["more"], "there are arguments that are no options", 1],
    ])("%j is refused before anything is asked", async (args, message, code) => {
      const result = await download(args);
      expect([result.code, result.stdout]).toEqual([code, ""]);
      expect(result.stderr).toContain(message);
      expect(asked()).toEqual([]);
    });
  });

  describe("with-env", () => {
    it("reads with two requests, hands over text of any language, and leaves arguments alone", async () => {
      const uploaded = await upload("NAME=héllo 世界 😀\nKEY =  v\n");
      cloud.proxy.forget();
      const names = ["NAME", "KEY ", "MICROSECRETS_SOURCE"];
      const { code, stdout, stderr } = await start(["-c", checksumOf(uploaded), "--", "printenv", ...names]);
      expect([code, stderr]).toEqual([0, ""]);
      expect(stdout).toBe(`héllo 世界 😀\n  v\n${keyOf(uploaded)}\n`);
      expect(asked()).toEqual(["s3:GetObject", "s3:ListObjectsV2"]);
    });

    it("reads a file besides with two more, private and new, which stays", async () => {
      await upload("A=1\n");
      await upload(CANARY, ["-f", "dir/key"]);
      cloud.proxy.forget();
      const path = join(folder, "key");
      const { code, stdout } = await start(["-w", "A", "-f", `dir/key:${path}`, "--", "cat", path]);
      expect([code, stdout]).toEqual([0, CANARY]);
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(asked()).toHaveLength(4);
    });

    it("removes the files where a later step fails", async () => {
      await upload("A=1\nB=2\n");
      await upload(CANARY, ["-f", "f"]);
      const path = join(folder, "f");
      const file = ["-f", `f:${path}`];
      for (const args of [
        ["-w", "A", ...file, "--", "true"],
        ["-a", ...file, "--", "no-such-command"],
        ["-a", ...file, "-f", "none:x", "--", "true"],
        ["-a", "-f", `f:${path}:${"0".repeat(40)}`, "--", "true"],
        ["-a", ...file, ...file, "--", "true"],
        ["-c", "0".repeat(128), ...file, "--", "true"],
      ]) {
        const { code, stderr } = await withEnv(args);
        expect([code, existsSync(path)], stderr).toEqual([1, false]);
        expect(stderr).not.toContain(CANARY);
      }
    });

    it("warns of names that can run code with -a, and of none with a checksum or a whitelist", async () => {
      const uploaded = await upload("LD_PRELOADED=1\nNODE_OPTIONS=--no-warnings\nA=1\n");
      const show = ["--", "sh", "-c", SHOW, "sh", "NODE_OPTIONS"];
      const all = await start(["-a", ...show]);
      expect(all.stdout).toBe("NODE_OPTIONS=--no-warnings;");
      expect(all.stderr).toBe(
        'coffer: warning: -a lets through what can make the command run code or turn elsewhere: "LD_PRELOADED", "NODE_OPTIONS"\n',
      );
      const proven = await start(["-c", checksumOf(uploaded), ...show]);
      expect([proven.stdout, proven.stderr]).toEqual(["NODE_OPTIONS=--no-warnings;", ""]);
      const listed = await start(["-w", "A NODE_OPTIONS", "-w", "LD_PRELOADED", "-D", "NODE_OPTIONS", ...show]);
      expect([listed.stdout, listed.stderr]).toEqual(["NODE_OPTIONS=unset;", ""]);
    });

    it("names every variable that is not on the whitelist, or leaves them out with -i and says so", async () => {
      await upload(`A=1\nB=${CANARY}\nC=3\n`);
      const refused = await withEnv(["-w", "A", "--", "true"]);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain('not on the whitelist: "C", "B"');
      const { stdout, stderr } = await start(["-i", "-w", "A", "--", "sh", "-c", SHOW, "sh", "A", "B", "C"]);
      expect([stdout, stderr]).toEqual([
        "A=1;B=unset;C=unset;",
        'coffer: left out, since not on the whitelist: "C", "B"\n',
      ]);
    });

    it("refuses by name what no environment can carry, which -D can leave out", async () => {
      await upload('{"": "1", "A=B": "2", "NUL": "a\\u0000b", "LONE": "\\ud800", "OK": "3"}', ["-j"]);
      const { code, stderr } = await withEnv(["-a", "--", "true"]);
      expect(code).toBe(1);
      for (const name of ['""', '"A=B"', '"NUL"', '"LONE"']) expect(stderr).toContain(name);
      expect(stderr).not.toContain('"OK"');
    });

    it("finds a command in PATH, in that of whoever calls, or not at all with -P", async () => {
      await upload("PATH=/nowhere\n");
      expect((await start(["-a", "--", "sh", "-c", "exit 7"])).code).toBe(7);
      expect((await withEnv(["-a", "-P", "--", "sh"])).stderr).toContain('no command "./sh"');
      desk.file("own", '#!/bin/sh\nprintf %s "$0"\n', 0o700);
      expect((await start(["-a", "-P", "--", "own"])).stdout).toMatch(/\/own$/);
    });

    it("hands signals on, and ends as the command does", async () => {
      await upload("A=1\n");
      const { code } = await start(["-a", "--", "sh", "-c", "kill -TERM $PPID; exec sleep 20"]);
      expect(code).toBe(143);
    });

    it("has with -D neither what is inherited nor what was uploaded, and uploads stand before what is inherited", async () => {
      await upload("A=new\nB=new\n");
      const args = [
        "-a",
        "-D",
        "B C",
        "-D",
        "MICROSECRETS_METADATA",
        "--",
        "sh",
        "-c",
        SHOW,
        "sh",
        "A",
        "B",
        "C",
        "D",
        "MICROSECRETS_METADATA",
      ];
      const { stdout } = await start(args, { A: "old", B: "old", C: "old", D: "old" });
      expect(stdout).toBe("A=new;B=unset;C=unset;D=old;MICROSECRETS_METADATA=unset;");
    });

    it.each<[string[], string, number]>([
      [["-a"], "no command is given", 1],
      [["--", "true"], "give one of -c/--checksum, -w/--whitelist, -a/--whitelist-all", 1],
      [["-c", "", "--", "true"], "give one of -c/--checksum", 1],
      [["-a", "-w", "A", "--", "true"], "exclude each other", 2],
      [["-c", "abc", "--", "true"], "there is no checksum of 3 digits", 1],
      [["-a", "-f", "x", "--", "true"], '"x" is not NAME:PATH[:HASH]', 1],
      [["-a", "-x", "--", "true"], "there is no option -x", 2],
    ])("%j is refused before anything is asked", async (args, message, code) => {
      const result = await withEnv(args);
      expect([result.code, result.stdout]).toEqual([code, ""]);
      expect(result.stderr).toContain(message);
      expect(asked()).toEqual([]);
    });

    it("tells with -v where the environment is, and nothing of it", async () => {
      const uploaded = await upload(`A=${CANARY}\n`);
      const { stderr } = await download(["-v"]);
      expect(stderr).toBe(`coffer: the newest environment is s3://${BUCKET}/${keyOf(uploaded)}\n`);
    });
  });

  it("asks as often as docs/COSTS.md says, with what S3 asks of KMS", async () => {
    const page = readFileSync(new URL("../../docs/COSTS.md", import.meta.url), "utf8");
    const row = (what: string): number[] => {
      const line = page.split("\n").find((each) => each.startsWith(`| ${what} |`)) ?? "";
      return line.split("|").slice(2, 5).map(Number);
    };
    const count = async (act: () => Promise<unknown>): Promise<number[]> => {
      cloud.proxy.forget();
      await act();
      const requests = cloud.proxy.requests.filter(({ action }) => action !== "DeleteObject");
      const times = (...wanted: readonly string[]): number =>
        requests.filter(({ action }) => wanted.includes(action)).length;
      const throughS3 = requests.filter(
        ({ action, resource }) => /^(Get|Put)Object$/.test(action) && !resource.endsWith(".lock"),
      );
      const kms = requests.filter(({ service: of }) => of === "kms").length + throughS3.length;
      return [times("GetObject"), times("PutObject", "ListObjectsV2"), kms];
    };
    const store = await openMicrosecretsStore(`microsecrets://${BUCKET}`, {
      ...(await cloud.aws()),
      region: "us-east-1",
    });
    expect(await count(() => upload("A=1\n"))).toEqual(row("microsecrets: `upload`"));
    expect(await count(() => download([]))).toEqual(row("microsecrets: `with-env`, `download`"));
    expect(await count(() => store.readAll({ namespace: service }))).toEqual(
      row("microsecrets as a store: `get`, `exec`"),
    );
    expect(await count(() => store.read(`${service}/A`))).toEqual(row("microsecrets as a store: `get`, `exec`"));
    expect(await count(() => putAll(store, service, { A: "2" }))).toEqual(row("microsecrets as a store: `put`"));
    await store.close();
  });

  it("is for exec --expect what it is for -c, whatever digit it begins with", async () => {
    const store = ["-s", `microsecrets://${BUCKET}`, "--region", "us-east-1"];
    const run = (checksum: string): Promise<Result> =>
      desk.coffer([...store, "exec", `${service}/`, "--expect", checksum, "--", "printenv", "A"], { env: cloud.env });
    let checksum = "";
    while (!checksum.startsWith("c")) checksum = checksumOf(await upload("A=1\n"));
    expect(await run(checksum)).toMatchObject({ code: 0, stdout: "1\n" });
    expect((await run(checksum.replace(/^c/, "d"))).code).toBe(125);
  });

  it("takes every kind of checksum of what is stored", async () => {
    const key = keyOf(await upload("A=1\n"));
    const body = (await objects.get(key))?.body ?? new Uint8Array();
    for (const name of ["sha1", "sha256", "sha384", "sha512"]) {
      expect((await download(["-c", createHash(name).update(body).digest("hex")])).code).toBe(0);
    }
  });
});
