import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { encodeHex } from "../../core/bytes.js";
import { hashWith } from "../../core/ciphers.js";
import { writePython2Json } from "../python2/write-json.js";
import { assertChecksum } from "./checksum.js";
import { encodeEnvironment, parseEnvironment, readNote, renderEnvironment } from "./format.js";
import { parseJsonPairs, parsePairs } from "./input.js";
import { keyOf, parseKey } from "./layout.js";

/** What microsecrets 0.3.4 itself read, stored and printed. */
interface Case {
  readonly label: string;
  readonly service: string;
  readonly flags: readonly string[];
  readonly input_b64: string;
  readonly s3_key: string;
  readonly body_b64: string;
  readonly checksums: Readonly<Record<string, string>>;
  readonly download_stdout?: string;
  readonly with_env_adds?: Readonly<Record<string, string>>;
}

const file = new URL("../../../test/vectors/legacy/microsecrets.json", import.meta.url);
// The file is ours, and every field is compared.
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: readonly Case[] };
const bytesOf = (base64: string): Uint8Array => Buffer.from(base64, "base64");

describe("uploads of microsecrets", () => {
  test.each(cases.filter(({ flags }) => flags[0] !== "-f"))("$label: are written byte for byte", (vector) => {
    const input = bytesOf(vector.input_b64);
    const environment = vector.flags.includes("-j") ? parseJsonPairs(input, "f") : parsePairs(input, "f");
    const stored = parseEnvironment(bytesOf(vector.body_b64), "s3://b/k");
    // Its clock tells microseconds, and ours milliseconds; so the time goes in as it stands there.
    const timestamp = stored.metadata.get("timestamp");
    const time = { getTime: () => Number(timestamp) * 1000 } as Date;
    const written = encodeEnvironment(environment, { time, user: readNote(stored).user ?? "" });
    expect(Buffer.from(written).toString()).toBe(Buffer.from(bytesOf(vector.body_b64)).toString());
    expect(keyOf({ service: vector.service, label: null }, `${vector.s3_key.slice(-89, -70)}.${sha256(written)}`)).toBe(
      vector.s3_key,
    );
  });

  test.each(cases.filter(({ flags }) => flags[0] !== "-f"))("$label: are read and shown byte for byte", (vector) => {
    const { environment, metadata } = parseEnvironment(bytesOf(vector.body_b64), "s3://b/k");
    expect(renderEnvironment(environment)).toBe(vector.download_stdout);
    const { MICROSECRETS_METADATA, MICROSECRETS_SOURCE, ...values } = vector.with_env_adds ?? {};
    if (vector.with_env_adds === undefined) return;
    expect(Object.fromEntries(environment)).toEqual(values);
    expect(writePython2Json(metadata)).toBe(MICROSECRETS_METADATA);
    expect(MICROSECRETS_SOURCE).toBe(vector.s3_key);
  });

  test.each(cases)("$label: have the checksums that it said", ({ body_b64, checksums }) => {
    for (const checksum of Object.values(checksums)) {
      expect(() => assertChecksum(bytesOf(body_b64), checksum, "it")).not.toThrow();
      expect(() => assertChecksum(bytesOf(body_b64), checksum.toUpperCase(), "it")).toThrow("it does not match");
      expect(() => assertChecksum(bytesOf(body_b64), `${checksum.slice(1)}x`, "it")).toThrow("it does not match");
    }
    expect(() => assertChecksum(bytesOf(body_b64), "abc", "it")).toThrow("no checksum of 3 digits");
  });

  test.each(cases)("$label: lie where it put them", ({ s3_key, service, flags }) => {
    const place = { service, label: flags[0] === "-f" ? (flags[1] ?? "") : null };
    const found = parseKey(s3_key);
    expect(found?.place).toEqual(place);
    expect(keyOf(place, found?.id ?? "")).toBe(s3_key);
  });
});

describe("an upload that is not what it should be", () => {
  test.each([
    ["{", "is no JSON that can be read"],
    ["[]", "has no environment"],
    ['{"metadata": {}}', "has no environment"],
    ['{"environment": {}}', "has no metadata"],
    ['{"environment": {"A": 1, "B": null}, "metadata": {}}', 'has something else than a text as "A", "B"'],
    ['{"environment": {}, "metadata": {"a": []}}', 'has no scalar as "a" of metadata'],
  ])("%s is refused: %s", (text, message) => {
    expect(() => parseEnvironment(Buffer.from(text), "s3://b/k")).toThrow(`s3://b/k ${message}`);
  });

  test("may lack a time and a user, or have others", () => {
    const stored = parseEnvironment(Buffer.from('{"environment": {}, "metadata": {"user": 1}}'), "it");
    expect(readNote(stored)).toEqual({ time: null, user: null });
  });
});

describe("what is handed in", () => {
  test.each<[string, string]>([
    ["A=1\nhunter2\n", "f:2: there is no = in this line"],
    ["\xff=1\n", "f is not UTF-8"],
  ])("%j is refused by its line, without being repeated", (text, message) => {
    expect(() => parsePairs(Buffer.from(text, "latin1"), "f")).toThrow(new RegExp(`^${message}$`));
  });

  test.each<[string, string]>([
    ['{"A": 1, "B": "hunter2"}', 'f has something else than a text as "A"'],
    ['["hunter2"]', "f is no JSON object"],
    ["hunter2", "f is no JSON that can be read"],
  ])("%j is refused as JSON, without its values", (text, message) => {
    expect(() => parseJsonPairs(Buffer.from(text), "f")).toThrow(new RegExp(`^${message}$`));
  });
});

function sha256(bytes: Uint8Array): string {
  return encodeHex(hashWith("sha256", bytes));
}
