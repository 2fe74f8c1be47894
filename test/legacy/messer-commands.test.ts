import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Cloud, REGION, startCloud } from "../aws/cloud.js";
import { findEmulator } from "../aws/emulator.js";
import { costsOf, countCosts, type MesserScene, newMesserScene } from "./messer-scene.js";

const source = findEmulator();
const CANARY = "canary-3fd0c1";

describe.skipIf(source === null)("messer", () => {
  let cloud: Cloud;
  let scene: MesserScene;
  let config: string;
  beforeAll(async () => {
    if (source !== null) cloud = await startCloud(source);
  });
  afterAll(() => cloud?.stop());
  beforeEach(async () => {
    scene = await newMesserScene(cloud);
    config = scene.config("messer.ini");
  });
  afterEach(() => {
    cloud.proxy.plan();
    scene.clear();
  });

  const must = (...args: string[]): Promise<string> => scene.must(...args, "-c", config);
  const run = (...args: string[]): ReturnType<MesserScene["run"]> => scene.run([...args, "-c", config]);
  const put = (bag: string, id: string, key = "k1", ...more: string[]): Promise<string> => {
    const file = scene.file(`${id}.json`, JSON.stringify({ id, password: CANARY }));
    return must("data", "bag", "from", "file", "aws", bag, file, "--secret-file", key, ...more);
  };
  async function prepare(): Promise<void> {
    await must("encryption", "create", "aws", "k1");
    await must("data", "bag", "create", "aws", "bag1");
    await put("bag1", "item1");
  }
  const asked = async (...args: string[]): Promise<string[]> => {
    cloud.proxy.forget();
    await scene.must(...args);
    return cloud.proxy.requests.map(({ service, action }) => `${service}:${action}`);
  };

  describe("keys", () => {
    it("lie in their bucket as messer has them, and folders in theirs", async () => {
      await prepare();
      expect(await scene.keysOf(scene.keys)).toEqual(["k1/", "k1/0"]);
      expect(await scene.keysOf(scene.secrets)).toEqual([
        "dev/",
        "dev/secrets/",
        "dev/secrets/bag1/",
        "dev/secrets/bag1/item1",
      ]);
      for (const [bucket, key] of [
        [scene.keys, "k1/0"],
        [scene.keys, "k1/"],
        [scene.secrets, "dev/secrets/bag1/item1"],
      ] as const) {
        const { type, metadata } = await scene.object(bucket, key);
        expect([type, metadata]).toEqual(["application/octet-stream", {}]);
      }
      const generated = cloud.proxy.requests.filter(({ action }) => action.startsWith("GenerateDataKey"));
      expect(JSON.parse(String(generated.at(-1)?.body))).toMatchObject({
        KeyId: `alias/${scene.alias}`,
        NumberOfBytes: 32,
      });
    });

    it("are numbered, not spelt: 10 comes behind 9", async () => {
      await must("encryption", "create", "aws", "k1");
      for (let version = 1; version <= 10; version++) {
        expect(await must("encryption", "increment", "aws", "k1")).toBe(
          `Encryption key k1 version ${version} created!\n`,
        );
      }
      expect((await must("encryption", "list", "aws", "k1")).split("\n")).toContain("10");
      await must("data", "bag", "create", "aws", "bag1");
      await put("bag1", "item1");
      expect(await must("data", "bag", "show", "aws", "bag1", "item1")).toContain('"key_version": 10');
    });

    it("that eight make at once are made once, and eight increments are eight versions", async () => {
      const eight = (verb: string) =>
        Promise.all(Array.from({ length: 8 }, () => run("encryption", verb, "aws", "k1")));
      const created = await eight("create");
      expect(created.filter(({ code }) => code === 0)).toHaveLength(1);
      expect(created.filter(({ code }) => code === 1)).toHaveLength(7);
      const incremented = await eight("increment");
      expect(incremented.map(({ stdout }) => stdout).sort()).toEqual(
        Array.from({ length: 8 }, (_, index) => `Encryption key k1 version ${index + 1} created!\n`),
      );
    });

    it("are listed where another program made them without a folder's object, too", async () => {
      await scene.put(scene.keys, "bare/0", "x");
      await must("encryption", "create", "aws", "k1");
      expect(await must("encryption", "list", "aws")).toBe("bare\nk1\n");
    });

    it("are deleted exactly: k1 is not k10, nor is a key below it", async () => {
      for (const name of ["k1", "k10", "k1/deep"]) await must("encryption", "create", "aws", name);
      await must("encryption", "increment", "aws", "k10");
      const stdout = await must("encryption", "delete", "aws", "k1", "--no-prompt");
      expect(stdout).toBe("Deleting Encryption Key: k1/\nDeleting Encryption Key: k1/0\n");
      expect(await scene.keysOf(scene.keys)).toEqual(["k1/deep/", "k1/deep/0", "k10/", "k10/0", "k10/1"]);
    });

    it.each([
      [["k1", "1"], "You are about to delete the following:\nKey: k1\nVer: 1\n\nAre you sure? [N/y]: "],
      [["k1"], "You are about to delete k1 and all its versions.\nAre you sure? [N/y]: "],
    ])("are deleted when that is confirmed: %j", async (words, prompt) => {
      await must("encryption", "create", "aws", "k1");
      await must("encryption", "increment", "aws", "k1");
      const args = ["encryption", "delete", "aws", ...words, "-c", config];
      for (const stdin of ["\n", "n\n", "N"]) {
        expect(await scene.run(args, { stdin })).toMatchObject({ code: 0, stdout: `${prompt}No action taken.\n` });
      }
      expect(await scene.run(args, { stdin: "" })).toMatchObject({ code: 1, stdout: prompt });
      expect(await scene.run(args, { stdin: "yes\n" })).toMatchObject({ code: 1, stdout: prompt });
      expect(await scene.keysOf(scene.keys)).toHaveLength(3);
      const { code, stdout } = await scene.run(args, { stdin: "Y\n" });
      expect([code, stdout.startsWith(`${prompt}Deleting Encryption Key: k1/`)]).toEqual([0, true]);
      expect(await scene.keysOf(scene.keys)).not.toContain("k1/1");
    });

    it("that are not there are not deleted, which is no failure", async () => {
      await must("encryption", "create", "aws", "k1");
      const gone = ["encryption", "delete", "aws"] as const;
      expect(await must(...gone, "k1", "7", "--no-prompt")).toBe(
        "Deleting Encryption Key: k1/7\nKey k1/7 was not found\n",
      );
      expect(await must(...gone, "none", "--no-prompt")).toBe("");
      expect(await run(...gone, "k1", "", "--no-prompt")).toMatchObject({ code: 2 });
      expect(await scene.keysOf(scene.keys)).toEqual(["k1/", "k1/0"]);
    });

    it("that items need stay, in whatever tier these are, unless they are deleted by force", async () => {
      await prepare();
      await must("encryption", "increment", "aws", "k1");
      await put("bag1", "item2");
      const other = scene.config("other.ini", { tier: "prod" });
      await scene.must("data", "bag", "create", "aws", "bag9", "-c", other);
      const file = join(scene.folder, "item2.json");
      await scene.must(
        "data",
        "bag",
        "from",
        "file",
        "aws",
        "bag9",
        file,
        "--secret-file",
        "k1",
        "-v",
        "0",
        "-c",
        other,
      );
      await scene.put(scene.secrets, "notes.txt", "no item");
      const refused = await run("encryption", "delete", "aws", "k1", "0", "--no-prompt");
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain(
        "2 item(s) need the data key k1/0: dev/secrets/bag1/item1, prod/secrets/bag9/item2",
      );
      expect(refused.stdout).toBe("");
      expect((await run("encryption", "delete", "aws", "k1", "--no-prompt")).stderr).toContain(
        "3 item(s) need the data key k1",
      );
      expect(await scene.keysOf(scene.keys)).toEqual(["k1/", "k1/0", "k1/1"]);
      await must("encryption", "delete", "aws", "k1", "0", "--no-prompt", "--force");
      expect(await scene.keysOf(scene.keys)).toEqual(["k1/", "k1/1"]);
      expect((await run("data", "bag", "show", "aws", "bag1", "item1", "--decrypt")).stderr).toContain(
        'no data key "k1/0"',
      );
    });

    it("of one who may list no more than his tier are looked for there, and he is told", async () => {
      await prepare();
      cloud.proxy.plan(({ action, resource, target }) =>
        action === "ListObjectsV2" && resource === scene.secrets && !target.includes("prefix=dev")
          ? { kind: "answer", when: "before", status: 403, code: "AccessDenied" }
          : undefined,
      );
      const { code, stderr } = await run("encryption", "delete", "aws", "k1", "--no-prompt");
      expect([code, stderr]).toEqual([1, expect.stringContaining("looked for items below dev/ alone")]);
      expect(stderr).toContain("1 item(s) need");
      cloud.proxy.plan(({ action, resource }) =>
        action === "ListObjectsV2" && resource === scene.secrets
          ? { kind: "answer", when: "before", status: 403, code: "AccessDenied" }
          : undefined,
      );
      expect((await run("encryption", "delete", "aws", "k1", "--no-prompt")).stderr).toContain("cannot be seen");
      expect(await scene.keysOf(scene.keys)).toEqual(["k1/", "k1/0"]);
    });
  });

  describe("data bags", () => {
    it("are deleted under their tier and folder when they are empty, and nothing else is", async () => {
      await prepare();
      await put("bag1", "sub-item");
      await scene.put(scene.secrets, "bag1/", "");
      const full = await run("data", "bag", "delete", "aws", "bag1");
      expect([full.code, full.stdout]).toEqual([
        1,
        "The data bag is not empty! Please delete the following items and try again:\nitem1\nsub-item\n",
      ]);
      for (const item of ["item1", "sub-item", "never-there"])
        expect(await must("data", "bag", "delete", "aws", "bag1", item)).toBe("");
      expect(await must("data", "bag", "delete", "aws", "bag1")).toBe("");
      expect(await scene.keysOf(scene.secrets)).toEqual(["bag1/", "dev/", "dev/secrets/"]);
    });

    it("lie beside each other without a tier or a folder, or with slashes too many", async () => {
      const bare = scene.config("bare.ini", { tier: "", folder: "" });
      await scene.must("data", "bag", "create", "aws", "top", "-c", bare);
      expect(await scene.must("data", "bag", "show", "aws", "-c", bare)).toBe("top\n");
      const slashes = scene.config("slashes.ini", { tier: "/dev/", folder: "//secrets/" });
      await scene.must("data", "bag", "create", "aws", "bag1", "-c", slashes);
      expect(await must("data", "bag", "show", "aws")).toBe("bag1\n");
    });

    it("that another program made without an object of their own are there as well", async () => {
      await prepare();
      const { body } = await scene.object(scene.secrets, "dev/secrets/bag1/item1");
      await scene.put(scene.secrets, "dev/secrets/bare/item1", body);
      expect(await must("data", "bag", "show", "aws")).toBe("bag1\nbare\n");
      expect(await must("data", "bag", "show", "aws", "bare")).toBe("items in data bag: bare\nitem1\n");
      expect(await put("bare", "item2")).toContain("Created new data bag item bare/item2");
    });

    it("are shown under silence, without the talk around it", async () => {
      await prepare();
      const silent = scene.config("silent.ini", { silent: "Yes" });
      const show = (...words: string[]): Promise<string> =>
        scene.must("data", "bag", "show", "aws", ...words, "-c", silent);
      expect(await show()).toBe("bag1\n");
      expect(await show("bag1")).toBe("item1\n");
      expect(await show("none")).toBe("");
      expect(await show("bag1", "item1", "--decrypt")).toContain(CANARY);
    });

    it("take no item twice, of two who put it at once neither", async () => {
      await prepare();
      const runs = await Promise.all(
        [put("bag1", "same"), put("bag1", "same")].map((each) => each.catch(() => "failed")),
      );
      expect(runs.filter((stdout) => stdout === "failed")).toHaveLength(1);
      expect(
        (
          await run(
            "data",
            "bag",
            "from",
            "file",
            "aws",
            "bag1",
            join(scene.folder, "same.json"),
            "--secret-file",
            "k1",
          )
        ).code,
      ).toBe(1);
      expect(await put("bag1", "same", "k1", "--force")).toContain("Created");
    });

    it("--decrypt asks three times, and once more for the role", async () => {
      await prepare();
      const show = ["data", "bag", "show", "aws", "bag1", "item1", "--decrypt", "-c"];
      expect(await asked(...show, config)).toEqual(["s3:GetObject", "s3:GetObject", "kms:Decrypt"]);
      const role = scene.config("role.ini", {
        more: "role_arn = arn:aws:iam::123456789012:role/messer\nrole_session_name = me",
      });
      expect(await asked(...show, role)).toEqual(["sts:AssumeRole", "s3:GetObject", "s3:GetObject", "kms:Decrypt"]);
      const sent = cloud.proxy.requests[0]?.body.toString();
      expect(new URLSearchParams(sent).get("RoleSessionName")).toBe("me");
    });

    it.each([
      ["`data bag show --decrypt`", ["data", "bag", "show", "aws", "bag1", "item1", "--decrypt", "-c"]],
      ["`data bag from file`", ["data", "bag", "from", "file", "aws", "bag1", "i.json", "--secret-file", "k1", "-c"]],
      ["`encryption create`", ["encryption", "create", "aws", "k2", "-c"]],
      ["`encryption increment`", ["encryption", "increment", "aws", "k1", "-c"]],
      ["`bulk list`", ["bulk", "list", "aws"]],
    ] as const)("%s costs what docs/COSTS.md says", async (row, args) => {
      await prepare();
      scene.file("i.json", '{"id": "i"}');
      cloud.proxy.forget();
      await scene.must(...args.map((word) => (word === "i.json" ? join(scene.folder, word) : word)), config);
      expect(countCosts(cloud.proxy.requests)).toEqual(costsOf(row));
    });

    it("show one that says latest by version 0, and none that says nothing", async () => {
      await prepare();
      await must("encryption", "increment", "aws", "k1");
      const { body } = await scene.object(scene.secrets, "dev/secrets/bag1/item1");
      const old = JSON.stringify({ ...JSON.parse(body.toString()), key_version: "latest" });
      await scene.put(scene.secrets, "dev/secrets/bag1/old", old);
      const shown = await must("data", "bag", "show", "aws", "bag1", "old", "--decrypt");
      expect(JSON.parse(shown)).toMatchObject({ password: CANARY, key_version: 0 });
      const { key_name: _, ...nameless } = JSON.parse(body.toString());
      await scene.put(scene.secrets, "dev/secrets/bag1/nameless", JSON.stringify(nameless));
      const { code, stderr } = await run("data", "bag", "show", "aws", "bag1", "nameless", "--decrypt");
      expect([code, stderr]).toEqual([1, expect.stringContaining("does not say which data key")]);
    });

    it("never let a value into an error", async () => {
      await prepare();
      const broken = scene.file("broken.json", `{"id": "x", "password": "${CANARY}"`);
      const from = (...words: string[]) => run("data", "bag", "from", "file", "aws", "bag1", ...words);
      const { body } = await scene.object(scene.secrets, "dev/secrets/bag1/item1");
      await scene.put(scene.secrets, "dev/secrets/bag1/odd", `${body.toString()}${CANARY}`);
      for (const failing of [
        await from(broken, "--secret-file", "k1"),
        await from(join(scene.folder, "item1.json"), "--secret-file", "k1"),
        await from(join(scene.folder, "item1.json"), "--secret-file", "none", "--force"),
        await from(join(scene.folder, "item1.json"), "--secret-file", "k1", CANARY),
        await from(join(scene.folder, "item1.json"), `--password=${CANARY}`),
        await run("data", "bag", "show", "aws", "bag1", "odd"),
      ]) {
        expect(failing.code).not.toBe(0);
        expect(failing.stdout + failing.stderr).not.toContain(CANARY);
      }
    });
  });

  describe("the encryption context", () => {
    it("binds new keys and is needed for them, and older keys open all the same", async () => {
      await prepare();
      const bound = scene.config("bound.ini", {
        more: "encryption_context = app=billing, env = %(tier)s\ntier = prod",
      });
      await scene.must("encryption", "create", "aws", "k2", "-c", bound);
      cloud.proxy.forget();
      await scene.must("encryption", "increment", "aws", "k1", "-c", bound);
      const generated = cloud.proxy.requests.find(({ action }) => action === "GenerateDataKeyWithoutPlaintext");
      expect(JSON.parse(String(generated?.body)).EncryptionContext).toEqual({ app: "billing", env: "prod" });
      const file = scene.file("b.json", '{"id":"b","v":"1"}');
      await scene.must("data", "bag", "from", "file", "aws", "bag1", file, "--secret-file", "k2", "-c", bound);
      const show = (item: string, by: string) =>
        scene.run(["data", "bag", "show", "aws", "bag1", item, "--decrypt", "-c", by]);
      expect((await show("b", bound)).code).toBe(0);
      expect((await show("item1", bound)).code).toBe(0);
      const { code, stderr } = await show("b", config);
      expect([code, stderr]).toEqual([1, expect.stringContaining("k2/0")]);
      const other = scene.config("other.ini", { more: "encryption_context = app=other,env=prod" });
      expect((await show("b", other)).code).toBe(1);
    });

    it("is found again where a copy has lost what stood beside the key", async () => {
      const bound = scene.config("bound.ini", { more: 'encryption_context = {"app": "billing"}' });
      await scene.must("encryption", "create", "aws", "k2", "-c", bound);
      await scene.put(scene.keys, "k2/0", (await scene.object(scene.keys, "k2/0")).body);
      await scene.must("data", "bag", "create", "aws", "bag1", "-c", bound);
      const file = scene.file("b.json", '{"id":"b","v":"1"}');
      await scene.must("data", "bag", "from", "file", "aws", "bag1", file, "--secret-file", "k2", "-c", bound);
      expect(await scene.must("data", "bag", "show", "aws", "bag1", "b", "--decrypt", "-c", bound)).toContain(
        '"v": "1"',
      );
    });
  });

  describe("its configuration", () => {
    it("is changed in place: comments and the other cloud's section stay", async () => {
      writeFileSync(config, "# mine\n[messer]\nmaster_key=old ; why\ntier = dev\n[azure]\nazure_client_id = x\n");
      const stdout = await must(
        "configure",
        "aws",
        "-m",
        "new",
        "--secrets_folder",
        "s",
        "-e",
        "PROD",
        "--keys-bucket=k",
        "-p",
        "--silent",
      );
      expect(readFileSync(config, "utf8")).toBe(
        "# mine\n[messer]\nmaster_key = new\ntier = prod\nsilent = True\n[azure]\nazure_client_id = x\n\n[aws]\nsecrets_folder = s\nkeys_bucket = k\n",
      );
      expect(stdout).toBe(
        `Saved configuration to ${config}\nConfig File: ${config}\n[messer]\n\tmaster_key=new\n\ttier=prod\n\tsilent=True\n[aws]\n\tsecrets_folder=s\n\tkeys_bucket=k\n`,
      );
    });

    it.each([
      ["-m", "--master-key", "--master_key"],
      ["-b", "--secrets-bucket", "--secrets_bucket"],
      ["-f", "--secrets-folder", "--secrets_folder"],
      ["-k", "--keys-bucket", "--keys_bucket"],
      ["-a", "--role-arn", "--role_arn"],
      ["-s", "--role-session-name", "--role_session_name"],
      ["-x", "--encryption-context", "--encryption_context"],
      ["-n", "--aws-profile", "--aws_profile"],
      ["-r", "--region", "--reg"],
    ])("takes %s, %s and %s alike", async (...flags) => {
      const texts: string[] = [];
      for (const [index, flag] of flags.entries()) {
        const file = join(scene.folder, `${index}.ini`);
        await scene.must("configure", "aws", flag, "a=b", "-c", file);
        texts.push(readFileSync(file, "utf8"));
      }
      expect(new Set(texts).size).toBe(1);
      expect(texts[0]).toContain(" = a=b\n");
    });

    it("is made where messer has it at the first command, which then says what is missing", async () => {
      const { code, stderr } = await scene.run(["data", "bag", "show", "aws"]);
      expect([code, stderr]).toEqual([1, expect.stringContaining(".config/messer/messer.ini is not set")]);
      const xdg = join(scene.folder, "xdg");
      const settings = ["-m", scene.alias, "-b", scene.secrets, "-k", scene.keys, "-r", REGION];
      expect((await scene.run(["configure", "aws", ...settings], { env: { XDG_CONFIG_HOME: xdg } })).code).toBe(0);
      expect((await scene.run(["data", "bag", "show", "aws"], { env: { XDG_CONFIG_HOME: xdg } })).code).toBe(0);
      expect(readFileSync(join(xdg, "messer", "messer.ini"), "utf8")).toContain("# the bucket of the data keys\n");
    });

    it("needs no role, and takes a key from ~/.boto, also one of a profile there", async () => {
      const boto = `[Credentials]\naws_access_key_id = AKIDBOTO\naws_secret_access_key = x\n[profile secure]\naws_access_key_id = AKIDSECURE\naws_secret_access_key = y\n`;
      writeFileSync(join(scene.folder, ".boto"), boto);
      const keyless = { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" };
      const signer = async (by: string): Promise<string | undefined> => {
        cloud.proxy.forget();
        const { code, stderr } = await scene.run(["data", "bag", "show", "aws", "-c", by], { env: keyless });
        expect(code, stderr).toBe(0);
        return /Credential=([^/]+)/.exec(cloud.proxy.requests.at(-1)?.headers.authorization ?? "")?.[1];
      };
      expect(await signer(config)).toBe("AKIDBOTO");
      expect(await signer(scene.config("profile.ini", { more: "aws_profile = secure" }))).toBe("AKIDSECURE");
    });

    it.each([
      ["encryption", "create", "azure", "k1"],
      ["data", "bag", "show", "azure"],
      ["configure", "azure", "-m", "x"],
      ["data", "bag", "from", "file", "azure", "bag", "x.json", "--secret-file", "k1"],
    ])("is for AWS alone as yet: %s %s %s", async (...args) => {
      const { code, stderr, stdout } = await scene.run(args);
      expect([code, stdout, stderr]).toEqual([2, "", expect.stringContaining("azure: not supported yet")]);
    });
  });

  it("asks in the region that a bucket turns out to be in", async () => {
    await prepare();
    const elsewhere = {
      kind: "answer",
      when: "before",
      status: 400,
      code: "AuthorizationHeaderMalformed",
      message: "the region 'eu-central-1' is wrong; expecting 'eu-west-3'",
    } as const;
    cloud.proxy.plan(({ service, headers }) =>
      service === "s3" && !/\/eu-west-3\/s3/.test(headers.authorization ?? "") ? elsewhere : undefined,
    );
    cloud.proxy.forget();
    expect(await must("data", "bag", "show", "aws", "bag1", "item1", "--decrypt")).toContain(CANARY);
    const regions = cloud.proxy.requests.map(
      ({ headers }) => /\d{8}\/([a-z0-9-]+)\//.exec(headers.authorization ?? "")?.[1],
    );
    // KMS is asked where the configuration says.
    expect(regions).toEqual([REGION, "eu-west-3", REGION, "eu-west-3", REGION]);
  });
});
