import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Sensitive } from "../../core/sensitive.js";
import {
  decodeBody,
  encodeBody,
  escapePart,
  escapePartBefore,
  guessPart,
  keyOf,
  readName,
  unescapePart,
  unescapePartBefore,
  writeName,
} from "./format.js";

interface Vectors {
  readonly cases: readonly {
    readonly namespace: string;
    readonly group: string;
    readonly key: string;
    readonly secret: string;
    readonly s3_key: string;
    readonly body_text: string;
  }[];
  readonly escape_table: Readonly<Record<string, string>>;
  readonly legacy_escape_before_2015_10_14: { readonly values: readonly { value: string; escaped: string }[] };
}

// What the original wrote; each case is used below.
const vectors = JSON.parse(
  readFileSync(new URL("../../../test/vectors/legacy/s3keyring.json", import.meta.url), "utf8"),
) as Vectors;
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");

describe("what s3keyring wrote", () => {
  test.each(vectors.cases)("lies at $s3_key, and is written in the same bytes", ({ namespace, secret, ...vector }) => {
    expect(keyOf(namespace, vector)).toBe(vector.s3_key);
    expect(text(encodeBody(Sensitive.fromText(secret)))).toBe(vector.body_text);
    expect(text(decodeBody(Buffer.from(vector.body_text), "x").reveal())).toBe(secret);
  });

  test("is escaped as it escapes", () => {
    for (const [character, escaped] of Object.entries(vectors.escape_table))
      expect(escapePart(character)).toBe(escaped);
  });

  test.each(vectors.legacy_escape_before_2015_10_14.values)("once was escaped as $escaped", ({ value, escaped }) => {
    expect(escapePartBefore(value)).toBe(escaped);
    expect(unescapePartBefore(escaped)).toBe(value);
  });
});

describe("a part of a key", () => {
  test("leads back to the text, where the text itself has no underscore", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (any) => {
        const value = any.replaceAll("_", "");
        expect(unescapePart(escapePart(value))).toBe(value);
        expect(unescapePartBefore(escapePartBefore(any))).toBe(any);
      }),
    );
  });

  test.each([["a_99902Xb"], ["a_20002Xb"], ["_"], ["a_b"]])("%s is left as it stands", (part) => {
    expect(unescapePart(part)).toBe(part);
  });
});

describe("a part of a key without a name", () => {
  test.each([
    ["u_40x_2Ecom", "u@x.com"],
    ["a_20b", "a b"],
    ["h_C3_A9", "hé"],
    ["u_6402Xx_4602Xcom", "u@x.com"],
    ["x_4002Xy", "x(y"],
    ["db_20", "db_20"],
    ["STEP_2A", "STEP_2A"],
    ["_5Fx", "_5Fx"],
    ["x-y_2Ez", "x-y_2Ez"],
    ["app_20_prod", "app_20_prod"],
    ["plain", "plain"],
    ["", ""],
  ])("%j is probably %j", (part, text) => {
    expect(guessPart(part)).toBe(text);
  });
});

describe("a body", () => {
  test("is read with junk between, as Python reads it", () => {
    expect(text(decodeBody(Buffer.from(" MTIz\r\nNDU2!\n"), "x").reveal())).toBe("123456");
    expect(text(decodeBody(Buffer.from(""), "x").reveal())).toBe("");
  });

  test.each(["MTIzN", "MTI", "MT="])("%j is refused", (body) => {
    expect(() => decodeBody(Buffer.from(body), "the place")).toThrow("the place");
  });
});

describe("the name in the metadata", () => {
  test("says exactly whose password it is", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 60 }),
        fc.string({ unit: "binary", maxLength: 60 }),
        (group, key) => {
          expect(writeName({ group, key })).toMatch(/^[\x21-\x7e]+$/);
          expect(readName(writeName({ group, key }))).toEqual({ group, key });
        },
      ),
    );
  });

  test.each([[undefined], [""], ["a"], ["a/b/c"], ["a/%zz"]])("%j says nothing", (said) => {
    expect(readName(said)).toBeNull();
  });
});
