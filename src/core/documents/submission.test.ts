import { describe, expect, it } from "vitest";
import {
  EPOCH,
  EPOCH_KEY,
  MAC,
  SEALED,
  STORE,
  sampleKey,
  sampleSubmission,
  TIME,
} from "../../testing/sample-documents.js";
import { encodeSubmission, MAX_SUBMITTED, makeSubmissionId, originOf, parseSubmission } from "./submission.js";

const { header, puts } = sampleSubmission();
const encode = (over: object = {}, values: readonly object[] = puts): Uint8Array =>
  // Wrong on purpose, in some of the tests.
  encodeSubmission({ ...header, ...over } as typeof header, values as typeof puts, () => MAC);
const parse = (bytes: Uint8Array | string): unknown => parseSubmission(Buffer.from(bytes), "it");
const INTEGRITY = expect.objectContaining({ code: "INTEGRITY" });

describe("a submission", () => {
  it("is spelt as the format says", () => {
    const key = JSON.stringify(header.key);
    expect(Buffer.from(encode()).toString("utf8")).toBe(
      `{"coffer":1,"kind":"submission","store":"${STORE}","namespace":"prod/billing","id":"${header.id}","time":"${TIME}","author":"ben","message":"why","key":${key}}\n` +
        `{"name":"A","type":"text","comment":"c","expires":"${TIME}","value":"${SEALED}"}\n` +
        `${JSON.stringify(puts[1])}\n` +
        `{"mac":"${MAC}"}\n`,
    );
  });

  it("reads as it was written, its names in byte order", () => {
    const bytes = encode({}, [...puts].reverse());
    const authenticated = Buffer.from(bytes).subarray(0, -(JSON.stringify({ mac: MAC }).length + 1));
    expect(parseSubmission(bytes, "it")).toEqual({ header, puts, mac: MAC, authenticated });
  });

  it("needs neither author, message nor context", () => {
    const { author, message, ...rest } = header;
    const bare = { ...rest, key: sampleKey(EPOCH_KEY, undefined, "inbox") };
    expect(
      parseSubmission(
        encodeSubmission(bare, puts, () => MAC),
        "it",
      ).header,
    ).toEqual(bare);
  });

  it.each([
    ["no value", {}, []],
    [
      "too many values",
      {},
      Array.from({ length: MAX_SUBMITTED + 1 }, (_, index) => ({ ...puts[1], name: `N${index}` })),
    ],
    ["a name twice", {}, [puts[0], puts[0]]],
    ["a name that is none", {}, [{ ...puts[0], name: "a/b" }]],
    ["a version", {}, [{ ...puts[0], version: 1 }]],
    ["a stage", {}, [{ ...puts[0], stage: "next" }]],
    ["another type", {}, [{ ...puts[0], type: "json" }]],
    ["an empty comment", {}, [{ ...puts[0], comment: "" }]],
    ["a purged value", {}, [{ ...puts[0], value: null }]],
    ["a value in a blob", {}, [{ ...puts[0], value: "" }]],
    ["the kind of a head", { kind: "head" }, puts],
    ["a key of an epoch", { key: sampleKey(EPOCH_KEY, undefined, EPOCH) }, puts],
    ["a key of an epoch for its own", { key: sampleKey(EPOCH_KEY, undefined, "inbox/own") }, puts],
    ["a key without wrappings", { key: { ...header.key, wrappings: [] } }, puts],
    [
      "wrappings twice",
      { key: { ...header.key, wrappings: [header.key.wrappings[0], header.key.wrappings[0]] } },
      puts,
    ],
    ["the id of a commit", { id: `c${"0".repeat(64)}` }, puts],
    ["an id in capitals", { id: `s${"0F".repeat(16)}` }, puts],
    ["an empty author", { author: "" }, puts],
    ["a time that is none", { time: "2026-02-30T00:00:00.000Z" }, puts],
    ["an unknown field", { more: 1 }, puts],
  ] as const)("with %s is refused", (_, over, values) => {
    expect(() =>
      parse(
        encode(
          over,
          values.map((value) => ({ ...value })),
        ),
      ),
    ).toThrow(INTEGRITY);
  });

  it.each([
    ["in another order", (lines: string[]) => [lines[0], lines[2], lines[1], lines[3]]],
    ["without its end", (lines: string[]) => lines.slice(0, -1)],
    ["with a line behind its end", (lines: string[]) => [...lines, "{}"]],
    ["with spaces", (lines: string[]) => [lines[0], lines[1]?.replace(":", ": "), lines[2], lines[3]]],
  ])("%s is refused", (_, change) => {
    const lines = Buffer.from(encode()).toString("utf8").trimEnd().split("\n");
    expect(() => parse(`${change(lines).join("\n")}\n`)).toThrow(INTEGRITY);
  });

  it("of another version of the format is UNSUPPORTED", () => {
    expect(() => parse('{"coffer":2,"kind":"submission"}\n')).toThrow(expect.objectContaining({ code: "UNSUPPORTED" }));
  });

  it("is named by 16 bytes, and so in the origin of what is accepted", () => {
    const id = makeSubmissionId(new Uint8Array(16).fill(15));
    expect(id).toBe(header.id);
    expect(originOf(id)).toBe(`inbox/${id}`);
  });
});
