import { describe, expect, it } from "vitest";
import { Sensitive } from "../core/sensitive.js";
import { keyProviderContract } from "../testing/key-provider-contract.js";
import { openPassphrase } from "./passphrase.js";

const CONTEXT = { "coffer:store": "s" };
/** The least that is accepted: tests need not be slow to guess. */
const CHEAP = { cost: 15, blockSize: 8, parallel: 1 };
const words = (text: string) => async () => Sensitive.fromText(text);

keyProviderContract(
  "a passphrase",
  async () => ({
    keys: openPassphrase(words("correct horse"), CHEAP),
    again: async () => openPassphrase(words("correct horse"), CHEAP),
    other: async () => openPassphrase(words("battery staple"), CHEAP),
    dispose: async () => {},
  }),
  { describe, it },
);

describe("a passphrase", () => {
  it("is asked for once, and only when a key is needed", async () => {
    let asked = 0;
    const keys = openPassphrase(async () => {
      asked++;
      return Sensitive.fromText("x");
    });
    expect(asked).toBe(0);
    const made = await keys.generate(CONTEXT);
    await keys.unwrap(made.wrapped, CONTEXT);
    await keys.generate(CONTEXT);
    expect(asked).toBe(1);
  });

  it("is new where nothing was wrapped under it, so that it can be asked for twice", async () => {
    const seen: boolean[] = [];
    const ask = async ({ isNew }: { isNew: boolean }) => {
      seen.push(isNew);
      return Sensitive.fromText("x");
    };
    const { wrapped } = await openPassphrase(ask).generate(CONTEXT);
    await openPassphrase(ask).unwrap(wrapped, CONTEXT);
    expect(seen).toEqual([true, false]);
  });

  it("that is wrong is said so, apart from damage", async () => {
    const { wrapped } = await openPassphrase(words("right")).generate(CONTEXT);
    await expect(openPassphrase(words("wrong")).unwrap(wrapped, CONTEXT)).rejects.toMatchObject({
      code: "ACCESS_DENIED",
    });
    const damaged = Uint8Array.from(wrapped, (byte, index) => (index === wrapped.byteLength - 1 ? byte ^ 1 : byte));
    await expect(openPassphrase(words("right")).unwrap(damaged, CONTEXT)).rejects.toMatchObject({ code: "INTEGRITY" });
  });

  it.each([
    [14, 8, 1],
    [21, 8, 1],
    [31, 8, 1],
    [17, 1, 1],
    [17, 255, 1],
    [17, 8, 0],
    [17, 8, 255],
  ])("is not stretched with parameters that the storage made up: %i, %i, %i", async (...parameters) => {
    const { wrapped } = await openPassphrase(words("x")).generate(CONTEXT);
    const altered = Uint8Array.from(wrapped);
    altered.set(parameters);
    const never = openPassphrase(async () => {
      throw new Error("asked");
    });
    await expect(never.unwrap(altered, CONTEXT)).rejects.toMatchObject({ code: "INTEGRITY" });
  });
});
