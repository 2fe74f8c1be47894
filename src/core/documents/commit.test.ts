import { describe, expect, it } from "vitest";
import {
  EPOCH_KEY,
  HASH,
  MAC,
  NONCE,
  OTHER_HASH,
  OTHER_SEALED,
  OWN_KEYS,
  SEALED,
  sampleCommit,
  sampleId,
  sampleKey,
} from "../../testing/sample-documents.js";
import { sha256 } from "../ciphers.js";
import { commitIdOf, encodeCommit, parseCommit, sealedChanges } from "./commit.js";
import { makeEpoch } from "./fields.js";

type Json = Record<string, unknown>;
type Changing = (header: Json, body: Json) => void;

const integrity = expect.objectContaining({ code: "INTEGRITY" });
const TRAILER = `{"mac":"${MAC}","signatures":[]}\n`;
const parse = (text: string) => parseCommit(Buffer.from(text), "commits/test");

/** A commit as text, changed as a test likes. */
function commitText(change: Changing = () => {}, trailer = TRAILER): string {
  const { header, body } = structuredClone(sampleCommit());
  const lines: [Json, Json] = [{ ...header }, { ...body }];
  change(...lines);
  return `${lines.map((line) => `${JSON.stringify(line)}\n`).join("")}${trailer}`;
}

/** The commit with these changes alone, all of whose values are sealed under the epoch key. */
function only(changes: Json[], values: unknown[] = []): Changing {
  return (header, body) => {
    Object.assign(header, { changes });
    Object.assign(body, { keys: [sampleKey(EPOCH_KEY)], values });
  };
}

function first(more: Json): Changing {
  return (header) => void Object.assign(header, more);
}

function second(more: Json): Changing {
  return (_, body) => void Object.assign(body, more);
}

const PUT: Json = { op: "put", name: "A", version: 1, type: "text", key: EPOCH_KEY, hash: HASH };
const SAMPLE_KEYS = sampleCommit().body.keys;

describe("a commit", () => {
  it("is read as it was written, with every kind of change", () => {
    const { header, body } = sampleCommit();
    const { id, bytes } = encodeCommit(header, body, () => MAC);
    const commit = parseCommit(bytes, "commits/test");
    expect(commit).toMatchObject({ id, header, body, mac: MAC });
    expect(sealedChanges(commit.header).map(({ name }) => name)).toEqual(["A", "B", "F"]);
  });

  it("is known by the hash of its header, whatever stands behind that", () => {
    const { header, body } = sampleCommit();
    const { id, bytes } = encodeCommit(header, body, () => MAC);
    const headerLine = Buffer.from(bytes).subarray(0, bytes.indexOf(0x0a) + 1);
    const digest = sha256(Buffer.from("coffer commit 1\0"), headerLine);
    expect(id).toBe(`c${Buffer.from(digest).toString("hex")}`);
    expect(commitIdOf(headerLine)).toBe(id);
    expect(encodeCommit(header, { ...body, values: [null, null, null] }, () => NONCE).id).toBe(id);
    expect(encodeCommit({ ...header, message: "other" }, body, () => MAC).id).not.toBe(id);
  });

  it("is under a MAC of header and body", () => {
    const { header, body } = sampleCommit();
    let signed = "";
    const { bytes } = encodeCommit(header, body, (covered) => {
      signed = Buffer.from(covered).toString("utf8");
      return MAC;
    });
    expect(signed.split("\n")).toHaveLength(3);
    expect(Buffer.from(bytes).toString("utf8")).toBe(signed + TRAILER);
    expect(Buffer.from(parseCommit(bytes, "x").authenticated).toString("utf8")).toBe(signed);
  });

  it.each<[string, Changing]>([
    ["nothing changed", only([])],
    ["one name several times", only([PUT, putOf({ version: 2, earlier: [3] })], [SEALED, SEALED])],
    ["all values purged and their keys gone", second({ keys: [sampleKey(EPOCH_KEY)], values: [null, null, null] })],
    ["all values purged and their keys still there", second({ values: [null, null, null] })],
    [
      "no author and no message",
      (header) => {
        Reflect.deleteProperty(header, "author");
        Reflect.deleteProperty(header, "message");
      },
    ],
    ["an origin of which only the version is known", only([putOf({ origin: { version: "v1" } })], [SEALED])],
  ])("may have %s", (_, change) => {
    expect(parse(commitText(change)).header.sequence).toBe(3);
  });

  it("may be the first, which has no ancestors", () => {
    const text = commitText((header, body) => {
      only([PUT], [SEALED])(header, body);
      Object.assign(header, { sequence: 1, ancestors: [] });
    });
    expect(parse(text).header.ancestors).toEqual([]);
  });

  it.each<[string, Changing]>([
    ["is a head", first({ kind: "head" })],
    ["has a key id that is none", first({ key: "k" })],
    ["has a sequence of 0", first({ sequence: 0 })],
    ["lacks an ancestor", first({ ancestors: [sampleId(2)] })],
    ["has an ancestor too many", first({ ancestors: [2, 1, 0].map(sampleId) })],
    ["has an empty author", first({ author: "" })],
    ["has an author that is too long", first({ author: "é".repeat(128) })],
    ["has an empty message", first({ message: "" })],
    ["has a message that is too long", first({ message: "x".repeat(4097) })],
    ["has a message of half a surrogate pair", first({ message: "\udc00" })],
    ["has a time of no real date", first({ time: "2026-02-29T00:00:00.000Z" })],
    ["has a time with an offset", first({ time: "2026-01-31T12:00:00.000+00:00" })],
    ["has no list of changes", first({ changes: {} })],
    ["has an unknown field", first({ more: 1 })],
    ["has an unknown field in its body", second({ more: 1 })],
    ["has an epoch key that its header does not name", first({ key: OWN_KEYS[0] })],
    ["has an epoch key with a context", second({ keys: [sampleKey(EPOCH_KEY, ["app"]), ...SAMPLE_KEYS.slice(1)] })],
    ["has the epoch key twice", second({ keys: [SAMPLE_KEYS[0], ...SAMPLE_KEYS] })],
    ["has an own key twice", second({ keys: [...SAMPLE_KEYS, SAMPLE_KEYS[2]] })],
    ["has own keys in another order", second({ keys: [SAMPLE_KEYS[0], SAMPLE_KEYS[2], SAMPLE_KEYS[1]] })],
    ["lacks a key that a value names", second({ keys: SAMPLE_KEYS.slice(0, 2) })],
    [
      "has a key that no value names",
      second({ keys: [...SAMPLE_KEYS, sampleKey(`k${Buffer.alloc(32, 99).toString("base64url")}`)] }),
    ],
    [
      "has a key of an epoch that has not begun",
      second({
        keys: [SAMPLE_KEYS[0], SAMPLE_KEYS[1], sampleKey(OWN_KEYS[1], undefined, makeEpoch(4, new Uint8Array(16)))],
      }),
    ],
    ["has a key without wrappings", second({ keys: [{ ...SAMPLE_KEYS[0], wrappings: [] }, ...SAMPLE_KEYS.slice(1)] })],
    ["has a key wrapped twice by one", second({ keys: [wrappedBy("a", "a"), ...SAMPLE_KEYS.slice(1)] })],
    ["has wrappings in another order", second({ keys: [wrappedBy("b", "a"), ...SAMPLE_KEYS.slice(1)] })],
    ["has 17 wrappings", second({ keys: [wrappedBy(..."abcdefghijklmnopq"), ...SAMPLE_KEYS.slice(1)] })],
    [
      "has an empty wrapping",
      second({ keys: [{ ...SAMPLE_KEYS[0], wrappings: [{ by: "a", wrapped: "" }] }, ...SAMPLE_KEYS.slice(1)] }),
    ],
    ["has a value less than changes", second({ values: [SEALED, ""] })],
    ["has a value more than changes", second({ values: [SEALED, "", SEALED, null] })],
    ["has another value than its change says", second({ values: [OTHER_SEALED, "", SEALED] })],
    ["has a value inline that its change says is in a blob", second({ values: [SEALED, OTHER_SEALED, SEALED] })],
    ["has a value in a blob that its change says is inline", second({ values: ["", "", SEALED] })],
    ["has a value that is too short for any", second({ values: [SEALED.slice(0, -4), "", SEALED] })],
    ["has a value with another spelling", second({ values: [`${SEALED}=`, "", SEALED] })],
    ["has a put under a key with another context", only([putOf({ context: ["app"] })], [SEALED])],
    ["has a put without a key", only([putOf({ key: null })], [SEALED])],
    ["has a put that points into the future", only([putOf({ version: 2, earlier: [4] })], [SEALED])],
    ["has a put with `earlier` that rises", only([putOf({ version: 3, earlier: [1, 2] })], [SEALED])],
    [
      "has a put with more of `earlier` than there are versions",
      only([putOf({ version: 2, earlier: [2, 1] })], [SEALED]),
    ],
    ["has a put with an empty `earlier`", only([putOf({ version: 2, earlier: [] })], [SEALED])],
    ["has a put with `inBlob` that is false", only([putOf({ inBlob: false })], [SEALED])],
    ["has a put of version 0", only([putOf({ version: 0 })], [SEALED])],
    ["has a put with an empty stage", only([putOf({ stage: "" })], [SEALED])],
    ["has a put with an empty origin", only([putOf({ origin: {} })], [SEALED])],
    ["has an origin with an empty version", only([putOf({ origin: { version: "" } })], [SEALED])],
    ["has a delete that points into the future", only([{ op: "delete", name: "A", version: 2, earlier: [4] }])],
    ["has a delete with a value", only([{ op: "delete", name: "A", version: 2 }], [SEALED])],
    ["has a promote without a stage", only([{ op: "promote", name: "A", version: 1 }])],
    ["has a move with a hash", only([{ op: "move", name: "A", version: 1, hash: HASH }])],
    [
      "has a reseal with a context",
      only([{ op: "reseal", name: "A", version: 1, context: ["app"], key: EPOCH_KEY, hash: HASH }], [SEALED]),
    ],
    ["has a purge of nothing", only([{ op: "purge", name: "A", versions: [] }])],
    [
      "has a purge of ranges that touch",
      only([
        {
          op: "purge",
          name: "A",
          versions: [
            [1, 2],
            [3, 4],
          ],
        },
      ]),
    ],
    ["has an operation that is none", only([{ op: "rename", name: "A" }])],
    ["has an operation named as what every object has", only([{ op: "constructor", name: "A" }])],
    ["has an operation named __proto__", only([{ op: "__proto__", name: "A" }])],
    ["has a change that is null", first({ changes: [null] })],
    ["has a change that is a list", first({ changes: [["put"]] })],
    ["has a change of no operation", only([{ name: "A" }])],
  ])("is refused where it %s", (_, change) => {
    expect(parse(commitText()).header.changes).toHaveLength(9);
    expect(() => parse(commitText(change))).toThrow(integrity);
  });

  it.each([
    ["no trailer", ""],
    ["an empty trailer", "{}\n"],
    ["a trailer without signatures", `{"mac":"${MAC}"}\n`],
    ["a signature", `{"mac":"${MAC}","signatures":["x"]}\n`],
    ["a MAC of another length", `{"mac":"${NONCE}","signatures":[]}\n`],
    ["a line more", `${TRAILER}{}\n`],
    ["no last line feed", TRAILER.trimEnd()],
  ])("is refused with %s", (_, trailer) => {
    expect(() => parse(commitText(() => {}, trailer))).toThrow(integrity);
  });

  it("is refused with more than 16,384 changes", () => {
    const forgets = (count: number): Json[] =>
      Array.from({ length: count }, (_, index) => ({ op: "forget", name: `N${index}` }));
    expect(parse(commitText(only(forgets(16_384)))).header.changes).toHaveLength(16_384);
    expect(() => parse(commitText(only(forgets(16_385))))).toThrow(integrity);
  });

  it("of another format is UNSUPPORTED", () => {
    expect(() => parse(commitText(first({ coffer: 2 })))).toThrow(expect.objectContaining({ code: "UNSUPPORTED" }));
  });

  it("takes the values that blobs and bodies hold by their own hashes", () => {
    const swapped = only([putOf({ hash: OTHER_HASH })], [OTHER_SEALED]);
    expect(parse(commitText(swapped)).body.values).toEqual([OTHER_SEALED]);
  });
});

/** A put with other fields, in the order of the format. */
function putOf(more: Json): Json {
  const order = ["op", "name", "version", "stage", "type", "comment", "expires", "context", "origin", "key", "hash"];
  const fields: Json = { ...PUT, ...more };
  const sorted = [...order, "inBlob", "earlier"].filter((field) => field in fields);
  return Object.fromEntries(sorted.map((field) => [field, fields[field]]));
}

function wrappedBy(...names: string[]): unknown {
  return { ...SAMPLE_KEYS[0], wrappings: names.map((by) => ({ by, wrapped: "AAAA" })) };
}
