import type { Aws } from "../aws.js";
import { remedyFor } from "../failure.js";
import { openLazily } from "../lazy-sdk.js";
import { withRetries } from "../retries.js";
import type { Kms } from "./calls.js";
import { openDirectKms } from "./direct.js";

export type { Kms } from "./calls.js";

/** Data keys are made and opened the direct way where there is one, all else is done through the SDK, which is loaded when it is needed. */
export function openKms(aws: Aws): Kms {
  const sdk = openLazily(async () => (await import("./sdk.js")).openKmsSdk(aws));
  const direct = openDirectKms(aws);
  const quick = async (): Promise<Pick<Kms, "generate" | "decrypt" | "region">> => direct ?? sdk.open();
  const repeat = <T>(signal: AbortSignal | undefined, call: () => Promise<T>): Promise<T> =>
    withRetries(aws, signal, call, remedyFor);
  return {
    region: async () => (await quick()).region(),
    describe: (key, signal) => repeat(signal, async () => (await sdk.open()).describe(key, signal)),
    generate: (key, context, signal) => repeat(signal, async () => (await quick()).generate(key, context, signal)),
    encrypt: (key, plaintext, context, signal) =>
      repeat(signal, async () => (await sdk.open()).encrypt(key, plaintext, context, signal)),
    decrypt: (key, ciphertext, context, signal) =>
      repeat(signal, async () => (await quick()).decrypt(key, ciphertext, context, signal)),
    prepare: () => (direct === null ? sdk.prepare((client) => client.prepare()) : direct.prepare()),
    close() {
      direct?.close();
      sdk.close();
    },
  };
}
