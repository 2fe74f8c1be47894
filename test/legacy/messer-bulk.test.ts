import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DecryptCommand } from "@aws-sdk/client-kms";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Sensitive } from "../../src/core/sensitive.js";
import { CofferError } from "../../src/errors.js";
import { sealItem } from "../../src/legacy/messer/format.js";
import { openMesserStore } from "../../src/legacy/messer/store.js";
import { type Cloud, startCloud } from "../aws/cloud.js";
import { findEmulator } from "../aws/emulator.js";
import { COFFER, Desk } from "../conversations/desk.js";
import { costsOf, countCosts, type MesserScene, newMesserScene } from "./messer-scene.js";
import type { ToolResult } from "./tool-desk.js";

const source = findEmulator();
const CANARY = "canary-5e02a7";

describe.skipIf(source === null)("messer bulk", () => {
  let cloud: Cloud;
  let scene: MesserScene;
  let config: string;
  beforeAll(async () => {
    if (source !== null) cloud = await startCloud(source);
  });
  afterAll(() => cloud?.stop());
  beforeEach(async () => {
    scene = await newMesserScene(cloud);
    config = scene.config("messer.ini", { silent: "true" });
  });
  afterEach(() => {
    cloud.proxy.plan();
    scene.clear();
  });

  /** So many items in so many bags, under one key, put there without a command for each. */
  async function fill(bags: number, items: number, key = "k1"): Promise<void> {
    await scene.run(["encryption", "create", "aws", key, "-c", config]);
    const { body } = await scene.object(scene.keys, `${key}/0`);
    const { Plaintext = new Uint8Array() } = await cloud.kms.send(new DecryptCommand({ CiphertextBlob: body }));
    const dataKey = Sensitive.from(Plaintext);
    const folder = "dev/secrets/";
    const put = (at: string, bytes: Uint8Array): Promise<void> => scene.put(scene.secrets, folder + at, bytes);
    for (let bag = 0; bag < bags; bag++) {
      const inBag = nameOf("bag", bag);
      await put(`${inBag}/`, new Uint8Array());
      const ids = Array.from({ length: items }, (_, item) => nameOf("item", item));
      await Promise.all(
        ids.map((id) => {
          const plaintext = Sensitive.fromText(textOf(inBag, id));
          return put(`${inBag}/${id}`, sealItem({ id, plaintext, keyName: key, keyVersion: 0, dataKey }));
        }),
      );
    }
  }
  const nameOf = (what: string, index: number): string => `${what}${String(index).padStart(2, "0")}`;
  const textOf = (bag: string, id: string): string => JSON.stringify({ id, password: `${CANARY} ${bag} ${id}` });
  async function add(bag: string, id: string, key = "k1", by = config): Promise<void> {
    const args = ["data", "bag", "from", "file", "aws", bag, "-", "--secret-file", key, "--force", "-c", by];
    const { code, stderr } = await scene.run(args, { stdin: textOf(bag, id) });
    expect(code, stderr).toBe(0);
  }
  async function show(bag: string, id: string, by = config): Promise<{ password: string; key_version: number }> {
    // What messer prints of such an item.
    return JSON.parse(await scene.must("data", "bag", "show", "aws", bag, id, "--decrypt", "-c", by));
  }
  const bulk = (verb: string, by = config): Promise<ToolResult> => scene.run(["bulk", verb, "aws", by]);
  const countOf = (action: string): number => cloud.proxy.requests.filter((each) => each.action === action).length;

  it("list prints the bags and their items, with one request", async () => {
    await fill(2, 2);
    cloud.proxy.forget();
    const { stdout } = await bulk("list");
    expect(stdout).toBe("bag00\n\titem00\n\titem01\nbag01\n\titem00\n\titem01\n");
    expect(cloud.proxy.requests).toHaveLength(1);
  });

  it("list says without silence what the commands say that messer makes it of", async () => {
    await fill(1, 1);
    await scene.must("data", "bag", "create", "aws", "a/b", "-c", config);
    const { stdout } = await bulk("list", scene.config("loud.ini"));
    expect(stdout).toBe(
      "a\nb\nbag00\na\nitems in data bag: a\nb\nNo data bag named: b (dev/secrets/b/)\nbag00\nitems in data bag: bag00\nitem00\n\titem00\n",
    );
  });

  it("rotate-keys and re-encrypt print names, no value, and leave the user's item.json alone", async () => {
    await fill(1, 2);
    await add("bag00", "other", "k1");
    const here = process.cwd();
    process.chdir(scene.folder);
    writeFileSync("item.json", "mine");
    const loud = scene.config("loud.ini");
    const rotated = await bulk("rotate-keys", loud);
    const sealed = await bulk("re-encrypt", loud);
    process.chdir(here);
    expect(rotated.stdout).toBe(
      `bag00\nitems in data bag: bag00\nitem00\nitem01\nother\nRotating k1\nEncryption key k1 version 1 created!\nRotated k1.\nPrevious Version:0\nNew Version:1\n${[
        "item00",
        "item01",
        "other",
      ]
        .map(
          (id) =>
            `Created new data bag item bag00/${id} with key k1 in ${scene.secrets}\nRe-encrypted bag00/${id} with latest key.\n`,
        )
        .join("")}`,
    );
    expect(sealed.stdout).toContain("Re-encrypted bag00/other with latest key.\n");
    expect(rotated.stdout + sealed.stdout + rotated.stderr + sealed.stderr).not.toContain(CANARY);
    expect(readFileSync(join(scene.folder, "item.json"), "utf8")).toBe("mine");
  });

  it("re-encrypt brings items to the newest version of their keys, and writes none that is there", async () => {
    await fill(1, 3);
    await scene.must("encryption", "increment", "aws", "k1", "-c", config);
    await add("bag00", "item01");
    cloud.proxy.forget();
    const { stdout } = await bulk("re-encrypt");
    expect(stdout).toBe(
      ["item00", "item01", "item02"].map((id) => `Re-encrypted bag00/${id} with latest key.\n`).join(""),
    );
    expect([countOf("PutObject"), countOf("Decrypt")]).toEqual([2, 2]);
    for (const id of ["item00", "item01", "item02"]) expect(await show("bag00", id)).toMatchObject({ key_version: 1 });
  });

  it("rotate-keys of 200 items in 20 bags while readers read: no read fails, and KMS is asked twice", async () => {
    await fill(20, 10);
    cloud.proxy.forget();
    let reading = true;
    let reads = 0;
    const reader = async (start: number): Promise<void> => {
      for (let at = start; reading; at = (at + 7) % 200, reads++) {
        const [bag, id] = [nameOf("bag", Math.floor(at / 10)), nameOf("item", at % 10)];
        expect((await show(bag, id)).password).toBe(`${CANARY} ${bag} ${id}`);
      }
    };
    const readers = [0, 67, 133].map(reader);
    const { code, stdout, stderr } = await bulk("rotate-keys");
    reading = false;
    await Promise.all(readers);
    expect([code, stderr]).toEqual([0, ""]);
    expect(reads).toBeGreaterThan(20);
    expect(stdout.split("\n").filter((line) => line.startsWith("Re-encrypted"))).toHaveLength(200);
    expect(countOf("GenerateDataKey")).toBe(1);
    const puts = cloud.proxy.requests.filter(({ action }) => action === "PutObject");
    // Each item once; and the key, with its mark, then without.
    expect(puts).toHaveLength(202);
    expect(
      puts.filter(({ headers }) => headers["if-match"] === undefined && headers["if-none-match"] === undefined),
    ).toEqual([]);
    expect((await scene.object(scene.keys, "k1/1")).metadata).toEqual({});
    const version = await Promise.all([show("bag00", "item00"), show("bag19", "item09")]);
    expect(version.map(({ key_version }) => key_version)).toEqual([1, 1]);
  }, 60_000);

  it("rotate-keys costs what docs/COSTS.md says", async () => {
    await fill(4, 5);
    cloud.proxy.forget();
    expect((await bulk("rotate-keys")).code).toBe(0);
    expect(countCosts(cloud.proxy.requests)).toEqual(costsOf("`bulk rotate-keys` of 20 items"));
  });

  it("rotate-keys of many items opens each version of a key that it meets once", async () => {
    await fill(2, 5);
    await scene.must("encryption", "increment", "aws", "k1", "-c", config);
    await add("bag00", "item00");
    cloud.proxy.forget();
    expect((await bulk("rotate-keys")).code).toBe(0);
    expect([countOf("GenerateDataKey"), countOf("Decrypt"), countOf("ListObjectsV2")]).toEqual([1, 2, 2]);
  });

  it("rotate-keys makes a new version of each key that is met, in the order of the items", async () => {
    await fill(1, 1, "k2");
    await fill(1, 2, "k1");
    await add("bag00", "item00", "k2");
    const { stdout } = await bulk("rotate-keys");
    expect(stdout).toBe(
      "Rotating k2\nRotated k2.\nPrevious Version:0\nNew Version:1\nRe-encrypted bag00/item00 with latest key.\nRotating k1\nRotated k1.\nPrevious Version:0\nNew Version:1\nRe-encrypted bag00/item01 with latest key.\n",
    );
  });

  it("rotate-keys asks KMS in two steps where it may not have a data key in one", async () => {
    await fill(1, 1);
    cloud.proxy.plan(({ action }) =>
      action === "GenerateDataKey"
        ? { kind: "answer", when: "before", status: 400, code: "AccessDeniedException" }
        : undefined,
    );
    cloud.proxy.forget();
    expect((await bulk("rotate-keys")).code).toBe(0);
    expect([countOf("GenerateDataKeyWithoutPlaintext"), countOf("Decrypt")]).toEqual([1, 2]);
    expect(await show("bag00", "item00")).toMatchObject({ key_version: 1 });
  });

  it("rotate-keys that is stopped anywhere leaves all readable, and goes on with the same version", async () => {
    await fill(2, 3);
    let version = 0;
    for (const stop of [1, 3, 5, 7, 9, 12, 15]) {
      const controller = new AbortController();
      let seen = 0;
      cloud.proxy.plan(() => {
        seen += 1;
        if (seen === stop) controller.abort(new CofferError("INTERRUPTED", "stopped"));
        return undefined;
      });
      const stopped = await scene.run(["bulk", "rotate-keys", "aws", config], { signal: controller.signal });
      cloud.proxy.plan();
      expect(stopped.stderr).toContain("stopped");
      const begun = await newest();
      await expectAllReadable();
      const again = await bulk("rotate-keys");
      expect(again.code, again.stderr).toBe(0);
      // What was begun is finished; where nothing was, it begins.
      version = begun > version ? begun : version + 1;
      expect([stop, await newest()]).toEqual([stop, version]);
      await expectAllReadable(version);
    }
  }, 30_000);

  it("rotate-keys that is killed is finished by the same command, which says so", async () => {
    await fill(2, 8);
    const desk = new Desk();
    cloud.proxy.forget();
    const command = [COFFER, "as", "messer", "bulk", "rotate-keys", "aws", config];
    const running = spawn(process.execPath, command, { env: desk.env(cloud.env), stdio: "ignore" });
    const ended = once(running, "exit");
    let puts = 0;
    while (puts < 5) if ((await cloud.proxy.next("PutObject")).status === 200) puts += 1;
    running.kill("SIGKILL");
    await ended;
    await expectAllReadable();
    const { code, stdout, stderr } = await desk.coffer(["as", "messer", "bulk", "rotate-keys", "aws", config], {
      env: cloud.env,
    });
    expect([code, stdout], stderr).toEqual([0, expect.not.stringContaining("Rotating")]);
    expect(stderr).toMatch(
      /^messer: k1: goes on with version 1, which an interrupted rotation made\nmesser: \d+ of 16 items were sealed under the newest key already\n$/,
    );
    await expectAllReadable(1);
    expect((await bulk("rotate-keys")).stdout).toContain("New Version:2\n");
    desk.clear();
  }, 30_000);

  it("re-encrypt goes on when one item fails, names it, and takes it up again", async () => {
    await fill(2, 3);
    const { body } = await scene.object(scene.secrets, "dev/secrets/bag00/item01");
    await scene.put(scene.secrets, "dev/secrets/bag00/item01", "damaged");
    const { code, stdout, stderr } = await bulk("rotate-keys");
    expect([code, stdout.split("\n").filter((line) => line.startsWith("Re-encrypted")).length]).toEqual([1, 5]);
    expect(stderr).toContain("1 of 6 items were not sealed under the newest key: bag00/item01");
    await scene.put(scene.secrets, "dev/secrets/bag00/item01", body);
    const again = await bulk("rotate-keys");
    expect([again.code, again.stderr]).toEqual([0, expect.stringContaining("5 of 6 items were")]);
    await expectAllReadable(1);
  });

  it("rotate-keys loses no change that somebody makes meanwhile", async () => {
    await fill(1, 2);
    await scene.must("data", "bag", "create", "aws", "side", "-c", config);
    const stdin = '{"id": "item01", "password": "changed"}';
    await scene.run(["data", "bag", "from", "file", "aws", "side", "-", "--secret-file", "k1", "-c", config], {
      stdin,
    });
    const fresh = (await scene.object(scene.secrets, "dev/secrets/side/item01")).body;
    let changed: Promise<void> | undefined;
    cloud.proxy.plan(({ action, resource }) => {
      if (action !== "PutObject" || !resource.endsWith("bag00/item01") || changed !== undefined) return undefined;
      changed = scene.put(scene.secrets, "dev/secrets/bag00/item01", fresh);
      return { kind: "delay", ms: 150 };
    });
    expect((await bulk("rotate-keys")).code).toBe(0);
    expect(changed).toBeDefined();
    expect(await show("bag00", "item01")).toMatchObject({ password: "changed", key_version: 1 });
  });

  it("two rotations at once end under one version", async () => {
    await fill(2, 5);
    const both = await Promise.all([bulk("rotate-keys"), bulk("rotate-keys")]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    await expectAllReadable(await newest());
  });

  it("copy takes all data bags to several places, each under its own keys, and leaves what is there", async () => {
    await fill(2, 2);
    await scene.must("encryption", "increment", "aws", "k1", "-c", config);
    const others = await Promise.all(["eu", "us"].map((name) => elsewhere(name)));
    cloud.proxy.forget();
    const files = others.map(({ file }) => file);
    const copy = () => scene.run(["bulk", "copy", "aws", "aws", config, ...files]);
    const { code, stdout, stderr } = await copy();
    expect(code, stderr).toBe(0);
    const lines = files.flatMap((file) =>
      ["bag00/item00", "bag00/item01", "bag01/item00", "bag01/item01"].map(
        (item) => `Copied ${item} from ${config} -> ${file} .\n`,
      ),
    );
    expect(stdout).toBe(lines.join(""));
    for (const { file } of others) {
      expect(await show("bag01", "item01", file)).toEqual({ ...(await show("bag01", "item01")), key_version: 0 });
      expect(await scene.must("data", "bag", "show", "aws", "-c", scene.config("x.ini"))).toBe("bag00\nbag01\n");
    }
    const again = await copy();
    expect([again.code, again.stderr]).toEqual([0, "messer: 8 of 8 items were copied already\n"]);
    // Loud, so that only what is another there is told.
    await scene.run(
      ["data", "bag", "from", "file", "aws", "bag00", "-", "--secret-file", "k1", "--force", "-c", files[1] ?? ""],
      {
        stdin: '{"id": "item00", "password": "another"}',
      },
    );
    const conflict = await copy();
    expect([conflict.code, conflict.stderr]).toEqual([1, expect.stringContaining(`bag00/item00 (${files[1]})`)]);
    expect(await show("bag00", "item00", files[1])).toMatchObject({ password: "another" });
  });

  it.each([
    [["list", "azure"], 2],
    [["rotate-keys", "azure"], 2],
    [["list", "moon"], 1],
  ] as const)("%j is refused", async (words, exit) => {
    const { code, stdout } = await scene.run(["bulk", ...words, config]);
    expect([code, stdout]).toEqual([exit, ""]);
    const copied = await scene.run(["bulk", "copy", "aws", words[1], config, config]);
    expect([copied.code, copied.stdout]).toEqual([exit, ""]);
  });

  async function elsewhere(name: string): Promise<{ file: string }> {
    const [secrets, keys] = [await cloud.newBucket(), await cloud.newBucket()];
    const text = readFileSync(config, "utf8")
      .replace(scene.secrets, secrets)
      .replace(scene.keys, keys)
      .replace("tier = dev", "tier = prod");
    const file = scene.file(`${name}.ini`, text);
    await scene.must("encryption", "create", "aws", "k1", "-c", file);
    return { file };
  }

  async function newest(): Promise<number> {
    const versions = await scene.must("encryption", "list", "aws", "k1", "-c", scene.config("loud.ini"));
    return Math.max(...versions.trim().split("\n").map(Number));
  }

  /** Every item has what was put there, and is under that version of its key. */
  async function expectAllReadable(version?: number): Promise<void> {
    const store = await openMesserStore(`messer:?config=${config}`, { openAws: () => cloud.aws() });
    const { secrets } = await store.readAll({ namespace: "", recursive: true });
    await store.close();
    expect(secrets.length).toBeGreaterThan(0);
    for (const { namespace, value } of secrets) {
      expect(Buffer.from(value.reveal()).toString()).toBe(`${CANARY} ${namespace.replace("/", " ")}`);
      if (version === undefined) continue;
      const { body } = await scene.object(scene.secrets, `dev/secrets/${namespace}`);
      expect(JSON.parse(body.toString()).key_version).toBe(version);
    }
  }
});
