import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decryptAesGcm, encryptAesGcm, hkdfSha256, hmacSha256, isEqualInConstantTime, sha256 } from "./ciphers.js";

interface AeadCase {
  readonly tcId: number;
  readonly comment: string;
  readonly key: string;
  readonly iv: string;
  readonly aad: string;
  readonly msg: string;
  readonly ct: string;
  readonly tag: string;
  readonly result: "valid" | "acceptable" | "invalid";
}

interface HkdfCase {
  readonly tcId: number;
  readonly comment: string;
  readonly ikm: string;
  readonly salt: string;
  readonly info: string;
  readonly size: number;
  readonly okm: string;
  readonly result: "valid" | "acceptable" | "invalid";
}

interface AeadGroup {
  readonly keySize: number;
  readonly ivSize: number;
  readonly tagSize: number;
  readonly tests: readonly AeadCase[];
}

const aeadGroups: readonly AeadGroup[] = readVectors("aes_gcm_test.json");
const hkdfGroups: readonly { readonly tests: readonly HkdfCase[] }[] = readVectors("hkdf_sha256_test.json");

const isOurs = ({ keySize, ivSize, tagSize }: AeadGroup): boolean =>
  keySize === 256 && ivSize === 96 && tagSize === 128;
const ourCases = aeadGroups.filter(isOurs).flatMap(({ tests }) => tests);
const foreignCases = aeadGroups.filter((group) => !isOurs(group)).flatMap(({ tests }) => tests);
const hkdfCases = hkdfGroups.flatMap(({ tests }) => tests);

describe("AES-256-GCM, against Wycheproof", () => {
  it("leaves no case out", () => {
    expect(ourCases).toHaveLength(66);
    expect(foreignCases).toHaveLength(250);
    expect(ourCases.filter(({ result }) => result === "valid")).toHaveLength(39);
    expect(ourCases.filter(({ result }) => result === "invalid")).toHaveLength(27);
  });

  it.each(ourCases.filter(({ result }) => result !== "invalid"))(
    "encrypts and decrypts case $tcId $comment",
    (item) => {
      const sealed = Buffer.from(item.ct + item.tag, "hex");
      expect(hexOf(encryptAesGcm(hex(item.key), hex(item.iv), hex(item.msg), hex(item.aad)))).toBe(hexOf(sealed));
      expect(hexOf(decryptAesGcm(hex(item.key), hex(item.iv), sealed, hex(item.aad)))).toBe(item.msg);
    },
  );

  it.each(ourCases.filter(({ result }) => result === "invalid"))("refuses case $tcId $comment", (item) => {
    expect(decryptAesGcm(hex(item.key), hex(item.iv), hex(item.ct + item.tag), hex(item.aad))).toBeNull();
  });

  it("takes keys of 256 bits and IVs of 96 bits and no others", () => {
    for (const { key, iv, msg, ct, tag, aad } of foreignCases) {
      expect(() => encryptAesGcm(hex(key), hex(iv), hex(msg), hex(aad))).toThrow(TypeError);
      expect(() => decryptAesGcm(hex(key), hex(iv), hex(ct + tag), hex(aad))).toThrow(TypeError);
    }
  });
});

describe("AES-256-GCM", () => {
  const valid = ourCases.filter(({ result }) => result === "valid");

  it("refuses a tag cut to any length, though Node alone would take some", () => {
    for (const { key, iv, ct, tag, aad } of valid) {
      for (let length = 0; length < 16; length++) {
        const cut = hex(ct + tag.slice(0, 2 * length));
        expect(decryptAesGcm(hex(key), hex(iv), cut, hex(aad))).toBeNull();
      }
    }
  });

  it("refuses a tag with bytes after it", () => {
    for (const { key, iv, ct, tag, aad } of valid) {
      expect(decryptAesGcm(hex(key), hex(iv), hex(`${ct}${tag}00`), hex(aad))).toBeNull();
    }
  });

  it.each([0, 1, 16, 31, 33, 64])("refuses a key of %i bytes", (length) => {
    const [key, iv, empty] = [new Uint8Array(length), new Uint8Array(12), new Uint8Array(0)];
    expect(() => encryptAesGcm(key, iv, empty, empty)).toThrow(TypeError);
    expect(() => decryptAesGcm(key, iv, new Uint8Array(16), empty)).toThrow(TypeError);
  });

  it.each([0, 1, 8, 11, 13, 16])("refuses an IV of %i bytes", (length) => {
    const [key, iv, empty] = [new Uint8Array(32), new Uint8Array(length), new Uint8Array(0)];
    expect(() => encryptAesGcm(key, iv, empty, empty)).toThrow(TypeError);
    expect(() => decryptAesGcm(key, iv, new Uint8Array(16), empty)).toThrow(TypeError);
  });
});

describe("HKDF-SHA-256, against Wycheproof", () => {
  it("leaves no case out", () => {
    expect(hkdfCases).toHaveLength(86);
    expect(hkdfCases.filter(({ result }) => result === "valid")).toHaveLength(83);
    expect(hkdfCases.filter(({ result }) => result === "invalid")).toHaveLength(3);
  });

  it.each(hkdfCases.filter(({ result }) => result !== "invalid"))("derives case $tcId $comment", (item) => {
    expect(hexOf(hkdfSha256(hex(item.ikm), hex(item.salt), hex(item.info), item.size))).toBe(item.okm);
  });

  it.each(hkdfCases.filter(({ result }) => result === "invalid"))("refuses the length of case $tcId", (item) => {
    expect(() => hkdfSha256(hex(item.ikm), hex(item.salt), hex(item.info), item.size)).toThrow(RangeError);
  });
});

describe("hashes", () => {
  it("hashes parts as if they were one (FIPS 180-4, example 1)", () => {
    const expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    expect(hexOf(sha256(Buffer.from("abc")))).toBe(expected);
    expect(hexOf(sha256(Buffer.from("a"), new Uint8Array(0), Buffer.from("bc")))).toBe(expected);
  });

  it("authenticates parts as if they were one (RFC 4231, test case 2)", () => {
    const expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    const text = "what do ya want for nothing?";
    expect(hexOf(hmacSha256(Buffer.from("Jefe"), Buffer.from(text)))).toBe(expected);
    const parts = [Buffer.from(text.slice(0, 5)), Buffer.from(text.slice(5))];
    expect(hexOf(hmacSha256(Buffer.from("Jefe"), ...parts))).toBe(expected);
  });

  it.each([
    ["0102", "0102", true],
    ["", "", true],
    ["0102", "0103", false],
    ["0102", "01", false],
    ["", "00", false],
  ])("compares %j with %j in constant time: %j", (a, b, expected) => {
    expect(isEqualInConstantTime(hex(a), hex(b))).toBe(expected);
  });
});

function readVectors<Group>(file: string): readonly Group[] {
  const path = new URL(`../../test/vectors/wycheproof/${file}`, import.meta.url);
  // Wycheproof's own schema says what is in it; the counts above say that it is all there.
  return (JSON.parse(readFileSync(path, "utf8")) as { testGroups: readonly Group[] }).testGroups;
}

function hex(digits: string): Uint8Array {
  return new Uint8Array(Buffer.from(digits, "hex"));
}

function hexOf(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString("hex");
}
