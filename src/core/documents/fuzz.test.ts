import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isCofferError } from "../../errors.js";
import { parseKeyFile } from "../../keys/key-file.js";
import { MAC, STORE, sampleCommit, sampleHead, sampleSubmission } from "../../testing/sample-documents.js";
import { encodeCommit, parseCommit } from "./commit.js";
import { encodeHead, parseHead } from "./head.js";
import { encodeStoreRecord, parseStoreRecord } from "./store-record.js";
import { encodeSubmission, parseSubmission } from "./submission.js";

const head = encodeHead(sampleHead().header, sampleHead().entries, () => MAC);
const commit = encodeCommit(sampleCommit().header, sampleCommit().body, () => MAC).bytes;
const record = encodeStoreRecord(STORE);
const submission = encodeSubmission(sampleSubmission().header, sampleSubmission().puts, () => MAC);

const parsers: readonly (readonly [string, (bytes: Uint8Array) => unknown, Uint8Array])[] = [
  ["head", (bytes) => parseHead(bytes, "it"), head],
  ["commit", (bytes) => parseCommit(bytes, "it"), commit],
  ["store record", parseStoreRecord, record],
  ["submission", (bytes) => parseSubmission(bytes, "it"), submission],
];

const NASTY = [
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "coffer",
  "kind",
  "keys",
  "changes",
  "op",
  "name",
];

/** JSON with keys that mean something, in JavaScript or here. */
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom<unknown>(null, true, 0, -0, 1, -1, 1.5, 2 ** 53, "", "put", "head", "commit", STORE, MAC),
    fc.string(),
    fc.array(tie("value"), { maxLength: 4 }),
    fc
      .array(fc.tuple(fc.oneof(fc.constantFrom(...NASTY), fc.string()), tie("value")), { maxLength: 5 })
      .map((pairs) => Object.fromEntries(pairs)),
  ),
})).value;

describe.each(parsers)("the parser of a %s", (_, parse, whole) => {
  it("reads what was written", () => {
    expect(parse(whole)).toBeDefined();
  });

  it("answers any bytes with a document, INTEGRITY or UNSUPPORTED", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => refusesProperly(parse, bytes)));
  });

  it("answers any lines of JSON so", () => {
    const text = fc
      .array(json, { maxLength: 4 })
      .map((lines) => lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    fc.assert(
      fc.property(text, fc.boolean(), (lines, announced) => {
        refusesProperly(parse, Buffer.from(announced ? `{"coffer":1}\n${lines}` : lines));
      }),
      { numRuns: 300 },
    );
  });

  it("answers a document with any field or element replaced so, and takes none that is spelt otherwise", () => {
    const lines = Buffer.from(whole).toString("utf8").trimEnd().split("\n");
    fc.assert(
      fc.property(fc.nat(), fc.nat(), json, (which, where, value) => {
        const at = which % lines.length;
        const tree: unknown = JSON.parse(lines[at] ?? "");
        const changed = JSON.stringify(replaceNode(tree, { left: where % 120 }, value));
        const text = `${lines.map((line, index) => (index === at ? changed : line)).join("\n")}\n`;
        refusesProperly(parse, Buffer.from(text));
      }),
      { numRuns: 1000 },
    );
  });

  it("answers a document with bytes changed, cut out or put in so", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 8 }), fc.uint8Array({ maxLength: 8 }), (at, out, put) => {
        const start = at % whole.byteLength;
        const bytes = Buffer.concat([whole.subarray(0, start), put, whole.subarray(start + out)]);
        refusesProperly(parse, bytes);
      }),
      { numRuns: 1000 },
    );
  });

  it("refuses a document that is cut anywhere", () => {
    for (let length = 0; length < whole.byteLength; length++) {
      expect(() => parse(whole.subarray(0, length))).toThrow(expect.objectContaining({ code: "INTEGRITY" }));
    }
  });

  it.each([
    ["lists", "[", "]"],
    ["objects", '{"keys":', "}"],
    ["__proto__", '{"__proto__":', "}"],
  ])("refuses %s a hundred thousand deep", (_name, open, close) => {
    const deep = `${open.repeat(100_000)}1${close.repeat(100_000)}`;
    const texts = [deep, `${deep}\n`, `{"coffer":1,"keys":${deep}}\n{}\n`, `{"coffer":1}\n${deep}\n${deep}\n`];
    for (const text of texts)
      expect(() => parse(Buffer.from(text))).toThrow(expect.objectContaining({ code: "INTEGRITY" }));
  });
});

describe("the parser of a key file", () => {
  it("has null for any bytes that are none", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(parseKeyFile(bytes)).toBeNull();
      }),
    );
  });
});

/** What is not refused must be spelt as the parsers' counterparts spell it: nothing here changes values only. */
function refusesProperly(parse: (bytes: Uint8Array) => unknown, bytes: Uint8Array): void {
  try {
    parse(bytes);
  } catch (error) {
    if (!isCofferError(error, "INTEGRITY") && !isCofferError(error, "UNSUPPORTED")) throw error;
  }
  expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
}

/** The tree with its nth node, counted in reading order, replaced. */
function replaceNode(tree: unknown, counter: { left: number }, value: unknown): unknown {
  counter.left -= 1;
  if (counter.left < 0 && counter.left > -2) return value;
  if (Array.isArray(tree)) return tree.map((item) => replaceNode(item, counter, value));
  if (typeof tree !== "object" || tree === null) return tree;
  return Object.fromEntries(Object.entries(tree).map(([field, item]) => [field, replaceNode(item, counter, value)]));
}
