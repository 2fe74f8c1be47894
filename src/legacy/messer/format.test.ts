import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Sensitive } from "../../core/sensitive.js";
import { openData, openItem, parseItem, parseKeyVersion, sealData, sealItem } from "./format.js";
import { plaintextAnew, readNewItem, showOpened, showSealed } from "./item-documents.js";

interface ItemVector {
  readonly label: string;
  /** Null for one that messer sealed anew. */
  readonly source_file: string | null;
  readonly stored_body: string;
  readonly encrypted_data_decoded: string;
  readonly data_key_object: { readonly kms_plaintext_b64: string };
  readonly plaintext: string;
  readonly show_stdout: string;
  readonly show_decrypt_stdout: string;
  readonly flags: readonly string[];
}

interface Vectors {
  readonly items: readonly ItemVector[];
  readonly keys_bucket_objects: Readonly<Record<string, { readonly kms_plaintext_b64?: string }>>;
  readonly rotate: { readonly before: string; readonly after: string };
  readonly library_deterministic: readonly {
    readonly plaintext: string;
    readonly key_name: string;
    readonly key_version: number | string;
    readonly iv_b64: string;
    readonly data_key_b64: string;
    readonly encrypted_data: string;
  }[];
}

const file = new URL("../../../test/vectors/legacy/messer.json", import.meta.url);
// The file is ours, and every field is compared.
const vectors = JSON.parse(readFileSync(file, "utf8")) as Vectors;
const keyFrom = (base64: string): Sensitive => Sensitive.from(Buffer.from(base64, "base64"));
const textOf = (value: Sensitive): string => Buffer.from(value.reveal()).toString("utf8");
const parse = (body: string): ReturnType<typeof parseItem> => parseItem(Buffer.from(body), "bag1/item");

describe("items that messer wrote", () => {
  test.each(vectors.items)("$label is opened, and shown as messer shows it", (vector) => {
    const item = parse(vector.stored_body);
    const plaintext = openItem(item, keyFrom(vector.data_key_object.kms_plaintext_b64));
    expect(textOf(plaintext)).toBe(vector.plaintext);
    expect(`${showSealed(item)}\n`).toBe(vector.show_stdout);
    expect(`${textOf(showOpened(item, plaintext))}\n`).toBe(vector.show_decrypt_stdout);
  });

  test.each(vectors.items)("$label is written with the same bytes, given its data key and IV", (vector) => {
    const { id, plaintext } = readNewItem(vector.source_file ?? vector.plaintext);
    const { iv, key_version, key_name } = JSON.parse(vector.encrypted_data_decoded);
    const dataKey = keyFrom(vector.data_key_object.kms_plaintext_b64);
    const sealed = sealItem({
      id,
      plaintext,
      keyName: key_name,
      keyVersion: key_version,
      dataKey,
      iv: Buffer.from(iv, "base64"),
    });
    expect(Buffer.from(sealed).toString("latin1")).toBe(vector.stored_body);
  });

  test("one that messer rotated holds what we seal when we rotate", () => {
    const [before, after] = [parse(vectors.rotate.before), parse(vectors.rotate.after)];
    const dataKey = (version: number): Sensitive =>
      keyFrom(vectors.keys_bucket_objects[`k1/${version}`]?.kms_plaintext_b64 ?? "");
    expect([before.key, after.key]).toEqual([
      { name: "k1", version: 0 },
      { name: "k1", version: 2 },
    ]);
    const anew = plaintextAnew(before, openItem(before, dataKey(0)));
    expect(textOf(anew)).toBe(textOf(openItem(after, dataKey(2))));
  });

  test.each(vectors.library_deterministic)("ciphertext $encrypted_data", (vector) => {
    const { plaintext, key_name: keyName, key_version: keyVersion, iv_b64, data_key_b64, encrypted_data } = vector;
    const dataKey = keyFrom(data_key_b64);
    const given = { plaintext: Sensitive.fromText(plaintext), keyName, keyVersion, dataKey };
    expect(sealData({ ...given, iv: Buffer.from(iv_b64, "base64") })).toBe(encrypted_data);
    expect(textOf(openData(encrypted_data, dataKey, "it"))).toBe(plaintext);
  });
});

describe("an item", () => {
  const dataKey = Sensitive.from(new Uint8Array(32).fill(7));
  const seal = (text: string): string => {
    const { id, plaintext } = readNewItem(text);
    return Buffer.from(sealItem({ id, plaintext, keyName: "k1", keyVersion: 3, dataKey })).toString("latin1");
  };

  test.each([
    [0n, 0],
    [10n, 10],
    ["0", 0],
    [" 12 ", 12],
    ["+1", 1],
    ["latest", 0],
    ["", null],
    ["1.0", null],
    ["abc", null],
    [-1n, null],
    [1.5, null],
    [null, null],
    [undefined, null],
  ])("that names the version %s means %s", (written, version) => {
    expect(parseKeyVersion(written)).toBe(version);
  });

  test("is sealed with another IV each time", () => {
    expect(seal('{"id": "a"}')).not.toBe(seal('{"id": "a"}'));
  });

  test("with fields of the key's names keeps them when it is sealed anew", () => {
    const item = parse(seal('{"id": "clash", "key_name": "evil", "key_version": 99}'));
    const plaintext = openItem(item, dataKey);
    expect(textOf(plaintextAnew(item, plaintext))).toBe(textOf(plaintext));
    expect(textOf(showOpened(item, plaintext))).toContain('"key_name": "evil"');
  });

  test.each([
    ["7", "7"],
    ["null", "None"],
    ["true", "True"],
    ['"a b+c%d"', "a b+c%d"],
    ['"sub/item"', "sub/item"],
  ])("whose id is %s lies at %s", (id, name) => {
    expect(readNewItem(`{"id": ${id}}`).name).toBe(name);
  });

  test.each([
    "[1]",
    '"x"',
    "{}",
    '{"a": 1}',
    '{"id": ""}',
    '{"id": "/a"}',
    '{"id": "a/"}',
    '{"id": "a//b"}',
    '{"id": "hé"}',
    '{"id": [1]}',
  ])("that is %s is refused", (text) => {
    expect(() => readNewItem(text)).toThrow(expect.objectContaining({ code: "INVALID" }));
  });

  test("in which anything was changed does not open, and the error repeats nothing of it", () => {
    const body = seal('{"id": "a", "password": "canary-81c2"}');
    const inner = JSON.parse(Buffer.from(JSON.parse(body).encrypted_data, "base64").toString());
    for (const field of ["encrypted_secret", "iv", "tag"]) {
      const bytes = Buffer.from(inner[field], "base64");
      for (const changed of [bytes.subarray(1), Buffer.from(bytes.map((byte) => byte ^ 1))]) {
        const data = Buffer.from(JSON.stringify({ ...inner, [field]: changed.toString("base64") }));
        const item = parse(JSON.stringify({ ...JSON.parse(body), encrypted_data: data.toString("base64") }));
        expect(() => openItem(item, dataKey)).toThrow(expect.objectContaining({ code: "INTEGRITY" }));
        expect(() => openItem(item, dataKey)).not.toThrow("canary");
      }
    }
  });

  test.each(["", "nothing", "[]", "\u00ff", "{"])("that is %j is none of messer's", (body) => {
    expect(() => parse(body)).toThrow(expect.objectContaining({ code: "INTEGRITY" }));
  });

  test("that names no data key says so", () => {
    expect(parse('{"id": "x"}').key).toBeNull();
    expect(parse('{"id": "x", "key_name": 1, "key_version": 0}').key).toBeNull();
  });
});
