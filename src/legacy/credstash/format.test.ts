import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Sensitive } from "../../core/sensitive.js";
import { isCofferError } from "../../errors.js";
import { DIGESTS, openItem, sealItem } from "../sealed-item.js";
import { encodeVersion, parseEntry, parseSealed, type StoredItem } from "./format.js";

type WireItem = Readonly<Record<string, { readonly S?: string; readonly B?: string; readonly N?: string }>>;

interface Vector {
  readonly id: string;
  readonly item_dynamodb_json: WireItem;
  readonly kms_plaintext_data_key_hex: string;
  readonly expected: { readonly plaintext_utf8_base64: string };
}

interface Mutation extends Omit<Vector, "expected"> {
  readonly original: { readonly exit: number; readonly stdout: string };
}

const { vectors, mutations }: { vectors: Vector[]; mutations: Mutation[] } = JSON.parse(
  readFileSync("test/vectors/legacy/credstash.json", "utf8"),
);

function itemOf(wire: WireItem): StoredItem {
  return new Map(
    Object.entries(wire).map(([name, { S, B }]) => [name, S ?? (B === undefined ? null : Buffer.from(B, "base64"))]),
  );
}

function keyOf({ kms_plaintext_data_key_hex: key }: Pick<Vector, "kms_plaintext_data_key_hex">): Sensitive {
  return Sensitive.from(Buffer.from(key, "hex"));
}

function open(vector: Omit<Vector, "expected">): string {
  const { sealed } = parseSealed(itemOf(vector.item_dynamodb_json));
  return Buffer.from(openItem(sealed, keyOf(vector), "it").reveal()).toString("base64");
}

describe("an item of credstash", () => {
  for (const vector of vectors) {
    const { digest, hmac } = vector.item_dynamodb_json;
    const written = DIGESTS.find((name) => name === (digest?.S ?? "SHA256"));
    if (/^(MD2|MD4|WHIRLPOOL)$/.test(digest?.S ?? "")) {
      it(`is refused by the name of its digest, which Node cannot compute: ${vector.id}`, () => {
        expect(() => open(vector)).toThrow(
          expect.objectContaining({ code: "UNSUPPORTED", message: expect.stringContaining(digest?.S ?? "") }),
        );
      });
      continue;
    }
    it(`is read as what was stored: ${vector.id}`, () => {
      expect(open(vector)).toBe(vector.expected.plaintext_utf8_base64);
    });

    if (written === undefined) continue;
    it(`is written as credstash writes it: ${vector.id}`, () => {
      const value = Sensitive.from(Buffer.from(vector.expected.plaintext_utf8_base64, "base64"));
      const item = itemOf(vector.item_dynamodb_json);
      const sealed = sealItem(value, keyOf(vector), written);
      const made = encodeVersion({ ...parseEntry(item), wrapped: parseSealed(item).wrapped, sealed });
      const bytes = hmac?.S === undefined ? item.get("hmac") : Buffer.from(hmac.S);
      // Older releases have no digest, and the HMAC as text.
      const expected = new Map([...item, ["digest", written], ["hmac", bytes]] as [string, string | Uint8Array][]);
      expect(Object.fromEntries(made)).toEqual(Object.fromEntries(expected));
    });
  }

  for (const mutation of mutations) {
    // What only KMS can refuse is tried where there is one.
    if (mutation.id === "key-garbage") continue;
    const { exit, stdout } = mutation.original;
    it(`is ${exit === 0 ? "opened" : "refused"} as by credstash: ${mutation.id}`, () => {
      if (exit === 0) expect(Buffer.from(open(mutation), "base64").toString()).toBe(stdout);
      else expect(() => open(mutation)).toThrow(expect.toSatisfy((error) => isCofferError(error)));
    });
  }

  it("has a comment only where there is one", () => {
    const key = Sensitive.from(new Uint8Array(64));
    const sealed = sealItem(Sensitive.fromText("x"), key, "SHA256");
    const whole = { name: "n", version: "1", wrapped: Uint8Array.of(1), sealed };
    expect(encodeVersion({ ...whole, comment: "" }).has("comment")).toBe(false);
    expect(encodeVersion({ ...whole, comment: "why" }).get("comment")).toBe("why");
    expect(parseEntry(encodeVersion({ ...whole, comment: null })).comment).toBeNull();
  });

  it("that DynamoDB would not take is not sent", () => {
    const sealed = sealItem(Sensitive.from(new Uint8Array(310_000)), Sensitive.from(new Uint8Array(64)), "SHA256");
    const whole = { name: "n", version: "1", comment: null, wrapped: Uint8Array.of(1), sealed };
    expect(() => encodeVersion(whole)).toThrow(expect.objectContaining({ code: "INVALID" }));
  });
});
