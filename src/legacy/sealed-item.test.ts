import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Sensitive } from "../core/sensitive.js";
import { DIGESTS, decodeBase64Loosely, openItem, requireDigest, sealItem, wrappedKeyOf } from "./sealed-item.js";

const KEY = Sensitive.from(Uint8Array.from({ length: 64 }, (_, index) => index));

describe("a sealed item", () => {
  it("is what creds3 writes of a value, byte for byte", () => {
    const [vector] = JSON.parse(readFileSync("test/vectors/legacy/creds3.json", "utf8")).vectors;
    const key = Sensitive.from(Buffer.from(vector.kms_plaintext_data_key_hex, "hex"));
    const sealed = sealItem(Sensitive.fromText(vector.expected.plaintext), key, "SHA256");
    expect(sealed.contents).toBe(Buffer.from(vector.object.body_base64, "base64").toString());
    expect(sealed.hmac).toBe(vector.object.metadata.hmac);
  });

  it("opens as what was sealed, with any digest and any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.constantFrom(...DIGESTS), (bytes, digest) => {
        const sealed = sealItem(Sensitive.from(bytes), KEY, digest);
        expect(Buffer.from(openItem(sealed, KEY, "it").reveal())).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it("may have its HMAC in upper case and its contents in lines", () => {
    const sealed = sealItem(Sensitive.fromText("a value of some length"), KEY, "SHA");
    const other = {
      ...sealed,
      hmac: sealed.hmac.toUpperCase(),
      contents: sealed.contents.replace(/(.{8})/g, "$1\r\n"),
    };
    expect(Buffer.from(openItem(other, KEY, "it").reveal()).toString()).toBe("a value of some length");
  });

  const sealed = sealItem(Sensitive.fromText("canary-value"), KEY, "SHA256");
  it.each([
    ["other contents", { ...sealed, contents: sealed.contents.replace(/^./, "_A") }],
    ["contents that were cut", { ...sealed, contents: sealed.contents.slice(0, -1) }],
    ["no contents", { ...sealed, contents: "" }],
    ["another HMAC", { ...sealed, hmac: "00".repeat(32) }],
    ["a cut HMAC", { ...sealed, hmac: sealed.hmac.slice(0, 32) }],
    ["no HMAC", { ...sealed, hmac: "" }],
    ["an HMAC that is no hexadecimal number", { ...sealed, hmac: "zz" }],
    ["another digest", { ...sealed, digest: "SHA512" }],
  ])("with %s is refused", (_, item) => {
    expect(() => openItem(item, KEY, "version 1 of it")).toThrow(expect.objectContaining({ code: "INTEGRITY" }));
  });

  it("does not open with a data key of another length, or another one", () => {
    for (const other of [new Uint8Array(32), new Uint8Array(64)]) {
      const open = (): unknown => openItem(sealed, Sensitive.from(other), "it");
      expect(open).toThrow(expect.objectContaining({ code: "INTEGRITY" }));
    }
  });

  it.each(["WHIRLPOOL", "MD2", "MD4"])("with the digest %s says that it cannot be checked", (digest) => {
    expect(() => requireDigest(digest, "it")).toThrow(
      expect.objectContaining({ code: "UNSUPPORTED", message: expect.stringContaining(digest) }),
    );
  });

  it("names no digest in an error that nobody of these tools has written", () => {
    expect(() => requireDigest("hunter2", "it")).toThrow(expect.not.objectContaining({ message: /hunter2/ }));
  });

  it("must have a data key", () => {
    expect(() => wrappedKeyOf("", "it")).toThrow(expect.objectContaining({ code: "INTEGRITY" }));
  });
});

describe("base64 that Python reads", () => {
  it.each([
    ["YWJj", "abc"],
    ["YW\nJ_j\u0000", "abc"],
    ["YWI=", "ab"],
    ["YWI=YWJj", "ab"],
    ["YQ==YWJj", "a"],
    ["YQ=YQ==", "a\u0006\u0010"],
    ["=YWJj", "abc"],
    ["", ""],
  ])("%j is read as %j", (text, expected) => {
    expect(Buffer.from(decodeBase64Loosely(text) ?? [0]).toString("latin1")).toBe(expected);
  });

  it.each(["YWJ", "Y", "YQ=", "YWJjé"])("%j is refused", (text) => {
    expect(decodeBase64Loosely(text)).toBeNull();
  });
});
