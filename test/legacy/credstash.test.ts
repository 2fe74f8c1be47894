import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Sensitive } from "../../src/core/sensitive.js";
import { type Cloud, startCloud, WAYS } from "../aws/cloud.js";
import { findEmulator } from "../aws/emulator.js";
import { FAULTS } from "../aws/proxy/fault.js";
import { type CredstashScene, openCredstashScene, type WireItem } from "./credstash-scene.js";

const source = findEmulator();

interface Vector {
  readonly id: string;
  readonly item_dynamodb_json: WireItem;
  readonly encryption_context: Readonly<Record<string, string>>;
  readonly kms_plaintext_data_key_hex: string;
  readonly expected: { readonly plaintext_utf8_base64: string };
}

interface Mutation {
  readonly id: string;
  readonly item_dynamodb_json: WireItem;
  readonly kms_plaintext_data_key_hex: string;
  readonly original: { readonly exit: number; readonly stdout: string };
}

const { vectors, mutations }: { vectors: Vector[]; mutations: Mutation[] } = JSON.parse(
  readFileSync(new URL("../vectors/legacy/credstash.json", import.meta.url), "utf8"),
);

describe.skipIf(source === null)("coffer as credstash", () => {
  let cloud: Cloud;
  let scene: CredstashScene;
  let key: string;
  beforeAll(async () => {
    if (source === null) return;
    cloud = await startCloud(source);
    scene = openCredstashScene(cloud);
    key = await scene.newKey("alias/credstash");
  });
  afterEach(() => cloud.proxy.plan());
  afterAll(async () => {
    scene.close();
    await cloud.stop();
  });

  /** What a command asked for, in order. */
  async function asked(...args: readonly string[]): Promise<string[]> {
    cloud.proxy.forget();
    await scene.run(args);
    return cloud.proxy.requests.map(({ action }) => action);
  }

  /** Puts an item with its data key wrapped here. */
  async function restore(table: string, item: WireItem, dataKey: string, context = {}): Promise<void> {
    const wrapped = await scene.wrap(key, Buffer.from(dataKey, "hex"), context);
    await scene.put(table, item.key === undefined || item.key.S === "AAAA" ? item : { ...item, key: { S: wrapped } });
  }

  describe("what it reads", () => {
    it("is every item that any release has written", async () => {
      const table = await scene.newTable();
      const read: Record<string, string> = {};
      const expected: Record<string, string> = {};
      for (const vector of vectors) {
        const { item_dynamodb_json: item, encryption_context: context, expected: value } = vector;
        await restore(table, item, vector.kms_plaintext_data_key_hex, context);
        const pairs = Object.entries(context).map((pair) => pair.join("="));
        const version = item.version?.S ?? "";
        const { bytes, code, stderr } = await scene.run([
          "-t",
          table,
          "get",
          "-n",
          "-v",
          version,
          "--",
          item.name?.S ?? "",
          ...pairs,
        ]);
        const isReadable = !/^(MD2|MD4|WHIRLPOOL)$/.test(item.digest?.S ?? "");
        expected[vector.id] = isReadable ? value.plaintext_utf8_base64 : "refused";
        read[vector.id] =
          code === 0 ? bytes.toString("base64") : stderr.includes(item.digest?.S ?? "no") ? "refused" : stderr;
      }
      expect(read).toEqual(expected);
    });

    it("is not what somebody has changed, no less than with credstash", async () => {
      const table = await scene.newTable();
      for (const { id, item_dynamodb_json: item, kms_plaintext_data_key_hex: dataKey, original } of mutations) {
        await restore(table, item, dataKey);
        const { code, stdout } = await scene.run(["-t", table, "get", "-n", "--", item.name?.S ?? ""]);
        expect({ id, code, stdout }).toEqual({ id, code: original.exit, stdout: original.stdout });
      }
    });

    it("may be no text, which is printed as it is", async () => {
      const table = await scene.newTable();
      const store = await scene.open(table);
      const bytes = Uint8Array.of(0xff, 0xfe, 0, 1);
      await store.commit("", [{ op: "put", name: "b", value: Sensitive.from(bytes) }]);
      await store.close();
      expect((await scene.run(["-t", table, "get", "-n", "b"])).bytes).toEqual(Buffer.from(bytes));
      expect(await scene.run(["-t", table, "getall"])).toMatchObject({
        code: 1,
        stdout: "{}\n",
        stderr: expect.stringContaining('"b"'),
      });
    });
  });

  describe("what it asks of AWS", () => {
    let table: string;
    beforeAll(async () => {
      table = await scene.newTable();
      for (const name of ["a", "b"]) {
        for (const version of ["1", "2"]) await scene.must("-t", table, "put", name, "x", "-v", version);
      }
    });

    it.each([
      ["put c x", ["GenerateDataKey", "PutItem"]],
      ["put c x -a", ["Query", "GenerateDataKey", "PutItem"]],
      ["get a", ["Query", "Decrypt"]],
      ["get a -v 1", ["GetItem", "Decrypt"]],
      ["get a*", ["Scan", "Decrypt"]],
      ["getall", ["Scan", "Decrypt", "Decrypt", "Decrypt"]],
      ["getall -v 1", ["Scan", "Decrypt", "Decrypt", "Decrypt"]],
      ["list", ["Scan"]],
      ["keys", ["Scan"]],
      ["setup", ["ListTables"]],
      ["delete c", ["Query", "DeleteItem", "DeleteItem"]],
      ['putall {"d":"1","e":"2"}', ["GenerateDataKey", "PutItem", "GenerateDataKey", "PutItem"]],
      ["get none", ["Query"]],
    ])("%s", async (line, requests) => {
      expect(await asked("-t", table, ...line.split(" "))).toEqual(requests);
    });

    it("is 64 calls of KMS at a time and no more", async () => {
      const many = await scene.newTable();
      const [item = {}] = await scene.items(table);
      await scene.put(many, ...Array.from({ length: 70 }, (_, index) => ({ ...item, name: { S: `n${index}` } })));
      let count = 0;
      let isAnswered = false;
      void cloud.proxy.next("Decrypt").then(() => {
        isAnswered = true;
      });
      cloud.proxy.plan(({ action }) => {
        if (action !== "Decrypt" || isAnswered) return undefined;
        count += 1;
        return { kind: "delay", ms: 1_500 };
      });
      await scene.must("-t", many, "getall");
      expect(count).toBe(64);
    });
  });

  it("makes sixteen versions of sixteen puts at once", async () => {
    const table = await scene.newTable();
    const puts = Array.from({ length: 16 }, (_, index) => scene.run(["-t", table, "put", "-a", "n", `value ${index}`]));
    expect((await Promise.all(puts)).map(({ code }) => code)).toEqual(Array(16).fill(0));
    const listed = (await scene.must("-t", table, "list")).split("\n").slice(0, -1);
    const versions = Array.from({ length: 16 }, (_, index) => String(index + 1).padStart(19, "0"));
    expect(listed).toEqual(versions.map((version) => `n -- version ${version} -- comment `));
    const values = versions.map(async (version) => scene.must("-t", table, "get", "n", "-v", version));
    expect(new Set(await Promise.all(values)).size).toBe(16);
  });

  it("lists and reads 1,005 secrets, big ones too, and deletes many versions, page after page", async () => {
    const table = await scene.newTable();
    const big = "x".repeat(300_000);
    await scene.must("-t", table, "put", "small", "value");
    await scene.must("-t", table, "put", "t", big);
    const items = await scene.items(table);
    const [small = {}, large = {}] = items.sort((a, b) => (a.contents?.S?.length ?? 0) - (b.contents?.S?.length ?? 0));
    await scene.put(table, ...Array.from({ length: 1_000 }, (_, index) => ({ ...small, name: { S: `s${index}` } })));
    // Not more than so much fits into one request.
    for (const name of ["u", "v", "w"]) await scene.put(table, { ...large, name: { S: name } });
    for (const version of ["2", "3", "4", "5"]) await scene.put(table, { ...large, version: { S: version } });
    cloud.proxy.forget();
    expect((await scene.must("-t", table, "list")).split("\n")).toHaveLength(1_010);
    expect((await scene.must("-t", table, "keys")).split("\n")).toHaveLength(1_006);
    const read: Record<string, string> = JSON.parse(await scene.must("-t", table, "getall"));
    expect(Object.values(read).filter((value) => value === "value")).toHaveLength(1_001);
    expect(Object.values(read).filter((value) => value === big)).toHaveLength(4);
    expect(cloud.proxy.requests.filter(({ action }) => action === "Scan").length).toBeGreaterThan(6);
    cloud.proxy.forget();
    expect((await scene.must("-t", table, "delete", "t")).split("\n")).toHaveLength(6);
    expect(cloud.proxy.requests.filter(({ action }) => action === "Query").length).toBeGreaterThan(1);
    expect((await scene.must("-t", table, "keys")).split("\n")).toHaveLength(1_005);
  });

  describe("where an answer is lost", () => {
    it.each(["cutAfter", "internalAfter"] as const)("knows its own put again (%s)", async (fault) => {
      const table = await scene.newTable();
      let left = 1;
      cloud.proxy.plan(({ action }) => (action === "PutItem" && left-- > 0 ? FAULTS[fault] : undefined));
      expect(await scene.must("-t", table, "put", "-a", "n", "x")).toBe("n has been stored\n");
      expect(await scene.items(table)).toHaveLength(1);
    });

    it("does not take another's put for its own", async () => {
      const table = await scene.newTable();
      await scene.must("-t", table, "put", "n", "theirs");
      let left = 1;
      cloud.proxy.plan(({ action }) => (action === "PutItem" && left-- > 0 ? FAULTS.cut : undefined));
      expect((await scene.run(["-t", table, "put", "n", "ours"])).code).toBe(1);
      expect(await scene.must("-t", table, "get", "n")).toBe("theirs\n");
    });

    it("waits where the table is asked more than it was made for", async () => {
      const table = await scene.newTable();
      await scene.must("-t", table, "put", "n", "x");
      let left = 3;
      cloud.proxy.plan(({ action }) => {
        const throttled = {
          kind: "answer",
          when: "before",
          status: 400,
          code: "ProvisionedThroughputExceededException",
        } as const;
        return action === "Query" && left-- > 0 ? throttled : undefined;
      });
      expect(await scene.must("-t", table, "get", "n")).toBe("x\n");
    });
  });

  it.each(WAYS)("opens tables the same way by the SDK and without it (%s)", async (way) => {
    const table = await scene.newTable();
    const store = await scene.open(table, way);
    const value = Sensitive.fromText("x");
    await store.commit("a", [
      { op: "put", name: "n", value },
      { op: "put", name: "n", value, comment: "é" },
    ]);
    expect((await store.read("a/n"))?.comment).toBe("é");
    expect((await store.readAll({ namespace: "a" }, { only: ["n"] })).secrets).toHaveLength(1);
    await expect(store.commit("a", [{ op: "put", name: "n", value, version: "2" }])).rejects.toMatchObject({
      code: "CONFLICT",
    });
    await store.close();
    const nowhere = await scene.open("no-such-table", way);
    await expect(nowhere.read("n")).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: "there is no table no-such-table in us-east-1",
    });
    await nowhere.close();
  });
});
