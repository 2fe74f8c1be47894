import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareText, decodeUtf8 } from "../../src/core/bytes.js";
import { joinPath } from "../../src/core/name.js";
import type { Scope, SecretInfo, SecretStore } from "../../src/core/secret-store.js";
import { CAN, openMesserStore } from "../../src/legacy/messer/store.js";
import { collect, put, putAll, readText, readTexts } from "../../src/testing/secret-store-contract/words.js";
import { secretStoreContract } from "../../src/testing/secret-store-contract.js";
import { type Cloud, QUICK, REGION, startCloud } from "../aws/cloud.js";
import { findEmulator } from "../aws/emulator.js";
import { type MesserScene, newMesserScene } from "./messer-scene.js";

const source = findEmulator();

describe.skipIf(source === null)("on S3 and KMS,", () => {
  let cloud: Cloud;
  let shared: MesserScene;
  beforeAll(async () => {
    if (source === null) return;
    cloud = await startCloud(source);
    shared = await newMesserScene(cloud);
  });
  afterAll(async () => {
    shared?.clear();
    await cloud?.stop();
  });

  const open = (url: string): Promise<SecretStore> => openMesserStore(url, { openAws: () => cloud.aws(QUICK) });
  const urlOf = (scene: MesserScene, secrets: string, folder = "dev/secrets"): string =>
    `messer://${secrets}/${folder}?keys=${scene.keys}&master-key=${scene.alias}&key=k1`;

  secretStoreContract(
    "the items of a data bag of messer",
    CAN,
    async () => {
      const url = urlOf(shared, await cloud.newBucket());
      const opened: SecretStore[] = [];
      const another = async (): Promise<SecretStore> => {
        const store = await open(url);
        opened.push(store);
        return inBag(store);
      };
      return {
        store: await another(),
        another,
        dispose: async () => void (await Promise.all(opened.map((each) => each.close()))),
      };
    },
    { describe, it },
    { takesValue: (bytes) => decodeUtf8(bytes) !== null },
  );

  describe("items of messer as namespaces", () => {
    it("have the fields that messer gave them, as texts and JSON, and hold what messer reads", async () => {
      const scene = await newMesserScene(cloud);
      const config = scene.config("messer.ini");
      await scene.must("encryption", "create", "aws", "k1", "-c", config);
      await scene.must("data", "bag", "create", "aws", "bag1", "-c", config);
      const file = scene.file("i.json", '{"id":"item1","password":"don\'t","n":5,"t":true,"z":null,"o":{"k":[1.5]}}');
      await scene.must("data", "bag", "from", "file", "aws", "bag1", file, "--secret-file", "k1", "-c", config);
      const store = await open(`messer:?config=${encodeURIComponent(config)}`);
      const fields = { password: "don't", n: "5", t: "true", z: "null", o: '{"k": [1.5]}' };
      expect(await readTexts(store, { namespace: "bag1/item1" })).toEqual(fields);
      await scene.must("encryption", "increment", "aws", "k1", "-c", config);
      await store.commit("bag1/item1", [put("password", "new"), { op: "delete", name: "z" }]);
      const shown = await scene.must("data", "bag", "show", "aws", "bag1", "item1", "--decrypt", "-c", config);
      // What was not changed has its type still, and the newest version of its key.
      expect(JSON.parse(shown)).toEqual({
        id: "item1",
        password: "new",
        n: 5,
        t: true,
        o: { k: [1.5] },
        key_name: "k1",
        key_version: 1,
      });
      await store.commit("bag2/fresh", [put("A", "one")]);
      expect(await scene.must("data", "bag", "show", "aws", "-c", config)).toBe("bag1\nbag2\n");
      expect(await scene.must("data", "bag", "show", "aws", "bag2", "-c", config)).toBe(
        "items in data bag: bag2\nfresh\n",
      );
      expect(await scene.must("data", "bag", "show", "aws", "bag2", "fresh", "--decrypt", "-c", config)).toContain(
        '"A": "one"',
      );
      await store.close();
      scene.clear();
    });

    it("are read with three requests, and a second one of the same key with one", async () => {
      const secrets = await cloud.newBucket();
      const store = await open(urlOf(shared, secrets));
      await putAll(store, "bag/a", { A: "one" });
      await putAll(store, "bag/b", { A: "one" });
      await store.close();
      const reader = await open(urlOf(shared, secrets));
      cloud.proxy.forget();
      expect(await readText(reader, "bag/a/A")).toBe("one");
      expect(cloud.proxy.requests.map(({ action }) => action)).toEqual(["GetObject", "GetObject", "Decrypt"]);
      cloud.proxy.forget();
      expect(await readText(reader, "bag/b/A")).toBe("one");
      expect(cloud.proxy.requests.map(({ action }) => action)).toEqual(["GetObject"]);
      await reader.close();
    });

    it("can be no item beside a data bag, nor have id as a secret", async () => {
      const store = await open(urlOf(shared, await cloud.newBucket()));
      for (const namespace of ["", "bag"]) {
        await expect(putAll(store, namespace, { A: "x" })).rejects.toMatchObject({ code: "USAGE" });
      }
      await expect(putAll(store, "bag/item", { id: "x" })).rejects.toMatchObject({ code: "USAGE" });
      expect(await collect(store.list({ namespace: "", recursive: true }))).toEqual([]);
      await store.close();
    });

    it.each([
      ["messer:", "names no buckets"],
      ["messer://secrets", "names no buckets"],
      ["messer://s?keys=k&other=1", "does not take"],
      ["messer:?config=x&keys=k", "takes everything else from there"],
      ["messer:?config=/nowhere/messer.ini", "cannot be read"],
    ])("are not found by %s", async (url, reason) => {
      await expect(open(url)).rejects.toMatchObject({ code: "USAGE", message: expect.stringContaining(reason) });
    });

    it("take a data key that is clear, and ask where it is not", async () => {
      const scene = await newMesserScene(cloud);
      const config = scene.config("messer.ini");
      const store = await open(`messer:?config=${config}`);
      const unclear = { code: "USAGE", message: expect.stringContaining("which data key") };
      await expect(putAll(store, "bag/item", { A: "x" })).rejects.toMatchObject(unclear);
      await scene.must("encryption", "create", "aws", "only", "-c", config);
      await putAll(store, "bag/item", { A: "x" });
      await scene.must("encryption", "create", "aws", "other", "-c", config);
      await expect(putAll(store, "bag/next", { A: "x" })).rejects.toMatchObject(unclear);
      await putAll(store, "bag/item", { A: "y" });
      expect(await readText(store, "bag/item/A")).toBe("y");
      await store.close();
      scene.clear();
    });

    it("go to the region of the configuration, and to that of the settings before it", async () => {
      const scene = await newMesserScene(cloud);
      const config = scene.config("messer.ini");
      const text = readFileSync(config, "utf8").replace(REGION, "eu-west-1");
      scene.file("messer.ini", text);
      const asked = async (region?: string): Promise<string | undefined> => {
        const aws = region === undefined ? {} : { aws: { region } };
        const store = await openMesserStore(`messer:?config=${config}`, { openAws: () => cloud.aws(QUICK), ...aws });
        cloud.proxy.forget();
        await store.read("bag/item/A");
        await store.close();
        return /\d{8}\/([a-z0-9-]+)\/s3/.exec(cloud.proxy.requests[0]?.headers.authorization ?? "")?.[1];
      };
      expect(await asked()).toBe("eu-west-1");
      expect(await asked(REGION)).toBe(REGION);
      scene.clear();
    });
  });
});

/** Any namespace, as an item of one bag: the root and what has no slash can be none of its own. */
function inBag(store: SecretStore): SecretStore {
  const ROOT = "bag/root";
  const inside = (namespace: string): string => (namespace === "" ? ROOT : `bag/ns/${namespace}`);
  const outside = (namespace: string): string => (namespace === ROOT ? "" : namespace.slice("bag/ns/".length));
  const scope = ({ namespace, recursive = false }: Scope): Scope =>
    namespace === "" && recursive ? { namespace: "bag", recursive } : { namespace: inside(namespace), recursive };
  const path = (text: string): string => {
    const cut = text.lastIndexOf("/");
    return cut === 0 || text.endsWith("/") ? text : `${inside(text.slice(0, Math.max(cut, 0)))}/${text.slice(cut + 1)}`;
  };
  const back = <T extends SecretInfo>(secret: T): T => ({ ...secret, namespace: outside(secret.namespace) });
  const byPath = (a: SecretInfo, b: SecretInfo): number =>
    compareText(joinPath(a.namespace, a.name), joinPath(b.namespace, b.name));
  return {
    ...store,
    head: (namespace, options) => store.head(inside(namespace), options),
    async *list(of, options) {
      yield* (await collect(store.list(scope(of), options))).map(back).sort(byPath);
    },
    async read(of, options) {
      const secret = await store.read(path(of), options);
      return secret === null ? null : back(secret);
    },
    async readAll(of, options) {
      const { secrets, heads } = await store.readAll(scope(of), options);
      return { secrets: secrets.map(back).sort(byPath), heads };
    },
    async commit(namespace, changes, options) {
      const made = await store.commit(inside(namespace), changes, options);
      return { ...made, namespace: outside(made.namespace) };
    },
    history: (of, options) => store.history(path(of), options),
    log: (namespace, options) => store.log(inside(namespace), options),
    purge: (of, versions, options) => store.purge(path(of), versions, options),
  };
}
