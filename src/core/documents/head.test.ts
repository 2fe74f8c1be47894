import { describe, expect, it } from "vitest";
import {
  EPOCH_KEY,
  HASH,
  MAC,
  OTHER_SEALED,
  OWN_KEYS,
  SEALED,
  sampleHead,
  sampleId,
  sampleKey,
  TIME,
} from "../../testing/sample-documents.js";
import { MAX_HEAD_BYTES, makeEpoch } from "./fields.js";
import { encodeHead, hashOf, liveVersions, parseHead } from "./head.js";

type Json = Record<string, unknown>;
type Changing = (header: Json, entries: Json[]) => void;

/** A head as text, each line changed as a test likes. */
function headText(change: (header: Json, entries: Json[]) => void = () => {}, trailer = `{"mac":"${MAC}"}\n`): string {
  const { header, entries } = structuredClone(sampleHead());
  const lines: Json[] = [...entries.map((entry) => ({ ...entry }))];
  const first: Json = { ...header };
  change(first, lines);
  return `${[first, ...lines].map((line) => `${JSON.stringify(line)}\n`).join("")}${trailer}`;
}

const parse = (text: string) => parseHead(Buffer.from(text), "heads/test");
const integrity = expect.objectContaining({ code: "INTEGRITY" });

/** Changes a version of an entry: current, or what is staged. */
function version(entry: Json | undefined, more: Json, which: "current" | "staged" = "current"): void {
  if (entry === undefined) throw new TypeError("there is no such entry");
  const field = entry[which];
  if (Array.isArray(field)) entry[which] = field.map((item: Json) => ({ ...item, ...more }));
  else entry[which] = { ...(field as Json), ...more };
}

describe("a head", () => {
  it("is read as it was written, its entries in order", () => {
    const { header, entries } = sampleHead();
    const bytes = encodeHead(header, [...entries].reverse(), () => MAC);
    const head = parseHead(bytes, "heads/test");
    expect(head.header).toEqual(header);
    expect([...head.entries.values()]).toEqual(entries);
    expect([...head.entries.keys()]).toEqual(["A", "B", "C"]);
    expect(head.mac).toBe(MAC);
  });

  it("is under a MAC of all bytes before its last line", () => {
    const { header, entries } = sampleHead();
    let signed = "";
    const bytes = encodeHead(header, entries, (covered) => {
      signed = Buffer.from(covered).toString("utf8");
      return MAC;
    });
    expect(Buffer.from(parseHead(bytes, "x").authenticated).toString("utf8")).toBe(signed);
    expect(Buffer.from(bytes).toString("utf8")).toBe(`${signed}{"mac":"${MAC}"}\n`);
  });

  it("has the values that are current or staged, and their hashes, wherever they lie", () => {
    const live = [...liveVersions(sampleHead().entries)];
    expect(live.map(({ version: number }) => number)).toEqual([3, 4, 5]);
    expect(live.slice(0, 2).map(hashOf)).toEqual([HASH, HASH]);
  });

  it("may have no names at all", () => {
    const text = headText((header, entries) => {
      entries.length = 0;
      header.keys = [sampleKey(EPOCH_KEY)];
    });
    expect(parse(text).entries.size).toBe(0);
  });

  it("may have a name that is neither current nor staged", () => {
    const text = headText((header, entries) => {
      entries.splice(0, 2);
      header.keys = [sampleKey(EPOCH_KEY)];
      delete entries[0]?.current;
    });
    expect(parse(text).entries.get("C")).toEqual({ name: "C", top: 2, made: [3, 1] });
  });

  it("may have purged a deletion", () => {
    const text = headText((_, entries) => {
      entries[2] = { name: "C", top: 2, made: [3, 1], purged: [[1, 2]], current: entries[2]?.current };
    });
    expect(parse(text).entries.get("C")?.purged).toEqual([[1, 2]]);
  });

  it.each<[string, Changing]>([
    ["is a commit", first({ kind: "commit" })],
    ["has a store id of another length", first({ store: "AAAA" })],
    ["has what can be no namespace", first({ namespace: "a//b" })],
    ["has what can be no epoch", first({ epoch: MAC })],
    ["has a sequence of 0", first({ sequence: 0 })],
    ["has a sequence that is no whole number", first({ sequence: 5.5 })],
    ["has a sequence as text", first({ sequence: "5" })],
    ["has a sequence beyond 2⁵³−1", first({ sequence: 2 ** 53 })],
    ["has a commit id in capitals", first({ commit: sampleId(0xabc).toUpperCase() })],
    ["lacks an ancestor", first({ ancestors: [3, 2, 1].map(sampleId) })],
    ["has an ancestor too many", first({ ancestors: [4, 3, 2, 1, 0].map(sampleId) })],
    ["has a nonce that is null", first({ nonce: null })],
    ["lacks a field", omit("nonce")],
    ["has a floor of 0", first({ floor: 0 })],
    ["has a floor of null", first({ floor: null })],
    ["has no keys", first({ keys: [] })],
    ["has an unknown field", first({ more: 1 })],
    [
      "has a field named __proto__",
      (header) => void Object.defineProperty(header, "__proto__", { value: {}, enumerable: true }),
    ],
    ["has fields in another order", moveLast("nonce")],
    ["lacks a key that a value names", first({ keys: [sampleKey(EPOCH_KEY)] })],
    ["has a key that no value names", first({ keys: keys(OWN_KEYS[1]) })],
    ["has a key without the context of its value", first({ keys: keys2(sampleKey(OWN_KEYS[0])) })],
    ["has a key with another context", first({ keys: keys2(sampleKey(OWN_KEYS[0], ["app"])) })],
    ["has an epoch key of another epoch", first({ epoch: makeEpoch(1, new Uint8Array(16)) })],
    [
      "is of an epoch that has not begun",
      (header) => {
        const epoch = makeEpoch(6, new Uint8Array(16));
        header.epoch = epoch;
        header.keys = [sampleKey(EPOCH_KEY, undefined, epoch), sampleKey(OWN_KEYS[0], ["app", "zone"])];
      },
    ],
    ["has a name twice", (_, entries) => void entries.splice(1, 0, { ...entries[0] })],
    ["has names in another order", (_, entries) => void entries.reverse()],
    ["has what can be no name", entry(0, { name: "a/b" })],
    ["has a top of 0", entry(2, { top: 0 })],
    ["has a name that was never made", entry(2, { made: [] })],
    ["has more of `made` than there are versions", entry(2, { made: [3, 1, 1] })],
    ["has `made` that rises", entry(2, { made: [1, 3] })],
    ["has `made` above its sequence", (_, entries) => void entries.splice(2, 1, { name: "C", top: 2, made: [6, 1] })],
    [
      "has ranges that overlap",
      entry(0, {
        purged: [
          [1, 2],
          [2, 2],
        ],
      }),
    ],
    [
      "has ranges without a gap",
      entry(0, {
        purged: [
          [1, 1],
          [2, 2],
        ],
      }),
    ],
    ["has a range that falls", entry(0, { purged: [[2, 1]] })],
    ["has a range of one number", entry(0, { purged: [[1]] })],
    ["has a range from 0", entry(0, { purged: [[0, 1]] })],
    ["has no ranges where there is a list of them", entry(0, { purged: [] })],
    ["has purged above top", purged(2, [[1, 3]])],
    ["has purged what is current", entry(0, { purged: [[1, 3]] })],
    ["has purged what is staged", purged(1, [[5, 5]])],
    ["has a current version above top", (_, entries) => version(entries[0], { version: 4 })],
    ["has a version that `made` says was of another commit", (_, entries) => version(entries[0], { sequence: 4 })],
    [
      "has a version that `made` does not reach, of a later commit",
      (_, entries) => {
        entry(2, { made: [3] })({}, entries);
        version(entries[2], { version: 1, sequence: 6 });
      },
    ],
    ["has a blob of a later commit", (_, entries) => version(entries[1], { blob: 6 })],
    ["has a version twice", (_, entries) => version(entries[1], { version: 4 }, "staged")],
    ["has a stage that is none", (_, entries) => version(entries[1], { stage: "a b" }, "staged")],
    ["has a deleted version staged", (_, entries) => version(entries[1], { deleted: true }, "staged")],
    ["has a deleted version that has a value", (_, entries) => version(entries[2], { value: SEALED })],
    ["has a version that is deleted: false", (_, entries) => version(entries[2], { deleted: false })],
    ["has a value and a blob", (_, entries) => version(entries[0], { blob: 5, hash: HASH })],
    [
      "has a value shorter than any",
      (_, entries) => version(entries[0], { value: Buffer.alloc(111).toString("base64url") }),
    ],
    ["has a value with padding", (_, entries) => version(entries[0], { value: `${SEALED}=` })],
    ["has a type that is none", (_, entries) => version(entries[0], { type: "json" })],
    ["has an empty comment", (_, entries) => version(entries[0], { comment: "" })],
    ["has a comment of half a surrogate pair", (_, entries) => version(entries[0], { comment: "\ud800" })],
    ["has a comment that is too long", (_, entries) => version(entries[0], { comment: "x".repeat(1025) })],
    ["has a time without milliseconds", (_, entries) => version(entries[0], { time: "2026-01-31T12:00:00Z" })],
    ["has a time of no real date", (_, entries) => version(entries[0], { time: "2026-02-30T12:00:00.000Z" })],
    ["has a leap second", (_, entries) => version(entries[0], { time: "2016-12-31T23:59:60.000Z" })],
    ["has a time of the year 0", (_, entries) => version(entries[0], { expires: "0000-01-01T00:00:00.000Z" })],
    ["has an empty context", (_, entries) => version(entries[1], { context: [] })],
    ["has a context in another order", (_, entries) => version(entries[1], { context: ["zone", "app"] })],
    ["has a context that names one twice", (_, entries) => version(entries[1], { context: ["app", "app"] })],
    ["has a reserved context name", (_, entries) => version(entries[1], { context: ["aws:x"] })],
    ["has a key id without its letter", (_, entries) => version(entries[0], { key: MAC })],
    ["has nothing staged where there is a list of it", entry(1, { staged: [] })],
    [
      "has one stage twice",
      (_, entries) => {
        const staged = {
          stage: "next",
          version: 5,
          sequence: 4,
          commit: sampleId(4),
          time: TIME,
          type: "text",
          key: EPOCH_KEY,
        };
        entries[1] = {
          ...entries[1],
          staged: [3, 5].map((number) => ({ ...staged, version: number, value: OTHER_SEALED })),
        };
      },
    ],
  ])("is refused where it %s", (_, change) => {
    expect(parse(headText()).entries.size).toBe(3);
    expect(() => parse(headText(change))).toThrow(integrity);
  });

  it.each([
    ["nothing", ""],
    ["one line only", `${headText().split("\n")[0]}\n`],
    ["no last line feed", headText().trimEnd()],
    ["a byte after the last line", `${headText()} `],
    ["an empty line at the end", `${headText()}\n`],
    ["an empty line in the middle", headText().replace("\n", "\n\n")],
    ["carriage returns", headText().replaceAll("\n", "\r\n")],
    ["a byte order mark", `\ufeff${headText()}`],
    ["a space in it", headText().replace('"kind":', '"kind": ')],
    ["a field twice", headText().replace('"kind":"head"', '"kind":"head","kind":"head"')],
    ["a number as 5.0", headText().replace('"sequence":5', '"sequence":5.0')],
    ["a number as 5e0", headText().replace('"sequence":5', '"sequence":5e0')],
    ["an escape that is not needed", headText().replace('"why"', '"wh\\u0079"')],
    ["an escaped slash", headText().replace("prod/billing", "prod\\/billing")],
    ["capitals in an escape", headText(() => {}).replace('"why"', '"\\u001F"')],
    ["no MAC", headText(() => {}, "{}\n")],
    ["a MAC and more", headText(() => {}, `{"mac":"${MAC}","more":1}\n`)],
    ["no trailer", headText(() => {}, "")],
    ["bytes that are no UTF-8", ""],
  ])("is refused with %s", (how, text) => {
    const bytes =
      how === "bytes that are no UTF-8"
        ? Buffer.from(headText().replace("why", "wh\u00ff"), "latin1")
        : Buffer.from(text);
    expect(() => parseHead(bytes, "heads/test")).toThrow(integrity);
  });

  it("takes the escape that is needed", () => {
    expect(parse(headText().replace('"why"', '"\\u001f"')).entries.size).toBe(3);
  });

  it.each([0, 2, 99, Number.MAX_SAFE_INTEGER])("of format %i is UNSUPPORTED, whatever else is in it", (format) => {
    const unsupported = expect.objectContaining({ code: "UNSUPPORTED" });
    expect(() => parse(headText(first({ coffer: format })))).toThrow(unsupported);
    expect(() => parse(`{"new":true,"coffer":${format}}`)).toThrow(unsupported);
    expect(() => parse(`{"coffer":${format}}\n${"x".repeat(MAX_HEAD_BYTES)}`)).toThrow(unsupported);
  });

  it.each(["1.5", '"2"', "null", "[2]", "-1.5", "1e400", "9007199254740992"])(
    "of format %s is no document",
    (format) => {
      expect(() => parse(`{"coffer":${format}}\n`)).toThrow(integrity);
    },
  );

  it("is refused above 4 MiB, and not at 4 MiB", () => {
    const comment = "x".repeat(1000);
    const filled = (bytes: number): string => {
      const base = headText();
      // Each entry is of one length, and the last is cut to fit.
      const line = (index: number, text: string): string =>
        `${JSON.stringify({ name: `D${String(index).padStart(5, "0")}`, top: 1, made: [5], current: { version: 1, sequence: 5, commit: sampleId(5), time: TIME, type: "text", ...(text === "" ? {} : { comment: text }), key: EPOCH_KEY, value: SEALED } })}\n`;
      const full = line(0, comment).length;
      const trailer = `{"mac":"${MAC}"}\n`;
      const room = bytes - base.length;
      const count = Math.floor(room / full) - 1;
      const lines = Array.from({ length: count }, (_, index) => line(index, comment));
      const rest = room - count * full;
      const [half, other] = [Math.floor(rest / 2), Math.ceil(rest / 2)];
      const bare = line(0, "x").length - 1;
      lines.push(line(count, "x".repeat(half - bare)), line(count + 1, "x".repeat(other - bare)));
      return base.slice(0, -trailer.length) + lines.join("") + trailer;
    };
    expect(Buffer.byteLength(filled(MAX_HEAD_BYTES))).toBe(MAX_HEAD_BYTES);
    expect(parse(filled(MAX_HEAD_BYTES)).entries.size).toBeGreaterThan(2000);
    expect(() => parse(filled(MAX_HEAD_BYTES + 1))).toThrow(integrity);
  });

  it("is refused with more than 4,000 names", () => {
    const withNames = (count: number): string =>
      headText((header, entries) => {
        header.keys = [sampleKey(EPOCH_KEY)];
        entries.length = 0;
        for (let index = 0; index < count; index++)
          entries.push({ name: `N${String(index).padStart(5, "0")}`, top: 1, made: [5] });
      });
    expect(parse(withNames(4000)).entries.size).toBe(4000);
    expect(() => parse(withNames(4001))).toThrow(integrity);
  });

  it("shows nothing of what stood in it when it is refused", () => {
    const text = headText((_, entries) => version(entries[0], { comment: 17, value: "canary" }));
    expect(() => parse(text)).toThrow(expect.objectContaining({ message: expect.not.stringContaining("canary") }));
    expect(() => parse('{"coffer":1,canary')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("canary") }),
    );
  });
});

function keys(own: string): unknown {
  return [sampleKey(EPOCH_KEY), sampleKey(OWN_KEYS[0], ["app", "zone"]), sampleKey(own)];
}

function keys2(own: unknown): unknown {
  return [sampleKey(EPOCH_KEY), own];
}

function first(more: Json): Changing {
  return (header) => void Object.assign(header, more);
}

function omit(field: string): Changing {
  return (header) => void Reflect.deleteProperty(header, field);
}

function moveLast(field: string): Changing {
  return (header) => {
    const value = header[field];
    Reflect.deleteProperty(header, field);
    header[field] = value;
  };
}

function entry(index: number, more: Json): Changing {
  return (_, entries) => void Object.assign(entries[index] ?? {}, more);
}

/** Puts `purged` in its place, before what is current. */
function purged(index: number, ranges: unknown): Changing {
  return (_, entries) => {
    const { name, top, made, ...rest } = entries[index] ?? {};
    entries[index] = { name, top, made, purged: ranges, ...rest };
  };
}
