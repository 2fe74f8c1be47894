import { expect, it } from "vitest";
import { createKeychainKey, openKeychain } from "./keychain.js";

// What needs a keychain is in test/keychain.test.ts.

it.each(["", "Team", "a b", "-a", "../a", "a/b", "ä", "a\n", "a".repeat(65)])(
  "a keychain has no place of the name %j",
  async (name) => {
    await expect(openKeychain(name)).rejects.toMatchObject({ code: "USAGE", hint: expect.any(String) });
    await expect(createKeychainKey(name)).rejects.toMatchObject({ code: "USAGE" });
  },
);
