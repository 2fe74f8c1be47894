import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeUtf8 } from "./bytes.js";
import {
  authenticate,
  dataKeyId,
  hashSealed,
  openValue,
  type Place,
  sealValue,
  unwrapKey,
  WRAPPED_KEY_BYTES,
  wrapKey,
} from "./sealing.js";
import { Sensitive } from "./sensitive.js";

const KEY = Sensitive.from(new Uint8Array(32).fill(1));
const OTHER_KEY = Sensitive.from(new Uint8Array(32).fill(2));
const PLACE: Place = {
  store: "c3RvcmUtb2YtMTYtYnl0ZQ",
  namespace: "prod/billing",
  name: "DB_URL",
  version: 7,
  type: "text",
  context: { app: "billing", zone: "" },
};
const KNOWN_ID = "k6r4GyRjjKCJYkwCrgpQK6DPoPHY2USC--vwIdH07tZA";
const COMMITMENT_AT = 32;
const DATA_AT = 64;

const seal = (text: string): Uint8Array => sealValue(KEY, PLACE, Sensitive.fromText(text));
const shown = (value: Sensitive | null): string | null =>
  value === null ? null : Buffer.from(value.reveal()).toString("utf8");

describe("a sealed value", () => {
  it("opens in its place", () => {
    expect(shown(openValue(KEY, PLACE, seal("hunter2")))).toBe("hunter2");
  });

  it("gives any bytes back", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
        const opened = openValue(KEY, PLACE, sealValue(KEY, PLACE, Sensitive.from(bytes)));
        expect(Array.from(opened?.reveal() ?? [])).toEqual(Array.from(bytes));
      }),
    );
  });

  it("is different each time, and has not a byte more for a value of another length in the same bucket", () => {
    expect(seal("a")).not.toEqual(seal("a"));
    expect([seal(""), seal("a"), seal("a".repeat(28))].map(({ byteLength }) => byteLength)).toEqual([112, 112, 112]);
    expect(seal("a".repeat(29)).byteLength).toBe(144);
  });

  it("takes its salt, and no other randomness, from the source that it is given", () => {
    const asked: number[] = [];
    const random = (length: number): Uint8Array => {
      asked.push(length);
      return new Uint8Array(length).fill(9);
    };
    const [first, second] = [1, 2].map(() => sealValue(KEY, PLACE, Sensitive.fromText("x"), random));
    expect(first).toEqual(second);
    expect(asked).toEqual([32, 32]);
  });

  it.each<[string, Partial<Place>]>([
    ["store", { store: "c3RvcmUtb2YtMTYtYnl0ZR" }],
    ["namespace", { namespace: "prod" }],
    ["namespace and name, cut elsewhere", { namespace: "prod", name: "billing/DB_URL" }],
    ["name", { name: "DB_URl" }],
    ["version", { version: 8 }],
    ["type", { type: "binary" }],
    ["context's value", { context: { app: "Billing", zone: "" } }],
    ["context's empty value", { context: { app: "billing", zone: " " } }],
    ["context's name", { context: { App: "billing", zone: "" } }],
    ["context, one pair less", { context: { app: "billing" } }],
    ["context, one pair more", { context: { app: "billing", zone: "", more: "" } }],
    ["context, values exchanged", { context: { app: "", zone: "billing" } }],
    ["context, none", { context: {} }],
  ])("does not open with another %s", (_, other) => {
    expect(openValue(KEY, { ...PLACE, ...other }, seal("hunter2"))).toBeNull();
  });

  it("opens whatever the order of the context's pairs", () => {
    const turned = { ...PLACE, context: { zone: "", app: "billing" } };
    expect(shown(openValue(KEY, turned, seal("hunter2")))).toBe("hunter2");
  });

  it("does not open under another key", () => {
    expect(openValue(OTHER_KEY, PLACE, seal("hunter2"))).toBeNull();
  });

  it("does not open with any one bit flipped", () => {
    const sealed = seal("hunter2");
    for (let bit = 0; bit < sealed.byteLength * 8; bit++) {
      const changed = Uint8Array.from(sealed);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(openValue(KEY, PLACE, changed), `bit ${bit}`).toBeNull();
    }
  });

  it("does not open with the commitment of another, though salt, ciphertext and tag are its own", () => {
    const [mine, other] = [seal("hunter2"), seal("hunter2")];
    const mixed = Uint8Array.from(mine);
    mixed.set(other.subarray(COMMITMENT_AT, DATA_AT), COMMITMENT_AT);
    expect(openValue(KEY, PLACE, mixed)).toBeNull();
  });

  it("does not open when it is cut or longer", () => {
    const sealed = seal("hunter2");
    for (let length = 0; length < sealed.byteLength; length++) {
      expect(openValue(KEY, PLACE, sealed.subarray(0, length))).toBeNull();
    }
    expect(openValue(KEY, PLACE, Buffer.concat([sealed, new Uint8Array(1)]))).toBeNull();
  });

  it("does not open as a wrapped key, nor a wrapped key as a value", () => {
    const bare: Place = { ...PLACE, context: {} };
    expect(unwrapKey(KEY, {}, sealValue(KEY, bare, Sensitive.from(new Uint8Array(28))))).toBeNull();
    expect(openValue(KEY, bare, wrapKey(KEY, {}, OTHER_KEY))).toBeNull();
  });

  it("is known by the hash of its bytes", () => {
    // SHA-256("abc"), FIPS 180-4, example 1.
    expect(hashSealed("YWJj")).toBe("ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
  });
});

describe("a wrapped key", () => {
  const context = { "coffer:store": "s", "coffer:namespace": "/", "coffer:epoch": "e" };

  it("opens under its context, and is as long as the format says", () => {
    const wrapped = wrapKey(KEY, context, OTHER_KEY);
    expect(wrapped.byteLength).toBe(WRAPPED_KEY_BYTES);
    expect(WRAPPED_KEY_BYTES).toBe(112);
    expect(unwrapKey(KEY, context, wrapped)?.reveal()).toEqual(Buffer.from(OTHER_KEY.reveal()));
  });

  it.each([
    [{}],
    [{ ...context, "coffer:epoch": "f" }],
    [{ ...context, "coffer:epoch": "e/own" }],
    [{ ...context, more: "" }],
    [{ "coffer:store": "s", "coffer:namespace": "/" }],
    [{ "coffer:store": "/", "coffer:namespace": "s", "coffer:epoch": "e" }],
  ])("does not open under %j", (other) => {
    expect(unwrapKey(KEY, other, wrapKey(KEY, context, OTHER_KEY))).toBeNull();
  });

  it("does not open with any one byte changed, cut, or longer", () => {
    const wrapped = wrapKey(KEY, context, OTHER_KEY);
    for (let index = 0; index < wrapped.byteLength; index++) {
      const changed = Uint8Array.from(wrapped);
      changed[index] = (changed[index] ?? 0) ^ 0x80;
      expect(unwrapKey(KEY, context, changed)).toBeNull();
      expect(unwrapKey(KEY, context, wrapped.subarray(0, index))).toBeNull();
    }
    expect(unwrapKey(KEY, context, Buffer.concat([wrapped, new Uint8Array(1)]))).toBeNull();
  });

  it.each([0, 16, 31, 33, 64])("that is no data key but %i bytes does not open", (length) => {
    const wrapped = wrapKey(KEY, context, Sensitive.from(new Uint8Array(length)));
    expect(unwrapKey(KEY, context, wrapped)).toBeNull();
  });
});

describe("a data key's id", () => {
  it("is k and the SHA-256 of the key behind its label", () => {
    // printf 'coffer data key 1\0' followed by 32 bytes of 01, through sha256sum.
    expect(dataKeyId(KEY)).toBe(KNOWN_ID);
    expect(dataKeyId(OTHER_KEY)).not.toBe(KNOWN_ID);
  });
});

describe("a MAC", () => {
  const bytes = encodeUtf8("line\n");
  const hex = (mac: Uint8Array): string => Buffer.from(mac).toString("hex");

  it("is over the parts as if they were one", () => {
    expect(hex(authenticate(KEY, "head", encodeUtf8("li"), encodeUtf8("ne\n")))).toBe(
      hex(authenticate(KEY, "head", bytes)),
    );
  });

  it("is another for another kind, key or text", () => {
    const macs = [
      authenticate(KEY, "head", bytes),
      authenticate(KEY, "commit", bytes),
      authenticate(OTHER_KEY, "head", bytes),
      authenticate(KEY, "head", encodeUtf8("line")),
    ].map(hex);
    expect(new Set(macs).size).toBe(4);
    expect(macs.every((mac) => mac.length === 64)).toBe(true);
  });
});
