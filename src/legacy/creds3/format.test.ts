import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Sensitive } from "../../core/sensitive.js";
import { isCofferError } from "../../errors.js";
import { type DigestName, openItem, requireDigest, sealItem } from "../sealed-item.js";
import { compareAge, encodeVersion, keyOf, nextVersion, parseKey, parseVersion } from "./format.js";

interface Vector {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly s3_key: string;
  readonly object: { readonly body_base64: string; readonly metadata: Readonly<Record<string, string>> };
  readonly kms_plaintext_data_key_hex: string;
  readonly expected: { readonly plaintext_utf8_base64: string };
}

interface Mutation extends Pick<Vector, "id" | "object" | "kms_plaintext_data_key_hex"> {
  readonly original: { readonly exit: number; readonly stdout: string };
}

interface Latest {
  readonly id: string;
  readonly name: string;
  readonly listing: readonly { readonly key: string; readonly last_modified: string }[];
  readonly original_get: string;
}

const {
  vectors,
  mutations,
  latest_semantics: latest,
}: { vectors: Vector[]; mutations: Mutation[]; latest_semantics: Latest[] } = JSON.parse(
  readFileSync("test/vectors/legacy/creds3.json", "utf8"),
);

function open({
  object,
  kms_plaintext_data_key_hex: key,
}: Pick<Vector, "object" | "kms_plaintext_data_key_hex">): string {
  const place = { name: "n", version: "1" };
  const body = Buffer.from(object.body_base64, "base64");
  const { sealed } = parseVersion({ body, metadata: object.metadata }, place);
  return Buffer.from(openItem(sealed, Sensitive.from(Buffer.from(key, "hex")), "it").reveal()).toString("base64");
}

describe("an object of creds3", () => {
  for (const vector of vectors.filter(({ object }) => object.metadata.digest !== "WHIRLPOOL")) {
    it(`is read as what was stored: ${vector.id}`, () => {
      expect(open(vector)).toBe(vector.expected.plaintext_utf8_base64);
    });

    it(`is written as creds3 writes it: ${vector.id}`, () => {
      const { body_base64, metadata } = vector.object;
      const digest = metadata.digest === "RIPEMD" ? "SHA256" : (metadata.digest as DigestName);
      const value = Sensitive.from(Buffer.from(vector.expected.plaintext_utf8_base64, "base64"));
      const sealed = sealItem(value, Sensitive.from(Buffer.from(vector.kms_plaintext_data_key_hex, "hex")), digest);
      const object = encodeVersion({ wrapped: Buffer.from(metadata.key ?? "", "base64"), sealed });
      expect(Buffer.from(object.body).toString("base64")).toBe(body_base64);
      if (metadata.digest !== "RIPEMD") expect(object.metadata).toEqual(metadata);
      expect(keyOf("", vector)).toBe(vector.s3_key);
      expect(parseKey("", vector.s3_key)).toEqual({ name: vector.name, version: vector.version });
    });
  }

  it("with a digest that Node cannot compute says which", () => {
    const whirlpool = vectors.find(({ object }) => object.metadata.digest === "WHIRLPOOL");
    expect(() => requireDigest(whirlpool?.object.metadata.digest ?? "", "it")).toThrow(/WHIRLPOOL/);
  });

  for (const mutation of mutations) {
    // What only KMS can refuse is tried where there is one.
    if (mutation.id === "key-garbage") continue;
    const { exit, stdout } = mutation.original;
    it(`is ${exit === 0 ? "opened" : "refused"} as by creds3: ${mutation.id}`, () => {
      if (exit === 0) expect(Buffer.from(open(mutation), "base64").toString()).toBe(stdout);
      else expect(() => open(mutation)).toThrow(expect.toSatisfy((error) => isCofferError(error, "INTEGRITY")));
    });
  }
});

describe("the latest version", () => {
  for (const { id, name, listing, original_get } of latest) {
    it(`is the one that creds3 gets, but for one second's highest number: ${id}`, () => {
      const entries = listing.map(({ key, last_modified }) => ({
        ...(parseKey("", key) ?? { name: "", version: "" }),
        lastModified: new Date(last_modified),
      }));
      const found = entries.sort((a, b) => compareAge(b, a))[0];
      const isTie = new Set(listing.map(({ last_modified }) => last_modified)).size === 1;
      const expected = isTie ? "value-of-3" : original_get;
      expect(`value-of-${found?.version}`).toBe(expected);
      expect(found?.name).toBe(name);
    });
  }

  it.each([
    [null, "1"],
    ["007", "8"],
    ["9", "10"],
    ["99999999999999999999", "100000000000000000000"],
    ["-1", "0"],
  ])("%j is followed by %j", (before, next) => {
    expect(nextVersion("n", before)).toBe(next);
  });

  it.each(["rel", "", "1.0"])("%j is followed by none", (before) => {
    expect(() => nextVersion("n", before)).toThrow(expect.objectContaining({ code: "CONFLICT" }));
  });
});

describe("a key", () => {
  it("has slashes in the name, and the version behind the last", () => {
    expect(parseKey("p/", "p/a/b/1")).toEqual({ name: "a/b", version: "1" });
    expect(parseKey("", "a/")).toEqual({ name: "a", version: "" });
    expect(parseKey("p/", "p/stray")).toBeNull();
    expect(parseKey("p/", "q/a/1")).toBeNull();
  });
});
