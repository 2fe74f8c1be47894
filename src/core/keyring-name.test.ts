import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isHashedName, keyringName, keyringNamespace, readKeyringName } from "./keyring-name.js";
import { findNameFault, findNamespaceFault } from "./name.js";

const LONG = "x".repeat(256);

describe("the name of any text", () => {
  test.each([
    ["ana", "ana"],
    ["ana@example.com", "ana@example.com"],
    ["", "%"],
    ["%", "%25"],
    [".", "%2e"],
    ["..", "%2e%2e"],
    ["...", "..."],
    ["~x", "%7ex"],
    ["a/b c", "a%2fb%20c"],
    ["é", "%c3%a9"],
    ["e\u0301", "e%cc%81"],
    ["\u0000", "%00"],
  ])("%j is %s", (text, name) => {
    expect(keyringName(text)).toBe(name);
  });

  test("is a hash where it would be too long", () => {
    // By sha256sum.
    expect(keyringName("a".repeat(256))).toBe("~02d7160d77e18c6447be80c2e355c7ed4388545271702c50253b0914c65ce5fe");
  });

  test("is a name, leads back to the text, and is no other text's", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (one, other) => {
        const name = keyringName(one);
        expect(findNameFault(name)).toBeNull();
        if (!isHashedName(name)) expect(readKeyringName(name)).toBe(one);
        expect(name === keyringName(other)).toBe(one === other);
      }),
    );
  });

  test("half a surrogate pair has none", () => {
    expect(() => keyringName("\ud800")).toThrow("well-formed");
  });

  test.each(["%2F", "%zz", "a b", "%2e%2e%2e", LONG.slice(0, 3).concat("%"), "~ab"])(
    "%s is the name of nothing",
    (name) => {
      expect(readKeyringName(name)).toBeNull();
    },
  );
});

describe("the namespace of any service", () => {
  test.each([
    ["keyring", "github.com", "keyring/github.com"],
    ["", "github.com", "github.com"],
    ["keyring", "https://host/simple/", "keyring/https:%2f%2fhost%2fsimple%2f"],
  ])("below %j, %s is %s", (base, service, namespace) => {
    expect(keyringNamespace(base, service)).toBe(namespace);
  });

  test("can always be one, however long or odd the service is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (service) => {
        expect(findNamespaceFault(keyringNamespace("a/b", service))).toBeNull();
      }),
    );
    expect(keyringNamespace("keyring", LONG)).toMatch(/^keyring\/~[0-9a-f]{64}$/);
  });
});
